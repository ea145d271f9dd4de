"""What a document costs as the Kho grows, and where the second core goes.

    .venv/bin/python bench/scale.py                                   # SQLite in a folder of its own
    .venv/bin/python bench/scale.py --database "$DATABASE_URL"        # PostgreSQL, in a database of its own
    .venv/bin/python bench/scale.py --workers                         # documents/s with one worker and with two

Rows are synthetic (a filed document multiplied in the database: three renditions and five ledger events each), what is timed
is the program's own code on them: the median of many rounds, in milliseconds. 100 documents are due, whatever the size;
once more 10,000, each of a desk of its own. Growing stops after `--minutes`; the last line is then of the size reached, and
says so. Whatever ends the run, its database goes: at the latest when the next one begins.
"""

import argparse
import json
import os
import resource
import secrets
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
sys.path[0] = str(ROOT)  # beside this file stand namesakes of the packages
DUE, CROWD, ROUNDS, PIECE = 100, 10_000, 60, 20_000
PREFIX = "khoso_scale_"
BEGAN = time.monotonic()


def main() -> None:
    """Grow step by step and time at each size; or file the samples with one worker and with two."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--database", default="", help="a PostgreSQL URL; its user may create databases")
    words.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    words.add_argument("--minutes", type=float, default=8.0, help="after so many no more rows are made")
    words.add_argument("--workers", action="store_true")
    asked = words.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # tidies up on the way out
    with tempfile.TemporaryDirectory(prefix="khoso-scale-") as folder:
        if asked.workers:
            compare_workers(Path(folder))
            return
        name = f"{PREFIX}{secrets.token_hex(4)}"
        if asked.database:
            drop_left_behind(asked.database)
            psql(asked.database, f"CREATE DATABASE {name}")
            os.environ["KHOSO_DATABASE_URL"] = urlsplit(asked.database)._replace(path=f"/{name}").geturl()
            os.environ["KHOSO_SECRET_KEY"] = secrets.token_hex(32)
        try:
            grow(Path(folder), sorted(asked.sizes), until=time.monotonic() + 60 * asked.minutes)
        finally:
            if asked.database:
                from django.db import connections

                connections.close_all()
                psql(asked.database, f"DROP DATABASE {name} WITH (FORCE)")


def psql(url: str, statement: str) -> None:
    """One statement outside any transaction."""
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement)  # type: ignore[call-overload]  # a name of our own


def drop_left_behind(url: str) -> None:
    """Databases of runs that were killed: of our name, and nobody is connected to them."""
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        rows = connection.execute(
            "SELECT d.datname FROM pg_database d WHERE starts_with(d.datname, %s)"
            " AND NOT EXISTS (SELECT FROM pg_stat_activity a WHERE a.datname = d.datname)",
            [PREFIX],
        ).fetchall()
    for (name,) in rows:
        say(f"dropping {name}, left behind by a run that was killed")
        psql(url, f"DROP DATABASE IF EXISTS {name}")


def say(sentence: str) -> None:
    """Progress, for whoever waits; the table alone goes to standard output."""
    print(f"[{time.monotonic() - BEGAN:4.0f} s] {sentence}", file=sys.stderr, flush=True)


def grow(home: Path, sizes: list[int], *, until: float) -> None:
    """Multiply the template up to each size in turn, and print a line of the table.

    Args:
        until: monotonic seconds after which no more rows are made.
    """
    from khoso.embedded import prepare

    prepare(home)
    from django.db import connection

    from khoso.wiring import open_index, open_store
    from search.projecting import feed

    template = make_template()
    feed(index=open_index(), store=open_store())  # from here on the index is known, and nothing is behind
    template.refresh_from_db()
    there, heads = 0, None
    for size in sizes:
        started = time.monotonic()
        while there < size and time.monotonic() < until:  # in pieces, each well within the time one statement may take
            multiply(template, there, min(size, there + PIECE))
            there = min(size, there + PIECE)
            if there % (10 * PIECE) == 0 or there == size:
                say(f"{there:,} of {size:,} documents after {time.monotonic() - started:.0f} s")
        grown = time.monotonic() - started
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        say(f"measuring at {there:,}")
        costs = measure(home)
        if heads is None:
            heads = list(costs)
            print("| documents | " + " | ".join(heads) + " | made in |")
            print("|---" * (len(heads) + 2) + "|")
        print(
            f"| {there:,} | " + " | ".join(f"{costs[head]:.2f}" for head in heads) + f" | {grown:.0f} s |", flush=True
        )
        if there < size:
            print(f"NOT REACHED: {size:,} documents; no more rows were made after --minutes")
            break
    print(f"{bytes_of(home) / max(1, there):.0f} bytes a document in the database")


def bytes_of(home: Path) -> int:
    """What the whole database takes on disk."""
    from django.db import connection

    if connection.vendor == "sqlite":
        return (home / "catalogue.sqlite3").stat().st_size
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        return int(cursor.fetchone()[0])


def make_template() -> Any:
    """One filed document with its renditions, record and events, through the program's own tables."""
    from django.utils import timezone

    from people.accounts import by_name
    from warehouse.ledger import record
    from warehouse.models import Document, LedgerBatch, Rendition, State

    now, user = timezone.now(), by_name("local")
    document = Document.objects.create(
        state=State.FILED,
        state_since=now,
        created_at=now - timedelta(days=1),
        created_by=user,
        unit=user.unit,
        due_at=None,
        filed_at=now,
        intake_key="0" * 64,
        name="to.pdf",
        code="MẪU.0",
        document_type="administrative_document",
        desk="quay-1",
    )
    for part in range(3):
        Rendition.objects.create(
            document=document,
            kind="original",
            part=part,
            digest="0" * 64,
            size=1000,
            media_type="image/jpeg",
            created_at=now,
        )
    batch = LedgerBatch.objects.create(
        number=1, previous="0" * 64, root="0" * 64, count=1, digest="0" * 64, sealed_at=now
    )
    for _ in range(5):
        event = record("filed", at=now, actor="system", document=document.pk, body={"sha256": "0" * 64})
        type(event).objects.filter(pk=event.pk).update(batch=batch)
    return document


def multiply(document: Any, first: int, last: int) -> None:
    """Copies of the template's rows, made by the database itself."""
    from django.db import connection

    from warehouse.models import Document, LedgerEvent, Rendition

    postgres = connection.vendor == "postgresql"
    series = (
        f"(SELECT generate_series({first + 1}, {last}) AS i) n"
        if postgres
        else f"(WITH RECURSIVE n(i) AS (SELECT {first + 1} UNION ALL SELECT i + 1 FROM n WHERE i < {last}) SELECT i FROM n) n"  # noqa: S608
    )
    # The same number gives the same id in every table.
    uuid = "md5('d' || i)::uuid" if postgres else "printf('%032x', i)"
    digest = "md5('a' || i || t.id) || md5('b' || i || t.id)" if postgres else "printf('%032x%032x', i, t.id)"
    key = "md5('k' || i) || md5('l' || i)" if postgres else "printf('%064x', i)"
    at = (
        "t.created_at - i * interval '7 seconds'"
        if postgres
        else "strftime('%Y-%m-%d %H:%M:%f000', t.created_at, '-' || (i * 7) || ' seconds')"
    )
    own = f"'{document.pk}'" if postgres else f"'{document.pk.hex}'"
    tables: tuple[tuple[Any, dict[str, str], str], ...] = (
        (
            Document,
            {"id": uuid, "intake_key": key, "code": "'MAU.' || i", "desk": "'quay-' || (i % 200)", "created_at": at},
            f"t.id = {own}",
        ),
        (Rendition, {"document_id": uuid, "digest": digest}, f"t.document_id = {own}"),
        (LedgerEvent, {"document": uuid}, f"t.document = {own}"),
    )
    with connection.cursor() as cursor:
        for model, other, where in tables:
            columns = [f.column for f in model._meta.concrete_fields if f.column != "id" or "id" in other]  # noqa: SLF001
            values = ", ".join(other.get(column, f't."{column}"') for column in columns)
            names = ", ".join(f'"{column}"' for column in columns)
            table = model._meta.db_table  # noqa: SLF001
            if postgres:  # nothing here must outlive a power cut
                cursor.execute("SET statement_timeout = 0")
                cursor.execute("SET synchronous_commit = off")
            cursor.execute(f"INSERT INTO {table} ({names}) SELECT {values} FROM {table} t, {series} WHERE {where}")  # noqa: S608


def measure(home: Path) -> dict[str, float]:
    """Milliseconds of each verb, at the size the tables have now."""
    from django.db.models import CharField
    from django.db.models.functions import Cast, Right
    from django.utils import timezone

    from khoso.kernel.clock import system_clock
    from khoso.metrics import Catalogue
    from khoso.pipeline import QUEUES, WORKED
    from khoso.wiring import open_index, open_store
    from people.accounts import by_name
    from search.projecting import feed
    from warehouse import ledger
    from warehouse.access import visible_to
    from warehouse.filing import tidy
    from warehouse.leasing import lease, others_wait, release
    from warehouse.models import Document, State
    from warehouse.moving import Outcome, move

    user, store, index, catalogue = by_name("local"), open_store(), open_index(), Catalogue(system_clock)
    ready = list(Document.objects.filter(state=State.FILED).order_by("id")[:DUE])
    Document.objects.filter(pk__in=[row.pk for row in ready]).update(state=State.RECEIVED, due_at=timezone.now())

    def take() -> None:
        document = lease("bench", states=WORKED, queues=QUEUES, now=timezone.now())
        assert document is not None
        release("bench", document.pk)

    def step() -> None:
        document = lease("bench", states=WORKED, queues=QUEUES, now=timezone.now())
        assert document is not None
        now = timezone.now()
        assert move(document, Outcome(State.INSPECTED), worker="bench", actor="system", event="inspect", now=now)
        release("bench", document.pk)

    some = ready[0]
    costs = {
        "lease a document": timed(take),
        "lease + move + event": timed(step),
        "does another desk wait": timed(lambda: others_wait(some, states=WORKED, queues=QUEUES, now=timezone.now())),
        "sealer, all sealed": timed(lambda: ledger.seal(timezone.now())),
        "indexer, nothing new": timed(lambda: feed(index=index, store=store)),
        "tidier, all tidy": timed(lambda: tidy(store=store)),
        "unsealed tail": timed(ledger.unsealed),
        "newest 50 of a unit": timed(lambda: list(visible_to(user).order_by("-created_at")[:50])),
        "twice = once": timed(lambda: Document.objects.filter(intake_key=some.intake_key).first()),
        "by code": timed(lambda: Document.objects.filter(code=some.code).first()),
        "history of one": timed(lambda: list(ledger.LedgerEvent.objects.filter(document=some.pk))),
        "metrics": timed(lambda: list(catalogue.collect()), rounds=5),
    }
    arrived = {"state": State.FILED, "lease_owner": "", "lease_until": None, "due_at": None}
    Document.objects.filter(pk__in=[row.pk for row in ready]).update(**arrived)
    crowd = Document.objects.filter(pk__in=Document.objects.order_by("id").values("pk")[:CROWD])
    crowd.update(state=State.RECEIVED, due_at=timezone.now(), desk=Right(Cast("id", CharField()), 12))
    costs["lease, 10,000 desks wait"] = timed(take)
    crowd.update(**arrived, desk="quay-1")
    return costs


def timed(verb: Callable[[], Any], rounds: int = ROUNDS) -> float:
    """Median milliseconds."""
    verb()
    took = []
    for _ in range(rounds):
        started = time.perf_counter()
        verb()
        took.append((time.perf_counter() - started) * 1000)
    return statistics.median(took)


def compare_workers(folder: Path) -> None:
    """The samples through the whole journey, by one worker and by two, each in a home of its own; rounds alternate."""
    papers = sorted((ROOT / "samples").glob("*.pdf"))
    runs: dict[int, list[tuple[float, float]]] = {1: [], 2: []}  # wall and CPU, s a paper
    for turn in range(2):
        for workers in (1, 2):
            say(f"round {turn + 1}: {len(papers)} papers, {workers} worker(s)")
            started, used = time.monotonic(), cpu_of_children()
            home = folder / f"{workers}-{turn}"
            done = subprocess.run(
                [sys.executable, "-m", "khoso", "--home", str(home), "--json", "file", *map(str, papers)],
                env={**os.environ, "KHOSO_WORKERS": str(workers)},
                cwd=ROOT,
                capture_output=True,
                text=True,
                check=False,
            )
            rows = [json.loads(line) for line in done.stdout.splitlines()]
            assert len(rows) == len(papers), done.stderr
            runs[workers].append(((time.monotonic() - started) / len(rows), (cpu_of_children() - used) / len(rows)))
    for workers, found in runs.items():
        each = ", ".join(f"{1 / wall:.2f}" for wall, _ in found)
        wall, cpu = min(found)
        print(
            f"{workers} worker(s): {1 / wall:.2f} documents/s ({each}), {cpu / wall:.2f} cores busy, {cpu:.2f} s CPU a document"
        )
    (wall, cpu), (wall_2, cpu_2) = min(runs[1]), min(runs[2])
    print(
        f"two are {wall / wall_2:.2f} times one: {cpu_2 / wall_2 / (cpu / wall):.2f} times as many cores busy,"
        f" {cpu_2 / cpu:.2f} times the CPU a document"
    )


def cpu_of_children() -> float:
    """CPU of all children that have ended and of theirs, in s."""
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


if __name__ == "__main__":
    main()
