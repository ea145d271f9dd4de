"""One file for each type of paper, and the table of them. A new type is a new file and a line here."""

from collections.abc import Mapping
from types import MappingProxyType

from ocr.extraction.form import Form
from ocr.extraction.forms import (
    administrative,
    application_form,
    birth_certificate,
    business_registration,
    citizen_id,
    construction_permit,
    death_extract,
    diploma,
    driving_licence,
    health_certificate,
    land_certificate,
    marital_status,
    marriage_certificate,
    others,
    passport,
    power_of_attorney,
    residence_confirmation,
)

_ALL = (
    birth_certificate.FORM,
    marriage_certificate.FORM,
    death_extract.FORM,
    marital_status.FORM,
    citizen_id.FORM,
    residence_confirmation.FORM,
    land_certificate.FORM,
    business_registration.FORM,
    administrative.FORM,
    construction_permit.FORM,
    diploma.FORM,
    driving_licence.FORM,
    health_certificate.FORM,
    application_form.FORM,
    power_of_attorney.FORM,
    passport.FORM,
    others.CONTRACT,
    others.CRIMINAL_RECORD,
    others.BIRTH_NOTICE,
    others.DEATH_NOTICE,
)

FORMS: Mapping[str, Form] = MappingProxyType({form.slug: form for form in _ALL})
