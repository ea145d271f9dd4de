"""Administrative documents: the 29 kinds of NĐ 30/2020/NĐ-CP, by the places phụ lục I gives their parts."""

import re
from collections.abc import Sequence

from khoso.kernel.transcript import around
from ocr.extraction import parts
from ocr.extraction.findings import Finding, Value
from ocr.extraction.form import Draft, Form, Title
from ocr.extraction.identifiers import KINDS
from ocr.extraction.letterhead import Letterhead
from ocr.extraction.sheet import Page, Segment, Sheet, joined
from ocr.extraction.text import distance, fold, is_upper, squash, tidy

LETTER = "Công văn"
_URGENCIES = ("Hỏa tốc hẹn giờ", "Hỏa tốc", "Thượng khẩn", "Khẩn")
_BODY = re.compile(
    r"^\W*(?:kinh gui|can cu|thuc hien|de |theo |nham |xet |ngay |hom nay|thi hanh|tren co so|trong |\d|i\.|dieu )"
)
_GOES_BACK = re.compile(r"^(?:tiep theo|qua |sau khi|duoc su|trong thoi gian)")  # to what was written before
_OPENING = re.compile(r"^\W*(?:kinh gui|can cu |i\.|dieu \d|\d+\.)")
_ABOUT = re.compile(r"^\W*v\W{0,3}[e]?\s?vi[eêệ]c", re.IGNORECASE)


def kind(draft: Draft) -> None:
    """Kind by the title; a paper without one but with `V/v` or `Kính gửi` is a công văn."""
    if draft.title and draft.title.title.kind:
        value = Value(draft.title.title.kind, certain=draft.title.likeness > 0.75)
        draft.put("kind", value, draft.title.pieces)
        return
    pieces = tuple(p for s in draft.head.about for p in s.pieces)
    for key in ("kind", "title"):
        draft.add(Finding(key, LETTER, pieces[:1], 0.95, draft.rule("kind.letter"), source="derived"))


def summary(draft: Draft) -> None:
    """Trích yếu: the centred lines below the title, or `V/v …` below the number of a công văn."""
    lines = list(draft.head.about) or (_below_title(draft) if draft.title else [])
    if not lines:
        return
    pieces = tuple(p for s in lines for p in s.pieces)
    text = re.sub(r"^\W*(?=\w)", "", tidy(joined(pieces)))
    about = _ABOUT.match(fold(text))
    if about:
        text = "Về việc " + text[about.end() :].strip()
    text = re.sub(r"^[Vv]\s?[/lI1]\s?v\.?\s", "V/v ", text)
    draft.put("summary", Value(text), pieces, weight=0.99)


def _below_title(draft: Draft) -> list[Segment]:
    """Segments of the centred lines below the title. The body is set apart by a rule or a wider gap."""
    title = draft.title
    if title is None:
        return []
    page = draft.sheet.page_of(title.segments[0])
    middle = title.segments[0].box.centre[0]
    last, lines = title.segments[-1], [list(title.segments)]
    for row in page.rows[last.row + 1 : last.row + 9]:
        line = _centred(row, middle, page)
        if not line:
            continue  # a stamp or specks beside the lines; how far the next line is tells whether the summary goes on
        text = joined(p for s in line for p in s.pieces)
        first = len(lines) == 1
        too_far = line[0].y - last.y > (2.2 if first else 1.45) * max(page.line_step, 1.2 * last.height)
        if too_far or (_OPENING if first else _BODY).match(fold(text)):
            break
        if not first and (_opens_paragraph(line, page) or (text[:1].isupper() and _GOES_BACK.match(fold(text)))):
            break
        if not first and is_upper(text) and not is_upper(lines[-1][0].text):
            break
        lines.append(line)
        last = line[0]
    return [segment for line in lines[1:] for segment in line]


def _opens_paragraph(line: Sequence[Segment], page: Page) -> bool:
    """Whether a line is indented at its left and full at its right, as the body begins; centred lines are so at both."""
    box = around([segment.box for segment in line])
    return page.right - box.x1 < 0.012 * page.width and box.x0 - page.left > 0.03 * page.width


def _centred(row: Sequence[Segment], middle: float, page: Page) -> list[Segment]:
    """The segments of a row that together stand centred below the title; a stamp at the side is left out."""
    for line in (list(row), *([segment] for segment in row)):
        box = around([segment.box for segment in line])
        if abs(box.centre[0] - middle) < 0.09 * page.width:
            return line
    return []


def urgency(draft: Draft) -> None:
    """The stamp `HỎA TỐC`, `KHẨN` … of Đ8."""
    page = draft.sheet.pages[0]
    for segment in page.segments:
        if segment.y < 0.4 * page.height and is_upper(segment.text) and 4 <= len(segment.key) <= 14:
            for words in _URGENCIES:
                limit = len(squash(words)) // 6
                if distance(segment.key, squash(words), limit) <= limit:
                    draft.put("urgency", Value(words, certain=segment.key == squash(words)), segment.pieces)
                    return


def is_letter(head: Letterhead, sheet: Sheet) -> bool:
    """Whether a paper without a title is a công văn: offices and number on the left, `V/v` or `Kính gửi` below."""
    if not head.offices or (head.number is None and not (head.about and head.dated)):
        return False
    addressed = any(re.match(r"^\W*k[ií]nh g[uư]i", fold(s.text)) for s in sheet.pages[0].segments)
    return bool(head.about) or addressed


TITLES = tuple(
    Title("administrative_document", name, open=False, kind=name)
    for name in KINDS
    if name not in {LETTER, "Hợp đồng", "Giấy ủy quyền"}
) + tuple(
    Title("administrative_document", name, open=False, kind="Thư công")
    for name in ("Thư chúc mừng", "Thư khen", "Thư cảm ơn", "Thư thăm hỏi", "Thư chia buồn", "Thư ngỏ")
)
"""Contracts and powers of attorney, the other two of the 29, are types of their own; a công văn has no title."""

FORM = Form(
    slug="administrative_document",
    version=1,
    titles=TITLES,
    fields=("kind", "superior_issuer", "place", "signer.authority", "signer.title", "signer.name", "urgency"),
    parts=(
        parts.title,
        kind,
        parts.number,
        parts.dated,
        parts.place,
        parts.issuer,
        parts.superior,
        summary,
        urgency,
        parts.signer,
    ),
)
