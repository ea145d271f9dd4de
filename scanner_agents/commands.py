"""What `watch`, `batch`, `retry` and `forget` do; the words are in `parser`."""

import json
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from scanner_agents import agent
from scanner_agents.batches import LONGEST_NAME, BadBatch, Batch, batch_at, end_batch, limits, open_batch
from scanner_agents.call import CORRUPTED, DONE, LAME, REFUSED, SOME_FAILED, UNAVAILABLE, Call, real, signals_raise
from scanner_agents.events import Code, clean, event, shown
from scanner_agents.files import Lock
from scanner_agents.intake import Labelling
from scanner_agents.outbox import Outbox
from scanner_agents.records import LIVE, WAITING, Document, Labels, State
from scanner_agents.report import batch_line
from scanner_agents.retry import Backoff
from scanner_agents.settings import LOCK, Settings
from scanner_agents.spool import Spool
from scanner_agents.tidy import SENT, After

# watch


def watch(call: Call) -> int:
    """Watch until asked to stop, or once."""
    settings = _settings(call)
    stop = threading.Event()
    if call.args.once:
        with signals_raise():
            return _verdict(call, agent.once(settings, journal=call.journal(), stop=stop))
    with _signals_set(stop):
        return DONE if agent.watch(settings, journal=call.journal(), stop=stop) else LAME


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
    folder, queue = real(args.folder), call.queue
    if folder.exists() and not folder.is_dir():
        call.wrong(say("%(path)s không phải thư mục") % {"path": shown(folder)})
    if queue == folder or queue in folder.parents or folder in queue.parents:
        call.wrong(
            say("hàng đợi %(queue)s và thư mục theo dõi %(folder)s không được nằm trong nhau")
            % {"queue": shown(queue), "folder": shown(folder)}
        )
    if len(args.batch) > LONGEST_NAME:
        call.wrong(limits(say))
    told = (args.desk, args.dossier, args.component, args.owner, args.owner_name, args.batch)
    labels = Labels(*(clean(text) for text in told))
    address = call.address()
    return Settings(
        folder=folder,
        queue=queue,
        address=address,
        trust=call.trust(address),
        token=call.token(),
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
    sent = real(call.args.move_to) if call.args.move_to else own
    if sent == folder or (folder in sent.parents and own not in (sent, *sent.parents)):
        inner = sent.relative_to(folder).parts
        if not inner or not inner[0].startswith("."):
            call.wrong(call.say("--move-to phải nằm ngoài thư mục theo dõi, hoặc là %(own)s") % {"own": shown(own)})
    return sent


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


# batch


def batch(call: Call) -> int:
    """Name the batch of the papers to come, end it, or show it."""
    args, say = call.args, call.say
    if args.dossier and not args.name:
        call.wrong(say("--dossier cần tên lô"))
    if not call.there():
        return REFUSED
    with Outbox(call.queue) as outbox:
        if args.end:
            end_batch(outbox, now=time.time())
            found = Batch()
        elif args.name:
            try:
                found = open_batch(outbox, clean(args.name), clean(args.dossier), now=time.time())
            except BadBatch:
                call.wrong(limits(say))
        else:
            found = batch_at(outbox.notes(), time.time())
    if call.json:
        call.put(json.dumps({"batch": found.name or None, "dossier": found.dossier or None}, ensure_ascii=False))
    else:
        call.put(batch_line(found, say) if found.name else say("không có lô nào đang mở"))
    return DONE


# retry, forget


def retry(call: Call) -> int:
    """Make documents due now."""
    if not call.there():
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
    if moved and Lock(call.queue / LOCK).holder() is None:
        call.complain(call.say("không có khoso-agent nào đang chạy; sẽ gửi khi chạy khoso-agent watch"))
    if kept:
        return SOME_FAILED if moved else REFUSED
    return DONE


def forget(call: Call) -> int:
    """Give a document up, if the person really means it."""
    if not call.there():
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
