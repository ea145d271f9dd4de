"""What fields are called on screen: the clerk's words, built from the parts of a field's name."""

import re

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_WHOLE: dict[str, str | Promise] = {
    "title": _("Tên giấy tờ"),
    "number": _("Số, ký hiệu"),
    "issue_date": _("Ngày cấp"),
    "issuer": _("Cơ quan cấp"),
    "owner_id": _("Định danh chủ giấy tờ"),
    "owner_name": _("Chủ giấy tờ"),
    "summary": _("Trích yếu"),
    "expiry": _("Thời hạn hiệu lực"),
    "scope": _("Phạm vi hiệu lực"),
    "document_type_code": _("Mã loại giấy tờ"),
    "superior_issuer": _("Cơ quan cấp trên"),
    "kind": _("Loại văn bản"),
    "place": _("Địa danh"),
    "urgency": _("Độ khẩn"),
    "registration_date": _("Ngày đăng ký"),
    "status": _("Tình trạng hôn nhân"),
    "purpose": _("Mục đích sử dụng"),
    "serial": _("Số phát hành"),
    "register_number": _("Số vào sổ"),
    "class": _("Hạng"),
    "level": _("Trình độ"),
    "major": _("Ngành"),
    "grade": _("Xếp loại"),
    "year": _("Năm tốt nghiệp"),
    "exam_date": _("Ngày khám"),
    "conclusion": _("Kết luận"),
    "health_class": _("Phân loại sức khỏe"),
    "addressed_to": _("Kính gửi"),
    "request": _("Nội dung đề nghị"),
    "death.date": _("Ngày chết"),
    "death.place": _("Nơi chết"),
    "death.cause": _("Nguyên nhân chết"),
    "household.head": _("Chủ hộ"),
    "residence.permanent": _("Nơi thường trú"),
    "residence.temporary": _("Nơi tạm trú"),
    "residence.current": _("Nơi ở hiện tại"),
    "business.code": _("Mã số doanh nghiệp"),
    "business.name": _("Tên doanh nghiệp"),
    "business.foreign_name": _("Tên nước ngoài"),
    "business.short_name": _("Tên viết tắt"),
    "business.capital_vnd": _("Vốn (đồng)"),
    "business.first_registered": _("Đăng ký lần đầu"),
    "business.change_count": _("Thay đổi lần thứ"),
    "business.last_changed": _("Ngày thay đổi"),
    "signer.authority": _("Thẩm quyền ký"),
    "signer.title": _("Chức vụ người ký"),
    "signer.name": _("Người ký"),
}
_GROUP: dict[str, str | Promise] = {
    "person": _("Người được cấp"),
    "mother": _("Mẹ"),
    "father": _("Cha"),
    "wife": _("Vợ"),
    "husband": _("Chồng"),
    "declarant": _("Người đi khai"),
    "applicant": _("Người đề nghị"),
    "representative": _("Người đại diện"),
    "business": _("Doanh nghiệp"),
    "owners": _("Chủ"),
    "parties": _("Bên"),
    "members": _("Thành viên"),
    "parcel": _("Thửa đất"),
    "works": _("Công trình"),
}
_PART: dict[str, str | Promise] = {
    "name": _("họ tên"),
    "birth_date": _("ngày sinh"),
    "birth_year": _("năm sinh"),
    "birth_place": _("nơi sinh"),
    "sex": _("giới tính"),
    "ethnicity": _("dân tộc"),
    "nationality": _("quốc tịch"),
    "home_town": _("quê quán"),
    "residence": _("nơi cư trú"),
    "id_number": _("số định danh"),
    "old_id_number": _("số CMND cũ"),
    "phone": _("điện thoại"),
    "address": _("địa chỉ"),
    "relation": _("quan hệ với chủ hộ"),
    "number": _("số"),
    "map_sheet": _("tờ bản đồ"),
    "area_m2": _("diện tích (m²)"),
    "purpose": _("mục đích sử dụng"),
    "term": _("thời hạn"),
    "origin": _("nguồn gốc"),
    "parcel": _("thửa đất"),
    "floors": _("số tầng"),
    "title": _("chức danh"),
}
_FORM = re.compile(r"(\w+)(?:\[(\d*)\])?\.(\w+)")

DOUBTS: dict[str, str | Promise] = {
    "low_confidence": _("đọc không chắc"),
    "worth_a_look": _("nên xem lại"),
    "bad_format": _("sai dạng"),
    "check_digit": _("sai chữ số kiểm tra"),
    "unknown_province": _("không tỉnh nào có mã này"),
    "no_such_date": _("lịch không có ngày này"),
    "no_agency_root": _("thiếu mã cơ quan"),
    "too_long": _("quá dài"),
    "disagrees_with_itself": _("các phần của số không khớp nhau"),
    "handwritten": _("chữ viết tay"),
    "missing": _("chưa tìm thấy trên giấy"),
    "disagrees_with": _("không khớp với"),
    "implausible": _("khó tin là đúng"),
    "incomplete": _("chưa đủ"),
    "misread_digits": _("có chữ số dễ đọc nhầm"),
    "tick_box": _("ô đánh dấu"),
    "filled_in": _("điền tay vào mẫu in"),
    "strange_place": _("địa danh lạ"),
    "unknown_kind": _("loại văn bản lạ"),
    "repeated": _("chỗ khác trên giấy"),
    "possible_forgery": _(
        "mã QR hoặc dòng máy đọc trên giấy ghi khác phần chữ in: có thể giấy đã bị sửa, hãy xem bản gốc trước khi xác nhận"
    ),
    "second_person": _("chờ người thứ hai xác nhận"),
    "people_disagree": _("hai người xác nhận khác nhau, người trước ghi:"),
    "code": _("mã trên giấy"),
    "paper": _("chữ đọc được trên giấy"),
    "mrz": _("dòng máy đọc"),
    "words": _("phần ghi bằng chữ"),
}


def label(name: str) -> str:
    """The clerk's word for a field, or for a column of a list (`members[].name`); a name nobody has a word for stands for itself."""
    if name in _WHOLE:
        return str(_WHOLE[name])
    form = _FORM.fullmatch(name)
    if form is None:
        return name
    group, place, part = form.groups()
    head = str(_GROUP.get(group, group)) + (f" {int(place) + 1}" if place else "")
    return f"{head}: {_PART.get(part, part)}"


def doubt(word: str) -> str:
    """A doubt in the clerk's words."""
    kind, _sign, other = word.partition(":")
    known = str(DOUBTS.get(kind, kind.replace("_", " ")))
    return f"{known} {DOUBTS.get(other) or label(other)}" if other else known
