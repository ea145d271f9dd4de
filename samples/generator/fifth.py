"""The fifth set of layouts, of the types of the fourth: single mistakes on these are never looked at (`--layout e`)."""

from samples.generator.blocks import Art, Block, Cols, F, Form, Gap, Grid, Head, Motto, P, Paper, R, Sign, Signs, Title
from samples.generator.people import draw_name
from samples.generator.sheet import RED
from samples.generator.story import Story

PINK = Paper(841.89, 595.28, tint=(252, 238, 240), pattern=(230, 140, 155), margin=52)
CREAM = Paper(tint=(252, 250, 240), pattern=(226, 206, 150), frame=(150, 110, 50), margin=68)
GREEN = Paper(tint=(238, 247, 240), pattern=(160, 205, 170))
WHITE = Paper()


def _paragraph(number: int) -> P:
    key = f"parties[{number}]"
    return P(
        f"{{_mister{number}}} ^{{{key}.name}}^, sinh ngày {{{key}.birth_date}}; Căn cước công dân số {{{key}.id_number:papers}}; nơi cư trú: {{{key}.residence}}.",
        indent=28,
    )


ATTORNEY = (
    Form(
        "e_guq_cong_chung",
        (
            Motto(),
            Title("{title}", (), 1.45),
            P("Hôm nay, {issue_date:zero}, tại {_office}, chúng tôi ký tên dưới đây là:", indent=28),
            P("^BÊN ỦY QUYỀN (sau đây gọi là Bên A):^", indent=0, after=0),
            _paragraph(0),
            P("^BÊN NHẬN ỦY QUYỀN (sau đây gọi là Bên B):^", indent=0, after=0),
            _paragraph(1),
            P("Bằng giấy này, Bên A ủy quyền cho Bên B thực hiện các nội dung sau:", indent=28),
            P("^ĐIỀU 1. PHẠM VI ỦY QUYỀN^", align="center", indent=0, after=0),
            P("{_scope}"),
            P("^ĐIỀU 2. THỜI HẠN ỦY QUYỀN^", align="center", indent=0, after=0),
            P("Thời hạn ủy quyền là {_term}."),
            Gap(0.4),
            Signs(
                (
                    Sign(("BÊN A",), "{_party0}", seal=False, note="(Ký, điểm chỉ, ghi rõ họ tên)", hand_name=True),
                    Sign(("BÊN B",), "{_party1}", seal=False, note="(Ký, điểm chỉ, ghi rõ họ tên)", hand_name=True),
                )
            ),
        ),
        fit=1,
        like="guq_canhan",
    ),
    Form(
        "e_guq_bang_doi",
        (
            Motto(),
            Title("{title}", (), 1.35),
            P("Chúng tôi gồm:", indent=28),
            Grid(
                (
                    ("", "^Người ủy quyền^", "^Người được ủy quyền^"),
                    ("Họ và tên", "{parties[0].name}", "{parties[1].name}"),
                    ("Ngày sinh", "{parties[0].birth_date}", "{parties[1].birth_date}"),
                    ("Số định danh cá nhân", "{parties[0].id_number}", "{parties[1].id_number}"),
                    ("Nơi thường trú", "{parties[0].residence}", "{parties[1].residence}"),
                ),
                (0.22, 0.39, 0.39),
            ),
            P("Nội dung ủy quyền: {_scope}", indent=0),
            P("Thời hạn ủy quyền: {_term}.", indent=0),
            Signs(
                (
                    Sign(("NGƯỜI ĐƯỢC ỦY QUYỀN",), "{_party1}", seal=False, hand_name=True),
                    Sign(
                        ("NGƯỜI ỦY QUYỀN",),
                        "{_party0}",
                        seal=False,
                        dated="{_place}, {issue_date:zero}",
                        hand_name=True,
                    ),
                )
            ),
        ),
        hand=0.15,
        fit=1,
        like="guq_canhan",
    ),
)


def _owner(story: Story) -> None:
    """The owner of a company of one member, who is not who represents it."""
    given, rng = story.facts, story.rng
    given.add("_owner", draw_name(rng, story.pick("male", "female")).upper())
    given.add("_owner_birth", f"{rng.randint(1, 28):02d}/{rng.randint(1, 12):02d}/{rng.randint(1955, 1999)}")
    given.add("_owner_id", f"{rng.randint(0, 999999999999):012d}")


BUSINESS = (
    Form(
        "e_cong_ty_2025",
        (
            Head("{issuer:head}", over="{_over}", ratio=0.45),
            Title("{title}", ("{_kind}",), 1.15),
            P("^Mã số doanh nghiệp: {business.code}^", align="center", indent=0, after=0),
            P("Đăng ký lần đầu: {business.first_registered:zero}", align="center", indent=0, after=0),
            P(
                "Đăng ký thay đổi lần thứ: {business.change_count}, {business.last_changed:zero}",
                align="center",
                indent=0,
            ),
            P("^1. Tên công ty^", indent=0, after=0),
            F("Tên công ty viết bằng tiếng Việt (ghi bằng chữ in hoa): {business.name}"),
            F("Tên công ty viết bằng tiếng nước ngoài (nếu có): {business.foreign_name}"),
            F("Tên công ty viết tắt (nếu có): {business.short_name}"),
            P("^2. Địa chỉ trụ sở chính^", indent=0, after=0),
            F("{business.address}"),
            R(("Số điện thoại: {_phone}", "Thư điện tử (nếu có): {_mail}"), (0, 0.45)),
            P("^3. Vốn điều lệ^ (bằng số; bằng chữ; VNĐ)", indent=0, after=0),
            F("{business.capital_vnd} đồng; {business.capital_vnd:words}"),
            P("^4. Thông tin về chủ sở hữu^", indent=0, after=0),
            F("Họ, chữ đệm và tên (ghi bằng chữ in hoa): {_owner}"),
            R(("Ngày, tháng, năm sinh: {_owner_birth}", "Số định danh cá nhân: {_owner_id}"), (0, 0.5)),
            P("^5. Người đại diện theo pháp luật của công ty^", indent=0, after=0),
            R(("* Họ, chữ đệm và tên: {representative.name}", "Giới tính: {_sex}"), (0, 0.72)),
            F("Chức danh: {representative.title}"),
            R(("Ngày, tháng, năm sinh: {representative.birth_date}", "Quốc tịch: Việt Nam"), (0, 0.6)),
            F("Số định danh cá nhân: {representative.id_number}"),
            F("Nơi thường trú: {_residence}"),
            F("Nơi ở hiện tại: {_residence}"),
            Sign(("{signer.title}",), "{signer.name}", room=56),
        ),
        (CREAM, WHITE),
        fit=1,
        like="dn_tnhh1tv",
        more=_owner,
    ),
    Form(
        "e_hkd_cot",
        (
            Head("{issuer:head}", over="{_over}", dated="{issue_date:full}", ratio=0.47),
            Title("{title}", ("Mã số: {business.code}",), 1.2),
            P(
                "Cấp lần đầu ngày {business.first_registered:slash}",
                align="center",
                indent=0,
                after=0,
            ),
            P(
                "Cấp thay đổi lần thứ {business.change_count} ngày {business.last_changed:slash}",
                align="center",
                indent=0,
            ),
            Cols(
                (
                    P("^THÔNG TIN HỘ KINH DOANH^", align="center", indent=0),
                    F("Tên hộ kinh doanh: {business.name}"),
                    F("Địa điểm kinh doanh: {business.address}"),
                    F("Ngành, nghề kinh doanh: {_trade}"),
                    F("Vốn kinh doanh: {business.capital_vnd} đồng"),
                    F("Bằng chữ: {business.capital_vnd:words}"),
                ),
                (
                    P("^THÔNG TIN CHỦ HỘ^", align="center", indent=0),
                    F("Họ và tên chủ hộ: {representative.name}"),
                    F("Ngày sinh: {representative.birth_date}"),
                    F("Số CCCD: {representative.id_number}"),
                    F("Nơi cư trú: {_residence}"),
                    F("Điện thoại: {_phone}"),
                ),
            ),
            Gap(0.5),
            Sign(("{signer.title}",), "{signer.name}"),
        ),
        (CREAM, WHITE),
        era="new",
        fit=1,
        like="hkd_moi",
    ),
)
MARITAL = (
    Form(
        "e_xntthn_van",
        (
            Head("{issuer:head}", over="{_over}", below=("Số: {number}",), dated="{issue_date:full}", ratio=0.44),
            Title("{title}", (), 1.2, rule=True),
            P(
                "Theo đề nghị của {_person.mister} {_asker} và kết quả kiểm tra, xác minh, Ủy ban nhân dân {_commune} xác nhận:",
                indent=28,
            ),
            P(
                "{_person.mister:Mister} ^{person.name}^, sinh ngày {person.birth_date}, giới tính: {person.sex}, dân tộc: {person.ethnicity}, quốc tịch: {person.nationality}.",
                indent=28,
            ),
            P("Số định danh cá nhân: {person.id_number}.", indent=28),
            P("Hiện đang cư trú tại: {person.residence}.", indent=28),
            P("Trong thời gian cư trú tại {_period}, tình trạng hôn nhân: {status}.", indent=28),
            P("Giấy xác nhận này có giá trị 06 tháng kể từ ngày cấp và được cấp để: {purpose}{_stop}", indent=28),
            Gap(0.5),
            Signs(
                (None, Sign(("{signer.title}",), "{signer.name}")),
                ("Nơi nhận:", "- Như trên;", "- Lưu: VT."),
            ),
        ),
        fit=1,
        like="xntthn_2020",
    ),
)
_LEFT: tuple[Block, ...] = (
    Art("qr", 52, 52, caption="{_qr}"),
    P("^CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM^", align="center", indent=0, after=0),
    P("^Độc lập - Tự do - Hạnh phúc^", align="center", indent=0),
    Title("{title:lines}", (), 1.15, RED),
    P("^1. Người sử dụng đất, chủ sở hữu tài sản gắn liền với đất:^", indent=0, after=0),
    F("{_owner0.label}: {owners[0].name}, sinh năm {_owner0.year}"),
    F("Số định danh cá nhân: {owners[0].id_number}"),
    F("{_owner1.label}: {owners[1].name}, sinh năm {_owner1.year}"),
    F("Số định danh cá nhân: {owners[1].id_number}"),
    F("Địa chỉ: {owners[0].address}"),
    Gap(0.5),
    P("^Số phát hành GCN: {serial}^", align="left", indent=0),
)
_RIGHT: tuple[Block, ...] = (
    P("^2. Thông tin thửa đất:^", indent=0, after=0),
    R(("a) Thửa đất số: {parcel.number}", "b) Tờ bản đồ số: {parcel.map_sheet}"), (0, 0.5)),
    F("c) Địa chỉ: {parcel.address}"),
    F("d) Diện tích: {parcel.area_m2} m²"),
    F("(bằng chữ: {parcel.area_m2:words})"),
    R(("đ) Loại đất: {parcel.purpose}", "e) Thời hạn: {parcel.term}"), (0, 0.56)),
    F("g) Hình thức sử dụng đất: {_form}"),
    F("h) Nguồn gốc sử dụng đất: {parcel.origin}"),
    P("^3. Thông tin tài sản gắn liền với đất:^ {_assets}", indent=0, after=0),
    P("^4. Ghi chú:^ {_note}", indent=0),
    Signs((Sign(("{issuer:sign}", "{signer.title}"), "{signer.name}", dated="{issue_date:full}", room=46),)),
    F("Số vào sổ cấp GCN: {register_number}"),
)
LAND = (
    Form(
        "e_gcn_ngang",
        (Cols(_LEFT, _RIGHT, 0.46),),
        (PINK,),
        size=0.86,
        fit=1,
        like="gcn_2024",
    ),
)


def _row(caption: str, template: str) -> R:
    return R((caption, f"^{template}^"), (0, 0.5))


PASSPORT = (
    Form(
        "e_ho_chieu_bang",
        (
            P(
                "^CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM - SOCIALIST REPUBLIC OF VIET NAM^",
                align="center",
                indent=0,
                size=0.8,
            ),
            R(("^{title}^", "Loại/Type: ^P^", "Mã số/Code: ^VNM^"), (0, 0.4, 0.7)),
            P("PASSPORT", align="left", indent=0, size=0.9),
            Cols(
                (Art("photo", 90, 120),),
                (
                    _row("Số hộ chiếu/Passport No", "{number}"),
                    _row("Họ và tên/Full name", "{person.name:upper}"),
                    _row("Quốc tịch/Nationality", "{person.nationality}"),
                    _row("Ngày sinh/Date of birth", "{person.birth_date:slash}"),
                    _row("Nơi sinh/Place of birth", "{person.birth_place}"),
                    _row("Giới tính/Sex", "{person.sex}"),
                    _row("Số định danh cá nhân/Personal No", "{person.id_number}"),
                    _row("Ngày cấp/Date of issue", "{issue_date:slash}"),
                    _row("Ngày hết hạn/Date of expiry", "{expiry:slash}"),
                    _row("Cơ quan cấp/Issued by", "{issuer}"),
                ),
                0.26,
            ),
            Gap(1),
            P("{_mrz}", align="mrz", indent=0, after=0),
        ),
        (GREEN, WHITE),
        plain=True,
        like="ho_chieu_2022",
    ),
)
FORMS: dict[str, tuple[Form, ...]] = {
    "power_of_attorney": ATTORNEY,
    "business_registration": BUSINESS,
    "marital_status": MARITAL,
    "land_certificate": LAND,
    "passport": PASSPORT,
}
