"""Was a form filled in by hand? What was printed with its labels stands on their line; what a hand wrote floats about it.

The measure: how far the feet of value words lie from the feet of their label's words, in heights of the label, the
wildest fifth left out. Typed forms give 0.00-0.04, worn scans of them included; hands give 0.05 and more. Ink colour
would tell more, but a transcript has none. Worn print may stand at 0.04 as a whole, in another face than its labels; there a
hand is told by its words' scatter about each other: print 0.00-0.026, hands 0.03 and more.
"""

import re
import statistics
import unicodedata
from collections.abc import Iterator, Sequence

from ocr.extraction.letterhead import Letterhead, place_before_date
from ocr.extraction.reach import Labelled
from ocr.extraction.sheet import Piece, Sheet

FLOATING = 0.047
_FLOATING_SOME, _SCATTERED = 0.034, 0.028
_WIDE = 1.35
_WORDS = 6  # fewer tell nothing
_SMALL = 30  # pixels: the print of cards is too small to measure
_REACHES_DOWN = re.compile(r"[gjpqyGQ,;()/|@_$ƒ]|\u0323")


def is_filled_by_hand(sheet: Sheet, labelled: Sequence[Labelled]) -> bool:
    """Whether the values beside the labels float as handwriting does."""
    beside = [rise for value in labelled if value.how != "right" for rise in _rises(sheet, value)]
    if len(beside) >= _WORDS:
        return _floats(beside)
    cells = [rise for value in labelled if value.how == "right" for rise in _rises(sheet, value)]
    return len(beside) + len(cells) >= _WORDS and _floats([*beside, *cells])


def _floats(rises: Sequence[float]) -> bool:
    middle = statistics.median(rises)
    far = _mean(rises)
    return far > FLOATING or (far > _FLOATING_SOME and _mean([rise - middle for rise in rises]) > _SCATTERED)


def _mean(rises: Sequence[float]) -> float:
    """Of how far words float, the wildest fifth left out."""
    floats = sorted(map(abs, rises))
    return statistics.mean(floats[: max(1, round(0.8 * len(floats)))])


def _rises(sheet: Sheet, value: Labelled) -> Iterator[float]:
    """How much lower each word's foot stands than the label's, in label heights."""
    mark = value.mark
    slant = sheet.page_of(mark.segment).slant
    label = mark.segment.pieces[mark.start : mark.end]
    height = statistics.median(piece.box.height for piece in label)
    feet = [_foot(piece, slant) for piece in label if _stands_on_line(piece)]
    if not feet or height < _SMALL:
        return
    line = statistics.median(feet)
    for piece in value.pieces:
        foot = _foot(piece, slant)
        if piece.page == mark.segment.page and abs(foot - line) < 0.8 * height and _stands_on_line(piece):
            yield (foot - line) / height


_USUAL_SHARE, _FEW_PLACES = 0.1, 8


def entered_pieces(head: Letterhead) -> tuple[Piece, ...]:
    """The figures of a letterhead a hand may have entered: the number, the day and the month; years are printed."""
    return (*(head.number.pieces if head.number else ()), *_day_and_month(head.dated))


def is_entered_later(head: Letterhead, *, usual: bool) -> bool:
    """Whether number or day of a letterhead are no part of its print.

    `usual`: such papers get theirs after printing (letters, NĐ 30/2020 Đ15), so one figure apart is enough. Certificates are
    printed whole: two must be apart, on a page whose other figures are print; blur parts any from their line. Of 511
    generated papers with printed heads a quarter was doubted for one figure, 1 % is for two; none of the letters
    entered by hand was lost.
    """
    day_and_month = _day_and_month(head.dated)
    number = any(piece.apart for piece in head.number.pieces) if head.number else False
    signs = sum(piece.apart for piece in day_and_month) + number
    if usual:
        return signs > 0
    theirs = {id(piece) for piece in (*head.dated, *(head.number.pieces if head.number else ()))}
    others = [
        piece.apart
        for segment in head.page.segments
        for piece in segment.pieces
        if id(piece) not in theirs and any(char.isdigit() for char in piece.text)
    ]
    return signs > 1 and (len(others) < _FEW_PLACES or sum(others) < _USUAL_SHARE * len(others))


def _day_and_month(dated: tuple[Piece, ...]) -> tuple[Piece, ...]:
    """The figures around `tháng` in `…, ngày 05 tháng 02 năm 2026`."""
    _, dated = place_before_date(dated)  # `Hàm Thắng` has no month
    month = next((i for i, piece in enumerate(dated) if piece.key.startswith("th") and len(piece.key) == 5), None)
    return () if month is None else (*dated[max(0, month - 1) : month], *dated[month + 1 : month + 2])


_SQUEEZED = re.compile(r"(?:ngay)?\d{1,2}thang")


def is_day_by_hand(pieces: Sequence[Piece]) -> bool:
    """Whether the day in `…, ngày 05 tháng 02 năm 2026` was written into a printed blank, or may have lost a figure.

    That figures are no part of the print around them is told where the ink is seen (`ocr.sight.hand`); here a day that
    is no figure, or has run into the word before it, is not trusted either.
    """
    keys = [piece.key for piece in pieces]
    month = next((i for i, key in enumerate(keys) if key.startswith("th") and len(key) == 5), None)
    if month is None:
        return any(_SQUEEZED.match(key) for key in keys)  # `ngày20tháng` was written into a narrow blank
    if month < 2:
        return True  # no day of its own: `ngày15` was written close to the printed word
    day, word, after = pieces[month - 1], pieces[month - 2], pieces[month]
    if day.apart or not day.key.isdigit() or not any(key.isdigit() for key in keys[month + 1 :]):
        return True
    wide = word.box.width / max(len(word.text), 1) > _WIDE * after.box.width / max(len(after.text), 1)
    return wide and len(day.key) == 1


def _foot(piece: Piece, slant: float) -> float:
    """Where the middle of a word stands, the page's slant taken out; the box around a slanted word reaches lower at one end."""
    return piece.box.y1 - slant * piece.box.centre[0] - abs(slant) * piece.box.width / 2


def _stands_on_line(piece: Piece) -> bool:
    """Whether none of its letters reaches below the line."""
    return len(piece.key) >= 2 and not _REACHES_DOWN.search(unicodedata.normalize("NFD", piece.text))
