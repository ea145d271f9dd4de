"""The third set of layouts, one or more of each type: extractors are measured on these (`--layout c`)."""

from samples.generator.blocks import Form
from samples.generator.third import asking, civil, grants, holders, letters

FORMS: dict[str, tuple[Form, ...]] = {
    "administrative_document": letters.LETTERS,
    "birth_certificate": civil.BIRTH,
    "marriage_certificate": civil.MARRIAGE,
    "death_extract": civil.DEATH,
    "marital_status": civil.MARITAL,
    "citizen_id": holders.CITIZEN,
    "driving_licence": holders.LICENCE,
    "residence_confirmation": holders.RESIDENCE,
    "land_certificate": grants.LAND,
    "business_registration": grants.BUSINESS,
    "construction_permit": grants.BUILDING,
    "diploma": holders.DIPLOMA,
    "health_certificate": holders.HEALTH,
    "application_form": asking.APPLICATION,
    "power_of_attorney": asking.ATTORNEY,
    "contract": asking.CONTRACT,
    "birth_notice": asking.BIRTH_NOTICE,
    "death_notice": asking.DEATH_NOTICE,
    "criminal_record": asking.RECORD,
}
