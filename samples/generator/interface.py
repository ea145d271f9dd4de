"""The names a truth may use: those of the project's public surface, per document type, nothing else."""

import re

LEGAL = "title number issue_date issuer owner_id owner_name summary expiry scope document_type_code"
PERSON = "person.{name,birth_date,sex,ethnicity,nationality,birth_place,home_town,id_number,residence}"
SIGNER = "signer.{name,title}"
PARENT = "{name,birth_year,ethnicity,nationality,residence}"
SPOUSE = "{name,birth_date,ethnicity,nationality,residence,id_number}"
PARTY = "parties[].{name,birth_date,id_number,residence}"

TYPES = {
    "birth_certificate": f"{PERSON} mother.{PARENT} father.{PARENT} declarant.name registration_date {SIGNER}",
    "marriage_certificate": f"wife.{SPOUSE} husband.{SPOUSE} registration_date {SIGNER}",
    "death_extract": f"{PERSON} death.{{date,place,cause}} registration_date {SIGNER}",
    "marital_status": f"{PERSON} status purpose {SIGNER}",
    "citizen_id": "person.{name,birth_date,sex,nationality,home_town,residence,id_number,old_id_number}",
    "passport": "person.{name,birth_date,sex,nationality,birth_place,id_number}",
    "residence_confirmation": f"{PERSON} residence.{{permanent,temporary,current}} household.head members[].{{name,birth_date,sex,id_number,relation}}",
    "land_certificate": "serial register_number owners[].{name,id_number,address} parcel.{number,map_sheet,address,area_m2,purpose,term,origin}",
    "business_registration": "business.{code,name,foreign_name,short_name,address,capital_vnd,first_registered,change_count,last_changed} representative.{name,birth_date,id_number,title}",
    "administrative_document": "kind superior_issuer place signer.{authority,title,name} urgency",
    "construction_permit": f"owners[].{{name,address}} works.{{name,address,parcel,area_m2,floors}} {SIGNER}",
    "diploma": f"person.{{name,birth_date,sex,birth_place}} level major grade year serial register_number {SIGNER}",
    "driving_licence": "person.{name,birth_date,nationality,residence} class",
    "health_certificate": f"{PERSON} exam_date conclusion health_class",
    "application_form": "addressed_to applicant.{name,id_number,phone,residence} request",
    "power_of_attorney": PARTY,
    "contract": PARTY,
    "criminal_record": PERSON,
    "birth_notice": PERSON,
    "death_notice": PERSON,
}


def names(document_type: str) -> frozenset[str]:
    """Field names of a type; rows of a list as `members[].name`."""
    found = set(LEGAL.split())
    for word in TYPES[document_type].split():
        group = re.fullmatch(r"(.*)\{(.*)\}", word)
        found |= {group[1] + part for part in group[2].split(",")} if group else {word}
    return frozenset(found)


def known(document_type: str, key: str) -> bool:
    """Whether a key of a truth is one of the type's names."""
    return re.sub(r"\[\d+\]", "[]", key) in names(document_type)
