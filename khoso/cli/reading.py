"""`khoso read` and `khoso extract`: look at files without storing anything."""

import argparse
import contextlib
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

from khoso.cli.output import Output, say_error
from khoso.cli.words import _, told
from khoso.kernel.errors import Refused, Unavailable

if TYPE_CHECKING:
    from khoso.kernel.transcript import Transcript

_Result = tuple[str, "list[tuple[int, Transcript]] | str"]


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]", shared: argparse.ArgumentParser) -> None:
    """Add the commands' words."""
    for name, run, text, example in (
        ("read", run_read, _("đọc chữ trên ảnh hoặc PDF, không lưu gì"), "khoso read giay-khai-sinh.pdf --pages 1-3"),
        (
            "extract",
            run_extract,
            _("đọc, nhận loại giấy tờ và bóc tách trường, không lưu gì"),
            "khoso extract *.pdf --json",
        ),
    ):
        parser = commands.add_parser(
            name, parents=[shared], help=text, description=text, epilog=_("Ví dụ: %(command)s") % {"command": example}
        )
        parser.add_argument("files", nargs="+", metavar="FILE", help=_("ảnh, PDF, hoặc thư mục chứa chúng"))
        parser.add_argument("--pages", default=None, metavar="1-3", help=_("chỉ các trang này"))
        parser.add_argument("--workers", type=int, default=None, metavar="N", help=_("số tệp đọc cùng lúc"))
        parser.set_defaults(run=run)


def run_read(arguments: argparse.Namespace, home: Path, output: Output) -> int:
    """One JSON object per page, or the plain text."""
    failed = 0
    for name, result in _read_all(arguments, home):
        if isinstance(result, str):
            failed += 1
            _error(output, name, result)
            continue
        for number, transcript in result:
            if output.json:
                output.record(_page(name, number, transcript))
            else:
                output.line(transcript.text)
    return _code(failed, len(_files(arguments.files)))


def run_extract(arguments: argparse.Namespace, home: Path, output: Output) -> int:
    """One JSON object per document, or a small table."""
    from ocr.extraction import extract

    failed = 0
    for name, result in _read_all(arguments, home):
        if isinstance(result, str):
            failed += 1
            _error(output, name, result)
            continue
        found = extract([transcript for _number, transcript in result])
        described = {
            "file": name,
            "pages": len(result),
            "document_type": found.document_type,
            "type_confidence": round(found.type_confidence, 4),
            "fields": {field: value.to_json() for field, value in found.fields.items()},
        }
        if output.json:
            output.record(described)
            continue
        output.line(f"{name}: {found.document_type} ({found.type_confidence:.2f})")
        rows = [("?" if value.doubtful else "", field, value.value) for field, value in found.fields.items()]
        output.table(("", _("trường"), _("giá trị")), rows)
    return _code(failed, len(_files(arguments.files)))


def _code(failed: int, total: int) -> int:
    if not failed:
        return 0
    return 3 if total == 1 else 6


def _error(output: Output, name: str, sentence: str) -> None:
    if output.json:
        output.record({"file": name, "error": sentence})
    say_error(f"{name}: {sentence}")


def _page(name: str, number: int, transcript: "Transcript") -> dict[str, Any]:
    return {
        "file": name,
        "page": number,
        "width": transcript.width,
        "height": transcript.height,
        "dpi": transcript.dpi,
        "rotation": transcript.rotation,
        "skew": transcript.skew,
        "seconds": round(transcript.seconds, 3),
        "lines": [
            {"text": line.text, "box": list(line.box), "confidence": round(line.confidence, 4), "engine": line.engine}
            for line in transcript.lines
        ],
    }


def _files(names: Sequence[str]) -> list[Path]:
    files: list[Path] = []
    for name in names:
        path = Path(name)
        files += sorted(item for item in path.rglob("*") if item.is_file()) if path.is_dir() else [path]
    return files


def _wanted(text: str | None) -> range | None:
    if text is None:
        return None
    first, _dash, last = text.partition("-")
    try:
        return range(int(first), int(last or first) + 1)
    except ValueError:
        raise SystemExit(_usage(_("--pages cần dạng 3 hoặc 1-3, không phải «%(text)s»") % {"text": text})) from None


def _usage(text: str) -> int:
    say_error(text)
    return 2


def _read_all(arguments: argparse.Namespace, home: Path) -> Iterator[_Result]:
    """Read files side by side, a helper each, and give results in the order asked."""
    from khoso.embedded import prepare_settings

    prepare_settings(home)
    from django.conf import settings

    files, wanted = _files(arguments.files), _wanted(arguments.pages)
    count = max(1, min(arguments.workers or settings.KHOSO_WORKERS, len(files)))
    with contextlib.ExitStack() as stack, ThreadPoolExecutor(count) as pool:
        from queue import SimpleQueue

        from pages.helper import Helper

        helpers: SimpleQueue[Helper] = SimpleQueue()
        while helpers.qsize() < count:
            helpers.put(stack.enter_context(Helper()))
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="khoso-")))

        def one(job: tuple[int, Path]) -> _Result:
            helper = helpers.get()
            try:
                return str(job[1]), _read_file(job[1], wanted, helper, scratch / str(job[0]))
            finally:
                helpers.put(helper)

        yield from pool.map(one, enumerate(files))


def _read_file(path: Path, wanted: range | None, helper: Any, folder: Path) -> "list[tuple[int, Transcript]] | str":
    from dataclasses import replace

    from khoso.wiring import engine_for
    from ocr.reading import read_page
    from pages.inspecting import inspect
    from pages.ports import Origin

    folder.mkdir()
    if not path.is_file():
        return _("không phải là tệp đọc được")
    try:
        engine = engine_for(helper)
        facts = inspect(path, helper=helper)
        pages = []
        for page in facts.pages:
            if wanted is not None and page.number not in wanted:
                continue
            started = time.perf_counter()
            transcript = read_page(
                path,
                facts.kind,
                page.number,
                engine=engine,
                helper=helper,
                folder=folder,
                text_layer=facts.origin is Origin.ELECTRONIC,
            )
            pages.append((page.number, replace(transcript, seconds=time.perf_counter() - started)))
            for left in folder.iterdir():
                left.unlink()
    except (Refused, Unavailable) as error:
        return told(error)
    return pages
