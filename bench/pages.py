"""How long every page takes, what of it is computing and what the database, and how many questions it asks, in a Kho of a province.

    .venv/bin/python bench/pages.py                                  # embedded: SQLite and the index in a folder of its own
    .venv/bin/python bench/pages.py --database "$DATABASE_URL" --elasticsearch "$ELASTICSEARCH_URL"
    .venv/bin/python bench/pages.py --keep /var/tmp/kho --only board # some pages, of a Kho that is kept for the next run

100,000 synthetic documents of 200 units and 1,000 people (`bench/province.py`). Each page is asked for in this process by the
person who would (no network, no browser), each time about another document, and once for nothing before. Every address of
the URL table that is read has a row here, or a reason why not (a test compares). Goals: p95 under 150 ms, at most 25 queries; the rights
filter at most 1.3 times the same search without it. Offenders are named at the end and make it exit 1.
"""

import argparse
import importlib
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[0] = str(ROOT)  # beside this file stand namesakes of the packages

from bench.province import SUBJECTS, arguments, fill_index, grow, province, say  # noqa: E402 - found by the line above

MOST_MS, MOST_QUERIES, MOST_RATIO = 150.0, 25, 1.3

PAGES: tuple[tuple[str, str, str], ...] = (
    ("inbox", "officer", "/"),
    ("inbox, live, nothing new", "officer", "/?rows=1&seen={seen}"),
    ("inbox, live", "officer", "/?rows=1"),
    ("inbox of a province", "head", "/"),
    ("to confirm", "officer", "/cho-xac-nhan"),
    ("to confirm, a province", "head", "/cho-xac-nhan"),
    ("document", "officer", "/giay-to/{filed}"),
    ("document, marked", "officer", "/giay-to/{filed}?q=quyet dinh"),
    ("words of a page", "officer", "/giay-to/{filed}/trang/1/chu"),
    ("review", "officer", "/giay-to/{waiting}/xac-nhan"),
    ("correction", "officer", "/giay-to/{filed}/sua-du-lieu"),
    ("retyping", "officer", "/giay-to/{filed}/doi-loai"),
    ("versions", "officer", "/giay-to/{filed}/du-lieu"),
    ("validity", "officer", "/giay-to/{filed}/hieu-luc"),
    ("part-of", "officer", "/giay-to/{filed}/thuoc-ve"),
    ("print", "officer", "/giay-to/{filed}/in"),
    ("more like one", "officer", "/giay-to/{filed}/giong"),
    ("readings of a document", "archivist", "/giay-to/{filed}/ai-da-xem"),
    ("readings of a person", "archivist", "/nhat-ky-xem?nguoi=nguoi{n}"),
    ("readings, nobody chosen", "archivist", "/nhat-ky-xem"),
    ("emergency", "head", "/khan-cap"),
    ("grants", "head", "/quyen-xem"),
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
    ("board, corrected", "head", "/bang-dieu-hanh/giay-to?so=corrected&ky=nam"),
    ("board, page 40", "head", "/bang-dieu-hanh/giay-to?so=filed&ky=nam&sau={place}"),
    ("code tables", "officer", "/danh-muc"),
    ("a code table", "officer", "/danh-muc/document_types"),
    ("the largest code table", "officer", "/danh-muc/procedures"),
    ("a code", "officer", "/danh-muc/document_types/{type}"),
    ("new code", "keeper", "/danh-muc/fees/moi"),
    ("people", "keeper", "/nguoi-dung"),
    ("people, searched", "keeper", "/nguoi-dung?q=nguoi{n}"),
    ("a person", "keeper", "/nguoi-dung/{person}"),
    ("new person", "keeper", "/nguoi-dung/moi"),
    ("changes of people", "keeper", "/nguoi-dung/thay-doi"),
    ("strangers", "keeper", "/nguoi-dung/cho-noi"),
    ("units", "keeper", "/don-vi"),
    ("a unit", "keeper", "/don-vi/{unit}"),
    ("new unit", "keeper", "/don-vi/moi"),
    ("sign-in", "nobody", "/dang-nhap"),
    ("account", "officer", "/tai-khoan"),
    ("second factor", "officer", "/tai-khoan/ma-xac-thuc"),
    ("guide", "officer", "/dung-thu"),
    ("design", "officer", "/giao-dien"),
    ("API documents", "officer", "/api/v1/documents"),
    ("API document", "officer", "/api/v1/documents/{filed}"),
    ("API versions", "officer", "/api/v1/documents/{filed}/versions"),
    ("API search", "officer", "/api/v1/search?q=phe duyet"),
    ("API board", "head", "/api/v1/board"),
    ("metrics", "head", "/metrics"),
    ("readiness", "head", "/readyz"),
    ("liveness", "nobody", "/healthz"),
)
"""Name, who asks, address."""

NOT_ASKED = {
    "sign-in-code": "needs a password given before", "vouch": "leaves for another server", "vouched": "comes from another server",
    "told-to-leave": "another server's word",
    "invitation": "a link that is used up", "page-image": "bytes of a picture, made once and kept",
    "download": "bytes as stored",
}  # fmt: skip
"""Names of addresses without a row, and why. Those that only take a POST have none either."""


def main() -> int:
    """Make the Kho, ask for every page, print the table."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments(words)
    words.add_argument("--rounds", type=int, default=40)
    words.add_argument("--only", default="", help="pages whose name holds this")
    asked = words.parse_args()
    with tempfile.TemporaryDirectory(prefix="khoso-pages-") as folder, province(asked, Path(folder)):
        if asked.fill_index:
            fill_index(asked)
            return 0
        from django.conf import settings

        settings.ALLOWED_HOSTS = ["*"]
        grow(asked)
        offenders = table(asked.rounds, asked.only)
        offenders += rights_cost(asked.rounds) if not asked.only else []
    print("no offenders" if not offenders else "OFFENDERS: " + "; ".join(offenders))
    return 1 if offenders else 0


def _filled(address: str, **more: Any) -> str:
    nothing = "00000000-0000-0000-0000-000000000000"
    return address.format(
        **{
            "filed": nothing,
            "waiting": nothing,
            "person": nothing,
            "n": 1,
            "type": 1,
            "unit": 1,
            "seen": "",
            "place": "",
        }
        | more
    )


def clients() -> dict[str, tuple[Any, Any]]:
    """Who asks: (client, account)."""
    from datetime import date

    from django.test import Client

    from people.middleware import SHOWN
    from people.models import Assignment, Role, User

    User.objects.filter(username__startswith="nguoi", unit__code="H99.1").update(demo=True)  # who sees the guide

    def client_of(user: Any) -> tuple[Any, Any]:
        client = Client()
        client.force_login(user)
        session = client.session
        session[SHOWN] = True
        session.save()
        return client, user

    def of(role: str, code: str) -> tuple[Any, Any]:
        return client_of(
            Assignment.objects.filter(role=role, unit__code=code).select_related("user").order_by("pk")[0].user
        )

    keeper, made = User.objects.get_or_create(username="quantri", defaults={"full_name": "Quản Trị MẪU", "demo": True})
    if made:
        Assignment.objects.create(user=keeper, role=Role.ADMINISTRATOR, valid_from=date(2026, 1, 1), given_by="bench")
    return {
        "officer": of(Role.OFFICER, "H99.1"),
        "archivist": of(Role.ARCHIVIST, "H99.1"),
        "head": of(Role.HEAD, "H99"),
        "commune": of(Role.HEAD, "H99.2"),
        "keeper": client_of(keeper),
        "nobody": (Client(), None),
    }


def table(rounds: int, only: str) -> list[str]:
    """Ask for every page; returns what is over the limits."""
    from catalogue.models import DocumentType
    from people.models import User
    from warehouse.models import Document, State

    importlib.import_module("khoso.wsgi")  # as a web process begins
    asking = clients()
    unit = asking["officer"][1].unit
    of_unit = Document.objects.filter(unit=unit).order_by("?")
    filed = list(of_unit.filter(state=State.FILED).values_list("pk", flat=True)[: rounds + 1])
    waiting = list(of_unit.filter(state=State.TO_CONFIRM).values_list("pk", flat=True)[: rounds + 1]) or filed
    people = list(User.objects.order_by("?").values_list("pk", flat=True)[: rounds + 1])
    fixed = {"type": DocumentType.objects.values_list("pk", flat=True)[0], "unit": unit.pk, "place": _page_40()}
    offenders = []
    print("| page | who | queries | median ms | p95 ms | CPU ms, median | CPU ms, p95 | database ms, median |")
    print("|---|---|---|---|---|---|---|---|")
    for name, who, address in PAGES:
        if only not in name:
            continue
        client, spans = asking[who][0], []
        seen = _seen(client) if "{seen}" in address else ""
        for n in range(rounds + 1):
            changing = {
                "filed": filed[n % len(filed)],
                "waiting": waiting[n % len(waiting)],
                "person": people[n % len(people)],
            }
            at = _filled(address, n=n * 37 % 900, seen=seen, **changing, **fixed)
            with _watched() as span:
                answer = client.get(at)
                body = b"".join(answer.streaming_content) if answer.streaming else answer.content
            if answer.status_code not in {200, 204}:
                raise SystemExit(f"{name}: {at} answered {answer.status_code}: {body[:300]!r}")
            spans.append(span)
        spans = spans[1:]  # the first makes what is made once for a process
        p95, most = _p95([one.wall for one in spans]), max(one.queries for one in spans)
        middle = [
            statistics.median(figures) for figures in zip(*((s.wall, s.cpu, s.database) for s in spans), strict=True)
        ]
        cpu = _p95([one.cpu for one in spans])
        print(
            f"| {name} | {who} | {most} | {middle[0]:.0f} | {p95:.0f} | {middle[1]:.0f} | {cpu:.0f} | {middle[2]:.0f} |",
            flush=True,
        )
        if p95 >= MOST_MS:
            offenders.append(f"{name}: p95 {p95:.0f} ms")
        if most > MOST_QUERIES:
            offenders.append(f"{name}: {most} queries")
    return offenders


def _page_40() -> str:
    """The place in the list of what was filed after which its fortieth page begins."""
    from indicators.models import Passage
    from indicators.places import locked, place_of

    newest = Passage.objects.order_by("-filed_on", "-document").values_list("filed_on", "document")
    return locked(place_of(newest[min(3900, newest.count()) - 1]), "filed")


def _seen(client: Any) -> str:
    """What the page of the inbox would send along when it asks for news."""
    found = re.search(rb"seen=([0-9a-f]+)", client.get("/").content)
    return found[1].decode() if found else ""


def _p95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20)[-1] if len(values) > 1 else values[0]


class Span:
    """What one page took, in ms, and its questions."""

    def __init__(self) -> None:
        self.wall = self.cpu = self.database = 0.0
        self.queries = 0

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001 - Django's signature
        self.queries += 1
        started = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            self.database += (time.perf_counter() - started) * 1000


@contextmanager
def _watched() -> Iterator[Span]:
    from django.db import connection

    span = Span()
    started, at_work = time.perf_counter(), time.process_time()
    with connection.execute_wrapper(span):
        yield span
    span.wall, span.cpu = (time.perf_counter() - started) * 1000, (time.process_time() - at_work) * 1000


def rights_cost(rounds: int) -> list[str]:
    """The same questions by somebody who may see everything and by one who may see five units, in turn."""
    from khoso.wiring import open_index
    from search.ports import Query, Viewer

    index = open_index()
    few = Viewer(units=frozenset({"H99.1", "H99.2", "H99.3", "H99.4", "H99.5"}))
    took: dict[bool, list[float]] = {True: [], False: []}
    questions = [Query(words=words, limit=20) for words in (*SUBJECTS, "nguyễn an", "4711/QĐ-UBND", "trần bình minh")]
    if not index.find(questions[0], viewer=Viewer()).hits:
        raise SystemExit("the index knows none of the documents: what was measured is no searching")
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
    say(f"load {Path('/proc/loadavg').read_text().split()[0]}")
    sys.exit(main())
