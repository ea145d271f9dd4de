"""Trích lục khai tử, giấy chứng tử (TT 15/2015, TT 04/2020/TT-BTP)."""

from ocr.extraction import parts, values
from ocr.extraction.form import Form, Label, Title, group
from ocr.extraction.forms.persons import CALLED, NAME_WORDS, PERSON, headings_of, named, names_of

_SLUG = "death_extract"

FORM = Form(
    slug=_SLUG,
    version=1,
    titles=(
        Title(_SLUG, "Trích lục khai tử"),
        Title(_SLUG, "Trích lục đăng ký khai tử"),
        Title(_SLUG, "Giấy chứng tử"),
        Title(_SLUG, "Giấy khai tử"),
    ),
    fields=(
        *group("person", "name birth_date sex ethnicity nationality id_number residence birth_place home_town"),
        *("death.date", "death.place", "death.cause", "registration_date", "signer.name", "signer.title"),
    ),
    labels=(
        named("person.name", *NAME_WORDS, *CALLED, *names_of("người chết", "người đã chết", "người mất"), "Người chết", opens="person"),
        Label("", headings_of("người chết", "người đã chết", "người mất", "người được khai tử"), opens="person", bare=True),
        Label("", headings_of("người đi khai tử", "người yêu cầu"), opens="declarant", bare=True),
        *PERSON,
        Label("death.date", ("Đã chết vào lúc", "Chết vào lúc", "Đã chết ngày", "Đã chết vào hồi", "Chết ngày", "Ngày, tháng, năm chết", "Thời gian chết", "Đã chết", "Chết vào hồi", "Chết lúc", "Đã chết lúc", "Ngày chết", "Mất ngày", "Thời điểm chết", "Từ trần lúc", "Ngày, tháng, năm mất"), values.date_kind,
              wraps=True, bare=True),
        Label("death.place", ("Nơi chết", "Chết tại", "Địa điểm chết", "Nơi mất", "Đã chết tại"), values.place, wraps=True),
        Label("death.cause", ("Nguyên nhân chết", "Nguyên nhân", "Lý do chết", "Nguyên nhân tử vong"), values.text, wraps=True),
        Label("", ("Giấy báo tử/Giấy tờ thay thế Giấy báo tử", "Giấy báo tử", "Giấy tờ thay thế Giấy báo tử", "Thực hiện trích lục từ", "Quyển số", "Cấp ngày", "Việc tử", "Số đăng ký")),
        Label("@registered_at", ("Đăng ký khai tử tại", "Đã đăng ký khai tử tại", "Nơi đăng ký khai tử", "Nơi đăng ký", "Cơ quan đăng ký khai tử", "Cơ quan đăng ký", "Đã đăng ký tại", "Đăng ký tại", "Đã đăng ký khai tử", "Đăng ký khai tử"), values.organisation, opens="registration", wraps=True),
        named("", "Họ, chữ đệm, tên người đi khai tử", "Họ và tên người đi khai tử", opens="declarant"),
        Label("registration_date", ("Ngày, tháng, năm đăng ký", "Ngày đăng ký", "Ngày đăng ký khai tử", "Ngày, tháng, năm đăng ký khai tử", "Đăng ký ngày"), values.date_kind),
    ),
    parts=(parts.title, parts.number, parts.dated, parts.issuer, parts.issuer_of_registration, parts.signer, parts.register_entry, parts.dated_at_foot,
           parts.same_as("issue_date", "registration_date"), parts.same_as("registration_date", "issue_date")),
    signs=("nguyên nhân chết", "nơi chết", "đã chết vào lúc", "đăng ký khai tử tại", "giấy báo tử", "nơi cư trú cuối cùng"),
    owner=(("person.name", "person.id_number"),),
    title_words=lambda _: "TRÍCH LỤC KHAI TỬ",
)  # fmt: skip
