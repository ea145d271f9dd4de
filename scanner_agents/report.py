"""What `khoso-agent status` shows, for people and for machines."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scanner_agents.batches import Batch, batch_at
from scanner_agents.events import Event, Level, clean, shown
from scanner_agents.files import Lock
from scanner_agents.journal import clock_face, local_time
from scanner_agents.outbox import Outbox
from scanner_agents.records import LIVE, Document, State
from scanner_agents.settings import LOCK
from scanner_agents.words import N_, Say

Ask = Callable[[Sequence[Document]], Mapping[str, str]]
LAST = 10  # documents the server has, shown beside the live ones
_NAME_WIDTH = 60

STATES: Mapping[State, str] = {
    State.SPOOLED: N_("chờ gửi"),
    State.SENDING: N_("đang gửi"),
    State.RECEIVED: N_("máy chủ đã nhận"),
    State.REFUSED: N_("bị từ chối"),
    State.DAMAGED: N_("bản giữ bị hỏng"),
    State.FORGOTTEN: N_("đã bỏ"),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """How the outbox stands.

    Attributes:
        queue: its folder.
        running: process number of the agent, 0 if unknown; None: no agent runs.
        counts: documents by state.
        notes: what the agent last left for others.
        documents: those to show.
        remote: states on the server, by document number there, where asked for.
        batch: the one open now, if any.
    """

    queue: str
    running: int | None
    counts: Mapping[State, int]
    notes: Mapping[str, Any]
    documents: Sequence[Document]
    remote: Mapping[str, str]
    batch: Batch


def standing(queue: Path, *, newest: int | None = LAST, ask: Ask = lambda _: {}) -> Standing:
    """How the outbox in `queue` stands: every live document, and the `newest` of those that ended.

    Args:
        ask: asks the server for the states of documents it has.

    Raises:
        Unavailable, Corrupted: the outbox cannot be read.
    """
    with Outbox(queue) as outbox:
        ended = outbox.documents(states=(State.RECEIVED, State.FORGOTTEN), newest=newest)
        documents = sorted([*ended, *outbox.documents(states=LIVE)], key=lambda document: document.id)
        notes = outbox.notes()
        return Standing(
            queue=str(queue),
            running=Lock(queue / LOCK).holder(),
            counts=outbox.counts(),
            notes=notes,
            documents=documents,
            remote=ask(documents),
            batch=batch_at(notes, time.time()),
        )


def document_json(document: Document, remote: Mapping[str, str]) -> dict[str, object]:
    """One document as `status --json` prints it; keys without a value are null."""
    receipt = document.remote
    return {
        "id": document.id,
        "state": document.state.value,
        "name": document.name,
        "sheets": [
            {
                "sha256": sheet.kept.sha256,
                "size": sheet.kept.size,
                "sent": sheet.kept.size if document.state is State.RECEIVED else sheet.offset,
                "name": sheet.name,
                "warnings": [warning.to_json() for warning in sheet.warnings],
            }
            for sheet in document.sheets
        ],
        **{
            name: document.labels.to_json().get(name)
            for name in ("desk", "batch", "dossier", "component", "owner_id", "owner_name")
        },
        "attempts": document.attempts,
        "next_try": local_time(document.next_try) if document.next_try and document.state in LIVE else None,
        "reason": document.trouble.to_json() if document.trouble else None,
        "taken_at": local_time(document.taken_at),
        "document": receipt.document if receipt else None,
        "received_at": receipt.received_at if receipt else None,
        "twice": receipt.twice if receipt else None,
        "server_state": remote.get(receipt.document, receipt.state) if receipt else None,
    }


def summary_json(standing: Standing) -> dict[str, object]:
    """The last line of `status --json`."""
    trouble = server_trouble(standing)
    return {
        "summary": {
            "queue": clean(standing.queue),
            "running": standing.running is not None,
            "pid": standing.running or None,
            "counts": {state.value: count for state, count in standing.counts.items()},
            "watch": standing.notes.get("watch"),
            "batch": standing.batch.name or None,
            "batch_dossier": standing.batch.dossier or None,
            "server_trouble": trouble.to_json() if trouble else None,
            "waiting_in_folder": standing.notes.get("folder") or [],
        }
    }


def server_trouble(standing: Standing) -> Event | None:
    """What the agent last said of the server, if that was bad news."""
    text = (standing.notes.get("server") or {}).get("trouble")
    return Event.loads(text) if text else None


def remarks(standing: Standing, say: Say) -> list[tuple[Level, str]]:
    """What the agent has to say of server and folder; of one that does not run, only how it last met the server."""
    found = []
    trouble = server_trouble(standing)
    if trouble:
        since = say("từ %(time)s") % {"time": clock_face(standing.notes["server"]["since"])}
        found.append((trouble.level, f"{trouble.sentence(say)} ({since})"))
    folder = standing.notes.get("folder") or [] if standing.running is not None else []
    told = (Event.of_json(told) for told in folder)
    return found + [(event.level, event.sentence(say)) for event in told]


def lines(standing: Standing, say: Say) -> list[str]:
    """The report for people."""
    if standing.running is None:
        running = say("không có khoso-agent nào đang chạy")
    else:
        running = say("khoso-agent đang chạy (PID %(pid)s)") % {"pid": standing.running or "?"}
    found = [f"{shown(standing.queue)}: {running}"]
    watch = standing.notes.get("watch")
    if watch:
        found.append(
            say("thư mục %(folder)s → %(server)s") % {name: shown(watch.get(name, "")) for name in ("folder", "server")}
        )
    if standing.batch.name:
        found.append(batch_line(standing.batch, say))
    found += [f"! {text}" for _, text in remarks(standing, say)]
    found.append(" · ".join(f"{say(STATES[state])}: {count}" for state, count in standing.counts.items()))
    for document in standing.documents:
        found += _document_lines(document, standing.remote, say)
    return found


def batch_line(batch: Batch, say: Say) -> str:
    """The batch papers are taken into, in words."""
    words = {"name": shown(batch.name), "dossier": shown(batch.dossier), "time": clock_face(batch.since)}
    if batch.dossier:
        return say("đang nhận vào lô «%(name)s», hồ sơ %(dossier)s (từ %(time)s)") % words
    return say("đang nhận vào lô «%(name)s» (từ %(time)s)") % words


def _document_lines(document: Document, remote: Mapping[str, str], say: Say) -> list[str]:
    name = shown(document.name)
    name = name if len(name) <= _NAME_WIDTH else name[: _NAME_WIDTH - 1] + "…"
    sheets = say("%(sheets)s tệp, %(size)s") % {"sheets": len(document.sheets), "size": size(document.size)}
    found = [f"{document.id:>5}  {say(STATES[document.state])}  «{name}»  {sheets}"]
    if document.state is State.SENDING:
        sent = sum(sheet.offset for sheet in document.sheets)
        found[0] += say(", đã gửi %(percent)s %%") % {"percent": 100 * sent // document.size}
    if document.labels.batch:
        found[0] += say(", lô «%(name)s»") % {"name": shown(document.labels.batch)}
    if document.remote:
        state = remote.get(document.remote.document, document.remote.state)
        found.append(f"       → {document.remote.document} {shown(state)} {shown(document.remote.received_at)}")
    if document.trouble:
        found.append(f"       ! {document.trouble.sentence(say)}")
    if document.state in LIVE and document.attempts:
        when = clock_face(document.next_try)
        found.append(
            "       "
            + say("đã thử %(attempts)s lần, lần tới không trước %(time)s")
            % {"attempts": document.attempts, "time": when}
        )
    if document.state in LIVE:
        found += [f"       ! {warning.sentence(say)}" for sheet in document.sheets for warning in sheet.warnings]
    return found


def size(count: int) -> str:
    """Bytes as people say them."""
    for limit, unit in ((10**9, "GB"), (10**6, "MB"), (10**3, "kB")):
        if count >= limit:
            return f"{count / limit:.1f} {unit}"
    return f"{count} byte"
