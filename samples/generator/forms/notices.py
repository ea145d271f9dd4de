"""Giấy chứng sinh, giấy báo tử and phiếu lý lịch tư pháp: papers other papers are made from."""

from datetime import timedelta

from samples.generator.blocks import Block, F, Form, Gap, Head, Motto, Note, P, R, Sign, Signs, Title
from samples.generator.people import draw_name, draw_person
from samples.generator.places import bare, lower_first, written
from samples.generator.pools import pool
from samples.generator.story import Story, dated, signed
from samples.generator.words import area, date_words

HEAD = Head("{issuer:head}", over="{_over}", below=("Số: {number}",), dated="{issue_date:full}")
WHO: tuple[Block, ...] = (
    F("Họ và tên: {person.name}"),
    R(("Ngày, tháng, năm sinh: {person.birth_date}", "Giới tính: {person.sex}"), (0, 0.66)),
    R(("Dân tộc: {person.ethnicity}", "Quốc tịch: {person.nationality}")),
    F("Số <CCCD/Hộ chiếu|CMND/CCCD/Định danh cá nhân>: {person.id_number}"),
    F("Nơi <thường trú|thường trú/tạm trú>: {person.residence}"),
)

BIRTH = (
    Form(
        "giay_chung_sinh",
        (
            HEAD,
            Title("{title}", (), 1.4),
            F("Họ và tên mẹ<|/Người nuôi dưỡng>: {mother.name}"),
            F("Năm sinh: {mother.birth_year}"),
            F("Nơi <đăng ký thường trú|thường trú/tạm trú>: {mother.residence}"),
            F("<Số CMND/Hộ chiếu|Số CCCD/Định danh cá nhân>: {_mother_id}"),
            F("Dân tộc: {mother.ethnicity}"),
            F("Đã sinh con vào lúc: {person.birth_date:clock}"),
            F("Tại: {person.birth_place}"),
            R(
                ("Số con trong lần sinh này: 01", "Giới tính của con: {person.sex}", "Cân nặng: {_weight} g"),
                (0, 0.42, 0.76),
            ),
            F("Dự định đặt tên con là: {person.name}"),
            F("Người đỡ đẻ: {_midwife}"),
            P("~Lưu ý: Giấy chứng sinh này có giá trị để làm thủ tục đăng ký khai sinh.~", indent=0),
            Gap(0.4),
            Signs(
                (
                    Sign(
                        ("Cha, mẹ hoặc người thân",),
                        "{_mother}",
                        seal=False,
                        note="(Ký, ghi rõ họ tên)",
                        hand_name=True,
                    ),
                    Sign(("{signer.title}",), "{signer.name}", note="(Ký tên, đóng dấu)"),
                )
            ),
        ),
        hand=0.35,
        fit=1,
    ),
)
DEATH = (
    Form(
        "giay_bao_tu",
        (
            HEAD,
            Title("{title}", (), 1.5),
            *WHO,
            F("Đã <tử vong|chết> vào lúc: {_died:clock}"),
            F("(Bằng chữ: {_died:words})"),
            F("Nơi <tử vong|chết>: {_place_of_death}"),
            F("Nguyên nhân <tử vong|chết>: {_cause}"),
            P("Giấy báo tử này được cấp để làm thủ tục đăng ký khai tử."),
            Gap(0.4),
            Signs(
                (
                    Sign(("Người thân thích",), "{_relative}", seal=False, hand_name=True),
                    Sign(("{signer.title}",), "{signer.name}", note="(Ký tên, đóng dấu)"),
                )
            ),
        ),
        hand=0.35,
        fit=1,
    ),
)
RECORD = (
    Form(
        "phieu_so_1",
        (
            Note("Mẫu số 06/2024/LLTP", "right", top=True),
            HEAD,
            Title("{title}", (), 1.4),
            P("Căn cứ Luật Lý lịch tư pháp ngày 17 tháng 6 năm 2009;", after=0),
            P("^XÁC NHẬN:^", align="center", indent=0),
            F("1. Họ và tên: {person.name}"),
            F("2. Giới tính: {person.sex}"),
            F("3. Ngày, tháng, năm sinh: {person.birth_date}"),
            F("4. Nơi sinh: {person.birth_place}"),
            F("5. Quốc tịch: {person.nationality}"),
            F("6. Nơi thường trú: {person.residence}"),
            F("7. Nơi tạm trú: -/-"),
            F("8. Giấy CMND/Hộ chiếu: CCCD số {person.id_number}"),
            F("9. Tình trạng án tích: {_record}"),
            F("10. Thông tin về cấm đảm nhiệm chức vụ, thành lập, quản lý doanh nghiệp, hợp tác xã: {_banned}"),
            Gap(0.5),
            Signs((Sign(("NGƯỜI LẬP PHIẾU",), "{_clerk}", seal=False), Sign(("{signer.title}",), "{signer.name}"))),
        ),
        fit=1,
    ),
    Form(
        "phieu_tom_tat",
        (
            Motto(),
            Title("{title}", ("Số: {number}",), 1.4),
            P("{issuer:normal} xác nhận người có tên sau đây:", indent=0),
            *WHO,
            F("Tình trạng án tích: {_record}"),
            F("Cấm đảm nhiệm chức vụ: {_banned}"),
            Gap(0.5),
            Sign(("{signer.title}",), "{signer.name}", dated="{issue_date:full}"),
        ),
        fit=1,
    ),
)


def _hospital(story: Story) -> None:
    given, unit = story.facts, story.unit
    where = unit.district or unit.province
    house = story.pick(
        f"BỆNH VIỆN ĐA KHOA {bare(where).upper()}",
        f"TRUNG TÂM Y TẾ {where.upper()}",
        f"BỆNH VIỆN ĐA KHOA KHU VỰC {bare(where).upper()}",
    )
    over = f"SỞ Y TẾ {unit.province.upper()}"
    given.add("issuer", house, others=[f"{over} {house}"], head=house)
    given.add("_over", over)
    given.add("_seal", house)
    _issued(story)
    signed(
        story,
        (("GIÁM ĐỐC",), ("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"), ("TL. GIÁM ĐỐC", "TRƯỞNG KHOA")),
        grade=story.pick("BS.", "BS.CKII.", ""),
    )
    given.optional |= {"signer.name", "signer.title"}


def _issued(story: Story) -> None:
    given, where = story.facts, bare(story.unit.province)
    dated(story)
    value = given.values["issue_date"]
    given.values["issue_date"] = type(value)(
        value.shown, value.truth, (), {**value.forms, "full": f"{where}, {value.forms['dated']}"}
    )


def birth(story: Story, form: Form) -> None:
    """A mother, a child of a few days."""
    del form
    rng, given = story.rng, story.facts
    mother = draw_person(rng, today=story.today, ages=(19, 42), sex="female", unit=story.unit)
    child = draw_person(rng, today=story.today, ages=(0, 0), surname=draw_name(rng, "male").split()[0])
    born = story.today - timedelta(days=rng.randint(0, 4))
    given.person("mother", mother)
    given.add("_mother", mother.name)
    given.add("_mother_id", mother.id_number)
    given.add("person.name", child.name)
    given.add("person.sex", child.sex_word, child.sex)
    given.day("person.birth_date", born)
    value = given.values["person.birth_date"]
    clock = f"{rng.randint(0, 23):02d} giờ {rng.randint(0, 59):02d} phút, ngày {born:%d/%m/%Y}"
    given.values["person.birth_date"] = type(value)(value.shown, value.truth, (), {**value.forms, "clock": clock})
    given.also("owner_name", of="person.name")
    given.optional.add("owner_name")
    _hospital(story)
    given.add(
        "person.birth_place",
        story.facts.values["issuer"].shown.title().replace("Đa Khoa", "Đa khoa").replace("Khu Vực", "khu vực"),
    )
    given.add("_weight", area(rng.randint(26, 39) * 100))
    given.add("_midwife", draw_name(rng, "female"))
    given.add("number", f"{rng.randint(1, 900)}/{story.pick('GCS', 'CS', 'GCS-BV')}")
    given.add("title", "GIẤY CHỨNG SINH")


def death(story: Story, form: Form) -> None:
    """Someone who died in hospital."""
    del form
    rng, given = story.rng, story.facts
    who = draw_person(rng, today=story.today, ages=(30, 95), unit=story.unit)
    given.person("person", who, owner=True)
    died = story.today - timedelta(days=rng.randint(0, 2))
    given.add(
        "_died",
        f"{died:%d/%m/%Y}",
        clock=f"{rng.randint(0, 23):02d} giờ {rng.randint(0, 59):02d} phút, ngày {died:%d/%m/%Y}",
        words=date_words(died),
    )
    _hospital(story)
    given.add("_place_of_death", written(rng, story.unit))
    given.add("_cause", rng.choice(pool("civil", "causes_of_death")))
    given.add("_relative", draw_name(rng, "male"))
    given.add("number", f"{rng.randint(1, 400)}/{story.pick('GBT', 'BT-BV')}")
    given.add("title", "GIẤY BÁO TỬ")


def record(story: Story, form: Form) -> None:
    """Someone without a criminal record."""
    del form
    rng, given, unit = story.rng, story.facts, story.unit
    who = draw_person(rng, today=story.today, ages=(20, 55), unit=unit)
    given.person("person", who, owner=True)
    given.add("person.birth_place", lower_first(unit.province))
    office = "SỞ TƯ PHÁP" if story.old else "CÔNG AN " + unit.province.upper()
    given.add(
        "issuer",
        office,
        others=[f"UBND {unit.province.upper()} {office}", f"{office} {unit.province.upper()}"],
        head=office,
        normal=office.title().replace("Tư Pháp", "Tư pháp").replace("Công An", "Công an"),
    )
    given.add("_over", f"UBND {unit.province.upper()}" if story.old else "BỘ CÔNG AN")
    given.add("_seal", office)
    _issued(story)
    signed(story, (("GIÁM ĐỐC",), ("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC")))
    given.optional |= {"signer.name", "signer.title"}
    given.add("_clerk", draw_name(rng, "female"))
    given.add("_record", "Không có án tích")
    given.add("_banned", "Không cấm đảm nhiệm chức vụ, thành lập, quản lý doanh nghiệp, hợp tác xã.")
    given.add("number", f"{rng.randint(1, 9000)}/{story.pick('STP-LLTP', 'LLTP', 'TTLLTP')}")
    given.add("title", "PHIẾU LÝ LỊCH TƯ PHÁP SỐ 1", others=["PHIẾU LÝ LỊCH TƯ PHÁP"])
