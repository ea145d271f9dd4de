"""Giấy xác nhận tình trạng hôn nhân."""

from datetime import timedelta

from samples.generator.blocks import F, Form, Gap, Head, Note, P, R, Sign, Signs, Title
from samples.generator.people import draw_name, draw_person
from samples.generator.places import lower_first
from samples.generator.pools import pool
from samples.generator.story import Story, dated, issued_by_commune, signed

WHO = (
    F("Họ, chữ đệm, tên: {person.name}"),
    F("Ngày, tháng, năm sinh: {person.birth_date}"),
    R(("Giới tính: {person.sex}", "Dân tộc: {person.ethnicity}", "Quốc tịch: {person.nationality}")),
    F("<Giấy tờ tùy thân|Giấy tờ tùy thân|Số định danh cá nhân/Giấy tờ tùy thân>: {person.id_number:papers}"),
    F("Nơi cư trú: {person.residence}"),
)
STATUS = (
    F("<Tình trạng hôn nhân|Tình trạng hôn nhân>: {status}"),
    F("{_period}"),
)
ASKED = P("Xét đề nghị của {_person.mister} {_asker}{_about}.", after=0.3)

FORMS = (
    Form(
        "xntthn_2020",
        (
            Head("{issuer:head}", below=("Số: {number}",), dated="{issue_date:full}"),
            Title("{title}", (), 1.25, rule=True),
            ASKED,
            Title("XÁC NHẬN:", (), 1.05),
            *WHO,
            F("<Trong thời gian cư trú tại|Trong thời gian cư trú tại> {_period}"),
            STATUS[0],
            P(
                "<Giấy này có giá trị sử dụng trong thời hạn|Giấy xác nhận này có giá trị trong thời hạn> 06 <(sáu) |>tháng kể từ ngày cấp, được sử dụng để: {purpose}{_stop}",
                indent=0,
            ),
            Gap(),
            Sign(
                ("NGƯỜI KÝ GIẤY XÁC NHẬN", "{signer.title}"),
                "{signer.name}",
                note="(Ký, ghi rõ họ, chữ đệm, tên, chức vụ và đóng dấu)",
            ),
        ),
        weight=3,
        fit=1,
    ),
    Form(
        "xntthn_2015",
        (
            Note("Mẫu TP/HT-2015-XNTTHN", "right", top=True),
            Head("{issuer:head}", over="{_over}", below=("Số: {number}",), dated="{issue_date:full}"),
            Title("{title}", (), 1.2),
            P("^ỦY BAN NHÂN DÂN {_commune:upper}^", align="center"),
            ASKED,
            P("^XÁC NHẬN:^", align="center"),
            R(("Họ, chữ đệm, tên: {person.name}", "Giới tính: {person.sex}"), (0, 0.7)),
            F("Ngày, tháng, năm sinh: {person.birth_date}"),
            R(("Dân tộc: {person.ethnicity}", "Quốc tịch: {person.nationality}")),
            WHO[3],
            WHO[4],
            STATUS[0],
            F("Giấy này được cấp để: {purpose}"),
            P("~Giấy này có giá trị 6 tháng, kể từ ngày cấp.~", indent=0),
            Gap(),
            Signs(
                (None, Sign(("TM. ỦY BAN NHÂN DÂN", "{signer.title}"), "{signer.name}")),
                ("Nơi nhận:", "- Như trên;", "- Lưu: VT, HT."),
            ),
        ),
        era="old",
        hand=0.2,
        fit=1,
    ),
    Form(
        "xntthn_2025",
        (
            Head("{issuer:head}", over="{_over}", below=("Số: {number}",), dated="{issue_date:full}"),
            Title("{title}", (), 1.25, rule=True),
            P(
                "Căn cứ Cơ sở dữ liệu hộ tịch điện tử và kết quả xác minh ngày {_checked}, Ủy ban nhân dân {_commune} xác nhận:"
            ),
            *(F(f"{number}. {block.text}") for number, block in enumerate((WHO[0], WHO[1]), 1)),
            F("3. Giới tính: {person.sex}; dân tộc: {person.ethnicity}; quốc tịch: {person.nationality}"),
            F("4. Số định danh cá nhân: {person.id_number}"),
            F("5. Nơi cư trú: {person.residence}"),
            F("6. Tình trạng hôn nhân: {status}"),
            F("7. Mục đích sử dụng: {purpose}"),
            P("Giấy xác nhận này có giá trị đến {expiry:zero}.", indent=0),
            Gap(),
            Signs(
                (None, Sign(("{signer.title}",), "{signer.name}")),
                ("Nơi nhận:", "- {_person.mister:Mister} {_asker};", "- Lưu: VT."),
            ),
        ),
        era="new",
        weight=2,
        fit=1,
    ),
)


def _status(story: Story, sex: str) -> str:
    spouse = draw_name(story.rng, "female" if sex == "male" else "male")
    role = "vợ là bà" if sex == "male" else "chồng là ông"
    return story.pick(
        "Chưa đăng ký kết hôn với ai",
        "Hiện tại chưa đăng ký kết hôn với ai",
        "Hiện tại chưa đăng ký kết hôn với ai",
        f"Hiện tại đang có {role} {spouse}",
        f"Đã đăng ký kết hôn, nhưng đã ly hôn theo Bản án số {story.rng.randint(1, 90)}/{story.today.year - 1}/HNGĐ-ST, hiện tại chưa đăng ký kết hôn với ai",
        f"Đã đăng ký kết hôn, nhưng {'vợ' if sex == 'male' else 'chồng'} đã chết, hiện tại chưa đăng ký kết hôn với ai",
    )


def facts(story: Story, form: Form) -> None:
    """A person and whether he or she is married."""
    rng, given, today = story.rng, story.facts, story.today
    who = draw_person(rng, today=today, ages=(19, 60), unit=story.unit)
    given.person("person", who, owner=True)
    value = given.values["person.id_number"]
    card = "Căn cước công dân" if story.old else story.pick("Căn cước", "Căn cước công dân")
    issued = f"{rng.randint(1, 28):02d}/{rng.randint(1, 12):02d}/{min(today.year - 1, 2024)}"
    papers = story.pick(
        f"{card} số {who.id_number} do Cục Cảnh sát quản lý hành chính về trật tự xã hội cấp ngày {issued}",
        f"{card} số {who.id_number}, cấp ngày {issued}, nơi cấp: Cục CSQLHC về TTXH",
        f"{card} số {who.id_number}",
    )
    given.values["person.id_number"] = type(value)(value.shown, value.truth, value.others, {"papers": papers})
    issued_by_commune(story, head=True)
    given.add("_commune", lower_first(story.unit.commune), upper=story.unit.commune.upper())
    dated(story)
    given.add("number", f"{rng.randint(1, 700):02d}/{story.pick('UBND-XNTTHN', 'UBND-XNTTHN', 'XNTTHN', 'XN-UBND')}")
    given.add("status", _status(story, who.sex))
    given.add("purpose", rng.choice(pool("civil", "single_purposes")))
    given.add("_stop", story.pick(".", "./."))
    given.add("_asker", who.name)
    given.add(
        "_about",
        story.pick(
            " về việc cấp Giấy xác nhận tình trạng hôn nhân",
            f" về việc cấp Giấy xác nhận tình trạng hôn nhân cho {who.mister} {who.name}",
        ),
    )
    start = today - timedelta(days=rng.randint(400, 4000))
    place = ", ".join(lower_first(part) for part in story.unit.parts)
    given.add("_period", f"{place} từ ngày {start:%d/%m/%Y} đến ngày {today:%d/%m/%Y}")
    given.add("_checked", f"{today - timedelta(days=2):%d/%m/%Y}")
    given.day("expiry", today + timedelta(days=182))
    given.add("title", "GIẤY XÁC NHẬN TÌNH TRẠNG HÔN NHÂN")
    signed(story)
