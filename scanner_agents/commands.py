"""What each command of `khoso-agent` does; the words are in `parser`, the exit codes are those of the whole house."""

import argparse
import json
import os
import signal
import ssl
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import NoReturn

from scanner_agents import agent, report
from scanner_agents.address import Address, Token, client, token_text, trusting
from scanner_agents.errors import Refused, Unavailable
from scanner_agents.events import Code, clean, event, shown
from scanner_agents.files import Lock
from scanner_agents.intake import Labelling
from scanner_agents.journal import Journal
from scanner_agents.outbox import FILE, Outbox
from scanner_agents.parser import address_of, default_queue
from scanner_agents.records import LIVE, WAITING, Document, Labels, State
from scanner_agents.retry import Backoff
from scanner_agents.server import Server
from scanner_agents.settings import Settings
from scanner_agents.spool import Spool
from scanner_agents.tidy import SENT, After
from scanner_agents.words import Say

DONE, REFUSED, UNAVAILABLE, CORRUPTED, SOME_FAILED = 0, 3, 4, 5, 6
_LAME = 1  # the sender died of a mistake; whoever supervises should start the agent again


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the program: its arguments and its language."""

    parser: argparse.ArgumentParser
    args: argparse.Namespace
    say: Say

    @property
    def json(self) -> bool:
        return bool(getattr(self.args, "json", False))

    @property
    def queue(self) -> Path:
        return _real(getattr(self.args, "queue", None) or default_queue())

    def journal(self) -> Journal:
        return Journal(sys.stdout, clock=time.time, say=self.say, as_json=self.json)

    def put(self, line: str) -> None:
        """A line of the result."""
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()

    def complain(self, line: str) -> None:
        """A line that is not part of the result."""
        sys.stderr.write(f"khoso-agent: {line}\n")

    def wrong(self, text: str) -> NoReturn:
        """Wrong usage: said with the usage line, exit code 2."""
        self.parser.error(text)


# watch


def watch(call: Call) -> int:
    """Watch until asked to stop, or once."""
    settings = _settings(call)
    stop = threading.Event()
    if call.args.once:
        with _signals_raise():
            return _verdict(call, agent.once(settings, journal=call.journal(), stop=stop))
    with _signals_set(stop):
        return DONE if agent.watch(settings, journal=call.journal(), stop=stop) else _LAME


def _verdict(call: Call, result: agent.Result) -> int:
    if result.trouble:
        call.complain(result.trouble.sentence(call.say))
    failing = [told for told in result.untaken if told.code not in {Code.SKIPPED_SPECIAL, Code.SKIPPED_NESTED}]
    for told in failing:
        call.complain(told.sentence(call.say))
    waiting = sum(result.after[state] for state in WAITING)
    if waiting:
        call.complain(call.say("còn %(waiting)s giấy tờ chưa gửi được, vẫn giữ trong hàng đợi") % {"waiting": waiting})
    if result.more(State.DAMAGED):
        return CORRUPTED
    if waiting or result.trouble:
        return UNAVAILABLE
    if result.more(State.REFUSED):
        return SOME_FAILED if failing or result.more(State.RECEIVED) else REFUSED
    return SOME_FAILED if failing else DONE


def _settings(call: Call) -> Settings:
    args, say = call.args, call.say
    folder, queue = _real(args.folder), call.queue
    if folder.exists() and not folder.is_dir():
        call.wrong(say("%(path)s không phải thư mục") % {"path": shown(folder)})
    if queue == folder or queue in folder.parents or folder in queue.parents:
        call.wrong(
            say("hàng đợi %(queue)s và thư mục theo dõi %(folder)s không được nằm trong nhau")
            % {"queue": shown(queue), "folder": shown(folder)}
        )
    labels = Labels(*(clean(text) for text in (args.desk, args.dossier, args.component, args.owner, args.owner_name)))
    address = address_of(call.parser, args.server, insecure=args.insecure_http, say=say)
    return Settings(
        folder=folder,
        queue=queue,
        address=address,
        trust=_trust(call, address),
        token=_token(call),
        labelling=Labelling(labels, from_name=args.dossier_from_name),
        after=After(args.after),
        sent=_sent(call, folder),
        settle=args.settle,
        quiet=args.quiet,
        interval=args.interval,
        chunk=args.chunk,
        timeout=args.timeout,
        patience=args.patience,
        backoff=Backoff(first=args.retry_first, most=args.retry_most, slow=5 * args.retry_most),
    )


def _sent(call: Call, folder: Path) -> Path:
    """Where originals are moved to: never a place where they would be taken for new drops."""
    own = folder / SENT
    sent = _real(call.args.move_to) if call.args.move_to else own
    if sent == folder or (folder in sent.parents and own not in (sent, *sent.parents)):
        inner = sent.relative_to(folder).parts
        if not inner or not inner[0].startswith("."):
            call.wrong(call.say("--move-to phải nằm ngoài thư mục theo dõi, hoặc là %(own)s") % {"own": shown(own)})
    return sent


def _token(call: Call) -> Token:
    given = call.args.token or ("" if call.args.token_file else os.environ.get("KHOSO_AGENT_TOKEN", ""))
    try:
        return Token(token_text(given), _real(call.args.token_file) if call.args.token_file else None)
    except ValueError:
        call.wrong(call.say("biến KHOSO_AGENT_TOKEN chứa ký tự không dùng được trong mã truy cập"))


def _trust(call: Call, address: Address) -> ssl.SSLContext:
    try:
        return trusting(call.args.ca, address=address)
    except OSError as error:
        call.wrong(f"--ca {shown(call.args.ca)}: {error.strerror or error}")


def _real(path: Path) -> Path:
    return Path(os.path.realpath(path.expanduser()))


@contextmanager
def _signals_set(stop: threading.Event) -> Iterator[None]:
    """SIGTERM and SIGINT ask to stop."""

    def ask(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    before = {number: signal.signal(number, ask) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _signals_raise() -> Iterator[None]:
    """SIGTERM ends the call as Ctrl-C does: at once, wherever it is; being killed is harmless."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


# status


def status(call: Call) -> int:
    """Show the outbox."""
    if not _there(call):
        return REFUSED
    with Outbox(call.queue) as outbox:
        documents = list(outbox.documents(states=LIVE))
        ended = outbox.documents(
            states=(State.RECEIVED, State.FORGOTTEN), newest=None if call.args.all else report.LAST
        )
        documents = sorted([*ended, *documents], key=lambda document: document.id)
        standing = report.Standing(
            queue=str(call.queue),
            running=Lock(call.queue / "agent.lock").holder(),
            counts=outbox.counts(),
            notes=outbox.notes(),
            documents=documents,
            remote=_ask_server(call, documents),
        )
    if call.json:
        for document in documents:
            call.put(json.dumps(report.document_json(document, standing.remote), ensure_ascii=False))
        call.put(json.dumps(report.summary_json(standing), ensure_ascii=False))
    else:
        call.put("\n".join(report.lines(standing, call.say)))
    return DONE


def _ask_server(call: Call, documents: Sequence[Document]) -> Mapping[str, str]:
    """States of received documents as the server sees them now, if a server was named."""
    if not call.args.server:
        return {}
    address = address_of(call.parser, call.args.server, insecure=call.args.insecure_http, say=call.say)
    states: dict[str, str] = {}
    with client(address, trust=_trust(call, address), timeout=10.0) as http:
        server = Server(address, http=http, token=_token(call).read)
        for receipt in (document.remote for document in documents if document.remote):
            try:
                states[receipt.document] = server.state(receipt.document)
            except Refused:
                states[receipt.document] = "?"
            except Unavailable as error:
                call.complain(error.event.sentence(call.say))
                if error.everyone:
                    break
    return states


# retry, forget


def retry(call: Call) -> int:
    """Make documents due now."""
    if not _there(call):
        return REFUSED
    with Outbox(call.queue) as outbox:
        moved = outbox.retry(call.args.ids or None)
        kept = [number for number in call.args.ids if number not in moved]
    for number in kept:
        call.complain(call.say("số %(id)s không chờ gửi và cũng không bị từ chối") % {"id": number})
    if call.json:
        call.put(json.dumps({"retried": list(moved)}))
    else:
        call.put(call.say("sẽ gửi lại: %(count)s giấy tờ") % {"count": len(moved)})
    if moved and Lock(call.queue / "agent.lock").holder() is None:
        call.complain(call.say("không có khoso-agent nào đang chạy; sẽ gửi khi chạy khoso-agent watch"))
    if kept:
        return SOME_FAILED if moved else REFUSED
    return DONE


def forget(call: Call) -> int:
    """Give a document up, if the person really means it."""
    if not _there(call):
        return REFUSED
    with Outbox(call.queue) as outbox:
        document = outbox.document(call.args.id)
        if document is None or document.state not in LIVE:
            call.complain(call.say("không có giấy tờ số %(id)s trong hàng đợi") % {"id": call.args.id})
            return REFUSED
        if not (call.args.yes or _confirmed(call, document)):
            call.complain(call.say("chưa xác nhận; không xóa gì"))
            return REFUSED
        if not outbox.forget(document.id, now=time.time()):  # the server has it meanwhile
            call.complain(call.say("không có giấy tờ số %(id)s trong hàng đợi") % {"id": call.args.id})
            return REFUSED
        outbox.discard(Spool(call.queue / "spool"), (sheet.kept for sheet in document.sheets))
    call.journal().tell(event(Code.FORGOTTEN, id=document.id, name=document.name))
    return DONE


def _confirmed(call: Call, document: Document) -> bool:
    if not sys.stdin.isatty():
        call.wrong(call.say("cần --yes để xác nhận khi không gõ từ bàn phím"))
    question = call.say(
        "Xóa vĩnh viễn bản giữ của «%(name)s» (%(sheets)s tệp). Máy chủ CHƯA nhận giấy tờ này.\nGõ lại số %(id)s để xác nhận: "
    )
    words = {"name": shown(document.name), "sheets": len(document.sheets), "id": document.id}
    sys.stderr.write(question % words)
    sys.stderr.flush()
    return sys.stdin.readline().strip() == str(document.id)


def _there(call: Call) -> bool:
    if (call.queue / FILE).exists():
        return True
    call.complain(call.say("chưa có hàng đợi tại %(queue)s; hãy xem --queue") % {"queue": shown(call.queue)})
    return False
