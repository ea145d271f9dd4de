"""The machine-readable lines of an identity card (ICAO 9303 part 5, TD1: three lines of 30), with their check digits."""

import re
from collections.abc import Mapping

from ocr.extraction.identifiers import personal_id_doubt
from ocr.extraction.sheet import Piece, Sheet

_WEIGHTS = (7, 3, 1)
_TO_DIGITS = str.maketrans(
    {"O": "0", "Q": "0", "D": "0", "I": "1", "L": "1", "Z": "2", "S": "5", "B": "8", "G": "6", "T": "1"}
)

Read = Mapping[str, tuple[str, tuple[Piece, ...]]]


def check_digit(text: str) -> int:
    """ICAO 9303 part 3, 4.9: values 0-9, A-Z = 10-35, `<` = 0, weights 7 3 1, modulo 10."""
    return sum(_value(c) * _WEIGHTS[i % 3] for i, c in enumerate(text)) % 10


def _value(c: str) -> int:
    return 0 if c == "<" else int(c, 36)


def read_mrz(sheet: Sheet) -> Read | None:
    """Fields of the lines whose own check digits are right; None when there is no such line."""
    out: dict[str, tuple[str, tuple[Piece, ...]]] = {}
    for segment in sheet.segments:
        line = re.sub(r"[^A-Z0-9<]", "", segment.text.upper().replace("«", "<<").replace("(", "<"))
        if len(line) < 26 or line.count("<") < 2:
            continue
        found = _first_line(line) or _second_line(line)
        if found:
            out.update({key: (value, segment.pieces) for key, value in found.items()})
    return out or None


def _first_line(line: str) -> dict[str, str] | None:
    """`IDVNM` + nine digits + check + twelve-digit id: the nine are the id's last."""
    match = re.match(r"^[I1T]D?VNM(.{9})(.)(.{12})", line)
    if not match:
        return None
    nine, check, whole = (part.translate(_TO_DIGITS) for part in match.groups())
    if (
        not (nine + check + whole).isdigit()
        or check_digit(nine) != int(check)
        or whole[3:] != nine
        or personal_id_doubt(whole)
    ):
        return None
    return {"person.id_number": whole}


def _second_line(line: str) -> dict[str, str] | None:
    """Birth, sex, expiry: `8702078F2702076VNM`."""
    match = re.match(r"^(.{6})(.)([MF<])(.{6})(.)VNM", line)
    if not match:
        return None
    birth, birth_check, sex, expiry, expiry_check = (
        part.translate(_TO_DIGITS) if i != 2 else part for i, part in enumerate(match.groups())
    )
    out: dict[str, str] = {}
    if (birth + birth_check).isdigit() and check_digit(birth) == int(birth_check):
        out["person.birth_date"] = _date(birth, future=False)
        if sex in "MF":
            out["person.sex"] = "male" if sex == "M" else "female"
    if (expiry + expiry_check).isdigit() and check_digit(expiry) == int(expiry_check) and not expiry.startswith("99"):
        out["expiry"] = _date(expiry, future=True)
    return out or None


def _date(text: str, *, future: bool) -> str:
    """`YYMMDD`: a birth lies in the past (two digits above 30 are 19..), an expiry in this century."""
    century = "20" if future or int(text[:2]) <= 30 else "19"
    return f"{century}{text[:2]}-{text[2:4]}-{text[4:]}"
