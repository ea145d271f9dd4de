"""Căn cước công dân, căn cước and giấy phép lái xe: both sides of a card copied on one sheet, with QR and MRZ; passports."""

import string
import unicodedata
from datetime import date, timedelta

from samples.generator.blocks import Art, Block, Card, Cols, F, Form, Gap, P, R, Sign
from samples.generator.people import draw_day, draw_person
from samples.generator.places import bare
from samples.generator.story import Story, dated, signed

BLUE = ((232, 244, 240), (140, 190, 180))
YELLOW = ((250, 244, 224), (225, 200, 130))
STATE: tuple[Block, ...] = (
    P("^CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM^", align="center", indent=0, after=0),
    P("Độc lập - Tự do - Hạnh phúc - ^MẪU^", align="center", indent=0, after=0, size=0.9),
)
STATE_BOTH: tuple[Block, ...] = (
    *STATE,
    P("SOCIALIST REPUBLIC OF VIET NAM", align="center", indent=0, after=0, size=0.8),
    P("Independence - Freedom - Happiness", align="center", indent=0, after=0, size=0.8),
)

IDS = (
    Form(
        "cccd_2021",
        (
            Card(
                (
                    Cols(
                        (
                            Art("emblem", 30, 30),
                            Gap(1.2),
                            Art("photo", 56, 74),
                            P("~Có giá trị đến / Date of expiry:~ {expiry:slash}", align="left", indent=0, size=0.72),
                        ),
                        (
                            *STATE_BOTH,
                            Cols(
                                (
                                    P("^{title}^", align="center", indent=0, after=0, size=1.5),
                                    P("Citizen Identity Card", align="center", indent=0, size=0.9),
                                ),
                                (Art("qr", 40, 40, caption="{_qr}"),),
                                0.72,
                            ),
                            F("Số / No.: {person.id_number}"),
                            F("Họ và tên / Full name:"),
                            F("{person.name:upper}"),
                            F("Ngày sinh / Date of birth: {person.birth_date:slash}"),
                            R(
                                ("Giới tính / Sex: {person.sex}", "Quốc tịch / Nationality: {person.nationality}"),
                                (0, 0.42),
                            ),
                            F("Quê quán / Place of origin: {person.home_town}"),
                            F("Nơi thường trú / Place of residence: {person.residence}"),
                        ),
                        0.27,
                    ),
                ),
                *BLUE,
            ),
            Gap(2),
            Card(
                (
                    F("Đặc điểm nhân dạng / Personal identification: {_marks}"),
                    F("Ngày, tháng, năm / Date, month, year: {issue_date:slash}"),
                    Cols(
                        (
                            Art("prints", 40, 46),
                            P("Ngón trỏ trái / Left index finger", align="center", indent=0, size=0.7),
                        ),
                        (
                            P("^CỤC TRƯỞNG CỤC CẢNH SÁT^", align="center", indent=0, after=0),
                            P("^QUẢN LÝ HÀNH CHÍNH VỀ TRẬT TỰ XÃ HỘI^", align="center", indent=0, after=0),
                            Sign((), "{_director}", room=22, seal=False),
                        ),
                        0.36,
                    ),
                    P("{_mrz}", align="mrz", indent=0, after=0),
                ),
                *BLUE,
            ),
        ),
        era="old",
        weight=2,
        plain=True,
    ),
    Form(
        "can_cuoc_2024",
        (
            Card(
                (
                    Cols(
                        (Art("emblem", 30, 30), Gap(1.4), Art("photo", 58, 78)),
                        (
                            *STATE_BOTH,
                            P("^{title}^", align="center", indent=0, after=0, size=1.5),
                            P("IDENTITY CARD", align="center", indent=0, size=0.9),
                            F("Số định danh cá nhân / Personal identification number:"),
                            F("{person.id_number}"),
                            F("Họ, chữ đệm và tên khai sinh / Full name:"),
                            F("{person.name:upper}"),
                            R(("Ngày, tháng, năm sinh / Date of birth: {person.birth_date:slash}",)),
                            R(
                                ("Giới tính / Sex: {person.sex}", "Quốc tịch / Nationality: {person.nationality}"),
                                (0, 0.42),
                            ),
                        ),
                        0.27,
                    ),
                ),
                *BLUE,
            ),
            Gap(2),
            Card(
                (
                    Cols(
                        (
                            F("Nơi cư trú / Place of residence: {person.residence}"),
                            F("Nơi đăng ký khai sinh / Place of birth: {_birth_place}"),
                            F("Ngày, tháng, năm cấp / Date of issue: {issue_date:slash}"),
                            F("Ngày, tháng, năm hết hạn / Date of expiry: {expiry:slash}"),
                            P("^BỘ CÔNG AN^ / MINISTRY OF PUBLIC SECURITY", align="left", indent=0),
                        ),
                        (Art("qr", 54, 54, caption="{_qr}"),),
                        0.72,
                    ),
                    Gap(0.5),
                    P("{_mrz}", align="mrz", indent=0, after=0),
                ),
                *BLUE,
            ),
        ),
        era="new",
        weight=2,
        plain=True,
    ),
)
LICENCES = (
    Form(
        "gplx_2013",
        (
            Card(
                (
                    Cols(
                        (
                            P("^BỘ GTVT^", align="center", indent=0, after=0),
                            P("MOT", align="center", indent=0),
                            Art("photo", 54, 72),
                            P("^Hạng/Class: {class}^", align="center", indent=0),
                        ),
                        (
                            *STATE,
                            P("^GIẤY PHÉP LÁI XE/DRIVER'S LICENSE^", align="center", indent=0, after=0, size=1.1),
                            P("^Số/No: {number}^", align="center", indent=0, after=0.2),
                            F("Họ tên/Full name: {person.name:upper}"),
                            F("Ngày sinh/Date of Birth: {person.birth_date:slash}"),
                            F("Quốc tịch/Nationality: {person.nationality}"),
                            F("Nơi cư trú/Address: {person.residence}"),
                            Sign(("{_rank}",), "{_director}", room=24, dated="{issue_date:full}"),
                            F("Có giá trị đến/Expires: {expiry:slash}"),
                        ),
                        0.27,
                    ),
                ),
                *YELLOW,
            ),
            Gap(2),
            Card(
                (
                    P("^CÁC LOẠI XE CƠ GIỚI ĐƯỜNG BỘ ĐƯỢC ĐIỀU KHIỂN^", align="center", indent=0, after=0),
                    P("CLASSIFICATION OF MOTOR VEHICLES", align="center", indent=0),
                    R(("^Hạng: {class}^", "{_vehicles}"), (0, 0.22)),
                    F("Ngày trúng tuyển: {_passed}"),
                    Gap(1),
                    P("^{issuer}^", align="left", indent=0),
                    Art("qr", 44, 44, align="right", caption="{_qr}"),
                ),
                *YELLOW,
            ),
        ),
        weight=1,
        plain=True,
    ),
    Form(
        "gplx_2025",
        (
            Card(
                (
                    Cols(
                        (
                            Art("emblem", 28, 28),
                            Gap(0.6),
                            Art("photo", 54, 72),
                            P("^Hạng/Class: {class}^", align="center", indent=0),
                        ),
                        (
                            *STATE,
                            P("^GIẤY PHÉP LÁI XE / DRIVING LICENSE^", align="center", indent=0, after=0, size=1.1),
                            P("^Số/No: {number}^", align="center", indent=0, after=0.2),
                            F("Họ và tên/Full name: {person.name:upper}"),
                            F("Ngày sinh/Date of birth: {person.birth_date:slash}"),
                            F("Quốc tịch/Nationality: {person.nationality}"),
                            F("Nơi cư trú/Address: {person.residence}"),
                            R(("Ngày cấp: {issue_date:slash}", "Có giá trị đến: {expiry:slash}"), (0, 0.45)),
                            P("^{issuer}^", align="center", indent=0, after=0),
                            Sign((), "{_director}", room=22),
                        ),
                        0.27,
                    ),
                ),
                *YELLOW,
            ),
        ),
        era="new",
        weight=1,
        plain=True,
    ),
)
PASSPORTS = (
    Form(
        "ho_chieu_2022",
        (
            *STATE_BOTH,
            Gap(1),
            P("^{title} / PASSPORT^", align="center", indent=0, size=1.3),
            Gap(0.6),
            Cols(
                (Art("photo", 92, 122),),
                (
                    R(("Loại / Type: P", "Mã số / Code: VNM"), (0, 0.42)),
                    F("Số hộ chiếu / Passport No.: {number}"),
                    F("Họ và tên / Full name: {person.name:upper}"),
                    F("Quốc tịch / Nationality: {person.nationality}"),
                    R(
                        ("Ngày sinh / Date of birth: {person.birth_date:slash}", "Giới tính / Sex: {person.sex}"),
                        (0, 0.66),
                    ),
                    F("Nơi sinh / Place of birth: {person.birth_place}"),
                    F("Số ĐDCN / ID No.: {person.id_number}"),
                    F("Ngày cấp / Date of issue: {issue_date:slash}"),
                    F("Có giá trị đến / Date of expiry: {expiry:slash}"),
                    P("Nơi cấp / Place of issue: ^{issuer}^", align="left", indent=0),
                ),
                0.27,
            ),
            Gap(1),
            P("{_mrz}", align="mrz", indent=0, after=0),
        ),
        plain=True,
    ),
)
VEHICLES = {
    "A1": "Xe mô tô hai bánh có dung tích xi-lanh đến 125 cm³",
    "B1": "Ô tô chở người đến 8 chỗ; ô tô tải dưới 3.500 kg",
    "B2": "Ô tô chở người đến 9 chỗ; ô tô tải dưới 3.500 kg",
    "C": "Ô tô tải, đầu kéo trên 3.500 kg",
}
VALUES = {char: number for number, char in enumerate(string.digits + string.ascii_uppercase)} | {"<": 0}


def check_digit(text: str) -> str:
    """ICAO 9303: weights 7, 3, 1, modulo 10."""
    return str(sum(VALUES[char] * (7, 3, 1)[place % 3] for place, char in enumerate(text)) % 10)


def mrz(number: str, birth: date, sex: str, expiry: date, name: str) -> list[str]:
    """Three lines of 30 characters (TD1) as Vietnamese cards carry them."""
    first = f"IDVNM{number[-9:]}{check_digit(number[-9:])}{number}<<"
    first += check_digit(first[5:])
    born, until = f"{birth:%y%m%d}", f"{expiry:%y%m%d}"
    second = f"{born}{check_digit(born)}{'M' if sex == 'male' else 'F'}{until}{check_digit(until)}VNM"
    second = second.ljust(29, "<")
    second += check_digit(first[5:] + second[:7] + second[8:15] + second[18:29])
    return [first, second, _machine_name(name)[:30].ljust(30, "<")]


def passport_mrz(number: str, birth: date, sex: str, expiry: date, name: str, personal: str) -> list[str]:
    """Two lines of 44 characters (TD3, ICAO 9303 part 4)."""
    first = f"P<VNM{_machine_name(name)}"[:44].ljust(44, "<")
    born, until, own = f"{birth:%y%m%d}", f"{expiry:%y%m%d}", personal.ljust(14, "<")
    number = number.ljust(9, "<")
    second = f"{number}{check_digit(number)}VNM{born}{check_digit(born)}{'M' if sex == 'male' else 'F'}"
    second += f"{until}{check_digit(until)}{own}{check_digit(own)}"
    return [first, second + check_digit(second[:10] + second[13:20] + second[21:43])]


def _machine_name(name: str) -> str:
    flat = unicodedata.normalize("NFD", name.upper()).replace("Đ", "D").replace("'", "")
    words = "".join(char for char in flat if not unicodedata.combining(char)).split()
    return f"{words[0]}<<{'<'.join(words[1:])}"


def passport(story: Story, form: Form) -> None:
    """The holder of a passport; its numbers are invented, the paper is marked MẪU - SPECIMEN."""
    rng, given = story.rng, story.facts
    if story.today < date(2022, 7, 1):
        story.today = draw_day(rng, date(2022, 7, 1), date(2025, 6, 20))
    who = draw_person(rng, today=story.today, ages=(16, 75), unit=story.unit)
    given.person("person", who, owner=True)
    name = who.name.upper()
    given.add("person.name", name, upper=name)
    given.also("owner_name", of="person.name")
    given.add("person.nationality", "VIỆT NAM / VIETNAMESE", "VIỆT NAM")
    given.add("person.birth_place", bare(story.unit.province))
    number = f"{rng.choice('CEPQ')}{rng.randint(0, 99999999):08d}"
    given.add("number", number)
    given.add("title", "HỘ CHIẾU", others=["HỘ CHIẾU / PASSPORT"])
    given.optional.add("title")
    dated(story)
    until = story.today.replace(year=story.today.year + 10, day=min(story.today.day, 28))
    given.day("expiry", until)
    given.add("issuer", "CỤC QUẢN LÝ XUẤT NHẬP CẢNH")
    given.add("_mrz", "\n".join(passport_mrz(number, who.birth, who.sex, until, who.name, who.id_number)))


def facts(story: Story, form: Form) -> None:
    """The holder of an identity card."""
    rng, given = story.rng, story.facts
    if story.today < date(2021, 3, 1):
        story.today = draw_day(rng, date(2021, 3, 1), date(2024, 6, 20))
    who = draw_person(rng, today=story.today, ages=(16, 70), unit=story.unit)
    given.person("person", who, owner=True)
    name = who.name.upper()
    given.add("person.name", name, upper=name)
    given.also("owner_name", of="person.name")
    given.also("number", of="person.id_number")
    given.optional |= {"number", "title", "issuer"}
    dated(story)
    age = story.today.year - who.birth.year
    until = who.birth.replace(
        year=who.birth.year + (25 if age < 23 else 40 if age < 38 else 60 if age < 58 else 99),
        day=min(who.birth.day, 28),
    )
    given.day("expiry", until)
    title = "CĂN CƯỚC CÔNG DÂN" if form.variant == "cccd_2021" else "CĂN CƯỚC"
    given.add("title", title)
    office = (
        "CỤC TRƯỞNG CỤC CẢNH SÁT QUẢN LÝ HÀNH CHÍNH VỀ TRẬT TỰ XÃ HỘI" if form.variant == "cccd_2021" else "BỘ CÔNG AN"
    )
    given.also(
        "issuer",
        of="issue_date",
        truth=office,
        others=["CỤC CẢNH SÁT QUẢN LÝ HÀNH CHÍNH VỀ TRẬT TỰ XÃ HỘI", "BỘ CÔNG AN"],
    )
    given.add("_birth_place", who.home)
    given.add("_marks", story.pick("Nốt ruồi C: 1cm dưới sau mép trái", "Sẹo chấm C: 2cm trên sau đuôi lông mày phải"))
    given.add("_director", "Trần Văn Mẫu")
    old = f"{rng.randint(0, 999999999):09d}" if story.maybe(0.5) else ""
    sex, place = who.sex_word, who.residence
    given.add("_qr", f"{who.id_number}|{old}|{who.name}|{who.birth:%d%m%Y}|{sex}|{place}|{story.today:%d%m%Y}")
    if old:
        given.also("person.old_id_number", of="person.id_number", truth=old)
        given.optional.add("person.old_id_number")
    given.add("_mrz", "\n".join(mrz(who.id_number, who.birth, who.sex, until, who.name)))


def licence(story: Story, form: Form) -> None:
    """The holder of a driving licence."""
    rng, given = story.rng, story.facts
    who = draw_person(rng, today=story.today, ages=(18, 65), unit=story.unit)
    given.person("person", who)
    name = who.name.upper()
    given.add("person.name", name, upper=name)
    given.add("person.nationality", "VIỆT NAM")
    given.also("owner_name", of="person.name")
    grade = rng.choice(sorted(VEHICLES))
    given.add("class", grade)
    given.add("_vehicles", VEHICLES[grade])
    given.add("number", "".join(str(rng.randint(0, 9)) for _ in range(12)))
    where = bare(story.unit.province)
    dated(story)
    value = given.values["issue_date"]
    given.values["issue_date"] = type(value)(
        value.shown, value.truth, (), {**value.forms, "full": f"{where}, {value.forms['dated']}"}
    )
    if grade != "A1":
        given.day(
            "expiry",
            story.today.replace(year=story.today.year + (5 if grade == "C" else 10), day=min(28, story.today.day)),
        )
    office = (
        "CỤC CẢNH SÁT GIAO THÔNG"
        if form.variant == "gplx_2025"
        else f"SỞ GIAO THÔNG VẬN TẢI {story.unit.province.upper()}"
    )
    given.add(
        "issuer",
        office,
        others=["SỞ GIAO THÔNG VẬN TẢI", "BỘ GIAO THÔNG VẬN TẢI"] if "SỞ" in office else ["BỘ CÔNG AN"],
    )
    given.also(
        "title",
        of="number",
        truth="GIẤY PHÉP LÁI XE",
        others=["GIẤY PHÉP LÁI XE / DRIVING LICENSE", "GIẤY PHÉP LÁI XE/DRIVER'S LICENSE"],
    )
    given.add("_seal", office)
    given.add("_rank", "KT. GIÁM ĐỐC\nPHÓ GIÁM ĐỐC")
    given.add("_director", "Lê Thị Mẫu")
    given.add("_passed", f"{story.today - timedelta(days=20):%d/%m/%Y}")
    given.add("_qr", f"MAU-SPECIMEN|{given.values['number'].shown}|{grade}")
    signed(story)
