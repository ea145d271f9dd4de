"""What runs in the helper process: a page image is read by Tesseract, through its library or through its program.

The loaded library object stays between calls: loading the model costs as much as reading a third of a page.
"""

import os
import time
from collections.abc import Sequence
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from khoso.kernel.errors import Unavailable
from khoso.kernel.transcript import Transcript
from ocr.sight.page import Prepared, longest, prepare, upright
from ocr.sight.strips import HEIGHT, Strip
from ocr.sight.words import Said, lines_of, mean_confidence

_DEBIAN = Path("/usr/share/tesseract-ocr/5/tessdata")
_STRIP_DPI = 200  # of a strip of ordinary print; Tesseract only asks so as not to guess


def tessdata(languages: Sequence[str]) -> Path:
    """The folder of language models: `TESSDATA_PREFIX`, Tesseract's own convention, else Debian's.

    Raises:
        Unavailable: a model is missing; says what to install.
    """
    folder = Path(os.environ.get("TESSDATA_PREFIX") or _DEBIAN)
    for language in languages:
        if not (folder / f"{language}.traineddata").is_file():
            raise Unavailable(
                f"no Tesseract model «{language}» in {folder}: apt-get install tesseract-ocr-{language.replace('_', '-')}"
                " (or set TESSDATA_PREFIX to the folder that has it)"
            )
    return folder


@lru_cache(maxsize=2)
def _library(folder: Path, languages: tuple[str, ...]) -> Any:
    try:
        import tesserocr
    except ImportError as error:
        raise Unavailable(f"tesserocr cannot be loaded ({error}): pip install tesserocr") from error
    return tesserocr.PyTessBaseAPI(
        path=str(folder), lang="+".join(languages), psm=tesserocr.PSM.RAW_LINE, oem=tesserocr.OEM.LSTM_ONLY
    )


def library_name(languages: Sequence[str]) -> str:
    """`tesseract-5.5.4/vie`. Raises `Unavailable` if library or model is missing."""
    api = _library(tessdata(languages), tuple(languages))
    return f"tesseract-{api.Version()}/{'+'.join(languages)}"


def read_by_library(path: str, frame: int, dpi: float, rotate: int, languages: Sequence[str]) -> dict[str, Any]:
    """Read a page line by line; a Transcript as JSON."""
    started = time.perf_counter()
    api = _library(tessdata(languages), tuple(languages))
    name = library_name(languages)

    def legibility(strips: Sequence[Strip]) -> float:
        return mean_confidence([word for strip in strips for word in _said(api, strip)])

    page = upright(prepare(Path(path), frame, dpi, rotate), legibility)
    cutter = page.cutter()
    read = []
    for number in range(1, len(page.found.lines) + 1):
        strip = cutter.cut(number)
        read.append((number, strip, _said(api, strip)))
    return _transcript(page, lines_of(page, read, name), name, started).to_json()


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


def _transcript(page: Prepared, lines: Any, name: str, started: float) -> Transcript:
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
