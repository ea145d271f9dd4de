"""What the first look leaves out: red titles, blue stamps' words, faint print. Never guilloche, ornament or seals, if it can be told."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import cv2
import numpy as np

from ocr.sight.blobs import Blobs, Flags, Numbers
from ocr.sight.lines import NOBODY, Found, Reals, TextLine, find_lines
from ocr.sight.pixels import Pixels

_DARK = 165  # of an evened grey's 235: ink of any colour, no tint
_FAINTEST = 200  # where all print of a page is faint, so is its coloured ink: up to here
_LIGHTER = 20  # coloured ink may be so much lighter than the darker print
_LEAST_INK = 5e-5  # of the page: less is a few specks
_LETTERS = 4  # fewer in a row are no line
_PERIODS = 4  # shapes an ornament may repeat
_LONG = 20  # shapes compared before a row is called an ornament
_SAME = 0.10  # of the usual size: half the shapes of an ornament differ by less (0.01 to 0.08), capitals of a title by 0.12 and more
_NEARLY = 0.18  # and three quarters of them by less than this
_TINT = 45  # greys by which ink is darker in its darkest channel: coloured (black print: below 25)
_BESIDE = 0.6  # rises around a coloured letter where the rest of its word is looked for
_SOME = 12  # coloured letters
_ON_FOOT = (
    0.08  # rises: median distance of coloured letters from the foot of their line (typed: up to 0.06, by hand: 0.11)
)
_MORE_INK = 0.06  # of the coloured letters' own ink: so much beside them is the rest of their words
_MOST_ANSWERS = 12  # short coloured words; more are a pattern
_FAR = 25  # rises from a question to its answer in the next column
_ALONE = 0.8  # rises around a short coloured word without other ink: letters of a seal are not alone
_MOST_LINES = 40  # the longest ones; more are a pattern


def pale_ink(even: Pixels, blobs: Blobs, found: Found, *, print_level: float = 0.0) -> Pixels | None:
    """1 where there is ink outside the lines found already; None where there is hardly any.

    Args:
        even: grey in which coloured ink is dark.
        blobs, found: ink and lines of the first look on the same mask.
        print_level: grey of the darker print on the page.
    """
    dark = max(_DARK, min(_FAINTEST, print_level + _LIGHTER))
    ink = (even < dark).view(np.uint8)
    height = ink.shape[0]
    for line in found.lines:
        if _letters(blobs, line) < _LETTERS:
            continue  # may be the darker letters of a pale word
        top = min(line.base, line.baseline(line.x1)) - max(line.above, 1.2 * line.rise)
        bottom = max(line.base, line.baseline(line.x1)) + max(line.below, 0.3 * line.rise)
        margin = int(0.3 * line.rise) + 1
        ink[max(0, int(top)) : min(height, int(bottom) + 2), max(0, line.x0 - margin) : line.x1 + margin] = 0
    return ink if int(ink.sum()) > _LEAST_INK * ink.size else None


def without_coloured(blobs: Blobs, found: Found, even: Pixels, darkest: Pixels) -> Found:
    """Lines of the first look without what is typed in colour, where it saw but parts of it: the second look reads it whole.

    Blue type as dark as the threshold falls apart: of `Số hiệu: C317279` the first look has `Số hiệu: C`, the second `317279`.

    Args:
        even, darkest: evened greys of the same mask with coloured ink faded, and dark; they differ where ink is coloured.
    """
    at = blobs.labels > 0
    differ = np.bincount(blobs.labels[at], even[at].astype(float) - darkest[at], len(blobs) + 1)[1:]
    tinted = np.asarray(differ > _TINT * blobs.area)
    letters = np.flatnonzero(tinted & blobs.letter_like & (found.owner > NOBODY)).astype(np.int32)
    if len(letters) < _SOME or not _is_typed(blobs, found, tinted):
        return found
    seen = cv2.dilate(at.view(np.uint8), np.ones((5, 5), np.uint8))  # with the soft edges of what was found
    if not _is_torn(blobs, letters, ((darkest < _DARK) & (seen == 0)).view(np.uint8)):
        return found
    lines, owner = list[TextLine](), np.minimum(found.owner, 0)
    for line in found.lines:
        for members in _runs(blobs, line, tinted[line.members]):
            x0, x1 = int(blobs.x[members].min()), int((blobs.x[members] + blobs.w[members]).max())
            lines.append(replace(line, members=members, x0=x0, x1=x1, base=line.baseline(x0)))
            owner[members] = len(lines)
    return Found(tuple(lines), owner)


def _is_torn(blobs: Blobs, letters: Numbers, pale: Pixels) -> bool:
    """Whether beside coloured letters stands much ink of their colour that the first look has not seen."""
    around = 0
    for x, y, w, h in zip(blobs.x[letters], blobs.y[letters], blobs.w[letters], blobs.h[letters], strict=True):
        margin = int(_BESIDE * h) + 1
        around += int(pale[y : y + h, max(0, x - margin) : x + w + margin].sum())
    return around > _MORE_INK * int(blobs.area[letters].sum())


def _is_typed(blobs: Blobs, found: Found, tinted: Flags) -> bool:
    """Whether coloured letters beside black ones stand on the foot of the black ones' line: what is written by hand floats."""
    tall = [line.members[blobs.h[line.members] >= 0.5 * line.rise] for line in found.lines]
    black = [line for line, letters in zip(found.lines, tall, strict=True) if (~tinted[letters]).sum() >= _LETTERS]
    off = list[float]()
    for line, letters in zip(found.lines, tall, strict=True):
        mine = letters[tinted[letters]]
        beside = (
            next((other for other in black if other is line or _leads_to(other, line)), None) if len(mine) else None
        )
        if beside is not None:
            feet = blobs.y[mine] + blobs.h[mine]
            base = beside.base + beside.slope * (blobs.x[mine] + blobs.w[mine] / 2 - beside.x0)
            off.extend((np.abs(feet - base) / beside.rise).tolist())
    return len(off) >= _LETTERS and float(np.median(off)) < _ON_FOOT


def _leads_to(question: TextLine, line: TextLine) -> bool:
    """Whether a line stands right of another, level with it."""
    level = abs(question.baseline(line.x0) - line.base) < 0.35 * question.rise
    return level and question.x1 - question.rise < line.x0 < question.x1 + _FAR * question.rise


def _runs(blobs: Blobs, line: TextLine, out: Flags) -> Iterator[Numbers]:
    """The members of a line that stay, cut where others are taken out."""
    order = np.argsort(blobs.x[line.members])
    members, gone = line.members[order], out[order]
    for run in np.split(np.arange(len(members)), np.flatnonzero(np.diff(gone.astype(np.int8))) + 1):
        if len(run) and not gone[run[0]] and (blobs.h[members[run]] >= 0.5 * line.rise).any():
            yield np.sort(members[run]).astype(np.int32)


def pale_lines(blobs: Blobs, dark: Sequence[TextLine] = ()) -> Found:
    """Lines that look like print by the sizes of their letters.

    Args:
        blobs: what `pale_ink` left.
        dark: the lines of the first look; a coloured word too short to be told by itself (`Nữ`, `16`) is believed where it
            stands alone and level with one of them, as an answer typed in colour beside its printed question does.
    """
    found = _whole(blobs, find_lines(blobs, dark))
    likely = [
        (len(line.members), number)
        for number, line in enumerate(found.lines, 1)
        if len(line.members) >= _LETTERS and _is_print(blobs, line)
    ]
    kept = [number for _, number in sorted(likely, reverse=True)[:_MOST_LINES]]
    answers = [number for number, line in enumerate(found.lines, 1) if _is_answer(blobs, line, dark)]
    if len(answers) <= _MOST_ANSWERS:
        kept += [number for number in answers if number not in kept]
    kept.sort()
    owner = np.minimum(found.owner, 0)
    for new, old in enumerate(kept, 1):
        owner[found.owner == old] = new
    return Found(tuple(found.lines[number - 1] for number in kept), owner)


def _whole(blobs: Blobs, found: Found) -> Found:
    """Lines with the letters before and after them that were too tall or too few to be taken for print: `BẰ` of `BẰNG`."""
    owner, lines = found.owner.copy(), list(found.lines)
    sizes = np.bincount(owner[owner > 0], minlength=len(lines) + 1)
    loose = blobs.letter_like & ((owner == NOBODY) | ((owner > 0) & (sizes[np.maximum(owner, 0)] < _LETTERS)))
    middle, foot = blobs.x + blobs.w / 2, blobs.y + blobs.h
    for number, line in enumerate(lines, 1):
        if len(line.members) < 2 * _LETTERS:
            continue
        fits = loose & (np.abs(foot - line.base - line.slope * (middle - line.x0)) < 0.2 * line.rise)
        near = np.flatnonzero(fits & (blobs.h > 0.6 * line.rise) & (blobs.h < 1.5 * line.rise))
        x0, x1, taken = line.x0, line.x1, list[int]()
        for at in near[np.argsort(-blobs.x[near])].tolist():
            if -0.3 * line.rise < x0 - (blobs.x[at] + blobs.w[at]) < line.rise:
                x0 = int(blobs.x[at])
                taken.append(at)
        for at in near[np.argsort(blobs.x[near])].tolist():
            if -0.3 * line.rise < blobs.x[at] - x1 < line.rise:
                x1 = int(blobs.x[at] + blobs.w[at])
                taken.append(at)
        if taken:
            owner[taken] = number
            loose[taken] = False
            members = np.sort(np.concatenate([line.members, np.array(taken, np.int32)]))
            lines[number - 1] = replace(line, members=members, x0=x0, x1=x1, base=line.baseline(x0))
    return Found(tuple(lines), owner)


def _letters(blobs: Blobs, line: TextLine) -> int:
    """How many pieces of a line are as tall as letters: accents and specks make no word."""
    return int((blobs.h[line.members] >= 0.5 * line.rise).sum())


def swallowed(blobs: Blobs, line: TextLine, pale: Found) -> bool:
    """Whether a scrap of the first look lies in a line of the second."""
    middle = line.base - line.rise / 2
    return _letters(blobs, line) < _LETTERS and any(
        min(line.x1, other.x1) - max(line.x0, other.x0) > 0.5 * (line.x1 - line.x0)
        and other.baseline(line.x0) - other.rise < middle < other.baseline(line.x0)
        for other in pale.lines
    )


def _is_print(blobs: Blobs, line: TextLine) -> bool:
    letters: Numbers = line.members[blobs.h[line.members] >= 0.5 * line.rise]
    if len(letters) < _LETTERS or line.x1 - line.x0 < 2.5 * line.rise:
        return False
    letters = letters[np.argsort(blobs.x[letters])]
    widths, heights = blobs.w[letters], blobs.h[letters]
    middle = blobs.x[letters] + widths / 2
    feet = blobs.y[letters] + heights - (line.base + line.slope * (middle - line.x0))
    on_the_line = float(np.mean(np.abs(feet) < 0.25 * line.rise))
    return on_the_line > 0.6 and not _repeats(np.stack([widths, heights, np.gradient(middle)]).astype(float))


def _is_answer(blobs: Blobs, line: TextLine, dark: Sequence[TextLine]) -> bool:
    """Whether two or three letters stand alone, on the level of a line of print to their left and of its size."""
    letters = line.members[blobs.h[line.members] >= 0.5 * line.rise]
    if not 2 <= len(letters) < _LETTERS:
        return False
    feet = blobs.y[letters] + blobs.h[letters] - line.base
    if float(np.abs(feet).max()) > 0.2 * line.rise or float(blobs.w[letters].max()) > 2.2 * line.rise:
        return False
    question = any(
        len(other.members) >= _LETTERS
        and other.x1 < line.x0 < other.x1 + _FAR * other.rise
        and 0.75 * other.rise < line.rise < 1.3 * other.rise
        and abs(other.baseline(line.x0) - line.base) < 0.25 * other.rise
        for other in dark
    )
    if not question:
        return False
    margin = _ALONE * line.rise
    close = (blobs.x < line.x1 + margin) & (blobs.x + blobs.w > line.x0 - margin)
    close &= (blobs.y < line.base + margin) & (blobs.y + blobs.h > line.base - line.rise - margin)
    close[line.members] = False
    return int(blobs.area[close].sum()) < 0.3 * int(blobs.area[line.members].sum())


def _repeats(shapes: Reals) -> bool:
    """Whether a row of shapes (width, height, step) is an ornament: each like the one a few places before it."""
    usual = np.maximum(shapes.mean(axis=1, keepdims=True), 1.0)
    for period in range(1, _PERIODS + 1):
        if shapes.shape[1] - period >= _LONG:
            change = np.abs(shapes[:, period:] - shapes[:, :-period]) / usual
            half, most = np.quantile(change.max(axis=0), (0.5, 0.75))
            if half < _SAME and most < _NEARLY:
                return True
    return False
