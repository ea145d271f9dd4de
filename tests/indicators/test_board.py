"""The board: who sees it, whether its numbers are the documents behind them, what is exported and recorded."""

import csv
import html
import io
import re
from datetime import timedelta

import pytest

from indicators.board import FOR_PEOPLE
from indicators.counting import follow
from khoso.kernel.clock import day_of, system_clock, today
from ocr.correcting import correct
from ocr.ports import Field
from people.accounts import ensure_user
from people.models import Role
from tests.amending.conftest import filed_document
from tests.indicators.test_counting import seal
from warehouse.models import Document, LedgerEvent, Reading, State
from warehouse.moving import Intake, NewRecord, Outcome, create, move, park

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tables")]


@pytest.fixture
def kho(tree, officer_of):
    """Documents in every unit: filed, waiting, parked long ago and just now."""
    now = system_clock()
    for number, (name, unit) in enumerate(tree.items()):
        person = officer_of(unit, name=f"quay{number}")
        filed = filed_document(person, now, key=f"{number}f", code=f"K{number}")
        if name == "top":
            reader = officer_of(unit, name="suachua")
            correct(
                filed, {"number": "25/TTr-UBND", "issuer": "UBND"}, by=reader, why="đối chiếu bản giấy thấy sai",
                seen=filed.version, clock=lambda: now,
            )  # fmt: skip
        filed_document(person, now, key=f"{number}g", code=f"G{number}", fields={"title": "TỜ TRÌNH"})
        by_a_person(person, name, now)
        for key, days, reason in (("a", 0, "damaged"), ("b", 30, "damaged"), ("c", 3, "encrypted")):
            at = now - timedelta(days=days)
            made, _ = create(
                f"{name}{key}".ljust(64, "0"), f"{name}{key}.pdf", (), intake=Intake(by=person, queue="desk"), now=at
            )
            assert park(made, {"code": reason, "params": {"detail": "x"}}, worker=None, actor="system", now=at)
        field = Field("1", "1", 1, None, 0.5, "ocr", "t", "diploma/number@1").doubted("low_confidence").to_json()
        made, _ = create(f"{name}w".ljust(64, "0"), f"{name}w.pdf", (), intake=Intake(by=person, queue="desk"), now=now)
        changes = {"document_type": "diploma", "pages": 0, "facts": {"files": []}}
        outcome = Outcome(
            State.TO_CONFIRM, changes=changes, record=NewRecord("diploma", 0.9, {"number": field}, "0" * 64)
        )
        assert move(made, outcome, worker=None, actor="system", event="weigh", now=now)
    alone, _ = ensure_user("khongdonvi", full_name="Không Đơn Vị Mẫu", unit=None, role=None)
    filed_document(alone, now, key="e", code="KE")
    made, _ = create("9" * 64, "le.pdf", (), intake=Intake(by=alone, queue="desk"), now=now)
    assert park(made, {"code": "damaged", "params": {"detail": "x"}}, worker=None, actor="system", now=now)
    seal(now)
    follow()
    return tree


def by_a_person(person, name, now):
    """One that a person confirmed after two minutes and a machine filed in a second and a half; and one refused.

    How long the person worked on it is known of the first unit alone: half a minute.
    """
    unsure = Field("1", "1", 1, None, 0.5, "ocr", "t", "diploma/number@1").doubted("low_confidence").to_json()
    sure = Field("2", "2", 1, None, 1.0, "person", "t", "diploma/number@1", by=person.username).to_json()
    document, _ = create(f"{name}p".ljust(64, "0"), f"{name}p.pdf", (), intake=Intake(by=person, queue="desk"), now=now)
    facts = {"document_type": "diploma", "pages": 2, "facts": {"files": []}}
    filed = {"code": f"P{name}", "filed_at": now, "checked_at": now}
    for state, event, after, worked, changes, record in (
        (State.TO_CONFIRM, "weigh", 1, 400, facts, NewRecord("diploma", 0.9, {"number": unsure}, "0" * 64)),
        (
            State.CONFIRMED, "confirmed", 121, None, {},
            NewRecord("diploma", 0.9, {"number": sure}, "0" * 64, by=person.username, settled={"number": ""}),
        ),
        (State.FILED, "file", 125, 1500, filed, None),
    ):  # fmt: skip
        known = {"attended_ms": 30_000} if (event, name) == ("confirmed", "first") else {}
        outcome = Outcome(state, changes=changes, record=record, body=known)
        at = now + timedelta(seconds=after)
        assert move(document, outcome, worker=None, actor="x", event=event, now=at, worked_ms=worked)
    no, _ = create(f"{name}r".ljust(64, "0"), f"{name}r.pdf", (), intake=Intake(by=person, queue="desk"), now=now)
    reason = {"code": "damaged", "params": {"detail": "x"}}
    assert park(no, reason, worker=None, actor="system", now=now, refuse=True)


@pytest.fixture
def head(kho, officer_of):
    return officer_of(kho["top"], Role.HEAD, "lanhdao")


def test_a_head_sees_their_tree_and_nobody_elses(kho, head, officer_of, signed_in):
    client = signed_in(head)
    text = client.get("/bang-dieu-hanh").content.decode()
    assert "Xã Hai" in text
    assert "Tỉnh Khác" not in text
    assert client.get("/bang-dieu-hanh", {"dv": "H36.1.1"}).status_code == 200
    assert client.get("/bang-dieu-hanh", {"dv": "H40"}).status_code == 404
    assert client.get("/bang-dieu-hanh/giay-to", {"dv": "H40", "so": "open"}).status_code == 404
    commune = signed_in(officer_of(kho["first"], Role.HEAD, "xa"))
    assert commune.get("/bang-dieu-hanh", {"dv": "H36"}).status_code == 404
    assert "Quầy Một" in commune.get("/bang-dieu-hanh").content.decode()
    officer = signed_in(officer_of(kho["first"]))
    assert officer.get("/bang-dieu-hanh").status_code == 403
    assert "/bang-dieu-hanh" not in officer.get("/").content.decode()
    assert "/bang-dieu-hanh" in client.get("/").content.decode()


LINK = re.compile(r'<a href="(/bang-dieu-hanh/giay-to\?[^"]+)">(?:<span class="soft">[^<]*</span><b>)?([^<]+)<')
CELL = re.compile(r'<td class="num">([^<]*)</td>')
COUNTS_ONCE = {"arrived", "filed", "open", "waiting", "parked", "refused", "image_only"}


def _figure(cell):
    return None if cell == "–" else float(cell.replace(".", "").replace(",", "."))


def behind(client, link):
    """The rows of every page behind a number: lists of what is in their cells for amounts, None where it is unknown."""
    rows, page = [], html.unescape(link)
    while page:
        text = client.get(page).content.decode()
        found = [row for row in re.findall(r"<tr><td>.*?</tr>", text) if 'class="state ' in row]
        rows += [[_figure(cell) for cell in CELL.findall(row)] for row in found]
        after = re.search(r'href="(\?[^"]+)">Trang sau', text)
        page = f"/bang-dieu-hanh/giay-to{html.unescape(after[1])}" if after else ""
    return rows


@pytest.mark.parametrize(
    ("who", "period"),
    [
        ("head", "ky=30"), ("head", "ky=homnay"), ("head", "ky=nam"), ("head", "tu=01/01/2020&den=2026-01-01"),
        ("commune", "ky=30"), ("administrator", "ky=30"),
    ],
)  # fmt: skip
def test_every_number_is_the_documents_behind_it(kho, head, officer_of, signed_in, period, who):
    """Follows each number of the board, per unit down the tree, with the rights of three people, and counts behind it."""
    person = {
        "head": lambda: head,
        "commune": lambda: officer_of(kho["first"], Role.HEAD, "xa"),
        "administrator": lambda: officer_of(None, Role.ADMINISTRATOR, "quantri"),
    }[who]()
    client = signed_in(person)
    mark = "tu=2020-01-01" if "2020" in period else period
    boards, met, kinds = [f"/bang-dieu-hanh?{period}"], set(), set()
    if who == "administrator":
        boards += [f"/bang-dieu-hanh?{period}&dv=H40", f"/bang-dieu-hanh?{period}&dv=-"]
    for board in boards:
        text = client.get(board).content.decode()
        below = [f"/bang-dieu-hanh{html.unescape(one)}" for one in re.findall(r'<a href="(\?dv=[^"]+)"', text)]
        boards += [one for one in below if one not in boards and "csv" not in one and mark in one]
        assert all(cell == "0" or not cell.isdigit() for cell in CELL.findall(text))  # no number without its documents
        for link, shown in LINK.findall(text):
            what = re.search(r"so=(\w+)", link)[1]
            if (link, shown) in met:
                continue
            met.add((link, shown))
            rows = behind(client, link)
            if shown.isdigit():
                counted = len(rows) if what in COUNTS_ONCE else sum(row[0] for row in rows)
                assert counted == int(shown), link
                kinds.update({what} if rows else ())
            else:  # an average: of the documents filed
                assert what == "filed"
                assert rows, link
    assert len(boards) >= {"head": 3, "commune": 2, "administrator": 5}[who]
    assert kinds >= {"open", "parked", "waiting"}
    if "2020" not in period:
        assert kinds >= {"arrived", "filed", "refused", "image_only", "doubtful", "reviewed", "step", "settled"}
        assert ("corrected" in kinds) == (who != "commune")


@pytest.mark.parametrize(
    "number", ["filed", "arrived", "open", "waiting", "parked", "corrected", "doubtful", "settled", "step&buoc=file"]
)
def test_pages_stay_true_while_documents_come_and_go(kho, head, signed_in, monkeypatch, number):
    """Page by page forwards, with one more document before each page, and backwards: none twice, none left out."""
    monkeypatch.setattr("indicators.views.SHOWN", 2)
    client, now = signed_in(head), system_clock()
    person = Document.objects.filter(unit__code="H36").first().created_by

    def page_of(link):
        text = html.unescape(client.get(f"/bang-dieu-hanh/giay-to{link}").content.decode())
        ways = {
            words: re.search(rf'href="(\?[^"]+)">{words}', text) for words in ("Trang sau", "Trang trước", "Về đầu")
        }
        return re.findall(r'href="/giay-to/([0-9a-f-]{36})"', text), {key: way and way[1] for key, way in ways.items()}

    whole, link, pages = _ids(client, number), f"?so={number}&dv=H36", []
    while link:
        rows, ways = page_of(link)
        pages.append(rows)
        link = ways["Trang sau"]
        filed_document(person, now + timedelta(seconds=len(pages)), key=f"z{len(pages)}", code=f"Z{len(pages)}")
        seal(now)
        follow()
        first_now = ways
    seen = [one for rows in pages for one in rows]
    assert [one for one in seen if one in whole] == whole
    assert len(set(seen)) == len(seen)
    link, back = first_now["Trang trước"], [pages[-1]]
    while link:
        rows, ways = page_of(link)
        back.insert(0, rows)
        link = ways["Trang trước"]
    again = [one for rows in back for one in rows]
    assert len(set(again)) == len(again)
    assert [one for one in again if one in whole] == whole
    assert (first_now["Về đầu"] is not None) == (len(pages) > 1)


def _ids(client, number):
    table = client.get(f"/bang-dieu-hanh/giay-to?so={number}&dv=H36&csv=1").content.decode("utf-8-sig")
    return [row[0] for row in list(csv.reader(io.StringIO(table)))[1:]]


def test_a_place_in_a_list_tells_nothing_and_serves_its_list_alone(kho, officer_of, signed_in, monkeypatch):
    monkeypatch.setattr("indicators.views.SHOWN", 2)
    client = signed_in(officer_of(None, Role.ADMINISTRATOR, "quantri"))
    text = client.get("/bang-dieu-hanh/giay-to?so=open&dv=H36").content.decode()
    token = re.search(r"sau=([^&\"]+)", text)[1]
    assert not any(str(pk) in text for pk in Document.objects.values_list("pk", flat=True))
    for odd in (token[:-8], "x" * 700, "é", token):
        page = client.get("/bang-dieu-hanh/giay-to", {"so": "filed", "dv": "H36", "sau": odd})
        assert page.status_code == 200
        assert "Về đầu" not in page.content.decode()


def test_the_average_is_that_of_the_list(kho, head, signed_in):
    client = signed_in(head)
    total = client.get("/api/v1/board", {"unit": "H36"}).json()["total"]
    rows = behind(client, "/bang-dieu-hanh/giay-to?so=filed&dv=H36")
    assert sum(row[2] for row in rows) / len(rows) == pytest.approx(total["seconds_per_document"], abs=0.05)
    assert sum(row[1] for row in rows) / len(rows) == pytest.approx(total["worked_seconds_per_document"], abs=0.05)
    assert sum(row[0] for row in rows) == total["pages"]


def test_what_belongs_to_no_unit_is_counted_for_whoever_oversees_everything(kho, officer_of, signed_in, head):
    client = signed_in(officer_of(None, Role.ADMINISTRATOR, "quantri"))
    text = client.get("/bang-dieu-hanh?dv=-").content.decode()
    assert "Không thuộc đơn vị nào" in text
    answer = client.get("/api/v1/board", {"unit": "-"}).json()["total"]
    assert (answer["arrived"], answer["filed"], answer["open"]) == (2, 1, 1)
    assert signed_in(head).get("/bang-dieu-hanh?dv=-").status_code == 404


def test_a_correction_counts_on_its_day_and_not_before(kho, head, signed_in):
    client, day = signed_in(head), today()
    assert len(behind(client, "/bang-dieu-hanh/giay-to?so=corrected&ky=homnay")) == 1
    before = f"tu={day - timedelta(days=9)}&den={day - timedelta(days=1)}"
    assert behind(client, f"/bang-dieu-hanh/giay-to?so=corrected&{before}") == []


def test_the_list_behind_a_number_as_a_table(kho, head, officer_of, signed_in):
    address = "/bang-dieu-hanh/giay-to?so=doubtful&csv=1"
    answer = signed_in(head).get(address)
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0][:2] == ["Mã giấy tờ", "Giấy tờ"]
    assert rows[0][-1] == "Trường"
    assert {row[4] for row in rows[1:]} >= {"'=Xã Một"}  # no cell begins like a formula
    seen = Reading.objects.filter(person="lanhdao").latest("number")
    assert {str(one.document) for one in seen.listed.all()} == {row[0] for row in rows[1:]}
    assert '"number":"doubtful"' in LedgerEvent.objects.get(kind="board_exported").body
    blind = signed_in(officer_of(None, Role.ADMINISTRATOR, "quantri")).get(address)
    cells = list(csv.reader(io.StringIO(blind.content.decode("utf-8-sig"))))[1:]
    assert cells
    assert all(row[:2] == ["", ""] for row in cells)


def test_work_and_waiting_apart(kho, head, signed_in):
    board = signed_in(head).get("/api/v1/board", {"unit": "H36"}).json()
    steps = {step["step"]: step for step in board["steps"]}
    confirmed = steps["confirmed"]
    assert confirmed["worked_seconds_per_document"] == 0
    assert (confirmed["count"], confirmed["attended_known"]) == (4, 1)
    assert confirmed["attended_seconds_per_document"] == 30  # of the one time that is known, not spread over all four
    assert confirmed["waited_seconds_per_document"] == (4 * 120 - 30) / 4
    assert (steps["file"]["attended_known"], steps["file"]["attended_seconds_per_document"]) == (0, None)
    units = {unit["code"]: unit for unit in board["units"]}
    assert (units["H36.2"]["attended_known"], units["H36.2"]["attended_seconds_per_document"]) == (0, None)
    assert (board["total"]["attended_known"], board["total"]["attended_seconds_per_document"]) == (1, 30)
    text = signed_in(head).get("/bang-dieu-hanh?dv=H36").content.decode()
    assert '30 giây <span class="soft">đo được 1 lần</span>' in text
    rows = behind(signed_in(head), "/bang-dieu-hanh/giay-to?so=step&buoc=confirmed&dv=H36")
    assert sorted((row[2] or 0, row[3]) for row in rows) == [(0, 120), (0, 120), (0, 120), (30, 90)]
    assert [row[2] for row in rows].count(None) == 3
    assert steps["file"]["worked_seconds_per_document"] == pytest.approx(0.5)  # one of three took 1.5 s
    assert 0 < board["total"]["worked_seconds_per_document"] < board["total"]["seconds_per_document"]


def test_waiting_and_parked_by_reason_and_age(head, signed_in):
    answer = signed_in(head).get("/api/v1/board", {"unit": "H36"}).json()
    assert answer["total"]["open"] == 16
    assert answer["total"]["waiting"] == Document.objects.filter(state__in=FOR_PEOPLE).exclude(unit__code="H40").count()
    parked = {row["reason"]: (row["day"], row["week"], row["older"]) for row in answer["parked"]}
    assert parked == {"damaged": (4, 0, 4), "encrypted": (0, 4, 0)}
    assert [unit["code"] for unit in answer["units"]] == ["H36", "H36.1", "H36.2"]
    assert answer["units"][1]["open"] == 8  # with the counter below it
    assert sum(unit["filed"] for unit in answer["units"]) == answer["total"]["filed"] == 12
    text = signed_in(head).get("/bang-dieu-hanh").content.decode()
    assert "Tệp bị hỏng, không mở được (…)" in text


def test_an_administrator_sees_numbers_but_no_document(kho, officer_of, signed_in):
    administrator = officer_of(None, Role.ADMINISTRATOR, "quantri")
    client = signed_in(administrator)
    assert "Tỉnh Khác" in client.get("/bang-dieu-hanh").content.decode()
    page = client.get("/bang-dieu-hanh/giay-to", {"dv": "H36", "so": "open"}).content.decode()
    assert "bạn không có quyền xem giấy tờ này" in page
    assert "firsta.pdf" not in page


def test_the_spreadsheet_has_no_formulas_and_is_recorded(head, signed_in):
    answer = signed_in(head).get("/bang-dieu-hanh", {"csv": "1", "ky": "7"})
    assert answer["Content-Type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row["Đơn vị"] for row in rows] == ["Tỉnh MẪU", "'=Xã Một", "Xã Hai", "Tỉnh MẪU"]
    assert rows[-1]["Đang làm"] == "16"
    event = LedgerEvent.objects.get(kind="board_exported")
    assert event.actor == "lanhdao"
    assert '"unit":"H36"' in event.body


def test_who_has_what_open(kho, head, signed_in):
    document = Document.objects.get(name="firstw.pdf")
    quay = document.created_by
    assert signed_in(quay).get(f"/giay-to/{document.pk}/xac-nhan").status_code == 200
    text = signed_in(head).get("/bang-dieu-hanh").content.decode()
    assert f'href="/giay-to/{document.pk}"' in text
    assert quay.get_full_name() in text


@pytest.mark.parametrize(
    "query",
    [
        "tu=2026-02-01",
        "den=01/02/2026",
        "ky=x&tu=2026-02-01&den=2026-02-02",
        "so=open&sau=x",
    ],
)
def test_odd_questions_get_an_answer(head, signed_in, query):
    client = signed_in(head)
    assert client.get(f"/bang-dieu-hanh?{query}").status_code == 200
    assert client.get(f"/bang-dieu-hanh/giay-to?{query}").status_code == (200 if "so=" in query else 404)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("ky=x", "Không có kỳ «x»"),
        ("tu=x&den=y", "Không có ngày «x»"),
        ("tu=2026-13-01&den=2026-12-01", "Không có ngày «2026-13-01»"),
        ("tu=2026-02-01&den=31/02/2026", "Không có ngày «31/02/2026»"),
        ("tu=2026-02-01&den=2026-01-01", "Ngày bắt đầu sau ngày kết thúc"),
        ("tu=1950-01-01&den=2026-01-01", "Kỳ dài quá 10 năm"),
        ("tu=0001-01-01&den=9999-12-31", "Không có ngày «0001-01-01»"),
        ("tu=9999-12-31&den=9999-12-31", "Không có ngày «9999-12-31»"),
    ],
)
def test_days_that_cannot_be_are_told_and_not_quietly_replaced(head, signed_in, query, said):
    client, today = signed_in(head), day_of(system_clock())
    for address in ("/bang-dieu-hanh?", "/bang-dieu-hanh/giay-to?so=open&"):
        for table in ("", "&csv=1"):
            answer = client.get(address + query + table)
            text = html.unescape(answer.content.decode())
            assert answer.status_code == 422
            assert answer["Content-Type"].startswith("text/html"), "no table of other days than were asked for"
            assert said in text
            assert f"Đang xem {today - timedelta(days=29):%d/%m/%Y} – {today:%d/%m/%Y}" in text
    board = client.get(f"/bang-dieu-hanh?{query}").content.decode()
    typed = dict(part.split("=") for part in query.split("&"))
    for name in ("tu", "den"):
        assert f'name="{name}" value="{typed.get(name, "")}' in html.unescape(board)
    assert client.get("/bang-dieu-hanh/giay-to?so=parked&tuoi=7").status_code == 404
    assert not LedgerEvent.objects.filter(kind="board_exported").exists()


def test_the_number_of_queries_does_not_grow_with_documents(head, signed_in, django_assert_max_num_queries):
    client = signed_in(head)
    for _again in range(2):
        with django_assert_max_num_queries(24):
            client.get("/bang-dieu-hanh")
        with django_assert_max_num_queries(24):
            client.get("/bang-dieu-hanh/giay-to", {"so": "open"})
