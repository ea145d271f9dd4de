"""Civil status, second set: parents in columns, bilingual labels, spouses as a table, extracts with other wordings."""

from samples.generator.blocks import Art, Cols, F, Form, Gap, Grid, Head, Motto, P, Paper, R, Sign, Signs, Title
from samples.generator.sheet import RED

PALE = Paper(tint=(255, 247, 240), pattern=(240, 170, 140), frame=(205, 90, 60), margin=70)
GREEN = Paper(tint=(243, 250, 243), pattern=(150, 205, 160), margin=60)
WHITE = Paper()


def _parent(word: str, who: str) -> tuple[F | P, ...]:
    return (
        P(f"^{word}^", align="center", indent=0),
        F(f"Họ, chữ đệm, tên: {{{who}.name}}"),
        F(f"Năm sinh: {{{who}.birth_year}}"),
        F(f"Dân tộc: {{{who}.ethnicity}}"),
        F(f"Quốc tịch: {{{who}.nationality}}"),
        F(f"Nơi cư trú: {{{who}.residence}}"),
    )


BIRTH = (
    Form(
        "b_gks_cot",
        (
            Motto(),
            Art("emblem", 40, 40),
            Title("{title}", ("<Số|SỐ>: {number}",), 1.5, RED),
            P("^I. PHẦN GHI VỀ NGƯỜI ĐƯỢC KHAI SINH^", indent=0, after=0.2),
            R(("Họ, chữ đệm, tên: {person.name}", "Giới tính: {person.sex}"), (0, 0.7)),
            F("Sinh ngày: {person.birth_date:zero} (bằng chữ: {person.birth_date:words})"),
            F("Số định danh cá nhân: {person.id_number}"),
            R(("Dân tộc: {person.ethnicity}", "Quốc tịch: {person.nationality}"), (0, 0.5)),
            F("Quê quán: {person.home_town}"),
            F("Nơi sinh: {person.birth_place}"),
            P("^II. PHẦN GHI VỀ CHA, MẸ^", indent=0, after=0.2),
            Cols(_parent("NGƯỜI CHA", "father"), _parent("NGƯỜI MẸ", "mother")),
            Gap(0.3),
            P("^III. PHẦN ĐĂNG KÝ^", indent=0, after=0.2),
            F("Họ, chữ đệm, tên người đi khai sinh: {declarant.name}"),
            F("Cơ quan đăng ký: {issuer}"),
            F("Ngày đăng ký: {registration_date:slash}"),
            Gap(0.3),
            Sign(("NGƯỜI KÝ GIẤY KHAI SINH", "{signer.title}"), "{signer.name}", note="(Ký tên, đóng dấu)"),
        ),
        (PALE, GREEN, WHITE),
        hand=0.15,
        fit=1,
        like="gks_2020",
    ),
    Form(
        "b_tlks_song_ngu",
        (
            Head("{issuer:head}", over="{_over}", below=("Số/No.: {number}",), dated="{issue_date:full}", ratio=0.44),
            Title("{title}", ("~(EXTRACT OF BIRTH CERTIFICATE)~",), 1.25),
            F("Họ, chữ đệm, tên/~Full name~: {person.name}"),
            R(
                ("Ngày, tháng, năm sinh/~Date of birth~: {person.birth_date}", "Giới tính/~Sex~: {person.sex}"),
                (0, 0.68),
            ),
            F("Ghi bằng chữ/~In words~: {person.birth_date:words}"),
            R(
                ("Dân tộc/~Ethnicity~: {person.ethnicity}", "Quốc tịch/~Nationality~: {person.nationality}"),
                (0, 0.5),
            ),
            F("Nơi sinh/~Place of birth~: {person.birth_place}"),
            F("Quê quán/~Place of origin~: {person.home_town}"),
            F("Số định danh cá nhân/~Personal identification No.~: {person.id_number}"),
            F("Họ, chữ đệm, tên người cha/~Father's full name~: {father.name}"),
            R(
                (
                    "Năm sinh/~Year of birth~: {father.birth_year}",
                    "Dân tộc: {father.ethnicity}",
                    "Quốc tịch: {father.nationality}",
                ),
                (0, 0.46, 0.72),
            ),
            F("Nơi cư trú/~Place of residence~: {father.residence}"),
            F("Họ, chữ đệm, tên người mẹ/~Mother's full name~: {mother.name}"),
            R(
                (
                    "Năm sinh/~Year of birth~: {mother.birth_year}",
                    "Dân tộc: {mother.ethnicity}",
                    "Quốc tịch: {mother.nationality}",
                ),
                (0, 0.46, 0.72),
            ),
            F("Nơi cư trú/~Place of residence~: {mother.residence}"),
            F("Đã đăng ký khai sinh tại: {_registered_at}, số {_register_number} ngày {registration_date:slash}"),
            Gap(),
            Sign(("NGƯỜI KÝ TRÍCH LỤC", "{signer.title}"), "{signer.name}"),
        ),
        fit=1,
        like="tlks",
    ),
)
SPOUSES = Grid(
    (
        ("^Nội dung^", "^Bên nữ (Vợ)^", "^Bên nam (Chồng)^"),
        ("Họ, chữ đệm, tên", "{wife.name}", "{husband.name}"),
        ("Ngày sinh", "{wife.birth_date}", "{husband.birth_date}"),
        ("Dân tộc", "{wife.ethnicity}", "{husband.ethnicity}"),
        ("Quốc tịch", "{wife.nationality}", "{husband.nationality}"),
        ("Nơi cư trú", "{wife.residence}", "{husband.residence}"),
        ("Số định danh cá nhân", "{wife.id_number}", "{husband.id_number}"),
    ),
    (0.24, 0.38, 0.38),
)
MARRIAGE = (
    Form(
        "b_gcnkh_ke",
        (
            Motto(),
            Title("{title}", ("~MARRIAGE CERTIFICATE~", "Số/No: {number}"), 1.4, RED),
            SPOUSES,
            F("Đăng ký kết hôn tại: {issuer}"),
            F("Ngày đăng ký: {registration_date:zero}"),
            Gap(0.4),
            Signs(
                (
                    Sign(("CHỮ KÝ CỦA VỢ",), "{_wife}", seal=False, room=44),
                    Sign(("CHỮ KÝ CỦA CHỒNG",), "{_husband}", seal=False, room=44),
                )
            ),
            Sign(("NGƯỜI KÝ GIẤY CHỨNG NHẬN KẾT HÔN", "{signer.title}"), "{signer.name}"),
        ),
        (PALE, WHITE),
        hand=0.2,
        fit=1,
        like="gcnkh_2020",
    ),
    Form(
        "b_gcnkh_doc",
        (
            Motto(),
            Title("{title}", (), 1.45, RED),
            R(("Số: {number}", "Quyển số: 01"), (0.35, 0.62)),
            P("^1. BÊN NAM^", indent=0, after=0),
            F("Họ và tên: {husband.name}"),
            R(("Sinh ngày: {husband.birth_date}", "Dân tộc: {husband.ethnicity}"), (0, 0.6)),
            F("Quốc tịch: {husband.nationality}"),
            F("Nơi thường trú/tạm trú: {husband.residence}"),
            F("Số CMND/CCCD/Hộ chiếu: {husband.id_number}"),
            P("^2. BÊN NỮ^", indent=0, after=0),
            F("Họ và tên: {wife.name}"),
            R(("Sinh ngày: {wife.birth_date}", "Dân tộc: {wife.ethnicity}"), (0, 0.6)),
            F("Quốc tịch: {wife.nationality}"),
            F("Nơi thường trú/tạm trú: {wife.residence}"),
            F("Số CMND/CCCD/Hộ chiếu: {wife.id_number}"),
            F("Nơi đăng ký: {issuer}"),
            F("Ngày, tháng, năm đăng ký: {registration_date:slash}"),
            Signs(
                (
                    Sign(("Vợ",), "{_wife}", seal=False, room=40),
                    Sign(("Chồng",), "{_husband}", seal=False, room=40),
                    Sign(("{signer.title}",), "{signer.name}", note="(Ký, đóng dấu)"),
                )
            ),
        ),
        (PALE, GREEN),
        hand=0.25,
        fit=1,
        like="gcnkh_2020",
    ),
)
DEATH = (
    Form(
        "b_tlkt",
        (
            Head("{issuer:head}", below=("Số: {number}",), dated="{issue_date:full}", ratio=0.46),
            Title("{title}", ("(BẢN CHÍNH)",), 1.3),
            P("^Người chết^", indent=0, after=0),
            R(("Họ, chữ đệm, tên: {person.name}", "Giới tính: {person.sex}"), (0, 0.7)),
            R(("Sinh ngày: {person.birth_date}", "Dân tộc: {person.ethnicity}"), (0, 0.55)),
            R(("Quốc tịch: {person.nationality}", "Số định danh cá nhân: {person.id_number}"), (0, 0.4)),
            F("Nơi thường trú cuối cùng: {person.residence}"),
            P("^Việc tử^", indent=0, after=0),
            F("Thời gian chết: {death.date:clock} (bằng chữ: {death.date:words})"),
            F("Địa điểm chết: {death.place}"),
            F("Nguyên nhân: {death.cause}"),
            F("Giấy báo tử: {_notice}"),
            F("Cơ quan đăng ký khai tử: {_registered_at}"),
            R(("Số đăng ký: {_register_number}", "Ngày đăng ký: {registration_date:slash}"), (0, 0.5)),
            Gap(),
            Signs((None, Sign(("{signer.title}",), "{signer.name}"))),
        ),
        fit=1,
        like="tlkt_2020",
    ),
)
MARITAL = (
    Form(
        "b_xntthn",
        (
            Head("{issuer:head}", over="{_over}", below=("Số: {number}",), dated="{issue_date:full}", ratio=0.45),
            Title("{title}", ("~(Certificate of marital status)~",), 1.2),
            P("^ỦY BAN NHÂN DÂN {_commune:upper} XÁC NHẬN:^", align="center", indent=0),
            R(
                ("Ông/Bà: {person.name}", "Giới tính: {person.sex}", "Dân tộc: {person.ethnicity}"),
                (0, 0.55, 0.77),
            ),
            R(("Sinh ngày: {person.birth_date}", "Quốc tịch: {person.nationality}"), (0, 0.55)),
            F("Số giấy tờ tùy thân: {person.id_number:papers}"),
            F("Hiện cư trú tại: {person.residence}"),
            F("Tình trạng hôn nhân hiện tại: {status}"),
            P("Giấy này được cấp cho đương sự để sử dụng vào mục đích: {purpose}{_stop}", indent=0),
            P("Giấy xác nhận có giá trị đến hết {expiry:zero}.", indent=0),
            Gap(),
            Sign(("{signer.title}",), "{signer.name}", note="(Ký, ghi rõ họ tên và đóng dấu)"),
        ),
        fit=1,
        hand=0.15,
        like="xntthn_2020",
    ),
)
