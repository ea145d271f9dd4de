"""Tables of people: rows are found by what stands in them (a date, an id, a sex), so columns may come in any order.

A cell that wraps puts its other lines above or below the row's; they join the column they overlap.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ocr.extraction import values
from ocr.extraction.dates import find_date
from ocr.extraction.findings import Value
from ocr.extraction.identifiers import find_personal_id
from ocr.extraction.sheet import Page, Piece, Segment, Sheet, joined
from ocr.extraction.text import fold, squash


@dataclass
class PersonRow:
    """One row: the pieces of each cell, the row's middle, its page."""

    page: int
    y: float
    cells: dict[str, tuple[Piece, ...]] = field(default_factory=dict)


def table_head(sheet: Sheet) -> Segment | None:
    """The first cell of a table of people, where no caption was found: a row of captions, a running number first."""
    for page in sheet.pages:
        for row in page.rows:
            numbered = row[0].key in {"tt", "stt", "sott"}
            if numbered and sum(is_header(segment) for segment in row[1:]) >= 2:
                return row[0]
    return None


def people_rows(sheet: Sheet, *, start: Segment, stop: Segment | None) -> Iterator[PersonRow]:
    """Rows of people between two segments, over pages."""
    rows: list[PersonRow] = []
    for page in sheet.pages:
        own: list[PersonRow] = []
        strays: list[Segment] = []
        for row in page.rows:
            inside = [s for s in row if s.number > start.number and (stop is None or s.number < stop.number)]
            if not inside:
                continue
            person = _person(inside, page)
            if person:
                own.append(person)
            elif not any(is_header(s) for s in inside):
                strays.extend(inside)
        _take_strays(own, strays, page)
        rows.extend(own)
    yield from rows


def _person(row: Sequence[Segment], page: Page) -> PersonRow | None:
    """A row with a date or an id, and a name before or after it."""
    person = PersonRow(page.number, row[0].y)
    left: list[Segment] = []
    for segment in row:
        kind = _kind(segment)
        if kind and kind not in person.cells:
            person.cells[kind] = segment.pieces
        elif not kind:
            left.extend(_apart(segment, person))
    if "birth_date" not in person.cells and "id_number" not in person.cells:
        return None
    for segment in sorted(left, key=lambda s: not _is_relation(s)):
        _name_or_relation(segment, person)
    return person if "name" in person.cells else None


def _kind(segment: Segment) -> str:
    text = segment.text
    if find_personal_id(text) and len(segment.key) <= 16:
        return "id_number"
    date = find_date(text)
    if date and len(squash(text)) <= 10:
        return "birth_date"
    if segment.key in {"nam", "nu"}:
        return "sex"
    return ""


def _apart(segment: Segment, person: PersonRow) -> Iterator[Segment]:
    """A segment in which cells ran together (`Nữ 001304610295 Vợ`), cut by what its pieces are."""
    rest: list[Piece] = []
    for piece in segment.pieces:
        lone = Segment((piece,), segment.y, segment.row, segment.number)
        kind = _kind(lone)
        if kind and kind not in person.cells and (kind != "sex" or rest == [] or person.cells):
            person.cells[kind] = (piece,)
            if rest:
                yield Segment(tuple(rest), segment.y, segment.row, segment.number)
            rest = []
        elif not (piece.key.isdigit() and len(piece.key) <= 2) and piece.key:
            rest.append(piece)
    if rest:
        yield Segment(tuple(rest), segment.y, segment.row, segment.number)


def _is_relation(segment: Segment) -> bool:
    relation = values.relation(segment.text)
    return relation is not None and relation.certain


def _name_or_relation(segment: Segment, person: PersonRow) -> None:
    if "relation" not in person.cells and _is_relation(segment):
        person.cells["relation"] = segment.pieces
    elif "name" not in person.cells and values.signed_name(segment.text) and len(segment.key) > 2:
        person.cells["name"] = segment.pieces
    elif "name" in person.cells and "relation" not in person.cells and segment.box.x0 > person.cells["name"][0].box.x0:
        person.cells["relation"] = segment.pieces


def _take_strays(rows: Sequence[PersonRow], strays: Sequence[Segment], page: Page) -> None:
    """Other lines of wrapped cells go to the nearest row, into the column they overlap."""
    for stray in strays:
        near = min(rows, key=lambda r: abs(r.y - stray.y), default=None)
        if near is None or abs(near.y - stray.y) > 0.9 * page.line_step or any(c.isdigit() for c in stray.text):
            continue
        for column in ("name", "relation"):
            cell = near.cells.get(column)
            if cell and stray.box.x0 < max(p.box.x1 for p in cell) and stray.box.x1 > min(p.box.x0 for p in cell):
                near.cells[column] = (*stray.pieces, *cell) if stray.y < near.y else (*cell, *stray.pieces)
                break


def cell_value(column: str, pieces: Sequence[Piece]) -> Value | None:
    """The value of a cell by its column."""
    text = joined(pieces)
    kinds = {
        "name": values.signed_name,
        "birth_date": values.date_kind,
        "sex": values.sex,
        "id_number": values.personal_id,
        "relation": values.relation,
    }
    return kinds[column](text)


def is_header(segment: Segment) -> bool:
    """Words of a table's head."""
    return segment.key in {"tt", "stt", "sott", "gioitinh", "gioi", "quanhe", "ngaysinh", "namsinh"} or fold(
        segment.text
    ).startswith(
        ("quan he voi", "ho, chu dem", "ho va ten", "ho ten", "ngay, thang", "so dinh danh", "so cccd", "so can cuoc")
    )
