"""The country before and after July 2025, and the national lists of the counter, as they are shipped."""

from datetime import date

import pytest
from django.db import transaction

from catalogue.asking import (
    became,
    components,
    formerly,
    full_name,
    in_force,
    procedures_named,
    row_on,
    unit,
    units_named,
)
from catalogue.identifiers import fault_of, procedure, result_type
from catalogue.loading import load
from catalogue.models import (
    AdministrativeUnit,
    Component,
    DocumentType,
    Level,
    Procedure,
    ResultType,
    ScanRule,
    Succession,
)

pytestmark = [pytest.mark.usefixtures("shipped"), pytest.mark.django_db]
BEFORE, AFTER, NOW = date(2025, 6, 1), date(2025, 8, 1), date(2026, 11, 21)


@pytest.fixture(scope="module")
def shipped(django_db_setup, django_db_blocker):
    """The long lists, loaded once for this file: in a transaction around those of its tests."""
    with django_db_blocker.unblock(), transaction.atomic():
        load({"document_types", "administrative_units", "successions", "result_types", "procedures", "components"})
        yield
        transaction.set_rollback(True)


def test_the_country_before_and_after():
    def count(level, day):
        return in_force(AdministrativeUnit, day).filter(level=level).count()

    assert [count(level, BEFORE) for level in Level] == [63, 696, 10035]
    assert [count(level, AFTER) for level in Level] == [34, 0, 3321]
    assert [count(level, NOW) for level in Level] == [34, 0, 3321]


def test_one_code_two_units():
    assert unit(Level.COMMUNE, "00004", BEFORE).name == "Phường Trúc Bạch"
    assert unit(Level.COMMUNE, "00004", AFTER).name == "Phường Ba Đình"
    assert unit(Level.DISTRICT, "001", AFTER) is None
    assert unit(Level.PROVINCE, "60", BEFORE).name == "Tỉnh Bình Thuận"
    assert unit(Level.PROVINCE, "60", AFTER) is None


def test_provinces_that_merged_and_a_later_change():
    for code in ("60", "67", "68"):
        assert became(Level.PROVINCE, code, since=BEFORE, on=NOW) == [("68", True)]
    assert [row.code for row in formerly(Level.PROVINCE, "68", on=NOW)] == ["60", "67", "68"]
    assert unit(Level.PROVINCE, "75", date(2026, 4, 29)).name == "Tỉnh Đồng Nai"
    assert unit(Level.PROVINCE, "75", date(2026, 4, 30)).name == "Thành phố Đồng Nai"
    assert became(Level.PROVINCE, "01", since=BEFORE, on=NOW) == [("01", True)]


def test_every_old_commune_has_one_default_heir_alive_today():
    alive = set(in_force(AdministrativeUnit, NOW).filter(level="commune").values_list("code", flat=True))
    links = list(Succession.objects.filter(level="commune").values_list("old", "new", "is_default"))
    olds = set(in_force(AdministrativeUnit, BEFORE).filter(level="commune").values_list("code", flat=True))
    assert {old for old, _, _ in links} == olds
    assert {new for _, new, _ in links} <= alive
    defaults = [old for old, _, default in links if default]
    assert len(defaults) == len(set(defaults)) == len(olds)
    divided = {old for old, _, default in links if not default}
    assert len(divided) > 400


def test_every_commune_lies_in_something_of_its_time():
    for day, above in ((BEFORE, "district"), (NOW, "province")):
        parents = set(in_force(AdministrativeUnit, day).filter(level=above).values_list("code", flat=True))
        used = set(in_force(AdministrativeUnit, day).filter(level="commune").values_list("parent", flat=True))
        assert used <= parents


def test_a_divided_commune_proposes_one_and_names_all():
    heirs = became(Level.COMMUNE, "00007", since=BEFORE, on=NOW)
    assert len(heirs) > 1
    assert [default for _, default in heirs].count(True) == 1
    assert heirs[0][1]
    assert all(unit(Level.COMMUNE, code, NOW) for code, _ in heirs)


@pytest.mark.parametrize("name", ["Phường Trúc Bạch", "phuong truc bach", "Trúc Bạch", "TRÚC  BẠCH"])
def test_places_are_found_without_marks(name):
    found = units_named(name, BEFORE)
    assert [row.code for row in found] == ["00004"]
    assert full_name(found[0], BEFORE) == "Phường Trúc Bạch, Quận Ba Đình, Thành phố Hà Nội"
    assert units_named(name, NOW) == []


def test_places_of_the_same_name_are_all_told():
    found = units_named("Xã Tân Lập", BEFORE)
    assert len(found) > 10
    assert {row.folded for row in found} == {"tan lap"}


def test_the_national_list():
    assert not [code for code in Procedure.objects.values_list("code", flat=True) if fault_of(procedure, code)]
    assert not [code for code in ResultType.objects.values_list("code", flat=True) if fault_of(result_type, code)]
    assert row_on(ResultType, NOW, code="KQ.G15.000031").name == "Giấy khai sinh"
    found = procedures_named("dang ky khai sinh luu dong", NOW)
    assert [row.code for row in found] == ["1.003583"]
    assert "1.001193" in [row.code for row in procedures_named("1.00119", NOW)]


def test_components_mapped_by_hand_point_to_what_there_is():
    mapped = Component.objects.filter(set="mapped")
    procedures = set(mapped.values_list("procedure", flat=True))
    assert len(procedures) >= 30
    assert procedures <= set(Procedure.objects.values_list("code", flat=True))
    types = set(DocumentType.objects.values_list("slug", flat=True))
    assert set(mapped.exclude(document_type="").values_list("document_type", flat=True)) <= types
    results = set(ResultType.objects.values_list("code", flat=True))
    assert set(mapped.exclude(result_type="").values_list("result_type", flat=True)) <= results
    for row in mapped:
        assert row.scan_rule in set(ScanRule.values) - {""}, row
        assert row.legal_basis, row
        assert row.scan_reason, row
        assert row.source, row
        if row.document_type == "citizen_id":
            assert row.scan_rule == ScanRule.SHOW_ONLY, row


def test_what_a_counter_asks_for():
    birth = components("1.001193", NOW)
    assert [row.document_type for row in birth][:3] == ["application_form", "birth_notice", "citizen_id"]
    marital = next(row for row in components("1.000894", NOW) if row.document_type == "marital_status")
    assert (marital.validity_months, marital.result_type) == (6, "KQ.G15.000038")
    unmapped = components("1.003583", NOW)
    assert unmapped
    assert {row.kind for row in unmapped} == {"paper"}
