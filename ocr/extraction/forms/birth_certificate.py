"""Giấy khai sinh, its copies and extracts (TT 08.a/2010, TT 15/2015, TT 04/2020/TT-BTP)."""

from ocr.extraction import parts, values
from ocr.extraction.form import Form, Label, Title, group
from ocr.extraction.forms.persons import NAME_WORDS, PERSON, headings_of, named, names_of

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
        named("person.name", *names_of("người được khai sinh", "trẻ", "trẻ em", "con"), "Người được khai sinh", opens="person"),
        named("mother.name", *names_of("người mẹ", "mẹ"), "Người mẹ", "Mẹ", opens="mother"),
        named("father.name", *names_of("người cha", "cha", "bố"), "Người cha", "Cha", opens="father"),
        named("declarant.name", *names_of("người đi khai sinh", "người đi đăng ký khai sinh", "người đi đăng ký", "người đứng khai"), "Người đi khai sinh", "Người đi đăng ký khai sinh",
              "Họ, chữ đệm, tên người yêu cầu", "Họ và tên, tuổi, nơi thường trú của người đứng khai", "Họ, tên, tuổi, nơi thường trú của người đứng khai", opens="declarant"),
        *(
            Label("", headings_of(*who), opens=of, bare=True)
            for of, who in (
                ("person", ("người được khai sinh", "trẻ", "trẻ em", "con")),
                ("mother", ("mẹ", "người mẹ")),
                ("father", ("cha", "người cha", "bố", "người bố")),
                ("declarant", ("người đi khai sinh", "người đi đăng ký khai sinh", "người yêu cầu", "người đi đăng ký")),
            )
        ),
        *PERSON,
        Label("@registered_at", ("Nơi đăng ký khai sinh", "Nơi đăng ký", "Đăng ký khai sinh tại", "Đã đăng ký khai sinh tại", "Đã đăng ký tại", "Đăng ký tại", "Đã đăng ký khai sinh", "Cơ quan đăng ký", "Cơ quan đăng ký khai sinh", "Nơi đăng ký khai sinh gốc"), values.organisation, opens="registration", wraps=True),
        Label("registration_date", ("Ngày, tháng, năm đăng ký", "Ngày tháng năm đăng ký", "Ngày đăng ký", "Ngày đăng ký khai sinh", "Ngày, tháng, năm đăng ký khai sinh", "Đăng ký ngày"), values.date_kind, opens="registration"),
        Label("", ("Quyển số", "Quyển", "Thực hiện trích lục từ")),
    ),
    parts=(parts.title, parts.number, parts.dated, parts.issuer, parts.issuer_of_registration, parts.signer, parts.register_entry, parts.dated_at_foot, parts.same_as("issue_date", "registration_date"), parts.same_as("registration_date", "issue_date")),
    signs=("người đi khai sinh", "nơi đăng ký khai sinh", "người ký giấy khai sinh", "tên người mẹ", "tên người cha", "đăng ký khai sinh tại", "Họ và tên người mẹ"),
    owner=(("person.name", "person.id_number"),),
    title_words=lambda sheet: "TRÍCH LỤC KHAI SINH" if any("trichluc" in s.key for s in sheet.segments) else "GIẤY KHAI SINH",
)  # fmt: skip
