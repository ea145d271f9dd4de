"""Applications, powers of attorney, contracts and notices, third set."""

from samples.generator.blocks import Cols, F, Form, Gap, Grid, Head, Motto, P, R, Sign, Signs, Title

WRITER = Sign(
    ("NGƯỜI VIẾT ĐƠN",),
    "{_signed}",
    seal=False,
    note="(Ký, ghi rõ họ và tên)",
    dated="{_place}, {issue_date:zero}",
    hand_name=True,
)
APPLICATION = (
    Form(
        "c_don",
        (
            Motto(),
            Title("{title}", (), 1.3),
            P("^Kính gửi:^ {addressed_to}", align="left", indent=60),
            F("Tên tôi là: {applicant.name}"),
            R(("Sinh ngày: {_birth}", "Dân tộc: {_ethnicity}", "Giới tính: {_sex}"), (0, 0.42, 0.7)),
            R(("CMND/CCCD số: {applicant.id_number}", "Điện thoại: {applicant.phone}"), (0, 0.56)),
            F("Hiện đang cư trú tại: {applicant.residence}"),
            P("Tôi làm đơn này đề nghị {request}.", indent=28),
            P("Lý do: {_reason}", indent=28),
            P("Tôi xin cam đoan những điều trên là đúng."),
            WRITER,
        ),
        hand=0.4,
        fit=1,
        like="don_tu_do",
    ),
    Form(
        "c_to_khai_cot",
        (
            Motto(),
            Title("{title}", (), 1.2),
            P("Kính gửi: {addressed_to}", align="center", indent=0),
            Cols(
                (
                    P("^NGƯỜI YÊU CẦU^", align="center", indent=0),
                    F("Họ, chữ đệm, tên người yêu cầu: {applicant.name}"),
                    F("Số định danh cá nhân: {applicant.id_number}"),
                    F("Nơi cư trú: {applicant.residence}"),
                    F("Số điện thoại: {applicant.phone}"),
                ),
                (
                    P("^NGƯỜI ĐƯỢC KHAI SINH^", align="center", indent=0),
                    F("Họ, chữ đệm, tên: {_child.name}"),
                    F("Ngày, tháng, năm sinh: {_child.birth_date}"),
                    F("Giới tính: {_child.sex}"),
                    F("Nơi sinh: {_birth_place}"),
                    F("Quê quán: {_child.home_town}"),
                ),
            ),
            P("^{request}^", indent=0),
            P("Tôi cam đoan nội dung khai trên là đúng sự thật."),
            WRITER,
        ),
        hand=0.4,
        fit=1,
        like="tk_khai_sinh",
    ),
)
ATTORNEY = (
    Form(
        "c_guq_bang",
        (
            Motto(),
            Title("{title}", (), 1.45),
            P("Lập ngày {issue_date:slash}, tại {_where}", align="center", indent=0),
            P("^I. NGƯỜI ỦY QUYỀN^", indent=0, after=0.5),
            Grid(
                (
                    ("Họ và tên", "{parties[0].name}"),
                    ("Ngày sinh", "{parties[0].birth_date}"),
                    ("Số CCCD", "{parties[0].id_number}"),
                    ("Địa chỉ thường trú", "{parties[0].residence}"),
                ),
                (0.3, 0.7),
            ),
            P("^II. NGƯỜI ĐƯỢC ỦY QUYỀN^", indent=0, after=0.5),
            Grid(
                (
                    ("Họ và tên", "{parties[1].name}"),
                    ("Ngày sinh", "{parties[1].birth_date}"),
                    ("Số CCCD", "{parties[1].id_number}"),
                    ("Địa chỉ thường trú", "{parties[1].residence}"),
                ),
                (0.3, 0.7),
            ),
            P("^III. PHẠM VI ỦY QUYỀN:^ {_scope}", indent=0),
            Signs(
                (
                    Sign(("NGƯỜI ỦY QUYỀN",), "{_party0}", seal=False, hand_name=True),
                    Sign(("NGƯỜI ĐƯỢC ỦY QUYỀN",), "{_party1}", seal=False, hand_name=True),
                )
            ),
        ),
        fit=1,
        hand=0.15,
        like="guq_canhan",
    ),
)
CONTRACT = (
    Form(
        "c_tang_cho",
        (
            Motto(),
            Title("{title}", (), 1.2),
            P("Chúng tôi gồm có:", indent=28),
            P("^BÊN TẶNG CHO:^", indent=0, after=0),
            F("Ông/Bà: {parties[0].name}, sinh năm {parties[0].birth_date}"),
            F("Căn cước số: {parties[0].id_number}"),
            F("Cư trú tại: {parties[0].residence}"),
            P("^BÊN ĐƯỢC TẶNG CHO:^", indent=0, after=0),
            F("Ông/Bà: {parties[1].name}, sinh năm {parties[1].birth_date}"),
            F("Căn cước số: {parties[1].id_number}"),
            F("Cư trú tại: {parties[1].residence}"),
            P("^Điều 1.^ Bên tặng cho đồng ý tặng cho {_parcel}."),
            Gap(0.4),
            Signs(
                (
                    Sign(("BÊN TẶNG CHO",), "{_party0}", seal=False, hand_name=True),
                    Sign(("BÊN ĐƯỢC TẶNG CHO",), "{_party1}", seal=False, dated="{issue_date:full}", hand_name=True),
                )
            ),
        ),
        fit=1,
        like="hd_tang_cho",
    ),
)
BIRTH_NOTICE = (
    Form(
        "c_chung_sinh",
        (
            Head("{issuer:head}", over="{_over}", below=("Số: {number}",), dated="{issue_date:full}", ratio=0.44),
            Title("{title}", (), 1.5),
            F("1. Họ và tên mẹ: {mother.name}"),
            R(("2. Năm sinh: {mother.birth_year}", "3. Dân tộc: {mother.ethnicity}"), (0, 0.5)),
            F("4. Nơi thường trú: {mother.residence}"),
            F("5. Sinh con vào lúc: {person.birth_date:clock}"),
            F("6. Tại: {person.birth_place}"),
            F("7. Giới tính của con: {person.sex}"),
            F("8. Dự định đặt tên con: {person.name}"),
            Signs((None, Sign(("{signer.title}",), "{signer.name}"))),
        ),
        fit=1,
        like="giay_chung_sinh",
    ),
)
DEATH_NOTICE = (
    Form(
        "c_bao_tu",
        (
            Head("{issuer:head}", over="{_over}", below=("Số: {number}",), dated="{issue_date:full}", ratio=0.43),
            Title("{title}", (), 1.5),
            F("Họ, chữ đệm, tên người chết: {person.name}"),
            R(("Giới tính: {person.sex}", "Ngày sinh: {person.birth_date}"), (0, 0.4)),
            R(("Dân tộc: {person.ethnicity}", "Quốc tịch: {person.nationality}"), (0, 0.4)),
            F("Số định danh cá nhân: {person.id_number}"),
            F("Nơi cư trú cuối cùng: {person.residence}"),
            F("Chết vào lúc: {_died:clock}"),
            F("Nơi chết: {_place_of_death}"),
            Sign(("{signer.title}",), "{signer.name}", note="(Ký, đóng dấu)"),
        ),
        fit=1,
        like="giay_bao_tu",
    ),
)
RECORD = (
    Form(
        "c_phieu",
        (
            Head("{issuer:head}", over="{_over}", below=("Số: {number}",), dated="{issue_date:full}", ratio=0.45),
            Title("{title}", (), 1.35),
            R(("1. Họ và tên: {person.name}", "2. Giới tính: {person.sex}"), (0, 0.66)),
            R(("3. Sinh ngày: {person.birth_date}", "4. Nơi sinh: {person.birth_place}"), (0, 0.45)),
            R(("5. Quốc tịch: {person.nationality}", "6. Số định danh cá nhân: {person.id_number}"), (0, 0.4)),
            F("7. Nơi cư trú: {person.residence}"),
            F("8. Tình trạng án tích: {_record}"),
            Sign(("{signer.title}",), "{signer.name}"),
        ),
        fit=1,
        like="phieu_so_1",
    ),
)
