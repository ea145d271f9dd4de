"""The quick reader, in the helper process: the line network of `trueocr` (CTC, ONNX, Apache-2.0) on the strips of `ocr.sight`.

Only the package's model files are used, through ONNX Runtime with one thread: its own layout, files and downloads are
left alone. All lines of a page cost about as much as six lines of Tesseract.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from khoso.kernel.errors import Unavailable
from ocr.sight.strips import HEIGHT, Strip
from ocr.sight.words import Said

_ROWS = 96  # the network sees a line of 32 rows with as much above and below it
_LINE = 28  # rows a strip of `HEIGHT` becomes: letters as large as in training
_SIDE = 11  # white columns left and right
_STEP = 4  # columns for each step of the network
_HALO, _MULTIPLE = 8, 8  # white columns after the widest line; widths are multiples of
_WIDEST = 8192  # columns: 50 lines of print end to end are no line
_AREA = 12_000  # columns of a batch: what its layers hold stays near the processor
_UNEVEN = 1.1  # widest against narrowest in a batch
_MISSING = "the reader trueocr cannot be loaded ({}): pip install trueocr"
_HALF_LETTER = 5.0  # pixels of a strip

Ink = np.ndarray[Any, np.dtype[np.float32]]


class QuickReader:
    """A loaded line network.

    Attributes:
        name: model and digest of its bytes, e.g. `trueocr-vi-r01@1f3a5c7e`.
    """

    def __init__(self, session: Any, letters: Sequence[str], name: str) -> None:
        self._session = session
        self._letters = letters
        self.name = name

    def read(self, strips: Sequence[Strip]) -> list[list[Said]]:
        """Words of each strip, in its pixels; a word is as sure as its least sure letter."""
        inks = [ink_of(strip) for strip in strips]
        out: list[list[Said]] = [[] for _ in strips]
        for numbers in _batches([ink.shape[1] for ink in inks]):
            widest = max(inks[i].shape[1] for i in numbers)
            batch = np.zeros((len(numbers), 1, _ROWS, -(-widest // _MULTIPLE) * _MULTIPLE + _HALO), np.float32)
            widths = np.array([inks[i].shape[1] for i in numbers], np.int64)
            for row, i in enumerate(numbers):
                batch[row, 0, :, : widths[row]] = inks[i]
            ids, sure, lengths = self._session.run(["ids", "conf", "lengths"], {"x": batch, "widths": widths})
            for row, i in enumerate(numbers):
                out[i] = self._words(ids[row, : lengths[row]], sure[row, : lengths[row]])
        return out

    def _words(self, ids: np.ndarray[Any, Any], sure: np.ndarray[Any, Any]) -> list[Said]:
        """Repeated letters and blanks (0) taken out, as CTC wants; cut at spaces."""
        keep = np.flatnonzero((ids != 0) & np.concatenate(([True], ids[1:] != ids[:-1])))
        words: list[Said] = []
        letters: list[tuple[str, float, float]] = []
        for step in keep.tolist():
            letter = self._letters[int(ids[step]) - 1]
            if letter == " ":
                words += _word(letters)
                letters = []
            else:
                letters.append((letter, (_STEP * (step + 0.5) - _SIDE) * HEIGHT / _LINE, float(sure[step])))
        return [*words, *_word(letters)]


def _word(letters: Sequence[tuple[str, float, float]]) -> list[Said]:
    """A word of letters with their middles and confidences; none of none."""
    if not letters:
        return []
    text = "".join(letter for letter, _, _ in letters)
    left, right = letters[0][1] - _HALF_LETTER, letters[-1][1] + _HALF_LETTER
    return [Said(text, max(left, 0.0), right, min(sure for _, _, sure in letters))]


def ink_of(strip: Strip) -> Ink:
    """A strip as the network wants it: 0 paper, 1 ink, `_ROWS` high, white around."""
    width = min(max(8, round(strip.pixels.shape[1] * _LINE / HEIGHT)), _WIDEST)
    small = cv2.resize(strip.pixels, (width, _LINE), interpolation=cv2.INTER_AREA).astype(np.float32)
    paper = max(float(np.percentile(small, 75)), 1.0)
    out = np.zeros((_ROWS, width + 2 * _SIDE), np.float32)
    top = (_ROWS - _LINE) // 2
    out[top : top + _LINE, _SIDE : _SIDE + width] = np.clip(1 - small / paper, 0, 1)
    return out


def _batches(widths: Sequence[int]) -> Iterator[list[int]]:
    """Lines of about the same width together, so that little is spent on white."""
    batch: list[int] = []
    for i in sorted(range(len(widths)), key=widths.__getitem__):
        if batch and (widths[i] > _UNEVEN * widths[batch[0]] or (len(batch) + 1) * widths[i] > _AREA):
            yield batch
            batch = []
        batch.append(i)
    if batch:
        yield batch


@cache
def quick_reader() -> QuickReader:
    """The reader, loaded once for the life of a helper.

    Raises:
        Unavailable: the package or the runtime is missing or does not work; says what to install.
    """
    folder = _models()
    try:
        import onnxruntime
    except ImportError as error:
        raise Unavailable(_MISSING.format(error)) from error
    try:
        described = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
        model = (folder / "rec.onnx").read_bytes()
    except OSError as error:
        raise Unavailable(_MISSING.format(error)) from error
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    # With batches of changing shape both grow and buy no speed.
    options.enable_cpu_mem_arena = options.enable_mem_pattern = False
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    digest = hashlib.sha256(model).hexdigest()[:8]
    return QuickReader(session, described["charset"], f"{described['name']}@{digest}")


def _models() -> Path:
    found = find_spec("trueocr")
    if found is None or not found.submodule_search_locations:
        raise Unavailable(_MISSING.format("not installed"))
    return Path(found.submodule_search_locations[0]) / "models"
