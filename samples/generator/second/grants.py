"""Land, business and building, second set: certificates as ruled lists, captions in capitals, values on the next line."""

from samples.generator.blocks import Art, Break, Cols, F, Form, Gap, Grid, Head, Motto, P, Paper, R, Sign, Signs, Title
from samples.generator.sheet import RED

ROSE = Paper(tint=(253, 240, 240), pattern=(232, 150, 160), frame=(196, 70, 80), margin=66)
IVORY = Paper(tint=(252, 250, 240), pattern=(225, 210, 160), margin=60)
WHITE = Paper()

LAND = (
    Form(
        "b_gcn_bang",
        (
            Motto(),
            Title("{title:lines}", (), 1.25, RED),
            R(("Số phát hành: {serial}", "Số vào sổ cấp GCN: {register_number}"), (0, 0.48)),
            P("^I. NGƯỜI SỬ DỤNG ĐẤT, CHỦ SỞ HỮU TÀI SẢN GẮN LIỀN VỚI ĐẤT^", indent=0, after=0),
            F("- {_owner0.label}: {owners[0].name}; sinh năm: {_owner0.year}; CCCD số: {owners[0].id_number}"),
            F("- {_owner1.label}: {owners[1].name}; sinh năm: {_owner1.year}; CCCD số: {owners[1].id_number}"),
            F("- Địa chỉ thường trú: {owners[0].address}"),
            P("^II. THÔNG TIN THỬA ĐẤT^", indent=0, after=0.6),
            Grid(
                (
                    ("Thửa đất số", "{parcel.number}"),
                    ("Tờ bản đồ số", "{parcel.map_sheet}"),
                    ("Địa chỉ thửa đất", "{parcel.address}"),
                    ("Diện tích", "{parcel.area_m2} m² ({parcel.area_m2:words})"),
                    ("Loại đất", "{parcel.purpose}"),
                    ("Thời hạn sử dụng", "{parcel.term}"),
                    ("Hình thức sử dụng", "{_form}"),
                    ("Nguồn gốc sử dụng", "{parcel.origin}"),
                ),
                (0.32, 0.68),
            ),
            P("^III. TÀI SẢN GẮN LIỀN VỚI ĐẤT:^ {_assets}", indent=0),
            Sign(("{issuer:sign}", "{signer.title}"), "{signer.name}", dated="{issue_date:full}"),
            Break(),
            P("^IV. SƠ ĐỒ THỬA ĐẤT^", indent=0),
            Art("plan", 280, 220),
            P("^V. GHI CHÚ:^ {_note}", indent=0),
        ),
        (ROSE, IVORY),
        fit=2,
        like="gcn_2024",
    ),
    Form(
        "b_gcn_van",
        (
            Art("emblem", 48, 48),
            Motto(),
            Title("{title:lines}", (), 1.3, RED),
            P("^{issuer}^", align="center", indent=0),
            P("^CHỨNG NHẬN^", align="center", indent=0),
            F("{_owner0.label} {owners[0].name}, số CCCD/CMND: {owners[0].id_number}"),
            F("{_owner1.label} {owners[1].name}, số CCCD/CMND: {owners[1].id_number}"),
            F("Nơi thường trú: {owners[0].address}"),
            P("^Được quyền sử dụng thửa đất:^", indent=0, after=0),
            R(("1. Thửa đất số: {parcel.number}", "2. Tờ bản đồ số: {parcel.map_sheet}"), (0, 0.5)),
            F("3. Địa chỉ thửa đất: {parcel.address}"),
            F("4. Diện tích: {parcel.area_m2} m²"),
            F("Bằng chữ: {parcel.area_m2:words}"),
            F("5. Hình thức sử dụng: {_form}"),
            F("6. Mục đích sử dụng đất: {parcel.purpose}"),
            F("7. Thời hạn sử dụng đất: {parcel.term}"),
            F("8. Nguồn gốc sử dụng đất: {parcel.origin}"),
            Gap(0.4),
            Cols(
                (F("Số vào sổ cấp giấy chứng nhận quyền sử dụng đất: {register_number}"), F("Số seri: {serial}")),
                (Sign(("{signer.title}",), "{signer.name}", dated="{issue_date:full}"),),
                0.44,
            ),
        ),
        (ROSE,),
        fit=1,
        era="old",
        like="gcn_2009",
    ),
)
BUSINESS = (
    Form(
        "b_dn",
        (
            Head("{issuer:head}", over="{_over}", ratio=0.46),
            Title("{title}", ("{_kind}", "Mã số doanh nghiệp: {business.code}"), 1.15),
            R(
                (
                    "Đăng ký lần đầu: {business.first_registered:slash}",
                    "Đăng ký thay đổi lần thứ {business.change_count}: {business.last_changed:slash}",
                ),
                (0, 0.46),
            ),
            P("^1. TÊN DOANH NGHIỆP^", indent=0, after=0),
            F("Tên doanh nghiệp viết bằng tiếng Việt: {business.name}"),
            F("Tên doanh nghiệp viết bằng tiếng nước ngoài: {business.foreign_name}"),
            F("Tên doanh nghiệp viết tắt: {business.short_name}"),
            P("^2. TRỤ SỞ CHÍNH^", indent=0, after=0),
            F("Địa chỉ trụ sở chính: {business.address}"),
            R(("Điện thoại: {_phone}", "Email: {_mail}")),
            P("^3. VỐN ĐIỀU LỆ:^ {business.capital_vnd} VNĐ ({business.capital_vnd:words})", indent=0, after=0),
            P("^4. NGƯỜI ĐẠI DIỆN THEO PHÁP LUẬT^", indent=0, after=0.6),
            Grid(
                (
                    ("Họ, chữ đệm và tên", "{representative.name}"),
                    ("Chức danh", "{representative.title}"),
                    ("Ngày sinh", "{representative.birth_date}"),
                    ("Giới tính", "{_sex}"),
                    ("Số giấy tờ pháp lý của cá nhân", "{representative.id_number}"),
                    ("Địa chỉ liên lạc", "{_residence}"),
                ),
                (0.36, 0.64),
            ),
            Signs((None, Sign(("{signer.title}",), "{signer.name}"))),
        ),
        (IVORY, WHITE),
        like="dn_tnhh1tv",
    ),
    Form(
        "b_hkd",
        (
            Head("{issuer:head}", over="{_over}", below=("Số: {number}",), ratio=0.48),
            Title("{title}", (), 1.2),
            P("Đăng ký lần đầu ngày: {business.first_registered:slash}", align="center", indent=0, after=0),
            P(
                "Thay đổi lần thứ {business.change_count} ngày: {business.last_changed:slash}",
                align="center",
                indent=0,
            ),
            F("1. Tên hộ kinh doanh (ghi bằng chữ in hoa): {business.name}"),
            F("2. Địa điểm kinh doanh: {business.address}"),
            F("3. Ngành, nghề kinh doanh: {_trade}"),
            R(("4. Vốn kinh doanh: {business.capital_vnd} đồng", "Điện thoại: {_phone}"), (0, 0.6)),
            F("5. Họ và tên chủ hộ (ghi bằng chữ in hoa): {representative.name}"),
            R(("Sinh ngày: {representative.birth_date}", "Giới tính: {_sex}", "Dân tộc: {_ethnicity}"), (0, 0.42, 0.7)),
            R(("CCCD/CMND số: {representative.id_number}", "Ngày cấp: {_paper_day}"), (0, 0.55)),
            F("Nơi đăng ký hộ khẩu thường trú: {_residence}"),
            Sign(("{signer.title}",), "{signer.name}"),
        ),
        (IVORY, WHITE),
        era="old",
        hand=0.1,
        fit=1,
        like="hkd_cu",
    ),
)
BUILDING = (
    Form(
        "b_gpxd",
        (
            Head("{issuer:head}", over="{_over}", below=("Số: {number}",), dated="{issue_date:full}", ratio=0.46),
            Title("{title}", ("Nhà ở riêng lẻ",), 1.35),
            F("1. Chủ đầu tư: {owners[0].name:titled}"),
            F("và {owners[1].name:titled}"),
            F("Địa chỉ thường trú: {owners[0].address}"),
            F("2. Công trình: {works.name}"),
            F("Địa điểm xây dựng: {works.address}"),
            F("Thửa đất: {works.parcel}"),
            Grid(
                (
                    ("^Chỉ tiêu^", "^Nội dung cấp phép^"),
                    ("Diện tích xây dựng tầng 1 (m²)", "{_ground}"),
                    ("Tổng diện tích sàn (m²)", "{works.area_m2}"),
                    ("Số tầng", "{works.floors}"),
                    ("Chiều cao công trình (m)", "{_height}"),
                    ("Mật độ xây dựng (%)", "{_density}"),
                ),
                (0.52, 0.48),
            ),
            P("3. Giấy tờ về quyền sử dụng đất: {_land}", indent=0),
            P("4. Giấy phép có hiệu lực khởi công xây dựng đến {expiry:zero}.", indent=0),
            Signs((None, Sign(("{signer.title}",), "{signer.name}")), ("Nơi nhận:", "- Như mục 1;", "- Lưu: VT.")),
        ),
        like="gpxd_nha_o",
    ),
)
