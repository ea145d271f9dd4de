"""How long every page takes, and how many questions it asks the database, in a Kho of a province.

    .venv/bin/python bench/pages.py                                  # embedded: SQLite and the index in a folder of its own
    .venv/bin/python bench/pages.py --database "$DATABASE_URL" --elasticsearch "$ELASTICSEARCH_URL"

100,000 synthetic documents of 200 units and 1,000 people, made by bulk inserts; the board's figures are counted by the
program itself. Each page is asked for in this process by the person who would (no network, no browser), each time about
another document, and once for nothing before. Goals: p95 under 150 ms, at most 25 queries. Offenders are named at the end and make it exit 1.
"""

import argparse
import importlib
import os
import random
import secrets
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
sys.path[0] = str(ROOT)  # beside this file stand namesakes of the packages
MOST_MS, MOST_QUERIES, MOST_RATIO = 150.0, 25, 1.3
PIECE = 2_000
FAMILIES, GIVEN = (
    ["Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi", "Đỗ", "Hồ"],
    ["An", "Bình", "Chi", "Dũng", "Giang", "Hà", "Khánh", "Linh", "Minh", "Oanh"],
)
SUBJECTS = (
    "phê duyệt kế hoạch sử dụng đất", "cấp giấy phép xây dựng nhà ở", "hỗ trợ người có công", "đăng ký khai sinh",
    "xác nhận tình trạng hôn nhân", "trợ cấp xã hội hằng tháng", "thành lập tổ công tác", "thu hồi đất ở",
)  # fmt: skip


def main() -> int:
    """Make the Kho, ask for every page, print the table."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--documents", type=int, default=100_000)
    words.add_argument("--units", type=int, default=200)
    words.add_argument("--people", type=int, default=1_000)
    words.add_argument("--rounds", type=int, default=40)
    words.add_argument("--database", default="", help="a PostgreSQL URL; its user may create databases")
    words.add_argument("--elasticsearch", default="", help="an Elasticsearch URL with its credentials")
    words.add_argument("--home", default="", help="keep the Kho here, and find it again")
    asked = words.parse_args()
    name = f"khoso_pages_{secrets.token_hex(4)}"
    with tempfile.TemporaryDirectory(prefix="khoso-pages-") as folder:
        home = Path(asked.home or folder)
        home.mkdir(parents=True, exist_ok=True)
        os.environ["KHOSO_DEVELOPER"] = "1"
        if asked.elasticsearch:
            _elasticsearch(asked.elasticsearch, name)
        if asked.database:
            _psql(asked.database, f"CREATE DATABASE {name}")
            os.environ["KHOSO_DATABASE_URL"] = urlsplit(asked.database)._replace(path=f"/{name}").geturl()
            os.environ["KHOSO_SECRET_KEY"] = secrets.token_hex(32)
        try:
            return _measure(home, asked)
        finally:
            from django.db import connections

            connections.close_all()
            if asked.database:
                _psql(asked.database, f"DROP DATABASE {name} WITH (FORCE)")


def _psql(url: str, statement: str) -> None:
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement)  # type: ignore[call-overload]  # a name of our own


def _elasticsearch(url: str, name: str) -> None:
    os.environ["KHOSO_ELASTICSEARCH_URL"] = url
    os.environ["KHOSO_ELASTICSEARCH_PREFIX"] = name


def _measure(home: Path, asked: argparse.Namespace) -> int:
    from khoso.embedded import prepare

    prepare(home)
    from django.conf import settings

    settings.ALLOWED_HOSTS = ["*"]
    from warehouse.models import Document

    started = time.monotonic()
    if Document.objects.count() < asked.documents:
        grow(asked.documents, asked.units, asked.people)
    print(f"{asked.documents:,} documents made in {time.monotonic() - started:.0f} s", flush=True)
    started = time.monotonic()
    from indicators.counting import follow

    batches = follow(most=10_000)
    print(f"{batches} batches counted in {time.monotonic() - started:.0f} s", flush=True)
    offenders = table(asked.rounds)
    offenders += rights_cost(asked.rounds)
    print("no offenders" if not offenders else "OFFENDERS: " + "; ".join(offenders))
    return 1 if offenders else 0


def in_pieces(rows: Iterable[Any]) -> Iterator[list[Any]]:
    """Lists of at most PIECE."""
    source = iter(rows)
    while piece := list(islice(source, PIECE)):
        yield piece


def grow(documents: int, units: int, people: int) -> None:
    """Units, people, documents with all that belongs to them, the index, the figures."""
    from django.db import connection

    from khoso.wiring import open_index, open_store
    from search.projecting import feed
    from warehouse.models import LedgerBatch

    chance = random.Random(7)  # noqa: S311 - invented rows, the same each time
    store, index = open_store(), open_index()
    feed(index=index, store=store)  # from here on the index is known, and nothing is behind
    places = make_units(units)
    accounts = make_people(people, places)
    digest = make_transcript(store)
    now = datetime.now(UTC).replace(microsecond=0)
    for batches, first in enumerate(range(0, documents, PIECE), start=1):
        made = [
            make_document(number, places[number % len(places)], accounts, digest, now, chance)
            for number in range(first, min(documents, first + PIECE))
        ]
        batch = LedgerBatch.objects.create(
            number=batches, previous="0" * 64, root="0" * 64, count=1, digest=f"{batches:064d}", sealed_at=now
        )
        write(made, batch)
        index.put([one["entry"] for one in made])
    make_readings(now, chance, documents)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def make_units(count: int) -> list[Any]:
    """A province, districts' worth of communes below it, counters below every tenth."""
    from people.models import Unit

    top = Unit.objects.create(code="H99", name="UBND tỉnh MẪU")
    rows = [top]
    for number in range(1, count):
        parent = rows[number // 10] if number % 10 == 0 and number > 10 else top
        rows.append(Unit.objects.create(code=f"H99.{number}", name=f"UBND xã MẪU số {number}", parent=parent))
    return rows


def make_people(count: int, places: list[Any]) -> dict[int, list[Any]]:
    """Accounts by unit: a head, an archivist, the rest officers."""
    from datetime import date

    from people.models import Assignment, Role, User

    users = [
        User(
            username=f"nguoi{n}",
            full_name=f"{FAMILIES[n % 10]} {GIVEN[n // 10 % 10]} MẪU {n}",
            unit=places[n % len(places)],
            password="!",  # noqa: S106 - nobody signs in with it
            demo=True,
        )
        for n in range(count)
    ]
    User.objects.bulk_create(users)
    kinds = (Role.HEAD, Role.ARCHIVIST)
    Assignment.objects.bulk_create(
        Assignment(
            user=user,
            role=kinds[n // len(places)] if n // len(places) < 2 else Role.OFFICER,
            unit=user.unit,
            valid_from=date(2026, 1, 1),
            given_by="bench",
        )
        for n, user in enumerate(users)
    )
    by_unit: dict[int, list[Any]] = {place.pk: [] for place in places}
    for user in users:
        by_unit[user.unit_id].append(user)
    return by_unit


def make_transcript(store: Any) -> str:
    """One page of forty lines, which every document's pages show."""
    from khoso.kernel.transcript import Box, Line, Transcript, Word
    from ocr.transcripts import store_transcript

    lines = tuple(
        Line(
            tuple(
                Word(word, Box(200 + 190 * at, 100 + 60 * n, 380 + 190 * at, 140 + 60 * n), 0.95)
                for at, word in enumerate(f"dòng {n} {SUBJECTS[n % 8]}".split())
            ),
            "bench",
        )
        for n in range(40)
    )
    return str(store_transcript(store, Transcript(2480, 3508, 300.0, lines, "bench")).digest)


def facts() -> dict[str, Any]:
    """Facts of a PDF of two pages."""
    from pages.ports import FileFacts, Kind, Origin, PageFacts

    pages = tuple(PageFacts(n, 2480, 3508, 300.0, "declared", "image") for n in (1, 2))
    return FileFacts(Kind.PDF, 9000, Origin.PAPER, pages).to_json()


def make_document(
    number: int, unit: Any, accounts: dict[int, list[Any]], digest: str, now: datetime, chance: random.Random
) -> dict[str, Any]:
    """A document's rows: most are filed, some wait, a few are parked; spread over a year, evenly."""
    from khoso.kernel.transcript import Box
    from ocr.ports import Field
    from search.ports import Entry
    from warehouse.models import DataRecord, Document, LedgerEvent, Rendition, Revision, State

    at = now - timedelta(seconds=number * 300 + chance.randrange(200))
    share = chance.random()
    state = State.FILED if share < 0.95 else State.TO_CONFIRM if share < 0.98 else State.PARKED
    kind = ("administrative_document", "birth_certificate", "marriage_certificate", "land_certificate")[number % 4]
    owner = f"{FAMILIES[number % 10]} {GIVEN[number // 7 % 10]} {GIVEN[number // 70 % 10]}"
    doubtful = state is State.TO_CONFIRM
    values = {
        "title": f"QUYẾT ĐỊNH {SUBJECTS[number % 8]}", "number": f"{number}/QĐ-UBND",
        "issue_date": at.date().isoformat(), "issuer": unit.name, "owner_name": owner,
        "owner_id": f"0792{number:08d}", "summary": f"Về việc {SUBJECTS[number % 8]} đối với {owner}",
        "signer.name": owner, "signer.title": "CHỦ TỊCH",
    }  # fmt: skip
    fields = {
        name: {
            **Field(value, value, 1, Box(100, 200, 900, 240), 0.9, "ocr", "bench", f"{kind}/{name}@1").to_json(),
            "doubtful": doubtful and name == "number",
        }
        for name, value in values.items()
    }
    by = accounts[unit.pk][number % max(len(accounts[unit.pk]), 1)]
    document = Document(
        state=state, state_since=at + timedelta(minutes=2), created_at=at, created_by=by, unit=unit,
        intake_key=f"{number:064d}", name=f"giay-{number}.pdf", origin="paper", pages=2, document_type=kind,
        type_confidence=0.99, dossier=f"H99-{number // 3}", desk=f"quay-{unit.pk}", version=2, indexed_version=2,
        code=f"MAU.{number}" if state is State.FILED else None, checked_at=at,
        filed_at=at + timedelta(minutes=2) if state is State.FILED else None,
        facts={"files": [facts()]},
        reason={"code": "damaged", "params": {"detail": "bench"}} if state is State.PARKED else None,
        parked_from="READ" if state is State.PARKED else "",
    )  # fmt: skip
    kinds = ["received", "inspect", "read", "sign", "extract", "file" if state is State.FILED else "parked"]
    events = [
        LedgerEvent(
            at=at + timedelta(seconds=20 * step), kind=kind_, document=document.pk, actor=by.username,
            body='{"body":{}}', digest=f"{number:032d}{step:032d}",
        )
        for step, kind_ in enumerate(kinds)
        if kind_ != "parked" or state is State.PARKED
    ]  # fmt: skip
    renditions = [
        Rendition(
            document=document, kind=kind_, part=part, digest=digest, size=1000, media_type="x", created_at=at
        )
        for kind_, part in (("original", 1), ("transcript", 1), ("transcript", 2), ("signed", 0))
    ]  # fmt: skip
    return {
        "document": document,
        "record": DataRecord(
            document=document, version=1, bound_to=f"{number:064d}", document_type=kind, type_confidence=0.99,
            fields=fields, created_at=at,
        ),
        "revision": Revision(
            document=document, number=1, digest=f"{number:064d}", size=9000, by="scanner", created_at=at
        ),
        "events": events,
        "renditions": renditions,
        "entry": Entry(
            str(document.pk), 2, unit=unit.code, state=state, document_type=kind, title=values["title"],
            number=values["number"], issuer=unit.name, owner_id=values["owner_id"], owner_name=owner,
            summary=values["summary"], issue_date=at.date(), code=document.code or "", names=(owner,),
            numbers=(values["number"], document.dossier), body=" ".join(chance.choices(SUBJECTS, k=12)),
        ),
    }  # fmt: skip


def write(made: list[dict[str, Any]], batch: Any) -> None:
    """Insert a piece."""
    from warehouse.models import DataRecord, Document, LedgerEvent, Rendition, Revision

    Document.objects.bulk_create([one["document"] for one in made], batch_size=500)
    DataRecord.objects.bulk_create([one["record"] for one in made], batch_size=500)
    Revision.objects.bulk_create([one["revision"] for one in made], batch_size=500)
    Rendition.objects.bulk_create([row for one in made for row in one["renditions"]], batch_size=500)
    events = [event for one in made for event in one["events"]]
    for event in events:
        event.batch = batch
    LedgerEvent.objects.bulk_create(events, batch_size=500)


def make_readings(now: datetime, chance: random.Random, documents: int) -> None:
    """As many reads as documents, by people at random."""
    from warehouse.models import Document, Reading

    ids = list(Document.objects.order_by("-created_at").values_list("pk", flat=True)[:20_000])
    rows = (
        Reading(
            number=n, at=now - timedelta(seconds=documents - n), person=f"nguoi{chance.randrange(1000)}",
            document=chance.choice(ids), purpose="view", what="record", via="role", opened=True,
            previous="0" * 64, digest=f"{n:064d}",
        )
        for n in range(1, documents + 1)
    )  # fmt: skip
    for piece in in_pieces(rows):
        Reading.objects.bulk_create(piece, batch_size=500)


PAGES: tuple[tuple[str, str, str], ...] = (
    ("inbox", "officer", "/"),
    ("inbox, live", "officer", "/?rows=1"),
    ("inbox of a province", "head", "/"),
    ("to confirm", "officer", "/cho-xac-nhan"),
    ("document", "officer", "/giay-to/{filed}"),
    ("document, marked", "officer", "/giay-to/{filed}?q=quyet dinh"),
    ("words of a page", "officer", "/giay-to/{filed}/trang/1/chu"),
    ("review", "officer", "/giay-to/{waiting}/xac-nhan"),
    ("correction", "officer", "/giay-to/{filed}/sua-du-lieu"),
    ("retyping", "officer", "/giay-to/{filed}/doi-loai"),
    ("versions", "officer", "/giay-to/{filed}/du-lieu"),
    ("validity", "officer", "/giay-to/{filed}/hieu-luc"),
    ("print", "officer", "/giay-to/{filed}/in"),
    ("readings of a document", "archivist", "/giay-to/{filed}/ai-da-xem"),
    ("readings of a person", "archivist", "/nhat-ky-xem?nguoi=nguoi{n}"),
    ("readings, nobody chosen", "archivist", "/nhat-ky-xem"),
    ("emergency", "head", "/khan-cap"),
    ("search, empty", "officer", "/tim"),
    ("search, words", "officer", "/tim?q=phe duyet ke hoach"),
    ("search, a number", "officer", "/tim?q={n}/QĐ-UBND"),
    ("search, a province", "head", "/tim?q=nguyen an"),
    ("suggestions", "officer", "/tim/goi-y?q=quyet"),
    ("board, 30 days", "head", "/bang-dieu-hanh"),
    ("board, a year", "head", "/bang-dieu-hanh?ky=nam"),
    ("board, odd year", "head", "/bang-dieu-hanh?tu=2026-01-15&den=2026-11-15"),
    ("board of a commune", "commune", "/bang-dieu-hanh"),
    ("board, filed", "head", "/bang-dieu-hanh/giay-to?so=filed&ky=nam"),
    ("board, handed in", "head", "/bang-dieu-hanh/giay-to?so=arrived&ky=nam"),
    ("board, under way", "head", "/bang-dieu-hanh/giay-to?so=open"),
    ("board, parked", "head", "/bang-dieu-hanh/giay-to?so=parked&ly_do=damaged"),
    ("board, doubtful", "head", "/bang-dieu-hanh/giay-to?so=doubtful&ky=nam"),
    ("board, page 40", "head", "/bang-dieu-hanh/giay-to?so=filed&ky=nam&trang=40"),
    ("code tables", "officer", "/danh-muc"),
    ("a code table", "officer", "/danh-muc/document_types"),
    ("the largest code table", "officer", "/danh-muc/procedures"),
    ("account", "officer", "/tai-khoan"),
    ("design", "officer", "/giao-dien"),
    ("API documents", "officer", "/api/v1/documents"),
    ("API document", "officer", "/api/v1/documents/{filed}"),
    ("API versions", "officer", "/api/v1/documents/{filed}/versions"),
    ("API search", "officer", "/api/v1/search?q=phe duyet"),
    ("API board", "head", "/api/v1/board"),
    ("metrics", "head", "/metrics"),
    ("readiness", "head", "/readyz"),
)
"""Name, who asks, address."""


def clients() -> dict[str, tuple[Any, Any]]:
    """Who asks: (client, account)."""
    from django.test import Client

    from people.middleware import SHOWN
    from people.models import Assignment, Role

    def of(role: str, code: str) -> tuple[Any, Any]:
        user = Assignment.objects.filter(role=role, unit__code=code).select_related("user").order_by("pk")[0].user
        client = Client()
        client.force_login(user)
        session = client.session
        session[SHOWN] = True
        session.save()
        return client, user

    return {
        "officer": of(Role.OFFICER, "H99.1"),
        "archivist": of(Role.ARCHIVIST, "H99.1"),
        "head": of(Role.HEAD, "H99"),
        "commune": of(Role.HEAD, "H99.2"),
    }


def table(rounds: int) -> list[str]:
    """Ask for every page; returns what is over the limits."""
    from django.db import connection

    from warehouse.models import Document, State

    importlib.import_module("khoso.wsgi")  # as a web process begins
    asking = clients()
    unit = asking["officer"][1].unit
    of_unit = Document.objects.filter(unit=unit).order_by("?")
    filed = list(of_unit.filter(state=State.FILED).values_list("pk", flat=True)[: rounds + 1])
    waiting = list(of_unit.filter(state=State.TO_CONFIRM).values_list("pk", flat=True)[: rounds + 1]) or filed
    offenders = []
    print("| page | who | median ms | p95 ms | p95 of CPU ms | queries |\n|---|---|---|---|---|---|")
    for name, who, address in PAGES:
        client = asking[who][0]
        took, worked, most = [], [], 0
        for n in range(rounds + 1):
            at = address.format(filed=filed[n % len(filed)], waiting=waiting[n % len(waiting)], n=n * 37 % 900)
            count = Counter()
            started, at_work = time.perf_counter(), time.process_time()
            with connection.execute_wrapper(count):
                answer = client.get(at)
                body = b"".join(answer.streaming_content) if answer.streaming else answer.content
            if n:
                took.append((time.perf_counter() - started) * 1000)
                worked.append((time.process_time() - at_work) * 1000)
            if answer.status_code not in {200, 204}:
                raise SystemExit(f"{name}: {at} answered {answer.status_code}: {body[:300]!r}")
            most = max(most, count.value)
        p95 = statistics.quantiles(took, n=20)[-1]
        print(
            f"| {name} | {who} | {statistics.median(took):.0f} | {p95:.0f} | {statistics.quantiles(worked, n=20)[-1]:.0f} | {most} |",
            flush=True,
        )
        if p95 >= MOST_MS:
            offenders.append(f"{name}: p95 {p95:.0f} ms")
        if most > MOST_QUERIES:
            offenders.append(f"{name}: {most} queries")
    return offenders


class Counter:
    """Counts queries."""

    def __init__(self) -> None:
        self.value = 0

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001 - Django's signature
        self.value += 1
        return execute(sql, params, many, context)


def rights_cost(rounds: int) -> list[str]:
    """The same questions by somebody who may see everything and by one who may see five units, in turn."""
    from khoso.wiring import open_index
    from search.ports import Query, Viewer

    index = open_index()
    few = Viewer(units=frozenset({"H99.1", "H99.2", "H99.3", "H99.4", "H99.5"}))
    took: dict[bool, list[float]] = {True: [], False: []}
    questions = [Query(words=words, limit=20) for words in (*SUBJECTS, "nguyễn an", "4711/QĐ-UBND", "trần bình minh")]
    for n in range(rounds + 1):
        for question in questions:
            for limited in (True, False):
                started = time.perf_counter()
                index.find(question, viewer=few if limited else Viewer())
                if n:
                    took[limited].append((time.perf_counter() - started) * 1000)
    ratio = sum(took[True]) / sum(took[False])
    print(
        f"rights filter: {statistics.median(took[True]):.1f} ms against {statistics.median(took[False]):.1f} ms, ratio of sums {ratio:.2f}"
    )
    return [f"rights filter: {ratio:.2f} times"] if ratio > MOST_RATIO else []


if __name__ == "__main__":
    sys.exit(main())
