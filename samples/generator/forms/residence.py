"""Xác nhận thông tin về cư trú (CT07 of TT 56/2021 and TT 66/2023) with its table of members, and the older letter in prose."""

from datetime import date, timedelta

from samples.generator.blocks import F, Form, Gap, Head, Note, P, R, Sign, Signs, Table, Title
from samples.generator.people import Person, draw_person
from samples.generator.places import bare, draw_unit, hamlet, lower_first, written
from samples.generator.story import Story, dated, signed

WHO = (
    F("<Họ, chữ đệm và tên|Họ, chữ đệm và tên|Họ và tên>: {person.name}"),
    R(("Ngày, tháng, năm sinh: {person.birth_date}", "Giới tính: {person.sex}"), (0, 0.62)),
    F("<Số định danh cá nhân|Số định danh cá nhân/CMND>: {person.id_number}"),
    R(("Dân tộc: {person.ethnicity}", "Quốc tịch: {person.nationality}")),
    F("Quê quán: {person.home_town}"),
)
NUMBERED = (
    F("1. Họ, chữ đệm và tên: {person.name}"),
    R(("2. Ngày, tháng, năm sinh: {person.birth_date}", "3. Giới tính: {person.sex}"), (0, 0.62)),
    F("4. Số định danh cá nhân: {person.id_number}"),
    R(("5. Dân tộc: {person.ethnicity}", "6. Quốc tịch: {person.nationality}")),
    F("7. Quê quán: {person.home_town}"),
    F("8. Nơi thường trú: {residence.permanent}"),
    F("9. Nơi tạm trú: {residence.temporary}"),
    F("10. Nơi ở hiện tại: {residence.current}"),
    R(("11. Họ, chữ đệm và tên chủ hộ: {household.head}", "12. Quan hệ với chủ hộ: {_relation}"), (0, 0.62)),
    F("13. Số định danh cá nhân của chủ hộ: {_head_id}"),
    P("14. Thông tin về các thành viên khác trong hộ gia đình:", indent=0),
)
PLACES = (
    F("Nơi thường trú: {residence.permanent}"),
    F("Nơi tạm trú: {residence.temporary}"),
    F("Nơi ở hiện tại: {residence.current}"),
    F("Họ, chữ đệm và tên chủ hộ: {household.head}"),
    F("Quan hệ với chủ hộ: {_relation}"),
    P("Thông tin về các thành viên khác trong hộ gia đình:", indent=0),
)
MEMBERS = Table(
    (
        "<TT|STT>",
        "Họ, chữ đệm và tên",
        "Ngày, tháng, năm sinh",
        "Giới tính",
        "Số định danh cá nhân",
        "Quan hệ với chủ hộ",
    ),
    (0.07, 0.28, 0.17, 0.1, 0.22, 0.16),
    (
        "#",
        "{members[i].name}",
        "{members[i].birth_date}",
        "{members[i].sex}",
        "{members[i].id_number}",
        "{members[i].relation}",
    ),
    0.84,
)
OPENING = P(
    "1. Theo đề nghị của Ông/Bà, Cơ quan đăng ký cư trú xác nhận thông tin về cư trú của Ông/Bà có tên sau đây:",
    indent=0,
)
HEAD = Head("{issuer:head}", over="{_police_over}", below=("Số: {number}",), dated="{issue_date:full}")
SIGNER = Signs(
    (
        None,
        Sign(
            ("{signer.title}",), "{signer.name}", note="<(Ký, ghi rõ họ tên, đóng dấu)|(Ký, đóng dấu, ghi rõ họ tên)>"
        ),
    )
)

FORMS = (
    Form(
        "ct07_2023",
        (
            Note("Mẫu CT07 ban hành kèm theo Thông tư số 66/2023/TT-BCA ngày 17/11/2023", "right", top=True),
            HEAD,
            Title("{title}", (), 1.15, rule=True),
            OPENING,
            *WHO,
            *PLACES,
            MEMBERS,
            P("2. Nội dung xác nhận khác: {_other}", indent=0),
            P("Xác nhận này có giá trị đến {expiry:zero}{_stop}", indent=0),
            Gap(0.5),
            SIGNER,
        ),
        weight=3,
    ),
    Form(
        "ct07_2021",
        (
            Note("Mẫu CT07 ban hành theo Thông tư số 56/2021/TT-BCA ngày 15/5/2021", "right", top=True),
            HEAD,
            Title("{title}", (), 1.2),
            P("Theo đề nghị của {_person.mister} {_name}, cơ quan đăng ký cư trú xác nhận:", indent=0),
            *NUMBERED,
            MEMBERS,
            P("15. Nội dung xác nhận khác: {_other}", indent=0),
            P("~Xác nhận thông tin cư trú này có giá trị đến ngày {expiry:slash}.~", indent=0),
            Gap(0.5),
            SIGNER,
        ),
        era="old",
        weight=1.5,
    ),
    Form(
        "xac_nhan_cu_tru",
        (
            HEAD,
            Title("{title}", (), 1.2, rule=True),
            P("{issuer:normal} xác nhận:", indent=28),
            F("<Ông/Bà|Công dân|Họ và tên>: {person.name}"),
            R(("Sinh ngày: {person.birth_date}", "Giới tính: {person.sex}")),
            F("Số CCCD/định danh cá nhân: {person.id_number}"),
            F("Đăng ký thường trú tại: {residence.permanent}"),
            F("Hiện đang cư trú tại: {residence.current}"),
            P("Giấy xác nhận này có giá trị 12 tháng kể từ ngày cấp để {_other}"),
            Gap(0.5),
            SIGNER,
        ),
        hand=0.25,
        weight=1,
    ),
)
RELATIONS = (
    ("Vợ", "female", (20, 60)),
    ("Chồng", "male", (22, 62)),
    ("Con đẻ", "", (1, 30)),
    ("Con", "", (1, 30)),
    ("Cha đẻ", "male", (50, 85)),
    ("Mẹ đẻ", "female", (48, 85)),
    ("Em ruột", "", (10, 45)),
    ("Cháu nội", "", (1, 15)),
    ("Con dâu", "female", (20, 40)),
    ("Con rể", "male", (22, 42)),
)
RANKS = ("Thiếu tá", "Trung tá", "Đại úy", "Thượng tá")


def _members(story: Story, head: Person) -> None:
    rng, given = story.rng, story.facts
    for number in range(rng.choice((1, 2, 3, 4, 5, 7, 11))):
        relation, sex, ages = rng.choice(RELATIONS)
        if relation in {"Vợ", "Chồng"} and (number or (relation == "Vợ") == (head.sex == "female")):
            relation, sex, ages = RELATIONS[2]
        surname = head.name.split()[0] if relation.startswith("Con đ") else ""
        who = draw_person(rng, today=story.today, ages=ages, sex=sex, unit=story.unit, surname=surname)
        given.add(f"members[{number}].name", who.name)
        given.add(f"members[{number}].birth_date", f"{who.birth:%d/%m/%Y}", who.birth.isoformat())
        given.add(f"members[{number}].sex", who.sex_word, who.sex)
        given.add(f"members[{number}].id_number", who.id_number)
        given.add(f"members[{number}].relation", relation)


def _police(story: Story) -> None:
    given, unit = story.facts, story.unit
    commune = unit.commune.upper()
    above = unit.upper[0]
    full = f"CÔNG AN {commune}"
    others = [
        f"CÔNG AN {above.upper()} {full}",
        f"{full}, {unit.province.upper()}",
        f"Công an {', '.join(lower_first(part) for part in unit.parts)}",
    ]
    given.add(
        "issuer",
        full,
        others=others,
        head=full,
        normal=f"Công an {lower_first(unit.commune)}, {lower_first(unit.province)}",
    )
    given.add("_police_over", f"CÔNG AN {above.upper()}")
    given.add("_place", bare(unit.commune))
    given.add("_seal", full)
    kind = commune.split()[0] if not commune.startswith("THỊ TRẤN") else "THỊ TRẤN"
    chief = story.pick("TRƯỞNG CÔNG AN", f"TRƯỞNG CÔNG AN {kind}")
    vice = chief.replace("TRƯỞNG", "PHÓ TRƯỞNG", 1)
    signed(story, ((chief,), (f"KT. {chief}", vice)), grade=story.rng.choice(RANKS))
    given.optional |= {"signer.name", "signer.title"}


def facts(story: Story, form: Form) -> None:
    """A person, the household, the police who keep its register."""
    rng, given = story.rng, story.facts
    if story.today < date(2021, 7, 1):
        story.today = date(2021, 7, 1) + timedelta(days=rng.randint(5, 1300))
    if form.variant == "ct07_2023" and story.today < date(2024, 1, 1):
        story.today = date(2024, 1, 1) + timedelta(days=rng.randint(5, 500))
    who = draw_person(rng, today=story.today, ages=(18, 80), unit=story.unit)
    given.person("person", who, owner=True)
    given.add("_name", who.name)
    given.add("residence.permanent", who.residence)
    away = draw_unit(rng, old=story.old) if story.maybe(0.3) else story.unit
    temporary = written(rng, away, first=hamlet(rng, away)) if story.maybe(0.4) else ""
    given.add("residence.temporary", temporary)
    given.add("residence.current", temporary or who.residence)
    heads = story.maybe(0.55)
    head = who if heads else draw_person(rng, today=story.today, ages=(35, 80), unit=story.unit)
    given.add("household.head", given.cased(head.name) if story.maybe(0.5) else head.name)
    given.add("_relation", "Chủ hộ" if heads else story.pick("Con đẻ", "Vợ", "Em ruột", "Cháu ruột"))
    given.add("_head_id", head.id_number)
    _members(story, head)
    _police(story)
    dated(story)
    given.add("number", f"{rng.randint(1, 4000)}/{story.pick('XN', 'XN-CAX', 'CT07', 'XNCT')}")
    given.day("expiry", story.today.replace(year=story.today.year + 1, day=min(story.today.day, 28)))
    given.add(
        "_other",
        story.pick(
            "Xác nhận để xin nhập học cho con.",
            "Không.",
            "bổ túc hồ sơ vay vốn ngân hàng.",
            "làm thủ tục chuyển nhượng đất đai.",
        ),
    )
    given.add("_stop", ".")
    title = "GIẤY XÁC NHẬN CƯ TRÚ" if form.variant == "xac_nhan_cu_tru" else "XÁC NHẬN THÔNG TIN VỀ CƯ TRÚ"
    given.add("title", title, others=["XÁC NHẬN THÔNG TIN CƯ TRÚ"])
