"""Giấy phép lái xe (TT 12/2017, TT 35/2024/TT-BGTVT and before)."""

import re

from ocr.extraction import parts, values
from ocr.extraction.findings import Value
from ocr.extraction.form import Draft, Form, Label, Title, group
from ocr.extraction.forms.persons import NAME_WORDS, named
from ocr.extraction.sheet import joined
from ocr.extraction.text import fold, is_upper

_SLUG = "driving_licence"
_CLASSES = (
    "A1",
    "A2",
    "A3",
    "A4",
    "A",
    "B1",
    "B2",
    "B",
    "C1",
    "C",
    "D1",
    "D2",
    "D",
    "E",
    "FB1",
    "FB2",
    "FC",
    "FD",
    "FE",
    "BE",
    "C1E",
    "CE",
    "D1E",
    "D2E",
    "DE",
)


def _class(read: str) -> Value | None:
    """One or more classes: `B1`, `A1, C`."""
    seen = [w for w in re.findall(r"(?<!\w)[A-Z][A-Z0-9]{0,2}(?!\w)", read.upper().replace("I", "1")) if w in _CLASSES]
    return Value(", ".join(dict.fromkeys(seen))) if seen else None


def _number(read: str) -> Value | None:
    match = re.search(r"(?<!\w)(\d[\d ]{10,14}\d|[A-Z]{1,2}\s?\d{6,9})(?!\w)", read)
    if not match:
        return None
    value = re.sub(r"\s", "", match[1])
    return Value(value, match.span(1), doubts=() if re.fullmatch(r"\d{12}", value) else ("bad_format",))


def _number_unlabelled(draft: Draft) -> None:
    for segment in draft.sheet.segments:
        value = _number(segment.text)
        if value and not value.doubts:
            draft.put("number", value, segment.pieces, weight=0.95)
            return


def _class_in_table(draft: Draft) -> None:
    """Where the class on the front is unread: the first column of the table of classes on the back."""
    seen = False
    for segment in draft.sheet.segments:
        seen = seen or "loaixe" in segment.key or "classification" in segment.key
        if seen and segment.text.strip(" .|") in _CLASSES:
            draft.put("class", Value(segment.text.strip(" .|")), segment.pieces, weight=0.9)


_OFFICE = re.compile(
    r"^\W*(?:(?:tl|kt|tuq)\W+\w+ \w+\W+)?(?:(?:pho )?(?:giam doc|cuc truong|truong phong)\s)?"
    r"(?=(?:so|cuc|phong|cong an)\s(?:giao thong|gtvt|xay dung|canh sat|duong bo|csgt|tinh|thanh pho))"
)  # `GIÁM ĐỐC SỞ GTVT …`: the office its head signs for


def _office(draft: Draft) -> None:
    """The department that issued it, in small print; else the ministry in the head."""
    for segment in draft.sheet.segments:
        match = _OFFICE.match(fold(segment.text))
        if match and is_upper(segment.text):
            value = values.organisation(segment.text[match.end() :])
            draft.put("issuer", value and value.at(match.end(), len(segment.text)), segment.pieces)
            return
    if draft.head.motto:
        for segment in draft.head.left:
            if re.match(r"^bo (?:gtvt|giao thong|cong an)", fold(segment.text)):
                draft.put("issuer", values.organisation(segment.text), segment.pieces)
                return


def _dated(draft: Draft) -> None:
    for segment in draft.sheet.segments:
        if re.search(r"n?g[a-z]{1,3}\W{0,3}(?:/date)?\W*\S{1,2}\W.{0,12}th[a-z]{2,3}", fold(segment.text)):
            text = re.sub(r"/\s?(?:date|month|year)\b", "", joined(segment.pieces), flags=re.IGNORECASE)
            value = values.date_kind(text)
            if value:
                draft.put(
                    "issue_date",
                    value if text == segment.text else Value(value.value, doubts=value.doubts),
                    segment.pieces,
                )
                return
    parts.dated_below(draft)


FORM = Form(
    slug=_SLUG,
    version=1,
    titles=(Title(_SLUG, "Giấy phép lái xe"), Title(_SLUG, "Giấy phép lái xe quốc tế")),
    fields=(*group("person", "name birth_date nationality residence"), "class"),
    labels=(
        Label("number", ("Số", "Số GPLX", "Số giấy phép"), _number),
        named("person.name", *NAME_WORDS),
        Label("person.birth_date", ("Ngày sinh", "Sinh ngày", "Ngày, tháng, năm sinh", "Năm sinh"), values.date_kind),
        Label("person.nationality", ("Quốc tịch",), values.nation),
        Label("person.residence", ("Nơi cư trú", "Nơi thường trú", "Địa chỉ"), values.place, wraps=True),
        Label("class", ("Hạng", "Hạng xe", "Hạng GPLX"), _class),
        Label("expiry", ("Có giá trị đến", "Có giá trị đến ngày", "Giá trị đến", "Ngày hết hạn"), values.full_date, wraps=True),
        Label("issue_date", ("Ngày cấp",), values.full_date),
        Label("", ("Ngày trúng tuyển", "Loại xe được điều khiển", "Các loại xe cơ giới đường bộ được điều khiển")),
    ),
    parts=(parts.title, _dated, _number_unlabelled, _class_in_table, _office),
    signs=("driver's license", "driving license", "classification of motor vehicles", "các loại xe cơ giới", "ngày trúng tuyển", "loại xe được điều khiển", "hạng/class", "nơi cư trú/address"),
    owner=(("person.name", ""),),
    title_words=lambda _: "GIẤY PHÉP LÁI XE",
)  # fmt: skip
