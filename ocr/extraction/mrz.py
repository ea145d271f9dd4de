"""Machine-readable lines of identity cards (TD1: three lines of 30) and passports (TD3: two of 44), after ICAO 9303 parts 3–5.

Only what its check digit vouches for is taken. A letter read for a figure is put right (the places of figures are known);
a figure misread for another only where exactly one change satisfies the field's own check digit and the one over all.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import product

from catalogue.identifiers import check_digit
from ocr.extraction.identifiers import personal_id_doubt
from ocr.extraction.sheet import Piece, Sheet

_TO_DIGITS = str.maketrans(
    {"O": "0", "Q": "0", "D": "0", "U": "0", "I": "1", "L": "1", "Z": "2", "S": "5", "B": "8", "G": "6", "T": "1"}
)
_FILLERS = str.maketrans(dict.fromkeys("‹>›(-–—_~=*", "<") | {"«": "<<", "»": "<<"})
_ALIKE = {
    "0": "869",
    "1": "74",
    "2": "7",
    "3": "85",
    "4": "19",
    "5": "36",
    "6": "850",
    "7": "12",
    "8": "3069",
    "9": "048",
}
"""Figures that poor print and scanners confuse."""
_LEAST = {"td1": 26, "td3": 38}  # characters of a line that may have lost some at its end
_FIRST = re.compile(r"^[I1LT][D0O]?VNM(.{9})(.)(.{12})")
_SECOND = re.compile(r"^(.{6})(.)([MF<])(.{6})(.)VNM(.*)$")
_PASSPORT = re.compile(r"^(.{9})(.)([A-Z0<]{3})(.{6})(.)([MF<])(.{6})(.)(.{14})(.)(.)")
_NAMES = re.compile(r"^([A-Z]+(?:<[A-Z]+)*)<<([A-Z]+(?:<[A-Z]+)*)<*$")

Read = Mapping[str, tuple[str, tuple[Piece, ...]]]


def line_of(text: str) -> str | None:
    """A line of print as machine-readable letters, fillers put right; None if it is none."""
    line = re.sub(r"[^A-Z0-9<]", "", text.upper().translate(_FILLERS))
    marked = line.count("<") >= 2 or "VNM" in line
    return line if len(line) >= _LEAST["td1"] and marked and len(line) >= 0.8 * len(text.replace(" ", "")) else None


def read_mrz(sheet: Sheet) -> Read | None:
    """Fields of the lines whose own check digits are right; None when there is no such line.

    `person.name` is without marks, as the lines have it, and vouched for by no digit of its own.
    """
    lines = list(_lines(sheet))
    out: dict[str, tuple[str, tuple[Piece, ...]]] = {}
    first: str | None = None
    for place, (line, pieces) in enumerate(lines):
        said = _passport(line) if len(line) >= _LEAST["td3"] else None
        if said:
            before = lines[place - 1] if place else None
            name = _name(before[0][5:]) if before and before[0].startswith("P") else None
            out |= {key: (value, pieces) for key, value in said.items()}
            if name and before:
                out["person.name"] = (name, before[1])
            continue
        number = _first_line(line)
        if number:
            first = line
            out["person.id_number"] = (number, pieces)
            continue
        said = _second_line(line, first)
        if said:
            out |= {key: (value, pieces) for key, value in said.items()}
            after = lines[place + 1] if place + 1 < len(lines) else None
            name = _name(after[0]) if after else None
            if name and after:
                out["person.name"] = (name, after[1])
    return out or None


def _lines(sheet: Sheet) -> Iterator[tuple[str, tuple[Piece, ...]]]:
    """Rows of the sheet that look machine-readable, with the pieces they were read from."""
    for page in sheet.pages:
        for row in page.rows:
            pieces = tuple(piece for segment in row for piece in segment.pieces)
            line = line_of("".join(segment.text for segment in row))
            if line:
                yield line, pieces
                continue
            for segment in row:
                line = line_of(segment.text)
                if line:
                    yield line, segment.pieces


def _first_line(line: str) -> str | None:
    """`IDVNM` + nine digits + check + twelve-digit id: the nine are the id's last, so one misread half is made good."""
    match = _FIRST.match(line)
    if not match:
        return None
    nine, check, whole = (part.translate(_TO_DIGITS) for part in match.groups())
    if not (nine + check + whole).isdigit():
        return None
    good = {number for number in (nine, whole[3:]) if check_digit(number) == int(check)}
    if len(good) != 1:
        return None
    number = whole[:3] + good.pop()
    return None if personal_id_doubt(number) else number


def _second_line(line: str, first: str | None) -> dict[str, str] | None:
    """Birth, sex, expiry: `8702078F2702076VNM<<<<<<<<<<<8`; the last digit is over both lines."""
    match = _SECOND.match(line)
    if not match:
        return None
    birth, birth_check, sex, expiry, expiry_check = (
        part.translate(_TO_DIGITS) if i != 2 else part for i, part in enumerate(match.groups()[:5])
    )
    rest, last = match[6][:-1].ljust(11, "<")[:11], match[6][-1:].translate(_TO_DIGITS)
    over = f"{first[5:30]:<25}".replace(" ", "<") if first and len(first) >= 30 else None

    def holds(born: str, until: str) -> bool:
        if over is None or not last.isdigit() or len(line) != 30:
            return False
        whole = over + born + birth_check + until + expiry_check + rest
        return check_digit(whole) == int(last)

    born, until = _mended(((birth, birth_check), (expiry, expiry_check)), holds)
    out: dict[str, str] = {}
    if born:
        out["person.birth_date"] = _date(born, future=False)
        if sex in "MF":
            out["person.sex"] = "male" if sex == "M" else "female"
    if until and not until.startswith("99"):
        out["expiry"] = _date(until, future=True)
    return {key: value for key, value in out.items() if value} or None


def _passport(line: str) -> dict[str, str] | None:
    """`B1234567<4VNM8702078F2702076001187012345<<<08`: number, birth, expiry and personal number with their checks."""
    match = _PASSPORT.match(line.ljust(44, "<"))
    if not match:
        return None
    number, number_check, country, birth, birth_check, sex, expiry, expiry_check, own, own_check, last = match.groups()
    number_check, birth, birth_check, expiry, expiry_check, last = (
        part.translate(_TO_DIGITS) for part in (number_check, birth, birth_check, expiry, expiry_check, last)
    )
    if country.replace("0", "O").strip("<") == "" or not last.isdigit():
        return None
    number = number[:1] + number[1:].translate(_TO_DIGITS)
    optional = own_check if own_check.isdigit() else "0"

    def holds(born: str, until: str) -> bool:
        whole = number + number_check + born + birth_check + until + expiry_check + own + own_check
        return check_digit(whole) == int(last)

    out: dict[str, str] = {}
    if number_check.isdigit() and check_digit(number) == int(number_check):
        out["number"] = number.strip("<")
    born, until = _mended(((birth, birth_check), (expiry, expiry_check)), holds)
    if born:
        out["person.birth_date"] = _date(born, future=False)
        if sex in "MF":
            out["person.sex"] = "male" if sex == "M" else "female"
    if until:
        out["expiry"] = _date(until, future=True)
    digits = own.strip("<").translate(_TO_DIGITS)
    if (
        len(digits) in {9, 12}
        and digits.isdigit()
        and check_digit(own) == int(optional)
        and not personal_id_doubt(digits)
    ):
        out["person.id_number"] = digits
    if out and country == "VNM":
        out["person.nationality"] = "Việt Nam"
    return {key: value for key, value in out.items() if value} if len(out) > 1 else None


def _mended(pairs: Sequence[tuple[str, str]], holds: Callable[[str, str], bool]) -> list[str | None]:
    """The fields whose check digit is right, or with the one change of a figure that makes it so and `holds` for all."""
    choices: list[list[str]] = []
    for digits, check in pairs:
        if not (digits + check).isdigit():
            choices.append([])
        elif check_digit(digits) == int(check):
            choices.append([digits])
        else:
            near = (digits[:i] + other + digits[i + 1 :] for i, c in enumerate(digits) for other in _ALIKE[c])
            choices.append([digit for digit in near if check_digit(digit) == int(check) and _date(digit, future=True)])
    sure = [len(found) == 1 and found[0] == digits for found, (digits, _) in zip(choices, pairs, strict=True)]
    if all(sure) or not all(choices):
        return [found[0] if is_sure else None for found, is_sure in zip(choices, sure, strict=True)]
    fitting = [each for each in product(*choices) if holds(each[0], each[1])]
    if len(fitting) == 1:
        return list(fitting[0])
    return [found[0] if is_sure else None for found, is_sure in zip(choices, sure, strict=True)]


def _name(zone: str) -> str | None:
    """`NGUYEN<<VAN<A<<<` → `NGUYEN VAN A`."""
    match = _NAMES.match(zone.translate(str.maketrans("0158", "OISB")))
    return f"{match[1]} {match[2]}".replace("<", " ") if match else None


def _date(text: str, *, future: bool) -> str:
    """`YYMMDD`: a birth lies in the past (two digits above 30 are 19..), an expiry in this century; "" if there is no such day."""
    century = "20" if future or int(text[:2]) <= 30 else "19"
    year, month, day = int(century + text[:2]), int(text[2:4]), int(text[4:])
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return ""
    return f"{year}-{month:02}-{day:02}"
