"""What Prometheus may know: computed from the catalogue at each scrape, so that it holds for every process on every machine."""

import time
from collections.abc import Iterator
from datetime import datetime

from django.db.models import Count, F, Min
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector, CollectorRegistry

from khoso.kernel.clock import Clock
from khoso.kernel.doorbell import Queue
from khoso.kernel.reasons import ReasonCode
from search.projecting import set_aside
from warehouse import leasing
from warehouse.canary import last_trial
from warehouse.erasing import open_orders
from warehouse.filing import composed
from warehouse.models import FINDABLE, Document, LedgerEvent, State, StepTime
from warehouse.timing import BOUNDS, Ended

WAITS_LONG = 6  # attempts after which a document counts as standing still
RARELY = 50
"""Filed documents are counted anew only after so many times as long as counting took: there are ever more of them."""
QUICK = 0.5
"""Seconds within which they may be counted each time."""


class Catalogue(Collector):
    """Collects from the catalogue."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._filed = 0
        self._count_after = float("-inf")

    def collect(self) -> Iterator[Metric]:
        """The families; a handful of indexed queries."""
        now = self._clock()
        yield from _queues(now)
        yield from _resting(self._count_filed())
        yield from _lags(now)
        yield from _promises(now)
        yield from _steps()

    def _count_filed(self) -> int:
        started = time.monotonic()
        if started >= self._count_after:
            self._filed = Document.objects.filter(state=State.FILED).count()
            took = time.monotonic() - started
            self._count_after = started + (took * RARELY if took > QUICK else 0.0)
        return self._filed


def registry(clock: Clock) -> CollectorRegistry:
    """What `/metrics` shows."""
    made = CollectorRegistry()
    made.register(Catalogue(clock))
    return made


def _age(moment: datetime | None, now: datetime) -> float:
    return max(0.0, (now - moment).total_seconds()) if moment else 0.0


def _queues(now: datetime) -> Iterator[Metric]:
    waiting = GaugeMetricFamily("khoso_queue_documents", "Documents due in a queue", labels=["queue"])
    age = GaugeMetricFamily("khoso_queue_age_seconds", "Age of the document longest due in a queue", labels=["queue"])
    due = Document.objects.filter(due_at__lte=now)
    rows = due.values_list("queue").annotate(count=Count("pk"), oldest=Min("due_at"))
    seen: dict[str, tuple[int, datetime | None]] = {queue: (count, oldest) for queue, count, oldest in rows}
    for queue in Queue:
        count, oldest = seen.get(queue.value, (0, None))
        waiting.add_metric([queue.value], count)
        age.add_metric([queue.value], _age(oldest, now))
    yield waiting
    yield age
    workers = GaugeMetricFamily("khoso_workers", "Workers that said within half a minute that they are there")
    workers.add_metric([], len(leasing.at_work(now=now)))
    yield workers
    still = GaugeMetricFamily("khoso_standing_still", "Documents whose step has found a server or tool away often")
    still.add_metric([], Document.objects.filter(due_at__isnull=False, attempts__gte=WAITS_LONG).count())
    yield still


def _resting(filed: int) -> Iterator[Metric]:
    states = GaugeMetricFamily("khoso_documents", "Documents by state", labels=["state"])
    others = [state for state in State if state != State.FILED]
    counts = dict(Document.objects.filter(state__in=others).values_list("state").annotate(count=Count("pk")))
    counts[State.FILED] = filed
    for state in State:
        states.add_metric([state.value], counts.get(state.value, 0))
    yield states
    parked = GaugeMetricFamily("khoso_parked", "Parked documents by reason", labels=["reason"])
    reasons = Document.objects.filter(state=State.PARKED).values_list("reason__code").annotate(count=Count("pk"))
    found = {str(code): count for code, count in reasons}
    for code, count in sorted(found.items()):
        parked.add_metric([code], count)
    yield parked
    failures = GaugeMetricFamily("khoso_signing_failures", "Documents parked because signing failed")
    signing = (ReasonCode.SIGNING_FAILED, ReasonCode.CERTIFICATE_UNUSABLE, ReasonCode.NO_EMPTY_FIELD)
    failures.add_metric([], sum(found.get(code.value, 0) for code in signing))
    yield failures


def _lags(now: datetime) -> Iterator[Metric]:
    behind = Document.objects.exclude(indexed_version=F("version")).filter(state__in=FINDABLE)
    index = behind.aggregate(count=Count("pk"), oldest=Min("state_since"))
    aside = GaugeMetricFamily("khoso_index_set_aside", "Documents the index refuses as they are; khoso check says why")
    aside.add_metric([], len(set_aside()))
    yield aside
    unsealed = LedgerEvent.objects.filter(batch__isnull=True).aggregate(count=Count("pk"), oldest=Min("at"))
    untidied = Document.objects.filter(pk__in=composed().values("document"), state=State.FILED)
    tidy = untidied.aggregate(count=Count("pk"), oldest=Min("filed_at"))
    for name, what, row in (
        ("index", "Documents the index does not know in their newest version", index),
        ("ledger", "Events not sealed yet", unsealed),
        ("store", "Filed documents whose temporary bytes still lie in the store", tidy),
    ):
        count = GaugeMetricFamily(f"khoso_{name}_lag", what)
        count.add_metric([], row["count"])
        yield count
        age = GaugeMetricFamily(f"khoso_{name}_lag_seconds", f"{what}: age of the oldest")
        age.add_metric([], _age(row["oldest"], now))
        yield age


def _promises(now: datetime) -> Iterator[Metric]:
    """What an operator answers for: that locks hold, that what was ordered to be erased is."""
    trial = last_trial()
    held = GaugeMetricFamily("khoso_locks_held", "1: the store's locks held when last tried, 0: they did not")
    proven = GaugeMetricFamily("khoso_locks_proven_seconds", "Seconds since the store's locks were last seen to hold")
    if trial.held is not None:
        held.add_metric([], int(trial.held))
    if trial.proven_at is not None:
        proven.add_metric([], _age(trial.proven_at, now))
    yield held
    yield proven
    count, oldest = open_orders()
    orders = GaugeMetricFamily("khoso_erasures_open", "Lawful erasures whose bytes are still in the store")
    orders.add_metric([], count)
    yield orders
    age = GaugeMetricFamily("khoso_erasures_open_seconds", "Age of the oldest lawful erasure that is not carried out")
    age.add_metric([], _age(oldest, now))
    yield age


def _steps() -> Iterator[Metric]:
    times = HistogramMetricFamily("khoso_step_seconds", "Time of steps that came to their end", labels=["step"])
    ends = CounterMetricFamily("khoso_steps", "Steps by how they ended", labels=["step", "ended"])
    for row in StepTime.objects.order_by("step", "ended"):
        ends.add_metric([row.step, row.ended], sum(row.buckets))
        if row.ended == Ended.DONE:
            total, buckets = 0, []
            for bound, count in zip((*map(str, BOUNDS), "+Inf"), row.buckets, strict=True):
                total += count
                buckets.append((bound, total))
            times.add_metric([row.step], buckets=buckets, sum_value=row.seconds)
    yield times
    yield ends
