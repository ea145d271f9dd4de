"""Tax codes, register numbers and codes of administrative units."""

import re
from dataclasses import dataclass
from enum import StrEnum

from stdnum.exceptions import InvalidChecksum, ValidationError
from stdnum.vn import mst

from catalogue.identifiers.faults import Fault, Malformed
from catalogue.identifiers.persons import personal_id

FIRST_REGISTER_YEAR = 1945


class UnitLevel(StrEnum):
    """Levels of administrative units; the district level ended on 1/7/2025."""

    PROVINCE = "province"
    DISTRICT = "district"
    COMMUNE = "commune"


_DIGITS = {UnitLevel.PROVINCE: 2, UnitLevel.DISTRICT: 3, UnitLevel.COMMUNE: 5}


def business_code(text: str) -> str:
    """A business's or branch's tax code: ten digits, or ten and `-NNN` from 001. The tenth digit checks the others.

    Source: TT 105/2020/TT-BTC Đ5; the arithmetic is python-stdnum's `stdnum.vn.mst`.

    Raises:
        Malformed: another form, or a wrong check digit.
    """
    if not re.fullmatch(r"\d{10}(?:-\d{3})?", text, re.ASCII):
        raise Malformed(Fault.BAD_FORMAT, text)
    try:
        mst.validate(text)
    except InvalidChecksum:
        raise Malformed(Fault.CHECK_DIGIT, text) from None
    except ValidationError:
        raise Malformed(Fault.BAD_FORMAT, text) from None
    return text


def tax_code(text: str) -> str:
    """A tax code: of a business (`business_code`), or since 7/2025 a person's own twelve digits.

    Raises:
        Malformed: neither.
    """
    return personal_id(text).text if re.fullmatch(r"\d{12}", text, re.ASCII) else business_code(text)


@dataclass(frozen=True, slots=True)
class RegisterNumber:
    """A number in a civil-status register of a year. Unique per kind, agency of that time, number and year."""

    number: int
    year: int


def register_number(text: str, *, this_year: int | None = None) -> RegisterNumber:
    """A hộ tịch number, `506/2025` (TT 04/2020/TT-BTP Đ28).

    Args:
        this_year: no later year is taken.

    Raises:
        Malformed: another form, number 0, or a year no register is of.
    """
    match = re.fullmatch(r"(\d{1,6}) ?/ ?(\d{4})", text, re.ASCII)
    if match is None or int(match[1]) == 0:
        raise Malformed(Fault.BAD_FORMAT, text)
    number, year = int(match[1]), int(match[2])
    if year < FIRST_REGISTER_YEAR or (this_year is not None and year > this_year):
        raise Malformed(Fault.NO_SUCH_DATE, text)
    return RegisterNumber(number, year)


def administrative_unit(text: str) -> UnitLevel:
    """The level a unit's code speaks of: 2 digits a province, 3 a district (until 30/6/2025), 5 a commune (QĐ 19/2025/QĐ-TTg).

    Whether there is such a unit on a day is a question to the catalogue.

    Raises:
        Malformed: no such length, or not digits.
    """
    if re.fullmatch(r"\d+", text, re.ASCII) and text.strip("0"):
        for level, digits in _DIGITS.items():
            if len(text) == digits:
                return level
    raise Malformed(Fault.BAD_FORMAT, text)
