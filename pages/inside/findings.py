"""What a person may want to see about a captured page: blank, cut off at an edge, blurred, too dark.

All measures are in millimetres of paper, so that they mean the same at 200 and at 600 dpi. They were set on scans of
Vietnamese administrative documents: of those a good one raises none.
"""

import math
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from pages.inside.paper import MM
from pages.inside.rasters import Pixels

_WORK = 100.0  # dpi at which ink is looked for: a letter of 11 points is 6 to 10 pixels high
_SMALL = 6_000_000  # pixels: drawings are looked at more coarsely, their lettering is larger
_SHARP = 300.0  # dpi at which edges are measured, or less if the capture has less

_INK = 30.0  # levels darker than the paper around it
_TEXT_INK = 60.0  # levels of printed or written strokes
_FAINT = 70.0  # levels below which ink must have edges; what shines through the paper has none
_DIFFUSE = 0.42  # steepest slope per pixel at `_WORK` to darkness
_COLOURED = 24.0  # levels between the channels: stamp ink stays coloured where it is faint, show-through is grey

_BLUR = 0.19  # mm, standard deviation of the blur from which on readers begin to lose words
_PIXEL = 0.6  # of a pixel: blur that the pixels themselves cause at low resolutions
_BLUR_SHARE = 67  # per cent of the cells with text that may be that blurred
_CELL = 2.7  # mm
_LEAST_CELLS = 60
_ONE_WAY = (
    0.12  # weaker slope to steeper: below, the cell holds nothing but a rule and says nothing of the other direction
)
_PRE = 0.8  # pixels by which the image is smoothed against noise before gradients are taken

_DARK = 120.0  # level of the brightest twentieth of a page (0 black … 255 white)


@dataclass(frozen=True, slots=True)
class Findings:
    """`cut` names the edges with ink running over them: `top`, `right`, `bottom`, `left`."""

    blank: bool
    cut: tuple[str, ...]
    blurred: bool
    dark: bool


def examine(pixels: Pixels, dpi: float, *, to_read: bool = False) -> Findings:
    """Findings of one page of grey or RGB pixels at `dpi`; with `to_read` neither edges nor blur."""
    cv2.setNumThreads(1)
    work = min(dpi, _WORK, dpi * (_SMALL / (pixels.shape[0] * pixels.shape[1])) ** 0.5)
    small = shrunk(pixels, work / dpi) if dpi > work else pixels
    scale = work / MM  # pixels per millimetre
    dark = is_dark(_grey(small))
    blank = not dark and is_blank(find_ink(small, scale), scale)
    if to_read:
        return Findings(blank=blank, cut=(), blurred=False, dark=dark)
    return Findings(
        blank=blank,
        cut=cut_edges(_grey(small), scale),
        blurred=not blank and blur_of(_grey(pixels), dpi) > math.hypot(_BLUR, _PIXEL * MM / dpi),
        dark=dark,
    )


def shrunk(pixels: Pixels, scale: float) -> Pixels:
    """Reduced by area."""
    size = max(1, round(pixels.shape[1] * scale)), max(1, round(pixels.shape[0] * scale))
    height, width = pixels.shape[0] // 2, pixels.shape[1] // 2
    if scale <= 0.5 and min(height, width) > 0:  # halving is many times quicker than any other reduction
        pixels = np.asarray(
            cv2.resize(pixels[: 2 * height, : 2 * width], (width, height), interpolation=cv2.INTER_AREA), dtype=np.uint8
        )
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _grey(pixels: Pixels) -> Pixels:
    return pixels if pixels.ndim == 2 else np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), dtype=np.uint8)


def is_dark(grey: Pixels) -> bool:
    """Even the brightest twentieth of the page is dark. So an identity card on a black lid is not, a lid alone is."""
    return float(np.percentile(cv2.blur(grey, (5, 5)), 95)) < _DARK


@dataclass(frozen=True, slots=True)
class Ink:
    """Connected pieces of ink. `boxes` is one row (x, y, width, height, area) each, in pixels; `coloured` one flag each."""

    boxes: np.ndarray[Any, np.dtype[np.int32]]
    coloured: np.ndarray[Any, np.dtype[np.bool_]]
    height: int
    width: int


def _darkness(channel: Pixels, scale: float) -> np.ndarray[Any, np.dtype[np.float32]]:
    """How much darker each pixel is than the paper around it; paper is what closing over 5 mm leaves."""
    kernel = np.ones((2 * round(2.5 * scale) + 1,) * 2, np.uint8)
    paper = cv2.blur(cv2.morphologyEx(cv2.medianBlur(channel, 5), cv2.MORPH_CLOSE, kernel), kernel.shape[::-1])
    return np.asarray(paper.astype(np.float32) - channel, dtype=np.float32)


def find_ink(pixels: Pixels, scale: float) -> Ink:
    """Dark ink, and coloured ink down to a faint stamp, at `scale` pixels per millimetre.

    Faint pieces without an edge are left out: the other side of the sheet shining through, shades, stains.
    """
    if pixels.ndim == 2:
        darkness = _darkness(pixels, scale)
        colour = np.zeros(pixels.shape, np.bool_)
    else:
        red, green, blue = cv2.split(pixels)
        least, most = cv2.min(cv2.min(red, green), blue), cv2.max(cv2.max(red, green), blue)
        darkness = _darkness(np.asarray(least, dtype=np.uint8), scale)
        spread = cv2.subtract(most, least)
        around = cv2.blur(spread, (2 * round(2.5 * scale) + 1,) * 2)  # coloured paper has a colour of its own
        colour = (cv2.subtract(spread, around) > _COLOURED) & (darkness > _INK / 2)
    mask = ((darkness > _INK) | colour).astype(np.uint8)
    count, labels, boxes, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    slope = cv2.magnitude(
        cv2.Sobel(darkness, cv2.CV_32F, 1, 0, scale=0.125), cv2.Sobel(darkness, cv2.CV_32F, 0, 1, scale=0.125)
    )
    inked = mask > 0
    deepest, steepest = (_most(values[inked], labels[inked], count) for values in (darkness, slope))
    crisp = (deepest >= _FAINT) | (steepest > _DIFFUSE * deepest)
    share = np.bincount(labels[colour], minlength=count) / np.maximum(boxes[:, cv2.CC_STAT_AREA], 1)
    crisp[0] = False
    return Ink(np.asarray(boxes[crisp], dtype=np.int32), share[crisp] > 0.5, *mask.shape)


def _most(values: Any, labels: Any, count: int) -> Any:
    """The largest value of each label."""
    most = np.zeros(count, np.float32)
    np.maximum.at(most, labels, values)
    return most


def is_blank(ink: Ink, scale: float) -> bool:
    """Nothing but dust, holes, staples, folds, shadows of the edge and what shines through from the other side.

    Fewer than five marks as large as letters, and none larger: a stamp, a signature or one line of text is no blank.
    """
    x, y, width, height, area = (ink.boxes[:, i].astype(np.float64) / scale for i in range(5))
    area /= scale
    extent, thickness = np.maximum(width, height), area / np.maximum(np.maximum(width, height), 1e-6)
    margin = np.minimum(np.minimum(x, y), np.minimum(ink.width / scale - x - width, ink.height / scale - y - height))
    shadow = (margin < 2.0) & ~ink.coloured
    thread = (
        (extent > 8.0) & (thickness < 0.8) & (np.minimum(width, height) < 2.0)
    )  # fold, staple, streak of the scanner
    hole = (
        (margin < 25.0)
        & (extent > 3.5)
        & (extent < 9.0)
        & (np.minimum(width, height) > 0.8 * extent)
        & (area > 0.65 * extent**2)
    )
    mark = (extent >= 1.2) & ~shadow & ~thread & ~hole
    return int(mark.sum()) < 5 and not bool((mark & (extent > 8.0)).any())


def cut_edges(grey: Pixels, scale: float) -> tuple[str, ...]:
    """Edges that at least three (sides) or four (top, bottom) pieces of text run over.

    Lines, frames and shadows are longer than letters and do not count: they may rightly end at the edge.
    """
    mask = (_darkness(grey, scale) > _TEXT_INK).astype(np.uint8)
    boxes = cv2.connectedComponentsWithStats(mask, connectivity=8)[2][1:]
    x, y, width, height = (boxes[:, i] for i in range(4))
    near = 0.3 * scale
    along = {
        "top": (y <= near, width, height, 4),
        "right": (x + width >= grey.shape[1] - near, height, width, 3),
        "bottom": (y + height >= grey.shape[0] - near, width, height, 4),
        "left": (x <= near, height, width, 3),
    }
    cut = []
    for edge, (touches, length, depth, least) in along.items():
        letter = (
            touches & (length >= 0.8 * scale) & (length <= 8 * scale) & (depth >= 0.5 * scale) & (depth <= 15 * scale)
        )
        if int(letter.sum()) >= least:
            cut.append(edge)
    return tuple(cut)


def blur_of(grey: Pixels, dpi: float) -> float:
    """Standard deviation in mm of the blur at the edges of text, in the worse direction, such that two thirds of the
    page are sharper; 0 if there are too few edges to say.

    In each cell with ink the steepest slope is set against the contrast: an edge of contrast c blurred by s has a
    slope of at most c / (s·√(2π)). Blank and sparse pages have no such cells and say nothing.
    """
    if dpi > _SHARP:
        grey = shrunk(grey, _SHARP / dpi)
    scale = min(dpi, _SHARP) / MM
    cell = max(8, round(_CELL * scale))
    rows, columns = grey.shape[0] // cell, grey.shape[1] // cell
    if rows * columns < _LEAST_CELLS:
        return 0.0
    smooth = cv2.GaussianBlur(grey[: rows * cell, : columns * cell], (0, 0), _PRE)
    contrast = _highest(smooth, cell) - (255.0 - _highest(cv2.bitwise_not(smooth), cell))
    slopes = [
        _highest(np.abs(cv2.Sobel(smooth, cv2.CV_16S, across, down)), cell).astype(np.float32) / 8  # the kernel's gain
        for across, down in ((1, 0), (0, 1))
    ]
    telling = (contrast >= _TEXT_INK) & (np.minimum(*slopes) > _ONE_WAY * np.maximum(*slopes))
    if int(telling.sum()) < _LEAST_CELLS:
        return 0.0
    return max(_spread(contrast[telling], slope[telling]) for slope in slopes) / scale


def _highest(values: Any, cell: int) -> Any:
    """The largest value in each square of `cell` pixels."""
    rows, columns = values.shape[0] // cell, values.shape[1] // cell
    return values.reshape(rows, cell, -1).max(axis=1).reshape(rows, columns, cell).max(axis=2)


def _spread(contrast: Any, slope: Any) -> float:
    """Pixels; see `blur_of`."""
    blurs = np.square(contrast / (np.sqrt(2 * np.pi) * slope)) - _PRE**2
    return float(np.percentile(np.sqrt(np.maximum(blurs, 0.0)), _BLUR_SHARE))
