"""Giấy khám sức khỏe (TT 14/2013, TT 32/2023/TT-BYT; drivers: TTLT 24/2015, TT 36/2024)."""

import re

from ocr.extraction import parts, values
from ocr.extraction.findings import Value
from ocr.extraction.form import Form, Label, Title, group
from ocr.extraction.forms.persons import BIRTH_DATE, BIRTH_YEAR, ID_NUMBER, NAME_WORDS, RESIDENCE_WORDS, SEX, named
from ocr.extraction.text import fold, tidy

_SLUG = "health_certificate"
_CLASSES = ("I", "II", "III", "IV", "V")
_ROMAN = re.compile(r"^\W*(?:[a-z]{3,4}\s)?\W*(i{1,3}|iv|v|[1-5])\b")
_WRITTEN = re.compile(r"^\W*(?:[a-z]{3,4}\s)?\W*([itl1h]{1,3})\b")  # strokes with serifs; an H is two of them


def _class(read: str) -> Value | None:
    """`Loại II`, `II`, `2`; strokes read as letters (`TT`) are counted and doubted."""
    text = fold(tidy(read))
    plain = _ROMAN.match(text)
    if plain:
        return Value(_CLASSES[int(plain[1]) - 1] if plain[1].isdigit() else plain[1].upper())
    written = _WRITTEN.match(text)
    strokes = len(written[1].replace("h", "ii")) if written else 0
    return Value(_CLASSES[strokes - 1], doubts=("misread_digits",)) if 0 < strokes <= 3 else None


def _conclusion(read: str) -> Value | None:
    value = re.sub(r"^\(.*?\)\W*", "", tidy(read))
    return Value(value) if len(value) > 3 else None


FORM = Form(
    slug=_SLUG,
    version=1,
    titles=(
        Title(_SLUG, "Giấy khám sức khỏe"),
        Title(_SLUG, "Giấy khám sức khỏe của người lái xe"),
        Title(_SLUG, "Giấy khám sức khỏe định kỳ"),
        Title(_SLUG, "Giấy chứng nhận sức khỏe"),
        Title(_SLUG, "Giấy khám sức khỏe dùng cho người từ đủ 18 tuổi trở lên"),
        Title(_SLUG, "Giấy khám sức khỏe dùng cho người chưa đủ 18 tuổi"),
    ),
    fields=(*group("person", "name birth_date sex id_number residence"), *("exam_date", "conclusion", "health_class", "signer.name", "signer.title")),
    labels=(
        named("person.name", *NAME_WORDS, "Họ và tên (chữ in hoa)", opens="person"),
        *(BIRTH_DATE, BIRTH_YEAR, SEX, ID_NUMBER),
        Label("person.residence", RESIDENCE_WORDS, values.place, wraps=True),
        Label("health_class", ("Phân loại sức khỏe", "Phân loại sức khoẻ", "Sức khỏe loại", "Xếp loại sức khỏe", "Đạt sức khỏe loại", "Kết luận phân loại sức khỏe", "Loại sức khỏe", "Sức khỏe đạt loại", "Đủ sức khỏe loại"), _class),
        Label("conclusion", ("Kết luận", "Kết luận sức khỏe", "Kết luận về sức khỏe", "Kết luận chung", "Kết luận của bác sĩ"), _conclusion, wraps=True),
        Label("@illness", ("Các bệnh, tật (nếu có)", "Các bệnh tật nếu có", "Các bệnh, tật"), _conclusion, wraps=True),
        Label("exam_date", ("Ngày khám", "Ngày khám sức khỏe"), values.full_date),
        Label("", ("Phân loại thể lực", "Phân loại", "Lý do khám", "Lý do khám sức khỏe", "Cấp ngày", "Ngày cấp", "Nơi cấp", "Tại", "Tuổi", "Tiền sử gia đình", "Chiều cao", "Cân nặng", "Chỉ số BMI",
                   "Mạch", "Huyết áp", "Ảnh (4 x 6cm)", "Ảnh 4x6", "Ảnh 3x4", "Nghề nghiệp", "Nơi công tác, học tập", "Nơi công tác", "Họ và tên bố, mẹ hoặc người giám hộ", "Họ và tên bố mẹ", "Điện thoại",
                   "Đối tượng khám sức khỏe", "Hạng xe khám")),
    ),
    parts=(parts.title, parts.number, parts.issuer, parts.dated, parts.dated_below, parts.valid_until, parts.signer, parts.same_as("exam_date", "issue_date"), parts.same_as("conclusion", "@illness")),
    signs=("khám thể lực", "khám lâm sàng", "khám cận lâm sàng", "tiền sử bệnh", "phân loại sức khỏe", "lý do khám sức khỏe", "người kết luận"),
    owner=(("person.name", "person.id_number"),),
    title_words=lambda _: "GIẤY KHÁM SỨC KHỎE",
)  # fmt: skip
