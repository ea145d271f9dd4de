"""Machine-readable codes against print: what a QR code says is taken, and where print says something else, an alarm is given.

A card's code (`id|old id|name|ddMMyyyy|Nam/Nữ|address|ddMMyyyy`) names every field. Codes of other papers only list values
in an order of their own (`number|name|day of birth|…`): each is held against the printed field it can only mean.
Nothing is merged in silence: a name, number, day or sex that stands otherwise in print keeps the code's value *and* a
doubt, `possible_forgery` where the print was read surely, `disagrees_with:code` where it may be misread.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from catalogue.identifiers import CardQr, Malformed, card_qr
from khoso.kernel.transcript import Code
from ocr.extraction.findings import UNSURE_BELOW, Finding
from ocr.extraction.sheet import Piece
from ocr.extraction.text import clean, distance, is_upper, letters, squash

FORGERY = "possible_forgery"
UNLIKE = "disagrees_with:code"
SURE = 0.999

_SEPARATORS = re.compile(r"[|;\r\n\t]+")
_COMPARED = re.compile(r"(?:\.name|_date|^expiry|\.sex|id_number|^number|^serial|^register_number|\.code)$")
_MISREAD_SHARE = 4  # a name of which a quarter of the letters differs is another name
_MISREAD_SIGNS = 2  # digits of a number that may be misread


@dataclass(frozen=True, slots=True)
class Said:
    """One value a code gives, and the code."""

    value: str
    code: Code
    page: int

    def piece(self) -> Piece:
        return Piece(self.value, self.code.box, 1.0, f"code/{self.code.symbology}", self.page)


def card_fields(card: CardQr) -> dict[str, str]:
    """What a card's code says, by field; what is empty is left out."""
    said = {
        "person.id_number": card.id.text,
        "person.old_id_number": card.old_id,
        "person.name": clean(card.name),
        "person.birth_date": card.birth,
        "person.sex": card.sex,
        "person.residence": clean(card.address),
        "issue_date": card.issued,
    }
    return {key: value for key, value in said.items() if value}


def read_card(codes: Sequence[tuple[int, Code]]) -> dict[str, Said]:
    """Fields of the first code that is an identity card's; none when there is no such code. `codes`: with their pages."""
    for page, code in codes:
        try:
            card = card_qr(code.text)
        except Malformed:
            continue
        return {key: Said(value, code, page) for key, value in card_fields(card).items()}
    return {}


def listed(codes: Sequence[tuple[int, Code]]) -> Iterator[Said]:
    """The values any other code lists, days as `YYYY-MM-DD`."""
    for page, code in codes:
        for part in _SEPARATORS.split(code.text):
            value = clean(part)
            if len(squash(value)) >= 4 and "://" not in value:
                yield Said(_as_day(value) or value, code, page)


def _as_day(text: str) -> str | None:
    match = re.fullmatch(r"(\d{2})[/.-]?(\d{2})[/.-]?(\d{4})", text)
    if not match:
        return None
    try:
        return date(int(match[3]), int(match[2]), int(match[1])).isoformat()
    except ValueError:
        return None


def overruled(key: str, printed: Finding | None, said: Said, *, rule: str) -> Finding:
    """The field as the code has it; doubted where print contradicts it."""
    if printed is None:
        return Finding(key, said.value, (said.piece(),), SURE, rule, source="code")
    value = said.value.upper() if is_upper(printed.value) and key.endswith("name") else said.value
    taken = replace(printed, value=value, sure=SURE, rule=rule, source="code", doubts=(), certain=True)
    if key.endswith((".residence", ".address")):
        share = max(len(squash(value)), 1)
        apart = distance(squash(value), squash(printed.value), share // 3) > share // 3
        return taken.doubted(UNLIKE) if apart else taken
    if _same(key, printed.value, value):
        return taken
    return taken.doubted(FORGERY if _read_surely(printed) or _far(key, printed.value, value) else UNLIKE)


def _same(key: str, printed: str, said: str) -> bool:
    """Names are compared without marks: what differs in marks alone is misread, and the code has them right."""
    return squash(printed) == squash(said) if key.endswith("name") else letters(printed) == letters(said)


def _read_surely(printed: Finding) -> bool:
    return printed.sure >= UNSURE_BELOW and not printed.doubts


def _far(key: str, printed: str, said: str) -> bool:
    one, other = squash(printed), squash(said)
    limit = max(len(one), len(other)) // _MISREAD_SHARE if key.endswith("name") else _MISREAD_SIGNS
    return distance(one, other, limit) > limit


def weigh_listed(findings: Mapping[str, Finding], said: Sequence[Said]) -> dict[str, Finding]:
    """Printed fields a code repeats, upheld; those it nearly repeats, overruled and doubted.

    «Nearly» only where no other printed field says what the code says, so that a second number of like shape is left alone.
    """
    out: dict[str, Finding] = {}
    values = {letters(finding.value) for finding in findings.values()}
    for key, printed in findings.items():
        if printed.source != "ocr" or len(squash(printed.value)) < 4:
            continue
        same = next((s for s in said if letters(s.value) == letters(printed.value)), None)
        if same:
            out[key] = replace(printed, doubts=_without_misread(printed.doubts)).upheld_by("code", 0.02)
            continue
        if not _COMPARED.search(key):
            continue
        near = [s for s in said if letters(s.value) not in values and _nearly(key, printed.value, s.value)]
        if len(near) == 1:
            out[key] = overruled(key, printed, near[0], rule=printed.rule)
    return out


def _without_misread(doubts: Sequence[str]) -> tuple[str, ...]:
    return tuple(doubt for doubt in doubts if doubt != "misread_digits")


def _nearly(key: str, printed: str, said: str) -> bool:
    one, other = squash(printed), squash(said)
    digits = sum(c.isdigit() for c in other)
    if key.endswith("name"):
        return digits == 0 and len(other) >= 6 and not _far(key, printed, said)
    return digits >= 6 and len(one) == len(other) and distance(one, other, _MISREAD_SIGNS) <= _MISREAD_SIGNS
