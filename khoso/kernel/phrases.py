"""Phrases that fill a reason's sentence, as gettext message ids, and how a phrase already filled is told in another language.

A reason is stored with its phrases in Vietnamese, and helpers hand over finished sentences: whoever reads in English
gets them by finding the template they came from.
"""

import re
from collections.abc import Callable, Iterable
from functools import lru_cache

PHRASES = (
    # edges of a page
    "trên",
    "phải",
    "dưới",
    "trái",
    # what runs inside a file, and what its author forbids
    "lệnh mở chương trình",
    "gửi dữ liệu biểu mẫu",
    "nhập dữ liệu biểu mẫu",
    "mở tệp đính kèm",
    "âm thanh",
    "đa phương tiện",
    "mô hình 3D",
    "tệp đính kèm",
    "biểu mẫu XFA",
    "sửa",
    "in",
    "sao chép",
    "ghi chú",
    "mã hóa",
    # what is wrong with a root certificate
    "có khóa riêng trong tệp",
    "nhiều hơn một chứng thư",
    "không phải chứng thư của nơi phát hành",
    # formats
    "chương trình (ELF)",
    "chương trình (EXE)",
    "âm thanh MP3",
    "âm thanh Ogg",
    "âm thanh WAV",
    "ảnh động (APNG)",
    "ảnh thô của máy ảnh (DNG)",
    # how a file is damaged
    "cấu trúc PDF hỏng",
    "cây trang của PDF hỏng",
    "nội dung trang không đọc được",
    "không dựng được trang %(number)s",
    "không có trang %(number)s",
    "chỉ còn %(found)s trong %(count)s trang",
    "thiếu dữ liệu",
    "dữ liệu ảnh sai",
    "ảnh không có điểm ảnh nào",
    "mã kiểm tra của tệp PNG sai",
    "trang %(number)s: %(detail)s",
    # keys and signatures
    "có dấu vết chữ ký nhưng không đọc được",
    "chữ ký dài %(length)s byte, quá chỗ dành sẵn",
    "tệp khóa không có khóa RSA hoặc ECDSA kèm chứng thư",
    "sai mật khẩu hoặc tệp khóa hỏng",
    "khóa quá yếu hoặc thuộc loại không ký được PDF",
    "không còn hạn vào lúc ký, hết hạn ngày %(date)s",
    "chữ ký không khớp với chứng thư số",
    "không đọc được: %(detail)s",
    # what a form expects
    "ngày có thật, như 31/12/2026",
    "ngày sau «từ ngày»",
    "một đơn vị trong danh sách",
    "một vai trò trong danh sách",
    "một dòng còn trong bảng; hãy tải lại trang",
    "từ 2 đến 50 chữ thường không dấu, số, dấu chấm, gạch, bắt đầu bằng chữ hoặc số",
    "mã định danh cơ quan như H36.12",
    "mã chưa đơn vị nào dùng",
    "số ngày từ 1 đến %(most)s",
    "họ và tên bằng chữ",
    # what a reading lacked
    "máy chủ thiếu bộ đọc %(about)s nên chỉ một bộ đọc đã đọc: hãy xem kỹ hơn",
    "bộ đọc chính không đọc được trang này, bộ đọc khác đã đọc thay: hãy xem kỹ hơn",
    "chưa dò được mã QR và mã vạch trên trang này: hãy xem kỹ hơn",
    # what a field of a paper expects
    "ngày có thật, như 31/12/2026; hoặc 12/2026 hay 2026 nếu giấy chỉ ghi vậy",
    "năm có bốn chữ số, như 1990",
    "12 chữ số, hoặc 9 chữ số của chứng minh nhân dân, hoặc số hộ chiếu như C1234567",
    "Nam hoặc Nữ",
    "số điện thoại như 0912345678",
    "tên loại văn bản như Quyết định, Công văn, Tờ trình",
    "số tiền bằng chữ số, như 1.500.000.000",
    "diện tích bằng chữ số, như 120,5",
    "một số nguyên, như 2",
    "mã có chữ số, như trên giấy",
    # limits
    "%(count)s ký tự",
    "%(count)s từ",
)

_HOLE = re.compile(r"%\((\w+)\)s")


def retold(text: str, templates: Iterable[str], say: Callable[[str], str]) -> str:
    """A filled phrase in the language `say` translates into; one no template fits, or a list with one, stays as it is."""
    for template in templates:
        found = _pattern(template).fullmatch(text)
        if found is not None:
            return say(template) % {name: retold(value, templates, say) for name, value in found.groupdict().items()}
    parts = text.split(", ")
    if len(parts) == 1:
        return text
    return ", ".join(retold(part, templates, say) for part in parts)


@lru_cache(maxsize=1024)
def _pattern(template: str) -> re.Pattern[str]:
    """What a template looks like when filled; each hole takes as little as it can."""
    texts = _HOLE.split(template)
    written = (f"(?P<{part}>.+?)" if place % 2 else re.escape(part) for place, part in enumerate(texts))
    return re.compile("".join(written), re.DOTALL)


CALLED = {
    "field": {
        "act": "việc", "after": "trang kế tiếp", "code": "mã định danh", "days": "số ngày", "delegation": "văn bản ủy quyền",
        "document_type": "loại giấy tờ", "dossier": "mã hồ sơ", "from": "từ ngày", "full_name": "họ và tên", "name": "tên",
        "on": "ngày",
        "owner_id": "số định danh chủ giấy tờ", "parent": "đơn vị cấp trên", "role": "vai trò", "scopes": "phạm vi",
        "since": "từ ngày", "successor": "đơn vị kế tục", "token": "mã truy cập", "unit": "đơn vị", "until": "đến ngày",
        "until_role": "hết từ ngày", "username": "tên đăng nhập", "valid_from": "từ ngày", "vouched": "danh tính",
    },
    "right": {
        "see": "xem giấy tờ", "see_below": "xem giấy tờ của đơn vị dưới", "capture": "đưa giấy tờ vào", "review": "xác nhận",
        "amend": "sửa dữ liệu", "certify": "chứng thực", "audit": "xem ai đã xem", "grant": "cấp quyền xem",
        "break_glass": "mở khẩn cấp", "people": "quản lý người dùng", "catalogue": "sửa danh mục",
        "board": "xem bảng điều hành",
    },
    "rendition": {"signed": "đã ký", "original": "gốc", "text": "chữ", "data": "dữ liệu", "certified": "chứng thực"},
    "step": {
        "inspect": "kiểm tra tệp", "read": "đọc chữ", "separate": "xét tách văn bản", "compose": "lập PDF", "sign": "ký số hóa",
        "adopt": "nhận bản điện tử gốc", "extract": "bóc tách dữ liệu", "weigh": "xét độ chắc chắn", "code": "cấp mã",
        "seal": "ký số cơ quan", "file": "lưu kho",
    },
}  # fmt: skip
"""Parameter of a reason → its machine names → what people call them."""


def called(parameter: str, value: str, say: Callable[[str], str]) -> str:
    """A parameter's value as people call it; one without such a name stays as it is."""
    name = CALLED.get(parameter, {}).get(value)
    return value if name is None else say(name)
