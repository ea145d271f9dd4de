"""People's papers, third set."""

from samples.generator.blocks import (
    Art,
    Card,
    Cols,
    F,
    Form,
    Gap,
    Head,
    Motto,
    Note,
    P,
    Paper,
    R,
    Sign,
    Signs,
    Table,
    Title,
)
from samples.generator.sheet import RED

GREY = ((240, 243, 246), (180, 195, 205))
STRAW = ((253, 248, 226), (235, 212, 150))
GOLD = Paper(tint=(254, 250, 232), pattern=(232, 200, 110), frame=(180, 130, 30), margin=74)
GOLD_WIDE = Paper(841.89, 595.28, tint=(254, 250, 232), pattern=(232, 200, 110), frame=(60, 90, 150), margin=72)

CITIZEN = (
    Form(
        "c_can_cuoc",
        (
            Card(
                (
                    Cols(
                        (Art("emblem", 28, 28), Gap(1), Art("photo", 54, 72)),
                        (
                            P("^CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM^", align="center", indent=0, after=0),
                            P("Độc lập - Tự do - Hạnh phúc", align="center", indent=0, after=0.2, size=0.9),
                            P("^{title}^", align="center", indent=0, after=0, size=1.4),
                            P("IDENTITY CARD", align="center", indent=0, size=0.9),
                            F("Số định danh cá nhân/Personal identification number: {person.id_number}"),
                            F("Họ, chữ đệm và tên khai sinh/Full name: {person.name:upper}"),
                            F("Ngày, tháng, năm sinh/Date of birth: {person.birth_date:slash}"),
                            F("Giới tính/Sex: {person.sex}"),
                            F("Quốc tịch/Nationality: {person.nationality}"),
                        ),
                        0.29,
                    ),
                ),
                *GREY,
            ),
            Gap(1.5),
            Card(
                (
                    F("Nơi cư trú/Place of residence:"),
                    F("{person.residence}"),
                    F("Nơi đăng ký khai sinh/Place of birth: {_birth_place}"),
                    R(
                        (
                            "Ngày, tháng, năm cấp/Date of issue: {issue_date:slash}",
                            "Ngày, tháng, năm hết hạn/Date of expiry: {expiry:slash}",
                        ),
                        (0, 0.5),
                    ),
                    P("^BỘ CÔNG AN^", align="center", indent=0, after=0),
                    P("MINISTRY OF PUBLIC SECURITY", align="center", indent=0, size=0.8),
                    Gap(1.6),
                    P("{_mrz}", align="mrz", indent=0, after=0),
                ),
                *GREY,
            ),
        ),
        era="new",
        plain=True,
        like="can_cuoc_2024",
    ),
)
LICENCE = (
    Form(
        "c_gplx",
        (
            Card(
                (
                    P("^CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM^", align="center", indent=0, after=0),
                    P("Độc lập - Tự do - Hạnh phúc - ^MẪU^", align="center", indent=0, after=0, size=0.9),
                    P("^GIẤY PHÉP LÁI XE/DRIVING LICENSE^", align="center", indent=0, size=1.1),
                    Cols(
                        (Art("photo", 52, 68),),
                        (
                            P("^Số/No: {number}^", align="left", indent=0, after=0.1),
                            F("Họ tên/Full name: {person.name:upper}"),
                            F("Ngày sinh/Date of birth: {person.birth_date:slash}"),
                            F("Quốc tịch/Nationality: {person.nationality}"),
                            F("Nơi cư trú/Address: {person.residence}"),
                            F("Hạng/Class: {class}"),
                            F("Ngày cấp/Date of issue: {issue_date:slash}"),
                            F("Có giá trị đến/Valid until: {expiry:slash}"),
                        ),
                        0.27,
                    ),
                    P("^{issuer}^", align="center", indent=0, after=0),
                ),
                *STRAW,
            ),
        ),
        era="new",
        plain=True,
        like="gplx_2025",
    ),
)
RESIDENCE = (
    Form(
        "c_cu_tru",
        (
            Note("Mẫu CT07", "left", top=True),
            Head(
                "{issuer:head}", over="{_police_over}", below=("Số: {number}",), dated="{issue_date:full}", ratio=0.44
            ),
            Title("{title}", (), 1.2, rule=True),
            P("Theo đề nghị của công dân, {issuer:normal} xác nhận:", indent=28),
            F("- Họ, chữ đệm và tên: {person.name}"),
            R(("- Ngày, tháng, năm sinh: {person.birth_date}", "- Giới tính: {person.sex}"), (0, 0.6)),
            R(("- Số định danh cá nhân: {person.id_number}", "- Dân tộc: {person.ethnicity}"), (0, 0.6)),
            F("- Quê quán: {person.home_town}"),
            F("- Nơi đăng ký thường trú: {residence.permanent}"),
            F("- Nơi đăng ký tạm trú: {residence.temporary}"),
            F("- Nơi ở hiện nay: {residence.current}"),
            F("- Họ và tên chủ hộ: {household.head}; quan hệ với chủ hộ: {_relation}"),
            P("Danh sách thành viên hộ gia đình:", indent=0),
            Table(
                ("Số TT", "Họ, chữ đệm và tên", "Số định danh", "Ngày sinh", "Giới tính", "Quan hệ"),
                (0.08, 0.28, 0.22, 0.16, 0.11, 0.15),
                (
                    "#",
                    "{members[i].name}",
                    "{members[i].id_number}",
                    "{members[i].birth_date}",
                    "{members[i].sex}",
                    "{members[i].relation}",
                ),
                0.86,
            ),
            P("Giấy xác nhận có giá trị đến ngày {expiry:slash}.", indent=0),
            Sign(("{signer.title}",), "{signer.name}", note="(Ký, đóng dấu)"),
        ),
        like="ct07_2021",
    ),
)
HEALTH = (
    Form(
        "c_gksk",
        (
            Head("{issuer:head}", over="{_over}", below=("Số: {number}",), dated="{exam_date:full}", ratio=0.45),
            Title("{title}", (), 1.3),
            P("^I. HÀNH CHÍNH^", indent=0, after=0),
            F("1. Họ, chữ đệm và tên: {person.name:upper}"),
            R(("2. Ngày, tháng, năm sinh: {person.birth_date}", "3. Giới tính: {person.sex}"), (0, 0.6)),
            F("4. Số CCCD/Định danh công dân: {person.id_number}"),
            F("5. Địa chỉ: {person.residence}"),
            F("6. Lý do khám sức khỏe: {_reason}"),
            P("^II. TIỀN SỬ^", indent=0, after=0),
            F("{_own}"),
            P("^III. KHÁM^", indent=0, after=0),
            R(("Chiều cao: {_height} cm", "Cân nặng: {_weight} kg", "Mạch: {_pulse} lần/phút")),
            F("Nội khoa: {_inner}. Ngoại khoa: {_outer}."),
            F("Xét nghiệm: {_lab}"),
            P("^IV. KẾT LUẬN SỨC KHỎE^", indent=0, after=0),
            R(("Xếp loại sức khỏe: {health_class}", "Kết luận: {conclusion}"), (0, 0.38)),
            Gap(0.5),
            Signs(
                (
                    Sign(("Người được khám",), "{_self}", seal=False, hand_name=True),
                    Sign(("{signer.title}",), "{signer.name}", note="(Ký tên, đóng dấu)"),
                )
            ),
        ),
        hand=0.25,
        fit=1,
        like="gksk_rut_gon",
    ),
)
DIPLOMA = (
    Form(
        "c_dai_hoc",
        (
            Cols(
                (
                    P("^{issuer}^", align="center", indent=0),
                    Art("photo", 60, 80, align="center"),
                    Gap(0.5),
                    F("Số hiệu: {serial}"),
                    F("Số vào sổ gốc cấp văn bằng: {register_number}"),
                ),
                (
                    P("^CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM^", align="center", indent=0, after=0, size=0.9),
                    P("^Độc lập - Tự do - Hạnh phúc^", align="center", indent=0),
                    Title("{title}", (), 1.4, RED),
                    F("Cấp cho: {person.name}"),
                    R(("Ngày sinh: {person.birth_date}", "Nơi sinh: {person.birth_place}"), (0, 0.44)),
                    F("Ngành đào tạo: {major}"),
                    R(("Năm tốt nghiệp: {year}", "Xếp loại: {grade}"), (0, 0.44)),
                    Signs((Sign(("{signer.title}",), "{signer.name}", dated="{issue_date:full}", room=52),)),
                ),
                0.32,
            ),
        ),
        (GOLD_WIDE,),
        fit=1,
        like="dai_hoc",
    ),
    Form(
        "c_chung_chi",
        (
            Motto(),
            P("^{issuer}^", align="center", indent=0),
            Title("{title}", (), 1.7, RED),
            P("Chứng nhận: ^{person.name}^", align="center", indent=0),
            R(("Sinh ngày: {person.birth_date}", "Nơi sinh: {person.birth_place}"), (0.08, 0.5)),
            F("Đã hoàn thành chương trình: {major}", 40),
            F("Khóa học {_course}", 40),
            F("Xếp loại: {grade}", 40),
            Signs((None, Sign(("{signer.title}",), "{signer.name}", dated="{issue_date:full}"))),
            R(("Số hiệu: {serial}", "Số vào sổ: {register_number}"), (0, 0.5)),
        ),
        (GOLD, GOLD_WIDE),
        fit=1,
        like="chung_chi",
    ),
)
