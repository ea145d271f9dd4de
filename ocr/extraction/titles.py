"""What kind of paper is it? The title says so; where it cannot be read (red letters, a fold), the form's own wording does.

A title counts only as the beginning of a line of its own, so a `quyết định` about birth certificates stays a decision
and a `tờ khai` for one an application.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import accumulate, pairwise

from ocr.extraction.sheet import Piece, Segment, Sheet
from ocr.extraction.text import distance, is_upper, letters, squash, tidy

MOTTO = (
    "conghoaxahoichunghiavietnam",
    "doclaptudohanhphuc",
    "socialistrepublicofvietnam",
    "independencefreedomhappiness",
)


@dataclass(frozen=True)
class Title:
    """A title a form may carry. `open`: its line goes on (`TỜ KHAI …`). `slug` is the document type it means, `kind` the kind of NĐ 30.

    `leads`: what an open title may go on with, folded beginnings of words; empty: anything.
    """

    slug: str
    words: str
    open: bool = False
    kind: str = ""
    leads: tuple[str, ...] = ()

    @cached_property
    def key(self) -> str:
        return squash(self.words)


@dataclass(frozen=True)
class TitleFound:
    """A title on the sheet: its text as it should be printed, the segments it stands in, 0…1 how well it was read."""

    title: Title
    text: str
    segments: tuple[Segment, ...]
    likeness: float

    @property
    def pieces(self) -> tuple[Piece, ...]:
        return tuple(piece for segment in self.segments for piece in segment.pieces)


def is_motto(segment: Segment) -> bool:
    """`CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM` and the line below it, in Vietnamese or English."""
    return len(segment.key) >= 12 and _like_motto(segment.key)


@lru_cache(maxsize=1024)
def _like_motto(key: str) -> bool:
    """Asked of each line, again for each that stands in its row."""
    return any(distance(key, motto, len(motto) // 4) <= len(motto) // 4 for motto in MOTTO)


def find_title(sheet: Sheet, titles: Sequence[Title], *, page: int = 1) -> TitleFound | None:
    """The topmost title of a page; of several at one place the one that says most."""
    best: TitleFound | None = None
    for found in _all_titles(sheet, titles, page):
        if best is None or (best.segments[0].upper < found.segments[0].upper):
            best = found  # capitals go before a line in small letters that names another paper
        elif best.segments[0].upper > found.segments[0].upper:
            continue
        elif found.segments[0] is not best.segments[0]:
            break
        elif _worth(found) > _worth(best):
            best = found
    return best


def _worth(found: TitleFound) -> float:
    return len(found.title.key) * (2 * found.likeness - 1)


def _all_titles(sheet: Sheet, titles: Sequence[Title], page: int) -> Iterator[TitleFound]:
    if page > len(sheet.pages):
        return
    for segment in sheet.pages[page - 1].segments:
        if is_motto(segment) or any(is_motto(s) for s in sheet.row_of(segment)):
            continue
        whole = _joined_row(sheet, segment)
        runs = [_heads(_headline(sheet, first)) for first in (segment, whole) if first and len(first.key) >= 3]
        for title in titles:
            found = next(filter(None, (_match(title, run, sheet) for run in runs)), None)
            if found:
                yield found


@dataclass(frozen=True, slots=True)
class _Head:
    """The first lines of a run, as every title is held against them.

    Attributes:
        key: the lines squashed and joined; `upper`: all of them in capitals.
        starts: their first word, their first two words … squashed and joined.
        english: lengths of the English wordings the key ends with, the first in `_ENGLISH` first.
    """

    lines: tuple[Segment, ...]
    key: str
    upper: bool
    starts: tuple[str, ...]
    english: tuple[int, ...]


def _heads(run: Sequence[Segment]) -> list[_Head]:
    """The first line of a run, the first two …: made once, for there are hundreds of titles."""
    heads = []
    for count in range(1, len(run) + 1):
        lines = tuple(run[:count])
        key = "".join(segment.lone for segment in lines)
        heads.append(
            _Head(
                lines,
                key,
                all(segment.upper for segment in lines),
                tuple(accumulate(piece.key for segment in lines for piece in segment.pieces)),
                tuple(len(english) for english in _ENGLISH if key.endswith(english)),
            )
        )
    return heads


def _joined_row(sheet: Sheet, first: Segment) -> Segment | None:
    """A title in capitals that a seal or wide type has cut (`TRÍCH L` | `ỤC KHAI TỬ`), as one segment."""
    row = [s for s in sheet.row_of(first) if s.number >= first.number]
    if len(row) < 2 or not is_upper("".join(s.text for s in row)):
        return None
    if any(b.box.x0 - a.box.x1 > 2.5 * first.height for a, b in pairwise(row)):
        return None
    return replace(first, pieces=tuple(piece for segment in row for piece in segment.pieces))


def _headline(sheet: Sheet, first: Segment) -> list[Segment]:
    """A line and those that may carry on its title: below it, close, centred on it."""
    page = sheet.page_of(first)
    run = [first]
    for row in page.rows[first.row + 1 : first.row + 12]:
        whole = _joined_row(sheet, row[0])
        for segment in (*row, *((whole,) if whole else ())):
            last = run[-1]
            if segment.row <= last.row or segment.y - last.y > 2.3 * max(last.height, segment.height):
                continue
            if abs(segment.box.centre[0] - first.box.centre[0]) < 0.06 * page.width:
                run.append(segment)
        if len(run) == 4:
            break
    return run


def _match(title: Title, run: Sequence[_Head], sheet: Sheet) -> TitleFound | None:
    wanted = title.key
    for head in run:
        limit = _limit(len(wanted), upper=head.upper)
        if len(head.key) < len(wanted) - limit:
            continue
        own = _beginning(wanted, head) if title.open else _without_english(wanted, head)
        away = distance(own, wanted, limit)
        if away > limit:
            return None
        if not head.upper and (head is not run[0] or not _is_alone(head.lines[0], sheet)):
            return None
        if title.open:
            return _opened(title, run[-1].lines, head.lines, away, sheet)
        if len(wanted) < _SHORT and not _has_its_marks(title, head, sheet):
            return None
        text = title.words.upper() if head.upper else title.words
        return TitleFound(title, text, head.lines, 1 - away / len(wanted))
    return _cut_short(title, run[0])


def _has_its_marks(title: Title, head: _Head, sheet: Sheet) -> bool:
    """Whether a short title was read with its own marks, or in capitals that have the middle of the page for themselves (`KẼ HOẠCH`)."""
    if letters("".join(_lone(segment.text) for segment in head.lines)) == letters(title.words):
        return True
    return len(title.key) >= _TELLING and head.upper and _is_alone(head.lines[0], sheet)


def _lone(text: str) -> str:
    """Without an English half or what stands in brackets, as `Segment.lone`."""
    return text.split("/", maxsplit=1)[0].split("(", maxsplit=1)[0] or text


def _beginning(wanted: str, head: _Head) -> str:
    """What of a longer line an open title is held against: its first words, whole ones (`ĐỒNG` begins no `ĐƠN`)."""
    text = next((start for start in head.starts if len(start) >= len(wanted)), head.starts[-1])
    return text if len(text) - len(wanted) <= _limit(len(wanted), upper=True) else head.key


_SHORT, _TELLING = 8, 6
_ENGLISH = ("drivinglicense", "driverslicense", "driverlicense", "identitycard", "citizenidentitycard", "certificate")


def _without_english(wanted: str, head: _Head) -> str:
    """A title without its English half, where the stroke between them was misread: `GIẤY PHÉP LÁI XE l DRIVING LICENSE`."""
    for english in head.english:
        if len(head.key) - english - len(wanted) in {0, 1}:
            return head.key[: len(wanted)]
    return head.key


def _cut_short(title: Title, head: _Head) -> TitleFound | None:
    """A long title in capitals whose last word is unread: `BẰNG TỐT NGHIỆP TRUNG HỌC PHỔ`."""
    if title.open or not head.upper:
        return None
    missing = len(title.key) - len(head.key)
    if len(title.key) < 16 or not title.key.startswith(head.key) or missing > 0.25 * len(title.key):
        return None
    return TitleFound(title, title.words.upper(), head.lines, 1 - missing / len(title.key))


def _limit(length: int, *, upper: bool) -> int:
    """How many letters of a title may be misread: none of a short one, for `HỘI ĐỒNG` is no `HỢP ĐỒNG`."""
    if length < 8 or not upper:
        return 0 if length < 12 else 1
    return max(1, length // 6)


def _is_alone(segment: Segment, sheet: Sheet) -> bool:
    """A line in small letters is a title only if it stands alone, centred, without a colon or full stop."""
    page = sheet.page_of(segment)
    middle = abs(segment.box.centre[0] - page.width / 2) < 0.08 * page.width
    return middle and len(sheet.row_of(segment)) == 1 and segment.text[:1].isupper() and segment.text[-1:] not in ":;,."


def _is_addressed(sheet: Sheet) -> bool:
    """Whether a paper is written to somebody: `Kính gửi`, or the motto above it."""
    return any(segment.key.startswith("kinhgui") or is_motto(segment) for segment in sheet.segments)


def _opened(
    title: Title, run: Sequence[Segment], lines: Sequence[Segment], away: int, sheet: Sheet
) -> TitleFound | None:
    """An open title takes the capitals that follow it, on its line and on the next ones."""
    own = list(lines)
    for segment in run[len(lines) :]:
        if not segment.upper or "(" in segment.text[:1]:
            break
        own.append(segment)
    words = tidy(" ".join(segment.text for segment in own)).split()
    count = len(title.words.split())
    if len(title.key) < _SHORT and letters(" ".join(words[:count])) != letters(title.words):
        return None  # `ĐỒN` of a place is no `ĐƠN`
    after = squash("".join(words[count:]))
    if title.leads and after and not after.startswith(title.leads) and not _is_addressed(sheet):
        return None  # `ĐƠN VỊ`, `ĐƠN GIÁ`, `ĐƠN THUỐC`
    printed = title.words.upper() if own[0].upper else title.words
    text = " ".join([printed, *words[count:]])
    return TitleFound(title, text, tuple(own), 1 - away / len(title.key))
