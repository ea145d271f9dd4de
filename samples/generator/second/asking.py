"""Applications, powers of attorney, contracts and notices, second set: numbered lists, parties in columns and tables."""

from samples.generator.blocks import Cols, F, Form, Gap, Grid, Head, Motto, Note, P, R, Sign, Signs, Title

APPLICATION = (
    Form(
        "b_to_khai",
        (
            Motto(),
            Title("{title}", (), 1.25),
            P("^Kính gửi:^ {addressed_to}", align="center", indent=0),
            P("^I. THÔNG TIN NGƯỜI YÊU CẦU^", indent=0, after=0),
            F("1. Họ, chữ đệm và tên: {applicant.name}"),
            F("2. Số định danh cá nhân/CMND: {applicant.id_number}"),
            F("3. Nơi ở hiện nay: {applicant.residence}"),
            R(("4. Điện thoại liên hệ: {applicant.phone}", "5. Email: {_mail}"), (0, 0.52)),
            P("^II. NỘI DUNG YÊU CẦU^", indent=0, after=0),
            P("Đề nghị cơ quan {request} cho người có tên dưới đây:", indent=0),
            F("1. Họ, chữ đệm và tên: {_child.name}"),
            R(("2. Ngày sinh: {_child.birth_date}", "3. Giới tính: {_child.sex}"), (0, 0.6)),
            F("4. Nơi đã đăng ký: {_registered_at}"),
            F("5. Số bản: {_copies}"),
            P("Tôi xin chịu trách nhiệm về lời khai trên.", indent=28),
            Sign(
                ("NGƯỜI KHAI",),
                "{_signed}",
                seal=False,
                note="(Ký, ghi rõ họ tên)",
                dated="{_place}, {issue_date:zero}",
                hand_name=True,
            ),
        ),
        hand=0.4,
        fit=1,
        like="tk_ban_sao_trich_luc",
    ),
    Form(
        "b_don_bang",
        (
            Note("Mẫu số 01", "right", top=True),
            Motto(),
            Title("{title}", (), 1.2),
            P("Kính gửi: {addressed_to}", align="center", indent=0),
            Grid(
                (
                    ("Họ và tên người đề nghị", "{applicant.name}"),
                    ("Số căn cước", "{applicant.id_number}"),
                    ("Địa chỉ thường trú", "{applicant.residence}"),
                    ("Số điện thoại", "{applicant.phone}"),
                    ("Nội dung đề nghị", "{request}"),
                    ("Lý do", "{_reason}"),
                ),
                (0.34, 0.66),
            ),
            P("Tôi cam đoan những thông tin trên là đúng sự thật."),
            Signs(
                (
                    None,
                    Sign(
                        ("Người đề nghị",),
                        "{_signed}",
                        seal=False,
                        note="(Ký tên)",
                        dated="{_place}, {issue_date:zero}",
                        hand_name=True,
                    ),
                )
            ),
        ),
        hand=0.3,
        fit=1,
        like="don_cap_gpxd",
    ),
)


def _side(word: str, number: int) -> tuple[F | P, ...]:
    key = f"parties[{number}]"
    return (
        P(f"^{word}^", align="center", indent=0),
        F(f"Họ tên: {{{key}.name}}"),
        F(f"Ngày sinh: {{{key}.birth_date}}"),
        F(f"Số định danh: {{{key}.id_number}}"),
        F(f"Thường trú: {{{key}.residence}}"),
    )


ATTORNEY = (
    Form(
        "b_guq_cot",
        (
            Motto(),
            Title("{title}", (), 1.4),
            P("Hôm nay, {issue_date:zero}, tại {_where}, chúng tôi gồm:", indent=28),
            Cols(_side("BÊN ỦY QUYỀN (BÊN A)", 0), _side("BÊN ĐƯỢC ỦY QUYỀN (BÊN B)", 1)),
            Gap(0.4),
            P("^Nội dung ủy quyền:^ {_scope}", indent=0),
            P("^Thời hạn:^ {_term}.", indent=0),
            Gap(0.5),
            Signs(
                (
                    Sign(("BÊN A",), "{_party0}", seal=False, hand_name=True),
                    Sign(("BÊN B",), "{_party1}", seal=False, hand_name=True),
                )
            ),
        ),
        hand=0.2,
        fit=1,
        like="guq_canhan",
    ),
)
CONTRACT = (
    Form(
        "b_hop_dong",
        (
            Motto(),
            Title("{title}", ("Số: {number}",), 1.25),
            P("Hôm nay, {issue_date:zero}, tại {_where}, hai bên gồm:"),
            P("^1. Bên A - Bên chuyển nhượng^", indent=0, after=0),
            *_side("", 0)[1:],
            P("^2. Bên B - Bên nhận chuyển nhượng^", indent=0, after=0),
            *_side("", 1)[1:],
            P("^Điều 1.^ Bên A chuyển nhượng cho Bên B {_parcel}."),
            P("^Điều 2.^ Giá chuyển nhượng: {_price} đồng."),
            Signs(
                (
                    Sign(("ĐẠI DIỆN BÊN A",), "{_party0}", seal=False, hand_name=True),
                    Sign(("ĐẠI DIỆN BÊN B",), "{_party1}", seal=False, hand_name=True),
                )
            ),
        ),
        fit=1,
        like="hd_chuyen_nhuong",
    ),
)
BIRTH_NOTICE = (
    Form(
        "b_chung_sinh",
        (
            Head("{issuer:head}", over="{_over}", below=("Số: {number}",), ratio=0.46),
            Title("{title}", (), 1.4),
            R(("Họ, chữ đệm, tên mẹ: {mother.name}", "Năm sinh: {mother.birth_year}"), (0, 0.68)),
            F("Số CCCD/Hộ chiếu: {_mother_id}"),
            F("Nơi cư trú: {mother.residence}"),
            F("Đã sinh con lúc: {person.birth_date:clock}"),
            F("Nơi sinh: {person.birth_place}"),
            R(("Giới tính: {person.sex}", "Cân nặng: {_weight} gam"), (0, 0.5)),
            F("Dự kiến đặt tên con là: {person.name}"),
            Sign(("{signer.title}",), "{signer.name}", dated="{issue_date:full}"),
        ),
        hand=0.2,
        fit=1,
        like="giay_chung_sinh",
    ),
)
DEATH_NOTICE = (
    Form(
        "b_bao_tu",
        (
            Head("{issuer:head}", over="{_over}", below=("Số: {number}",), dated="{issue_date:full}", ratio=0.47),
            Title("{title}", (), 1.4),
            P("{issuer} thông báo:", indent=28),
            R(("Ông/Bà: {person.name}", "Giới tính: {person.sex}"), (0, 0.7)),
            R(("Sinh ngày: {person.birth_date}", "Dân tộc: {person.ethnicity}"), (0, 0.6)),
            F("Căn cước số: {person.id_number}"),
            F("Nơi cư trú: {person.residence}"),
            F("Tử vong lúc: {_died:clock}"),
            F("Nguyên nhân tử vong: {_cause}"),
            Sign(("{signer.title}",), "{signer.name}"),
        ),
        fit=1,
        like="giay_bao_tu",
    ),
)
RECORD = (
    Form(
        "b_phieu",
        (
            Head("{issuer:head}", over="{_over}", below=("Số: {number}",), dated="{issue_date:full}", ratio=0.46),
            Title("{title}", (), 1.3),
            Grid(
                (
                    ("Họ và tên", "{person.name}"),
                    ("Giới tính", "{person.sex}"),
                    ("Ngày sinh", "{person.birth_date}"),
                    ("Nơi sinh", "{person.birth_place}"),
                    ("Quốc tịch", "{person.nationality}"),
                    ("Nơi thường trú", "{person.residence}"),
                    ("Số CCCD/Hộ chiếu", "{person.id_number}"),
                    ("Tình trạng án tích", "{_record}"),
                ),
                (0.32, 0.68),
            ),
            Signs((None, Sign(("{signer.title}",), "{signer.name}")), ("Nơi nhận:", "- Đương sự;", "- Lưu: VT.")),
        ),
        fit=1,
        like="phieu_so_1",
    ),
)
