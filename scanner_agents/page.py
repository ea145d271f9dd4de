"""The queue as a page on this PC, for the people in front of it, renewed by itself every few seconds; they may name a batch.

Only a browser on this PC reaches it: it listens on the loopback address and answers only requests that name it so
(a page elsewhere whose name is made to point here, «DNS rebinding», does not), and takes a form only from its own page.
"""

import base64
import hashlib
import json
import time
from collections.abc import Callable, Iterable
from html import escape
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

from scanner_agents import report
from scanner_agents.batches import LONGEST_DOSSIER, LONGEST_NAME, BadBatch, limits
from scanner_agents.errors import AgentError
from scanner_agents.events import Code, Level, shown
from scanner_agents.journal import clock_face
from scanner_agents.records import LIVE, WAITING, Document, State
from scanner_agents.report import STATES, Standing
from scanner_agents.words import Say

RENEW = 5  # seconds
BATCH = "/lo"
_LONGEST_FORM = 4096  # bytes
LATELY = 3600.0  # seconds a document the server did not like stays at the top
_STYLE = """
:root { --ink: #1a1a1a; --soft: #555; --ground: #fff; --line: #ccc; --good: #1b6e3c; --good-soft: #e9f5ee; --warn: #8a5a00; --warn-soft: #fdf3e0; --bad: #a31621; --bad-soft: #fbeaec; color-scheme: light dark }
@media (prefers-color-scheme: dark) { :root { --ink: #e6ebef; --soft: #a9b6c2; --ground: #12181e; --line: #35414c; --good: #84d6a3; --good-soft: #16341f; --warn: #f2bd6b; --warn-soft: #3a2a10; --bad: #ff9ca6; --bad-soft: #431a20 } }
body { font: 1.125rem/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 70rem; padding: 1rem; color: var(--ink); background: var(--ground) }
h1 { font-size: 1.5rem; margin: 0 0 .5rem; padding: .75rem 1rem; border-left: .5rem solid var(--soft) }
p { margin: .25rem 0 } p.warning, p.error { padding: .25rem 1rem; border-left: .25rem solid var(--soft) }
h1.info { border-color: var(--good); background: var(--good-soft) }
h1.warning, p.warning { border-color: var(--warn); background: var(--warn-soft) }
h1.error, p.error { border-color: var(--bad); background: var(--bad-soft) }
table { border-collapse: collapse; width: 100%; margin-top: 1rem; table-layout: fixed } caption { text-align: left; font-weight: 600 }
th, td { text-align: left; vertical-align: top; padding: .35rem .6rem; border-bottom: 1px solid var(--line); overflow-wrap: anywhere }
th.n, td.n { text-align: right; width: 4rem } th.name { width: 32% } th.when { width: 11rem } small { color: var(--soft) }
label { display: block; margin: .75rem 0 .25rem; font-weight: 600 } input { font: inherit; width: 100%; max-width: 30rem; box-sizing: border-box; padding: .4rem .6rem; border: 1px solid var(--soft); color: inherit; background: inherit }
button { font: inherit; margin-top: 1rem; padding: .4rem 1rem } a { color: inherit } :focus-visible { outline: .2rem solid var(--good); outline-offset: .1rem }
@media (max-width: 45rem) { th.when { width: 7rem } th.n, td.n { width: 2.5rem } }
"""
_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
# Referrers: with «no-referrer» a browser would not name the page a form came from.
_HEADERS = {
    "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{_HASH}'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class Page(ThreadingHTTPServer):
    """Serves the page until shut down.

    Args:
        port: on 127.0.0.1; 0 picks a free one.
        standing: how the queue stands now; may raise `AgentError`.
        name_batch: opens the batch of this name for this dossier, ends the open one where the name is None; may raise
            `BadBatch` and `AgentError`.
        say: the reader's language.
        lang: its code.
    """

    daemon_threads = True
    block_on_close = False

    def __init__(
        self,
        port: int,
        *,
        standing: Callable[[], Standing],
        name_batch: Callable[[str | None, str], object],
        say: Say,
        lang: str,
    ) -> None:
        self.standing = standing
        self.name_batch = name_batch
        self.say = say
        self.lang = lang
        super().__init__(("127.0.0.1", port), _Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/"


class _Handler(BaseHTTPRequestHandler):
    server: Page
    timeout = 10
    server_version = "khoso-agent"
    sys_version = ""

    def do_GET(self) -> None:
        if not self._for_us():
            self._answer(421, "text/plain", "")
            return
        try:
            if self.path == BATCH:
                batch, say = self.server.standing().batch, self.server.say
                self._answer(200, "text/html", batch_html(batch.name, batch.dossier, say, self.server.lang))
            elif self.path == "/":
                self._answer(
                    200, "text/html", html(self.server.standing(), self.server.say, self.server.lang, now=time.time())
                )
            elif self.path == "/status.json":
                self._answer(200, "application/json", _json(self.server.standing()))
            else:
                self._answer(404, "text/plain", "")
        except AgentError as error:
            self._answer(503, "text/plain", error.event.sentence(self.server.say))

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        # A browser names the page a form came from, and no page elsewhere can make it say ours.
        if not self._for_us() or self.headers.get("Origin") != f"http://{self.headers['Host']}":
            self._answer(403, "text/plain", "")
        elif self.path != BATCH:
            self._answer(404, "text/plain", "")
        elif not length.isascii() or not length.isdigit() or int(length) > _LONGEST_FORM:
            self._answer(413, "text/plain", "")
        else:
            self._name_batch(parse_qs(self.rfile.read(int(length)).decode("utf-8", "replace")))

    def _name_batch(self, form: dict[str, list[str]]) -> None:
        """Begin a batch, or end it, by the button that was pressed."""
        (name, dossier), end = (form.get(field, [""])[0] for field in ("name", "dossier")), "end" in form
        say, lang = self.server.say, self.server.lang
        try:
            self.server.name_batch(None if end else name, dossier)
        except BadBatch:
            self._answer(422, "text/html", batch_html(name, dossier, say, lang, fault=limits(say)))
        except AgentError as error:
            self._answer(503, "text/html", batch_html(name, dossier, say, lang, fault=error.event.sentence(say)))
        else:
            self._answer(HTTPStatus.SEE_OTHER, "text/plain", "", location="/")

    def _for_us(self) -> bool:
        port = self.server.server_address[1]
        return self.headers.get("Host") in {f"127.0.0.1:{port}", f"localhost:{port}"}

    def _answer(self, status: int, kind: str, text: str, *, location: str = "") -> None:
        body = text.encode("utf-8", "replace")
        self.send_response(status)
        for name, value in _HEADERS.items():
            self.send_header(name, value)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        if location:
            self.send_header("Location", location)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name of the base class
        return


def _json(standing: Standing) -> str:
    documents = [report.document_json(document, standing.remote) for document in standing.documents]
    return json.dumps({"documents": documents, **report.summary_json(standing)}, ensure_ascii=False)


def html(standing: Standing, say: Say, lang: str, *, now: float) -> str:
    """The whole page."""
    urgent = [document for document in standing.documents if document.state in LIVE or _bad(document, now)]
    done = [document for document in reversed(standing.documents) if document not in urgent]
    level, headline = _headline(standing, sum(_bad(document, now) for document in urgent), say)
    title = escape(f"{say('Hàng đợi của quầy')}: {headline}")
    return "\n".join(
        (
            _head(title, lang, renew=True),
            f'<h1 class="{level}" role="status">{escape(headline)}</h1>',
            *(f'<p class="{told}">{escape(text)}</p>' for told, text in _remarks(standing, say)),
            _batch(standing, say),
            *_table(say("Cần gửi hoặc cần xem"), urgent, say),
            *_table(say("Mới xong"), done, say),
            "</main></body></html>",
        )
    )


def batch_html(name: str, dossier: str, say: Say, lang: str, *, fault: str = "") -> str:
    """The page on which a batch is named; it does not renew itself, or it would take away what is being typed."""
    told = f'<p class="error" role="alert">{escape(fault)}</p>' if fault else ""
    return "\n".join(
        (
            _head(escape(say("Lô của chồng giấy")), lang, renew=False),
            f"<h1>{escape(say('Lô của chồng giấy'))}</h1>{told}",
            f"<p>{escape(say('Đặt tên trước khi quét: giấy tờ quét từ lúc đó thuộc lô này, cho tới khi kết thúc lô, mở lô khác, hoặc sau 12 giờ.'))}</p>",
            f'<form method="post" action="{BATCH}"><label for="name">{escape(say("Tên lô"))}</label>',
            f'<input id="name" name="name" value="{escape(name)}" maxlength="{LONGEST_NAME}" required autofocus autocomplete="off">',
            f'<label for="dossier">{escape(say("Mã hồ sơ (nếu cả chồng thuộc một hồ sơ)"))}</label>',
            f'<input id="dossier" name="dossier" value="{escape(dossier)}" maxlength="{LONGEST_DOSSIER}" autocomplete="off">',
            f"<p><button>{escape(say('Bắt đầu lô'))}</button>",
            f'<button name="end" value="1" formnovalidate>{escape(say("Kết thúc lô"))}</button></p></form>',
            f'<p><a href="/">{escape(say("Về hàng đợi"))}</a></p></main></body></html>',
        )
    )


def _head(title: str, lang: str, *, renew: bool) -> str:
    refresh = f'<meta http-equiv="refresh" content="{RENEW}">' if renew else ""
    return (
        f'<!DOCTYPE html><html lang="{lang}"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">{refresh}<style>{_STYLE}</style></head>'
        "<body><main>"
    )


def _batch(standing: Standing, say: Say) -> str:
    """Which batch is open, and the way to name one."""
    is_open = bool(standing.batch.name)
    told = report.batch_line(standing.batch, say) if is_open else say("không có lô nào đang mở")
    link = say("Đổi hoặc kết thúc lô") if is_open else say("Đặt tên lô")
    return f'<p>{escape(told)} · <a href="{BATCH}">{escape(link)}</a></p>'


def _bad(document: Document, now: float) -> bool:
    """Whether a person should look: refused, damaged, or lately found wanting by the server."""
    if document.state in {State.REFUSED, State.DAMAGED}:
        return True
    return document.state is State.RECEIVED and document.trouble is not None and now - document.ended_at < LATELY


def _headline(standing: Standing, bad: int, say: Say) -> tuple[str, str]:
    waiting = sum(standing.counts[state] for state in WAITING)
    if standing.running is None:
        return Level.ERROR, say("khoso-agent không chạy: tờ quét chưa được gửi")
    if bad:
        return Level.ERROR, say("%(count)s giấy tờ cần người xem") % {"count": bad}
    if waiting:
        return Level.WARNING, say("%(count)s giấy tờ đang chờ gửi") % {"count": waiting}
    return Level.INFO, say("Mọi giấy tờ đã tới máy chủ")


def _remarks(standing: Standing, say: Say) -> Iterable[tuple[str, str]]:
    watch = standing.notes.get("watch")
    if watch:
        words = {name: shown(watch.get(name, "")) for name in ("folder", "server")}
        yield "plain", say("thư mục %(folder)s → %(server)s") % words
    yield from ((level.value, text) for level, text in report.remarks(standing, say))


def _table(caption: str, documents: list[Document], say: Say) -> Iterable[str]:
    if not documents:
        return
    named = (("n", say("Số")), ("name", say("Giấy tờ")), ("state", say("Tình trạng")), ("when", say("Lúc")))
    heads = "".join(f'<th scope="col" class="{kind}">{escape(head)}</th>' for kind, head in named)
    yield f"<table><caption>{escape(caption)}</caption><thead><tr>{heads}</tr></thead><tbody>"
    for document in documents:
        yield _row(document, say)
    yield "</tbody></table>"


def _row(document: Document, say: Say) -> str:
    size = say("%(sheets)s tệp, %(size)s") % {"sheets": len(document.sheets), "size": report.size(document.size)}
    state = escape(say(STATES[document.state]))
    if document.state is State.SENDING:
        state += f" {100 * sum(sheet.offset for sheet in document.sheets) // document.size} %"
    # That the server is away is said once, above the table.
    remarks = [document.trouble] if document.trouble and document.trouble.code is not Code.SERVER_AWAY else []
    if document.state in LIVE:
        remarks += [warning for sheet in document.sheets for warning in sheet.warnings]
    details = "".join(f'<p class="{told.level.value}">{escape(told.sentence(say))}</p>' for told in remarks)
    if document.labels.batch:
        size += say(", lô «%(name)s»") % {"name": shown(document.labels.batch)}
    return (
        f'<tr><td class="n">{document.id}</td><td>{escape(shown(document.name))}<br><small>{escape(size)}</small></td>'
        f"<td>{state}{details}</td><td>{escape(clock_face(document.ended_at or document.taken_at))}</td></tr>"
    )
