"""Which label stands where on a segment.

Labels are compared without diacritics, spaces and punctuation, a few misread letters allowed. One that stands within a
line needs its colon; one at the start of a cell need not have it.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from ocr.extraction import values, vocabulary
from ocr.extraction.labels import Label, Mark
from ocr.extraction.sheet import Piece, Segment, Sheet, joined
from ocr.extraction.syllables import is_word
from ocr.extraction.text import distance, fold, is_upper, letters, squash

_SHORT = 6  # letters: shorter labels must have their own marks where no colon follows


class Wordings:
    """A form's labels by wording, longest first, so that «họ, chữ đệm, tên người mẹ» goes before «họ, chữ đệm, tên»."""

    def __init__(self, labels: Sequence[Label]) -> None:
        by_key: dict[str, list[Label]] = {}
        for label in labels:
            for key in label.keys:
                by_key.setdefault(key, []).append(label)
        self._by_key = {key: tuple(of_key) for key, of_key in by_key.items()}
        self.entries = sorted(((key, tuple(of_key)) for key, of_key in by_key.items()), key=lambda e: -len(e[0]))
        self.longest = max((len(key) for key, _ in self.entries), default=0)

    def spelled(self, words: str) -> tuple[Label, ...]:
        """The labels of exactly this wording, marks and case aside."""
        return self._by_key.get(squash(words).lstrip("0123456789"), ())

    def match(
        self, pieces: Sequence[Piece], start: int, *, exact: bool
    ) -> Iterator[tuple[tuple[Label, ...], int, int, int]]:
        """Labels at a piece: those of one wording, the wording's length, the end piece, edits; best first."""
        ends = [] if pieces[start].key.isdigit() else list(_runs(pieces, start, self.longest + 4))
        found = []
        exact = (
            exact or pieces[start].text[:1].isdigit()
        )  # `6m? (bằng chữ:` begins with a figure of the value before it
        for key, labels in self.entries:
            limit = 0 if exact or len(key) < 6 else 1 + (len(key) - 6) // 8
            for text, end in ends:
                if abs(len(text) - len(key)) <= limit and (edits := distance(text, key, limit)) <= limit:
                    found.append((len(key) - 3 * edits, labels, len(key), end, edits))
        for _, labels, length, end, edits in sorted(found, key=lambda f: -f[0]):
            yield labels, length, end, edits


def _runs(pieces: Sequence[Piece], start: int, longest: int) -> Iterator[tuple[str, int]]:
    text = ""
    for index in range(start, len(pieces)):
        key = pieces[index].key
        text += key.lstrip("0123456789") if index == start and not key.isdigit() else key
        if len(text) > longest:
            return
        if text:
            yield text, index + 1
        if pieces[index].text.endswith(":"):
            return


def marks_in(segment: Segment, table: Wordings, *, start: int = 0, colon_follows: bool = False) -> Iterator[Mark]:
    """Labels on a segment from piece `start` on. `colon_follows`: the next segment of its row begins with a colon."""
    pieces, index = segment.pieces, start
    wide = _wide_gap(segment)
    fresh = True  # at the start of the segment, or after punctuation or a gap
    last: Mark | None = None
    while index < len(pieces):
        if fresh and _is_numbering(pieces, index):
            index += 1
            continue
        mark = _mark_at(segment, index, table, fresh=fresh, colon_follows=colon_follows, last=last)
        answers = last is not None and last.colon and last.end == index and last.label.kind is not None
        if fresh and not answers and (mark is None or not mark.colon):
            mark = _several(segment, index, table) or mark
        if mark and not (last and _is_its_value(mark, last, wide)):
            yield mark
            index, fresh, last = mark.end, True, mark
            continue
        before = pieces[index]
        index += 1
        apart = index < len(pieces) and pieces[index].box.x0 - before.box.x1 > wide
        fresh = apart or before.text.endswith((",", ";", ".", ")"))


_PARTS = re.compile(r"\s*(?:[,;/&]|\s-\s|\svà\s)\s*")


def _several(segment: Segment, index: int, table: Wordings) -> Mark | None:
    """Labels that share a colon: `Dân tộc, quốc tịch: Kinh, Việt Nam`, `Ngày sinh/Giới tính: …`, `Số CCCD, ngày cấp, nơi cấp: …`."""
    pieces = segment.pieces
    colon = next((i for i in range(index, min(index + 16, len(pieces))) if _is_colon(pieces, i)), None)
    end = len(pieces) if colon is None else colon + 1
    if colon is None and (end - index > 16 or not all(_is_numbering(pieces, i) for i in range(index))):
        return None  # without a colon they fill the cell of a table
    labels = tuple(_spelled_in_turn(_PARTS.split(joined(pieces[index:end]).rstrip(": ")), table))
    if len(labels) < 2 or (colon is None and len({label.field for label in labels}) < 2):
        return None
    first = next((label for label in labels if label.field), None)
    if first is None:
        return None
    whole = replace(first, kind=values.text, wraps=True, opens=labels[0].opens)
    return Mark(whole, segment, index, end, 0, colon is not None, together=labels)


def _spelled_in_turn(parts: Sequence[str], table: Wordings) -> Iterator[Label]:
    """A label for all parts, the longest first (`Ngày, tháng, năm sinh`); nothing where a part belongs to none."""
    found: list[Label] = []
    start = 0
    while start < len(parts):
        for end in range(len(parts), start, -1):
            words = " ".join(parts[start:end])
            labels = table.spelled(words)
            if labels and (len(words) >= 8 or letters(words) in {letters(name) for name in labels[0].names}):
                found.append(labels[0])
                start = end
                break
        else:
            return
    yield from found


def _wide_gap(segment: Segment) -> float:
    """From how many pixels on a gap within a segment parts two things: wider than its usual spaces."""
    gaps = sorted(b.box.x0 - a.box.x1 for a, b in pairwise(segment.pieces))
    usual = gaps[len(gaps) // 2] if gaps else 0
    return max(0.55 * segment.height, 1.8 * usual)


def _is_its_value(mark: Mark, last: Mark, wide: float) -> bool:
    """Whether words that could be a label are the value of the label before them: `Chức danh: Người đứng đầu chi nhánh`."""
    if mark.colon or not last.colon or mark.start != last.end or last.label.kind is None:
        return False
    gap = mark.segment.pieces[mark.start].box.x0 - mark.segment.pieces[last.end - 1].box.x1
    return gap <= 2 * wide and mark.end == len(mark.segment.pieces) and mark.label.field != last.label.field


def _mark_at(
    segment: Segment, index: int, table: Wordings, *, fresh: bool, colon_follows: bool, last: Mark | None = None
) -> Mark | None:
    for labels, length, end, edits in table.match(segment.pieces, index, exact=not fresh):
        after, colon = _tail(segment.pieces, end)
        if not colon and after < len(segment.pieces) and segment.pieces[after].glued:
            continue
        colon = colon or (colon_follows and after >= len(segment.pieces))
        if not colon and fresh and edits <= 1 and length >= _SHORT:
            question = _past_question(segment, index, after, table)
            if question is None:
                continue
            after, colon = question
        if (
            edits
            and not colon
            and vocabulary.family_name(segment.pieces[index].text) == (segment.pieces[index].text, False)
        ):
            continue  # `NGUYỄN XUÂN` is no `Nguyên quán`
        if colon or (
            fresh
            and edits <= 1
            and (
                _stands_without_colon(segment, index, end, after, labels[0], length)
                or (
                    edits == 0
                    and not _speaks_of_another(segment.pieces[last.end if last else 0 : index])
                    and _is_vouched(segment.pieces[after:], labels[0], length, last)
                    and (length > _HONORIFIC or _addresses(segment, index, after, labels[0]))
                )
            )
        ):
            return Mark(labels[0], segment, index, after, edits, colon, choices=labels)
    return None


_WITH_SOMEBODY = re.compile(r"\bvoi (?:ong|ba|anh|chi|co|nguoi)\b[^:;]*$")


def _speaks_of_another(before: Sequence[Piece]) -> bool:
    """Whether a sentence has come to somebody else: `đăng ký kết hôn với chị Lư Thị Ngọc, sinh năm 1995, tại …`."""
    return bool(_WITH_SOMEBODY.search(fold(joined(before))))


_LONGEST_QUESTION = 10  # words
_SOMEBODY = frozenset(["người", "cha", "mẹ", "vợ", "chồng", "con", "chủ", "bên"])


def _past_question(segment: Segment, index: int, after: int, table: Wordings) -> tuple[int, bool] | None:
    """Past words in small letters that lead from a known label to a colon: `Tình trạng hôn nhân trong thời gian cư trú tại xã:`.

    None where they ask of somebody else: the label is another one then. Words that end in another label lead to that one's colon.
    """
    pieces = segment.pieces
    if not all(_is_numbering(pieces, i) for i in range(index)):
        return after, False
    start = _past_brackets(pieces, after)
    words: list[str] = []
    for place in range(start, min(start + _LONGEST_QUESTION, len(pieces))):
        word = pieces[place].text
        behind = _past_brackets(pieces, place)
        if behind > place:  # `Họ và tên đại diện hộ gia đình (ghi bằng chữ in hoa): …`
            if words and _is_colon(pieces, behind - 1) and _SOMEBODY.isdisjoint(words):
                return behind, True
            break
        words.append(word.removesuffix(":"))
        if not words[-1].isalpha() or not words[-1].islower():
            break
        if word.endswith(":"):
            if any(table.spelled(" ".join(words[first:])) for first in range(len(words))):
                break
            if not _SOMEBODY.isdisjoint(words):
                return None if words[0] == "của" else (after, False)
            return place + 1, True
    return after, False


def _begins(pattern: str) -> Callable[[Sequence[Piece]], bool]:
    compiled = re.compile(pattern)
    return lambda pieces: bool(compiled.match(fold(joined(pieces[:4]))))


def _begins_with_name(pieces: Sequence[Piece]) -> bool:
    """Whether a person's name comes first and a comma, a full stop or the end of the line after it."""
    end = next((i for i, piece in enumerate(pieces[:7]) if piece.text.endswith((",", ";"))), len(pieces) - 1)
    words = [piece.text.strip(",;.") for piece in pieces[: end + 1]]
    return 2 <= len(words) <= 6 and all(w[:1].isupper() for w in words) and vocabulary.family_name(words[0]) is not None


def _begins_with_people(pieces: Sequence[Piece]) -> bool:
    value = values.people(joined(pieces[:3]))
    return bool(pieces) and pieces[0].text[:1].isupper() and value is not None and value.certain


_VOUCHED: dict[object, Callable[[Sequence[Piece]], bool]] = {
    values.date_kind: _begins(r"(?:ngay |nam )?\d"),
    values.full_date: _begins(r"(?:ngay )?\d"),
    values.personal_id: _begins(r"\d[\d .]{7}"),
    values.sex: _begins(r"(?:nam|nu)\b(?! sinh)"),
    values.nation: _begins(r"viet nam\b"),
    values.people: _begins_with_people,
    values.name: _begins_with_name,
    values.place: _begins(r"(?:so|thon|to|ap|xom|khu|duong|phuong|xa|lang|buon|ban|khom|khoi|tdp|thi tran|\d+\S*)\b"),
}
"""What begins a value of kinds that no other words look like."""
_LEAST: dict[object, int] = {values.name: 2, values.sex: 8}
"""Letters such a label needs at least (`Bà`, `Ông`), where not `_SHORT`."""
_HONORIFIC = 3  # letters: so short a label of a name has a capital and its own marks, and a name with a comma after it


def _addresses(segment: Segment, index: int, after: int, label: Label) -> bool:
    """`Bà Nguyễn Thị Lan, sinh ngày …`: no `bà` within a sentence, no `Ba`, no street named after one."""
    pieces = segment.pieces
    named = pieces[index].text[:1].isupper() and _is_spelled(pieces[index:after], label)
    return named and any(piece.text.endswith(",") for piece in pieces[after : after + 6])


def _is_vouched(after: Sequence[Piece], label: Label, length: int, last: Mark | None) -> bool:
    """Whether the words after a label are a value only it can have: `, sinh năm 1963, CCCD số 068163002222`.

    Not within a text (`last` asks for one): `để kết hôn với bà Lê Thị Thu, sinh năm 1992` speaks of somebody else.
    """
    if label.kind is None:
        return False
    begins = _VOUCHED.get(label.kind)
    if begins is None or length < _LEAST.get(label.kind, _SHORT):
        return False
    if last and last.label.kind not in {*_VOUCHED, None}:
        return False
    return begins(after)


def _stands_without_colon(segment: Segment, index: int, end: int, after: int, label: Label, length: int) -> bool:
    """Without a colon a label must be long or made for it, and stand where labels stand: first on its segment, or all of it."""
    if length < _SHORT and not _is_spelled(segment.pieces[index:end], label):
        return False  # `Võ Thị Sáu` is no `Vợ`
    first = all(_is_numbering(segment.pieces, i) for i in range(index))
    if after < len(segment.pieces):
        return (label.bare or (first and length >= 8)) and not segment.text.startswith("(")
    alone = first and length >= 5 and _is_spelled(segment.pieces[index:end], label)
    return (length >= 8 or label.bare or alone) and segment.text[-1] not in ";.,"


def wrapped_marks(segment: Segment, own: Sequence[Mark], table: Wordings, sheet: Sheet) -> list[tuple[Mark, int]]:
    """A label whose last words stand in the segment below its first: its marks, and how many pieces of the other line are its."""
    start = 0
    if own:
        start = own[-1].end if own[-1].colon else own[-1].start
    while start < len(segment.pieces) - 1 and _is_numbering(segment.pieces, start):
        start += 1
    text = "".join(piece.key for piece in segment.pieces[start:])
    if len(text) < 7 or segment.text.rstrip().endswith(":"):
        return []
    below = (
        _straight_below(segment, segment.pieces[start].box.x0, sheet)
        if any(k.startswith(text) and k != text for k, _ in table.entries)
        else None
    )
    if below is None:
        return []
    for key, labels in table.entries:
        label, rest = labels[0], key[len(text) :]
        if key.startswith(text) and rest:
            for got, end in _runs(below.pieces, 0, len(rest)):
                if got == rest:
                    after, colon = _tail(below.pieces, end)
                    if after < len(below.pieces) and not colon and not label.bare:
                        continue
                    whole = after >= len(below.pieces)
                    first = Mark(
                        label if whole else _CUT_LABEL,
                        segment,
                        start,
                        len(segment.pieces),
                        0,
                        colon,
                        absorbed=below.number,
                        choices=labels if whole else (),
                    )
                    return (
                        [(first, after)]
                        if whole
                        else [
                            (first, 0),
                            (Mark(label, below, 0, after, 0, colon, absorbed=below.number, choices=labels), after),
                        ]
                    )
    return []


def broken_mark(segment: Segment, own: Sequence[Mark], table: Wordings, sheet: Sheet) -> tuple[Mark, Mark] | None:
    """A label within a sentence that a line ends in the middle of: `…, tình trạng hôn` / `nhân: Chưa đăng ký kết hôn`.

    The mark of its first words, which only ends what stands before them, and that of the rest at the margin below, with its colon.
    """
    pieces = segment.pieces
    row = sheet.row_of(segment)
    page = sheet.page_of(segment)
    below = page.rows[segment.row + 1][0] if segment.row + 1 < len(page.rows) else None
    if below is None or row[-1] is not segment or below.box.x0 > row[0].box.x0 + segment.height:
        return None
    if below.y - segment.y > 2.5 * segment.height + 12:
        return None
    first = own[-1].end if own else 1
    for start in range(max(first, 1), len(pieces)):
        if not pieces[start - 1].text.endswith((",", ";", ".")):
            continue
        text = "".join(piece.key for piece in pieces[start:])
        for key, labels in table.entries if len(text) >= 4 else ():
            rest = key[len(text) :]
            if not rest or not key.startswith(text):
                continue
            end = next((end for got, end in _runs(below.pieces, 0, len(rest)) if got == rest), 0)
            after, colon = _tail(below.pieces, end) if end else (0, False)
            if colon or (
                end
                and labels[0].kind is values.personal_id
                and _is_vouched(below.pieces[after:], labels[0], len(key), None)
            ):
                head = Mark(_CUT_LABEL, segment, start, len(pieces), 0, False, choices=(_CUT_LABEL,))
                return head, Mark(labels[0], below, 0, after, 0, colon, choices=labels)
    return None


_CUT_LABEL = Label("", ())
_ROMAN = re.compile(r"[IVX]{1,4}")


def _straight_below(segment: Segment, x: int, sheet: Sheet) -> Segment | None:
    page = sheet.page_of(segment)
    for row in page.rows[segment.row + 1 : segment.row + 2]:
        for other in row:
            if abs(other.box.x0 - x) < 1.5 * segment.height and other.y - segment.y < 2.5 * segment.height + 12:
                return other
    return None


def _is_spelled(pieces: Sequence[Piece], label: Label) -> bool:
    """Whether a short label without a colon has its own letters: `Giới`, not `Giỏi`."""
    return letters(" ".join(piece.text for piece in pieces)) in {letters(name) for name in label.names}


def _is_numbering(pieces: Sequence[Piece], index: int) -> bool:
    """`1.`, `a)`, `-`, `*`, `II.` before a label."""
    text = pieces[index].text
    if not pieces[index].key:
        return text not in {":", "/"}
    if _ROMAN.fullmatch(text) and index + 1 < len(pieces):  # `II THÔNG TIN`, its stop unread
        return index == 0 and is_upper(pieces[index + 1].text)
    if re.fullmatch(r"\d{1,2}", text) and index == 0 and len(pieces) > 2:  # `2 Trụ sở hộ kinh doanh`
        return pieces[1].text[:1].isupper() and pieces[2].text[:1].islower()
    return (
        len(pieces[index].key) <= 4
        and text.endswith((".", ")"))
        and not text.startswith("(")
        and index + 1 < len(pieces)
    )


def _tail(pieces: Sequence[Piece], end: int) -> tuple[int, bool]:
    """Past what belongs to a label after its words: `(chữ in hoa)`, `/ Full name`, the colon; and whether there is one."""
    if _is_colon(pieces, end - 1):
        return end, True
    if end < len(pieces) and pieces[end - 1].text.endswith("/"):  # `Dân tộc/ Ethnicity:`
        return _past_other_half(pieces, end, end)
    index = _past_brackets(pieces, end)
    if index > end and (_is_colon(pieces, index - 1) or index == len(pieces)):
        return index, _is_colon(pieces, index - 1)
    if index < len(pieces) and pieces[index].text.startswith("/"):
        return _past_other_half(pieces, index, end)
    if index < len(pieces) and pieces[index].text in {":", ";"}:
        return index + 1, True
    return end, False


def _is_colon(pieces: Sequence[Piece], index: int) -> bool:
    return pieces[index].text.endswith(":")


def _past_brackets(pieces: Sequence[Piece], index: int) -> int:
    if index < len(pieces) and pieces[index].text.startswith("("):
        for closing in range(index, min(index + 12, len(pieces))):
            if ")" in pieces[closing].text:
                return closing + 1
    return index


def _past_other_half(pieces: Sequence[Piece], index: int, end: int) -> tuple[int, bool]:
    """Past the English half up to its colon. A Vietnamese word after the slash is none (`thường trú/tạm trú`)."""
    for colon in range(index, min(index + 10, len(pieces))):
        if _is_vietnamese(pieces[colon].text):
            first = colon == index or (colon == index + 1 and pieces[index].text == "/")
            return (end, False) if first else (_past_english(pieces, index), True)
        if _is_colon(pieces, colon):
            return colon + 1, True
    return _past_english(pieces, index), True


def _past_english(pieces: Sequence[Piece], index: int) -> int:
    """A bilingual label whose colon is unread ends where Vietnamese letters, capitals or digits begin."""
    for at in range(index + 1, len(pieces)):
        text = pieces[at].text
        if is_upper(text) or text[:1].isdigit() or _is_vietnamese(text):
            return at
    return len(pieces)


def _is_vietnamese(text: str) -> bool:
    """Whether a word has marks no English word has; `FulỊname` is English misread."""
    return fold(text) != text.casefold() and is_word(text.strip("/.,;:()"))
