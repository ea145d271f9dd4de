"""catalogue.identifiers: texts come in, the parts of an identifier go out, or what is wrong with it. Pure functions; knows no table and no Django.

Each reader returns a frozen value or raises `Malformed`, whose `fault` is a word for programs. What contradicts another
field is no fault of the number: such things are *doubts* (`doubts_of_personal_id`), a person decides.
"""

from catalogue.identifiers.agencies import (
    DOSSIER_PATTERN,
    AgencyCode,
    DossierCode,
    DossierResult,
    ProcedureCode,
    ResultTypeCode,
    agency,
    dossier,
    dossier_result,
    procedure,
    result_type,
)
from catalogue.identifiers.faults import Fault, Malformed, fault_of
from catalogue.identifiers.persons import (
    CardQr,
    PersonalId,
    card_qr,
    doubts_of_card,
    doubts_of_personal_id,
    old_id,
    personal_id,
)
from catalogue.identifiers.registers import (
    RegisterNumber,
    UnitLevel,
    administrative_unit,
    business_code,
    register_number,
    tax_code,
)
from catalogue.identifiers.travel import CardMrz, PassportMrz, check_digit, td1, td3

__all__ = [
    "DOSSIER_PATTERN",
    "AgencyCode",
    "CardMrz",
    "CardQr",
    "DossierCode",
    "DossierResult",
    "Fault",
    "Malformed",
    "PassportMrz",
    "PersonalId",
    "ProcedureCode",
    "RegisterNumber",
    "ResultTypeCode",
    "UnitLevel",
    "administrative_unit",
    "agency",
    "business_code",
    "card_qr",
    "check_digit",
    "dossier",
    "dossier_result",
    "doubts_of_card",
    "doubts_of_personal_id",
    "fault_of",
    "old_id",
    "personal_id",
    "procedure",
    "register_number",
    "result_type",
    "tax_code",
    "td1",
    "td3",
]
