"""Closed vocabularies of Vietnamese papers: a misread word comes in, the printed one goes out."""

from collections.abc import Iterable, Mapping
from functools import cache

from ocr.extraction.text import distance, is_upper, letters, squash

# The 54 peoples (QĐ 121-TCTK/PPCĐ, 1979) with the spellings seen on papers.
PEOPLES = (
    "Kinh Tày Thái Hoa Khơ-me Khmer Mường Nùng H'Mông Hmông Mông Dao Gia-rai Jrai Ê-đê Ba-na Sán-Chay Sán-Dìu Chăm Cơ-ho K'Ho Xơ-đăng Xtiêng Hrê "
    "Ra-glai Raglay Mnông M'Nông Thổ Bru-Vân-Kiều Khơ-mú Cơ-tu Giáy Tà-ôi Mạ Gié-Triêng Co Chơ-ro Xinh-mun Hà-Nhì Chu-ru Lào La-Chí Kháng Phù-Lá "
    "La-Hủ La-Ha Pà-Thẻn Lự Ngái Chứt Lô-Lô Mảng Cơ-Lao Bố-Y Cống Si-La Pu-Péo Rơ-măm Brâu Ơ-đu"
).split()
NATIONS = (
    "Việt Nam", "Trung Quốc", "Hoa Kỳ", "Hàn Quốc", "Nhật Bản", "Đài Loan", "Lào", "Campuchia", "Thái Lan", "Pháp", "Đức", "Anh", "Úc", "Ô-xtơ-rây-li-a",
    "Canada", "Nga", "Singapore", "Malaysia", "Ấn Độ",
)  # fmt: skip
FAMILY_NAMES = (
    "Nguyễn Trần Lê Phạm Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý Đinh Đào Đoàn Lâm Trịnh Trương Mai Tô Hà Phùng Quách Cao Thái Tạ Châu Tăng "
    "Kiều Lương Lưu Vương Diệp Văn Thạch Sơn Chu Triệu Nông Hứa Khổng Cù La Lục Mạc Nghiêm Quang Quản Tống Từ Ninh Ông Viên Uông Vi Lò Lường Cầm Sầm Bế "
    "Giàng Vàng Thào Sùng Hạng Điểu Rơ Siu Kpă Ksor Nay Niê Y H' K' Ka Ya Ma Rơ-châm Bàn Đàm Đàn Doãn Giang Giáp Hàn Hầu Khuất Kim Lã Lại Lữ Mã Nhan Ngụy Phó "
    "Phương Tất Hán Thân Thẩm Tiêu Tôn Trà Trang Ung Xa Âu Đồng Đậu Đới Thiều Biện Bạch Cát Chử Cung Danh Đường Hồng Khúc Khương Kha Nhâm Phí Tào Thi Tưởng Úc"
).split()
COMMON_NAMES = frozenset(
    "Nguyễn Trần Lê Phạm Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý Đinh Đào Đoàn Trịnh Trương Phùng".split()
)
TITLES = (
    "Chủ tịch", "Phó Chủ tịch", "Chủ tịch Ủy ban nhân dân", "Phó Chủ tịch Ủy ban nhân dân", "Giám đốc", "Phó Giám đốc", "Tổng Giám đốc", "Phó Tổng Giám đốc",
    "Trưởng phòng", "Phó Trưởng phòng", "Trưởng ban", "Phó Trưởng ban", "Chánh Văn phòng", "Phó Chánh Văn phòng", "Cục trưởng", "Phó Cục trưởng",
    "Tổng Cục trưởng", "Chi cục trưởng", "Phó Chi cục trưởng", "Vụ trưởng", "Phó Vụ trưởng", "Bộ trưởng", "Thứ trưởng", "Thủ tướng", "Phó Thủ tướng",
    "Hiệu trưởng", "Phó Hiệu trưởng", "Viện trưởng", "Phó Viện trưởng", "Viện trưởng Viện Kiểm sát", "Chánh án", "Phó Chánh án", "Trưởng Công an xã",
    "Phó Trưởng Công an xã", "Trưởng Công an phường", "Phó Trưởng Công an phường", "Trưởng Công an thị trấn", "Phó Trưởng Công an thị trấn", "Trưởng Công an",
    "Phó Trưởng Công an", "Trưởng Công an huyện", "Phó Trưởng Công an huyện", "Công chức tư pháp - hộ tịch", "Cán bộ tư pháp - hộ tịch", "Chánh Thanh tra",
    "Phó Chánh Thanh tra", "Bí thư", "Phó Bí thư", "Trưởng đoàn", "Phó Trưởng đoàn", "Chủ nhiệm", "Phó Chủ nhiệm", "Tổng Biên tập", "Trưởng trạm", "Trưởng khoa",
    "Phó Trưởng khoa", "Trưởng đồn", "Phó Trưởng đồn", "Trạm trưởng", "Chủ tịch Hội đồng", "Phó Chủ tịch Hội đồng", "Chủ tịch Hội đồng quản trị",
    "Chủ tịch Hội đồng thành viên", "Chủ doanh nghiệp", "Chủ hộ kinh doanh", "Chủ hộ", "Giám đốc Sở", "Phó Giám đốc Sở", "Kế toán trưởng", "Chủ tịch công ty",
    "Chủ tịch công ty kiêm Giám đốc", "Chủ tịch kiêm Giám đốc", "Bệnh viện trưởng", "Trưởng trung tâm", "Phó Trưởng trung tâm", "Người đứng đầu", "Đội trưởng", "Phó Đội trưởng", "Thư ký", "Ủy viên", "Tổng Thư ký",
)  # fmt: skip
RELATIONS = (
    "Chủ hộ", "Vợ", "Chồng", "Cha", "Mẹ", "Con", "Cha đẻ", "Mẹ đẻ", "Con đẻ", "Con nuôi", "Con ruột", "Cha nuôi", "Mẹ nuôi", "Bố", "Bố đẻ", "Cha vợ", "Mẹ vợ",
    "Bố vợ", "Cha chồng", "Mẹ chồng", "Bố chồng", "Anh ruột", "Chị ruột", "Em ruột", "Bác ruột", "Chú ruột", "Cô ruột", "Dì ruột", "Cậu ruột", "Cháu ruột",
    "Ông nội", "Bà nội", "Ông ngoại", "Bà ngoại", "Cháu nội", "Cháu ngoại", "Cháu", "Con dâu", "Con rể", "Con trai", "Con gái", "Em", "Anh", "Chị", "Bác",
    "Cụ nội", "Cụ ngoại", "Chắt ruột", "Anh rể", "Chị dâu", "Em dâu", "Em rể", "Người giám hộ", "Người ở nhờ", "Cùng ở nhờ", "Cùng ở thuê", "Bạn", "Khác",
)  # fmt: skip
PHRASES = (
    "Ủy ban nhân dân", "Hội đồng nhân dân", "Công an", "Phòng Đăng ký kinh doanh", "Sở Kế hoạch và Đầu tư", "Sở Tài chính", "Sở Xây dựng", "Sở Giao thông vận tải",
    "Sở Giáo dục và Đào tạo", "Phòng Tài chính - Kế hoạch", "Văn phòng Đăng ký đất đai", "Chi nhánh Văn phòng Đăng ký đất đai", "Sở Tài nguyên và Môi trường",
    "Sở Nông nghiệp và Môi trường", "Bộ Giao thông vận tải", "Bộ Công an", "Bộ Giáo dục và Đào tạo", "Sở Y tế", "Bệnh viện Đa khoa", "Trung tâm Y tế", "Trường Đại học",
    "Trường Cao đẳng", "Trường Trung học phổ thông", "Sở Tư pháp", "Văn phòng công chứng", "Cục Cảnh sát quản lý hành chính về trật tự xã hội",
    "Cục trưởng Cục Cảnh sát quản lý hành chính về trật tự xã hội", "Phòng Giáo dục và Đào tạo", "Phòng Quản lý đô thị", "Phòng Kinh tế và Hạ tầng",
    "Trung tâm Phục vụ hành chính công", "Bệnh viện", "Phòng khám đa khoa", "Trạm Y tế", "Văn phòng", "Chi nhánh", "Ban Quản lý", "Cục Cảnh sát giao thông",
)  # fmt: skip


ADDRESS_WORDS = (
    "tổ dân phố",
    "khu phố",
    "khu dân cư",
    "tiểu khu",
    "khu vực",
    "tại nhà riêng",
    "tại nhà",
    "bệnh viện",
    "trung tâm y tế",
    "trạm y tế",
    "bệnh viện đa khoa",
)


def nearest(text: str, words: Iterable[str], *, loose: bool = False) -> tuple[str, bool] | None:
    """The vocabulary's entry for a text and whether the letters differ; None when nothing is near or two are equally near.

    A difference of case and spaces is none. `loose` allows more misread letters (for long fixed phrases).
    """
    key = squash(text)
    table = _table(tuple(words))
    if key in table:
        spelled = [w for w in table[key] if letters(w) == letters(text)]
        if spelled:
            return spelled[0], False
        return (table[key][0], True) if len(table[key]) == 1 else None
    limit = len(key) // (6 if loose else 8) + (1 if len(key) >= 5 else 0)
    near = sorted((d, w[0]) for k, w in table.items() if (d := distance(key, k, limit)) <= limit) if limit else []
    if near and (len(near) == 1 or near[0][0] < near[1][0]):
        return near[0][1], True
    return None


def in_case_of(text: str, entry: str) -> str:
    """The entry in capitals if the text is."""
    return entry.upper() if is_upper(text) else entry


def family_name(word: str) -> tuple[str, bool] | None:
    """A family name as printed, mended if only marks differ: `NGUYÊN` → `NGUYỄN`; None for a word that is none."""
    table: Mapping[str, list[str]] = _table(tuple(FAMILY_NAMES))
    entries = table.get(squash(word), [])
    if any(letters(entry) == letters(word) for entry in entries):
        return word, False
    if len(entries) == 1 and entries[0] in COMMON_NAMES:
        return (entries[0].upper() if word.isupper() else entries[0]), True
    return None


@cache
def _table(words: tuple[str, ...]) -> dict[str, list[str]]:
    table: dict[str, list[str]] = {}
    for word in words:
        table.setdefault(squash(word), []).append(word)
    return table
