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


def _invoice(rng: random.Random) -> list[Row]:
    shop = rng.choice(_NAMES)
    rows: list[Row] = [
        f"^{rng.choice(('HÓA ĐƠN GIÁ TRỊ GIA TĂNG', 'HÓA ĐƠN BÁN HÀNG', 'HÓA ĐƠN TIỀN ĐIỆN'))}",
        f"^Ngày {rng.randint(1, 28):02d} tháng {rng.randint(1, 12):02d} năm 20{rng.randint(20, 26)}",
        f">Ký hiệu: 1C{rng.randint(20, 26)}TAA   Số: {rng.randint(1, 99999)}",
        f"Đơn vị bán hàng: CÔNG TY TNHH {shop.upper()}",
        f"Mã số thuế: {rng.randint(10**9, 10**10 - 1)}",
        f"Địa chỉ: {rng.randint(1, 300)} {rng.choice(_STREETS)}, thành phố Đà Lạt, tỉnh Lâm Đồng",
        "Họ tên người mua hàng: Trần Văn Mẫu",
        "Hình thức thanh toán: TM/CK",
        [(0.0, "STT"), (0.08, "Tên hàng hóa, dịch vụ"), (0.5, "Số lượng"), (0.66, "Đơn giá"), (0.82, "Thành tiền")],
    ]
    for number, good in enumerate(rng.sample(_GOODS, rng.randint(2, 6)), 1):
        rows.append(
            [(0.0, str(number)), (0.08, good), (0.5, str(rng.randint(1, 9))), (0.66, _money(rng)), (0.82, _money(rng))]
        )
    return [*rows, "Tổng cộng tiền thanh toán:", [(0.1, "Người mua hàng"), (0.7, "Người bán hàng")]]


def _english_letter(rng: random.Random) -> list[Row]:
    return [
        f"{rng.choice(_NAMES)} Trading Ltd.",
        f">{rng.randint(1, 28)} {rng.choice(('March', 'June', 'October'))} 20{rng.randint(18, 26)}",
        "",
        rng.choice(("Dear Sir or Madam,", "To whom it may concern,", "Dear Mr. Smith,")),
        f"Re: {rng.choice(('Your order', 'Birth certificate of a former guest', 'Contract renewal', 'Driving licence translation'))}",
        "Thank you for your letter of last week. We are pleased to confirm that the goods",
        "will be delivered before the end of the month. Should you have any questions,",
        "please do not hesitate to contact our office.",
        "",
        "Yours faithfully,",
        "",
        "John Sample",
        "Sales Manager",
    ]


def _cv(rng: random.Random) -> list[Row]:
    return [
        f"^{rng.choice(('CURRICULUM VITAE', 'HỒ SƠ ỨNG VIÊN', 'THÔNG TIN ỨNG VIÊN', 'CV XIN VIỆC'))}",
        f"^{rng.choice(('Nhân viên kinh doanh', 'Kế toán tổng hợp', 'Lập trình viên'))}",
        "Họ và tên: Trần Văn Mẫu",
        f"Ngày sinh: {_day(rng)}",
        "Giới tính: Nam",
        f"Địa chỉ: {rng.randint(1, 300)} {rng.choice(_STREETS)}, Đà Lạt",
        "Email: mau@example.com",
        "HỌC VẤN",
        "2012 - 2016: Đại học, chuyên ngành Quản trị kinh doanh, tốt nghiệp loại Khá",
        "KINH NGHIỆM",
        f"2016 - 2020: Công ty {rng.choice(_NAMES)}, nhân viên",
        "KỸ NĂNG",
        "Tin học văn phòng; giấy phép lái xe hạng B2; chứng chỉ tiếng Anh",
        "SỞ THÍCH",
        "Đọc sách, bóng đá",
    ]


def _bank_slip(rng: random.Random) -> list[Row]:
    return [
        f"^NGÂN HÀNG {rng.choice(_NAMES).upper()}",
        f"^{rng.choice(('GIẤY NỘP TIỀN', 'ỦY NHIỆM CHI', 'PHIẾU THU', 'BIÊN LAI CHUYỂN TIỀN', 'GIẤY BÁO CÓ'))}",
        f">Ngày {_day(rng)}",
        "Người nộp: Trần Văn Mẫu",
        f"Số tài khoản: {rng.randint(10**9, 10**12)}",
        f"Số tiền bằng số: {_money(rng)}.000 đồng",
        "Số tiền bằng chữ: Một triệu đồng chẵn",
        f"Nội dung: {rng.choice(('Nộp học phí', 'Lệ phí cấp giấy phép xây dựng', 'Tiền đặt cọc hợp đồng', 'Nộp thuế đất'))}",
        [(0.0, "Khách hàng"), (0.4, "Giao dịch viên"), (0.75, "Kiểm soát")],
    ]


def _ticket(rng: random.Random) -> list[Row]:
    return [
        f"^{rng.choice(('VÉ XE KHÁCH', 'VÉ XEM PHIM', 'THẺ LÊN TÀU', 'VÉ GỬI XE'))}",
        f"^Nhà xe {rng.choice(_NAMES)}",
        f"Số ghế: {rng.choice('ABC')}{rng.randint(1, 40)}",
        f"Giờ khởi hành: {rng.randint(5, 22)}:30   Ngày: {_day(rng)}",
        "Nơi đi: Đà Lạt   Nơi đến: Phan Thiết",
        f"Giá vé: {_money(rng)}.000 đồng",
        "^Vé không hoàn trả",
    ]


def _note(rng: random.Random) -> list[Row]:
    lines = [
        "Anh ơi, mai nhớ đón con lúc 5 giờ nhé",
        "mua thêm 2 cân gạo, trứng, hành",
        "gọi lại cho bác Tư về việc sổ đỏ",
        "Em gửi giấy khai sinh ở nhà bà",
        "nhớ đóng tiền điện trước ngày 15",
        "Chiều họp phụ huynh, em về muộn",
    ]
    return [*rng.sample(lines, 4), "", f">{rng.choice(('Em Hoa', 'Mẹ', 'Tuấn'))}"]


def _about_papers(rng: random.Random) -> list[Row]:
    """Papers that speak of the counter's papers: guides, price lists, advertisements, news, lists of what to bring."""
    paper = rng.choice(
        (
            "giấy khai sinh",
            "giấy phép lái xe",
            "sổ đỏ",
            "giấy phép xây dựng",
            "giấy xác nhận tình trạng hôn nhân",
            "căn cước công dân",
        )
    )
    return rng.choice(
        (
            [
                f"^CÁCH LÀM LẠI {paper.upper()} BỊ MẤT",
                "Nhiều bạn đọc hỏi về thủ tục. Dưới đây là những bước cần làm:",
                f"Bước 1: Chuẩn bị hồ sơ xin cấp lại {paper}.",
                "Bước 2: Nộp tại Trung tâm Phục vụ hành chính công.",
                "Bước 3: Nhận kết quả sau 3 ngày làm việc.",
                f"Nguồn: Báo {rng.choice(_NAMES)}",
            ],
            [
                f"^DỊCH VỤ LÀM {paper.upper()} NHANH",
                f"^Văn phòng {rng.choice(_NAMES)}",
                "Không cần đi lại, nhận tại nhà!",
                f"Liên hệ: 0{rng.randint(10**8, 10**9 - 1)}",
                f"Giá chỉ từ {_money(rng)}.000 đồng",
            ],
            [
                "^DANH MỤC GIẤY TỜ CẦN MANG THEO",
                "1. Giấy khai sinh (bản sao)",
                "2. Căn cước công dân của cha, mẹ",
                "3. Giấy chứng nhận kết hôn",
                "4. Xác nhận thông tin về cư trú",
                "5. Giấy chứng nhận quyền sử dụng đất",
            ],
            [
                f"^BÁO {rng.choice(_NAMES).upper()}",
                f"^NGƯỜI DÂN CHỜ CẤP {paper.upper()}",
                f"Sáng nay nhiều người xếp hàng từ sớm để nhận {paper}. Theo cán bộ một cửa,",
                "số hồ sơ tăng gấp đôi so với cùng kỳ. Số thửa đất, tờ bản đồ và nguồn gốc sử dụng",
                "được kiểm tra trước khi trả kết quả; người ký giấy xác nhận là chủ tịch phường.",
            ],
            [
                "^BIỂU PHÍ DỊCH THUẬT VÀ PHOTO",
                [(0.0, "Giấy khai sinh"), (0.7, "80.000")],
                [(0.0, "Bằng tốt nghiệp"), (0.7, "100.000")],
                [(0.0, "Giấy phép lái xe"), (0.7, "90.000")],
                [(0.0, "Hợp đồng"), (0.7, "120.000")],
            ],
        )
    )


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
        "invoice": _invoice,
        "english_letter": _english_letter,
        "cv": _cv,
        "bank_slip": _bank_slip,
        "ticket": _ticket,
        "note": _note,
        "about_papers": _about_papers,
    }
)


def rows_of(kind: str, seed: int) -> list[Row]:
    """What such a paper says."""
    return KINDS[kind](random.Random(f"{kind}/{seed}"))
