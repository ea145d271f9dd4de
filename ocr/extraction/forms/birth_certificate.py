"""Giấy khai sinh, its copies and extracts (TT 08.a/2010, TT 15/2015, TT 04/2020/TT-BTP)."""

from ocr.extraction import parts, values
from ocr.extraction.form import Form, Label, Title, group
from ocr.extraction.forms.persons import NAME_WORDS, PERSON, named

_SLUG = "birth_certificate"

FORM = Form(
    slug=_SLUG,
    version=1,
    titles=(
        Title(_SLUG, "Giấy khai sinh"),
        Title(_SLUG, "Bản sao Giấy khai sinh"),
        Title(_SLUG, "Trích lục khai sinh"),
        Title(_SLUG, "Trích lục Giấy khai sinh"),
        Title(_SLUG, "Trích lục ghi vào sổ hộ tịch việc khai sinh"),
    ),
    fields=(
        *group("person", "name birth_date sex ethnicity nationality birth_place home_town id_number"),
        *group("mother", "name birth_year ethnicity nationality residence"),
        *group("father", "name birth_year ethnicity nationality residence"),
        *("declarant.name", "registration_date", "signer.name", "signer.title"),
    ),
    labels=(
        named("*.name", *NAME_WORDS),
        named("person.name", "Họ, chữ đệm, tên người được khai sinh", "Họ và tên người được khai sinh", "Họ, chữ đệm, tên trẻ", opens="person"),
        named("mother.name", "Họ, chữ đệm, tên người mẹ", "Họ và tên mẹ", "Họ và tên người mẹ", "Họ, chữ đệm, tên mẹ", "Họ tên mẹ", "Người mẹ", "Mẹ", opens="mother"),
        named("father.name", "Họ, chữ đệm, tên người cha", "Họ và tên cha", "Họ và tên người cha", "Họ, chữ đệm, tên cha", "Họ tên cha", "Người cha", "Cha", opens="father"),
        named("declarant.name", "Họ, chữ đệm, tên người đi khai sinh", "Họ và tên người đi khai sinh", "Họ, chữ đệm, tên người đi đăng ký khai sinh", "Người đi khai sinh",
              "Họ, chữ đệm, tên người yêu cầu", opens="declarant"),
        *PERSON,
        Label("@registered_at", ("Nơi đăng ký khai sinh", "Nơi đăng ký", "Đăng ký khai sinh tại", "Đã đăng ký khai sinh tại", "Cơ quan đăng ký"), values.organisation, opens="registration", wraps=True),
        Label("registration_date", ("Ngày, tháng, năm đăng ký", "Ngày tháng năm đăng ký", "Ngày đăng ký"), values.date_kind, opens="registration"),
        Label("", ("Quyển số", "Quyển", "Thực hiện trích lục từ")),
    ),
    parts=(parts.title, parts.number, parts.dated, parts.issuer, parts.issuer_of_registration, parts.signer, parts.register_entry, parts.same_as("issue_date", "registration_date")),
    signs=("người đi khai sinh", "nơi đăng ký khai sinh", "người ký giấy khai sinh", "tên người mẹ", "tên người cha", "đăng ký khai sinh tại", "Họ và tên người mẹ"),
    owner=(("person.name", "person.id_number"),),
    title_words=lambda sheet: "TRÍCH LỤC KHAI SINH" if any("trichluc" in s.key for s in sheet.segments) else "GIẤY KHAI SINH",
)  # fmt: skip
