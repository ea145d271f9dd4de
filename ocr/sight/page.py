"""A page made ready for reading: its file comes in; the page image, upright, and the text lines found on it, go out.

Frames: the *capture* as stored; the *page image*, turned by quarters; the *mask*, a smaller level image on which lines
are found. `Prepared.to_page` leads from the mask to the page image.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from khoso.kernel.transcript import Box
from ocr.sight import pixels as px
from ocr.sight.blobs import Blobs, blobs_of
from ocr.sight.lines import Found, find_lines
from ocr.sight.pale import pale_ink, pale_lines, swallowed, without_coloured
from ocr.sight.pixels import Pixels
from ocr.sight.strips import Affine, Cutter, Strip
from ocr.upright import MOST_OF_CARD, MOST_SKEW, lean_of, levelled, on_its_head, skew_of

_LONG_SIDE = 1800  # pixels of the mask for a sheet up to A4
_FINE = 150.0  # dpi of the mask for larger sheets
_LEAST_BODY = 10.5  # pixels: print smaller than this on the mask is looked at more closely
_GOOD_BODY = 15.0
_REACH = 0.035  # of the long side: wider dark things are background
_HARDLY_ANY = 12  # pieces of ink like letters on a sheet that may be printed all the same, only fainter
_PRINTED = 80  # such pieces found then make it a printed sheet; scraps of the other side showing through are fewer
_RUN_TOGETHER = (
    0.25  # of the ink in pieces as wide as words (sharp print: 0 to 0.05, strongly blurred small print: 0.3 to 0.7)
)
_MORE_LETTERS = 1.3  # times as many pieces like letters make a sharpened look the better one
_LEAST_REACH, _REACH_OF_BODY = 2.0, 0.22  # of sharpening: pixels, and against the height of letters
_TALLEST = 2.5  # heights of letters
_DARKEST = 5  # percentile
_PICTURE = 30  # greys: what is so much darker than the letters is something else
_LONGEST_CARD = 4.7  # inches, the long side of what was cut out around a card of 85.6 x 54 mm, however it lay
_LEVEL = 0.3  # degrees of skew that do no harm
SURE = 0.3  # certainty that is believed without a reader's word
_MOST = 2.0  # enlargement of the mask
_DARKER = 25  # percentile of print that tells how dark a page's ink is
_SAMPLE = 5  # lines tried to tell whether a page can be read
_WORDS = 6  # pieces of ink a line must have to be tried
LEGIBLE = 0.75  # what lines of print reach the right way up
_CLEARLY = 0.15  # how much better another way up must read


@dataclass(frozen=True, slots=True)
class Prepared:
    """One page ready for reading.

    Attributes:
        colours: the page image as decoded, upright.
        grey: the page image, upright, with coloured ink faded.
        dpi: of the page image.
        rotation: degrees clockwise the capture was turned by.
        skew: degrees by which its lines climb.
        certainty: 0…1 that it stands upright, by its print alone.
        even: the mask's grey before ink was told from paper.
        blobs, found: ink as dark as the page's print, and its lines.
        to_page: leads from the mask to the page image.
    """

    colours: Pixels
    grey: Pixels
    dpi: float
    rotation: int
    skew: float
    certainty: float
    even: Pixels
    blobs: Blobs
    found: Found
    to_page: Affine

    @property
    def width(self) -> int:
        return int(self.grey.shape[1])

    @property
    def height(self) -> int:
        return int(self.grey.shape[0])

    def turned(self, degrees: int) -> "Prepared":
        """The same page turned clockwise, whatever its print says."""
        return _laid_out(px.turned(self.colours, degrees), self.dpi, (self.rotation + degrees) % 360, may_turn=False)

    def strips(self) -> Iterator[Strip]:
        """All lines of the page: what is pale or coloured first, then dark print."""
        print_, blobs, pale = self._pale()
        if blobs is not None and pale.lines:
            cutter = Cutter(px.darkest(self.colours), blobs, pale, self.to_page, pale=True)
            yield from (cutter.cut(number) for number in range(1, len(pale.lines) + 1))
        cutter = Cutter(self.grey, self.blobs, print_, self.to_page)
        for number, line in enumerate(print_.lines, 1):
            if not swallowed(self.blobs, line, pale):
                yield cutter.cut(number)

    def _pale(self) -> tuple[Found, Blobs | None, Found]:
        """The lines of dark print without words half of which are paler; the pieces of pale ink, and their lines."""
        even, found = self.even, self.found
        if self.colours.ndim == 3:
            even, _ = _level(_even(px.darkest, self.colours, self._scale), self.skew)
            found = without_coloured(self.blobs, found, self.even, even)
        print_ = self.even[::3, ::3][self.blobs.labels[::3, ::3] > 0]
        level = float(np.percentile(print_, _DARKER)) if len(print_) else 0.0
        ink = pale_ink(even, self.blobs, found, print_level=level)
        blobs = None if ink is None else blobs_of(ink)
        pale = pale_lines(blobs, found.lines) if blobs is not None else Found((), np.zeros(0, np.int32))
        return found, blobs, pale

    def longest(self) -> list[Strip]:
        """The few longest lines of dark print."""
        numbers = sorted(range(len(self.found.lines)), key=lambda i: -len(self.found.lines[i].members))
        cutter = Cutter(self.grey, self.blobs, self.found, self.to_page)
        return [cutter.cut(i + 1) for i in numbers[:_SAMPLE] if len(self.found.lines[i].members) >= _WORDS]

    def on_page(self, x0: float, y0: float, x1: float, y1: float) -> Box:
        """The upright rectangle on the page image around a rectangle on the mask."""
        return self.around(self.to_page, x0, y0, x1, y1)

    def around(self, to_page: Affine, x0: float, y0: float, x1: float, y1: float) -> Box:
        """The upright rectangle on the page image around a rectangle elsewhere."""
        corners = np.array([[x0, x1, x1, x0], [y0, y0, y1, y1]], dtype=float)
        x, y = to_page[:, :2] @ corners + to_page[:, 2:]
        left = min(max(0, int(np.floor(x.min()))), self.width - 1)
        top = min(max(0, int(np.floor(y.min()))), self.height - 1)
        right, bottom = min(self.width, int(np.ceil(x.max()))), min(self.height, int(np.ceil(y.max())))
        return Box(left, top, max(right, left + 1), max(bottom, top + 1))

    @property
    def _scale(self) -> float:
        return float(1 / np.hypot(self.to_page[0, 0], self.to_page[1, 0]))


def prepare(path: Path, frame: int, dpi: float, rotate: int, *, fixed: bool = False) -> Prepared:
    """Decode a page image, stand it upright as far as its print tells, and find its lines.

    Args:
        path: JPEG, PNG, TIFF or portable pixmap.
        frame: 0-based, of a TIFF.
        dpi: pixels per inch of paper.
        rotate: degrees clockwise that stand it upright according to its container; the print has the last word.
        fixed: a person said so, and has it.

    Raises:
        Refused: the image cannot be decoded.
    """
    page = _laid_out(px.turned(px.load(path, frame), rotate), dpi, rotate, may_turn=not fixed)
    if fixed:
        return replace(page, certainty=1.0)
    head = on_its_head(page.blobs, page.found)
    if head > SURE:
        page = page.turned(180)
    return replace(page, certainty=min(page.certainty, abs(head)))


def upright(page: Prepared, legibility: Callable[[Sequence[Strip]], float]) -> Prepared:
    """The page turned so that it can be read, if it can be read better turned.

    Args:
        page: as its print says it should stand.
        legibility: 0…1, how well a reader reads these strips. A few of the longest lines are tried.
    """
    sample = page.longest()
    if not sample:
        return page
    now = legibility(sample)
    if now >= LEGIBLE:
        return page
    best, turn = now + _CLEARLY, 0
    flipped = legibility([strip.flipped() for strip in sample])
    if flipped > best:
        best, turn = flipped, 180
    if best < LEGIBLE and page.certainty < SURE:
        sideways = page.turned(90).longest()
        for degrees, strips in ((90, sideways), (270, [strip.flipped() for strip in sideways])):
            if strips and (legible := legibility(strips)) > best:
                best, turn = legible, degrees
    return page.turned(turn) if turn else page


def _laid_out(colours: Pixels, dpi: float, rotation: int, *, may_turn: bool = True) -> Prepared:
    """Lines of a page; `certainty` tells only whether it lies on its side."""
    grey = px.faded(colours)
    scale = _scale(max(grey.shape), dpi)
    even = _even(px.faded, grey, scale)
    mask = px.ink(even)
    if (grounds := px.dark_grounds(mask)) is not None:
        colours = px.inverted(colours, grounds)
        grey = px.faded(colours)
        even = _even(px.faded, grey, scale)
        mask = px.ink(even)
    even, blobs, dark = _ink(even, mask)
    lean = lean_of(blobs)
    if may_turn and lean.sideways and lean.certainty > SURE:
        return _laid_out(px.turned(colours, 90), dpi, (rotation + 90) % 360, may_turn=False)
    if 0 < blobs.body < _LEAST_BODY and scale < _MOST:
        scale = min(_MOST, scale * _GOOD_BODY / blobs.body)
        even = _even(px.faded, grey, scale)
        even, blobs, dark = _ink(even, px.ink(even))
    card = max(grey.shape) / dpi < _LONGEST_CARD
    skew = skew_of(blobs, most=MOST_OF_CARD if card else MOST_SKEW)
    even, to_page = _level(even, skew)
    if abs(skew) > _LEVEL:
        blobs = blobs_of(px.ink(even, dark=dark))
    to_page = np.asarray(to_page / scale)
    return Prepared(colours, grey, dpi, rotation, skew, lean.certainty, even, blobs, find_lines(blobs), to_page)


def _ink(even: Pixels, mask: Pixels) -> tuple[Pixels, Blobs, float | None]:
    """An evened grey as it shows print best, its pieces of ink, and the grey of its darkest print where something else is darker.

    On a nearly empty sheet punch holes and staples may be all that is as dark as ink usually is: where hardly a letter is found,
    they are left out and what is dark then is looked for. The hair of a photograph or an emblem darker than faint print must not
    say how dark print is. Where blur has run letters together, they are parted first.

    Args:
        mask: its ink.
    """
    blobs, dark = blobs_of(mask), None
    if blobs.letters < _HARDLY_ANY:
        lighter = px.without(even, mask)
        again = blobs_of(px.ink(lighter))
        if again.letters >= _PRINTED:
            even, blobs = lighter, again
    else:
        printed = _level_of_letters(even, blobs)
        if printed - float(np.percentile(even[mask > 0], _DARKEST)) > _PICTURE:
            blobs, dark = blobs_of(px.ink(even, dark=printed)), printed
    if blobs.run_together > _RUN_TOGETHER:
        sharp = px.sharpened(even, max(_LEAST_REACH, _REACH_OF_BODY * blobs.body))
        parted = blobs_of(px.ink(sharp))
        if parted.letters > _MORE_LETTERS * blobs.letters:
            return sharp, parted, None
    return even, blobs, dark


def _level_of_letters(even: Pixels, blobs: Blobs) -> float:
    """Grey of the darkest pixels of what could be letters."""
    letters = blobs.letter_like & (blobs.h >= 5) & (blobs.h <= _TALLEST * blobs.body)
    table = np.concatenate(([False], letters))
    pixels = even[::2, ::2][table[blobs.labels[::2, ::2]]]
    return float(np.percentile(pixels, _DARKEST)) if len(pixels) else 0.0


def _level(even: Pixels, skew: float) -> tuple[Pixels, Affine]:
    if abs(skew) > _LEVEL:
        return levelled(even, skew)
    return even, np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])


def _scale(long_side: int, dpi: float) -> float:
    if long_side <= 1.8 * _LONG_SIDE:
        return min(_MOST, _LONG_SIDE / long_side)
    return min(max(_FINE / dpi, 0.2), 0.5)


def _even(channel: Callable[[Pixels], Pixels], pixels: Pixels, scale: float) -> Pixels:
    small = channel(px.scaled(pixels, scale))
    return px.evened(small, max(24, int(_REACH * max(small.shape))))
