"""All labels of a form on a sheet, and whom each speaks of: the last person opened above it, or the one of its column."""

from collections.abc import Sequence
from dataclasses import replace

from ocr.extraction.labels import Label, Mark
from ocr.extraction.sheet import Page, Segment, Sheet
from ocr.extraction.wording import Wordings, broken_mark, marks_in, wrapped_marks


def find_marks(sheet: Sheet, labels: Sequence[Label], *, who: str, skip: frozenset[int] = frozenset()) -> list[Mark]:
    """All labels of a form on the sheet in reading order; `who` is spoken of before any label opens another.

    `skip`: numbers of segments that hold no labels (the title, the motto).
    """
    table = Wordings(labels)
    marks: list[Mark] = []
    opened: list[Mark] = []
    absorbed: dict[int, int] = {}
    for segment in sheet.segments:
        if segment.number in skip:
            continue
        start = absorbed.get(segment.number, 0)
        own = list(marks_in(segment, table, start=start, colon_follows=_colon_follows(segment, sheet)))
        for mark, rest in wrapped_marks(segment, own, table, sheet):
            if own and own[-1].start == mark.start and own[-1].segment is mark.segment:
                own.pop()  # the longer label, of which the next row holds the end
            own.append(mark)
            absorbed[mark.absorbed] = max(rest, absorbed.get(mark.absorbed, 0))
        broken = broken_mark(segment, own, table, sheet)
        if broken:
            own += broken
            absorbed[broken[1].segment.number] = max(broken[1].end, absorbed.get(broken[1].segment.number, 0))
        for mark in own:
            before = _open_at(mark, opened, sheet) or who
            label = next((c for c in mark.choices or (mark.label,) if not c.within or before in c.within), None)
            if label is None:
                continue
            placed = replace(mark, label=label, who=label.opens or before)
            marks.append(placed)
            if label.opens:
                opened.append(placed)
    return sorted(marks, key=lambda m: (m.segment.number, m.start))


def _colon_follows(segment: Segment, sheet: Sheet) -> bool:
    """Whether colons stand in a column of their own, before the values."""
    after = [s for s in sheet.row_of(segment) if s.number == segment.number + 1]
    return bool(after) and after[0].text.startswith(":")


def _open_at(mark: Mark, opened: Sequence[Mark], sheet: Sheet) -> str:
    """Whom a label speaks of: the last opened above it; where two were opened side by side, the one of its column."""
    candidates = [o for o in opened if o.place <= mark.place]
    if not candidates:
        return ""
    page = sheet.page_of(mark.segment)
    reach = 1.5 * page.line_height
    columns = {o.place for o in candidates if beside(o, opened, page)}
    fitting = [
        o
        for o in candidates
        if o.place not in columns
        or o.segment.page < mark.segment.page
        or left_edge(o, [c for c in candidates if c.place in columns], page) <= mark.x + reach
    ]
    last = max(fitting or candidates, key=lambda o: _recency(o, columns))
    own = [o for o in candidates if not last.label.of_person and _heads_column(o, mark, last, page)]
    return max(own, key=lambda o: o.place).who if own else last.who


def _heads_column(person: Mark, mark: Mark, last: Mark, page: Page) -> bool:
    """Whether a label stands straight below a person's heading, and what was opened since stands in a column to its left.

    `Tên hộ kinh doanh | Họ và tên chủ hộ` / `Địa điểm kinh doanh | Ngày sinh`: the birth is the head's.
    """
    return (
        person.label.of_person
        and person.segment.page == mark.segment.page == last.segment.page
        and abs(person.x - mark.x) < 0.5 * page.line_height
        and person.x - last.x > 0.15 * page.width
        and mark.segment.row - person.segment.row <= _ROWS
    )


_ROWS = 12  # of a person below the heading


def left_edge(mark: Mark, heads: Sequence[Mark], page: Page) -> float:
    """Where the column below a person's heading begins: at the heading, or before it where headings stand centred alone."""
    others = [o for o in beside(mark, heads, page) if o.x < mark.x]
    if mark.end < len(mark.segment.pieces) or any(o.end < len(o.segment.pieces) for o in others):
        return mark.x
    if not others:
        return 0.0
    return (max(o.segment.box.centre[0] for o in others) + mark.segment.box.centre[0]) / 2


def _recency(mark: Mark, columns: set[tuple[int, int, int]]) -> tuple[int, int, int]:
    page, row, x = mark.place
    if mark.place in columns:  # columns side by side count as one row
        row = min(p[1] for p in columns if p[0] == page and abs(p[1] - row) <= 3)
    return page, row, x


def beside(mark: Mark, opened: Sequence[Mark], page: Page) -> list[Mark]:
    """Those that open another person at the same height, in another column."""
    return [
        o
        for o in opened
        if o.who != mark.who
        and o.label.of_person
        and mark.label.of_person
        and o.segment.page == mark.segment.page
        and abs(o.segment.y - mark.segment.y) < 2.2 * page.line_step
        and abs(o.x - mark.x) > 0.15 * page.width
    ]
