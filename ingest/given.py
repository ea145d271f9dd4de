"""What is told of a paper when it is handed in: whose it is and for which dossier. Both may enter its permanent code."""

import re
from dataclasses import replace

from django.conf import settings
from django.utils.translation import gettext as _

from catalogue.identifiers import Malformed, dossier
from catalogue.identifiers.faults import Fault
from catalogue.identifiers.registers import business_code
from khoso.kernel.errors import Refused
from khoso.kernel.reasons import ReasonCode
from warehouse.moving import Intake

LONGEST_OWNER, LONGEST_DOSSIER = 30, 60
_OWNER = re.compile(r"(?=.{3})[0-9A-Z]+(?:[.-][0-9A-Z]+)*", re.ASCII)
_LENGTHS = {6, 7, 8, 9, 10, 12, 13}
"""Of figures alone: personal numbers 12, old cards 9, tax codes 10 or 13, budget units 7, foreign passports 6 to 9."""


def checked(intake: Intake) -> Intake:
    """The same with owner and dossier as they are stored: without spaces, in capitals; each may be empty.

    Raises:
        Refused: one of them cannot be (`BAD_OWNER_ID`, `BAD_DOSSIER`; `field` is `owner_id` or `dossier`).
    """
    return replace(intake, owner_id=_owner(intake.owner_id), dossier=_dossier(intake.dossier))


def faults_of(intake: Intake) -> dict[str, str]:
    """What is wrong with each of them, in words: `owner_id`, `dossier`; empty when all is well."""
    found = {}
    for name, read in (("dossier", _dossier), ("owner_id", _owner)):
        try:
            read(getattr(intake, name))
        except Refused as error:
            found[name] = str(error)
    return found


def _owner(text: str) -> str:
    """Tolerant where the law leaves room (foreigners, agencies): strict letters, and lengths where there are figures alone."""
    bare = _bare(text)
    if not bare:
        return ""
    if len(bare) > LONGEST_OWNER or not _OWNER.fullmatch(bare) or not re.search(r"\d", bare):
        raise _bad_owner(text, _("chỉ gồm chữ số, chữ cái không dấu, dấu chấm và gạch nối, nhiều nhất 30 ký tự"))
    if bare.isdecimal() and len(bare) not in _LENGTHS:
        told = _("có %(count)s chữ số; số định danh cá nhân có 12, CMND cũ 9, mã số thuế 10 hoặc 13")
        raise _bad_owner(text, told % {"count": len(bare)})
    tax = re.fullmatch(r"(\d{10})-?(\d{3})?", bare)
    if tax:
        try:
            business_code(tax[1])
        except Malformed:
            raise _bad_owner(text, _("chữ số kiểm tra của mã số thuế sai")) from None
    return bare


def _dossier(text: str) -> str:
    bare = _bare(text)
    if not bare:
        return ""
    told = _("mã có dạng H36.12-261121-0001 (mã cơ quan, năm tháng ngày nhận, số thứ tự)")
    if len(bare) > LONGEST_DOSSIER:
        raise _bad_dossier(text, told)
    try:
        dossier(bare, pattern=settings.KHOSO_DOSSIER_PATTERN)
    except ValueError as error:  # or a form of the setting's own without the three parts
        if isinstance(error, Malformed) and error.fault is Fault.NO_SUCH_DATE:
            told = _("sáu chữ số ở giữa không phải là ngày (năm tháng ngày)")
        raise _bad_dossier(text, told) from None
    return bare


def _bare(text: str) -> str:
    return "".join(text.split()).upper()


def _bad_owner(text: str, detail: str) -> Refused:
    return Refused(ReasonCode.BAD_OWNER_ID, field="owner_id", value=text[:60], detail=detail)


def _bad_dossier(text: str, detail: str) -> Refused:
    return Refused(ReasonCode.BAD_DOSSIER, field="dossier", value=text[:80], detail=detail)
