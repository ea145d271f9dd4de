"""Giấy chứng nhận kết hôn and extracts: wife and husband in two columns or one after the other (TT 15/2015, TT 04/2020/TT-BTP)."""

from ocr.extraction import parts, values
from ocr.extraction.form import Form, Label, Title, group
from ocr.extraction.forms.persons import PERSON, headings_of, named, names_of

_SLUG = "marriage_certificate"
_OF = "name birth_date ethnicity nationality residence id_number"

FORM = Form(
    slug=_SLUG,
    version=1,
    titles=(
        Title(_SLUG, "Giấy chứng nhận kết hôn"),
        Title(_SLUG, "Đăng ký kết hôn"),
        Title(_SLUG, "Trích lục kết hôn"),
        Title(_SLUG, "Trích lục đăng ký kết hôn"),
        Title(_SLUG, "Trích lục ghi chú kết hôn"),
    ),
    fields=(*group("wife", _OF), *group("husband", _OF), "registration_date", "signer.name", "signer.title"),
    who="",
    labels=(
        named("wife.name", *names_of("vợ", "người vợ", "bên nữ"), "Bên nữ", "Bên nữ (Vợ)", "Người vợ", opens="wife"),
        named("husband.name", *names_of("chồng", "người chồng", "bên nam"), "Bên nam", "Bên nam (Chồng)", "Người chồng",
              opens="husband"),
        Label("wife.name", ("Vợ",), values.name, opens="wife", bare=True),
        Label("husband.name", ("Chồng",), values.name, opens="husband", bare=True),
        Label("", headings_of("vợ", "người vợ", "bên nữ", "bên vợ"), opens="wife", bare=True),
        Label("", headings_of("chồng", "người chồng", "bên nam", "bên chồng"), opens="husband", bare=True),
        named("*.name", "Họ, chữ đệm, tên", "Họ và tên", "Họ tên"),
        *PERSON,
        Label("@registered_at", ("Nơi đăng ký kết hôn", "Nơi đăng ký", "Đăng ký kết hôn tại", "Đã đăng ký kết hôn tại", "Cơ quan đăng ký kết hôn", "Cơ quan đăng ký", "Đã đăng ký tại", "Đăng ký tại", "Đã đăng ký kết hôn"), values.organisation, opens="registration",
              wraps=True),
        Label("registration_date", ("Ngày, tháng, năm đăng ký", "Ngày tháng năm đăng ký", "Ngày đăng ký", "Ngày đăng ký kết hôn", "Ngày, tháng, năm đăng ký kết hôn", "Kết hôn ngày", "Đăng ký ngày", "Ngày kết hôn"), values.date_kind, opens="registration"),
        Label("", ("Quyển số", "Thực hiện trích lục từ", "Giấy chứng nhận kết hôn này có giá trị")),
    ),
    parts=(parts.title, parts.number, parts.dated, parts.issuer, parts.issuer_of_registration, parts.signer, parts.register_entry, parts.dated_at_foot, parts.same_as("issue_date", "registration_date"), parts.same_as("registration_date", "issue_date")),
    signs=("nơi đăng ký kết hôn", "người ký giấy chứng nhận kết hôn", "chữ đệm, tên vợ", "chữ đệm, tên chồng", "họ và tên vợ", "họ và tên chồng", "đăng ký kết hôn tại"),
    owner=(("husband.name", "husband.id_number"), ("wife.name", "wife.id_number")),
    title_words=lambda sheet: "TRÍCH LỤC KẾT HÔN" if any("trichluc" in s.key for s in sheet.segments) else "GIẤY CHỨNG NHẬN KẾT HÔN",
)  # fmt: skip
