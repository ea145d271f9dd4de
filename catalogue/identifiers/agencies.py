"""Codes of agencies, dossiers, procedures and results (QĐ 20/2020/QĐ-TTg; TT 01/2023/TT-VPCP; the national portal's lists)."""

import re
from dataclasses import dataclass
from datetime import date

from catalogue.identifiers.faults import Fault, Malformed

AGENCY_LONGEST = 35
DOSSIER_PATTERN = r"[0-9A-Z]+(?:\.[0-9A-Z]+)*-\d{6}-\d{4,}"
"""Default form of a dossier code; a setting may hold another with the same three parts."""

_AGENCY = re.compile(r"[0-9A-Z]+(?:\.[0-9A-Z]+)*", re.ASCII)
_ROOT = re.compile(r"[A-Y]\d\d", re.ASCII)
_PROCEDURE = re.compile(r"([12356]\.\d{6})(?:\.(\d{3}\.\d\d\.\d\d\.[A-Y]\d\d(?:\.\d\d)?))?", re.ASCII)
_RESULT = re.compile(r"KQ\.([A-Y]\d\d)\.(\d{6})", re.ASCII)
_DOSSIER_RESULT = re.compile(r"(.+)-KQ([1-9]\d*)", re.ASCII)


@dataclass(frozen=True, slots=True)
class AgencyCode:
    """An agency, `groups` from the root (ministry or province) inwards, filling zeros dropped; `old_order`: written the old way."""

    groups: tuple[str, ...]
    old_order: bool

    @property
    def text(self) -> str:
        """The code of QĐ 20/2020, root first: the same for both ways of writing."""
        return ".".join(self.groups)

    @property
    def root(self) -> str:
        """`H36`: the ministry or province."""
        return self.groups[0]


def agency(text: str) -> AgencyCode:
    """An agency's identifier: `H36.12` (QĐ 20/2020, root first) or `000.00.12.H36` (before, root last).

    Raises:
        Malformed: not of `A-Z 0-9 .`, longer than 35, or neither its first nor its last group is a root.
    """
    if len(text) > AGENCY_LONGEST:
        raise Malformed(Fault.TOO_LONG, text)
    if not _AGENCY.fullmatch(text):
        raise Malformed(Fault.BAD_FORMAT, text)
    groups = text.split(".")
    old = not _ROOT.fullmatch(groups[0])
    if old:
        groups.reverse()
    if not _ROOT.fullmatch(groups[0]):
        raise Malformed(Fault.NO_AGENCY_ROOT, text)
    while old and len(groups) > 1 and not groups[-1].strip("0"):
        groups.pop()
    return AgencyCode(tuple(groups), old)


@dataclass(frozen=True, slots=True)
class DossierCode:
    """Who received it, when, and the day's running number as printed."""

    agency: str
    received: date
    number: str


def dossier(text: str, *, pattern: str = DOSSIER_PATTERN) -> DossierCode:
    """A dossier's code (mã hồ sơ), `H36.12-230101-0001`.

    Raises:
        Malformed: another form, or its six digits are no day.
    """
    if not re.fullmatch(pattern, text, re.ASCII):
        raise Malformed(Fault.BAD_FORMAT, text)
    where, digits, number = text.rsplit("-", 2)
    try:
        received = date(2000 + int(digits[:2]), int(digits[2:4]), int(digits[4:]))
    except ValueError:
        raise Malformed(Fault.NO_SUCH_DATE, text) from None
    return DossierCode(where, received, number)


@dataclass(frozen=True, slots=True)
class DossierResult:
    """The n-th result of a dossier."""

    dossier: DossierCode
    number: int


def dossier_result(text: str, *, pattern: str = DOSSIER_PATTERN) -> DossierResult:
    """Code of a dossier's result, `H36.12-230101-0001-KQ1` (TT 01/2023/TT-VPCP).

    Raises:
        Malformed: another form, or not the code of a dossier before `-KQ`.
    """
    match = _DOSSIER_RESULT.fullmatch(text)
    if match is None:
        raise Malformed(Fault.BAD_FORMAT, text)
    return DossierResult(dossier(match[1], pattern=pattern), int(match[2]))


@dataclass(frozen=True, slots=True)
class ProcedureCode:
    """`base` names the procedure; `place` who publishes it, empty in the short form."""

    base: str
    place: str


def procedure(text: str) -> ProcedureCode:
    """A procedure's code (mã TTHC), `2.000815` or `2.000815.000.00.00.H36`.

    The first digit is 1, 2 or 3; the national list of July 2026 has some with 5 and 6.

    Raises:
        Malformed: another form.
    """
    match = _PROCEDURE.fullmatch(text)
    if match is None:
        raise Malformed(Fault.BAD_FORMAT, text)
    return ProcedureCode(match[1], match[2] or "")


@dataclass(frozen=True, slots=True)
class ResultTypeCode:
    """A kind of result: the root of the ministry that rules it, and a number."""

    root: str
    number: int


def result_type(text: str) -> ResultTypeCode:
    """Code of a kind of result (mã loại kết quả), `KQ.G15.000031`.

    Raises:
        Malformed: another form.
    """
    match = _RESULT.fullmatch(text)
    if match is None:
        raise Malformed(Fault.BAD_FORMAT, text)
    return ResultTypeCode(match[1], int(match[2]))
