"""Land, business and building, third set."""

from samples.generator.blocks import Art, Cols, F, Form, Gap, Grid, Head, Motto, P, Paper, R, Sign, Signs, Title
from samples.generator.sheet import RED

ROSE = Paper(tint=(252, 238, 242), pattern=(230, 140, 160), margin=60)
SAND = Paper(tint=(253, 250, 238), pattern=(230, 205, 140), frame=(160, 110, 40), margin=70)
WHITE = Paper()

LAND = (
    Form(
        "c_gcn",
        (
            Art("qr", 56, 56, x=478, y=52, caption="{_qr}"),
            Motto(),
            Title("{title:lines}", (), 1.3, RED),
            P("^1. Chủ sử dụng đất^", indent=0, after=0),
            F("{_owner0.label}: {owners[0].name}"),
            R(("Năm sinh: {_owner0.year}", "Số định danh cá nhân: {owners[0].id_number}"), (0, 0.36)),
            F("{_owner1.label}: {owners[1].name}"),
            R(("Năm sinh: {_owner1.year}", "Số định danh cá nhân: {owners[1].id_number}"), (0, 0.36)),
            F("Nơi thường trú: {owners[0].address}"),
            P("^2. Thửa đất^", indent=0, after=0),
            R(
                (
                    "Thửa đất số: {parcel.number}",
                    "Tờ bản đồ số: {parcel.map_sheet}",
                    "Diện tích: {parcel.area_m2} m²",
                ),
                (0, 0.32, 0.64),
            ),
            F("Diện tích bằng chữ: {parcel.area_m2:words}"),
            F("Địa chỉ: {parcel.address}"),
            F("Mục đích sử dụng: {parcel.purpose}"),
            R(("Thời hạn: {parcel.term}", "Hình thức: {_form}"), (0, 0.5)),
            F("Nguồn gốc: {parcel.origin}"),
            P("^3. Tài sản khác:^ {_assets}", indent=0),
            Cols(
                (
                    F("Số phát hành: {serial}"),
                    F("Số vào sổ cấp GCN: {register_number}"),
                ),
                (Sign(("{issuer:sign}", "{signer.title}"), "{signer.name}", dated="{issue_date:full}"),),
                0.42,
            ),
        ),
        (ROSE, SAND),
        fit=1,
        like="gcn_2024",
    ),
)
BUSINESS = (
    Form(
        "c_cong_ty",
        (
            Head("{issuer:head}", over="{_over}", ratio=0.45),
            Title("{title}", ("{_kind}",), 1.2),
            P("Mã số doanh nghiệp: ^{business.code}^", align="center", indent=0, after=0),
            P("Đăng ký lần đầu ngày {business.first_registered:slash}", align="center", indent=0, after=0),
            P(
                "Đăng ký thay đổi lần thứ: {business.change_count}, ngày {business.last_changed:slash}",
                align="center",
                indent=0,
            ),
            Grid(
                (
                    ("Tên công ty viết bằng tiếng Việt", "{business.name}"),
                    ("Tên công ty viết bằng tiếng nước ngoài", "{business.foreign_name}"),
                    ("Tên công ty viết tắt", "{business.short_name}"),
                    ("Địa chỉ trụ sở chính", "{business.address}"),
                    ("Vốn điều lệ", "{business.capital_vnd} đồng"),
                    ("Bằng chữ", "{business.capital_vnd:words}"),
                ),
                (0.36, 0.64),
            ),
            P("^Người đại diện theo pháp luật^", indent=0, after=0),
            F("Họ và tên: {representative.name}"),
            R(("Chức danh: {representative.title}", "Sinh ngày: {representative.birth_date}"), (0, 0.55)),
            R(("Số CCCD: {representative.id_number}", "Ngày cấp: {_paper_day}"), (0, 0.55)),
            F("Địa chỉ liên lạc: {_residence}"),
            Sign(("{signer.title}",), "{signer.name}"),
        ),
        (SAND, WHITE),
        fit=1,
        like="dn_tnhh1tv",
    ),
    Form(
        "c_hkd",
        (
            Head("{issuer:head}", over="{_over}", dated="{issue_date:full}", ratio=0.47),
            Title("{title}", ("Mã số hộ kinh doanh: {business.code}",), 1.2),
            R(
                (
                    "Đăng ký lần đầu: {business.first_registered:slash}",
                    "Đăng ký thay đổi lần thứ {business.change_count}: {business.last_changed:slash}",
                ),
                (0, 0.45),
            ),
            F("1. Tên hộ kinh doanh: {business.name}"),
            F("2. Trụ sở hộ kinh doanh: {business.address}"),
            F("3. Ngành, nghề: {_trade}"),
            F("4. Vốn kinh doanh:"),
            R(("Bằng số: {business.capital_vnd} đồng", "Bằng chữ: {business.capital_vnd:words}"), (0, 0.42)),
            F("5. Thông tin chủ hộ kinh doanh"),
            R(("Họ và tên: {representative.name}", "Giới tính: {_sex}"), (0, 0.66)),
            F("Ngày, tháng, năm sinh: {representative.birth_date}"),
            F("Số định danh cá nhân: {representative.id_number}"),
            F("Nơi cư trú: {_residence}"),
            Signs((None, Sign(("{signer.title}",), "{signer.name}"))),
        ),
        (SAND, WHITE),
        era="new",
        fit=1,
        like="hkd_moi",
    ),
)
BUILDING = (
    Form(
        "c_gpxd",
        (
            Head("{issuer:head}", over="{_over}", below=("Số: {number}",), dated="{issue_date:full}", ratio=0.44),
            Title("{title}", ("(Dùng cho nhà ở riêng lẻ)",), 1.3),
            F("1. Cấp cho ông/bà: {owners[0].name}"),
            F("Địa chỉ: {owners[0].address}"),
            F("2. Được phép xây dựng công trình: {works.name}"),
            F("Vị trí: {works.parcel}"),
            F("Tại địa điểm: {works.address}"),
            R(("Số tầng: {works.floors}", "Chiều cao: {_height} m", "Mật độ: {_density}%")),
            F("Diện tích xây dựng: {_ground} m²; tổng diện tích sàn: {works.area_m2} m²"),
            P("3. Giấy tờ đất: {_land}", indent=0),
            P("4. Giấy phép này có giá trị đến ngày {expiry:slash}.", indent=0),
            Gap(0.5),
            Sign(("{signer.title}",), "{signer.name}", room=64),
        ),
        fit=1,
        like="gpxd_can_cu",
    ),
)
