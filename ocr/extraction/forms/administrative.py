"""Administrative documents: the 29 kinds of NĐ 30/2020/NĐ-CP, by the places phụ lục I gives their parts."""

import re

from ocr.extraction import parts
from ocr.extraction.findings import Finding, Value
from ocr.extraction.form import Draft, Form, Title
from ocr.extraction.identifiers import KINDS
from ocr.extraction.letterhead import Letterhead
from ocr.extraction.sheet import Segment, Sheet, joined
from ocr.extraction.text import distance, fold, is_upper, squash, tidy

LETTER = "Công văn"
_URGENCIES = ("Hỏa tốc hẹn giờ", "Hỏa tốc", "Thượng khẩn", "Khẩn")
_BODY = re.compile(
    r"^\W*(?:kinh gui|can cu|thuc hien|de |theo |nham |xet |ngay |hom nay|thi hanh|tren co so|trong |\d|i\.|dieu )"
)
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
    title = draft.title
    if title is None:
        return []
    page = draft.sheet.page_of(title.segments[0])
    last = title.segments[-1]
    lines: list[Segment] = []
    for segment in draft.after(last):
        if segment.row == last.row:
            continue
        off_centre = abs(segment.box.centre[0] - title.segments[0].box.centre[0]) > 0.09 * page.width
        # The body is set apart by a rule or a wider gap.
        too_far = segment.y - last.y > (2.2 if not lines else 1.45) * max(page.line_step, 1.2 * last.height)
        if too_far or off_centre or (_BODY if lines else _OPENING).match(fold(segment.text)) or len(lines) == 8:
            break
        if is_upper(segment.text) and lines and not is_upper(lines[-1].text):
            break
        lines.append(segment)
        last = segment
    return lines


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
    if not head.offices or head.number is None:
        return False
    addressed = any(re.match(r"^\W*k[ií]nh g[uư]i", fold(s.text)) for s in sheet.pages[0].segments)
    return bool(head.about) or addressed


TITLES = tuple(
    Title("administrative_document", name, open=False, kind=name)
    for name in KINDS
    if name not in {LETTER, "Hợp đồng", "Giấy ủy quyền", "Thư công"}
)

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
