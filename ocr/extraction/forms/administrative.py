"""Administrative documents: the 29 kinds of NĐ 30/2020/NĐ-CP, by the places phụ lục I gives their parts."""

import re
from collections.abc import Sequence

from khoso.kernel.transcript import around
from ocr.extraction import parts
from ocr.extraction.findings import Finding, Value
from ocr.extraction.form import Draft, Form, Title
from ocr.extraction.identifiers import KINDS
from ocr.extraction.letterhead import Letterhead
from ocr.extraction.sheet import Page, Piece, Segment, Sheet, joined
from ocr.extraction.text import distance, fold, is_upper, squash, tidy

LETTER = "Công văn"
_URGENCIES = ("Hỏa tốc hẹn giờ", "Hỏa tốc", "Thượng khẩn", "Khẩn")
_BODY = re.compile(
    r"^\W*(?:kinh gui|can cu|thuc hien|de |theo |nham |xet |ngay |hom nay|thi hanh|tren co so|trong |i\.|dieu )"
)
_NUMBERED = re.compile(r"^\W*(?:\d{1,2}|[ivx]{1,4})\s?[.)]\s?\D")
_GOES_BACK = re.compile(r"^(?:tiep theo|qua |sau khi|duoc su|trong thoi gian)")  # to what was written before
_OPENING = re.compile(r"^\W*(?:kinh gui|can cu |i\.|dieu \d|\d+\.)")
_ABOUT = re.compile(r"^\W*v\W{0,3}[e]?\s?vi[eêệ]c", re.IGNORECASE)


def kind(draft: Draft) -> None:
    """Kind by the title; a paper without one but with `V/v` or `Kính gửi` is a công văn."""
    if draft.title and draft.title.title.kind:
        value = Value(draft.title.title.kind, certain=draft.title.likeness > 0.75)
        draft.put("kind", value, draft.title.pieces)
        return
    pieces = _about(tuple(p for s in draft.head.about for p in s.pieces))
    for key in ("kind", "title"):
        draft.add(Finding(key, LETTER, pieces, 0.95, draft.rule("kind.letter"), source="derived"))


def _about(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    """The `V/v` or `Về việc` that opens what a letter is about, however it was parted into words."""
    key = ""
    for number, piece in enumerate(pieces, 1):
        key += piece.key
        if len(key) >= len("veviec" if key.startswith("ve") else "vv"):
            return tuple(pieces[:number])
    return tuple(pieces[:1])


def summary(draft: Draft) -> None:
    """Trích yếu: the centred lines below the title, or `V/v …` below the number of a công văn."""
    lines = _beside_title(draft) or (_below_title(draft) if draft.title else [])
    if not lines:
        return
    pieces = tuple(p for s in lines for p in s.pieces)
    text = re.sub(r"^\W*(?=\w)", "", tidy(joined(pieces)))
    about = _ABOUT.match(fold(text))
    if about:
        text = "Về việc " + text[about.end() :].strip()
    text = re.sub(r"^[Vv]\s?(?:[/⁄lI1]?\s?[vV]\.?|[/⁄][^\w\s]?)\s", "V/v ", text)
    draft.put("summary", Value(text), pieces, weight=0.99)


def _beside_title(draft: Draft) -> list[Segment]:
    """`V/v …` below the number, where it is not the first line below a title (`Về việc …` of a wide one)."""
    title = draft.title
    return [
        s for s in draft.head.about if title is None or s.page != title.segments[0].page or s.y < title.segments[0].y
    ]


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
        if too_far or (_OPENING.match(fold(text)) if first else _begins_body(text, line, page)):
            break
        if not first and is_upper(text) and not is_upper(lines[-1][0].text):
            break
        lines.append(line)
        last = line[0]
    return [segment for line in lines[1:] for segment in line]


def _begins_body(text: str, line: Sequence[Segment], page: Page) -> bool:
    """Whether a line below a subject begins the body: with a capital or a number, where a subject goes on in small letters.

    `theo Nghị quyết số 12/NQ-HĐND`, `2026, tầm nhìn đến năm 2050`, `ngày 22/02/2026` at the start of a line are its next one.
    """
    start = re.search(r"\w", text)
    if start is None or start[0].islower():
        return False
    words = fold(text)
    if start[0].isdigit():
        return bool(_NUMBERED.match(words)) or _opens_paragraph(line, page)
    return bool(_BODY.match(words) or _GOES_BACK.match(words)) or _opens_paragraph(line, page)


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
        if segment.y < 0.4 * page.height and 4 <= len(segment.key) <= 14 and _is_stamped(segment):
            for words in _URGENCIES:
                limit = len(squash(words)) // 6
                if distance(segment.key, squash(words), limit) <= limit:
                    draft.put("urgency", Value(words, certain=segment.key == squash(words)), segment.pieces)
                    return


def _is_stamped(segment: Segment) -> bool:
    """Capitals; of two words also `Hỏa Tốc`, which is no text's, for the frame of a stamp makes capitals look small."""
    words = re.findall(r"[^\W\d_]+", segment.text)
    return is_upper(segment.text) or (len(words) > 1 and all(word[0].isupper() for word in words))


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
