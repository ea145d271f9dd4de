"""Exporting: found documents as a table for a spreadsheet, CSV or XLSX; each one is in the chain of reads before it is out.

What is written comes from the catalogue, not from the index: a document whose rights changed a moment ago is left out. No cell
is taken for a formula, and what a search page does not show of sensitive papers (who and which number) is covered here too.
"""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from tempfile import TemporaryFile
from typing import IO
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from xlsxwriter import Workbook

from khoso.kernel.cells import harmless
from people.models import User
from search.ports import MOST_HITS, Cursor, Hits, Query
from search.showing import Names
from warehouse.access import Purpose, open_each
from warehouse.masking import MASK, code_shown
from warehouse.models import DataRecord, Document

MOST = 5000
"""Documents of one export, the first in the order asked for."""

Cell = str | date | datetime
Row = list[Cell]


def found_in(query: Query, *, find: Callable[[Query, Cursor | None], Hits], most: int = MOST) -> list[UUID]:
    """The documents a question finds, in its order, at most so many.

    Raises:
        Unavailable, Refused: as `find`.
    """
    names: list[UUID] = []
    after = None
    while len(names) < most:
        page = find(replace(query, limit=min(MOST_HITS, most - len(names)), facets=False), after)
        names += [UUID(hit.document) for hit in page.hits]
        after = page.after
        if after is None or not page.hits:
            break
    return names


def head() -> list[str]:
    """What the columns are called."""
    return [
        _("Mã"), _("Loại giấy tờ"), _("Tên"), _("Số"), _("Cơ quan cấp"), _("Ngày cấp"), _("Chủ giấy tờ"),
        _("Số định danh của chủ"), _("Trạng thái"), _("Hiệu lực"), _("Lưu kho lúc"), _("Địa chỉ trong kho"),
    ]  # fmt: skip


def rows(
    person: User, names: Sequence[UUID], *, basis: str, called: Names, address: Callable[[UUID], str]
) -> Iterator[Row]:
    """One row for each document the person may open now, each recorded as read for this basis before it is given."""
    for at in range(0, len(names), MOST_HITS):
        page = names[at : at + MOST_HITS]
        opened = open_each(person, page, purpose=Purpose.EXPORT, basis=basis, what="export")
        records: dict[UUID, DataRecord] = {}
        for record in DataRecord.objects.filter(document__in=opened).order_by("version"):
            records[record.document_id] = record
        for pk in page:
            if pk in opened:
                yield _row(opened[pk], records.get(pk), called, address(pk))


def _row(document: Document, record: DataRecord | None, called: Names, address: str) -> Row:
    fields = record.fields if record else {}

    def value(name: str) -> str:
        return str(fields[name]["value"]) if name in fields else ""

    covered = bool(called.sensitive & {document.document_type, record.document_type if record else ""})
    return [
        (code_shown(document.code) if covered else document.code) or "",
        called.types.get(document.document_type, document.document_type),
        value("title") or ("" if covered else document.name),
        MASK if covered and value("number") else value("number"),
        value("issuer"),
        _day(value("issue_date")),
        MASK if covered and value("owner_name") else value("owner_name"),
        MASK if covered and value("owner_id") else value("owner_id"),
        called.states.get(document.state, document.state),
        called.validities.get(document.validity, document.validity),
        timezone.localtime(document.filed_at).replace(tzinfo=None, microsecond=0) if document.filed_at else "",
        address,
    ]


def _day(text: str) -> Cell:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return text


def as_csv(head: Sequence[str], rows: Iterable[Row]) -> Iterator[bytes]:
    """Line by line, with a mark for its encoding."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(head)
    yield ("\ufeff" + text.getvalue()).encode()
    for row in rows:
        text.seek(0)
        text.truncate()
        writer.writerow([harmless(_said(cell)) for cell in row])
        yield text.getvalue().encode()


def as_xlsx(title: str, head: Sequence[str], rows: Iterable[Row]) -> IO[bytes]:
    """A file of one sheet, written row by row; texts are texts whatever they look like, days are days."""
    file = TemporaryFile()  # noqa: SIM115 - closed by whoever sends it
    book = Workbook(
        file,
        {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False},
    )
    sheet = book.add_worksheet(title)
    bold = book.add_format({"bold": True})
    day, moment = book.add_format({"num_format": "dd/mm/yyyy"}), book.add_format({"num_format": "dd/mm/yyyy hh:mm"})
    for column, (name, width) in enumerate(zip(head, (26, 24, 44, 18, 34, 11, 24, 16, 14, 12, 16, 48), strict=True)):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, name, bold)
    sheet.freeze_panes(1, 0)
    for at, row in enumerate(rows, 1):
        for column, cell in enumerate(row):
            if isinstance(cell, datetime):
                sheet.write_datetime(at, column, cell, moment)
            elif isinstance(cell, date) and cell.year >= 1900:
                sheet.write_datetime(at, column, datetime.combine(cell, datetime.min.time()), day)
            else:
                sheet.write_string(at, column, _said(cell))
    book.close()
    file.seek(0)
    return file


def _said(cell: Cell) -> str:
    if isinstance(cell, datetime):
        return cell.strftime("%d/%m/%Y %H:%M")
    return cell.strftime("%d/%m/%Y") if isinstance(cell, date) else cell
