"""Administrative documents: quyết định, nghị quyết, công văn, tờ trình, thông báo, báo cáo, kế hoạch, chỉ thị, giấy mời …"""

import tomllib
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from samples.generator.blocks import (
    Arrival,
    Block,
    Break,
    Either,
    Form,
    Gap,
    Head,
    Maybe,
    P,
    Sign,
    Signs,
    Stamp,
    Table,
    Title,
)
from samples.generator.forms.agencies import Agency, draw_agency
from samples.generator.people import draw_name, draw_person, draw_phone
from samples.generator.places import lower_first, written
from samples.generator.pools import pool
from samples.generator.story import Story, dated, spelled
from samples.generator.words import grouped, number_words

if TYPE_CHECKING:
    from collections.abc import Callable

DATA = Path(__file__).parent.parent / "data" / "letters.toml"

NUMBER = "<Số: {number}|Số: {number}|Số: {number}|Số: {number:digits!} {number:rest}>"
DATED = "<{issue_date:full}|{issue_date:full}|{issue_date:full}|{_place}, ngày {issue_date:d!} tháng {issue_date:m!} năm {issue_date:y}>"
HEAD = Head("{issuer:head}", over="{superior_issuer:head}", below=(NUMBER,), dated=DATED)
LETTERHEAD = Head("{issuer:head}", over="{superior_issuer:head}", below=(NUMBER, "{summary:narrow}"), dated=DATED)
SIGNED = Signs(
    (None, Sign(("{signer.authority}", "{signer.title}"), "{signer.name}", room=72)),
    ("Nơi nhận:", *(f"{{_copy{i}}}" for i in range(8))),
)
RANDOM_MARKS: tuple[Block, ...] = (Stamp("{urgency}"), Maybe((Arrival(),), 0.12))
BODY = tuple(P(f"{{_p{i}}}") for i in range(16))


def _articles() -> tuple[Block, ...]:
    return tuple(P(f"^Điều {i}.^ {{_article{i}}}") for i in range(1, 9))


DECISION: tuple[Block, ...] = (
    HEAD,
    *RANDOM_MARKS,
    Title("{kind}", ("{summary}",), 1.1, rule=True),
    P("^{_authority}^", align="center"),
    *(P(f"<~|~|>{{_base{i}}}<~|~|>") for i in range(7)),
    P("^{_decides}^", align="center"),
    *_articles(),
    Gap(0.6),
    SIGNED,
)
LIST: tuple[Block, ...] = (
    Break(),
    Title("DANH SÁCH", ("<Thành viên Tổ công tác|Các cá nhân được khen thưởng>",), 1.05),
    P("~(Kèm theo Quyết định số {_number} ngày {_day} của {_self})~", align="center"),
    Gap(0.5),
    Table(
        ("STT", "Họ và tên", "Chức vụ, đơn vị", "Ghi chú"),
        (0.08, 0.34, 0.40, 0.18),
        ("#", "{_row[i].name}", "{_row[i].post}", "{_row[i].note}"),
    ),
)

FORMS = (
    Form("quyet_dinh", DECISION, weight=4),
    Form("quyet_dinh_danh_sach", (*DECISION, *LIST), weight=1),
    Form("nghi_quyet", DECISION, weight=0.7),
    Form(
        "cong_van",
        (
            LETTERHEAD,
            *RANDOM_MARKS,
            Gap(0.4),
            P("<Kính gửi: {_to}|Kính gửi: {_to}>", align="center", indent=0),
            Gap(0.4),
            *BODY,
            Gap(0.6),
            SIGNED,
        ),
        weight=4,
    ),
    *(
        Form(
            name,
            (
                HEAD,
                *RANDOM_MARKS,
                Title("{kind}", ("{summary}",), 1.1, rule=True),
                Either(((P("Kính gửi: {_to}", align="center"), Gap(0.3)), ()))
                if name not in {"to_trinh", "giay_moi"}
                else P("Kính gửi: {_to}", align="center"),
                *BODY,
                Gap(0.6),
                SIGNED,
            ),
            weight=weight,
        )
        for name, weight in (
            ("to_trinh", 2.0),
            ("thong_bao", 2.0),
            ("bao_cao", 1.5),
            ("ke_hoach", 1.2),
            ("chi_thi", 0.6),
            ("giay_moi", 0.6),
            ("giay_gioi_thieu", 0.5),
            ("huong_dan", 0.5),
            ("cong_dien", 0.4),
            ("phuong_an", 0.4),
            ("chuong_trinh", 0.4),
            ("bien_ban", 0.4),
            ("quy_che", 0.3),
            ("quy_dinh", 0.3),
            ("thong_cao", 0.3),
            ("de_an", 0.3),
            ("du_an", 0.3),
            ("ban_ghi_nho", 0.3),
            ("ban_thoa_thuan", 0.3),
            ("giay_nghi_phep", 0.3),
            ("phieu_gui", 0.3),
            ("phieu_chuyen", 0.3),
            ("phieu_bao", 0.3),
        )
    ),
    Form(
        "thu_cong",
        (
            Head("{issuer:head}", over="{superior_issuer:head}", dated=DATED),
            Title("{kind}", ("{summary}",), 1.1, rule=True),
            *BODY,
            Gap(0.6),
            SIGNED,
        ),
        weight=0.3,
    ),
)
KIND_OF = {
    "quyet_dinh": "QD",
    "quyet_dinh_danh_sach": "QD",
    "nghi_quyet": "NQ",
    "cong_van": "CV",
    "to_trinh": "TTr",
    "thong_bao": "TB",
    "bao_cao": "BC",
    "ke_hoach": "KH",
    "chi_thi": "CT",
    "giay_moi": "GM",
    "giay_gioi_thieu": "GGT",
    "huong_dan": "HD",
    "cong_dien": "CĐ",
    "phuong_an": "PA",
    "chuong_trinh": "CTr",
    "bien_ban": "BB",
    "quy_che": "QC",
    "quy_dinh": "QyĐ",
    "thong_cao": "TC",
    "de_an": "ĐA",
    "du_an": "DA",
    "ban_ghi_nho": "BGN",
    "ban_thoa_thuan": "BTT",
    "giay_nghi_phep": "GNP",
    "phieu_gui": "PG",
    "phieu_chuyen": "PC",
    "phieu_bao": "PB",
    "thu_cong": "T",
}
"""The 27 of the 29 kinds of NĐ 30/2020 that are letters of an office; contracts and powers of attorney are types of their own."""


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads(DATA.read_text(encoding="utf-8"))


def entries(text: str) -> list[str]:
    """What stands between the marks of a text of choices."""
    return [entry.strip() for entry in text.replace("\n", "").split("|")]


class _Slots(dict[str, str]):
    """Values of {…} in texts, each drawn when it is first asked for."""

    def __init__(self, story: Story) -> None:
        super().__init__()
        self._story = story

    def __missing__(self, key: str) -> str:
        self[key] = self._draw(key)
        return self[key]

    def _draw(self, key: str) -> str:
        story, rng, today = self._story, self._story.rng, self._story.today
        if key in _data()["slots"]:
            return rng.choice(entries(_data()["slots"][key])).format_map(self)
        if key in {"person", "mister", "mister_cap", "address"}:
            who = draw_person(rng, today=today)
            self.update(person=who.name, mister=who.mister, mister_cap=who.mister.capitalize(), address=who.residence)
            return self[key]
        if key in {"money", "words"}:
            money = rng.randint(12, 9800) * 500_000
            self.update(money=grouped(money), words=number_words(money).capitalize())
            return self[key]
        if key in {"office", "office_cap"}:
            office = story.pick(
                "Trưởng phòng Kinh tế",
                "Văn phòng HĐND và UBND",
                "Giám đốc Sở Nội vụ",
                "Trưởng phòng Văn hóa - Xã hội",
                "Công chức Địa chính - Xây dựng",
            )
            self.update(office=office, office_cap=office)
            return office
        draws: dict[str, Callable[[], str]] = {
            "year": lambda: str(today.year),
            "later": lambda: str(today.year + 5),
            "month": lambda: f"{today.month:02d}" if today.month < 3 else str(today.month),
            "quarter": lambda: ("I", "II", "III", "IV")[(today.month - 1) // 3],
            "commune": lambda: lower_first(story.unit.commune),
            "hamlet": lambda: rng.choice(pool("places", "hamlets")),
            "street": lambda: rng.choice(pool("places", "streets")),
            "n": lambda: str(rng.randint(2, 99)),
            "hour": lambda: story.pick("07", "08", "13", "14"),
            "big": lambda: grouped(rng.randint(3000, 9999)),
            "big2": lambda: grouped(rng.randint(1500, 2900)),
            "big3": lambda: grouped(rng.randint(400, 1400)),
            "percent": lambda: f"{rng.randint(70, 99)},{rng.randint(1, 99):02d}",
            "phone": lambda: draw_phone(rng),
            "day": lambda: self._date(-rng.randint(5, 300)),
            "day2": lambda: self._date(rng.randint(5, 90)),
        }
        return draws[key]()

    def _date(self, days: int) -> str:
        day = self._story.today + timedelta(days=days)
        return self._story.pick(
            f"{day:%d/%m/%Y}", f"{day.day}/{day.month}/{day.year}", f"{day:%d} tháng {day:%m} năm {day:%Y}"
        )


def slots_of(story: Story) -> dict[str, str]:
    """Values of the slots of texts in a story: people, places, days, sums, each drawn when it is first asked for."""
    return _Slots(story)


def facts(story: Story, form: Form) -> None:
    """A kind, an agency, a subject, a body, a signer."""
    rng, given = story.rng, story.facts
    kind = _data()["kinds"][KIND_OF[form.variant]]
    agency = draw_agency(story, council=bool(kind.get("council")))
    slots = _Slots(story)
    subject = rng.choice(entries(kind["subjects"])).format_map(slots)
    slots["about"] = _topic(subject)
    _letterhead(story, agency)
    _named(story, kind, agency)
    bare_subject = subject.removeprefix("V/v ").removeprefix("Về việc ").removeprefix("Về ")
    given.add("summary", subject, others=[bare_subject] if bare_subject != subject else [], narrow=subject)
    if story.maybe(0.1):
        given.add("urgency", story.pick("HỎA TỐC", "KHẨN", "THƯỢNG KHẨN"))
    if kind["layout"] == "decision":
        _decide(story, kind, agency, slots)
    else:
        _write(story, slots)
    _sign(story, agency)
    copies = rng.sample(entries(_data()["body"]["copies"]), rng.randint(1, 5))
    for number, line in enumerate([*copies, rng.choice(entries(_data()["body"]["archive"]))]):
        given.add(f"_copy{number}", line)
    if form.variant.endswith("danh_sach"):
        _members(story)


def _topic(subject: str) -> str:
    for start in ("V/v ", "Về việc ", "Về ", "Kết quả "):
        subject = subject.removeprefix(start)
    return subject[:1].lower() + subject[1:]


def _letterhead(story: Story, agency: Agency) -> None:
    given = story.facts
    lines = [spelled(story, line) for line in agency.lines]
    name = " ".join(lines)
    others = {name.replace("ỦY BAN NHÂN DÂN", "UBND"), spelled(story, name.capitalize())} - {name}
    if agency.over:
        others.add(f"{' '.join(agency.over)} {name}")
    given.add("issuer", name, others=sorted(others), head="\n".join(lines))
    if agency.over:
        over = [spelled(story, line) for line in agency.over]
        given.add("superior_issuer", " ".join(over), head="\n".join(over))
    given.add("place", agency.place)
    given.values["place"] = type(given.values["place"])(
        agency.place, agency.place, (agency.place.removeprefix("TP. "),)
    )
    given.add("_place", agency.place)
    given.add("_seal", agency.name)
    given.add("_self", name)
    dated(story)
    value = given.values["issue_date"]
    forms = dict(value.forms)
    forms["full"] = f"{agency.place}, {forms['dated']}"
    given.values["issue_date"] = type(value)(value.shown, value.truth, value.others, forms)
    given.also("place", of="issue_date", truth=agency.place)
    del given.values["place"]


def _named(story: Story, kind: dict[str, Any], agency: Agency) -> None:
    rng, given = story.rng, story.facts
    serial = f"{rng.randint(1, 99):02d}" if story.maybe(0.4) else str(rng.randint(100, 4200))
    if "means" in kind:  # a thư công bears no number (NĐ 30/2020, phụ lục I)
        given.add("kind", kind["name"], kind["means"])
        given.also("title", of="kind", truth=kind["name"])
        return
    if kind["layout"] == "letter":
        rest = f"/{agency.short}-{story.pick('VP', 'NC', 'KT', 'TTHC', 'VX', 'ĐC', 'KSTTHC', 'HCTC')}"
        given.add("number", serial + rest, digits=serial, rest=rest)
        given.also("kind", of="number", truth="Công văn", others=["CÔNG VĂN"])
        given.also("title", of="number", truth="CÔNG VĂN", others=["Công văn"])
        given.optional |= {"title", "kind"}
    else:
        year = f"{story.today.year}/" if kind.get("council") and story.maybe(0.3) else ""
        rest = f"/{year}{kind['short']}-{agency.short}"
        given.add("number", serial + rest, digits=serial, rest=rest)
        given.add("kind", kind["name"])
        given.also("title", of="kind")
    given.add("_number", serial + rest)
    given.add("_day", f"{story.today:%d/%m/%Y}")


def _decide(story: Story, kind: dict[str, Any], agency: Agency, slots: _Slots) -> None:
    rng, given, body = story.rng, story.facts, _data()["body"]
    council = bool(kind.get("council"))
    person_signs = agency.head == "CHỦ TỊCH" and not council and story.maybe(0.5)
    title = agency.name if agency.body and not person_signs else f"{agency.head} {agency.name}"
    given.add("_authority", spelled(story, title))
    bases = rng.sample(entries(body["bases_old" if story.old else "bases_new"]), rng.randint(2, 4))
    lines = [f"Căn cứ {base.format_map(slots)}" for base in bases]
    lines.append(
        f"{story.pick('Theo đề nghị', 'Xét đề nghị')} của {slots['office']} tại Tờ trình số {slots['n']}/TTr-{story.pick('KT', 'VP', 'TP')} ngày {slots['day']}."
    )
    for number, line in enumerate(lines):
        given.add(f"_base{number}", line)
    name = kind["name"]
    given.add("_decides", f"{name}:" if name == "QUYẾT ĐỊNH" else "QUYẾT NGHỊ:")
    articles = [text.format_map(slots) for text in rng.sample(entries(body["articles"]), rng.randint(1, 4))]
    articles += [rng.choice(entries(body[part])).format_map(slots) for part in ("effect", "carried")]
    for number, text in enumerate(articles, 1):
        given.add(f"_article{number}", text.replace("Quyết định này", f"{name.capitalize()} này"))


def _write(story: Story, slots: _Slots) -> None:
    rng, given, body = story.rng, story.facts, _data()["body"]
    addressed = [text.format_map(slots) for text in rng.sample(entries(body["addressed"]), rng.choice((1, 1, 2, 3)))]
    if len(addressed) == 1:
        given.add("_to", addressed[0].rstrip(";") + ("." if story.maybe(0.3) else ""))
    else:
        given.add("_to", "\n" + "\n".join(f"- {text}" for text in addressed[:-1]) + f"\n- {addressed[-1].rstrip(';')}.")
    texts = rng.sample(entries(body["paragraphs"]), rng.choice((2, 3, 4, 5, 7, 10)))
    numbered = len(texts) > 3 and story.maybe(0.6)
    lines = [rng.choice(entries(body["openings"])).format_map(slots)]
    for number, text in enumerate(texts, 1):
        for key in (
            "money",
            "words",
            "n",
            "day",
            "day2",
            "person",
            "mister",
            "address",
            "office",
            "big",
            "big2",
            "big3",
            "percent",
        ):
            slots.pop(key, None)
        lines.append((f"{number}. " if numbered else "") + text.format_map(slots))
    lines.append(rng.choice(entries(body["closings"])).format_map(slots))
    for number, line in enumerate(lines):
        given.add(f"_p{number}", line)


def _sign(story: Story, agency: Agency) -> None:
    given = story.facts
    roll = story.rng.random()
    authority: tuple[str, ...]
    if roll < 0.4:
        authority, title = (), agency.head
    elif roll < 0.75:
        authority, title = (f"KT. {agency.head}",), agency.deputy
    elif roll < 0.9 and agency.office[0] != agency.head:
        authority, title = (f"TL. {agency.head}",), agency.office[0]
    elif agency.office[0] != agency.head:
        authority, title = (f"TL. {agency.head}", f"KT. {agency.office[0]}"), agency.office[1]
    else:
        authority, title = (f"TUQ. {agency.head}",), agency.deputy
    if agency.body and not any(line.startswith("TL.") for line in authority) and story.maybe(0.75):
        authority = (f"TM. {agency.body}", *authority)
    authority = tuple(spelled(story, line) for line in authority)
    if authority:
        joined = " ".join(authority)
        given.add(
            "signer.authority",
            "\n".join(authority),
            joined,
            others=sorted({*authority, authority[-1][:3].strip(), authority[0][:3].strip()} - {joined}),
        )
        given.optional.add("signer.authority")
    given.add("signer.title", title, others=[f"{' '.join(authority)} {title}"] if authority else [])
    name = draw_name(story.rng, story.pick("male", "male", "female"))
    grade = story.pick("Thiếu tá", "Trung tá", "Thượng tá") if agency.name.startswith("CÔNG AN") else ""
    if not grade and story.maybe(0.06):
        grade = story.pick("TS.", "ThS.", "BS.CKII.")
    given.add("signer.name", f"{grade} {name}".strip(), others=[name] if grade else [])


def _members(story: Story) -> None:
    given = story.facts
    for number in range(story.rng.randint(5, 22)):
        who = draw_name(story.rng, story.pick("male", "female"))
        given.add(f"_row[{number}].name", f"{story.pick('Ông', 'Bà')} {who}")
        post = story.pick(
            "Phó Chủ tịch UBND",
            "Công chức Tư pháp - Hộ tịch",
            "Nhân viên Bưu điện",
            "Chuyên viên Văn phòng",
            f"Trưởng thôn {story.rng.choice(pool('places', 'hamlets'))}",
        )
        given.add(f"_row[{number}].post", f"{post}, {written(story.rng, story.unit)}" if story.maybe(0.2) else post)
        given.add(f"_row[{number}].note", story.pick("Tổ trưởng", "Thành viên", "Thành viên", "Thư ký"))
