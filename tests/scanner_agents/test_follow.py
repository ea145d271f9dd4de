"""What became of a received document is asked a few times, told once, and never disturbs the sending."""

from collections.abc import Callable

import pytest

from scanner_agents.follow import ASK_AFTER
from scanner_agents.records import State
from tests.scanner_agents.conftest import Dispatch, Log
from tests.scanner_agents.drops import Drops
from tests.scanner_agents.kho import DOCUMENTS, Fault, Kho

Make = Callable[..., Dispatch]


def _asked(kho: Kho) -> int:
    return sum(request.startswith("GET") for request in kho.requests)


def _go_on(sending: Dispatch, seconds: float) -> None:
    end = sending.time.now + seconds
    while sending.time.now < end:
        sending.time.now += 2.0 if sending.sender.step() else 0.0


@pytest.fixture
def sending(kho: Kho, drops: Drops, dispatch: Make) -> Dispatch:
    drops.add(b"x", name="a.pdf")
    sending = dispatch(kho, follow=True)
    sending.settle()
    return sending


def test_a_document_that_goes_well_is_asked_about_once(kho: Kho, drops: Drops, sending: Dispatch, log: Log) -> None:
    _go_on(sending, 700)
    assert _asked(kho) == 1
    remote = drops.one().remote
    assert remote
    assert remote.state == "FILED"
    assert log.codes == ["received"]


@pytest.mark.parametrize(("state", "code"), [("REFUSED", "refused_later"), ("PARKED", "parked")])
def test_bad_news_is_told_with_its_reason(
    kho: Kho, drops: Drops, sending: Dispatch, log: Log, state: str, code: str
) -> None:
    kho.remote = {"state": "RECEIVED"}
    _go_on(sending, 5)
    kho.remote = {"state": state, "reason": {"code": "blurred", "sentence": "Trang 1 bị mờ."}}
    _go_on(sending, 700)
    assert log.codes == ["received", code]
    assert log.events[-1]["detail"] == "Trang 1 bị mờ."
    document = drops.one()
    assert (document.state, document.trouble and document.trouble.code) == (State.RECEIVED, code)
    assert _asked(kho) == 2


def test_a_server_that_takes_its_time_is_not_asked_for_ever(kho: Kho, sending: Dispatch, log: Log) -> None:
    kho.remote = {"state": "INSPECTED"}
    _go_on(sending, 3000)
    assert _asked(kho) == len(ASK_AFTER)
    assert log.codes == ["received"]


@pytest.mark.parametrize(
    "fault",
    [
        Fault(f"GET {DOCUMENTS}", times=99, status=500),
        Fault(f"GET {DOCUMENTS}", times=99, status=401),
        Fault(f"GET {DOCUMENTS}", times=99, status=200, body=b"<html>"),
        Fault(f"GET {DOCUMENTS}", times=99, status=404, body=b'{"code": "no_such_document"}'),
        Fault(f"GET {DOCUMENTS}", times=99, status=200, body=b'{"state": "REFUSED", "reason": 7}'),
    ],
)
def test_an_answer_that_fails_disturbs_nothing(
    kho: Kho, drops: Drops, sending: Dispatch, log: Log, fault: Fault
) -> None:
    kho.faults.append(fault)
    _go_on(sending, 100)
    drops.add(b"y", name="b.pdf")
    sending.sender.step()
    assert drops.one(2).state is State.RECEIVED
    assert set(log.codes) <= {"received", "refused_later"}
