"""What machines ask that watch over the program: alive, ready, figures; and ids in answers."""

import threading
import time
from datetime import timedelta

import pytest
from django.conf import settings as django_settings

from khoso.configuration import load
from khoso.health import Watched
from khoso.kernel.clock import system_clock
from khoso.metrics import registry
from search.adapters.memory import MemoryIndex
from search.projecting import feed
from warehouse import erasing, ledger, timing
from warehouse.canary import try_locks
from warehouse.models import Document, LockTrial, Rendition, RenditionKind, State
from warehouse.moving import Intake, create, park
from warehouse.shelf import put_bytes
from warehouse.timing import Ended, Times

pytestmark = pytest.mark.django_db


def enter(person, name, **more):
    return create(name.ljust(64, "."), name, (), intake=Intake(by=person, **more), now=system_clock())[0]


def test_alive_and_ready(client):
    assert client.get("/healthz").content == b"ok\n"
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"ready": True, "catalogue": "ok", "store": "ok"})


def test_not_ready_says_what_is_missing(client, settings, tmp_path):
    (tmp_path / "store").write_text("in the way", encoding="utf-8")
    settings.KHOSO = load({"KHOSO_HOME": str(tmp_path)})
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["store"]) == (503, "away")


def test_a_part_that_keeps_silent_counts_as_away_and_is_asked_once():
    part, asked, thaw = Watched(patience=0.2), [], threading.Event()

    def frozen():
        asked.append(1)
        thaw.wait(20)
        return "ok"

    for _ in range(3):
        began = time.monotonic()
        assert part.ask(frozen) == "away"
        assert time.monotonic() - began < 10
    assert len(asked) == 1  # however many look, one thread waits
    thaw.set()
    until = time.monotonic() + 20
    while part.ask(lambda: "well") != "well":
        assert time.monotonic() < until
    with pytest.raises(ZeroDivisionError):
        part.ask(lambda: str(1 / 0))


def test_every_answer_carries_an_id_and_takes_the_proxys(client):
    assert len(client.get("/healthz")["X-Request-ID"]) == 32
    assert client.get("/healthz", headers={"X-Request-ID": "abc-123"})["X-Request-ID"] == "abc-123"
    assert client.get("/healthz", headers={"X-Request-ID": "a\nb"})["X-Request-ID"].isalnum()


def test_figures_come_from_the_catalogue(person):
    enter(person, "a", queue="desk")
    parked = enter(person, "b", queue="today")
    park(parked, {"code": "signing_failed", "params": {}}, worker=None, actor="system", now=system_clock())
    times = Times()
    for seconds in (0.01, 0.3, 1000.0):
        times.note("read", Ended.DONE, seconds)
    times.note("read", Ended.UNAVAILABLE, 1.0)
    timing.add(times)
    times.note("read", Ended.DONE, 0.3)
    timing.add(times)
    ledger.record("x", at=system_clock(), actor="system", document=None)
    seen = registry(system_clock).get_sample_value
    assert seen("khoso_queue_documents", {"queue": "desk"}) == 1
    assert seen("khoso_queue_documents", {"queue": "today"}) == 0
    assert seen("khoso_queue_age_seconds", {"queue": "desk"}) >= 0
    assert seen("khoso_documents", {"state": "PARKED"}) == 1
    assert seen("khoso_parked", {"reason": "signing_failed"}) == 1
    assert seen("khoso_signing_failures") == 1
    assert seen("khoso_ledger_lag") >= 3
    assert seen("khoso_index_lag") == 0
    assert seen("khoso_step_seconds_count", {"step": "read"}) == 4
    assert seen("khoso_step_seconds_bucket", {"step": "read", "le": "0.5"}) == 3
    assert seen("khoso_steps_total", {"step": "read", "ended": "unavailable"}) == 1


def test_what_lags_behind_is_told_with_its_age_until_it_has_caught_up(store, person):
    now = system_clock()
    seen = registry(system_clock).get_sample_value
    filed = enter(person, "f", queue="today")
    an_hour = now - timedelta(hours=1)
    told = {"state_since": an_hour, "filed_at": an_hour, "code": "X00.01.MAU.1", "due_at": None}
    Document.objects.filter(pk=filed.pk).update(state=State.FILED, **told)
    kept = put_bytes(store, b"composed")
    Rendition.objects.create(
        document=filed, kind=RenditionKind.COMPOSED, digest=kept.digest, size=kept.size, created_at=an_hour
    )
    for name in ("index", "store"):
        assert seen(f"khoso_{name}_lag") == 1, name
        assert 3600 <= seen(f"khoso_{name}_lag_seconds") < 3700, name
    feed(index=MemoryIndex(), store=store)
    Rendition.objects.filter(document=filed).delete()
    for name in ("index", "store"):
        assert seen(f"khoso_{name}_lag") == seen(f"khoso_{name}_lag_seconds") == 0, name


def test_what_an_operator_answers_for_is_a_figure(store, person):
    now = system_clock()
    seen = registry(system_clock).get_sample_value
    assert (seen("khoso_locks_held"), seen("khoso_locks_proven_seconds")) == (None, None)
    try_locks(store=store, now=now - timedelta(hours=1))
    erased = enter(person, "e", queue="today")
    park(erased, {"code": "signing_failed", "params": {}}, worker=None, actor="system", now=now)
    erasing.order(erased, by="head", reason="r", basis="b", now=now - timedelta(minutes=10))
    assert seen("khoso_locks_held") == 1
    assert 3600 <= seen("khoso_locks_proven_seconds") < 3700
    assert seen("khoso_erasures_open") == 1
    assert 600 <= seen("khoso_erasures_open_seconds") < 700
    LockTrial.objects.update(held=False)
    erasing.carry_out(store=store, now=now)
    assert seen("khoso_locks_held") == 0
    assert (seen("khoso_erasures_open"), seen("khoso_erasures_open_seconds")) == (0, 0)


def test_figures_are_for_this_machine_or_whoever_has_the_token(client, settings):
    assert b"khoso_queue_documents" in client.get("/metrics").content
    assert client.get("/metrics", REMOTE_ADDR="192.0.2.7").status_code == 404
    assert client.get("/metrics", headers={"X-Forwarded-For": "192.0.2.7"}).status_code == 404
    settings.KHOSO = load({"KHOSO_HOME": str(django_settings.KHOSO.home), "KHOSO_METRICS_TOKEN": "sesame"})
    assert client.get("/metrics").status_code == 404
    assert (
        client.get("/metrics", headers={"Authorization": "Bearer sesame"}, REMOTE_ADDR="192.0.2.7").status_code == 200
    )
