"""Căn cước công dân (TT 07/2016, TT 06/2021/TT-BCA), căn cước (TT 17/2024/TT-BCA), chứng minh nhân dân: printed text and MRZ."""

import re

from ocr.extraction import parts, values
from ocr.extraction.findings import Value
from ocr.extraction.form import Draft, Form, Label, Title, group
from ocr.extraction.forms.machine_lines import from_mrz
from ocr.extraction.forms.persons import BIRTH_WORDS, NAME_WORDS, named
from ocr.extraction.sheet import joined
from ocr.extraction.text import distance, fold

_SLUG = "citizen_id"
_OFFICES = (
    (
        "CỤC TRƯỞNG CỤC CẢNH SÁT QUẢN LÝ HÀNH CHÍNH VỀ TRẬT TỰ XÃ HỘI",
        (
            "quanlyhanhchinhvetrattuxahoi",
            "administrativemanagementofsocialorder",
            "foradministrativemanagementofsocialorder",
        ),
    ),
    (
        "CỤC TRƯỞNG CỤC CẢNH SÁT ĐKQL CƯ TRÚ VÀ DLQG VỀ DÂN CƯ",
        ("dkqlcutruvadlqgvedancu", "cuctruongcuccanhsatdkqlcutruvadlqgvedancu"),
    ),
    ("BỘ CÔNG AN", ("ministryofpublicsecurity", "bocongan")),
)


def _issued(draft: Draft) -> None:
    """`Ngày, tháng, năm / Date, month, year: 12/01/2021` on the back."""
    for segment in draft.sheet.segments:
        text = fold(segment.text)
        if (
            re.match(r"^\W*ngay,? thang,? nam\b", text)
            and "sinh" not in text
            and "het han" not in text
            and "birth" not in text
        ):
            value = values.full_date(segment.text)
            if value:
                draft.put("issue_date", value, segment.pieces)
                return
    parts.dated_below(draft)


def _office(draft: Draft) -> None:
    """The office in whose name the card is signed, on the back. Its small print is told by its Vietnamese or English words."""
    for index, segment in enumerate(draft.sheet.segments):
        text = fold(segment.text)
        for office, signs in _OFFICES:
            if any(_says(segment.key, sign) for sign in signs):
                draft.put("issuer", Value(office, certain=True), segment.pieces, weight=0.97)
                return
        if re.search(r"giam doc (?:cong an|ca)\b", text):
            pieces = (
                *segment.pieces,
                *(p for s in draft.sheet.segments[index + 1 : index + 2] if s.upper for p in s.pieces),
            )
            draft.put("issuer", values.organisation(joined(pieces)), pieces)
            return


def _numbered(draft: Draft) -> None:
    """The number on a line of its own, its `SỐ` without a colon or unread."""
    for segment in draft.sheet.segments if "person.id_number" not in draft.findings else ():
        if re.fullmatch(
            r"(?:s[o06]|no)?\W{0,4}(?:\d{9}|\d{12})\W*", re.sub(r"(?<=\d)[ .](?=\d)", "", fold(segment.text))
        ):
            draft.put("person.id_number", values.personal_id(segment.text), segment.pieces, weight=0.97)
            return


def _says(key: str, sign: str) -> bool:
    """Whether a line is, or holds, a fixed wording but for a sixth of its letters."""
    limit = len(sign) // 6
    return sign in key or distance(key, sign, limit) <= limit


_FROM_MRZ = from_mrz({"person.id_number", "person.birth_date", "person.sex", "expiry"})

FORM = Form(
    slug=_SLUG,
    version=1,
    titles=(
        Title(_SLUG, "Căn cước công dân"),
        Title(_SLUG, "Căn cước"),
        Title(_SLUG, "Thẻ căn cước"),
        Title(_SLUG, "Thẻ căn cước công dân"),
        Title(_SLUG, "Giấy chứng minh nhân dân"),
        Title(_SLUG, "Chứng minh nhân dân"),
    ),
    fields=group("person", "name birth_date sex nationality home_town residence id_number old_id_number"),
    labels=(
        Label("person.id_number", ("Số", "Số định danh cá nhân", "Số CCCD", "Số căn cước", "Số thẻ"), values.personal_id, opens="person"),
        named("person.name", *NAME_WORDS, "Họ tên khai sinh"),
        Label("person.birth_date", BIRTH_WORDS, values.full_date),
        Label("person.sex", ("Giới tính",), values.sex),
        Label("person.nationality", ("Quốc tịch",), values.nation),
        Label("person.home_town", ("Quê quán", "Nguyên quán"), values.place, wraps=True),
        Label("person.residence", ("Nơi thường trú", "Nơi cư trú", "Nơi ĐKHK thường trú", "Nơi đăng ký thường trú"), values.place, wraps=True),
        Label("expiry", ("Có giá trị đến", "Ngày, tháng, năm hết hạn", "Ngày hết hạn", "Có giá trị đến ngày"), values.full_date, wraps=True),
        Label("issue_date", ("Ngày, tháng, năm cấp", "Ngày cấp"), values.full_date),
        Label("person.old_id_number", ("Số CMND cũ", "Số CMND", "Số giấy CMND"), values.personal_id),
        Label("", ("Đặc điểm nhân dạng", "Đặc điểm nhận dạng", "Nơi đăng ký khai sinh", "Ngón trỏ trái", "Ngón trỏ phải", "Dân tộc", "Tôn giáo", "Place of birth", "Date of birth")),
    ),
    parts=(parts.title, _numbered, _issued, _office, _FROM_MRZ, parts.same_as("number", "person.id_number")),
    signs=("place of origin", "place of residence", "đặc điểm nhân dạng", "personal identification", "ngón trỏ trái", "date of expiry", "citizen identity card", "identity card", "left index finger"),
    owner=(("person.name", "person.id_number"),),
    title_words=lambda sheet: "CĂN CƯỚC" if any("birthregistration" in s.key or "placeofbirth" in s.key for s in sheet.segments) else "CĂN CƯỚC CÔNG DÂN",
)  # fmt: skip
