"""Machine-readable zones: the back of identity cards (TD1) and passports (TD3), after ICAO Doc 9303 parts 3, 4 and 5."""

import re
from dataclasses import dataclass
from datetime import date

from catalogue.identifiers.faults import Fault, Malformed
from catalogue.identifiers.persons import PersonalId, Sex, personal_id

_WEIGHTS = (7, 3, 1)
_SEXES: dict[str, Sex] = {"M": "male", "F": "female"}
_LETTERS = re.compile(r"[A-Z0-9<]*", re.ASCII)


def check_digit(text: str) -> int:
    """ICAO 9303-3, 4.9: values 0-9, A-Z = 10-35, `<` = 0; weights 7 3 1; modulo 10."""
    return sum((0 if c == "<" else int(c, 36)) * _WEIGHTS[i % 3] for i, c in enumerate(text)) % 10


@dataclass(frozen=True, slots=True)
class CardMrz:
    """The back of a Vietnamese identity card. `sex` None where it is not given; `expires` None on a card without end."""

    id: PersonalId
    birth: date
    sex: Sex | None
    expires: date | None
    name: str


@dataclass(frozen=True, slots=True)
class PassportMrz:
    """A passport's data page. `personal_number`: what stands in the optional field, often the twelve digits."""

    country: str
    number: str
    nationality: str
    birth: date
    sex: Sex | None
    expires: date
    personal_number: str
    name: str


def td1(text: str, *, today: date) -> CardMrz:
    """Three lines of thirty: `IDVNM` + nine last digits of the id + check + the id + `<<` + check; birth, sex, expiry; the name.

    Args:
        text: the lines, parted by line breaks or not.
        today: births lie before it; that decides the century.

    Raises:
        Malformed: other letters or length, a wrong check digit, an impossible date, or the nine digits are not the id's.
    """
    first, second, third = _lines(text, 3, 30)
    if not first.startswith("IDVNM") or second[15:18] != "VNM":
        raise Malformed(Fault.BAD_FORMAT, text)
    whole = first[5:30] + second[:7] + second[8:15] + second[18:29]
    _checked(text, (first[5:14], first[14]), (first[15:29], first[29]))
    _checked(text, (second[:6], second[6]), (second[8:14], second[14]), (whole, second[29]))
    found = personal_id(first[15:27])
    if not found.text.endswith(first[5:14]) or first[27:29] != "<<":
        raise Malformed(Fault.DISAGREES, text)
    endless = second[8:14] in {"999999", "991231"}
    return CardMrz(
        found,
        _birth(second[:6], text, today),
        _sex(second[7], text),
        None if endless else _date(second[8:14], 2000, text),
        _name(third, text),
    )


def td3(text: str, *, today: date) -> PassportMrz:
    """Two lines of forty-four: `P<VNM` and the name; number, nationality, birth, sex, expiry, personal number.

    Raises:
        Malformed: other letters or length, a wrong check digit, an impossible date.
    """
    first, second = _lines(text, 2, 44)
    if first[0] != "P" or not first[2:5].strip("<").isalpha():
        raise Malformed(Fault.BAD_FORMAT, text)
    optional = (second[28:42], "0" if second[42] == "<" else second[42])
    whole = second[:10] + second[13:20] + second[21:43]
    _checked(text, (second[:9], second[9]), (second[13:19], second[19]), (second[21:27], second[27]))
    _checked(text, optional, (whole, second[43]))
    return PassportMrz(
        first[2:5].strip("<"),
        second[:9].strip("<"),
        second[10:13].strip("<"),
        _birth(second[13:19], text, today),
        _sex(second[20], text),
        _date(second[21:27], 2000, text),
        second[28:42].strip("<"),
        _name(first[5:], text),
    )


def _lines(text: str, count: int, width: int) -> list[str]:
    bare = re.sub(r"\s", "", text)
    if len(bare) != count * width or not _LETTERS.fullmatch(bare):
        raise Malformed(Fault.BAD_FORMAT, text)
    return [bare[at : at + width] for at in range(0, len(bare), width)]


def _checked(text: str, *pairs: tuple[str, str]) -> None:
    if any(not check.isdigit() or check_digit(covered) != int(check) for covered, check in pairs):
        raise Malformed(Fault.CHECK_DIGIT, text)


def _sex(letter: str, text: str) -> Sex | None:
    if letter not in "MF<X":
        raise Malformed(Fault.BAD_FORMAT, text)
    return _SEXES.get(letter)


def _name(zone: str, text: str) -> str:
    """`NGUYEN<<VAN<A<<<` → `NGUYEN VAN A`."""
    words = [word for word in zone.split("<") if word]
    if not words or any(not word.isalpha() for word in words):
        raise Malformed(Fault.BAD_FORMAT, text)
    return " ".join(words)


def _birth(digits: str, text: str, today: date) -> date:
    born = _date(digits, 2000, text)
    return born if born <= today else _date(digits, 1900, text)


def _date(digits: str, century: int, text: str) -> date:
    if not re.fullmatch(r"\d{6}", digits, re.ASCII):
        raise Malformed(Fault.BAD_FORMAT, text)
    try:
        return date(century + int(digits[:2]), int(digits[2:4]), int(digits[4:]))
    except ValueError:
        raise Malformed(Fault.NO_SUCH_DATE, text) from None
