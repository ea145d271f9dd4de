"""The names of the public surface, repeated here on purpose: the generator's own list must not drift from them."""

import re
from collections.abc import Callable

import pytest

LEGAL = {
    "title",
    "number",
    "issue_date",
    "issuer",
    "owner_id",
    "owner_name",
    "summary",
    "expiry",
    "scope",
    "document_type_code",
}
PERSON = {
    f"person.{part}"
    for part in (
        "name",
        "birth_date",
        "sex",
        "ethnicity",
        "nationality",
        "birth_place",
        "home_town",
        "id_number",
        "residence",
    )
}
SIGNER = {"signer.name", "signer.title"}
PARENTS = {
    f"{who}.{part}"
    for who in ("mother", "father")
    for part in ("name", "birth_year", "ethnicity", "nationality", "residence")
}
COUPLE = {
    f"{who}.{part}"
    for who in ("wife", "husband")
    for part in ("name", "birth_date", "ethnicity", "nationality", "residence", "id_number")
}
PARTIES = {f"parties[].{part}" for part in ("name", "birth_date", "id_number", "residence")}
DEATH = {"death.date", "death.place", "death.cause"}
PARCEL = {f"parcel.{part}" for part in ("number", "map_sheet", "address", "area_m2", "purpose", "term", "origin")}
OWNERS = {f"owners[].{part}" for part in ("name", "id_number", "address")}
BUSINESS = {
    f"business.{part}"
    for part in (
        "code",
        "name",
        "foreign_name",
        "short_name",
        "address",
        "capital_vnd",
        "first_registered",
        "change_count",
        "last_changed",
    )
}
HEAD = {f"representative.{part}" for part in ("name", "birth_date", "id_number", "title")}
WORKS = {f"works.{part}" for part in ("name", "address", "parcel", "area_m2", "floors")}
MEMBERS = {f"members[].{part}" for part in ("name", "birth_date", "sex", "id_number", "relation")}
RESIDENCE = {"residence.permanent", "residence.temporary", "residence.current", "household.head"}

NAMES = {
    "birth_certificate": PERSON | PARENTS | SIGNER | {"declarant.name", "registration_date"},
    "marriage_certificate": COUPLE | SIGNER | {"registration_date"},
    "death_extract": PERSON | DEATH | SIGNER | {"registration_date"},
    "marital_status": PERSON | SIGNER | {"status", "purpose"},
    "citizen_id": PERSON | {"person.old_id_number"},
    "residence_confirmation": PERSON | RESIDENCE | MEMBERS,
    "land_certificate": {"serial", "register_number"} | OWNERS | PARCEL,
    "business_registration": BUSINESS | HEAD,
    "administrative_document": SIGNER | {"kind", "superior_issuer", "place", "signer.authority", "urgency"},
    "construction_permit": {"owners[].name", "owners[].address"} | WORKS | SIGNER,
    "diploma": PERSON | SIGNER | {"level", "major", "grade", "year", "serial", "register_number"},
    "driving_licence": PERSON | {"class"},
    "passport": PERSON,
    "health_certificate": PERSON | {"exam_date", "conclusion", "health_class"},
    "application_form": {"addressed_to", "request"}
    | {f"applicant.{part}" for part in ("name", "id_number", "phone", "residence")},
    "power_of_attorney": PARTIES,
    "contract": PARTIES,
    "criminal_record": PERSON,
    "birth_notice": PERSON,
    "death_notice": PERSON,
}


@pytest.fixture(scope="session")
def unnamed() -> Callable[[str, list[str]], set[str]]:
    """Which keys of a truth the public surface does not know for a type."""

    def strangers(document_type: str, keys: list[str]) -> set[str]:
        return {re.sub(r"\[\d+\]", "[]", key) for key in keys} - NAMES[document_type] - LEGAL

    return strangers
