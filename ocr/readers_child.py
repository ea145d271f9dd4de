"""What runs in the helper process: a page image is read by Tesseract, through its library or through its program.

The loaded library object stays between calls: loading the model costs as much as reading a third of a page.
"""

import hashlib
import os
import shlex
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from khoso.kernel.errors import Refused, Unavailable
from khoso.kernel.reasons import ReasonCode
from khoso.kernel.transcript import Line, Transcript
from ocr.arbiter import alone
from ocr.language.model import language
from ocr.parameters import parameters
from ocr.sight.page import LEGIBLE, SURE, Prepared, prepare, upright
from ocr.sight.pixels import Pixels
from ocr.sight.strips import Strip
from ocr.sight.whole import Seen, lines_of_layout, stacked, whole, words_of_table
from ocr.sight.words import Reading, Said, is_noise, lines_of, mean_confidence

_DEBIAN = Path("/usr/share/tesseract-ocr/5/tessdata")
_DOUBTFUL = 0.75  # mean confidence of a line below which it is read a second time
_WORTH_IT = 3  # pieces of ink a line must have for that
_CLEARLY = 0.02
_AUTOMATIC, _ONE_BLOCK = 3, 6  # page segmentation modes
_NO_PROGRAM = "the program tesseract is missing: apt-get install tesseract-ocr tesseract-ocr-vie"
_STRIP_DPI = 200  # of a strip of ordinary print; Tesseract only asks so as not to guess


def tessdata(languages: Sequence[str]) -> Path:
    """The folder of language models: `TESSDATA_PREFIX`, Tesseract's own convention, else Debian's.

    Raises:
        Unavailable: a model is missing; says what to install.
    """
    folder = Path(os.environ.get("TESSDATA_PREFIX") or _DEBIAN)
    for name in languages:
        if not (folder / f"{name}.traineddata").is_file():
            raise Unavailable(
                f"no Tesseract model «{name}» in {folder}: apt-get install tesseract-ocr-{name.replace('_', '-')}"
                " (or set TESSDATA_PREFIX to the folder that has it)"
            )
    return folder


@lru_cache(maxsize=2)
def _library(folder: Path, languages: tuple[str, ...]) -> Any:
    try:
        import tesserocr
    except ImportError as error:
        raise Unavailable(f"tesserocr cannot be loaded ({error}): pip install tesserocr") from error
    try:
        api = tesserocr.PyTessBaseAPI(
            path=str(folder), lang="+".join(languages), psm=tesserocr.PSM.RAW_LINE, oem=tesserocr.OEM.LSTM_ONLY
        )
    except RuntimeError as error:
        raise Unavailable(f"Tesseract cannot load its model from {folder}: {error}") from error
    # Strips are dark on light: looking for the opposite doubles the work.
    api.SetVariable("tessedit_do_invert", "0")
    return api


def library_name(languages: Sequence[str]) -> str:
    """`tesseract-5.5.4/vie@1f3a5c7e+parameters@…`: version, models, digest of the first one's bytes, parameters.

    Raises:
        Unavailable: library or model is missing.
    """
    return f"{_library_name(tuple(languages))}+{parameters()}"


@lru_cache(maxsize=8)
def _library_name(languages: tuple[str, ...]) -> str:
    folder = tessdata(languages)
    digest = hashlib.sha256((folder / f"{languages[0]}.traineddata").read_bytes()).hexdigest()[:8]
    return f"tesseract-{_library(folder, languages).Version()}/{'+'.join(languages)}@{digest}"


def read_by_library(
    path: str, frame: int, dpi: float, rotate: int, languages: Sequence[str], *, fixed: bool = False
) -> dict[str, Any]:
    """Read a page line by line with Tesseract's library; a Transcript as JSON."""
    careful, name = careful_reader(languages), library_name(languages)

    def read(page: Prepared) -> list[Reading]:
        return [careful.alone(strip, name) for strip in page.strips()]

    return read_lines(Path(path), frame, dpi, (rotate, fixed), read, careful.legibility, name).to_json()


def read_lines(
    path: Path,
    frame: int,
    dpi: float,
    turn: tuple[int, bool],
    read: Callable[[Prepared], list[Reading]],
    legibility: Callable[[Sequence[Strip]], float],
    name: str,
    notes: tuple[str, ...] = (),
) -> Transcript:
    """Read a page line by line; once more the other way up where it reads badly and better turned.

    Args:
        turn: degrees clockwise that stand it upright according to its container, or (and then it is) to a person.
    """
    started = time.perf_counter()
    rotate, fixed = turn
    page = prepare(path, frame, dpi, rotate, fixed=fixed)
    said = read(page)
    if fixed:
        return replace(_transcript(page, lines_of(page, said), name, started), notes=notes)
    if page.certainty < SURE or mean_confidence([word for line in said for word in line.words]) < LEGIBLE:
        turned = upright(page, legibility)
        if turned is not page:
            page, said = turned, read(turned)
    return replace(_transcript(page, lines_of(page, said), name, started), notes=notes)


@dataclass(frozen=True, slots=True)
class CarefulReader:
    """Tesseract's loaded library, for strips."""

    api: Any
    name: str

    def best(self, strip: Strip) -> tuple[Strip, list[Said]]:
        """A strip as it reads best, and what it says."""
        return _best(self.api, strip)

    def alone(self, strip: Strip, name: str) -> Reading:
        """A line where no other reader serves, `name` what it is read by: its confidences made true (`ocr.arbiter.alone`)."""
        as_read, said = self.best(strip)
        if is_noise(said, pieces=len(strip.line.members), pale=strip.pale):
            return Reading(as_read, said, name)
        return Reading(as_read, alone(said, language()), name, is_text=True)

    def legibility(self, strips: Sequence[Strip]) -> float:
        """0…1, how surely these strips read."""
        return mean_confidence([word for strip in strips for word in _said(self.api, strip)])


def careful_reader(languages: Sequence[str]) -> CarefulReader:
    """Tesseract's library with its models loaded. Raises `Unavailable` if one is missing."""
    return CarefulReader(_library(tessdata(languages), tuple(languages)), _library_name(tuple(languages)))


def _best(api: Any, strip: Strip) -> tuple[Strip, list[Said]]:
    """A strip as it reads best, and what it says."""
    said = _said(api, strip)
    confidence = mean_confidence(said)
    if confidence < _DOUBTFUL and len(strip.line.members) >= _WORTH_IT:
        smaller = strip.smaller()
        again = _said(api, smaller)
        if mean_confidence(again) > confidence + _CLEARLY:
            return smaller, again
    return strip, said


def _said(api: Any, strip: Strip) -> list[Said]:
    import tesserocr

    height, width = strip.pixels.shape
    api.SetImageBytes(np.ascontiguousarray(strip.pixels).tobytes(), width, height, 1, width)
    api.SetSourceResolution(_STRIP_DPI)
    api.Recognize()
    level = tesserocr.RIL.WORD
    iterator = api.GetIterator()
    if iterator is None or iterator.Empty(level):
        return []
    out = []
    for word in tesserocr.iterate_level(iterator, level):
        box = word.BoundingBox(level)
        if box is not None:
            out.append(Said(word.GetUTF8Text(level), box[0], box[2], word.Confidence(level) / 100))
    return out


def program_name(languages: Sequence[str]) -> str:
    """As `library_name`, of the program. Raises `Unavailable` if it or its model is missing."""
    tessdata(languages)
    pytesseract = _pytesseract()
    try:
        return f"tesseract-{pytesseract.get_tesseract_version()}/{'+'.join(languages)}+{parameters()}"
    except pytesseract.TesseractNotFoundError as error:
        raise Unavailable(_NO_PROGRAM) from error


def read_by_program(
    path: str, frame: int, dpi: float, rotate: int, languages: Sequence[str], seconds: float, *, fixed: bool = False
) -> dict[str, Any]:
    """Read a page in one run of the program; a Transcript as JSON."""
    started = time.perf_counter()
    name = program_name(languages)

    def run(grey: Pixels, dots: float, layout: int) -> list[Seen]:
        return _run(grey, languages, dots, layout, seconds - (time.perf_counter() - started))

    def legibility(strips: Sequence[Strip]) -> float:
        return mean_confidence([seen.said for seen in run(stacked(strips), _STRIP_DPI, _ONE_BLOCK)])

    page = prepare(Path(path), frame, dpi, rotate, fixed=fixed)
    if page.certainty < SURE:  # each look costs a start of the program: only in doubt
        page = upright(page, legibility)
    level, to_page, dots = whole(page)
    lines = lines_of_layout(run(level, dots, _AUTOMATIC), page, to_page, name, lambda words: alone(words, language()))
    return _transcript(page, lines, name, started).to_json()


def _run(grey: Pixels, languages: Sequence[str], dpi: float, layout: int, seconds: float) -> list[Seen]:
    pytesseract = _pytesseract()
    config = f"--tessdata-dir {shlex.quote(str(tessdata(languages)))} --oem 1 --psm {layout} --dpi {round(dpi)}"
    with tempfile.TemporaryDirectory(prefix="khoso-read-") as folder:
        image = Path(folder, "page.pgm")  # raw: packing pixels as PNG and unpacking them takes as long as reading them
        cv2.imwrite(str(image), grey)
        try:
            table = pytesseract.image_to_data(
                str(image), lang="+".join(languages), config=config, timeout=max(seconds, 1.0)
            )
        except pytesseract.TesseractNotFoundError as error:
            raise Unavailable(_NO_PROGRAM) from error
        except pytesseract.TesseractError as error:
            raise Refused(ReasonCode.DAMAGED, detail="Tesseract") from error
        except RuntimeError as error:  # how pytesseract says that time is up
            raise Refused(ReasonCode.TOO_SLOW, seconds=round(seconds)) from error
    return words_of_table(table)


def _pytesseract() -> Any:
    try:
        import pytesseract
    except ImportError as error:
        raise Unavailable(f"pytesseract cannot be loaded ({error}): pip install pytesseract") from error
    return pytesseract


def _transcript(page: Prepared, lines: tuple[Line, ...], name: str, started: float) -> Transcript:
    return Transcript(
        width=page.width,
        height=page.height,
        dpi=page.dpi,
        lines=lines,
        engine=name,
        rotation=page.rotation,
        skew=page.skew,
        seconds=round(time.perf_counter() - started, 3),
    )
