"""Trích lục khai tử and the older giấy chứng tử."""

from datetime import timedelta

from samples.generator.blocks import F, Form, Gap, Head, Maybe, Motto, Note, Paper, R, Sign, Title
from samples.generator.people import draw_person
from samples.generator.places import lower_first, written
from samples.generator.pools import pool
from samples.generator.story import CHAIR, REGISTRAR, Story, dated, issued_by_commune, signed
from samples.generator.words import date_words, zero_date

WHO = (
    F("Họ, chữ đệm, tên: {person.name}"),
    F("Ngày, tháng, năm sinh: {person.birth_date}"),
    R(("Giới tính: {person.sex}", "Dân tộc: {person.ethnicity}", "Quốc tịch: {person.nationality}")),
    F("<Số định danh cá nhân|Giấy tờ tùy thân|Số CMND/CCCD>: {person.id_number}"),
    F("<Nơi cư trú cuối cùng|Nơi cư trú cuối cùng|Nơi thường trú/tạm trú cuối cùng>: {person.residence}"),
)
DEATH = (
    F("<Đã chết vào lúc|Chết vào lúc>: {death.date:clock}"),
    F("<ghi|Ghi> bằng chữ: {death.date:words}"),
    F("Nơi chết: {death.place}"),
    F("Nguyên nhân chết: {death.cause}"),
)

FORMS = (
    Form(
        "tlkt_2020",
        (
            Head("{issuer:head}", below=("Số: {number}",), dated="{issue_date:full}"),
            Title("{title}", ("<(BẢN SAO)|(Bản sao)|>",), 1.35),
            *WHO,
            *DEATH,
            F("<Giấy báo tử/Giấy tờ thay thế Giấy báo tử|Số Giấy báo tử/Giấy tờ thay thế>: {_notice}"),
            F("<Đăng ký khai tử tại|Nơi đăng ký khai tử>: {_registered_at}"),
            R(("Số: {_register_number}", "<ngày {registration_date:slash}|{registration_date:zero}>")),
            F("Ghi chú: {_note}"),
            Maybe((F("Thực hiện trích lục từ: Cơ sở dữ liệu hộ tịch điện tử"),)),
            Gap(),
            Sign(("NGƯỜI KÝ TRÍCH LỤC", "{signer.title}"), "{signer.name}"),
        ),
        weight=3,
        fit=1,
    ),
    Form(
        "tlkt_2015",
        (
            Note("Mẫu TP/HT-2015-TLKT", "right", top=True),
            Head("{issuer:head}", over="{_over}", below=("Số: {number}",), dated="{issue_date:full}"),
            Title("{title}", (), 1.4),
            *WHO[:4],
            *DEATH,
            Gap(0.3),
            WHO[4],
            F("Đã đăng ký khai tử tại {_registered_at}, số {_register_number} ngày {registration_date:slash}."),
            Gap(),
            Sign(("{signer.title}",), "{signer.name}", note="(Ký, ghi rõ họ, chữ đệm, tên, chức vụ và đóng dấu)"),
        ),
        hand=0.3,
        era="old",
        fit=1,
    ),
    Form(
        "giay_chung_tu",
        (
            Motto(),
            Title("{title}", ("(BẢN SAO)", "Số: {number}"), 1.5),
            R(("Họ và tên: {person.name}", "Giới tính: {person.sex}"), (0, 0.68)),
            F("Ngày, tháng, năm sinh: {person.birth_date}"),
            R(("Dân tộc: {person.ethnicity}", "Quốc tịch: {person.nationality}")),
            F("Nơi thường trú/tạm trú cuối cùng: {person.residence}"),
            F("Số Giấy CMND/Hộ chiếu/Giấy tờ hợp lệ thay thế: {person.id_number}"),
            F("Đã chết vào lúc: {death.date:clock}"),
            F("Nơi chết: {death.place}"),
            F("Nguyên nhân chết: {death.cause}"),
            F("Nơi đăng ký: {issuer}"),
            F("Ngày, tháng, năm đăng ký: {registration_date}"),
            Gap(),
            Sign(("NGƯỜI KÝ GIẤY CHỨNG TỬ", "{signer.title}"), "{signer.name}", dated="{issue_date:full}"),
        ),
        (Paper(), Paper(tint=(244, 246, 250), pattern=(150, 165, 200), frame=(90, 100, 140), margin=74)),
        hand=0.4,
        era="old",
        fit=1,
    ),
)


def facts(story: Story, form: Form) -> None:
    """A person who died a few days before the registration."""
    rng, given = story.rng, story.facts
    register = form.variant == "giay_chung_tu"
    who = draw_person(rng, today=story.today, ages=(25, 95), unit=story.unit)
    given.person("person", who, owner=True)
    died = story.today - timedelta(days=rng.randint(1, 20))
    given.day("death.date", died)
    clock = f"{rng.randint(0, 23):02d} giờ {rng.randint(0, 59):02d} phút"
    value = given.values["death.date"]
    timed = story.pick(f"{clock}, {zero_date(died)}", f"{clock} {zero_date(died)}", f"{clock}, ngày {died:%d/%m/%Y}")
    given.values["death.date"] = type(value)(
        value.shown, value.truth, (), {**value.forms, "clock": timed, "words": date_words(died)}
    )
    at_home = story.maybe(0.6)
    where = written(rng, story.unit)
    place = (
        story.pick(f"Tại nhà, {where}", "Tại nơi cư trú", f"Tại nhà riêng, {where}")
        if at_home
        else f"Bệnh viện Đa khoa {lower_first(story.unit.upper[0])}"
    )
    given.add("death.place", place)
    if story.maybe(0.85):
        given.add("death.cause", rng.choice(pool("civil", "causes_of_death")))
    issued_by_commune(story, head=not register)
    dated(story)
    given.day("registration_date", story.today)
    given.optional.add("registration_date")
    serial = f"{rng.randint(1, 260):02d}/{story.today.year}"
    given.add("number", serial if register else f"{rng.randint(1, 500)}/TLKT{story.pick('', '', '-BS')}")
    given.add("_register_number", serial)
    given.add(
        "_notice",
        story.pick(
            "Không",
            f"Giấy báo tử số {rng.randint(1, 300)}/GBT do {place if not at_home else 'Trạm Y tế ' + lower_first(story.unit.commune)} cấp ngày {died:%d/%m/%Y}",
        ),
    )
    given.add("_registered_at", f"Ủy ban nhân dân {', '.join(lower_first(part) for part in story.unit.parts)}")
    given.add("_note", story.pick("Không", "-/-", "Đăng ký đúng hạn"))
    title = "GIẤY CHỨNG TỬ" if register else "TRÍCH LỤC KHAI TỬ"
    given.add("title", title, others=[f"{title} (BẢN SAO)"])
    signed(story, CHAIR + (() if register else REGISTRAR))
