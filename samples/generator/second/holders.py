"""People's papers, second set: cards, licences, diplomas, health and residence confirmations."""

from samples.generator.blocks import (
    Art,
    Card,
    Cols,
    F,
    Form,
    Gap,
    Grid,
    Head,
    Motto,
    P,
    Paper,
    R,
    Sign,
    Signs,
    Table,
    Title,
)
from samples.generator.sheet import RED

TEAL = ((226, 242, 246), (140, 185, 200))
SAND = ((252, 246, 228), (230, 205, 140))
CREAM = Paper(tint=(253, 249, 236), pattern=(228, 204, 140), frame=(170, 120, 40), margin=72)
CREAM_WIDE = Paper(841.89, 595.28, tint=(253, 249, 236), pattern=(228, 204, 140), frame=(150, 50, 50), margin=70)

CITIZEN = (
    Form(
        "b_cccd_2016",
        (
            Card(
                (
                    P("^CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM^", align="center", indent=0, after=0),
                    P("Độc lập - Tự do - Hạnh phúc - ^MẪU^", align="center", indent=0, after=0.2, size=0.9),
                    Cols(
                        (Art("emblem", 26, 26), Gap(0.6), Art("photo", 54, 70)),
                        (
                            P("^{title}^", align="center", indent=0, size=1.4),
                            F("Số: {person.id_number}"),
                            F("Họ và tên: {person.name:upper}"),
                            F("Ngày, tháng, năm sinh: {person.birth_date:slash}"),
                            R(("Giới tính: {person.sex}", "Quốc tịch: {person.nationality}"), (0, 0.45)),
                            F("Quê quán: {person.home_town}"),
                            F("Nơi thường trú: {person.residence}"),
                            F("Có giá trị đến: {expiry:slash}"),
                        ),
                        0.28,
                    ),
                ),
                *TEAL,
            ),
            Gap(2),
            Card(
                (
                    Cols(
                        (
                            P("Ngón trỏ trái", align="center", indent=0, size=0.8),
                            Art("prints", 36, 42),
                            P("Ngón trỏ phải", align="center", indent=0, size=0.8),
                        ),
                        (
                            F("Đặc điểm nhân dạng: {_marks}"),
                            P("Ngày {issue_date:d} tháng {issue_date:m} năm {issue_date:y}", align="center", indent=0),
                            P("^CỤC TRƯỞNG CỤC CẢNH SÁT^", align="center", indent=0, after=0),
                            P("^QUẢN LÝ HÀNH CHÍNH VỀ TRẬT TỰ XÃ HỘI^", align="center", indent=0, after=0),
                            Sign((), "{_director}", room=24),
                        ),
                        0.3,
                    ),
                    Gap(0.4),
                    P("{_mrz}", align="mrz", indent=0, after=0),
                ),
                *TEAL,
            ),
        ),
        era="old",
        plain=True,
        like="cccd_2021",
    ),
)
LICENCE = (
    Form(
        "b_gplx",
        (
            Card(
                (
                    Cols(
                        (
                            P("^BỘ GTVT^", align="center", indent=0, after=0),
                            P("~MOT~", align="center", indent=0),
                            Art("photo", 50, 66),
                        ),
                        (
                            P("^CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM^", align="center", indent=0, after=0),
                            P("Độc lập - Tự do - Hạnh phúc - ^MẪU^", align="center", indent=0, after=0, size=0.9),
                            P("^GIẤY PHÉP LÁI XE^", align="center", indent=0, after=0, size=1.2),
                            P("~DRIVER'S LICENSE~", align="center", indent=0, after=0.2, size=0.8),
                            R(("^Số: {number}^", "^Hạng: {class}^"), (0, 0.7)),
                            F("Họ và tên: {person.name:upper}"),
                            R(("Ngày sinh: {person.birth_date:slash}", "Quốc tịch: {person.nationality}"), (0, 0.52)),
                            F("Nơi cư trú: {person.residence}"),
                            F("Giá trị đến: {expiry:slash}"),
                            P("{issue_date:full}", align="center", indent=0, after=0),
                            P("^{issuer}^", align="center", indent=0, after=0),
                            Sign((), "{_director}", room=20),
                        ),
                        0.25,
                    ),
                ),
                *SAND,
            ),
        ),
        plain=True,
        like="gplx_2013",
    ),
)
RESIDENCE = (
    Form(
        "b_ct07",
        (
            Head(
                "{issuer:head}", over="{_police_over}", below=("Số: {number}",), dated="{issue_date:full}", ratio=0.46
            ),
            Title("{title}", ("(Kèm theo đề nghị của công dân)",), 1.15),
            P("Căn cứ Cơ sở dữ liệu về cư trú, {issuer:normal} xác nhận thông tin của công dân như sau:"),
            Grid(
                (
                    ("^Họ, chữ đệm và tên^", "{person.name}"),
                    ("^Ngày, tháng, năm sinh^", "{person.birth_date}"),
                    ("^Giới tính^", "{person.sex}"),
                    ("^Số định danh cá nhân^", "{person.id_number}"),
                    ("^Quê quán^", "{person.home_town}"),
                    ("^Nơi thường trú^", "{residence.permanent}"),
                    ("^Nơi tạm trú^", "{residence.temporary}"),
                    ("^Nơi ở hiện tại^", "{residence.current}"),
                    ("^Chủ hộ^", "{household.head}"),
                ),
                (0.33, 0.67),
            ),
            P("Những thành viên trong hộ gia đình:", indent=0),
            Table(
                ("STT", "Họ và tên", "Quan hệ với chủ hộ", "Ngày sinh", "Giới tính", "Số CCCD"),
                (0.07, 0.29, 0.17, 0.16, 0.1, 0.21),
                (
                    "#",
                    "{members[i].name}",
                    "{members[i].relation}",
                    "{members[i].birth_date}",
                    "{members[i].sex}",
                    "{members[i].id_number}",
                ),
                0.85,
            ),
            P("Xác nhận này có giá trị đến hết {expiry:zero}.", indent=0),
            Signs((None, Sign(("{signer.title}",), "{signer.name}")), ("Nơi nhận:", "- Công dân;", "- Lưu: CAX.")),
        ),
        like="ct07_2023",
    ),
)
HEALTH = (
    Form(
        "b_gksk",
        (
            Head("{issuer:head}", over="{_over}", below=("Số: {number}",), ratio=0.47),
            Title("{title}", ("~(Medical certificate)~",), 1.25),
            R(("Họ và tên: {person.name:upper}", "Nam/Nữ: {person.sex}"), (0, 0.72)),
            R(("Ngày sinh: {person.birth_date}", "Số CCCD/Hộ chiếu: {person.id_number}"), (0, 0.42)),
            F("Nơi ở hiện tại: {person.residence}"),
            F("Lý do khám: {_reason}"),
            P("^A. TIỀN SỬ BỆNH TẬT^", indent=0, after=0),
            F("Gia đình: {_family}"),
            F("Bản thân: {_own}"),
            P("^B. KẾT QUẢ KHÁM^", indent=0, after=0),
            Grid(
                (
                    ("^Chuyên khoa^", "^Kết quả^", "^Bác sĩ khám^"),
                    ("Thể lực", "Cao {_height} cm, nặng {_weight} kg, BMI {_bmi}", "{_doctor1}"),
                    ("Nội khoa", "{_inner}", "{_doctor2}"),
                    ("Ngoại khoa", "{_outer}", "{_doctor3}"),
                    ("Mắt", "Phải {_right}/10, trái {_left}/10", "{_doctor4}"),
                    ("Cận lâm sàng", "{_lab}", "{_doctor5}"),
                ),
                (0.24, 0.46, 0.3),
            ),
            P("^C. KẾT LUẬN^", indent=0, after=0),
            F("- Sức khỏe loại: {health_class}"),
            F("- Kết luận: {conclusion}"),
            Gap(0.4),
            Sign(("BÁC SĨ KẾT LUẬN",), "{signer.name}", note="(Ký, ghi rõ họ tên, đóng dấu)", dated="{exam_date:full}"),
        ),
        hand=0.3,
        like="gksk_rut_gon",
    ),
)
DIPLOMA = (
    Form(
        "b_dai_hoc",
        (
            Motto(),
            P("^HIỆU TRƯỞNG {issuer}^", align="center", indent=0, after=0),
            P("~cấp~", align="center", indent=0, after=0),
            Title("{title}", ("NGÀNH {major}",), 1.5, RED),
            P("Cho <ông|{_mister}|{_mister}>: ^{person.name}^", align="center", indent=0, after=0),
            P("Sinh ngày: {person.birth_date:zero}", align="center", indent=0, after=0),
            P("Tại: {person.birth_place}", align="center", indent=0, after=0),
            P("Hạng tốt nghiệp: {grade} - Năm tốt nghiệp: {year}", align="center", indent=0),
            Gap(0.3),
            Signs(
                (
                    Sign(("Người được cấp bằng",), "", seal=False, room=44),
                    Sign(("{signer.title}",), "{signer.name}", dated="{issue_date:full}", room=52),
                )
            ),
            R(("Số hiệu bằng: {serial}", "Vào sổ cấp bằng số: {register_number}"), (0, 0.5)),
        ),
        (CREAM, CREAM_WIDE),
        fit=1,
        like="dai_hoc",
    ),
    Form(
        "b_thpt",
        (
            Motto(),
            P("^{issuer}^", align="center", indent=0),
            Title("{title}", (), 1.5, RED),
            R(("Cấp cho: {person.name}", "Giới tính: {person.sex}"), (0, 0.7)),
            R(("Ngày sinh: {person.birth_date}", "Nơi sinh: {person.birth_place}"), (0, 0.45)),
            F("Học sinh trường: {_school}"),
            R(("Năm tốt nghiệp: {year}", "Xếp loại tốt nghiệp: {grade}"), (0, 0.45)),
            Gap(0.4),
            Cols(
                (F("Số hiệu văn bằng: {serial}"), F("Số vào sổ gốc cấp văn bằng: {register_number}")),
                (Sign(("{signer.title}",), "{signer.name}", dated="{issue_date:full}", room=54),),
                0.45,
            ),
        ),
        (CREAM, CREAM_WIDE),
        fit=1,
        hand=0.2,
        like="thpt",
    ),
)
