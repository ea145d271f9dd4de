"""`khoso file`: the main job. Takes files through the whole journey and waits."""

import argparse
import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from khoso.cli.output import Output, Progress, say, seal_rest, settle
from khoso.cli.words import _, told

_IMAGES = {".jpg", ".jpeg", ".png", ".tif", ".tiff"}
PAPERS = {*_IMAGES, ".pdf"}
Tell = Callable[[dict[str, Any]], None]
_LOOK = 0.15  # seconds between looks at the documents' states


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]", shared: argparse.ArgumentParser) -> None:
    """Add the command's words."""
    parser = commands.add_parser(
        "file",
        parents=[shared],
        help=_("đưa tệp qua toàn bộ hành trình số hóa và chờ xong"),
        description=_(
            "Tiếp nhận, kiểm tra, đọc, lập PDF/A, ký số, bóc tách, cấp mã và lưu kho. Chạy lại không làm gì hai lần."
        ),
        epilog=_("Ví dụ: khoso file ho-so/ --dossier H36.12-261121-0001 --component 1"),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "paths",
        nargs="+",
        metavar="PATH",
        help=_("tệp, hoặc thư mục: mỗi tệp là một giấy tờ, mỗi thư mục ảnh con là một giấy tờ nhiều trang"),
    )
    parser.add_argument("--owner", default="", metavar="ID", help=_("số định danh của chủ giấy tờ"))
    parser.add_argument("--owner-name", default="", metavar="NAME", help=_("họ tên chủ giấy tờ"))
    parser.add_argument("--dossier", default="", metavar="CODE", help=_("mã hồ sơ"))
    parser.add_argument("--component", default="", metavar="CODE", help=_("mã thành phần hồ sơ"))
    parser.add_argument(
        "--batch", default="", metavar="NAME", help=_("lô: hộp hồ sơ hoặc phiên quét mà các giấy tờ này thuộc về")
    )
    parser.add_argument("--queue", choices=("desk", "today", "backlog"), default="today", help=_("ai đang chờ"))
    parser.add_argument("--stack", action="store_true", help=_("tệp là một chồng nhiều giấy tờ, cần tách"))
    parser.add_argument(
        "--as", dest="user", default=None, metavar="USER", help=_("người quét (mặc định: người dùng tại máy)")
    )
    parser.add_argument("--workers", type=int, default=None, metavar="N", help=_("số tiến trình làm việc"))
    parser.set_defaults(run=run)


@dataclass(frozen=True, slots=True)
class Job:
    """One document to be: its sheets in order, and what to call it on screen."""

    name: str
    sheets: tuple[Path, ...]


def natural(name: str) -> list[tuple[int, str]]:
    """Sort key under which `trang 2` comes before `trang 10`."""
    return [(int(part), "") if part.isdigit() else (-1, part.casefold()) for part in re.split(r"(\d+)", name) if part]


def jobs(paths: Sequence[str]) -> Iterator[Job]:
    """What each path means: a file is a document; in a folder each file is one and each sub-folder of images is one."""
    for text in paths:
        path = Path(text)
        if not path.is_dir():
            yield Job(text, (path,))
            continue
        for entry in sorted(path.iterdir(), key=lambda entry: natural(entry.name)):
            if entry.name.startswith("."):
                continue
            if entry.is_dir():
                images = [item for item in entry.iterdir() if item.suffix.lower() in _IMAGES and item.is_file()]
                if images:
                    yield Job(str(entry), tuple(sorted(images, key=lambda item: natural(item.name))))
            elif entry.is_file():
                yield Job(str(entry), (entry,))


def run(arguments: argparse.Namespace, home: Path, output: Output) -> int:
    """File everything; one line per document as it comes to rest."""
    return file_all(list(jobs(arguments.paths)), arguments, home, lambda described: _print(output, described))


def file_all(todo: Sequence[Job], arguments: argparse.Namespace, home: Path, tell: Tell) -> int:
    """File jobs as the arguments say.

    Args:
        tell: told of each document when it rests, in the shape of INTERFACE §2 `file`.

    Returns:
        The exit code.
    """
    from khoso.embedded import Workers, lay, prepare, require_own_store

    lay(home)
    from django.conf import settings

    if not todo:
        prepare(home)
        say(_("Không có tệp nào trong các thư mục đã cho."))
        return 3
    say(_("CẢNH BÁO: ký bằng khóa phát triển, chữ ký KHÔNG có giá trị pháp lý."))
    usual = max(1, min(settings.KHOSO_WORKERS, len(todo)))
    count = usual if arguments.workers is None else arguments.workers  # 0: the server's own workers do it
    with Workers(home, count):
        prepare(home)  # while the workers load their libraries
        from khoso.wiring import open_store

        require_own_store(open_store())
        code = _file(todo, arguments, tell)
    seal_rest()
    return code


def _file(todo: Sequence[Job], arguments: argparse.Namespace, tell: Tell) -> int:
    waiting: dict[UUID, tuple[str, float]] = {}
    failed = 0
    for job in todo:
        started = time.monotonic()
        error, pk = _receive(job, arguments)
        if pk is not None:
            waiting.setdefault(pk, (job.name, started))
        else:
            failed += 1
            tell({"file": job.name, **error})
    failed += _wait(waiting, tell)
    settle()
    if failed and len(todo) == 1:
        return 3
    return 6 if failed else 0


def _receive(job: Job, arguments: argparse.Namespace) -> tuple[dict[str, Any], UUID | None]:
    from ingest.receiving import Sheet, receive
    from khoso.kernel.clock import system_clock
    from khoso.kernel.errors import Refused, Unavailable
    from khoso.wiring import open_store
    from people.accounts import LOCAL, by_name
    from warehouse.moving import Intake

    intake = Intake(
        by=by_name(arguments.user or LOCAL),
        queue=arguments.queue,
        dossier=arguments.dossier,
        component=arguments.component,
        owner_id=arguments.owner,
        owner_name=arguments.owner_name,
        stack=arguments.stack,
        batch=arguments.batch.strip()[:100],
    )
    sheets = [Sheet(path, path.name) for path in job.sheets]
    try:
        received = receive(sheets, intake=intake, store=open_store(), clock=system_clock)
    except Refused as refusal:
        return {
            "document": None,
            "state": "REFUSED",
            "reason": {"code": refusal.reason.code.value, "sentence": told(refusal)},
        }, None
    except Unavailable as trouble:
        return {"document": None, "state": None, "reason": {"code": "unavailable", "sentence": str(trouble)}}, None
    return {}, received.document.pk


def _wait(waiting: dict[UUID, tuple[str, float]], tell: Tell) -> int:
    """Wait until each document rests; print it then. Returns how many were refused or parked."""
    from khoso.kernel.clock import system_clock
    from warehouse.describing import describe
    from warehouse.models import RESTING, Document, State
    from warehouse.parting import parts_now

    at_rest = RESTING | {State.ERASED}
    progress, failed, total = Progress(), 0, len(waiting)
    while waiting:
        documents = list(Document.objects.filter(pk__in=waiting).only("pk", "state", "name"))
        for document in documents:
            if document.state not in at_rest:
                continue
            name, started = waiting.pop(document.pk)
            progress.clear()
            full = Document.objects.get(pk=document.pk)
            failed += full.state in {State.PARKED, State.REFUSED}
            seconds = round(time.monotonic() - started, 2)
            tell({"file": name, **describe(full, now=system_clock()), "seconds": seconds})
            for child in parts_now(full):
                waiting[child.pk] = (f"{name} [{child.first_page}–{child.last_page}]", started)
                total += 1
        if waiting:
            now = [f"{Path(waiting[d.pk][0]).name}: {State(d.state).label}" for d in documents if d.pk in waiting]
            progress.show(f"{total - len(waiting)}/{total}  " + " · ".join(now[:3]))
            time.sleep(_LOOK)
    progress.clear()
    return failed


def _print(output: Output, described: dict[str, Any]) -> None:
    if output.json:
        output.record(described)
        return
    from ocr.labels import label
    from warehouse.models import State

    fields = described.get("fields") or {}
    state = str(State(described["state"]).label) if described["state"] else _("không nhận được")
    parts = [described["file"], state]
    if described.get("document_type"):
        parts.append(described["document_type"])
    parts += [fields[name]["value"] for name in ("number", "issue_date") if name in fields]
    if described.get("doubtful"):
        # The name in brackets is what `khoso confirm` wants; what is filed waits for nobody.
        parts.append(
            (_("nên xem lại:") if described["state"] == State.FILED else _("cần xem:"))
            + " "
            + "; ".join(f"{label(name)} ({name})" for name in described["doubtful"])
        )
    if described.get("reason"):
        parts.append(described["reason"]["sentence"])
    if described.get("document"):
        parts.append(f"[{described['document']}]")
    output.line(" · ".join(parts))
