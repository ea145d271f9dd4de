"""Invented papers of one counter, enough alike to be told apart only by good ranking. Nobody in here exists."""

from datetime import date

from search.ports import Entry

PROVINCE = "Ủy ban nhân dân tỉnh Lâm Đồng"
LETTER = "administrative_document"


def letter(
    document: str, number: str, title: str, issued: date, *, issuer: str = PROVINCE, body: str = "", **more: object
) -> Entry:
    text = f"CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\nSố: {number}\n{title}\n{body}"
    return Entry(
        document,
        1,
        unit=str(more.get("unit", "H36.1")),
        state=str(more.get("state", "FILED")),
        document_type=LETTER,
        title=title,
        number=number,
        issuer=issuer,
        summary=str(more.get("summary", "")),
        issue_date=issued,
        validity=str(more.get("validity", "active")),
        body=text,
    )


def paper(document: str, kind: str, title: str, owner: str, owner_id: str, issued: date, **more: object) -> Entry:
    others = more.get("names", ())
    assert isinstance(others, tuple)
    numbers = more.get("numbers", ())
    assert isinstance(numbers, tuple)
    return Entry(
        document,
        1,
        unit=str(more.get("unit", "H36.2")),
        state=str(more.get("state", "FILED")),
        document_type=kind,
        title=title,
        number=str(more.get("number", "")),
        issuer=str(more.get("issuer", "UBND xã Đức Trọng")),
        owner_id=owner_id,
        owner_name=owner,
        summary=str(more.get("summary", "")),
        issue_date=issued,
        validity=str(more.get("validity", "active")),
        code=str(more.get("code", "")),
        names=(owner, *others),
        numbers=numbers,
        body=f"{title}\nHọ, chữ đệm, tên: {owner}\nSố định danh cá nhân: {owner_id}\n{more.get('body', '')}",
    )


BIRTH, MARRIAGE, SINGLE = "birth_certificate", "marriage_certificate", "marital_status"
LAND, BUSINESS, HOUSE = "land_certificate", "business_registration", "construction_permit"

CORPUS = (
    letter(
        "ttr-24",
        "24/TTr-UBND",
        "TỜ TRÌNH Về việc phê duyệt quy hoạch sử dụng đất huyện Đức Trọng",
        date(2025, 2, 7),
        summary="Phê duyệt quy hoạch sử dụng đất đến năm 2030 huyện Đức Trọng",
        body="Kính gửi: Hội đồng nhân dân tỉnh. Căn cứ Quyết định số 12/2024/QĐ-UBND, xét đề nghị của Sở Tài nguyên và Môi trường.",
    ),
    letter("qd-24", "24/QĐ-UBND", "QUYẾT ĐỊNH Về việc cho phép chuyển mục đích sử dụng đất", date(2025, 1, 15)),
    letter(
        "qd-12",
        "12/2024/QĐ-UBND",
        "QUYẾT ĐỊNH Ban hành quy định về bồi thường, hỗ trợ, tái định cư",
        date(2024, 6, 3),
        body="Quyết định này có hiệu lực từ ngày 15 tháng 6 năm 2024 và thay thế Tờ trình số 24/TTr-UBND trước đây.",
    ),
    letter("qd-5", "05/QĐ-UBND", "QUYẾT ĐỊNH Về việc bổ nhiệm công chức lãnh đạo", date(2026, 1, 5)),
    letter(
        "qd-khen",
        "318/QĐ-UBND",
        "QUYẾT ĐỊNH Về việc tặng Bằng khen",
        date(2025, 11, 20),
        body="Tặng Bằng khen cho các tập thể, cá nhân có thành tích xuất sắc trong phong trào thi đua.",
    ),
    letter(
        "tb-ho-hoa-binh",
        "77/TB-UBND",
        "THÔNG BÁO Kết luận cuộc họp về hồ Hòa Bình",
        date(2025, 5, 9),
        body="Hồ Hòa Bình cần được nạo vét trước mùa mưa.",
    ),
    letter(
        "tb-hoa",
        "78/TB-UBND",
        "THONG BAO Ve viec to chuc le hoi hoa binh yen",
        date(2025, 5, 10),
        body="Van ban khong dau, hoa binh yen la ten le hoi.",
    ),
    letter(
        "nq-hdnd",
        "09/NQ-HĐND",
        "NGHỊ QUYẾT Về dự toán ngân sách năm 2026",
        date(2025, 12, 10),
        issuer="Hội đồng nhân dân tỉnh Lâm Đồng",
        unit="H36.3",
    ),
    letter(
        "cv-chuyen-doi-so",
        "451/UBND-VP",
        "V/v đẩy mạnh chuyển đổi số, số hóa kết quả giải quyết thủ tục hành chính",
        date(2026, 2, 5),
        body="Các sở, ban, ngành khẩn trương số hóa hồ sơ, tái sử dụng dữ liệu.",
    ),
    letter(
        "cv-cu",
        "451/UBND-VP",
        "V/v đẩy mạnh chuyển đổi số, số hóa kết quả giải quyết thủ tục hành chính",
        date(2026, 2, 6),
        validity="revoked",
    ),
    letter(
        "kh-phong-chay",
        "33/KH-UBND",
        "KẾ HOẠCH Phòng cháy, chữa cháy rừng mùa khô 2025 - 2026",
        date(2025, 10, 30),
        issuer="Ủy ban nhân dân xã Lạc Dương",
        unit="H36.4",
    ),
    letter(
        "bc-chay",
        "210/BC-UBND",
        "BÁO CÁO Tình hình kinh tế - xã hội tháng 10",
        date(2025, 10, 31),
        body="Công tác phòng cháy, chữa cháy rừng được chú trọng; không xảy ra cháy lớn.",
    ),
    letter(
        "tb-thu-hoi",
        "15/TB-UBND",
        "THÔNG BÁO Thu hồi đất để xây dựng đường cao tốc Tân Phú - Bảo Lộc",
        date(2025, 3, 3),
        body="Thu hồi đất của các hộ gia đình tại phường Lộc Sơn.",
    ),
    letter(
        "gm-hop",
        "102/GM-UBND",
        "GIẤY MỜI Họp thẩm định giá đất bồi thường",
        date(2025, 4, 18),
        body="Thành phần: Sở Tài chính, Sở Nông nghiệp và Môi trường.",
    ),
    letter("ct-mua-bao", "03/CT-UBND", "CHỈ THỊ Về phòng, chống thiên tai trong mùa mưa bão", date(2025, 6, 20)),
    letter(
        "bb-ban-giao",
        "07/BB-UBND",
        "BIÊN BẢN Bàn giao mốc giới rừng phòng hộ",
        date(2024, 9, 12),
        issuer="Ban quản lý rừng phòng hộ Đran",
    ),
    letter("qd-het-hieu-luc", "500/QĐ-UBND", "QUYẾT ĐỊNH Phê duyệt giá nước sạch", date(2020, 1, 2), validity="expired"),
    letter("qd-gia-nuoc", "501/QĐ-UBND", "QUYẾT ĐỊNH Phê duyệt giá nước sạch", date(2019, 1, 2)),
    paper("ks-an", BIRTH, "GIẤY KHAI SINH", "Nguyễn Văn An", "068203001234", date(2003, 4, 2), number="45/2003",
          names=("Trần Thị Bình", "Nguyễn Văn Cường"), body="Nơi sinh: Bệnh viện đa khoa Lâm Đồng. Dân tộc: Kinh."),
    paper("ks-an-binh", BIRTH, "GIẤY KHAI SINH (Bản sao)", "Nguyễn Văn An Bình", "068210004321", date(2010, 7, 8),
          number="46/2010", names=("Nguyễn Văn An", "Phạm Thị Đào")),
    paper("ks-an-sac", BIRTH, "GIẤY KHAI SINH", "Nguyễn Văn Ân", "068215009876", date(2015, 3, 9), number="45/2015"),
    paper("ks-hoa", BIRTH, "GIẤY KHAI SINH", "Lê Thị Hòa", "068311002468", date(2011, 12, 1), number="120/2011"),
    paper("ks-hoa-flower", BIRTH, "GIẤY KHAI SINH", "Lê Thị Hoa", "068311002469", date(2011, 12, 2), number="121/2011"),
    paper("ks-k-brot", BIRTH, "TRÍCH LỤC KHAI SINH", "K' Brốt", "068318000777", date(2018, 5, 5), number="8/2018"),
    paper("kh-dung", MARRIAGE, "GIẤY CHỨNG NHẬN KẾT HÔN", "Phạm Quốc Dũng", "068095003333", date(2020, 2, 20),
          number="11/2020", names=("Võ Ngọc Thúy",), body="Vợ: Võ Ngọc Thúy. Chồng: Phạm Quốc Dũng."),
    paper("xn-thuy", SINGLE, "GIẤY XÁC NHẬN TÌNH TRẠNG HÔN NHÂN", "Võ Ngọc Thuý", "068196005555", date(2019, 8, 1),
          number="302/UBND-XNTTHN", validity="expired", body="Hiện tại chưa đăng ký kết hôn với ai."),
    paper("xn-long", SINGLE, "GIẤY XÁC NHẬN TÌNH TRẠNG HÔN NHÂN", "Đặng Hoàng Long", "068090007777", date(2026, 1, 12),
          number="12/UBND-XNTTHN", state="TO_CONFIRM"),
    paper("kt-tu", "death_extract", "TRÍCH LỤC KHAI TỬ", "Bùi Văn Tư", "068040001111", date(2024, 11, 30), number="31/2024"),
    paper("dat-da", LAND, "GIẤY CHỨNG NHẬN QUYỀN SỬ DỤNG ĐẤT", "Hoàng Minh Đức", "068070002222", date(2018, 6, 6),
          number="CH01234", numbers=("DA 123456", "CH01234"), summary="Thửa đất số 215, tờ bản đồ số 12, xã Hiệp Thạnh",
          body="Thửa đất số: 215; Tờ bản đồ số: 12; Diện tích: 1.250,5 m²; Mục đích sử dụng: đất trồng cây lâu năm."),
    paper("dat-cu", LAND, "GIẤY CHỨNG NHẬN QUYỀN SỬ DỤNG ĐẤT, QUYỀN SỞ HỮU NHÀ Ở", "Hoàng Minh Đức", "068070002222",
          date(2009, 6, 6), number="CS00987", numbers=("BG 654321",), validity="replaced",
          summary="Thửa đất số 216, tờ bản đồ số 12, xã Hiệp Thạnh"),
    paper("dat-binh-thuan", LAND, "GIẤY CHỨNG NHẬN QUYỀN SỬ DỤNG ĐẤT", "Ngô Thị Lan", "060175004444", date(2022, 2, 2),
          numbers=("DD 777888",), issuer="Sở Tài nguyên và Môi trường tỉnh Bình Thuận",
          summary="Thửa đất số 9, xã Hàm Đức, huyện Hàm Thuận Bắc"),
    paper("hkd-pho", BUSINESS, "GIẤY CHỨNG NHẬN ĐĂNG KÝ HỘ KINH DOANH", "Trần Thị Bình", "068180006666",
          date(2023, 3, 15), number="42A8001234", summary="Hộ kinh doanh Phở Bình", body="Ngành nghề: bán phở, nước giải khát."),
    paper("dn-ca-phe", BUSINESS, "GIẤY CHỨNG NHẬN ĐĂNG KÝ DOANH NGHIỆP", "Lý Gia Hân", "068188008888",
          date(2021, 9, 9), number="0100109106", names=("Công ty TNHH Cà phê Cao Nguyên Mẫu",), numbers=("0100109106",)),
    paper("gpxd-son", HOUSE, "GIẤY PHÉP XÂY DỰNG", "Huỳnh Ngọc Sơn", "068082009999", date(2025, 9, 1),
          number="89/GPXD", summary="Nhà ở riêng lẻ 03 tầng, đường Phan Đình Phùng"),
    paper("gpxd-cu", HOUSE, "GIẤY PHÉP XÂY DỰNG", "Huỳnh Ngọc Sơn", "068082009999", date(2022, 9, 1),
          number="89/GPXD-2022", validity="expired", summary="Nhà kho, đường Hùng Vương"),
    paper("cccd-an", "citizen_id", "CĂN CƯỚC CÔNG DÂN", "Nguyễn Văn An", "068203001234", date(2021, 5, 5)),
    paper("gplx-dung", "driving_licence", "GIẤY PHÉP LÁI XE", "Phạm Quốc Dũng", "068095003333", date(2017, 4, 4),
          number="680123456789", body="Hạng B2"),
    paper("ksk-lan", "health_certificate", "GIẤY KHÁM SỨC KHỎE", "Ngô Thị Lan", "060175004444", date(2025, 12, 12)),
    paper("bang-han", "diploma", "BẰNG TỐT NGHIỆP ĐẠI HỌC", "Lý Gia Hân", "068188008888", date(2010, 6, 30),
          numbers=("QH 0012345",), issuer="Trường Đại học Mẫu", body="Ngành: Công nghệ thông tin. Xếp loại: Khá."),
    paper("don-duc", "application_form", "ĐƠN ĐỀ NGHỊ TÁCH THỬA ĐẤT, HỢP THỬA ĐẤT", "Hoàng Minh Đức", "068070002222",
          date(2026, 2, 1), code="H36.12-260201-0007", body="Đề nghị tách thửa đất số 215 thành hai thửa."),
    paper("uq-long", "power_of_attorney", "GIẤY ỦY QUYỀN", "Đặng Hoàng Long", "068090007777", date(2025, 7, 7),
          number="1204", names=("Nguyễn Văn An",), body="Ủy quyền cho ông Nguyễn Văn An nộp hồ sơ."),
    paper("cutru-hoa", "residence_confirmation", "XÁC NHẬN THÔNG TIN VỀ CƯ TRÚ", "Lê Thị Hòa", "068311002468",
          date(2025, 8, 8), body="Nơi thường trú: thôn Hoà Bình, xã Đức Trọng."),
)  # fmt: skip
