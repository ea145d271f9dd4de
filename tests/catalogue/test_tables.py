"""Code tables: loading twice, what a person changed, what a day knew, and the country before and after July 2025."""

import json
from datetime import UTC, date, datetime

import pytest

from catalogue.asking import (
    became,
    components,
    due_same_day,
    fee,
    formerly,
    full_name,
    in_force,
    procedures_named,
    row_on,
    unit,
    units_named,
    works_on,
)
from catalogue.editing import add, bring_in, correct, end, revise, table_named
from catalogue.identifiers import fault_of, procedure, result_type
from catalogue.loading import apply, load
from catalogue.models import (
    AdministrativeUnit,
    CatalogueChange,
    Component,
    DocumentType,
    Fee,
    Level,
    Procedure,
    ResultType,
    ScanRule,
)
from catalogue.shipped import TABLES
from khoso.cli import main
from khoso.kernel.errors import Refused

pytestmark = pytest.mark.django_db
BEFORE, AFTER, NOW = date(2025, 6, 1), date(2025, 8, 1), date(2026, 11, 21)
AT = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
WHO = {"by": "quantri", "at": AT, "why": "thử"}


@pytest.fixture
def country():
    load({"administrative_units", "successions"})


@pytest.fixture
def counter():
    load({"document_types", "result_types", "procedures", "components"})


def test_loading_twice_changes_nothing():
    first = {report.table: report for report in load()}
    assert {name: report.new for name, report in first.items()} == {
        "document_types": 21,
        "administrative_units": 14149,
        "successions": 10654,
        "result_types": 2278,
        "procedures": 2642,
        "components": first["components"].new,
        "fees": 7,
        "refusal_reasons": 12,
        "attestations": 3,
        "special_days": 16,
        "working_hours": 10,
        "trust_roots": 2,
    }
    assert first["components"].new > 13000
    assert sum(report.touched for report in load()) == 0


def test_a_dry_run_tells_and_leaves():
    assert load({"fees"}, dry_run=True)[0].new == 7
    assert not Fee.objects.exists()


def test_what_a_person_changed_is_kept():
    load({"fees"})
    row = Fee.objects.get(code="certified_signature")
    correct(row, {"flat": 12000}, **WHO)
    report = load({"fees"})[0]
    assert (report.touched, report.kept) == (0, ["certified_signature"])
    assert Fee.objects.get(code="certified_signature").flat == 12000
    Fee.objects.filter(code="certified_contract").update(flat=1)  # not by a person: the shipped row wins
    assert [row.after for row in load({"fees"})[0].changed] == [{"flat": 50000}]


def test_a_change_of_the_law_begins_on_a_day():
    load({"fees"})
    row = Fee.objects.get(code="certified_signature")
    revise(row, {"flat": 15000}, on=date(2027, 1, 1), **WHO)
    assert fee("certified_signature", date(2026, 12, 31)) == 10000
    assert fee("certified_signature", date(2027, 1, 1)) == 15000
    change = CatalogueChange.objects.get()
    assert (change.verb, change.by, change.before["flat"], change.after["flat"]) == ("revise", "quantri", 10000, 15000)
    with pytest.raises(Refused):
        revise(Fee.objects.get(flat=15000), {"flat": 1}, on=date(2026, 1, 1), **WHO)


def test_ending_and_adding():
    load({"fees"})
    end(Fee.objects.get(code="scan_on_demand"), on=NOW, successor="x", **WHO)
    assert not in_force(Fee, NOW).filter(code="scan_on_demand").exists()
    add(TABLES["fees"], {"code": "x", "name": "X", "flat": 5, "valid_from": NOW}, **WHO)
    assert fee("x", NOW) == 5
    for wrong in (
        {"code": "x", "name": "X", "valid_from": NOW},
        {"code": "y", "name": "Y", "flat": "nhiều"},
        {"no": 1},
    ):
        with pytest.raises(Refused):
            add(TABLES["fees"], wrong, **WHO)
    assert CatalogueChange.objects.count() == 2


@pytest.mark.parametrize(
    "row",
    [
        {"code": "x"}, {"name": "X"}, {"code": "x", "name": "X", "flat": "a"}, {"code": "x", "name": "X" * 301},
        {"code": "x", "name": "X", "valid_from": "31/12/2026"}, {"code": "x", "name": "X", "unknown": 1},
        {"code": "x", "name": None},
    ],
)  # fmt: skip
def test_a_bad_row_stops_an_import_whole(row):
    good = {"code": "good", "name": "Tốt"}
    if row == {"code": "x"}:
        apply(TABLES["fees"], [good, row])  # a name may be empty, a key may not
        return
    with pytest.raises(Refused, match="Dòng 2"):
        apply(TABLES["fees"], [good, row])
    assert not Fee.objects.exists()


def test_an_import_is_told_in_the_history():
    load({"fees"})
    rows = [{"code": "certified_signature", "name": "Phí", "flat": "11000"}, {"code": "new", "name": "Mới"}]
    assert bring_in(TABLES["fees"], rows, dry_run=True, **WHO).touched == 2
    assert not CatalogueChange.objects.exists()
    bring_in(TABLES["fees"], rows, **WHO)
    assert set(CatalogueChange.objects.values_list("key", flat=True)) == {"certified_signature", "*"}


def test_tables_are_asked_for_by_name():
    with pytest.raises(Refused, match="administrative_units"):
        table_named("users")


def test_the_country_before_and_after(country):
    def count(level, day):
        return in_force(AdministrativeUnit, day).filter(level=level).count()

    assert [count(level, BEFORE) for level in Level] == [63, 696, 10035]
    assert [count(level, AFTER) for level in Level] == [34, 0, 3321]
    assert [count(level, NOW) for level in Level] == [34, 0, 3321]


def test_one_code_two_units(country):
    assert unit(Level.COMMUNE, "00004", BEFORE).name == "Phường Trúc Bạch"
    assert unit(Level.COMMUNE, "00004", AFTER).name == "Phường Ba Đình"
    assert unit(Level.DISTRICT, "001", AFTER) is None
    assert unit(Level.PROVINCE, "60", BEFORE).name == "Tỉnh Bình Thuận"
    assert unit(Level.PROVINCE, "60", AFTER) is None


def test_provinces_that_merged_and_a_later_change(country):
    for code in ("60", "67", "68"):
        assert became(Level.PROVINCE, code, since=BEFORE, on=NOW) == [("68", True)]
    assert [row.code for row in formerly(Level.PROVINCE, "68", on=NOW)] == ["60", "67", "68"]
    assert unit(Level.PROVINCE, "75", date(2026, 4, 29)).name == "Tỉnh Đồng Nai"
    assert unit(Level.PROVINCE, "75", date(2026, 4, 30)).name == "Thành phố Đồng Nai"
    assert became(Level.PROVINCE, "01", since=BEFORE, on=NOW) == [("01", True)]


def test_every_old_commune_has_one_default_heir_alive_today(country):
    alive = set(in_force(AdministrativeUnit, NOW).filter(level="commune").values_list("code", flat=True))
    from catalogue.models import Succession

    links = list(Succession.objects.filter(level="commune").values_list("old", "new", "is_default"))
    olds = set(in_force(AdministrativeUnit, BEFORE).filter(level="commune").values_list("code", flat=True))
    assert {old for old, _, _ in links} == olds
    assert {new for _, new, _ in links} == alive - {new for new in alive if new not in {n for _, n, _ in links}}
    defaults = [old for old, _, default in links if default]
    assert len(defaults) == len(set(defaults)) == len(olds)
    divided = {old for old, _, default in links if not default}
    assert len(divided) > 400


def test_every_commune_lies_in_something_of_its_time(country):
    for day, above in ((BEFORE, "district"), (NOW, "province")):
        parents = set(in_force(AdministrativeUnit, day).filter(level=above).values_list("code", flat=True))
        used = set(in_force(AdministrativeUnit, day).filter(level="commune").values_list("parent", flat=True))
        assert used <= parents


def test_a_divided_commune_proposes_one_and_names_all(country):
    heirs = became(Level.COMMUNE, "00007", since=BEFORE, on=NOW)
    assert len(heirs) > 1
    assert [default for _, default in heirs].count(True) == 1
    assert heirs[0][1]
    assert all(unit(Level.COMMUNE, code, NOW) for code, _ in heirs)


@pytest.mark.parametrize("name", ["Phường Trúc Bạch", "phuong truc bach", "Trúc Bạch", "TRÚC  BẠCH"])
def test_places_are_found_without_marks(country, name):
    found = units_named(name, BEFORE)
    assert [row.code for row in found] == ["00004"]
    assert full_name(found[0], BEFORE) == "Phường Trúc Bạch, Quận Ba Đình, Thành phố Hà Nội"
    assert units_named(name, NOW) == []


def test_places_of_the_same_name_are_all_told(country):
    found = units_named("Xã Tân Lập", BEFORE)
    assert len(found) > 10
    assert {row.folded for row in found} == {"tan lap"}


def test_the_national_list(counter):
    assert not [code for code in Procedure.objects.values_list("code", flat=True) if fault_of(procedure, code)]
    assert not [code for code in ResultType.objects.values_list("code", flat=True) if fault_of(result_type, code)]
    assert row_on(ResultType, NOW, code="KQ.G15.000031").name == "Giấy khai sinh"
    found = procedures_named("dang ky khai sinh luu dong", NOW)
    assert [row.code for row in found] == ["1.003583"]
    assert "1.001193" in [row.code for row in procedures_named("1.00119", NOW)]


def test_components_mapped_by_hand_point_to_what_there_is(counter):
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


def test_what_a_counter_asks_for(counter):
    birth = components("1.001193", NOW)
    assert [row.document_type for row in birth][:3] == ["application_form", "birth_notice", "citizen_id"]
    marital = next(row for row in components("1.000894", NOW) if row.document_type == "marital_status")
    assert (marital.validity_months, marital.result_type) == (6, "KQ.G15.000038")
    unmapped = components("1.003583", NOW)
    assert unmapped
    assert {row.kind for row in unmapped} == {"paper"}


@pytest.mark.parametrize(
    ("pages", "copies", "dong"),
    [(1, 1, 2000), (2, 1, 4000), (3, 1, 5000), (10, 1, 12000), (198, 1, 200000), (500, 1, 200000), (3, 4, 20000), (1, 0, 0)],
)  # fmt: skip
def test_the_fee_of_a_certified_copy(pages, copies, dong):
    load({"fees"})
    assert fee("certified_copy", NOW, pages=pages, copies=copies) == dong
    assert dong == copies * min(200000, 2000 * min(pages, 2) + 1000 * max(pages - 2, 0))


@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("2026-11-20T09:00", "2026-11-20"), ("2026-11-20T15:00", "2026-11-20"), ("2026-11-20T15:01", "2026-11-23"),
        ("2026-11-21T09:00", "2026-11-23"), ("2026-02-13T16:00", "2026-02-23"), ("2026-04-29T15:30", "2026-05-04"),
        ("2026-08-21T15:30", "2026-08-22"),
    ],
)  # fmt: skip
def test_same_day_or_the_next_working_day(received, due):
    load({"special_days", "working_hours"})
    assert due_same_day(datetime.fromisoformat(received)).isoformat() == due


def test_holidays_and_days_worked_instead():
    load({"special_days", "working_hours"})
    assert [works_on(date(2026, 9, day)) for day in (1, 2, 3)] == [False, False, True]
    assert works_on(date(2026, 8, 22))
    assert not works_on(date(2026, 8, 23))


@pytest.mark.slow
def test_the_commands(tmp_path, capsys):
    """In a process of its own: the command prepares a home."""
    import subprocess
    import sys

    def run(*words):
        done = subprocess.run(
            [sys.executable, "-m", "khoso", "--home", str(tmp_path / "home"), "--json", "catalogue", *words],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        return done.returncode, [json.loads(line) for line in done.stdout.splitlines()]

    code, rows = run("load", "--dry-run")
    assert code == 0
    assert sum(row["new"] + len(row["changed"]) for row in rows) == 0
    code, rows = run("show", "administrative_units", "level=province", "--on", "2025-06-01")
    assert (code, len(rows)) == (0, 63)
    code, rows = run("place", "phường Trúc Bạch")
    assert rows[0]["became"] == [{"code": "00004", "name": "Phường Ba Đình, Thành phố Hà Nội", "default": True}]
    later = tmp_path / "later.csv"
    later.write_text("level,code,name,parent,valid_from\ncommune,99999,Xã Mẫu,68,2027-01-01\n", encoding="utf-8")
    code, rows = run("import", "administrative_units", str(later), "--why", "thử")
    assert (code, rows[0]["new"]) == (0, 1)
    later.write_text("level,code\nvillage,1\n", encoding="utf-8")
    assert run("import", "administrative_units", str(later), "--why", "thử")[0] == 3
    assert run("show", "users")[0] == 3


def test_the_command_line_knows_catalogue(capsys):
    with pytest.raises(SystemExit):
        main(["catalogue", "--help"])
    assert "load" in capsys.readouterr().out
