"""Measures a search index: how fast it is fed, how large it grows, how long questions take.

    python bench/search.py 100000 [--index PATH] [--lists DIR] [--queries 1000] [--rights] [--fts5]
    python bench/search.py 1000000 --elasticsearch http://user:password@host:9200 [--prefix NAME] [--reindex [N]]
        [--within MINUTES] [--delete]

Entries are invented from syllable statistics: with `--lists` a folder of `syllables`, `bigrams` and `trigrams`
(`.tsv.xz`, counts from law texts), else from a short built-in phrase book. With `--index` the index is kept, and found
again by a second run with the same numbers; so is an index on a server under the same `--prefix`. `--fts5` asks SQLite's
FTS5 the same questions, for comparison. `--reindex` asks again while a second process builds the whole index anew beside
the one in use, and swaps them; with a number only the first so many entries, which are given up again.

On a server: a run that was broken off goes on where it was, `--within` ends the feeding at six tenths of the minutes given and
asks what is there by then, a disk too small for the entries is told before, and one that fills up while they come ends the
feeding. Questions begin when the server has no more segments to merge. The first ones are told apart: a server that has just been
started translates its program while it answers them. `--delete` takes the indexes away at the end.
"""

import argparse
import lzma
import os
import random
import sqlite3
import sys
import tempfile
import time
from bisect import bisect
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from itertools import accumulate, islice
from multiprocessing import get_context
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from elasticsearch import Elasticsearch

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # before this folder, where `search` is this very file

from khoso.kernel.errors import Unavailable
from search.adapters.elasticsearch import ElasticsearchIndex
from search.adapters.elasticsearch_cluster import Address
from search.adapters.sqlite import SqliteIndex
from search.folding import words
from search.ports import Entry, Query, Viewer

Index = SqliteIndex | ElasticsearchIndex
SEED = 20261122
BLOCK = 10_000
"""Entries that are made by the same dice: what an interrupted feeding has not put to the end is put again."""
TOLD = 10.0
"""Seconds between two lines of progress."""
FED = 0.6
"""Of the time given, what may be spent on feeding."""
ON_DISK = 14_000
"""Bytes one entry may take there while segments are merged."""
LEAST_FREE = 4_000_000_000
"""Bytes that stay free on the server's disk."""
MERGED = 90.0
"""Seconds for which the server may go on merging before it is asked."""
PHRASES = """ủy ban nhân dân|quyết định phê duyệt|căn cứ luật tổ chức chính quyền địa phương|quy hoạch sử dụng đất
giấy chứng nhận quyền sử dụng đất|đăng ký khai sinh|tình trạng hôn nhân|xác nhận thông tin về cư trú|hộ kinh doanh
cộng hòa xã hội chủ nghĩa việt nam|độc lập tự do hạnh phúc|thủ tục hành chính|trung tâm phục vụ hành chính công
giấy phép xây dựng nhà ở riêng lẻ|bồi thường hỗ trợ và tái định cư|thi đua khen thưởng|bảo hiểm y tế|an toàn thực phẩm
chuyển mục đích sử dụng đất|hội đồng nhân dân tỉnh|sở tài nguyên và môi trường|theo quy định của pháp luật
trong thời hạn ba mươi ngày|kể từ ngày ký|chịu trách nhiệm thi hành quyết định này|theo đề nghị của giám đốc sở
người có công với cách mạng|trợ cấp xã hội hằng tháng|cấp đổi giấy phép lái xe|dịch vụ công trực tuyến|bản sao trích lục
đất trồng cây lâu năm|đất ở tại nông thôn|thửa đất số|tờ bản đồ số|diện tích|nguồn gốc sử dụng|ranh giới|đo đạc địa chính
phòng cháy chữa cháy|đánh giá tác động môi trường|kinh phí thực hiện|ngân sách nhà nước|kế hoạch vốn đầu tư công
giáo dục và đào tạo|bằng tốt nghiệp trung học phổ thông|y tế dự phòng|khám bệnh chữa bệnh|hợp tác xã nông nghiệp
công nghệ thông tin|chuyển đổi số|cơ sở dữ liệu quốc gia về dân cư|định danh và xác thực điện tử|cải cách hành chính
tổ chức thực hiện|các cơ quan đơn vị liên quan|báo cáo kết quả|trước ngày|thông báo kết luận|cuộc họp|biên bản|tờ trình
xét đề nghị|ban hành kèm theo|có hiệu lực|thay thế|sửa đổi bổ sung|một số điều|nghị quyết|chỉ thị|công văn|giấy mời"""
FAMILIES = "Nguyễn Trần Lê Phạm Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý K' Kơ".split()  # noqa: SIM905
MIDDLES = "Văn Thị Hữu Đức Minh Ngọc Thanh Quang Xuân Hoài Bảo Gia Kim Mạnh Quốc".split()  # noqa: SIM905
GIVEN = """An Anh Bình Châu Chi Cường Dung Dũng Duy Giang Hà Hải Hạnh Hiếu Hòa Hoa Hùng Hương Khánh Lan Linh Long Mai
Nam Nga Ngân Nhung Phong Phúc Quân Quỳnh Sơn Tâm Thảo Thắng Thủy Trang Trung Tuấn Tú Uyên Vinh Yến""".split()  # noqa: SIM905
KINDS = (
    ("administrative_document", "Quyết định", "QĐ-UBND", 30),
    ("administrative_document", "Tờ trình", "TTr-UBND", 8),
    ("administrative_document", "Thông báo", "TB-UBND", 8),
    ("birth_certificate", "Giấy khai sinh", "TLKS-BS", 16),
    ("marital_status", "Giấy xác nhận tình trạng hôn nhân", "UBND-XNTTHN", 8),
    ("land_certificate", "Giấy chứng nhận quyền sử dụng đất", "CNQSDĐ", 14),
    ("construction_permit", "Giấy phép xây dựng", "GPXD", 8),
    ("application_form", "Đơn đề nghị", "ĐĐN", 8),
)
COMMON = (
    "quyết định",
    "quyet dinh",
    "ủy ban nhân dân",
    "uy ban nhan dan tinh",
    "theo quy định của pháp luật",
    "giấy chứng nhận quyền sử dụng đất",
    "thực hiện",
    '"ủy ban nhân dân"',
    "và",
    "cộng hòa xã hội chủ nghĩa việt nam",
)


class Question(NamedTuple):
    """What is asked, and the class it is counted in."""

    kind: str
    query: Query
    viewer: Viewer


def sentences(lists: Path | None, count: int, chance: random.Random) -> list[str]:
    """Invented sentences of 8–30 syllables."""
    if lists is None:
        phrases = [phrase.strip() for phrase in PHRASES.replace("\n", "|").split("|")]
        weights = list(accumulate(1 / (rank + 3) for rank in range(len(phrases))))
        return [" ".join(chance.choices(phrases, cum_weights=weights, k=chance.randint(2, 7))) for _ in range(count)]
    after: dict[str, tuple[list[str], list[int]]] = {}
    for name in ("syllables", "bigrams", "trigrams"):
        follow: dict[str, list[tuple[str, int]]] = defaultdict(list)
        for row in lzma.decompress((lists / f"{name}.tsv.xz").read_bytes()).decode().splitlines():
            gram, times = row.split("\t")
            head, _, last = gram.rpartition(" ")
            follow[head].append((last, int(times)))
        after |= {
            head: ([word for word, _ in nexts], list(accumulate(times for _, times in nexts)))
            for head, nexts in follow.items()
        }

    def pick(head: str) -> str:
        options, sums = after[head]
        return options[bisect(sums, chance.random() * sums[-1] * 0.999999)]

    def sentence() -> str:
        said = [pick("")]
        for _ in range(chance.randint(7, 29)):
            pair = " ".join(said[-2:])
            head = pair if pair in after and chance.random() < 0.8 else said[-1]
            said.append(pick(head if head in after and chance.random() < 0.95 else ""))
        return " ".join(said)

    return [sentence() for _ in range(count)]


def entries(count: int, lists: Path | None, blocks: Iterable[int] | None = None) -> Iterator[Entry]:
    """Plausible entries with bodies of about 300 syllables, always the same for the same arguments.

    Args:
        blocks: only these blocks of `BLOCK` entries each; all without.
    """
    chance = random.Random(SEED)  # noqa: S311 - plausible, not secret
    pool = sentences(lists, 20_000, chance)
    places = [f"{chance.choice(GIVEN)} {chance.choice(GIVEN)}" for _ in range(150)]
    weights = list(accumulate(kind[3] for kind in KINDS))
    for number in numbered(count, blocks, chance):
        (slug, title, sign, _), place = chance.choices(KINDS, cum_weights=weights)[0], chance.choice(places)
        issued = date(2015, 1, 1) + timedelta(days=chance.randrange(4300))
        name = " ".join((chance.choice(FAMILIES), chance.choice(MIDDLES), chance.choice(GIVEN)))
        about = chance.choice(pool)
        body = [chance.choice(pool) for _ in range(16)]
        yield Entry(
            document=f"00000000-0000-4000-8000-{number:012d}",
            version=1,
            unit=f"H36.{chance.randrange(60)}",
            state="FILED" if chance.random() < 0.9 else "TO_CONFIRM",
            document_type=slug,
            title=title if slug != "administrative_document" else f"{title} về việc {about}",
            number=f"{chance.randrange(1, 3000)}/{issued.year}/{sign}" if number % 2 else f"{number % 999 + 1}/{sign}",
            issuer=f"Ủy ban nhân dân xã {place}",
            owner_id=f"068{chance.randrange(10**9):09d}",
            owner_name=name,
            summary=f"Về việc {about}",
            issue_date=issued,
            code=f"H36.{number % 60}-{issued:%y%m%d}-{number % 9999:04d}",
            names=(name, " ".join((chance.choice(FAMILIES), chance.choice(MIDDLES), chance.choice(GIVEN)))),
            numbers=(f"{chance.choice('ABCD')}{chance.choice('ABCD')} {chance.randrange(10**6):06d}",),
            body=f"ỦY BAN NHÂN DÂN XÃ {place.upper()}\nĐộc lập - Tự do - Hạnh phúc\n" + ". ".join(body),
        )


def numbered(count: int, blocks: Iterable[int] | None, chance: random.Random) -> Iterator[int]:
    """Numbers of entries; each block begins with dice of its own, so that it can be made without those before it."""
    for block in range(-(-count // BLOCK)) if blocks is None else blocks:
        chance.seed(SEED + block)
        yield from range(block * BLOCK, min(count, (block + 1) * BLOCK))


def questions(count: int, sample: list[Entry], *, dice: int = 1) -> list[Question]:
    """Mixed questions about known entries, all with facets, half of them by somebody who may see 5 of 60 units."""
    chance = random.Random(SEED + dice)  # noqa: S311
    few = Viewer(frozenset(f"H36.{unit}" for unit in range(5)))

    def run(text: str, least: int, most: int) -> list[str]:
        said = text.replace(".", " ").split()
        at = chance.randrange(max(1, len(said) - most))
        return said[at : at + chance.randint(least, most)]

    kinds: dict[str, tuple[int, Callable[[Entry], str]]] = {
        "number": (20, lambda entry: entry.number),
        "number part": (8, lambda entry: chance.choice((entry.number.split("/")[0], entry.number.rsplit("-", 1)[0]))),
        "person": (12, lambda entry: entry.owner_name),
        "person, no tones": (8, lambda entry: plain(entry.owner_name)),
        "id or code": (7, lambda entry: chance.choice((entry.owner_id, entry.code, entry.numbers[0]))),
        "quoted phrase": (10, lambda entry: f'"{" ".join(run(entry.body, 2, 5))}"'),
        "words": (10, lambda entry: " ".join(run(entry.body, 2, 6))),
        "title and person": (8, lambda entry: f"{entry.title[:60]} {entry.owner_name}"),
        "typing": (7, lambda entry: " ".join(run(entry.summary, 2, 4))[:-1]),
        "very common": (10, lambda _: chance.choice(COMMON)),
    }
    weights = [share for share, _ in kinds.values()]
    asked = []
    for kind in chance.choices(list(kinds), weights, k=count):
        text = kinds[kind][1](chance.choice(sample))
        query = Query(text, facets=True, typing=kind == "typing")
        asked.append(Question(kind, query, few if chance.random() < 0.5 else Viewer()))
    return asked


def plain(text: str) -> str:
    return " ".join(word for word, _ in words(text))


def ask(asked: Iterable[Question], find: Callable[[Question], int]) -> float:
    """Ask every question once; print milliseconds by class, of the clock and of this process's share of a processor.

    Returns the 95th percentile by the clock. Questions without an answer in time are counted and told.
    """
    unanswered = 0
    clock: dict[str, list[float]] = defaultdict(list)
    processor: dict[str, list[float]] = defaultdict(list)
    found: dict[str, list[int]] = defaultdict(list)
    for question in asked:
        started, spent = time.perf_counter(), time.process_time()
        try:
            total = find(question)
        except Unavailable:
            unanswered += 1
            continue
        for kind in (question.kind, "all"):
            clock[kind].append((time.perf_counter() - started) * 1000)
            processor[kind].append((time.process_time() - spent) * 1000)
            found[kind].append(total)
    print(f"{'':18}{'':6}{'ms by the clock':>32}    {'ms of processor':>32}    {'hits':>8}")
    shares = "".join(f"{share:>8}" for share in ("p50", "p95", "p99", "max"))
    print(f"{'class':<18}{'n':>6}{shares}    {shares}    {'median':>8}")
    for kind in sorted(clock, key=lambda kind: (kind == "all", kind)):
        middle = sorted(found[kind])[len(found[kind]) // 2]
        print(f"{kind:<18}{len(found[kind]):>6}{cuts(clock[kind])}    {cuts(processor[kind])}    {middle:>8}")
    if unanswered:
        print(f"not answered in time: {unanswered}")
    sys.stdout.flush()
    return sorted(clock["all"])[int(len(clock["all"]) * 0.95)]


def rights(index: Index, asked: Iterable[Question]) -> None:
    """What the filter by rights costs: each question by somebody who sees all by role, and by one to whom each unit was
    given, who finds the same; in turns, so that both meet the same machine.
    """
    everybody, listed = Viewer(), Viewer(frozenset(f"H36.{unit}" for unit in range(60)))
    spent: dict[bool, list[float]] = {False: [], True: []}
    clock: dict[bool, list[float]] = {False: [], True: []}
    for at, question in enumerate(asked):
        totals = set()
        for filtered in (False, True) if at % 2 else (True, False):
            began, used = time.perf_counter(), time.process_time()
            totals.add(index.find(question.query, viewer=listed if filtered else everybody).total)
            clock[filtered].append((time.perf_counter() - began) * 1000)
            spent[filtered].append((time.process_time() - used) * 1000)
        if len(totals) > 1:
            raise SystemExit(f"{question.query.words!r} finds {totals}")
    print(f"\nrights as a filter, the same hits{'':14}{'p50':>8}{'p95':>8}{'p99':>8}{'max':>8}")
    for what, times in (("ms by the clock", clock), ("ms of processor", spent)):
        for filtered in (False, True):
            print(f"{what:<22}{'60 units' if filtered else 'no filter':<24}{cuts(times[filtered])}")
        print(f"{what:<22}{'ratio of sums':<24}{sum(times[True]) / sum(times[False]):8.2f}")


def cuts(times: list[float]) -> str:
    ordered = sorted(times)
    return "".join(
        f"{ordered[min(len(ordered) - 1, int(len(ordered) * share))]:8.1f}" for share in (0.5, 0.95, 0.99, 1)
    )


def build(index: Index, count: int, lists: Path | None, stored: Callable[[], int]) -> None:
    """Feed the index unless it already holds that many; `stored` tells its bytes on disk."""
    if sum(1 for _ in index.versions()) == count:
        return
    index.clear()
    size = 0

    def counted() -> Iterator[Entry]:
        nonlocal size
        for entry in entries(count, lists):
            size += len(entry.body.encode())
            yield entry

    started = time.perf_counter()
    index.put(counted())
    spent = time.perf_counter() - started
    print(
        f"fed {count} entries in {spent:.0f} s: {count / spent:.0f} entries/s, their making included;"
        f" {size / 1e6:.0f} MB of bodies, index {stored() / 1e6:.0f} MB",
        flush=True,
    )


def feed(
    address: Address,
    count: int,
    lists: Path | None,
    blocks: list[int],
    done: "Synchronized[int]",
    stop: "Synchronized[int]",
) -> None:
    """One of the processes that feed the index being built, until it is told to stop."""

    def counted() -> Iterator[Entry]:
        for at, entry in enumerate(entries(count, lists, blocks), start=1):
            yield entry
            if at % 100 == 0:
                with done.get_lock():
                    done.value += 100
                if stop.value:
                    return

    began, spent = time.perf_counter(), time.process_time()
    ElasticsearchIndex(address).rebuild().put(counted())
    print(
        f"a feeder spent {time.process_time() - spent:.0f} s of processor in {time.perf_counter() - began:.0f} s",
        flush=True,
    )


def build_anew(
    address: Address, index: ElasticsearchIndex, given: argparse.Namespace, until: float, stored: Callable[[], int]
) -> int:
    """Feed an empty index by several processes as `khoso reindex` does while nobody asks, with progress; a run that was
    broken off is gone on with.

    Args:
        until: by the monotonic clock, when feeding ends with what is there.

    Returns:
        How many entries the index holds now.
    """
    count, lists, feeders = given.count, given.lists, given.feeders
    if index.holds_any():
        there = sum(1 for _ in index.versions())
        if there >= count:
            return there
        print(f"{there} entries are in use there; the index is built anew beside it", flush=True)
    fresh = index.rebuild()
    held: dict[int, int] = defaultdict(int)
    for name, _version in fresh.versions():
        held[int(name[-12:]) // BLOCK] += 1
    blocks = [at for at in range(-(-count // BLOCK)) if held[at] < min(BLOCK, count - at * BLOCK)]
    wanted = sum(min(BLOCK, count - at * BLOCK) for at in blocks)
    free = disk(address)
    print(
        f"{count - wanted} entries are there, {wanted} to feed by {feeders} processes; {free / 1e9:.0f} GB free",
        flush=True,
    )
    if free < wanted * ON_DISK + LEAST_FREE:
        raise SystemExit(f"{(wanted * ON_DISK + LEAST_FREE) / 1e9:.0f} GB of disk are wanted for so many")
    context = get_context("spawn")
    done, stop, spent, started = context.Value("q", 0), context.Value("q", 0), processor(address), time.perf_counter()
    running = [
        context.Process(target=feed, args=(address, count, lists, blocks[at::feeders], done, stop))
        for at in range(feeders)
    ]
    for one in running:
        one.start()
    while any(one.is_alive() for one in running):
        for one in running:
            one.join(TOLD / feeders)
        rate = done.value / (time.perf_counter() - started)
        left = (wanted - done.value) / rate / 60 if rate else 0.0
        print(f"{done.value:>9} of {wanted}  {rate:6.0f}/s  {left:5.1f} min left", flush=True)
        if not stop.value and (time.monotonic() > until or disk(address) < LEAST_FREE):
            print("the time for feeding is over, or the disk is full: what is there is asked", flush=True)
            stop.value = 1
    if any(one.exitcode for one in running):
        raise SystemExit("a feeder failed; run it again to go on")
    took, fed = time.perf_counter() - started, done.value
    print(
        f"fed {fed} entries in {took:.0f} s: {fed / took:.0f} entries/s, their making included (goal 3,000);"
        f" server {(processor(address) - spent) / max(fed, 1):.2f} ms of processor for each",
        flush=True,
    )
    there = sum(1 for _ in fresh.versions())
    fresh.swap()
    print(f"compared ({there} entries) and swapped after {time.perf_counter() - started:.0f} s", flush=True)
    merged(address)
    print(
        f"merged after {time.perf_counter() - started:.0f} s: server {(processor(address) - spent) / max(fed, 1):.2f} ms of"
        f" processor for each in all; {stored() / 1e6:.0f} MB",
        flush=True,
    )
    return there


def merged(address: Address) -> None:
    """Wait until the server merges no segments, though not for ever."""
    until = time.monotonic() + MERGED
    with Elasticsearch(address.url, basic_auth=(address.user, address.password), request_timeout=60) as raw:
        while time.monotonic() < until:
            time.sleep(2)
            if not raw.indices.stats(index=f"{address.prefix}-*", metric="merge")["_all"]["total"]["merges"]["current"]:
                break
        segments = raw.indices.stats(index=f"{address.prefix}-*", metric="segments")["_all"]["total"]["segments"][
            "count"
        ]
        print(f"{segments} segments", flush=True)


def disk(address: Address) -> int:
    """Bytes free where the server keeps its indexes."""
    with Elasticsearch(address.url, basic_auth=(address.user, address.password), request_timeout=60) as raw:
        nodes = raw.nodes.stats(metric="fs")["nodes"].values()
        return min(int(node["fs"]["total"]["available_in_bytes"]) for node in nodes)


def take_away(address: Address) -> None:
    """Delete what the benchmark made there."""
    with Elasticsearch(address.url, basic_auth=(address.user, address.password), request_timeout=60) as raw:
        found = raw.indices.get(index=f"{address.prefix}-entries-*").body
        if found:
            raw.indices.delete(index=sorted(found))
    print(f"deleted {len(found)} indexes")


def embedded(path: Path) -> tuple[SqliteIndex, Callable[[], int]]:
    """The embedded index and what it takes on disk."""
    return SqliteIndex(path), lambda: sum(file.stat().st_size for file in path.parent.glob(path.name + "*"))


def server(address: Address) -> tuple[ElasticsearchIndex, Callable[[], int]]:
    """The index on a server and what it takes on disk there."""

    def stored() -> int:
        with Elasticsearch(address.url, basic_auth=(address.user, address.password), request_timeout=120) as raw:
            raw.indices.flush(index=f"{address.prefix}-*")
            return int(
                raw.indices.stats(index=f"{address.prefix}-*", metric="store")["_all"]["total"]["store"][
                    "size_in_bytes"
                ]
            )

    return ElasticsearchIndex(address), stored


def processor(address: Address) -> float:
    """Milliseconds the server's processes have spent so far (on anything)."""
    with Elasticsearch(address.url, basic_auth=(address.user, address.password), request_timeout=60) as raw:
        nodes = raw.nodes.stats(metric="process")["nodes"].values()
        return float(sum(node["process"]["cpu"]["total_in_millis"] for node in nodes))


def anew(address: Address, count: int, lists: Path | None, most: int) -> None:
    """Build the index beside the one in use, and swap them if it is whole: what a second process does meanwhile."""
    os.nice(10)  # as `khoso reindex` does
    started = time.perf_counter()
    fresh = ElasticsearchIndex(address).rebuild()
    fresh.put(islice(entries(count, lists), most))
    held = sum(1 for _ in fresh.versions())
    if most < count:
        fresh.abandon()
    else:
        fresh.swap()
    spent = time.perf_counter() - started
    done = "given up" if most < count else "swapped"
    print(
        f"built anew beside it: {held} entries in {spent:.0f} s, {held / spent:.0f} entries/s, and {done}", flush=True
    )


def fts5(path: Path, count: int, lists: Path | None) -> Callable[[Question], int]:
    """The same with SQLite's own full-text index: folded text, bm25 with weights, count and facets by a join."""
    path.unlink(missing_ok=True)
    base = sqlite3.connect(path, isolation_level=None)
    base.execute("CREATE VIRTUAL TABLE fts USING fts5(number, title, names, summary, issuer, body, content='')")
    base.execute("CREATE TABLE doc (id INTEGER PRIMARY KEY, unit TEXT, type TEXT, issuer TEXT, year TEXT, state TEXT)")
    base.execute("BEGIN")
    start = time.perf_counter()
    for at, one in enumerate(entries(count, lists), 1):
        texts = (
            f"{one.number} {one.owner_id} {one.code}",
            one.title,
            " ".join(one.names),
            one.summary,
            one.issuer,
            one.body,
        )
        base.execute(
            "INSERT INTO fts (rowid, number, title, names, summary, issuer, body) VALUES (?,?,?,?,?,?,?)",
            (at, *map(plain, texts)),
        )
        year = str(one.issue_date.year) if one.issue_date else ""
        base.execute(
            "INSERT INTO doc VALUES (?,?,?,?,?,?)", (at, one.unit, one.document_type, one.issuer, year, one.state)
        )
    base.execute("COMMIT")
    print(
        f"\nFTS5 for comparison: {count / (time.perf_counter() - start):.0f} entries/s, {path.stat().st_size / 1e6:.0f} MB (texts not stored)"
    )

    def find(question: Question) -> int:
        quoted = question.query.words.startswith('"')
        said = plain(question.query.words)
        match = f'"{said}"' if quoted else " ".join(f'"{word}"' for word in said.split())
        if question.query.typing:
            match += "*"
        rows = base.execute(
            "SELECT doc.unit, doc.type, doc.issuer, doc.year, doc.state FROM fts JOIN doc ON doc.id = fts.rowid WHERE fts MATCH ?",
            (match,),
        ).fetchall()
        base.execute(
            "SELECT rowid FROM fts WHERE fts MATCH ? ORDER BY bm25(fts, 8, 6, 5, 4, 3, 1) LIMIT 20", (match,)
        ).fetchall()
        return len(rows)

    return find


def main() -> None:
    settings.configure(USE_I18N=False)  # what is said when something is away needs no translation here
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("count", type=int, nargs="?", default=100_000)
    parser.add_argument("--index", type=Path, help="keep the index here")
    parser.add_argument("--elasticsearch", type=urlsplit, help="ask a server's index instead of the embedded one")
    parser.add_argument("--prefix", default="khoso-bench", help="what its index names start with")
    parser.add_argument(
        "--reindex", type=int, nargs="?", const=0, help="ask again while it, or N entries, are built anew"
    )
    parser.add_argument("--within", type=float, default=float("inf"), help="minutes the whole run may take")
    parser.add_argument("--delete", action="store_true", help="delete the indexes on the server at the end")
    parser.add_argument("--feeders", type=int, default=2, help="processes that feed a server's index")
    parser.add_argument("--lists", type=Path, help="folder of n-gram counts")
    parser.add_argument("--queries", type=int, default=1000)
    parser.add_argument("--first", type=int, default=300, help="other questions that are asked, and told, before")
    parser.add_argument("--rights", action="store_true", help="what the filter by rights costs")
    parser.add_argument("--fts5", action="store_true", help="ask FTS5 the same")
    given = parser.parse_args()
    began = time.monotonic()
    print(
        f"Python {sys.version.split()[0]}, SQLite {sqlite3.sqlite_version}, {given.count} entries, n-grams: {given.lists or 'built in'}"
    )
    with tempfile.TemporaryDirectory() as scratch:
        address = None
        index: Index
        if given.elasticsearch:
            place = given.elasticsearch
            address = Address(
                f"{place.scheme}://{place.hostname}:{place.port}",
                place.username or "",
                place.password or "",
                given.prefix,
            )
            index, stored = server(address)
            given.count = build_anew(address, index, given, began + given.within * 60 * FED, stored)
        else:
            index, stored = embedded(given.index or Path(scratch) / "index.sqlite3")
            build(index, given.count, given.lists, stored)
        known = [entry for at, entry in enumerate(entries(min(given.count, 20_000), given.lists)) if at % 10 == 0]
        asked = questions(given.queries, known[::2])
        if given.first:
            print(
                f"\n{given.first} questions about other entries, of a server nobody has asked anything yet:", flush=True
            )
            ask(questions(given.first, known[1::2], dice=2), lambda one: index.find(one.query, viewer=one.viewer).total)
            print(f"\n{given.queries} questions:", flush=True)
        spent = processor(address) if address else 0.0
        quiet = ask(asked, lambda question: index.find(question.query, viewer=question.viewer).total)
        if address:
            each = (processor(address) - spent) / given.queries
            print(f"server: {each:.1f} ms of processor for each question", flush=True)
        if given.rights:
            rights(index, asked)
        if given.reindex is not None and address:
            while_built_anew(address, index, asked, given, quiet)
        if given.fts5:
            ask(asked[:200], fts5(Path(scratch) / "fts5.sqlite3", given.count, given.lists))
        index.close()
        if given.delete and address:
            take_away(address)
    print(f"{(time.monotonic() - began) / 60:.1f} minutes in all")


def while_built_anew(
    address: Address, index: Index, asked: list[Question], given: argparse.Namespace, quiet: float
) -> None:
    """Ask again and again while a second process builds the index anew.

    Args:
        quiet: the 95th percentile before, ms.
    """
    most = min(given.reindex or given.count, given.count)
    print(f"\nThe same questions while {most} entries are built anew:", flush=True)
    builder = get_context("spawn").Process(target=anew, args=(address, given.count, given.lists, most))
    builder.start()
    meanwhile = []
    while builder.is_alive():
        meanwhile.append(ask(asked, lambda question: index.find(question.query, viewer=question.viewer).total))
    builder.join()
    worst = max(meanwhile, default=0.0)
    print(f"p95 {worst:.0f} ms at worst, {quiet:.0f} ms before: {worst / quiet:.2f} times (goal 2)")


if __name__ == "__main__":
    main()
