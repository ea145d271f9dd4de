"""Papers that are none of the counter's: receipts, newspapers, English forms, blank tables, poems … A reader must say `unknown`.

A row is a text at the left margin, `^text` centred, `>text` to the right, or cells `(share of the width, text)`.
"""

import random
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

Row = str | Sequence[tuple[float, str]]

_NAMES = ("Hoa Mai", "Thanh Bình", "Sông Quê", "Phương Đông", "Minh Châu", "An Khang", "Tân Tiến", "Bình Minh")
_STREETS = ("Trần Phú", "Lê Lợi", "Hai Bà Trưng", "Nguyễn Du", "Quang Trung", "Phan Bội Châu")
_GOODS = (
    "Gạo tẻ 5 kg", "Nước mắm 500 ml", "Cà phê bột", "Bút bi xanh", "Vở 96 trang", "Bóng đèn 9 W", "Dây điện 2 x 1,5", "Sữa tươi 1 lít",
    "Bánh mì", "Đường trắng", "Dầu ăn 1 lít", "Giấy A4", "Pin AA", "Trà xanh", "Xi măng 50 kg", "Sơn lót 5 lít",
)  # fmt: skip
_DISHES = (
    "Phở bò",
    "Bún chả",
    "Cơm tấm",
    "Gỏi cuốn",
    "Canh chua cá lóc",
    "Nem rán",
    "Bánh xèo",
    "Chè đậu xanh",
    "Cà phê sữa đá",
)
_NEWS = (
    "Sáng nay, mưa lớn kéo dài khiến nhiều tuyến đường trong thành phố bị ngập, giao thông đi lại khó khăn.",
    "Theo người dân sống gần chợ, giá rau xanh đã tăng gấp đôi so với tuần trước.",
    "Đội bóng của tỉnh giành chiến thắng thuyết phục ngay trên sân khách trong lượt trận thứ mười hai.",
    "Chương trình ca nhạc ngoài trời thu hút hàng nghìn khán giả trẻ đến quảng trường vào tối thứ bảy.",
    "Các nhà khoa học vừa công bố loài lan mới tìm thấy trong rừng sâu ở độ cao gần hai nghìn mét.",
    "Ủy ban nhân dân thành phố cho biết sẽ lắp thêm đèn chiếu sáng tại các ngõ nhỏ trước cuối năm.",
    "Học sinh lớp chín nộp hồ sơ thi vào lớp mười; kết quả được thông báo trên trang của nhà trường.",
    "Quyết định của trọng tài gây tranh cãi, nhưng hai huấn luyện viên vẫn bắt tay nhau sau trận đấu.",
)
_HEADLINES = (
    "MƯA LỚN GÂY NGẬP NHIỀU TUYẾN PHỐ",
    "GIÁ RAU TĂNG GẤP ĐÔI",
    "ĐỘI KHÁCH THẮNG ĐẬM",
    "LOÀI LAN MỚI TRONG RỪNG SÂU",
    "THÀNH PHỐ LẮP THÊM ĐÈN",
)
_VERSES = (
    "Chiều nghiêng bóng xuống hiên nhà", "Tiếng chim gọi bạn la đà bến sông", "Mẹ ngồi vá áo bên song",
    "Nghe mùa lúa chín thơm nồng gió qua", "Trăng lên soi tỏ mái nhà", "Con đò thuở ấy đã xa bến chờ",
    "Bao năm vẫn một câu thơ", "Gửi về quê cũ đôi bờ nhớ nhau",
)  # fmt: skip
_ENGLISH = (
    "Full name:", "Date of birth:", "Nationality:", "Passport No.:", "Home address:", "E-mail:", "Telephone:", "Purpose of visit:",
    "Name of employer:", "Marital status:", "Signature of applicant:", "For office use only", "Emergency contact:",
)  # fmt: skip
_DAYS = ("Thứ hai", "Thứ ba", "Thứ tư", "Thứ năm", "Thứ sáu", "Thứ bảy")
_LESSONS = (
    "Toán",
    "Ngữ văn",
    "Tiếng Anh",
    "Vật lí",
    "Hóa học",
    "Sinh học",
    "Lịch sử",
    "Địa lí",
    "Tin học",
    "Thể dục",
    "Công nghệ",
)


def _money(rng: random.Random) -> str:
    return f"{rng.randint(4, 900)}.{rng.choice(('000', '500'))}"


def _day(rng: random.Random) -> str:
    return f"{rng.randint(1, 28):02d}/{rng.randint(1, 12):02d}/20{rng.randint(18, 26)}"


def _receipt(rng: random.Random) -> list[Row]:
    title = rng.choice(
        ("HÓA ĐƠN BÁN LẺ", "ĐƠN HÀNG", "ĐƠN THUỐC", "PHIẾU THANH TOÁN", "PHIẾU XUẤT KHO", "BIÊN LAI", "PHIẾU GIAO HÀNG")
    )
    rows: list[Row] = [
        f"^CỬA HÀNG {rng.choice(_NAMES).upper()}",
        f"^{rng.randint(1, 300)} {rng.choice(_STREETS)} - ĐT: 0{rng.randint(10**8, 10**9 - 1)}",
    ]
    rows += [
        "",
        f"^{title}",
        f"Số: {rng.randint(1, 9999):06d}   Ngày: {_day(rng)}",
        f"Khách hàng: {rng.choice(('Khách lẻ', 'Anh Tư', 'Cô Ba'))}",
        "",
    ]
    rows.append([(0.0, "TT"), (0.08, "Tên hàng"), (0.55, "SL"), (0.65, "Đơn giá"), (0.82, "Thành tiền")])
    for number, good in enumerate(rng.sample(_GOODS, rng.randint(4, 9)), 1):
        rows.append(
            [(0.0, str(number)), (0.08, good), (0.55, str(rng.randint(1, 9))), (0.65, _money(rng)), (0.82, _money(rng))]
        )
    return [
        *rows,
        [(0.55, "Cộng:"), (0.82, _money(rng))],
        "",
        [(0.1, "Người mua hàng"), (0.6, "Người bán hàng")],
        "^Cảm ơn quý khách. Hẹn gặp lại!",
    ]


def _newspaper(rng: random.Random) -> list[Row]:
    rows: list[Row] = [
        f"^BÁO {rng.choice(_NAMES).upper()}",
        f"{rng.choice(_DAYS)}, ngày {_day(rng)}",
        "",
        f"^{rng.choice(_HEADLINES)}",
        "",
    ]
    for _ in range(7):
        left, right = rng.choice(_NEWS).split(), rng.choice(_NEWS).split()
        for start in range(0, 20, 7):
            cells = [
                (x, " ".join(words[start : start + 7])) for x, words in ((0.0, left), (0.53, right)) if words[start:]
            ]
            rows.append(cells)
        if rng.random() < 0.3:
            rows += ["", [(0.0, rng.choice(_HEADLINES)[:22]), (0.53, rng.choice(_HEADLINES)[:22])]]
    return rows


def _english_form(rng: random.Random) -> list[Row]:
    title = rng.choice(
        (
            "APPLICATION FORM",
            "REGISTRATION FORM",
            "CUSTOMER INFORMATION",
            "VISITOR CARD",
            "CERTIFICATE OF ATTENDANCE",
            "INVOICE",
            "MEMBERSHIP CONTRACT",
        )
    )
    asked = rng.sample(_ENGLISH, rng.randint(7, 12))
    return [
        f"^{rng.choice(_NAMES).upper()} COMPANY LIMITED",
        "",
        f"^{title}",
        "",
        *(f"{line} {'.' * rng.randint(10, 30)}" for line in asked),
        "",
        f">Date: {_day(rng)}",
    ]


def _blank_table(rng: random.Random) -> list[Row]:
    title = rng.choice(("BẢNG CHẤM CÔNG", "BẢNG THEO DÕI NHIỆT ĐỘ", "SỔ GIAO CA", "DANH SÁCH ĐIỂM DANH", "BẢNG KÊ"))
    heads = rng.sample(("STT", "Họ và tên", "Ngày", "Ca", "Ghi chú", "Ký tên", "Số lượng", "Đơn vị"), 5)
    rows: list[Row] = [
        f"^{title}",
        f"^Tháng {rng.randint(1, 12)} năm 20{rng.randint(20, 26)}",
        "",
        [(0.2 * i, head) for i, head in enumerate(heads)],
    ]
    return [*rows, *([(0.0, str(number))] for number in range(1, rng.randint(10, 20)))]


def _poem(rng: random.Random) -> list[Row]:
    verses = rng.sample(_VERSES, len(_VERSES))
    return [
        f"^{rng.choice(('CHIỀU QUÊ', 'BẾN XƯA', 'NHỚ MẸ', 'ĐƠN SƠ', 'LỜI RU'))}",
        "",
        *verses[:4],
        "",
        *verses[4:],
        "",
        f">{rng.choice(_NAMES)}",
    ]


def _menu(rng: random.Random) -> list[Row]:
    rows: list[Row] = [
        f"^NHÀ HÀNG {rng.choice(_NAMES).upper()}",
        f"^{rng.choice(('THỰC ĐƠN', 'MÓN NGON MỖI NGÀY', 'THỰC ĐƠN TIỆC'))}",
        "",
    ]
    rows += [[(0.05, dish), (0.75, _money(rng))] for dish in rng.sample(_DISHES, 7)]
    return [*rows, "", f"^Đặt bàn: 0{rng.randint(10**8, 10**9 - 1)}"]


def _timetable(rng: random.Random) -> list[Row]:
    rows: list[Row] = [
        "^TRƯỜNG THCS MẪU",
        f"^THỜI KHÓA BIỂU LỚP {rng.randint(6, 9)}A{rng.randint(1, 6)}",
        "",
        [(0.16 * i, day) for i, day in enumerate(_DAYS)],
    ]
    return [*rows, *([(0.16 * i, rng.choice(_LESSONS)) for i in range(6)] for _ in range(5))]


def _leaflet(rng: random.Random) -> list[Row]:
    shop = rng.choice(_NAMES)
    offer = rng.choice(
        (
            "KHAI TRƯƠNG",
            "THÔNG BÁO",
            "CHƯƠNG TRÌNH VĂN NGHỆ",
            "CHƯƠNG TRÌNH",
            "GIẤY MỜI",
            "GIẢM GIÁ LỚN",
            "TUYỂN NHÂN VIÊN BÁN HÀNG",
            "CHO THUÊ NHÀ",
            "KHÓA HỌC TIẾNG ANH",
        )
    )
    lines = ("Địa điểm:", "Thời gian:", "Liên hệ:", "Ưu đãi:")
    return [
        f"^{offer}",
        f"^{shop}",
        "",
        *(f"{line} {rng.randint(1, 300)} {rng.choice(_STREETS)}" for line in lines),
        "",
        "^Rất hân hạnh được đón tiếp!",
    ]


KINDS: Mapping[str, Callable[[random.Random], list[Row]]] = MappingProxyType(
    {
        "receipt": _receipt,
        "newspaper": _newspaper,
        "english_form": _english_form,
        "blank_table": _blank_table,
        "poem": _poem,
        "menu": _menu,
        "timetable": _timetable,
        "leaflet": _leaflet,
    }
)


def rows_of(kind: str, seed: int) -> list[Row]:
    """What such a paper says."""
    return KINDS[kind](random.Random(f"{kind}/{seed}"))
