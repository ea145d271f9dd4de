"""Giấy chứng nhận kết hôn in two columns, as a table, and its extract."""

from samples.generator.blocks import Art, Cols, F, Form, Gap, Grid, Head, Maybe, Motto, P, Paper, R, Sign, Signs, Title
from samples.generator.people import draw_person
from samples.generator.sheet import RED
from samples.generator.story import CHAIR, REGISTRAR, Story, dated, issued_by_commune, signed

RED_PAPER = Paper(tint=(254, 241, 236), pattern=(228, 120, 100), frame=(200, 60, 50), margin=74)
PINK = Paper(tint=(253, 240, 243), pattern=(220, 120, 150), frame=(190, 50, 90), margin=74)


def _column(who: str, word: str) -> tuple[F | R, ...]:
    return (
        F(f"Họ, chữ đệm, tên {word}: {{{who}.name}}"),
        F(f"Ngày, tháng, năm sinh: {{{who}.birth_date}}"),
        R((f"Dân tộc: {{{who}.ethnicity}}", f"Quốc tịch: {{{who}.nationality}}")),
        F(f"Nơi cư trú: {{{who}.residence}}"),
        F(f"Giấy tờ tùy thân: {{{who}.id_number:papers}}"),
    )


def _listed(who: str, word: str) -> tuple[F | R, ...]:
    return (
        F(f"Họ, chữ đệm, tên {word}: {{{who}.name}}"),
        R((f"Ngày, tháng, năm sinh: {{{who}.birth_date}}",)),
        R((f"Dân tộc: {{{who}.ethnicity}}", f"Quốc tịch: {{{who}.nationality}}")),
        F(f"Nơi cư trú: {{{who}.residence}}"),
        F(f"Giấy tờ tùy thân: {{{who}.id_number:papers}}"),
    )


PLACE = (
    F("Nơi đăng ký kết hôn: {issuer}"),
    F("Ngày, tháng, năm đăng ký: {registration_date}"),
)
VALID = Maybe((P("~Giấy chứng nhận kết hôn này có giá trị kể từ ngày đăng ký.~", align="center"),), 0.7)
COUPLE = Signs(
    (
        Sign(("VỢ",), "{_wife}", seal=False, note="(Ký, ghi rõ họ, chữ đệm, tên)", room=44),
        Sign(("CHỒNG",), "{_husband}", seal=False, note="(Ký, ghi rõ họ, chữ đệm, tên)", room=44),
    )
)
SIGNER = Sign(
    ("NGƯỜI KÝ GIẤY CHỨNG NHẬN KẾT HÔN", "{signer.title}"),
    "{signer.name}",
    note="(Ký, ghi rõ họ, chữ đệm, tên, chức vụ và đóng dấu)",
)
HEADING = (Motto(), Art("emblem", 44, 44), Gap(0.3), Title("{title}", ("Số: {number}",), 1.5, RED))

FORMS = (
    Form(
        "gcnkh_2020",
        (
            *HEADING,
            Cols(_column("wife", "vợ"), _column("husband", "chồng")),
            Gap(0.3),
            *PLACE,
            VALID,
            Gap(0.3),
            COUPLE,
            Gap(0.3),
            SIGNER,
        ),
        (RED_PAPER, PINK),
        weight=3,
        fit=1,
    ),
    Form(
        "gcnkh_chong_truoc",
        (*HEADING, Cols(_column("husband", "chồng"), _column("wife", "vợ"), 0.5), Gap(0.4), *PLACE, COUPLE, SIGNER),
        (PINK, Paper()),
        era="old",
        hand=0.35,
        fit=1,
    ),
    Form(
        "gcnkh_bang",
        (
            Motto(),
            Title("{title}", ("Số: {number}",), 1.5, RED),
            Grid(
                (
                    ("", "^CHỒNG^", "^VỢ^"),
                    ("Họ và tên", "{husband.name}", "{wife.name}"),
                    ("Ngày, tháng, năm sinh", "{husband.birth_date}", "{wife.birth_date}"),
                    ("Dân tộc", "{husband.ethnicity}", "{wife.ethnicity}"),
                    ("Quốc tịch", "{husband.nationality}", "{wife.nationality}"),
                    ("Nơi thường trú/tạm trú", "{husband.residence}", "{wife.residence}"),
                    ("Số CMND/CCCD", "{husband.id_number}", "{wife.id_number}"),
                ),
                (0.24, 0.38, 0.38),
            ),
            *PLACE,
            Gap(0.3),
            COUPLE,
            SIGNER,
        ),
        (RED_PAPER, Paper()),
        era="old",
        hand=0.4,
        fit=1,
    ),
    Form(
        "tlkh",
        (
            Head("{issuer:head}", below=("Số: {number}",), dated="{issue_date:full}"),
            Title("{title}", ("<(BẢN SAO)|(Bản sao)>",), 1.3),
            *_listed("husband", "chồng"),
            Gap(0.3),
            *_listed("wife", "vợ"),
            Gap(0.3),
            F("<Đăng ký kết hôn tại|Nơi đăng ký kết hôn>: {_registered_at}"),
            R(("Số: {_register_number}", "ngày {registration_date:slash}")),
            F("Ghi chú: {_note}"),
            F("Thực hiện trích lục từ: Cơ sở dữ liệu hộ tịch điện tử"),
            Gap(),
            Sign(("NGƯỜI KÝ TRÍCH LỤC", "{signer.title}"), "{signer.name}"),
        ),
        weight=1.5,
        fit=1,
    ),
)


def facts(story: Story, form: Form) -> None:
    """Two people and the office that married them."""
    rng, given = story.rng, story.facts
    extract = form.variant == "tlkh"
    pair = {
        "husband": draw_person(
            rng, today=story.today, ages=(21, 48), sex="male", unit=story.unit if story.maybe(0.6) else None
        ),
        "wife": draw_person(
            rng, today=story.today, ages=(19, 44), sex="female", unit=story.unit if story.maybe(0.6) else None
        ),
    }
    for role, who in pair.items():
        given.person(role, who)
        value = given.values[f"{role}.id_number"]
        paper = (
            story.pick("Căn cước công dân", "Thẻ căn cước công dân", "CCCD")
            if story.old
            else story.pick("Căn cước", "Thẻ căn cước", "Căn cước công dân")
        )
        text = f"{paper} số {who.id_number} do Cục Cảnh sát quản lý hành chính về trật tự xã hội cấp ngày {rng.randint(1, 28):02d}/{rng.randint(1, 12):02d}/{min(story.today.year, 2023)}"
        given.values[f"{role}.id_number"] = type(value)(value.shown, value.truth, value.others, {"papers": text})
        given.add(f"_{role}", who.name)
    first, second = ("wife", "husband") if story.maybe(0.5) else ("husband", "wife")
    names = [given.cased(pair[role].name) for role in (first, second)]
    ids = [pair[role].id_number for role in (first, second)]
    given.also(
        "owner_name",
        of="husband.name",
        others=[
            given.cased(pair["wife"].name),
            " và ".join(names),
            ", ".join(names),
            " và ".join(names[::-1]),
            ", ".join(names[::-1]),
        ],
    )
    given.also(
        "owner_id",
        of="husband.id_number",
        others=[pair["wife"].id_number, ", ".join(ids), " và ".join(ids), ", ".join(ids[::-1]), " và ".join(ids[::-1])],
    )
    given.optional |= {"owner_name", "owner_id"}
    issued_by_commune(story, head=extract)
    given.day("registration_date", story.today)
    serial, year = rng.randint(1, 300), story.today.year
    shown = f"{serial:02d}/{year}" if story.maybe(0.7) else f"{serial:02d}"
    if extract:
        given.day("registration_date", story.today.replace(year=year - rng.randint(1, 3), day=min(story.today.day, 28)))
        shown = f"{serial:02d}/{given.values['registration_date'].truth[:4]}"
        dated(story)
    else:
        given.also("issue_date", of="registration_date")
        given.optional.add("issue_date")
    given.add("number", f"{rng.randint(1, 600)}/TLKH{story.pick('', '-BS')}" if extract else shown)
    given.add("_register_number", shown)
    given.add(
        "_registered_at",
        f"Ủy ban nhân dân {given.values['_commune'].shown}, {', '.join(part[:1].lower() + part[1:] for part in story.unit.upper)}",
    )
    given.add("_note", story.pick("Không", "-/-"))
    title = "TRÍCH LỤC KẾT HÔN" if extract else "GIẤY CHỨNG NHẬN KẾT HÔN"
    given.add("title", title, others=[f"{title} (BẢN SAO)"])
    signed(story, CHAIR + (REGISTRAR if extract else ()))
