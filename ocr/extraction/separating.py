"""Where documents begin in a stack scanned in one go: transcripts of all pages come in, first pages go out.

Besides titles two things tell: a sheet with the code `SEPARATOR` laid between documents, and page numbers with a total
(`1/3`). Cautious on purpose: a document cut in two is worse than two left together for a person to part. A page begins a
document only if it carries a known title of its own and what stands at the head of one: the motto, offices with a
number, or nothing above the title.
"""

import re
from collections.abc import Sequence

from khoso.kernel.transcript import Transcript
from ocr.extraction.letterhead import Letterhead, read_letterhead
from ocr.extraction.recognising import known_titles
from ocr.extraction.sheet import Page, Sheet, lay_out
from ocr.extraction.titles import TitleFound, find_title, is_motto

SEPARATOR = "KHOSO:SEPARATOR"
"""What the QR code of a separator sheet says (`khoso separator-sheet`)."""

_OF_TOTAL = re.compile(r"(?:trang|page)?\s*(\d{1,3})\s*/\s*(\d{1,3})", re.IGNORECASE)
_EDGE = 0.1  # of the page: where page numbers stand
_TOP = 0.45  # of the page: a title that begins a document stands above this


def starts(pages: Sequence[Transcript]) -> list[int]:
    """Numbers (1-based) of the pages that begin a document, the first page always among them; empty for no pages.

    Empty pages (blank backs) and pages that only go on belong to the document before them.
    """
    if not pages:
        return []
    sheets, laid = set(separators(pages)), [lay_out([page]) for page in pages]
    first = next((n for n, sheet in enumerate(laid, 1) if sheet.pages[0].segments and n not in sheets), 1)
    after = {number + 1 for number in sheets if number < len(pages)}
    return [
        1,
        *(
            number
            for number, sheet in enumerate(laid, 1)
            if number > 1 and (number in after or (number > first and begins(sheet)))
        ),
    ]


def separators(pages: Sequence[Transcript]) -> list[int]:
    """Numbers (1-based) of the pages that are separator sheets: no document's, only laid between them."""
    return [
        number for number, page in enumerate(pages, 1) if any(code.text.strip() == SEPARATOR for code in page.codes)
    ]


def begins(sheet: Sheet) -> bool:
    """Whether a page (`lay_out` of it alone) is the first of a document, by what stands on it."""
    (page,) = sheet.pages
    if not page.segments or _is_numbered(page):
        return False
    of_total = _of_total(page)
    if of_total is not None:
        return of_total == 1
    title = find_title(sheet, known_titles())
    head = read_letterhead(sheet, title=title.segments if title else ())
    motto = any(is_motto(segment) and segment.y < 0.3 * page.height for segment in page.segments)
    if title is None:
        return motto and _is_letter(head)
    return title.segments[0].y < _TOP * page.height and (
        motto or (_is_first(page, title) and title.likeness > 0.9 and len(title.title.key) >= 12)
    )


def _is_letter(head: Letterhead) -> bool:
    """Offices, a number and a date beside the motto: an official letter whose title is unread or which has none."""
    return bool(head.offices and head.number and head.dated)


def _is_first(page: Page, title: TitleFound) -> bool:
    """Whether nothing but a line or two stands above the title."""
    return sum(segment.y < title.segments[0].y - title.segments[0].height for segment in page.segments) <= 2


def _of_total(page: Page) -> int | None:
    """The page number where it stands with its total, alone at an edge: `2/3`, `Trang 1/2`."""
    for row in (page.rows[0], page.rows[-1]):
        match = _OF_TOTAL.fullmatch(row[0].text.strip(" -–.()")) if len(row) == 1 else None
        at_edge = not _EDGE * page.height < row[0].y < (1 - _EDGE) * page.height
        if match and at_edge and 1 <= int(match[1]) <= int(match[2]):
            return int(match[1])
    return None


def _is_numbered(page: Page) -> bool:
    """A page number from 2 on, alone at the top (NĐ 30/2020: from the second page on, centred)."""
    top = page.rows[0]
    return (
        len(top) == 1
        and top[0].text.strip(" -–.").isdigit()
        and top[0].text.strip(" -–.") != "1"
        and top[0].y < 0.12 * page.height
    )
