"""The queue as a page on this PC: read-only, for the people in front of it, renewed by itself every few seconds.

Only a browser on this PC reaches it: it listens on the loopback address and answers only requests that name it so
(a page elsewhere whose name is made to point here, «DNS rebinding», does not).
"""

import base64
import hashlib
import json
import time
from collections.abc import Callable, Iterable
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from scanner_agents import report
from scanner_agents.errors import AgentError
from scanner_agents.events import Code, Level, shown
from scanner_agents.journal import clock_face
from scanner_agents.records import LIVE, WAITING, Document, State
from scanner_agents.report import STATES, Standing
from scanner_agents.words import Say

RENEW = 5  # seconds
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
@media (max-width: 45rem) { th.when { width: 7rem } th.n, td.n { width: 2.5rem } }
"""
_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_HEADERS = {
    "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{_HASH}'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


class Page(ThreadingHTTPServer):
    """Serves the page until shut down.

    Args:
        port: on 127.0.0.1; 0 picks a free one.
        standing: how the queue stands now; may raise `AgentError`.
        say: the reader's language.
        lang: its code.
    """

    daemon_threads = True
    block_on_close = False

    def __init__(self, port: int, *, standing: Callable[[], Standing], say: Say, lang: str) -> None:
        self.standing = standing
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
        port = self.server.server_address[1]
        if self.headers.get("Host") not in {f"127.0.0.1:{port}", f"localhost:{port}"}:
            self._answer(421, "text/plain", "")
            return
        try:
            if self.path == "/":
                self._answer(
                    200, "text/html", html(self.server.standing(), self.server.say, self.server.lang, now=time.time())
                )
            elif self.path == "/status.json":
                self._answer(200, "application/json", _json(self.server.standing()))
            else:
                self._answer(404, "text/plain", "")
        except AgentError as error:
            self._answer(503, "text/plain", error.event.sentence(self.server.say))

    def _answer(self, status: int, kind: str, text: str) -> None:
        body = text.encode("utf-8", "replace")
        self.send_response(status)
        for name, value in _HEADERS.items():
            self.send_header(name, value)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
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
            f'<!DOCTYPE html><html lang="{lang}"><head><meta charset="utf-8"><title>{title}</title>',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f'<meta http-equiv="refresh" content="{RENEW}"><style>{_STYLE}</style></head><body><main>',
            f'<h1 class="{level}" role="status">{escape(headline)}</h1>',
            *(f'<p class="{told}">{escape(text)}</p>' for told, text in _remarks(standing, say)),
            *_table(say("Cần gửi hoặc cần xem"), urgent, say),
            *_table(say("Mới xong"), done, say),
            "</main></body></html>",
        )
    )


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
    return (
        f'<tr><td class="n">{document.id}</td><td>{escape(shown(document.name))}<br><small>{escape(size)}</small></td>'
        f"<td>{state}{details}</td><td>{escape(clock_face(document.ended_at or document.taken_at))}</td></tr>"
    )
