"""`khoso read` and `extract` over many files and pages: in order, each page by itself, going on where they stopped."""

import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest
import segno
from PIL import Image

from khoso.cli import main
from khoso.cli.side_by_side import Read, reader_for
from khoso.kernel.errors import Refused, Unavailable
from khoso.kernel.reasons import ReasonCode
from khoso.kernel.transcript import Box, Line, Transcript, Word
from ocr.keeping import KeptPages
from pages.helper import Helper
from pages.limits import Limits
from pages.ports import PageImage
from tests.pages.making import Maker


class PageNumbers:
    """A reader that says the number of the page it is shown, which is drawn as so many black bars, and counts."""

    name = "page-numbers-1"
    asked: ClassVar[list[int]] = []

    def __init__(self, helper: Helper) -> None:
        pass

    def read(self, page: PageImage, *, languages: tuple[str, ...] = ("vie",)) -> Transcript:
        with Image.open(page.path) as image:
            image.seek(page.frame)
            column = np.asarray(image.convert("L"))[:, 600] < 128
        number = int(np.count_nonzero(np.diff(column.astype(int)) == 1))
        type(self).asked.append(number)
        if number == 7:
            line = Line((Word("7", Box(0, 0, 9, 9), 0.9),), self.name)
            return Transcript(1000, 1400, 200.0, (line,), self.name, notes=("reader_missing:trueocr",))
        if number == 9:
            raise Refused(ReasonCode.NOTHING_READ)
        return Transcript(1000, 1400, 200.0, (Line((Word(str(number), Box(0, 0, 9, 9), 0.9),), self.name),), self.name)


ENGINE = f"{__name__}:PageNumbers"


class PaperTint(PageNumbers):
    """A reader that says how light the paper is, of captures that lie upside down."""

    def read(self, page: PageImage, *, languages: tuple[str, ...] = ("vie",)) -> Transcript:
        with Image.open(page.path) as image:
            tint = str(int(np.median(np.asarray(image.convert("L")))))
        line = Line((Word(tint, Box(0, 0, 9, 9), 0.9),), self.name)
        return Transcript(page.width, page.height, page.dpi, (line,), self.name, rotation=180)


class TakesItsTime(PageNumbers):
    """The same reader, a third of a second a page."""

    def read(self, page: PageImage, *, languages: tuple[str, ...] = ("vie",)) -> Transcript:
        time.sleep(0.3)
        return super().read(page, languages=languages)


class HangsInItsHelper(PageNumbers):
    """The same reader, whose helper process never comes back from the second page."""

    def __init__(self, helper: Helper) -> None:
        self._helper = helper

    def read(self, page: PageImage, *, languages: tuple[str, ...] = ("vie",)) -> Transcript:
        read = super().read(page, languages=languages)
        if read.text == "2":
            self._helper.call("tests.pages.misbehaving:hang", Limits(wall=60.0, memory=1 << 30))
        return read


@pytest.fixture(autouse=True)
def _counted(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("KHOSO_OCR_ENGINE", ENGINE)
    PageNumbers.asked.clear()
    yield
    PageNumbers.asked.clear()


def paper(path: Path, numbers: list[int]) -> Path:
    """A TIFF of pages with so many bars each, and letters enough not to be blank."""
    frames = []
    for number in numbers:
        frame = np.full((1400, 1000), 250, np.uint8)
        frame[100:130, 100:180] = frame[60:75, 40:44] = 20
        for bar in range(number):
            frame[100 + 60 * bar : 130 + 60 * bar, 500:700] = 20
        frames.append(Image.fromarray(frame))
    frames[0].save(path, save_all=True, append_images=frames[1:], dpi=(200, 200), compression="tiff_lzw")
    return path


def numbers(pages: list[Read]) -> list[str]:
    return [page.result.text for page in pages if isinstance(page.result, Transcript)]


def test_pages_come_in_order_from_two_helpers(tmp_path: Path) -> None:
    files = [paper(tmp_path / "a.tif", [3, 1, 2, 5]), tmp_path / "none.tif", paper(tmp_path / "b.tif", [4])]
    with reader_for(ENGINE, 2, None) as reader:
        read = list(reader.read(files, None, lambda _path, _pages: None))
    assert [(Path(page.name).name, page.number, page.last) for page in read] == [
        ("a.tif", 1, False),
        ("a.tif", 2, False),
        ("a.tif", 3, False),
        ("a.tif", 4, True),
        ("none.tif", 0, True),
        ("b.tif", 1, True),
    ]
    assert numbers(read) == ["3", "1", "2", "5", "4"]


def test_broken_off_and_taken_up_again(tmp_path: Path) -> None:
    file, kept = paper(tmp_path / "long.tif", list(range(1, 9))), tmp_path / "kept"
    with reader_for(ENGINE, 1, kept) as reader:
        first = list(islice(reader.read([file], None, lambda _path, _pages: None), 3))
    begun = len(PageNumbers.asked)
    assert numbers(first) == ["1", "2", "3"]
    assert 3 <= begun < 8, "what nobody waited for was read all the same"
    with reader_for(ENGINE, 1, kept) as reader:
        second = list(reader.read([file], None, lambda _path, _pages: None))
    assert numbers(second) == [str(number) for number in range(1, 9)]
    assert [page.kept for page in second] == [number <= begun for number in range(1, 9)]
    assert sorted(PageNumbers.asked) == list(range(1, 9)), "a page was read twice"
    assert kept.stat().st_mode & 0o077 == 0


def test_killed_in_the_middle_of_a_file(tmp_path: Path) -> None:
    """`kill -9` while pages are being read: the same command reads what is missing and nothing else."""
    file, kept = paper(tmp_path / "long.tif", list(range(1, 9))), tmp_path / "kept"
    command = [sys.executable, "-m", "khoso", "--home", str(tmp_path), "read", "--workers", "1", "--keep", str(kept)]
    slow = {**os.environ, "KHOSO_OCR_ENGINE": f"{__name__}:TakesItsTime"}
    process = subprocess.Popen([*command, str(file)], env=slow, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while not (kept.is_dir() and len(list(kept.glob("*.json"))) >= 2) and time.monotonic() < deadline:
        assert process.poll() is None, "it ended before it could be killed"
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    before = len(list(kept.glob("*.json")))
    assert 2 <= before < 8
    with reader_for(ENGINE, 1, kept) as reader:
        read = list(reader.read([file], None, lambda _path, _pages: None))
    assert numbers(read) == [str(number) for number in range(1, 9)]
    assert [page.kept for page in read] == [number <= before for number in range(1, 9)]
    assert PageNumbers.asked == list(range(before + 1, 9))


@pytest.mark.parametrize(("how", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_broken_off_at_a_page_that_takes_long(tmp_path: Path, how: signal.Signals, code: int) -> None:
    """Nothing is waited for, and no picture of a page is left behind."""
    file, kept = paper(tmp_path / "long.tif", [1, 2, 3]), tmp_path / "kept"
    (tmp_path / "scratch").mkdir()
    command = [sys.executable, "-m", "khoso", "--home", str(tmp_path), "read", "--workers", "1", "--keep", str(kept)]
    hangs = {**os.environ, "KHOSO_OCR_ENGINE": f"{__name__}:HangsInItsHelper", "TMPDIR": str(tmp_path / "scratch")}
    process = subprocess.Popen([*command, str(file)], env=hangs, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    deadline = time.monotonic() + 60
    while not (kept.is_dir() and list(kept.glob("*.json"))) and time.monotonic() < deadline:
        assert process.poll() is None, "it ended before it could be broken off"
        time.sleep(0.02)
    time.sleep(0.2)
    process.send_signal(how)
    began = time.monotonic()
    _out, said = process.communicate(timeout=30)
    assert process.returncode == code, said
    assert time.monotonic() - began < 10  # a page has a minute
    assert list((tmp_path / "scratch").iterdir()) == []


def test_a_kept_page_is_no_other_reader_s(tmp_path: Path) -> None:
    file = paper(tmp_path / "one.tif", [2])
    with reader_for(ENGINE, 1, tmp_path / "kept") as reader:
        list(reader.read([file], None, lambda _path, _pages: None))
    (entry,) = (tmp_path / "kept").iterdir()
    entry.write_text("{", encoding="utf-8")  # cut off by a full disk
    assert KeptPages(tmp_path / "kept").get("anything") is None
    with reader_for(ENGINE, 1, tmp_path / "kept") as reader:
        (page,) = reader.read([file], None, lambda _path, _pages: None)
    assert (page.kept, PageNumbers.asked) == (False, [2, 2])


def test_one_bad_page_leaves_the_others(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = paper(tmp_path / "mixed.tif", [1, 9, 2])
    assert main(["--home", str(tmp_path), "--json", "read", str(file)]) == 3
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [row["page"] for row in rows] == [1, 2, 3]
    assert ["error" in row for row in rows] == [False, True, False]
    assert rows[0]["engine"] == PageNumbers.name
    assert main(["--home", str(tmp_path), "--json", "extract", str(file)]) == 3
    (row,) = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert row["page"] == 2


def test_what_a_reader_lacked_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = paper(tmp_path / "one.tif", [7])
    assert main(["--home", str(tmp_path), "read", str(file)]) == 0
    said = capsys.readouterr()
    assert said.out == "7\n"
    assert "one.tif, trang 1: máy chủ thiếu bộ đọc trueocr" in said.err
    assert main(["--home", str(tmp_path), "--lang", "en", "extract", str(file)]) == 0
    assert "the reader trueocr is missing" in capsys.readouterr().err
    assert main(["--home", str(tmp_path), "--json", "extract", str(file)]) == 0
    assert json.loads(capsys.readouterr().out)["notes"] == ["reader_missing:trueocr"]


class Away(PageNumbers):
    """A reader that is not there."""

    def read(self, page: PageImage, *, languages: tuple[str, ...] = ("vie",)) -> Transcript:
        raise Unavailable("no reader is configured")


@pytest.mark.parametrize("command", ["read", "extract"])
def test_a_machine_without_readers_may_be_asked_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    monkeypatch.setenv("KHOSO_OCR_ENGINE", f"{__name__}:Away")
    file, bad = paper(tmp_path / "one.tif", [1]), tmp_path / "bad.tif"
    bad.write_bytes(b"")
    assert main(["--home", str(tmp_path), command, str(file), str(file)]) == 4
    assert main(["--home", str(tmp_path), command, str(file), str(bad)]) == 6
    assert main(["--home", str(tmp_path), command, str(bad)]) == 3
    assert "no reader is configured" in capsys.readouterr().err


def test_no_such_pages(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = paper(tmp_path / "one.tif", [1])
    assert main(["--home", str(tmp_path), "read", "--pages", "3-4", str(file)]) == 3
    assert "trang" in capsys.readouterr().err


def double_page(path: Path) -> Path:
    """Two sheets of A4 side by side at 200 dpi, the right one darker."""
    maker = Maker(path.parent)
    both = Image.new("RGB", (2 * 1654, 2338))
    for place, paper in enumerate(("#f6f6f6", "#e6e6e6")):
        both.paste(maker.page((1654, 2338), dpi=200, paper=paper), (1654 * place, 0))
    both.save(path, dpi=(200, 200))
    return path


def test_the_halves_of_a_double_page_are_pages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KHOSO_OCR_ENGINE", f"{__name__}:PaperTint")
    file = str(double_page(tmp_path / "book.png"))
    assert main(["--home", str(tmp_path), "--json", "read", "--keep", str(tmp_path / "kept"), file]) == 0
    first, second = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [first["page"], second["page"]] == [1, 2]
    assert [page["lines"][0]["text"] for page in (first, second)] == ["230", "246"], "it lies upside down"
    gutter = first["capture"]["cut"]["box"][0]
    assert first["capture"] == {"page": 1, "cut": {"box": [gutter, 0, 3308, 2338], "what": "half"}}
    assert second["capture"] == {"page": 1, "cut": {"box": [0, 0, gutter, 2338], "what": "half"}}
    assert (first["width"], first["height"]) == (3308 - gutter, 2338)
    assert (
        main(["--home", str(tmp_path), "--json", "read", "--keep", str(tmp_path / "kept"), "--pages", "2", file]) == 0
    )
    (one,) = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert one == second
    assert main(["--home", str(tmp_path), "--json", "extract", file]) == 0
    (whole,) = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert (whole["pages"], whole["first_page"], whole["last_page"]) == (2, 1, 2)
    assert [capture["cut"]["box"][0] for capture in whole["captures"]] == [gutter, 0]


def test_codes_on_a_page_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    drawn = io.BytesIO()
    segno.make_qr("MẪU-001", error="m").save(drawn, kind="png", scale=8, border=4)
    with Image.open(paper(tmp_path / "plain.tif", [1])) as page, Image.open(drawn) as code:
        both = page.convert("L")
        both.paste(code.convert("L"), (100, 900))
    both.save(tmp_path / "coded.png", dpi=(200, 200))
    assert main(["--home", str(tmp_path), "--json", "read", str(tmp_path / "coded.png")]) == 0
    (code_,) = json.loads(capsys.readouterr().out)["codes"]
    assert (code_["symbology"], code_["text"]) == ("qr", "MẪU-001")
    assert code_["box"][0] >= 100
    assert code_["box"][1] >= 900
