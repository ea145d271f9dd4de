"""A Kho of a province for benchmarks: documents of many units and people, made by bulk inserts, the same at each run.

What is many (events, renditions, reads, settled fields) is made inside the database from the documents; the index is filled
by a process of its own meanwhile. The board's figures are counted by the program itself.
"""

import argparse
import os
import random
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from khoso.kernel.clock import day_of

PIECE = 2_000
FAMILIES, GIVEN = (
    ["Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi", "Đỗ", "Hồ"],
    ["An", "Bình", "Chi", "Dũng", "Giang", "Hà", "Khánh", "Linh", "Minh", "Oanh"],
)
SUBJECTS = (
    "phê duyệt kế hoạch sử dụng đất", "cấp giấy phép xây dựng nhà ở", "hỗ trợ người có công", "đăng ký khai sinh",
    "xác nhận tình trạng hôn nhân", "trợ cấp xã hội hằng tháng", "thành lập tổ công tác", "thu hồi đất ở",
)  # fmt: skip
KINDS = ("administrative_document", "birth_certificate", "marriage_certificate", "land_certificate")


def arguments(words: argparse.ArgumentParser) -> None:
    """What every benchmark of a province may be told."""
    words.add_argument("--documents", type=int, default=100_000)
    words.add_argument("--units", type=int, default=200)
    words.add_argument("--people", type=int, default=1_000)
    words.add_argument("--database", default="", help="a PostgreSQL URL; its user may create databases")
    words.add_argument("--elasticsearch", default="", help="an Elasticsearch URL with its credentials")
    words.add_argument("--keep", default="", help="a folder: the Kho stays there and is found again at the next run")
    words.add_argument("--fill-index", default="", help=argparse.SUPPRESS)  # what the process beside is started with


def say(text: str) -> None:
    """Progress."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


@contextmanager
def province(asked: argparse.Namespace, scratch: Path) -> Iterator[None]:
    """Django over a Kho as asked for; what was made for this run alone goes with it."""
    home = Path(asked.keep or scratch)
    home.mkdir(parents=True, exist_ok=True)
    name = _name(home)
    os.environ["KHOSO_DEVELOPER"] = "1"
    if asked.elasticsearch:
        os.environ["KHOSO_ELASTICSEARCH_URL"] = asked.elasticsearch
        os.environ["KHOSO_ELASTICSEARCH_PREFIX"] = name
    if asked.database:
        _create(asked.database, name)
        os.environ["KHOSO_DATABASE_URL"] = urlsplit(asked.database)._replace(path=f"/{name}").geturl()
        os.environ["KHOSO_SECRET_KEY"] = "bench" * 13
    from khoso.embedded import prepare

    started = time.monotonic()
    prepare(home)
    say(f"tables and the country's code tables: {time.monotonic() - started:.0f} s")
    try:
        yield
    finally:
        from django.db import connections

        connections.close_all()
        if not asked.keep:
            if asked.database:
                _psql(asked.database, f"DROP DATABASE {name} WITH (FORCE)")
            if asked.elasticsearch:
                _forget(asked.elasticsearch, name)


def _name(home: Path) -> str:
    """The database's and the index's name: one for each home."""
    kept = home / "name"
    if not kept.exists():
        kept.write_text(f"khoso_pages_{secrets.token_hex(4)}")
    return kept.read_text()


def _psql(url: str, statement: str) -> list[Any]:
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(statement)  # type: ignore[call-overload]  # a name of our own
        return list(cursor.fetchall()) if cursor.description else []


def _create(url: str, name: str) -> None:
    if not _psql(url, f"SELECT 1 FROM pg_database WHERE datname = '{name}'"):
        _psql(url, f"CREATE DATABASE {name}")


def _forget(url: str, name: str) -> None:
    from elasticsearch import Elasticsearch

    client = Elasticsearch(url, request_timeout=30)
    found = client.indices.get(index=f"{name}*", expand_wildcards="all", ignore_unavailable=True)
    for index in found:
        client.indices.delete(index=index, ignore_unavailable=True)


@dataclass(frozen=True, slots=True)
class Made:
    """The facts of one document, which rows, index and process beside agree on."""

    number: int
    pk: UUID
    unit: int
    unit_code: str
    unit_name: str
    at: datetime
    state: str
    kind: str
    owner: str
    values: dict[str, str]
    body: str


def make(number: int, units: int, now: datetime) -> Made:
    """Document `number`: most are filed, some wait, a few are parked; spread over a year, evenly, over all units."""
    chance = random.Random(number)  # noqa: S311 - invented rows, the same each time
    at = now - timedelta(seconds=number * 300 + chance.randrange(200))
    share, unit = chance.random(), number % units
    state = "FILED" if share < 0.95 else "TO_CONFIRM" if share < 0.98 else "PARKED"
    owner = f"{FAMILIES[number % 10]} {GIVEN[number // 7 % 10]} {GIVEN[number // 70 % 10]}"
    name = unit_name(unit)
    values = {
        "title": f"QUYẾT ĐỊNH {SUBJECTS[number % 8]}", "number": f"{number}/QĐ-UBND",
        "issue_date": day_of(at).isoformat(), "issuer": name, "owner_name": owner,
        "owner_id": f"0792{number:08d}", "summary": f"Về việc {SUBJECTS[number % 8]} đối với {owner}",
        "signer.name": owner, "signer.title": "CHỦ TỊCH",
    }  # fmt: skip
    body = " ".join(chance.choices(SUBJECTS, k=12))
    kind = KINDS[number % 4]
    return Made(
        number,
        UUID(int=(7 << 96) + number, version=4),
        unit,
        unit_code(unit),
        name,
        at,
        state,
        kind,
        owner,
        values,
        body,
    )


def unit_code(number: int) -> str:
    """The province's own, or a commune's."""
    return f"H99.{number}" if number else "H99"


def unit_name(number: int) -> str:
    """As `unit_code`."""
    return f"UBND xã MẪU số {number}" if number else "UBND tỉnh MẪU"


def grow(asked: argparse.Namespace) -> None:
    """Units, people, documents with all that belongs to them, the index, the figures; nothing that is there already."""
    from django.conf import settings

    from indicators.counting import follow
    from khoso.wiring import open_index, open_store
    from people.models import Unit
    from search.projecting import feed
    from warehouse.models import Document

    now = datetime.now(UTC).replace(microsecond=0)
    if not Document.objects.exists():
        store = open_store()
        feed(index=open_index(), store=store)  # from here on the index is known, and nothing is behind
        # In this same home, which is not its to clear away: else it fills an index of its own and nothing is ever found.
        told = ["--keep", str(settings.KHOSO.home), "--fill-index", now.isoformat()]
        beside = subprocess.Popen([sys.executable, *sys.argv, *told], env=os.environ.copy())
        try:
            if not Unit.objects.filter(code="H99").exists():
                make_people(asked.people, make_units(asked.units))
            make_documents(asked, make_transcript(store), now)
            if beside.wait():
                raise SystemExit("the index was not filled")
        finally:
            if beside.poll() is None:
                beside.kill()
                beside.wait()
    started = time.monotonic()
    if follow(most=1_000_000):
        say(f"counted for the board: {time.monotonic() - started:.0f} s")


def fill_index(asked: argparse.Namespace) -> None:
    """The process beside: puts every document's entry into the index."""
    from khoso.wiring import open_index
    from search.ports import Entry

    index, now, started = open_index(), datetime.fromisoformat(asked.fill_index), time.monotonic()
    for first in range(0, asked.documents, PIECE):
        made = [make(number, asked.units, now) for number in range(first, min(asked.documents, first + PIECE))]
        index.put(
            [
                Entry(
                    str(one.pk), 2, unit=one.unit_code, state=one.state, document_type=one.kind,
                    title=one.values["title"], number=one.values["number"], issuer=one.unit_name,
                    owner_id=one.values["owner_id"], owner_name=one.owner, summary=one.values["summary"],
                    issue_date=day_of(one.at), code=f"MAU.{one.number}" if one.state == "FILED" else "",
                    names=(one.owner,), numbers=(one.values["number"], f"H99-{one.number // 3}"), body=one.body,
                )
                for one in made
            ]
        )  # fmt: skip
        if (first // PIECE) % 10 == 9:
            say(f"index: {first + PIECE:,} entries, {time.monotonic() - started:.0f} s")
    say(f"index filled: {time.monotonic() - started:.0f} s")


def make_units(count: int) -> list[Any]:
    """A province, communes below it, counters below every tenth."""
    from people.models import Unit

    rows = [Unit.objects.create(code=unit_code(0), name=unit_name(0))]
    for number in range(1, count):
        parent = rows[number // 10] if number % 10 == 0 and number > 10 else rows[0]
        rows.append(Unit.objects.create(code=unit_code(number), name=unit_name(number), parent=parent))
    return rows


def make_people(count: int, places: list[Any]) -> None:
    """Accounts `nguoi0` …, unit after unit: first a head for each, then an archivist, the rest officers."""
    from people.models import Assignment, Role, User

    users = [
        User(
            username=f"nguoi{n}",
            full_name=f"{FAMILIES[n % 10]} {GIVEN[n // 10 % 10]} MẪU {n}",
            unit=places[n % len(places)],
            password="!",  # noqa: S106 - nobody signs in with it
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


def make_documents(asked: argparse.Namespace, digest: str, now: datetime) -> None:
    """Documents and their records by the program's models, all that hangs on them inside the database."""
    from django.db import connection, transaction

    from people.models import Unit, User
    from warehouse.models import DataRecord, Document

    started = time.monotonic()
    units = dict(Unit.objects.filter(code__startswith="H99").values_list("code", "pk"))
    people: dict[int, list[int]] = {}
    for pk, unit in User.objects.filter(username__startswith="nguoi").order_by("pk").values_list("pk", "unit"):
        people.setdefault(unit or 0, []).append(pk)
    for first in range(0, asked.documents, PIECE):
        made = [make(number, asked.units, now) for number in range(first, min(asked.documents, first + PIECE))]
        with transaction.atomic():
            Document.objects.bulk_create([_document(one, units, people) for one in made], batch_size=500)
            DataRecord.objects.bulk_create([_record(one) for one in made], batch_size=500)
        if (first // PIECE) % 10 == 9:
            say(f"documents: {first + PIECE:,}, {time.monotonic() - started:.0f} s")
    with transaction.atomic(), connection.cursor() as cursor:
        for statement, values in _hanging(digest, asked, now):
            cursor.execute(statement, values)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    say(f"documents with all that hangs on them: {time.monotonic() - started:.0f} s")


def _document(one: Made, units: dict[str, int], people: dict[int, list[int]]) -> Any:
    from pages.ports import FileFacts, Kind, Origin, PageFacts
    from warehouse.models import Document, State

    unit, at = units[one.unit_code], one.at
    pages = tuple(PageFacts(n, 2480, 3508, 300.0, "declared", "image") for n in (1, 2))
    facts = FileFacts(Kind.PDF, 9000, Origin.PAPER, pages).to_json()
    filed, parked = one.state == State.FILED, one.state == State.PARKED
    return Document(
        pk=one.pk, state=one.state, state_since=at + timedelta(minutes=2), created_at=at,
        created_by_id=people[unit][one.number % len(people[unit])], unit_id=unit, intake_key=f"{one.number:064d}",
        name=f"giay-{one.number}.pdf", origin="paper", pages=2, document_type=one.kind, type_confidence=0.99,
        dossier=f"H99-{one.number // 3}", desk=f"quay-{unit}", version=2, indexed_version=2,
        code=f"MAU.{one.number}" if filed else None, checked_at=at,
        filed_at=at + timedelta(minutes=2) if filed else None, facts={"files": [facts]},
        reason={"code": "damaged", "params": {"detail": "bench"}} if parked else None,
        parked_from="READ" if parked else "",
    )  # fmt: skip


def _record(one: Made) -> Any:
    from khoso.kernel.transcript import Box
    from ocr.ports import Field
    from warehouse.models import DataRecord

    box = Box(100, 200, 900, 240)
    fields = {
        name: {
            **Field(value, value, 1, box, 0.9, "ocr", "bench", f"{one.kind}/{name}@1").to_json(),
            "doubtful": one.state == "TO_CONFIRM" and name == "number",
        }
        for name, value in one.values.items()
    }
    return DataRecord(
        document_id=one.pk, version=1, bound_to=f"{one.number:064d}", document_type=one.kind, type_confidence=0.99,
        fields=fields, number=one.values["number"], created_at=one.at,
    )  # fmt: skip


def _hanging(digest: str, asked: argparse.Namespace, now: datetime) -> Iterator[tuple[str, list[Any]]]:
    """Statements that make renditions, revisions, events in sealed batches, settled fields and reads from the documents."""
    from django.db import connection

    lite = connection.vendor == "sqlite"

    def later(seconds: int) -> str:
        text = f"strftime('%%Y-%%m-%%d %%H:%%M:%%S', created_at, '{seconds:+d} seconds')"
        return text if lite else f"created_at + interval '{seconds} seconds'"

    for kind, part in (("original", 1), ("transcript", 1), ("transcript", 2), ("signed", 0)):
        yield (
            (
                "INSERT INTO warehouse_rendition"
                " (document_id, kind, part, digest, size, media_type, name, made_from, store_version, created_at)"
                " SELECT id, %s, %s, %s, 1000, 'x', '', '', '', created_at FROM warehouse_document"
            ),
            [kind, part, digest],
        )
    yield (
        (
            'INSERT INTO warehouse_revision (document_id, number, digest, size, "by", signer, created_at)'
            " SELECT id, 1, intake_key, 9000, 'scanner', '', created_at FROM warehouse_document"
        ),
        [],
    )
    batches = (asked.documents + PIECE - 1) // PIECE
    yield (
        (
            "INSERT INTO warehouse_ledgerbatch (number, previous, root, count, digest, sealed_at)"
            f" WITH RECURSIVE n (at) AS (SELECT 1 UNION ALL SELECT at + 1 FROM n WHERE at < {batches})"
            " SELECT at, 'bench', 'bench', 1, 'bench', %s FROM n"
        ),
        [now],
    )
    kinds = ("received", "inspect", "read", "sign", "extract", "file", "parked", "corrected")
    only = {
        "file": "WHERE state = 'FILED'", "parked": "WHERE state = 'PARKED'",
        "corrected": "WHERE state = 'FILED' AND CAST(intake_key AS bigint) %% 100 = 7",
    }  # fmt: skip
    for step, kind in enumerate(kinds):
        yield (
            (
                "INSERT INTO warehouse_ledgerevent (at, kind, document, actor, body, digest, batch_id)"
                f" SELECT {later(20 * min(step, 5))}, %s, d.id, 'nguoi1', %s, intake_key, b.id FROM warehouse_document d"
                f" JOIN warehouse_ledgerbatch b ON b.number = CAST(d.intake_key AS bigint) / {PIECE} + 1 {only.get(kind, '')}"
            ),
            [kind, '{"body":{"fields":["number"],"worked_ms":900}}'],
        )
    yield (
        (
            "INSERT INTO warehouse_settled (document_id, record, document_type, unit_id, field, outcome, before, after,"
            ' before_by, "by", at, doubtful, confidence, source, engine, rule, page, box, cutout)'
            " SELECT id, 1, document_type, unit_id, 'number',"
            " CASE WHEN CAST(intake_key AS bigint) %% 3 = 0 THEN 'corrected' ELSE 'confirmed' END, 'a', 'b', '', 'nguoi1',"
            f" {later(100)}, TRUE, 0.5, 'ocr', 'bench', 'r@1', 1, NULL, '' FROM warehouse_document"
            " WHERE state = 'FILED' AND CAST(intake_key AS bigint) %% 7 < 2"
        ),
        [],
    )
    n = "(r.at * 20000 + d.n)"
    ago = (
        f"strftime('%%Y-%%m-%%d %%H:%%M:%%S', %s, '-' || ({asked.documents} - {n}) || ' seconds')"
        if lite
        else f"CAST(%s AS timestamptz) - ({asked.documents} - {n}) * interval '1 second'"
    )
    yield (
        (
            "INSERT INTO warehouse_reading (number, at, person, document, purpose, basis, what, via, opened, previous, digest)"
            f" WITH RECURSIVE r (at) AS (SELECT 0 UNION ALL SELECT at + 1 FROM r WHERE at < {asked.documents // 20_000 - 1}),"
            " d AS (SELECT id, row_number() OVER (ORDER BY created_at DESC) AS n FROM warehouse_document)"
            f" SELECT {n}, {ago}, 'nguoi' || (({n} * 37) %% {asked.people}), d.id, 'view', '', 'record', 'role', TRUE,"
            " 'bench', 'bench' FROM r CROSS JOIN d WHERE d.n <= 20000"
        ),
        [now if not lite else now.strftime("%Y-%m-%d %H:%M:%S")],
    )
