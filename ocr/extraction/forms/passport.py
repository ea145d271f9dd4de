"""Hộ chiếu (TT 31/2023/TT-BCA): bilingual print of the data page and its machine-readable lines (ICAO 9303 part 4, TD3)."""

import re

from ocr.extraction import parts, values
from ocr.extraction.findings import Value
from ocr.extraction.form import Draft, Form, Label, Title, group
from ocr.extraction.forms.machine_lines import from_mrz
from ocr.extraction.forms.persons import BIRTH_WORDS, NAME_WORDS, named
from ocr.extraction.text import fold

_SLUG = "passport"
_NUMBER = re.compile(r"\b([A-Z]\d{7,8})\b")


def _number(text: str) -> Value | None:
    """A letter and seven or eight figures."""
    match = _NUMBER.search(text.upper().replace(" ", ""))
    return Value(match[1]).at(*match.span(1)) if match else None


def _office(draft: Draft) -> None:
    """`CỤC QUẢN LÝ XUẤT NHẬP CẢNH / Immigration Department`."""
    for segment in draft.sheet.segments:
        below = next((s for s in draft.after(segment) if s.row > segment.row), None)
        text = fold(f"{segment.text} {below.text if below else ''}")  # it may take two lines
        if "quan ly xuat nhap canh" in text or "immigration department" in text:
            draft.put("issuer", Value("CỤC QUẢN LÝ XUẤT NHẬP CẢNH", certain=True), segment.pieces, weight=0.97)
            return


FORM = Form(
    slug=_SLUG,
    version=1,
    titles=(Title(_SLUG, "Hộ chiếu"), Title(_SLUG, "Hộ chiếu / Passport"), Title(_SLUG, "Passport")),
    fields=group("person", "name birth_date sex nationality birth_place id_number"),
    labels=(
        Label("number", ("Số hộ chiếu", "Passport No", "Hộ chiếu số", "Số"), _number),
        named("person.name", *NAME_WORDS),
        Label("person.birth_date", BIRTH_WORDS, values.full_date),
        Label("person.sex", ("Giới tính",), values.sex),
        Label("person.nationality", ("Quốc tịch",), values.nation),
        Label("person.birth_place", ("Nơi sinh",), values.place, wraps=True),
        Label("person.id_number", ("Số ĐDCN", "Số GCMND", "Số ĐDCN/CMND", "Số định danh cá nhân"), values.personal_id),
        Label("issue_date", ("Ngày cấp", "Ngày, tháng, năm cấp"), values.full_date),
        Label("expiry", ("Có giá trị đến", "Ngày hết hạn", "Giá trị đến"), values.full_date),
        Label("", ("Loại", "Mã số", "Nơi cấp", "Chữ ký người mang hộ chiếu")),
    ),
    parts=(
        parts.title,
        _office,
        from_mrz({"number", "person.id_number", "person.birth_date", "person.sex", "person.nationality", "expiry"}),
    ),
    signs=("passport no", "immigration department", "quản lý xuất nhập cảnh", "chữ ký người mang hộ chiếu", "signature of bearer", "PVNM"),
    owner=(("person.name", "person.id_number"),),
    title_words=lambda _: "HỘ CHIẾU",
)  # fmt: skip
