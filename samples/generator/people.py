"""Invented people. Names are put together at random; numbers keep the structure of real ones and belong to nobody."""

import random
from dataclasses import dataclass
from datetime import date, timedelta

from samples.generator.places import Unit, draw_unit, hamlet, written
from samples.generator.pools import names_in, pool

ETHNICITIES = ("Kinh",) * 40 + ("Cơ-ho", "Cơ-ho", "Cơ Ho", "Mạ", "Chu-ru", "Ê-đê", "Mông", *names_in("surnames_of"))
HIGHLAND = frozenset({"Cơ-ho", "Cơ Ho", "Mạ"})


@dataclass(frozen=True)
class Person:
    """An invented person; `name` in normal capitals."""

    name: str
    sex: str  # male, female
    birth: date
    ethnicity: str
    id_number: str
    home: str
    residence: str

    @property
    def sex_word(self) -> str:
        return "Nam" if self.sex == "male" else "Nữ"

    @property
    def mister(self) -> str:
        return "ông" if self.sex == "male" else "bà"


def draw_name(rng: random.Random, sex: str, ethnicity: str = "Kinh", surname: str = "") -> str:
    """A name as people of the ethnicity bear it."""
    male = sex == "male"

    def draw(name: str) -> str:
        return rng.choice(pool("names", name))

    if not surname and ethnicity in HIGHLAND:
        return f"{rng.choice((chr(75) + chr(39), 'K')) if male else 'Ka'} {draw('highland_given')}"
    if not surname and ethnicity == "Ê-đê":
        return f"{'Y' if male else rng.choice(('H', chr(72) + chr(39)))} {draw('highland_given')} {draw('ede_clan')}"
    if not surname and ethnicity == "Mông":
        return f"{draw('hmong_surname')} {'A' if male else 'Thị'} {draw('hmong_given')}"
    family = surname or rng.choice(
        pool("surnames_of", ethnicity) if ethnicity in names_in("surnames_of") else pool("names", "surnames")
    )
    middle = draw("male_middle" if male else "female_middle")
    if rng.random() < 0.18:
        middle += " " + draw("second_male" if male else "second_female")
    if rng.random() < 0.06:
        middle = ""
    given = draw("male_given" if male else "female_given")
    return " ".join(dict.fromkeys(filter(None, (family, *middle.split(), given))))


def draw_id(rng: random.Random, sex: str, birth: date, province: str) -> str:
    """Twelve digits: province of birth registration, century and sex, year, six at random (NĐ 137/2015, Điều 13)."""
    century = (birth.year - 1900) // 100 * 2 + (sex == "female")
    return f"{province}{century}{birth.year % 100:02d}{rng.randint(0, 999999):06d}"


def draw_day(rng: random.Random, first: date, last: date) -> date:
    """Any day between two, both included."""
    return first + timedelta(days=rng.randint(0, max(0, (last - first).days)))


def draw_person(
    rng: random.Random,
    *,
    today: date,
    ages: tuple[int, int] = (18, 75),
    sex: str = "",
    surname: str = "",
    unit: Unit | None = None,
    ethnicity: str = "",
) -> Person:
    """A person of an age at `today`, living in `unit` or anywhere."""
    sex = sex or rng.choice(("male", "female"))
    old = today < date(2025, 7, 1)
    birth = draw_day(
        rng, today.replace(year=today.year - ages[1], day=1), today.replace(year=today.year - ages[0], day=1)
    )
    place = unit or draw_unit(rng, old=old)
    origin = draw_unit(rng, old=old) if rng.random() < 0.6 else place
    ethnicity = ethnicity or rng.choice(ETHNICITIES)
    return Person(
        name=draw_name(rng, sex, ethnicity, surname),
        sex=sex,
        birth=birth,
        ethnicity=ethnicity,
        id_number=draw_id(rng, sex, birth, origin.code),
        home=written(rng, origin),
        residence=written(rng, place, first=hamlet(rng, place)),
    )


def draw_phone(rng: random.Random) -> str:
    """A number of the 095 range, which no carrier uses any more."""
    return f"095{rng.randint(0, 9999999):07d}"


TAX_WEIGHTS = (31, 29, 23, 19, 17, 13, 7, 5, 3)


def draw_tax_code(rng: random.Random) -> str:
    """Ten digits with the right check digit, in a series of 99xxxxx no tax office has reached."""
    while True:
        digits = f"{rng.choice(('58', '01', '03', '40', '60', '42', '64', '37', '57'))}99{rng.randint(0, 99999):05d}"
        rest = sum(int(digit) * weight for digit, weight in zip(digits, TAX_WEIGHTS, strict=True)) % 11
        if 10 - rest != 10:
            return f"{digits}{10 - rest}"
