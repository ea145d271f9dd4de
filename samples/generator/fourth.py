"""The fourth set of layouts, of the types that are read worst and of passports: forms of other years, captions above values (`--layout d`)."""

from datetime import date

from samples.generator.blocks import Art, Block, Cols, F, Form, Gap, Head, Motto, Note, P, Paper, R, Sign, Signs, Title
from samples.generator.forms.cards import passport_mrz
from samples.generator.places import lower_first
from samples.generator.sheet import RED
from samples.generator.story import Story

ROSE = Paper(tint=(253, 239, 241), pattern=(228, 135, 150), frame=(186, 60, 80), margin=68)
IVORY = Paper(tint=(252, 249, 238), pattern=(224, 196, 130), frame=(170, 116, 40), margin=68)
SKY = Paper(tint=(236, 244, 250), pattern=(150, 190, 222))
WHITE = Paper()


def _papers(story: Story) -> None:
    """When and where each party's identity paper was made out."""
    rng, given = story.rng, story.facts
    for number in range(2):
        day = f"{rng.randint(1, 28):02d}/{rng.randint(1, 12):02d}/{rng.randint(2010, 2023)}"
        given.add(f"_paper{number}", day)
        given.add(
            f"_paper_by{number}",
            story.pick(f"Công an {lower_first(story.unit.province)}", "Cục CSQLHC về TTXH", "CA tỉnh"),
        )


def _party(number: int) -> tuple[Block, ...]:
    key = f"parties[{number}]"
    return (
        F(f"Họ tên: {{{key}.name}}"),
        F(f"Địa chỉ: {{{key}.residence}}"),
        R(
            (f"Số CMND: {{{key}.id_number}}", f"Cấp ngày: {{_paper{number}}}", f"Nơi cấp: {{_paper_by{number}}}"),
            (0, 0.36, 0.62),
        ),
        R((f"Ngày, tháng, năm sinh: {{{key}.birth_date}}", "Quốc tịch: Việt Nam"), (0, 0.58)),
    )


def _written(number: int, opening: str) -> tuple[Block, ...]:
    key = f"parties[{number}]"
    return (
        R((f"{opening}: {{{key}.name}}", f"Sinh ngày: {{{key}.birth_date}}"), (0, 0.62)),
        F(
            f"CCCD/CMND số: {{{key}.id_number}}, cấp ngày {{_paper{number}}}, tại {{_paper_by{number}}}",
        ),
        F(f"Nơi đăng ký HKTT: {{{key}.residence}}"),
    )


ATTORNEY = (
    Form(
        "d_guq_thong_dung",
        (
            Motto(),
            P("-----------", align="center", indent=0, after=0),
            Title("{title}", ("(Dành cho cá nhân)",), 1.4),
            P("- Căn cứ Bộ luật Dân sự năm 2015;", indent=28, after=0),
            P("- Căn cứ nhu cầu của các bên.", indent=28),
            P("{_place}, {issue_date:zero}; chúng tôi gồm có:", indent=28),
            P("^I. BÊN ỦY QUYỀN:^", indent=0, after=0),
            *_party(0),
            P("^II. BÊN ĐƯỢC ỦY QUYỀN:^", indent=0, after=0),
            *_party(1),
            P("^III. NỘI DUNG ỦY QUYỀN:^", indent=0, after=0),
            P("{_scope}"),
            P("^IV. CAM KẾT^", indent=0, after=0),
            P("Hai bên cam kết chịu hoàn toàn trách nhiệm trước pháp luật về mọi thông tin ủy quyền ở trên."),
            Gap(0.4),
            Signs(
                (
                    Sign(("BÊN ỦY QUYỀN",), "{_party0}", seal=False, note="(Ký, họ tên)", hand_name=True),
                    Sign(("BÊN ĐƯỢC ỦY QUYỀN",), "{_party1}", seal=False, note="(Ký, họ tên)", hand_name=True),
                )
            ),
        ),
        hand=0.2,
        fit=1,
        like="guq_canhan",
        more=_papers,
    ),
    Form(
        "d_guq_viet_tay",
        (
            Motto(),
            Title("{title}", ("~(V/v nộp hồ sơ và nhận kết quả)~",), 1.35),
            P("Kính gửi: {_office}", align="center", indent=0),
            *_written(0, "Tôi tên"),
            P("Nay tôi viết giấy này ủy quyền cho người có tên dưới đây:", indent=28),
            *_written(1, "Họ và tên"),
            P("Nội dung: {_scope}", indent=28),
            P("Giấy ủy quyền này có giá trị {_term}.", indent=28),
            Gap(0.3),
            Signs(
                (
                    Sign(("Người nhận ủy quyền",), "{_party1}", seal=False, hand_name=True),
                    Sign(
                        ("Người viết giấy ủy quyền",),
                        "{_party0}",
                        seal=False,
                        dated="{_place}, {issue_date:zero}",
                        hand_name=True,
                    ),
                )
            ),
        ),
        hand=0.2,
        fit=1,
        like="guq_van_xuoi",
        more=_papers,
    ),
)


def _licence_of_business(story: Story) -> None:
    """Before 2010 the certificate was one of business, its number that of the register."""
    given = story.facts
    kind = given.values["_kind"].shown
    title = "GIẤY CHỨNG NHẬN ĐĂNG KÝ KINH DOANH"
    given.add("title", title, others=[f"{title} {kind}", "GIẤY CHỨNG NHẬN ĐĂNG KÝ DOANH NGHIỆP"])
    given.add("_paper_by", f"Công an {lower_first(story.unit.province)}")


BUSINESS = (
    Form(
        "d_cong_ty_cu",
        (
            Head("{issuer:head}", over="{_over}", ratio=0.46),
            Title("{title}", ("{_kind}",), 1.2),
            P("^Số: {business.code}^", align="center", indent=0, after=0),
            P("Đăng ký lần đầu, {business.first_registered:zero}", align="center", indent=0, after=0),
            P(
                "Đăng ký thay đổi lần thứ {business.change_count}, {business.last_changed:zero}",
                align="center",
                indent=0,
            ),
            F("1. Tên công ty: {business.name}"),
            F("Tên giao dịch bằng tiếng nước ngoài: {business.foreign_name}"),
            F("Tên viết tắt: {business.short_name}"),
            F("2. Địa chỉ trụ sở chính: {business.address}"),
            R(("Điện thoại: {_phone}", "Fax:"), (0, 0.55)),
            F("3. Ngành, nghề kinh doanh: {_trade}"),
            F("4. Vốn điều lệ: {business.capital_vnd} đồng"),
            F("({business.capital_vnd:words})"),
            P("^5. Người đại diện theo pháp luật của công ty^", indent=0, after=0),
            F("Chức danh: {representative.title}"),
            R(("Họ và tên: {representative.name}", "{_sex}"), (0, 0.72)),
            R(
                ("Sinh ngày: {representative.birth_date}", "Dân tộc: {_ethnicity}", "Quốc tịch: Việt Nam"),
                (0, 0.42, 0.68),
            ),
            F("Chứng minh nhân dân (hoặc hộ chiếu) số: {representative.id_number}"),
            R(("Ngày cấp: {_paper_day}", "Cơ quan cấp: {_paper_by}"), (0, 0.42)),
            F("Nơi đăng ký hộ khẩu thường trú: {_residence}"),
            F("Chỗ ở hiện tại: {_residence}"),
            Sign(("{signer.title}",), "{signer.name}", room=56),
        ),
        (IVORY, WHITE),
        era="old",
        fit=1,
        like="dn_cp",
        more=_licence_of_business,
    ),
    Form(
        "d_hkd_2025",
        (
            Head("{issuer:head}", over="{_over}", dated="{issue_date:full}", ratio=0.46),
            Title("{title}", (), 1.2),
            P("Mã số hộ kinh doanh/Mã số thuế: ^{business.code}^", align="center", indent=0, after=0),
            P("~Đăng ký lần đầu, {business.first_registered:zero}~", align="center", indent=0, after=0),
            P(
                "~Đăng ký thay đổi lần thứ {business.change_count}, {business.last_changed:zero}~",
                align="center",
                indent=0,
            ),
            P("^1. Tên hộ kinh doanh^", indent=0, after=0),
            F("Tên viết bằng tiếng Việt (ghi bằng chữ in hoa): {business.name}"),
            P("^2. Trụ sở hộ kinh doanh^", indent=0, after=0),
            F("{business.address}"),
            R(("Số điện thoại (nếu có): {_phone}", "Thư điện tử (nếu có): {_mail}"), (0, 0.5)),
            P("^3. Vốn kinh doanh^ (bằng số; bằng chữ; VNĐ)", indent=0, after=0),
            F("{business.capital_vnd} đồng ({business.capital_vnd:words})"),
            F("4. Chủ thể thành lập hộ kinh doanh: Cá nhân"),
            P("^5. Thông tin về chủ hộ kinh doanh^", indent=0, after=0),
            F("Họ, chữ đệm và tên (ghi bằng chữ in hoa): {representative.name}"),
            R(("Ngày, tháng, năm sinh: {representative.birth_date}", "Giới tính: {_sex}"), (0, 0.62)),
            F("Số định danh cá nhân: {representative.id_number}"),
            F("Địa chỉ liên lạc: {_residence}"),
            Signs((None, Sign(("{signer.title}",), "{signer.name}"))),
        ),
        (IVORY, WHITE),
        era="new",
        fit=1,
        like="hkd_moi",
    ),
)
MARITAL = (
    Form(
        "d_xnhn_2010",
        (
            Note("Mẫu TP/HT-2010-XNHN.1", "left", top=True),
            Head("{issuer:head}", below=("Số: {number}",), dated="{issue_date:full}", ratio=0.42),
            Title("{title}", (), 1.25),
            P("Xét đơn đề nghị của {_person.mister} {_asker},", indent=28),
            P("^Ủy ban nhân dân {_commune}^", align="center", indent=0, after=0),
            P("^XÁC NHẬN^", align="center", indent=0),
            R(("Ông/Bà: {person.name}", "Giới tính: {person.sex}"), (0, 0.68)),
            R(("Sinh ngày, tháng, năm: {person.birth_date}", "Dân tộc: {person.ethnicity}"), (0, 0.6)),
            F("Quốc tịch: {person.nationality}"),
            F("Số Giấy CMND/Hộ chiếu/Giấy tờ hợp lệ thay thế: {person.id_number:papers}"),
            F("Nơi thường trú/tạm trú: {person.residence}"),
            F("Đã cư trú tại địa phương trong thời gian: {_period}"),
            F("Tình trạng hôn nhân trong thời gian cư trú tại địa phương: {status}"),
            F("Mục đích của việc cấp giấy: {purpose}"),
            P("Giấy này có giá trị trong thời hạn 06 tháng, kể từ ngày cấp.", indent=28),
            Sign(("TM. ỦY BAN NHÂN DÂN", "{signer.title}"), "{signer.name}", note="(Đã ký, đóng dấu)"),
        ),
        hand=0.15,
        fit=1,
        like="xntthn_2015",
    ),
)


def _land_use_right(story: Story) -> None:
    """Before 2009 the certificate was one of land alone."""
    title = "GIẤY CHỨNG NHẬN QUYỀN SỬ DỤNG ĐẤT"
    story.facts.add("title", title, others=["GIẤY CHỨNG NHẬN"], lines="GIẤY CHỨNG NHẬN\nQUYỀN SỬ DỤNG ĐẤT")


LAND = (
    Form(
        "d_gcn_2004",
        (
            Motto(),
            Title("{title:lines}", (), 1.5, RED),
            P("^I. TÊN NGƯỜI SỬ DỤNG ĐẤT^", indent=0, after=0),
            F("{_owner0.label} {owners[0].name}"),
            R(("Năm sinh: {_owner0.year}", "CMND số: {owners[0].id_number}"), (0.06, 0.4)),
            F("{_owner1.label} {owners[1].name}"),
            R(("Năm sinh: {_owner1.year}", "CMND số: {owners[1].id_number}"), (0.06, 0.4)),
            F("Địa chỉ thường trú: {owners[0].address}"),
            P("^II. THỬA ĐẤT ĐƯỢC QUYỀN SỬ DỤNG^", indent=0, after=0),
            R(("1. Thửa đất số: {parcel.number}", "2. Tờ bản đồ số: {parcel.map_sheet}"), (0, 0.5)),
            F("3. Địa chỉ thửa đất: {parcel.address}"),
            F("4. Diện tích: {parcel.area_m2} m²"),
            F("Bằng chữ: {parcel.area_m2:words}"),
            F("5. Hình thức sử dụng:"),
            F("+ Sử dụng riêng: {parcel.area_m2} m²", 20),
            F("+ Sử dụng chung: Không m²", 20),
            F("6. Mục đích sử dụng đất: {parcel.purpose}"),
            F("7. Thời hạn sử dụng đất: {parcel.term}"),
            F("8. Nguồn gốc sử dụng đất: {parcel.origin}"),
            P("^III. TÀI SẢN GẮN LIỀN VỚI ĐẤT:^ {_assets}", indent=0, after=0),
            P("^IV. GHI CHÚ:^ {_note}", indent=0),
            Cols(
                (
                    Gap(1),
                    F("Số vào sổ cấp giấy chứng nhận quyền sử dụng đất: {register_number}"),
                    P("^{serial}^", align="left", indent=0, size=1.2),
                ),
                (Sign(("{issuer:sign}", "{signer.title}"), "{signer.name}", dated="{issue_date:full}", room=56),),
                0.42,
            ),
        ),
        (ROSE,),
        era="old",
        size=0.88,
        fit=1,
        like="gcn_2009",
        more=_land_use_right,
    ),
)


def _seven_figures(story: Story) -> None:
    """Passports before 7/2022: a letter and seven figures; the number of the identity card of its day."""
    rng, given = story.rng, story.facts
    number = f"{rng.choice('BCN')}{rng.randint(0, 9999999):07d}"
    given.add("number", number)
    if story.maybe(0.5):
        card = f"{rng.randint(0, 999999999):09d}"
        given.add("person.id_number", card)
        given.also("owner_id", of="person.id_number")
    truth = {key: value.truth for key, value in given.values.items()}
    birth, until = date.fromisoformat(truth["person.birth_date"]), date.fromisoformat(truth["expiry"])
    lines = passport_mrz(number, birth, truth["person.sex"], until, truth["person.name"], truth["person.id_number"])
    given.add("_mrz", "\n".join(lines))


def _caption(words: str) -> P:
    return P(f"~{words}~", align="left", indent=0, after=0, size=0.72)


def _value(template: str) -> P:
    return P(f"^{template}^", align="left", indent=0, after=0.1)


PASSPORT = (
    Form(
        "d_ho_chieu_2016",
        (
            P("^CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM^", align="center", indent=0, after=0),
            P("SOCIALIST REPUBLIC OF VIET NAM", align="center", indent=0, size=0.85),
            Gap(0.6),
            Cols(
                (Gap(1.5), Art("photo", 96, 128)),
                (
                    Cols(
                        (_caption("{title} / PASSPORT"), _caption("Loại / Type"), _value("P")),
                        (
                            Cols(
                                (_caption("Mã số / Code"), _value("VNM")),
                                (_caption("Số hộ chiếu / Passport N°"), _value("{number}")),
                                0.36,
                            ),
                        ),
                        0.34,
                    ),
                    _caption("Họ và tên / Full name"),
                    _value("{person.name:upper}"),
                    _caption("Quốc tịch / Nationality"),
                    _value("{person.nationality}"),
                    Cols(
                        (
                            _caption("Ngày sinh / Date of birth"),
                            _value("{person.birth_date:slash}"),
                            _caption("Giới tính / Sex"),
                            _value("{person.sex}"),
                            _caption("Ngày cấp / Date of issue"),
                            _value("{issue_date:slash}"),
                        ),
                        (
                            _caption("Nơi sinh / Place of birth"),
                            _value("{person.birth_place}"),
                            _caption("Số GCMND / ID card N°"),
                            _value("{person.id_number}"),
                            _caption("Có giá trị đến / Date of expiry"),
                            _value("{expiry:slash}"),
                        ),
                        0.5,
                    ),
                    _caption("Nơi cấp / Place of issue"),
                    _value("{issuer}"),
                ),
                0.28,
            ),
            Gap(1),
            P("{_mrz}", align="mrz", indent=0, after=0),
        ),
        (SKY, WHITE),
        plain=True,
        like="ho_chieu_2022",
        more=_seven_figures,
    ),
)
FORMS: dict[str, tuple[Form, ...]] = {
    "power_of_attorney": ATTORNEY,
    "business_registration": BUSINESS,
    "marital_status": MARITAL,
    "land_certificate": LAND,
    "passport": PASSPORT,
}
