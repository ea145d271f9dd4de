"""`khoso read` and `khoso extract`: look at files without storing anything, unless a folder to keep pages in is named."""

import argparse
import logging
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from khoso.cli.output import Output, Progress, say, say_error
from khoso.cli.words import _
from khoso.configuration import load
from ocr.notes import in_words

if TYPE_CHECKING:
    from khoso.cli.gathering import Gathered
    from khoso.cli.side_by_side import Read
    from khoso.kernel.transcript import Transcript
    from pages.sources import PageSource


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
        parser.add_argument(
            "--pages",
            default=None,
            metavar="1-3",
            help=_("chỉ các trang này; hai trang chụp chung một ảnh, mỗi thẻ trên một tờ đều tính là một trang"),
        )
        parser.add_argument("--workers", type=int, default=None, metavar="N", help=_("số trang đọc cùng lúc"))
        parser.add_argument(
            "--keep",
            type=Path,
            default=None,
            metavar="DIR",
            help=_("giữ kết quả từng trang trong thư mục này: chạy lại thì đọc tiếp từ chỗ dừng"),
        )
        if name == "extract":
            parser.add_argument("--stack", action="store_true", help=_("tệp là một chồng nhiều giấy tờ, cần tách"))
        parser.set_defaults(run=run)


def run_read(arguments: argparse.Namespace, home: Path, output: Output) -> int:
    """One JSON object per page, or the plain text."""
    failed: dict[str, bool] = {}
    for page in _read_all(arguments, home):
        if isinstance(page.result, str):
            failed[page.name] = page.again
            _error(output, page, page.result)
        elif output.json:
            output.record(_page(page, page.result))
        else:
            output.line(page.result.text)
            for note in page.result.notes:
                say(f"{page.name}, {_('trang')} {page.number}: {in_words(note, _)}")
    return _code(failed, len(set(_files(arguments.files))))


def run_extract(arguments: argparse.Namespace, home: Path, output: Output) -> int:
    """One JSON object per document, or a small table."""
    from khoso.cli.gathering import documents_of

    failed: dict[str, bool] = {}

    def sound() -> "Iterator[Read]":
        for page in _read_all(arguments, home):
            if isinstance(page.result, str):
                failed[page.name] = page.again
                _error(output, page, page.result)
            yield page

    for document in documents_of(sound(), stack=arguments.stack):
        _extracted(output, document)
    return _code(failed, len(set(_files(arguments.files))))


def _extracted(output: Output, document: "Gathered") -> None:
    found = document.found
    if output.json:
        output.record(
            {
                "file": document.name,
                "pages": len(document.sources),
                "first_page": document.first,
                "last_page": document.last,
                **_cuts(document.sources),
                "notes": list(document.notes),
                "document_type": found.document_type,
                "type_confidence": round(found.type_confidence, 4),
                "fields": {field: value.to_json() for field, value in found.fields.items()},
            }
        )
        return
    name = f"{document.name} [{document.first}–{document.last}]" if document.parted else document.name
    output.line(f"{name}: {found.document_type} ({found.type_confidence:.2f})")
    rows = [("?" if value.doubtful else "", field, value.value) for field, value in found.fields.items()]
    output.table(("", _("trường"), _("giá trị")), rows)
    for note in document.notes:
        say(f"{name}: {in_words(note, _)}")


def _cuts(sources: "Sequence[PageSource]") -> dict[str, Any]:
    """Where each page was cut out of the file's own pages, if any was."""
    if not any(source.cut for source in sources):
        return {}
    return {"captures": [_capture(source) for source in sources]}


def _capture(source: "PageSource") -> dict[str, Any]:
    return {"page": source.facts.number, "cut": source.cut.to_json() if source.cut else None}


def _code(failed: "Mapping[str, bool]", total: int) -> int:
    """`failed`: files, and whether they may be tried again as they are."""
    if not failed:
        return 0
    if all(failed.values()):
        return 4 if len(failed) == total else 6
    return 3 if total == 1 else 6


def _error(output: Output, page: "Read", sentence: str) -> None:
    if output.json:
        output.record({"file": page.name, **({"page": page.number} if page.number else {}), "error": sentence})
    where = f"{page.name}, {_('trang')} {page.number}" if page.number else page.name
    say_error(f"{where}: {sentence}")


def _page(page: "Read", transcript: "Transcript") -> dict[str, Any]:
    return {
        "file": page.name,
        "page": page.number,
        **({"capture": _capture(page.source)} if page.source and page.source.cut else {}),
        "width": transcript.width,
        "height": transcript.height,
        "dpi": transcript.dpi,
        "rotation": transcript.rotation,
        "skew": transcript.skew,
        "seconds": round(transcript.seconds, 3),
        "engine": transcript.engine,
        "notes": list(transcript.notes),
        "codes": [{"symbology": code.symbology, "text": code.text, "box": list(code.box)} for code in transcript.codes],
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


def _read_all(arguments: argparse.Namespace, home: Path) -> "Iterator[Read]":
    """Pages of all files in the order asked, with a line of progress."""
    from khoso.cli.side_by_side import reader_for

    logging.getLogger("ocr").addHandler(logging.NullHandler())  # what it warns of is told in words, as notes

    configuration = load({**os.environ, "KHOSO_HOME": str(home)})
    files = _files(arguments.files)
    count = max(1, arguments.workers or configuration.workers)
    with reader_for(configuration.ocr_engine, count, arguments.keep) as reader:
        progress = _Progress(files)
        try:
            for page in reader.read(files, _wanted(arguments.pages), progress.file):
                progress.page(page)
                yield page
        except BaseException:
            if arguments.keep is not None:
                progress.clear()
                say(_("Đã giữ %(count)d trang ở %(folder)s; chạy lại lệnh này để đọc tiếp.")
                    % {"count": progress.pages, "folder": arguments.keep})  # fmt: skip
            raise
        finally:
            progress.clear()


class _Progress:
    """How far it is, and how long it will take, by the bytes of files and the pages of the one at hand."""

    def __init__(self, files: Sequence[Path]) -> None:
        self._live = Progress()
        self._sizes = {str(path): path.stat().st_size if path.is_file() else 0 for path in files}
        self._pages: dict[str, int] = {}
        self._all = max(sum(self._sizes.values()), 1)
        self._done = self._fresh = 0.0
        self._started = time.monotonic()
        self.pages = 0
        if files:  # a long file is inspected whole before its first page is read
            self._live.show(_("đang kiểm tra %(file)s") % {"file": files[0].name})

    def file(self, path: Path, pages: int) -> None:
        """A file was inspected."""
        self._pages[str(path)] = pages

    def page(self, page: "Read") -> None:
        """A page was read, or a file failed."""
        share = self._sizes.get(page.name, 0) / self._all / (self._pages.get(page.name, 1) if page.number else 1)
        self._done += share
        self._fresh += 0.0 if page.kept else share
        self.pages += not isinstance(page.result, str)
        left = (time.monotonic() - self._started) * (1.0 - self._done) / self._fresh if self._fresh else 0.0
        self._live.show(
            _("%(pages)d trang, %(share)d %%, còn khoảng %(left)s · %(file)s")
            % {
                "pages": self.pages,
                "share": min(100, round(100 * self._done)),
                "left": f"{int(left) // 60}:{int(left) % 60:02d}",
                "file": Path(page.name).name,
            }
        )

    def clear(self) -> None:
        """Leave the line to others."""
        self._live.clear()
