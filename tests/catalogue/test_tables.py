"""Code tables: loading twice, what a person changed, what a day knew, fees and days."""

import json
from datetime import UTC, date, datetime

import pytest

from catalogue.asking import (
    due_same_day,
    fee,
    in_force,
    works_on,
)
from catalogue.editing import add, bring_in, correct, end, revise, table_named
from catalogue.loading import apply, load
from catalogue.models import (
    CatalogueChange,
    Fee,
)
from catalogue.shipped import TABLES
from khoso.cli import main
from khoso.kernel.clock import VIETNAM
from khoso.kernel.errors import Refused

pytestmark = pytest.mark.django_db
BEFORE, AFTER, NOW = date(2025, 6, 1), date(2025, 8, 1), date(2026, 11, 21)
AT = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
WHO = {"by": "quantri", "at": AT, "why": "thử"}


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
    assert due_same_day(datetime.fromisoformat(received).replace(tzinfo=VIETNAM).astimezone(UTC)).isoformat() == due


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
