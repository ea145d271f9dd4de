"""Search for machines: filters, order, pages and what is told of them."""

import pytest
from django.test import Client

from khoso.wiring import open_index, open_store
from ocr.ports import Field
from search.projecting import feed
from warehouse.models import State
from warehouse.moving import Intake, NewRecord, Outcome, create, move

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tables")]
SEARCH = "/api/v1/search"


@pytest.fixture
def client(person):
    made = Client()
    made.force_login(person)
    return made


@pytest.fixture
def papers(person, now):
    """Five letters of five years that can be found; their numbers go down as the years go up."""
    made = []
    for at in range(5):
        document, _ = create(f"{at}" * 64, f"{at}.pdf", (), intake=Intake(by=person, queue="desk"), now=now)
        said = {
            "title": "TỜ TRÌNH quy hoạch", "number": f"{100 - at * 20}/TTr-UBND", "issuer": "UBND xã Mẫu",
            "issue_date": f"202{at}-03-04", "owner_id": f"00109900000{at}",
        }  # fmt: skip
        fields = {
            name: Field(text, text, 1, None, 0.99, "ocr", "t", "administrative/number@1").to_json()
            for name, text in said.items()
        }
        changes = {"document_type": "administrative_document", "pages": 0, "facts": {"files": []}}
        outcome = Outcome(
            State.TO_CONFIRM, record=NewRecord("administrative_document", 0.9, fields, "0" * 64), changes=changes
        )
        assert move(document, outcome, worker=None, actor="system", event="extract", now=now)
        made.append(str(document.pk))
    index = open_index()
    index.clear()
    feed(index=index, store=open_store(), most=50)
    yield made
    index.clear()


def found(client, **asked):
    answer = client.get(SEARCH, asked)
    assert answer.status_code == 200, answer.content
    return answer.json()


def hits(told):
    return [hit["document"] for hit in told["hits"]]


def test_every_filter_also_typed(client, papers):
    assert hits(found(client, q="", since="2023-01-01", until="2023-12-31")) == [papers[3]]
    assert hits(found(client, q="quy hoach", owner="001099000002")) == [papers[2]]
    assert found(client, q="", state="FILED")["total"] == 0
    assert found(client, q="", issuer="UBND xã Mẫu", type="administrative_document", state="TO_CONFIRM")["total"] == 5
    assert hits(found(client, q="quy hoạch từ:2023 đến:3/2023")) == [papers[3]]
    assert hits(found(client, q="chủ:001099000001")) == [papers[1]]
    assert hits(found(client, q="số:80")) == hits(found(client, q="", number="80/TTr")) == [papers[1]]
    assert hits(found(client, q="", number="100/TTr-UBND", owner="001099000000")) == [papers[0]]
    assert found(client, q="", owner="Nguyễn Văn Không Có")["total"] == 0
    told = found(client, q="quy hoạch cơ quan: không đâu")
    assert told["not_understood"] == ["cơ quan: không đâu"]
    assert told["relaxed"]


def test_orders_and_pages(client, papers):
    assert hits(found(client, q="quy hoạch", sort="oldest")) == papers
    assert hits(found(client, q="quy hoạch", sort="number")) == papers[::-1]
    told = found(client, q="quy hoạch", sort="newest", limit=2)
    assert told["facets"]["year"] == {f"202{at}": 1 for at in range(5)}
    seen = hits(told)
    while told["next"]:
        told = found(client, q="quy hoạch", sort="newest", limit=2, after=told["next"])
        assert told["total"] == 5
        seen += hits(told)
    assert seen == papers[::-1]


@pytest.mark.parametrize(
    "asked", [{"sort": "x"}, {"after": "nonsense"}, {"after": "0:nan:x"}, {"since": "31/31/2020"}, {"limit": 0}]
)
def test_what_makes_no_sense_is_said(client, papers, asked):
    answer = client.get(SEARCH, {"q": "giấy", **asked})
    assert answer.status_code == 422
    (name,) = asked
    assert answer.json()["detail"].startswith(("Yêu cầu không đúng ở", "Không có trang kết quả"))
    assert name in answer.json()["detail"]


@pytest.mark.parametrize(
    ("asked", "code", "said"),
    [
        ({"q": "từ:31/02/2025"}, "no_such_day", "31/02/2025"),
        ({"q": "giấy đến:hôm"}, "no_such_day", "hôm"),
        ({"q": "từ:2026 đến:2025"}, "days_reversed", "ngày đầu sau ngày cuối"),
        ({"q": "giấy", "since": "2026-01-02", "until": "2026-01-01"}, "days_reversed", "02/01/2026"),
        ({"q": "loại:con mèo"}, "no_such_type", "con mèo"),
        ({"q": "x" * 10_000}, "query_too_long", "quá dài"),
        ({"q": "?!"}, "nothing_to_search", "chữ hay số"),
    ],
)
def test_a_filter_without_a_value_is_told_and_nothing_is_found_without_it(client, papers, asked, code, said):
    answer = client.get(SEARCH, asked)
    assert answer.status_code == 422
    assert answer.json()["code"] == code
    assert said in answer.json()["detail"]
