"""Giấy chứng nhận đăng ký doanh nghiệp / hộ kinh doanh (TT 01/2021/TT-BKHĐT, TT 68/2025/TT-BTC): numbered sections."""

import re

from ocr.extraction import parts, values
from ocr.extraction.findings import Value
from ocr.extraction.form import Draft, Form, Label, Title, group
from ocr.extraction.forms.persons import IDENTITY_WORDS, NAME_WORDS, RESIDENCE_WORDS, named
from ocr.extraction.text import fold, tidy

_SLUG = "business_registration"
_KINDS = (
    "doanh nghiệp",
    "hộ kinh doanh",
    "kinh doanh",
    "hoạt động chi nhánh",
    "hoạt động văn phòng đại diện",
    "địa điểm kinh doanh",
    "thuế",
    "hợp tác xã",
    "doanh nghiệp tư nhân",
)


def _address(read: str) -> Value | None:
    """An address ends before the telephone."""
    return values.place(re.split(r"\b[ĐD]i[eệ]n tho[aạ]i|\bEmail|\bFax", read)[0])


def _business_name(read: str) -> Value | None:
    text = re.sub(r"^\s*\(?(?:ghi )?bằng chữ in hoa\)?\s*:?", "", tidy(read), flags=re.IGNORECASE)
    return Value(text) if len(text) > 1 else None


_HEADS = (
    "người đại diện theo pháp luật", "đại diện theo pháp luật", "người đại diện pháp luật", "đại diện pháp luật", "người đại diện", "người đại diện theo pháp luật của công ty",
    "người đại diện theo pháp luật của doanh nghiệp", "chủ hộ kinh doanh", "chủ hộ", "đại diện hộ kinh doanh", "người đại diện hộ kinh doanh", "chủ doanh nghiệp", "chủ doanh nghiệp tư nhân",
    "người đứng đầu", "người đứng đầu chi nhánh", "người đứng đầu văn phòng đại diện", "người đứng đầu địa điểm kinh doanh", "người đứng đầu địa điểm",
)  # fmt: skip
HEADINGS = tuple(
    f"{start}{one}".capitalize() for one in _HEADS for start in ("", "thông tin ", "thông tin về ", "thông tin của ", "thông tin cá nhân ", "thông tin cá nhân của ")
)  # fmt: skip
"""Headings of who stands for a business."""

_LEGAL_FORM = re.compile(
    r"^(?:cong ty|doanh nghiep|chi nhanh|hop tac xa|van phong|dia diem|lien hiep|quy tin dung|ho kinh doanh|trung tam)\b"
)


_WHOSE = ("công ty", "doanh nghiệp", "hộ kinh doanh", "hợp tác xã", "chi nhánh", "văn phòng đại diện", "địa điểm kinh doanh", "liên hiệp hợp tác xã", "doanh nghiệp tư nhân")  # fmt: skip


def _called(*ends: str) -> tuple[str, ...]:
    """How a name is asked for, of any kind of business: `Tên hợp tác xã viết tắt`."""
    return tuple(f"Tên {one} {end}" for one in _WHOSE for end in ends)


def _has_legal_form(draft: Draft) -> None:
    """A company's name begins with its kind (Luật Doanh nghiệp Đ37); without it the first line was lost."""
    name = draft.findings.get("business.name")
    if name and draft.title and "doanh nghiep" in fold(draft.title.text) and not _LEGAL_FORM.match(fold(name.value)):
        draft.findings["business.name"] = name.doubted("incomplete")


def _foreign(read: str) -> Value | None:
    """English is no Vietnamese: its words need not be syllables."""
    value = _business_name(read)
    return Value(value.value, known=frozenset()) if value and not re.fullmatch(r"\W*", value.value) else None


def _changes(draft: Draft) -> None:
    """`Đăng ký thay đổi lần thứ: 3, ngày 03 tháng 08 năm 2021`."""
    for labelled in draft.labelled:
        if labelled.mark.label.field != "@changed":
            continue
        count = re.match(r"\W*(\d{1,3})\b", labelled.text)
        if count:
            draft.put("business.change_count", Value(str(int(count[1])), count.span(1)), labelled.pieces)
        draft.put("business.last_changed", values.full_date(labelled.text), labelled.pieces)


FORM = Form(
    slug=_SLUG,
    version=1,
    titles=(*(Title(_SLUG, f"Giấy chứng nhận đăng ký {kind}") for kind in _KINDS), Title(_SLUG, "Giấy chứng nhận đăng ký doanh nghiệp và đăng ký thuế")),
    fields=(
        *group("business", "code name foreign_name short_name address capital_vnd first_registered change_count last_changed"),
        *group("representative", "name birth_date id_number title"),
    ),
    who="business",
    labels=(
        Label("*.id_number", ("Số", "Số giấy tờ"), values.personal_id, within=("representative", "others")),
        Label("business.code", ("Mã số doanh nghiệp", "Mã số hộ kinh doanh", "Mã số", "Mã số thuế", "Mã số đăng ký hộ kinh doanh", "Số", "Mã số chi nhánh", "Mã số hợp tác xã", "Mã số hộ kinh doanh (mã số thuế)", "Mã số đăng ký doanh nghiệp", "Mã số đăng ký", "Mã số doanh nghiệp/Mã số thuế",
                                "Mã số đơn vị phụ thuộc"), values.tax_code, opens="business"),
        Label("business.first_registered", ("Đăng ký lần đầu", "Cấp lần đầu", "Ngày đăng ký lần đầu", "Đăng ký lần đầu ngày", "Cấp lần đầu ngày", "Đăng ký lần đầu, ngày"), values.full_date, bare=True, opens="business"),
        Label("@changed", ("Đăng ký thay đổi lần thứ", "Thay đổi lần thứ", "Đăng ký thay đổi lần", "Cấp thay đổi lần thứ", "Thay đổi lần", "Đăng ký thay đổi"), values.text, bare=True, opens="business"),
        Label("business.name", (*_called("viết bằng tiếng Việt", "bằng tiếng Việt"), "Tên công ty viết bằng tiếng Việt", "Tên doanh nghiệp viết bằng tiếng Việt", "Tên hộ kinh doanh viết bằng tiếng Việt", "Tên hộ kinh doanh",
                                "Tên doanh nghiệp", "Tên viết bằng tiếng Việt", "Tên chi nhánh viết bằng tiếng Việt", "Tên chi nhánh", "Tên văn phòng đại diện", "Tên địa điểm kinh doanh", "Tên hợp tác xã", "Tên doanh nghiệp tư nhân viết bằng tiếng Việt",
                                "Tên hộ kinh doanh bằng tiếng Việt", "Tên hợp tác xã viết bằng tiếng Việt", "Tên hộ kinh doanh (ghi bằng chữ in hoa)", "Tên công ty bằng tiếng Việt", "Tên công ty", "Tên cơ sở kinh doanh", "Tên bằng tiếng Việt", "Tên tiếng Việt"),
              _business_name, wraps=True, opens="business"),
        Label("business.foreign_name", (*_called("viết bằng tiếng nước ngoài", "bằng tiếng nước ngoài", "viết bằng tiếng Anh", "bằng tiếng Anh"), "Tên công ty viết bằng tiếng nước ngoài", "Tên doanh nghiệp viết bằng tiếng nước ngoài", "Tên hộ kinh doanh viết bằng tiếng nước ngoài",
                                        "Tên viết bằng tiếng nước ngoài", "Tên công ty bằng tiếng nước ngoài", "Tên bằng tiếng nước ngoài", "Tên tiếng nước ngoài", "Tên tiếng Anh", "Tên doanh nghiệp bằng tiếng nước ngoài", "Tên giao dịch", "Tên giao dịch bằng tiếng nước ngoài",
                                        "Tên giao dịch đối ngoại", "Tên giao dịch quốc tế", "Tên viết bằng tiếng Anh", "Tên công ty viết bằng tiếng Anh", "Tên bằng tiếng Anh"), _foreign, wraps=True, below=False),
        Label("business.short_name", (*_called("viết tắt"), "Tên công ty viết tắt", "Tên doanh nghiệp viết tắt", "Tên hộ kinh doanh viết tắt", "Tên viết tắt", "Tên chi nhánh viết tắt", "Tên giao dịch viết tắt"), _foreign, wraps=True, below=False),
        Label("business.address", ("Địa chỉ trụ sở chính", "Địa chỉ trụ sở", "Địa điểm kinh doanh", "Địa chỉ trụ sở hộ kinh doanh", "Trụ sở chính", "Địa chỉ trụ sở chính của công ty",
                                   "Trụ sở hộ kinh doanh", "Trụ sở của hộ kinh doanh", "Trụ sở", "Trụ sở chính của công ty", "Địa chỉ trụ sở chính doanh nghiệp", "Địa điểm kinh doanh của hộ kinh doanh", "Địa chỉ kinh doanh", "Địa chỉ trụ sở của hộ kinh doanh", "Địa chỉ chi nhánh", "Địa chỉ văn phòng đại diện", "Địa chỉ địa điểm kinh doanh"), _address, wraps=True, opens="business"),
        Label("business.capital_vnd", ("Vốn điều lệ", "Vốn kinh doanh", "Vốn đầu tư", "Tổng số vốn kinh doanh", "Bằng số", "Vốn đầu tư của chủ doanh nghiệp", "Vốn đầu tư ban đầu",
                                       "Vốn kinh doanh (bằng số; VNĐ)"), values.money),
        Label("~", ("Bằng chữ", "Vốn kinh doanh bằng chữ", "Viết bằng chữ"), values.number_words, wraps=True),
        Label("", (*HEADINGS, "Giám đốc chi nhánh"), opens="representative"),
        Label("", ("Thông tin về chủ sở hữu", "Chủ sở hữu", "Danh sách thành viên góp vốn", "Danh sách thành viên", "Thông tin về cổ đông sáng lập", "Danh sách cổ đông sáng lập",
                   "Thông tin về các thành viên hộ gia đình tham gia thành lập hộ kinh doanh", "Chủ sở hữu công ty"), opens="others"),
        named("representative.name", "Họ và tên đại diện hộ kinh doanh", "Họ và tên chủ hộ kinh doanh", "Họ, chữ đệm và tên chủ hộ kinh doanh", "Họ và tên người đại diện theo pháp luật",
              "Họ và tên chủ hộ", "Tên chủ hộ kinh doanh", "Đại diện hộ kinh doanh", "Họ và tên cá nhân", "Họ và tên cá nhân hoặc tên đại diện hộ gia đình", "Họ và tên cá nhân hoặc đại diện hộ gia đình", "Họ tên cá nhân hoặc đại diện hộ gia đình", "Tên đại diện hộ gia đình", opens="representative"),
        named("representative.name", *NAME_WORDS, opens="representative", within=("business",)),  # no business has such
        named("*.name", *NAME_WORDS),
        Label("*.title", ("Chức danh", "Chức vụ"), values.position, wraps=True),
        Label("*.birth_date", ("Sinh ngày", "Ngày sinh", "Ngày, tháng, năm sinh", "Năm sinh"), values.date_kind),
        Label("*.id_number", (*IDENTITY_WORDS, "Số giấy tờ pháp lý"), values.personal_id),
        Label("business.address", ("Địa chỉ",), _address, wraps=True, within=("business",)),
        Label("", ("Hoạt động theo ủy quyền của doanh nghiệp",), opens="others", bare=True),
        Label("", ("Ngành, nghề kinh doanh", "Điện thoại", "Fax", "Email", "Website", "Giới tính", "Dân tộc", "Quốc tịch", "Loại giấy tờ pháp lý của cá nhân", "Loại giấy tờ chứng thực cá nhân", "Ngày cấp",
                   "Nơi cấp", *(words for words in RESIDENCE_WORDS if words != "Địa chỉ"), "Địa chỉ liên lạc", "Thư điện tử", "Tên công ty", "Tổng số cổ phần", "Mệnh giá cổ phần",
                   "Loại giấy tờ pháp lý", "Chủ thể thành lập hộ kinh doanh", "Tổng số vốn góp", "Có giá trị đến ngày", "Mã ngành", "Số lượng lao động")),
    ),
    parts=(parts.title, parts.issuer, _changes, _has_legal_form, parts.same_as("number", "business.code"), parts.same_as("issue_date", "business.last_changed", "business.first_registered")),
    signs=("mã số doanh nghiệp", "đăng ký lần đầu", "đăng ký thay đổi lần thứ", "tên công ty viết bằng tiếng việt", "vốn điều lệ", "tên hộ kinh doanh", "mã số hộ kinh doanh",
           "địa chỉ trụ sở chính", "chủ hộ kinh doanh", "vốn kinh doanh"),
    owner=(("business.name", "business.code"),),
    title_words=lambda sheet: "GIẤY CHỨNG NHẬN ĐĂNG KÝ HỘ KINH DOANH" if any("tenhokinhdoanh" in s.key or "mahokinhdoanh" in s.key for s in sheet.segments)
    else "GIẤY CHỨNG NHẬN ĐĂNG KÝ DOANH NGHIỆP",
)  # fmt: skip
