"""Giấy khai sinh: the original of TT 04/2020 and TT 15/2015, its copies and extracts, the older form filled in by hand."""

from datetime import timedelta

from samples.generator.blocks import (
    Art,
    Cols,
    Either,
    F,
    Form,
    Gap,
    Grid,
    Head,
    Maybe,
    Motto,
    Note,
    Paper,
    R,
    Sign,
    Signs,
    Title,
)
from samples.generator.people import draw_person
from samples.generator.places import bare, draw_unit, lower_first, written
from samples.generator.sheet import RED
from samples.generator.story import CHAIR, REGISTRAR, Story, dated, issued_by_commune, signed

PINK = Paper(tint=(253, 240, 240), pattern=(225, 120, 140), frame=(196, 60, 80), margin=74)
ROSE = Paper(tint=(252, 244, 236), pattern=(230, 160, 110), frame=(190, 70, 60), margin=74)
PLAIN = Paper()

CHILD = (
    F("<Họ, chữ đệm, tên|Họ, chữ đệm, tên>: {person.name}"),
    F("Ngày, tháng, năm sinh: {person.birth_date}"),
    F("<ghi|Ghi> bằng chữ: {person.birth_date:words}"),
    R(("Giới tính: {person.sex}", "Dân tộc: {person.ethnicity}", "Quốc tịch: {person.nationality}")),
    F("Nơi sinh: {person.birth_place}"),
    F("Quê quán: {person.home_town}"),
    F("<Số định danh cá nhân|Số định danh cá nhân|Mã số định danh cá nhân>: {person.id_number}"),
)
PARENTS = (
    F("Họ, chữ đệm, tên người mẹ: {mother.name}"),
    R(("Năm sinh: {mother.birth_year}", "Dân tộc: {mother.ethnicity}", "Quốc tịch: {mother.nationality}")),
    F("Nơi cư trú: {mother.residence}"),
    F("Họ, chữ đệm, tên người cha: {father.name}"),
    R(("Năm sinh: {father.birth_year}", "Dân tộc: {father.ethnicity}", "Quốc tịch: {father.nationality}")),
    F("Nơi cư trú: {father.residence}"),
)
DECLARED = (
    F("Họ, chữ đệm, tên người đi khai sinh: {declarant.name}"),
    F("Giấy tờ tùy thân: {_papers}"),
)
REGISTERED = (
    F("Nơi đăng ký khai sinh: {issuer}"),
    F("Ngày, tháng, năm đăng ký: {registration_date}"),
    Maybe((F("Ghi chú: {_note}"),), 0.6),
)
SIGNER = Sign(
    ("NGƯỜI KÝ GIẤY KHAI SINH", "{signer.title}"),
    "{signer.name}",
    note="(Ký, ghi rõ họ, chữ đệm, tên, chức vụ và đóng dấu)",
)

FORMS = (
    Form(
        "gks_2020",
        (
            Motto(),
            Art("emblem", 46, 46),
            Gap(0.3),
            Title("{title}", ("<Số|Số>: {number}",), 1.55, RED),
            *CHILD,
            *PARENTS,
            *DECLARED,
            *REGISTERED,
            Gap(),
            SIGNER,
        ),
        (PINK, ROSE),
        weight=3,
        fit=1,
    ),
    Form(
        "gks_2015",
        (
            Motto(),
            Title("{title}", ("Số: {number}",), 1.6, RED),
            *CHILD[:4],
            F("Nơi sinh: {person.birth_place}"),
            F("Quê quán: {person.home_town}"),
            Gap(0.4),
            *PARENTS,
            Gap(0.4),
            F("Nơi đăng ký khai sinh: {issuer}"),
            F("Ngày, tháng, năm đăng ký: {registration_date:zero}"),
            *DECLARED[:1],
            Gap(),
            SIGNER,
        ),
        (PINK, PLAIN),
        hand=0.35,
        era="old",
        weight=2,
        fit=1,
    ),
    Form(
        "gks_ban_sao",
        (
            Head("{_agency:head}", below=("Số: {_copy_number}",), dated="{issue_date:full}"),
            Title("{title}", ("(BẢN SAO)", "Số: {number}"), 1.4),
            *CHILD,
            *PARENTS,
            *DECLARED[:1],
            *REGISTERED[:2],
            F("Sao từ Sổ đăng ký khai sinh <số {_book}|tại {_agency}>"),
            Gap(),
            Either(
                (
                    (Sign(("NGƯỜI KÝ BẢN SAO", "{signer.title}"), "{signer.name}"),),
                    (
                        Signs(
                            (
                                Sign(("NGƯỜI KÝ GIẤY KHAI SINH",), "^(Đã ký)^\n{_registrar}", seal=False, room=18),
                                Sign(("NGƯỜI KÝ BẢN SAO", "{signer.title}"), "{signer.name}"),
                            )
                        ),
                    ),
                )
            ),
        ),
        weight=2,
        fit=1,
    ),
    Form(
        "tlks",
        (
            Note("Mẫu trích lục khai sinh", "right", top=True),
            Head("{issuer:head}", below=("Số: {number}",), dated="{issue_date:full}"),
            Title("{title}", ("<(Bản sao)|(BẢN SAO)>",), 1.3),
            *CHILD,
            Gap(0.2),
            *PARENTS,
            Gap(0.2),
            F("<Đăng ký khai sinh tại|Nơi đăng ký khai sinh>: {_registered_at}"),
            R(("Số: {_register_number}", "ngày {registration_date:slash}")),
            F("Thực hiện trích lục từ: {_source}"),
            Gap(),
            Sign(("NGƯỜI KÝ TRÍCH LỤC", "{signer.title}"), "{signer.name}"),
        ),
        weight=2,
        fit=1,
    ),
    Form(
        "gks_2006",
        (
            Cols(
                (F("Mẫu TP/HT-2006-KS.1"), F("{issuer:commune}")),
                (R(("Số: {number!}",)), F("Quyển số: {_book!}")),
                0.62,
            ),
            Motto(),
            Title("{title}", ("(BẢN CHÍNH)",), 1.7, RED),
            R(("Họ và tên: {person.name}", "Giới tính: {person.sex}"), (0, 0.7)),
            F("Ngày, tháng, năm sinh: {person.birth_date}"),
            F("(Bằng chữ: {person.birth_date:Words})"),
            F("Nơi sinh: {person.birth_place}"),
            R(("Dân tộc: {person.ethnicity}", "Quốc tịch: {person.nationality}")),
            F("Quê quán: {person.home_town}"),
            Gap(0.3),
            Grid(
                (
                    ("Phần ghi về cha, mẹ", "^NGƯỜI MẸ^", "^NGƯỜI CHA^"),
                    ("Họ và tên", "{mother.name}", "{father.name}"),
                    ("Năm sinh", "{mother.birth_year}", "{father.birth_year}"),
                    ("Dân tộc", "{mother.ethnicity}", "{father.ethnicity}"),
                    ("Quốc tịch", "{mother.nationality}", "{father.nationality}"),
                    ("Nơi thường trú/tạm trú", "{mother.residence}", "{father.residence}"),
                ),
                (0.22, 0.39, 0.39),
            ),
            F("Nơi đăng ký: {issuer}"),
            F("Ngày, tháng, năm đăng ký: {registration_date:zero}"),
            F("Họ và tên người đi khai sinh: {declarant.name}"),
            F("Quan hệ với người được khai sinh: {_relation}"),
            Gap(0.4),
            Signs(
                (
                    Sign(("Người đi khai sinh",), "", seal=False, note="(Đã ký)", room=40),
                    Sign(("{signer.title}",), "{signer.name}", note="(Ký, đóng dấu)"),
                )
            ),
        ),
        (ROSE, PLAIN),
        hand=0.6,
        era="old",
        weight=1,
        size=0.96,
        fit=1,
    ),
)


def facts(story: Story, form: Form) -> None:
    """A child, two parents, the office that registered the birth."""
    rng, given = story.rng, story.facts
    extract = form.variant == "tlks"
    copied = form.variant in {"gks_ban_sao", "tlks"}
    born_to = story.today
    father = draw_person(rng, today=born_to, ages=(22, 48), sex="male", unit=story.unit)
    mother = draw_person(rng, today=born_to, ages=(20, 42), sex="female", unit=story.unit if story.maybe(0.8) else None)
    ages = (1, 14) if copied else (0, 1)
    child = draw_person(
        rng,
        today=born_to,
        ages=ages,
        surname=father.name.split()[0] if father.ethnicity in {"Kinh", "Hoa", "Tày"} else "",
        unit=story.unit,
        ethnicity=father.ethnicity,
    )
    given.person("person", child, owner=True)
    if form.variant in {"gks_2015", "gks_2006"} or story.maybe(0.08):
        given.values.pop("person.id_number", None)
        given.derived.pop("owner_id", None)
    given.add("person.birth_place", _birth_place(story))
    given.person("mother", mother)
    alone = story.maybe(0.07)
    if not alone:
        given.person("father", father)
    declarant = mother if alone or story.maybe(0.5) else father
    given.add("declarant.name", given.cased(declarant.name) if story.maybe(0.3) else declarant.name)
    registered = min(story.today, child.birth + timedelta(days=rng.randint(2, 55)))
    if not copied:
        registered = story.today = max(registered, child.birth)
    given.day("registration_date", registered)
    dated(story)
    issued_by_commune(story, head=extract)
    if not copied:
        given.also("issue_date", of="registration_date")
        given.optional.add("issue_date")
        given.values.pop("issue_date")
    _papers(story, extract=extract, copy=copied, id_number=declarant.id_number, year=registered.year)
    title = "TRÍCH LỤC KHAI SINH" if extract else "GIẤY KHAI SINH"
    given.add("title", title, others=[f"{title} (BẢN SAO)"])
    given.add("_relation", "Mẹ" if declarant is mother else "Cha")
    signed(story, CHAIR + (REGISTRAR if copied else ()))


def _birth_place(story: Story) -> str:
    unit = draw_unit(story.rng, old=story.old) if story.maybe(0.5) else story.unit
    house = story.pick(
        "Bệnh viện Đa khoa", "Trung tâm Y tế", "Bệnh viện Phụ sản", "Trạm Y tế", "Bệnh viện Đa khoa khu vực"
    )
    if house == "Trạm Y tế" or not unit.district:
        return f"{house} {written(story.rng, unit)}"
    return f"{house} {lower_first(unit.district)}, {lower_first(unit.province)}"


def _papers(story: Story, *, extract: bool, copy: bool, id_number: str, year: int) -> None:
    rng, given = story.rng, story.facts
    serial = rng.randint(1, 620)
    shown = f"{serial:02d}" if story.maybe(0.3) else f"{serial}/{year}"
    copy_number = f"{rng.randint(1, 400)}/UBND-BS"
    if extract:
        given.add("number", f"{rng.randint(1, 900)}/TLKS{story.pick('', '-BS')}")
    else:
        given.add("number", shown, others=[copy_number] if copy else [])
    given.add("_copy_number", copy_number)
    given.add("_register_number", shown)
    given.add("_book", f"{rng.randint(1, 3):02d}/{year}")
    given.add(
        "_papers",
        f"Căn cước{story.pick(' công dân', '')} số {id_number} do Cục Cảnh sát quản lý hành chính về trật tự xã hội cấp ngày {rng.randint(1, 28):02d}/{rng.randint(1, 12):02d}/{min(year, 2024)}",
    )
    given.add("_note", story.pick("Không", "-/-", "Đăng ký khai sinh đúng hạn.", "Đăng ký lại."))
    given.add(
        "_source",
        story.pick("Cơ sở dữ liệu hộ tịch điện tử", "Sổ đăng ký khai sinh", "Cơ sở dữ liệu hộ tịch điện tử toàn quốc"),
    )
    office = given.values["issuer"]
    given.add("_agency", office.shown, head=f"ỦY BAN NHÂN DÂN\n{story.unit.commune.upper()}")
    given.add("_registered_at", f"Ủy ban nhân dân {', '.join(lower_first(part) for part in story.unit.parts)}")
    given.add("_registrar", draw_person(rng, today=story.today).name)
    given.values["issuer"] = type(office)(
        office.shown,
        office.truth,
        office.others,
        {**office.forms, "commune": f"UBND {lower_first(story.unit.commune)}, {bare(story.unit.province)}"},
    )
