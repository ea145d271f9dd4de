"""Civil status, third set: numbered lines, captions above values, the register's columns."""

from samples.generator.blocks import Art, Cols, F, Form, Gap, Grid, Head, Motto, Note, P, Paper, R, Sign, Signs, Title
from samples.generator.sheet import RED

BLUE = Paper(tint=(240, 247, 253), pattern=(150, 190, 230), frame=(60, 110, 180), margin=72)
ROSY = Paper(tint=(254, 243, 243), pattern=(236, 150, 160), margin=58)
WHITE = Paper()

BIRTH = (
    Form(
        "c_gks_danh_so",
        (
            Note("Mẫu TP/HT-2010-KS.1", "left", top=True),
            Motto(),
            Title("{title}", (), 1.6, RED),
            P("Số: {number}", align="right", indent=0),
            F("1. Họ, chữ đệm, tên: {person.name}"),
            R(("2. Giới tính: {person.sex}", "3. Ngày, tháng, năm sinh: {person.birth_date}"), (0, 0.36)),
            F("(Viết bằng chữ: {person.birth_date:Words})"),
            F("4. Nơi sinh: {person.birth_place}"),
            R(("5. Dân tộc: {person.ethnicity}", "6. Quốc tịch: {person.nationality}"), (0, 0.5)),
            F("7. Quê quán: {person.home_town}"),
            F("8. Số định danh cá nhân: {person.id_number}"),
            F("9. Họ, chữ đệm, tên cha: {father.name}"),
            R(("Năm sinh: {father.birth_year}", "Quốc tịch: {father.nationality}", "Dân tộc: {father.ethnicity}")),
            F("Nơi cư trú: {father.residence}"),
            F("10. Họ, chữ đệm, tên mẹ: {mother.name}"),
            R(("Năm sinh: {mother.birth_year}", "Quốc tịch: {mother.nationality}", "Dân tộc: {mother.ethnicity}")),
            F("Nơi cư trú: {mother.residence}"),
            F("11. Người đi khai sinh: {declarant.name}"),
            F("12. Nơi đăng ký: {issuer}"),
            F("13. Ngày, tháng, năm đăng ký: {registration_date:zero}"),
            Gap(0.4),
            Signs((None, Sign(("NGƯỜI KÝ GIẤY KHAI SINH", "{signer.title}"), "{signer.name}"))),
        ),
        (BLUE, WHITE),
        hand=0.2,
        fit=1,
        like="gks_2020",
    ),
    Form(
        "c_ban_sao_bang",
        (
            Head("{_agency:head}", below=("Số: {_copy_number}",), dated="{issue_date:full}", ratio=0.43),
            Title("{title}", ("(BẢN SAO)",), 1.35),
            R(("Số: {number}", "Quyển số: {_book}"), (0, 0.5)),
            Grid(
                (
                    ("Họ, chữ đệm, tên", "{person.name}"),
                    ("Ngày, tháng, năm sinh", "{person.birth_date} ({person.birth_date:words})"),
                    ("Giới tính", "{person.sex}"),
                    ("Dân tộc", "{person.ethnicity}"),
                    ("Quốc tịch", "{person.nationality}"),
                    ("Nơi sinh", "{person.birth_place}"),
                    ("Quê quán", "{person.home_town}"),
                    ("Số định danh cá nhân", "{person.id_number}"),
                ),
                (0.3, 0.7),
            ),
            F("Họ, chữ đệm, tên người mẹ: {mother.name}; năm sinh: {mother.birth_year}"),
            F("Dân tộc: {mother.ethnicity}; quốc tịch: {mother.nationality}"),
            F("Nơi cư trú: {mother.residence}"),
            F("Họ, chữ đệm, tên người cha: {father.name}; năm sinh: {father.birth_year}"),
            F("Dân tộc: {father.ethnicity}; quốc tịch: {father.nationality}"),
            F("Nơi cư trú: {father.residence}"),
            F("Nơi đăng ký khai sinh: {issuer}"),
            F("Ngày, tháng, năm đăng ký: {registration_date:slash}"),
            Sign(("NGƯỜI KÝ BẢN SAO", "{signer.title}"), "{signer.name}"),
        ),
        fit=1,
        like="gks_ban_sao",
    ),
)


def _spouse(word: str, who: str) -> tuple[F | P | R, ...]:
    return (
        P(f"^{word}^", align="center", indent=0),
        F(f"Họ và tên: {{{who}.name}}"),
        R((f"Sinh ngày: {{{who}.birth_date}}",)),
        F(f"Dân tộc: {{{who}.ethnicity}}"),
        F(f"Quốc tịch: {{{who}.nationality}}"),
        F(f"Nơi đăng ký thường trú: {{{who}.residence}}"),
        F(f"Số Giấy CMND/CCCD: {{{who}.id_number}}"),
    )


MARRIAGE = (
    Form(
        "c_gcnkh_cot",
        (
            Motto(),
            Art("emblem", 38, 38),
            Title("{title}", (), 1.5, RED),
            P("Số: {number}", align="center", indent=0),
            Cols(_spouse("CHỒNG", "husband"), _spouse("VỢ", "wife")),
            Gap(0.4),
            F("Cơ quan đăng ký kết hôn: {issuer}"),
            F("Kết hôn ngày: {registration_date:zero}"),
            Signs(
                (
                    Sign(("CHỒNG",), "{_husband}", seal=False, room=40),
                    Sign(("VỢ",), "{_wife}", seal=False, room=40),
                )
            ),
            Sign(("{signer.title}",), "{signer.name}", note="(Ký, ghi rõ họ tên, đóng dấu)"),
        ),
        (BLUE, ROSY),
        hand=0.2,
        fit=1,
        like="gcnkh_chong_truoc",
    ),
    Form(
        "c_tlkh_bang",
        (
            Head("{issuer:head}", over="{_over}", below=("Số: {number}",), dated="{issue_date:full}", ratio=0.45),
            Title("{title}", (), 1.25),
            Grid(
                (
                    ("", "^VỢ^", "^CHỒNG^"),
                    ("Họ, chữ đệm, tên", "{wife.name}", "{husband.name}"),
                    ("Ngày, tháng, năm sinh", "{wife.birth_date}", "{husband.birth_date}"),
                    ("Dân tộc", "{wife.ethnicity}", "{husband.ethnicity}"),
                    ("Quốc tịch", "{wife.nationality}", "{husband.nationality}"),
                    ("Nơi cư trú", "{wife.residence}", "{husband.residence}"),
                    ("Giấy tờ tùy thân", "{wife.id_number}", "{husband.id_number}"),
                ),
                (0.22, 0.39, 0.39),
            ),
            F("Nơi đăng ký kết hôn: {_registered_at}"),
            R(("Số: {_register_number}", "ngày {registration_date:slash}")),
            Signs((None, Sign(("NGƯỜI KÝ TRÍCH LỤC", "{signer.title}"), "{signer.name}"))),
        ),
        fit=1,
        like="tlkh",
    ),
)
DEATH = (
    Form(
        "c_tlkt_danh_so",
        (
            Head("{issuer:head}", over="{_over}", below=("Số: {number}",), dated="{issue_date:full}", ratio=0.42),
            Title("{title}", ("~(Death extract)~",), 1.3),
            F("1. Họ, chữ đệm, tên người chết: {person.name}"),
            R(("2. Ngày sinh: {person.birth_date}", "3. Giới tính: {person.sex}"), (0, 0.55)),
            R(("4. Dân tộc: {person.ethnicity}", "5. Quốc tịch: {person.nationality}"), (0, 0.5)),
            F("6. CCCD/CMND số: {person.id_number}"),
            F("7. Nơi cư trú cuối cùng: {person.residence}"),
            F("8. Đã chết vào hồi: {death.date:clock}"),
            F("Viết bằng chữ: {death.date:words}"),
            F("9. Chết tại: {death.place}"),
            F("10. Nguyên nhân: {death.cause}"),
            F("11. Đăng ký khai tử tại: {_registered_at}"),
            R(("Số: {_register_number}", "ngày {registration_date:slash}")),
            Sign(("NGƯỜI KÝ TRÍCH LỤC", "{signer.title}"), "{signer.name}"),
        ),
        fit=1,
        hand=0.15,
        like="tlkt_2020",
    ),
)
MARITAL = (
    Form(
        "c_xntthn_bang",
        (
            Head("{issuer:head}", over="{_over}", below=("Số: {number}",), dated="{issue_date:full}", ratio=0.43),
            Title("{title}", (), 1.2, rule=True),
            P("Ủy ban nhân dân {_commune} xác nhận:", indent=28),
            Grid(
                (
                    ("Họ, chữ đệm, tên", "{person.name}"),
                    ("Ngày, tháng, năm sinh", "{person.birth_date}"),
                    ("Giới tính", "{person.sex}"),
                    ("Dân tộc / Quốc tịch", "{person.ethnicity} / {person.nationality}"),
                    ("Số định danh cá nhân", "{person.id_number}"),
                    ("Nơi cư trú", "{person.residence}"),
                    ("Tình trạng hôn nhân", "{status}"),
                    ("Mục đích sử dụng", "{purpose}"),
                ),
                (0.3, 0.7),
            ),
            P("~Giấy này có giá trị đến ngày {expiry:slash}.~", indent=0),
            Sign(("NGƯỜI KÝ GIẤY XÁC NHẬN", "{signer.title}"), "{signer.name}"),
        ),
        fit=1,
        like="xntthn_2020",
    ),
)
