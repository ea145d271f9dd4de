"""Personal identification numbers and the QR code of identity cards."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

from catalogue.identifiers.faults import Fault, Malformed

Sex = Literal["male", "female"]

_PROVINCES = (
    1, 2, 4, 6, 8, 10, 11, 12, 14, 15, 17, 19, 20, 22, 24, 25, 26, 27, 30, 31, 33, 34, 35, 36, 37, 38, 40, 42, 44, 45, 46, 48,
    49, 51, 52, 54, 56, 58, 60, 62, 64, 66, 67, 68, 70, 72, 74, 75, 77, 79, 80, 82, 83, 84, 86, 87, 89, 91, 92, 93, 94, 95, 96,
)  # fmt: skip
PROVINCES_OF_BIRTH = frozenset(f"{code:03}" for code in _PROVINCES)
"""Provinces of birth registration as of 2013-2025: in a number they stay valid for ever (TT 07/2016/TT-BCA, phụ lục I)."""

_SEXES: dict[str, Sex] = {"nam": "male", "nữ": "female"}
_LEAST_QR_FIELDS = 7


@dataclass(frozen=True, slots=True)
class PersonalId:
    """What the twelve digits say. `year`: of birth."""

    text: str
    province: str
    sex: Sex
    year: int


def personal_id(text: str) -> PersonalId:
    """A personal identification number (số định danh cá nhân): province of birth registration, century and sex, year, six digits.

    There is no check digit. Source: NĐ 137/2015/NĐ-CP Đ13 and after it NĐ 70/2024/NĐ-CP.

    Raises:
        Malformed: not twelve digits, or no province had that code.
    """
    if not re.fullmatch(r"\d{12}", text, re.ASCII):
        raise Malformed(Fault.BAD_FORMAT, text)
    if text[:3] not in PROVINCES_OF_BIRTH:
        raise Malformed(Fault.UNKNOWN_PROVINCE, text)
    century, odd = divmod(int(text[3]), 2)
    return PersonalId(text, text[:3], "female" if odd else "male", 1900 + 100 * century + int(text[4:6]))


def old_id(text: str) -> str:
    """A number of the old paper card (CMND): nine digits, not valid since 2025 but printed on older papers.

    Raises:
        Malformed: not nine digits.
    """
    if not re.fullmatch(r"\d{9}", text, re.ASCII):
        raise Malformed(Fault.BAD_FORMAT, text)
    return text


def doubts_of_personal_id(found: PersonalId, *, sex: Sex | None = None, birth: str | None = None) -> tuple[str, ...]:
    """Which other fields the number contradicts: `sex`, `birth`. A warning, never a refusal: registers err too.

    Args:
        birth: `YYYY-MM-DD`, `YYYY-MM` or `YYYY`.
    """
    out = ["sex"] if sex is not None and sex != found.sex else []
    if birth and birth[:4] != str(found.year):
        out.append("birth")
    return tuple(out)


@dataclass(frozen=True, slots=True)
class CardQr:
    """A card's QR code. `old_id` may be empty; `birth` and `issued` as `YYYY-MM-DD`; `more`: fields after the seventh, as they came."""

    id: PersonalId
    old_id: str
    name: str
    birth: str
    sex: Sex
    address: str
    issued: str
    more: tuple[str, ...]


def card_qr(text: str) -> CardQr:
    """The QR code of a CCCD or căn cước: `id|old id|name|ddMMyyyy|Nam/Nữ|address|ddMMyyyy|…`.

    Raises:
        Malformed: fewer than seven fields, or a field is not what stands there.
    """
    fields = [field.strip() for field in text.strip("\r\n\0 ").split("|")]
    if len(fields) < _LEAST_QR_FIELDS:
        raise Malformed(Fault.BAD_FORMAT, text)
    number, old, name, birth, sex, address, issued, *more = fields
    if old and not re.fullmatch(r"\d{9}|\d{12}", old, re.ASCII):
        raise Malformed(Fault.BAD_FORMAT, old)
    if not name or sex.casefold() not in _SEXES:
        raise Malformed(Fault.BAD_FORMAT, text)
    return CardQr(
        personal_id(number),
        old,
        name,
        _day(birth).isoformat(),
        _SEXES[sex.casefold()],
        address,
        _day(issued).isoformat(),
        tuple(more),
    )


def doubts_of_card(card: CardQr) -> tuple[str, ...]:
    """What a card's own fields contradict in its number, and an issue day before the birth."""
    doubts = doubts_of_personal_id(card.id, sex=card.sex, birth=card.birth)
    return (*doubts, "issued") if card.issued < card.birth else doubts


def _day(text: str) -> date:
    if not re.fullmatch(r"\d{8}", text, re.ASCII):
        raise Malformed(Fault.BAD_FORMAT, text)
    try:
        return date(int(text[4:]), int(text[2:4]), int(text[:2]))
    except ValueError:
        raise Malformed(Fault.NO_SUCH_DATE, text) from None
