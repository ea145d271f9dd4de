"""Places of sensitive data on pages: fields and what was read come in, boxes in pixels of the page images go out. Pure."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from statistics import median
from typing import Any

from khoso.kernel.transcript import Box, Line, Transcript, Word, around

MASK = "•••"
_SENSITIVE = frozenset({"ethnicity", "religion", "conclusion", "health_class", "cause"})
"""Last words of field names: ethnicity, religion, health, cause of death."""
_LABELS = {
    ("dan", "toc"): 4,
    ("ton", "giao"): 4,
    ("nguyen", "nhan", "chet"): 40,
    ("nguyen", "nhan", "tu", "vong"): 40,
}
"""Printed labels, tones off, of values that are covered wherever they stand, whether or not they became a field; words a value has at most."""
_HINT = re.compile(r"[dđ]\wn\W+t\wc|t\wn\W+gi\wo|nh\wn\W+(?:ch\wt|t\w)", re.IGNORECASE)
"""Lines without anything like this have none of the labels: most of a long file is passed over quickly."""
_NARROW, _BROAD = frozenset("fijlrtI.,:;'!|()[]-/ "), frozenset("mwMWGOQ")
_COLON_WITHIN = 5  # words behind the label: `Dân tộc, quốc tịch:`, `Dân tộc / Ethnicity:`
_GAP = 2.5  # heights of a line: what stands further off is another cell
_UNREAD = 10  # heights of a line that are covered behind a label whose value nobody read: handwriting, a stamp
_INSIDE = 0.25  # share of a word that lies in a place for it to be covered

Places = dict[int, tuple[Box, ...]]
"""Page, from 1 → what is covered there."""


def is_sensitive(name: str) -> bool:
    """Whether a field is masked by its name."""
    return name.rpartition(".")[2] in _SENSITIVE


def may_be_covered(fields: Mapping[str, Mapping[str, Any]], lines: Iterable[str]) -> bool:
    """Whether `places_of` could find anything; of most papers the texts of their lines are enough to say no."""
    return any(_told(name, field) for name, field in fields.items()) or any(_HINT.search(line) for line in lines)


def _told(name: str, field: Mapping[str, Any]) -> bool:
    """Whether a field holds something sensitive."""
    return is_sensitive(name) and bool(str(field.get("value") or "").strip())


def places_of(
    fields: Mapping[str, Mapping[str, Any]], pages: Mapping[int, Transcript], *, only: int | None = None
) -> tuple[Places, bool]:
    """Where sensitive values stand: those of fields, and those behind printed labels.

    Args:
        only: the one page asked about; others are looked at only where a field has no place of its own.

    Returns:
        The places, and whether every sensitive field has one: if not, nobody can say what of the pages may be seen.
    """
    found: dict[int, list[Box]] = {}
    complete = True
    for name, field in fields.items():
        if not _told(name, field):
            continue
        page, box = field.get("page"), field.get("box")
        if page and box:
            found.setdefault(page, []).append(Box(*box))
            continue
        printed = list(_printed(field, [page] if page is not None and page in pages else list(pages), pages))
        complete = complete and bool(printed)
        for number, place in printed:
            found.setdefault(number, []).append(place)
    for number in [only] if only is not None else list(pages):
        if number in pages:
            found.setdefault(number, []).extend(labelled(pages[number].lines))
    return {
        number: tuple(boxes) for number, boxes in found.items() if boxes and (only is None or number == only)
    }, complete


def _printed(
    field: Mapping[str, Any], numbers: Sequence[int], pages: Mapping[int, Transcript]
) -> Iterator[tuple[int, Box]]:
    """Where the value of a field without a place is printed."""
    for said in dict.fromkeys((str(field.get("text") or ""), str(field.get("value") or ""))):
        asked = [plain for word in said.split() if (plain := _plain(word))]
        if not asked:
            continue
        for number in numbers:
            for line in pages[number].lines:
                words = [_plain(word.text) for word in line.words]
                for at in range(len(words) - len(asked) + 1):
                    if words[at : at + len(asked)] == asked:
                        yield number, around([word.box for word in line.words[at : at + len(asked)]])


def labelled(lines: Iterable[Line]) -> Iterator[Box]:
    """Values behind the labels of sensitive data, where a colon says that it is one (`Dân tộc: Kinh`), or where the label is
    all that stands in the cell of a row.

    Covered from the label on: of handwriting the first letters may not have been read, or nothing at all.
    """
    found = list(lines)
    for line in found:
        if _HINT.search(line.text) is None:
            continue
        plain = [_plain(word.text.partition(":")[0]) for word in line.words]
        for label, most in _LABELS.items():
            for at in range(len(plain) - len(label) + 1):
                if tuple(plain[at : at + len(label)]) != label:
                    continue
                colon = _colon(line.words, at + len(label))
                if colon is not None:
                    yield _behind(line.words, colon, most)
                elif len(plain) == len(label):
                    yield from _beside(line.box, found)


def _colon(words: Sequence[Word], start: int) -> int | None:
    """The word with the colon of a label that ends before `start`."""
    return next((at for at in range(start - 1, min(start + _COLON_WITHIN, len(words))) if ":" in words[at].text), None)


def _behind(words: Sequence[Word], colon: int, most: int) -> Box:
    """From the colon to the end of the value; where none was read, as far as one may stand."""
    label = words[colon].box._replace(x1=_end(words, colon))
    value = list(_value(words, colon, most))
    if value:
        place = around([word.box for word in value])
        return place._replace(x0=min(place.x0, label.x1 + _beyond(label)))
    following = [word.box.x0 for word in words[colon + 1 :] if word.box.x0 > label.x1]
    start = label.x1 + _beyond(label)
    return Box(start, label.y0, max(start + 1, min([label.x1 + _UNREAD * label.height, *following])), label.y1)


def _end(words: Sequence[Word], colon: int) -> int:
    """Where the word with the colon ends, at most: a reader's box may reach over the first letters of the value.

    By the breadth letters have on this line; too soon, and some of the label is covered.
    """
    breadth = median(word.box.width / _breadth(word.text) for word in words)
    label = words[colon]
    return min(label.box.x1, label.box.x0 + round(breadth * _breadth(label.text)))


def _breadth(text: str) -> float:
    """How broad letters are beside one another, in ordinary ones; of a text of one font."""
    return sum(0.5 if letter in _NARROW else 1.5 if letter in _BROAD else 1.0 for letter in _bare(text)) or 1.0


def _beyond(label: Box) -> int:
    """What is painted around a place would else eat the colon."""
    return round(0.15 * label.height)


def _value(words: Sequence[Word], colon: int, most: int) -> Iterator[Word]:
    """Words behind a colon, up to a gap, to the next label or to as many as a value has."""
    if not words[colon].text.rstrip().endswith(":"):  # `tộc:Kinh`, read as one word
        yield words[colon]
    for taken, at in enumerate(range(colon + 1, len(words))):
        far = at > colon + 1 and words[at].box.x0 - words[at - 1].box.x1 > _GAP * words[at].box.height
        if taken >= most or far or ":" in words[at].text:
            return
        yield words[at]


def _beside(label: Box, lines: Iterable[Line]) -> Iterator[Box]:
    """What stands to the right of a label, at its height."""
    for line in lines:
        for word in line.words:
            _across, down = word.box.centre
            if word.box.x0 >= label.x1 and label.y0 <= down <= label.y1:
                yield word.box


def _plain(word: str) -> str:
    """A word without tones, marks and what stands around it; `đ` as `d`."""
    return re.sub(r"\W", "", _bare(word.casefold().replace("đ", "d")))


def _bare(word: str) -> str:
    """A word without tones."""
    return "".join(letter for letter in unicodedata.normalize("NFD", word) if not unicodedata.combining(letter))


def struck_out(lines: Iterable[Line], places: Sequence[Box]) -> Iterator[Line]:
    """The lines without the words that lie in a place; a mark stands for each run of them."""
    for line in lines:
        kept: list[Word] = []
        run: list[Word] = []
        for word in line.words:
            if any(_lies_in(word.box, place) for place in places):
                run.append(word)
                continue
            kept += [*_mark(run), word]
            run = []
        yield replace(line, words=(*kept, *_mark(run))) if kept or run else line


def _mark(run: Sequence[Word]) -> list[Word]:
    return [Word(MASK, around([word.box for word in run]), 1.0)] if run else []


def _lies_in(word: Box, place: Box) -> bool:
    wide = min(word.x1, place.x1) - max(word.x0, place.x0)
    high = min(word.y1, place.y1) - max(word.y0, place.y0)
    return wide > 0 and high > 0 and wide * high >= _INSIDE * max(1, word.width * word.height)
