"""Other programs as readers, so that the same rules look for fields in what they read of the whole page."""

import csv
import io
import os
import subprocess
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from khoso.kernel.transcript import Box, Line, Transcript, Word
from pages.ports import PageImage

ONE_THREAD = {**os.environ, "OMP_THREAD_LIMIT": "1", "OMP_NUM_THREADS": "1"}
WORDS = "5"  # the level of a row of either program's table


@dataclass(frozen=True)
class Rival:
    """An `OcrEngine`: a program's words, with their boxes, as lines of its own layout.

    Attributes:
        words: rows of the table a program makes of a page image, in pixels of that image; confidence in per cent.
    """

    name: str
    words: Callable[[PageImage], Iterator[Mapping[str, str]]]

    def read(self, page: PageImage, *, languages: tuple[str, ...] = ("vie",)) -> Transcript:
        lines: dict[tuple[int, ...], list[Word]] = defaultdict(list)
        for row in self.words(page):
            left, top, width, height = (round(float(row[key])) for key in ("left", "top", "width", "height"))
            if row["level"] == WORDS and row["text"].strip():
                place = tuple(int(row[key]) for key in ("block_num", "par_num", "line_num"))
                box = Box(left, top, left + max(1, width), top + max(1, height))
                lines[place].append(Word(row["text"].strip(), box, max(0.0, float(row["conf"]) / 100)))
        return Transcript(
            page.width,
            page.height,
            page.dpi,
            tuple(Line(tuple(words), self.name, block=place[0]) for place, words in lines.items()),
            self.name,
        )


def tesseract() -> Rival:
    """`tesseract -l vie` on the page as it was captured."""

    def words(page: PageImage) -> Iterator[Mapping[str, str]]:
        return _table(["tesseract", page.path, "-", "-l", "vie", "--dpi", str(round(page.dpi)), "tsv"], scale=1)

    return Rival("tesseract -l vie", words)


def ocrmypdf(command: str) -> Rival:
    """`ocrmypdf`, its words as `pdftotext` finds them in the PDF/A it makes of the captured page."""

    def words(page: PageImage) -> Iterator[Mapping[str, str]]:
        with tempfile.TemporaryDirectory() as folder:
            made = Path(folder) / "made.pdf"
            options = ["-q", "-l", "vie", "--jobs", "1", "--image-dpi", str(round(page.dpi)), "--output-type", "pdfa"]
            image = _as_png(page, Path(folder))
            subprocess.run([command, *options, image, made], check=True, capture_output=True, env=ONE_THREAD)
            yield from _table(["pdftotext", "-tsv", made, "-"], scale=page.dpi / 72)

    return Rival("ocrmypdf", words)


def _as_png(page: PageImage, folder: Path) -> Path:
    """The page image in a form that OCRmyPDF takes: not PPM or PGM."""
    if page.path.suffix.lower() in {".jpg", ".jpeg", ".png", ".tif", ".tiff"}:
        return page.path
    from PIL import Image

    with Image.open(page.path) as image:
        image.save(folder / "page.png", dpi=(page.dpi, page.dpi))
    return folder / "page.png"


def _table(command: list[str | Path], *, scale: float) -> Iterator[Mapping[str, str]]:
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=ONE_THREAD)
    for row in csv.DictReader(io.StringIO(done.stdout), delimiter="\t", quoting=csv.QUOTE_NONE):
        for key in ("left", "top", "width", "height"):
            row[key] = str(float(row[key]) * scale)
        yield row
