"""The board: who sees it, whether its numbers are the documents behind them, what is exported and recorded."""

import csv
import html
import io
import re
from datetime import timedelta

import pytest

from indicators.board import FOR_PEOPLE
from indicators.counting import follow
from khoso.kernel.clock import system_clock
from ocr.ports import Field
from people.models import Role
from tests.amending.conftest import filed_document
from tests.indicators.test_counting import seal
from warehouse.models import Document, LedgerEvent, State
from warehouse.moving import Intake, NewRecord, Outcome, create, move, park

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tables")]


@pytest.fixture
def kho(tree, officer_of):
    """Documents in every unit: filed, waiting, parked long ago and just now."""
    now = system_clock()
    for number, (name, unit) in enumerate(tree.items()):
        person = officer_of(unit, name=f"quay{number}")
        filed_document(person, now, key=f"{number}f", code=f"K{number}")
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
    seal(now)
    follow()
    return tree


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


@pytest.mark.parametrize("period", ["ky=30", "ky=homnay", "ky=nam", "tu=01/01/2020&den=2026-01-01"])
def test_every_number_is_the_documents_behind_it(head, signed_in, period):
    """Follows each link of the board's tiles and rows and counts the documents on the page behind it."""
    client = signed_in(head)
    text = client.get(f"/bang-dieu-hanh?{period}").content.decode()
    links = re.findall(r'<a href="(/bang-dieu-hanh/giay-to\?[^"]+)">(\d+)</a>', text)
    links += re.findall(
        r'<li><a href="(/bang-dieu-hanh/giay-to\?[^"]+)"><span class="soft">[^<]*</span><b>(\d+)</b>', text
    )
    fields = ("so=doubtful", "so=reviewed", "so=corrected")  # these count fields, their documents are fewer
    checked = 0
    for link, number in links:
        page = client.get(html.unescape(link)).content.decode()
        found = len(re.findall(r'<td class="num soft">', page))
        if not any(name in link for name in fields):
            assert found == int(number), link
            checked += 1
    assert checked >= (20 if period == "ky=30" else 8)


def test_waiting_and_parked_by_reason_and_age(head, signed_in):
    answer = signed_in(head).get("/api/v1/board", {"unit": "H36"}).json()
    assert answer["total"]["open"] == 16
    assert answer["total"]["waiting"] == Document.objects.filter(state__in=FOR_PEOPLE).exclude(unit__code="H40").count()
    parked = {row["reason"]: (row["day"], row["week"], row["older"]) for row in answer["parked"]}
    assert parked == {"damaged": (4, 0, 4), "encrypted": (0, 4, 0)}
    assert [unit["code"] for unit in answer["units"]] == ["H36", "H36.1", "H36.2"]
    assert answer["units"][1]["open"] == 8  # with the counter below it
    assert sum(unit["filed"] for unit in answer["units"]) == answer["total"]["filed"] == 4
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
    "query", ["ky=x", "tu=x&den=y", "tu=2026-02-01&den=2026-01-01", "tu=0001-01-01&den=9999-12-31", "so=open&trang=-1"]
)
def test_odd_questions_get_an_answer(head, signed_in, query):
    client = signed_in(head)
    assert client.get(f"/bang-dieu-hanh?{query}").status_code == 200
    assert client.get(f"/bang-dieu-hanh/giay-to?{query}").status_code == (200 if "so=" in query else 404)


def test_the_number_of_queries_does_not_grow_with_documents(head, signed_in, django_assert_max_num_queries):
    client = signed_in(head)
    for _again in range(2):
        with django_assert_max_num_queries(20):
            client.get("/bang-dieu-hanh")
        with django_assert_max_num_queries(20):
            client.get("/bang-dieu-hanh/giay-to", {"so": "open"})
