"""The sender against a real HTTP server that misbehaves in every way the line and the server can."""

import hashlib
import os
import re
import threading
from collections.abc import Callable
from typing import Any

import pytest

from scanner_agents.records import Labels, State
from scanner_agents.retry import LONGEST, Backoff
from scanner_agents.upload import Stopped
from tests.scanner_agents.conftest import Dispatch, Log
from tests.scanner_agents.drops import Drops
from tests.scanner_agents.kho import DOCUMENTS, UPLOADS, Fault, Kho, Upload

Make = Callable[..., Dispatch]
BIG = os.urandom(300_000)


def _received(drops: Drops, kho: Kho, *documents: list[bytes]) -> None:
    """Every document is on the server exactly once, its bytes forgotten here."""
    assert sorted(kho.contents()) == sorted(documents)
    assert {document.state for document in drops.outbox.documents()} == {State.RECEIVED}
    assert not list(drops.spool.names())


def _kept(drops: Drops, number: int = 1) -> None:
    """Every sheet's bytes are still here, whole."""
    assert all(drops.spool.verify(sheet.kept) for sheet in drops.one(number).sheets)


def test_documents_arrive_with_what_the_desk_says(drops: Drops, kho: Kho, dispatch: Make) -> None:
    labels = Labels("quầy 3", "H36.12-230101-0001", "01", "001099000001", "MẪU SPECIMEN")
    drops.add(BIG, b"two", b"two", name="hồ sơ", labels=labels)
    drops.add(b"alone")
    dispatch(kho).settle()
    _received(drops, kho, [BIG, b"two", b"two"], [b"alone"])
    assert {name: kho.bodies[0][name] for name in ("desk", "dossier", "component", "owner_id", "owner_name")} == {
        "desk": "quầy 3",
        "dossier": "H36.12-230101-0001",
        "component": "01",
        "owner_id": "001099000001",
        "owner_name": "MẪU SPECIMEN",
    }
    assert "desk" not in kho.bodies[1]
    assert [sheet["sha256"] for sheet in kho.bodies[0]["sheets"]] == [
        hashlib.sha256(data).hexdigest() for data in (BIG, b"two", b"two")
    ]


@pytest.mark.parametrize(
    "fault",
    [
        Fault(f"POST {UPLOADS}", times=3, status=500),
        Fault("PATCH", times=3, status=500),
        Fault(f"POST {DOCUMENTS}", times=3, status=500),
        Fault("PATCH", times=3, status=503, headers=(("Retry-After", "7"),)),
        Fault(f"POST {UPLOADS}", times=2, status=429),
        Fault("PATCH", times=4, cut=10_000),
        Fault("PATCH", times=2, cut=0),
        Fault("PATCH", times=2, after=True),
        Fault(f"POST {DOCUMENTS}", times=2, after=True),
        Fault(f"POST {DOCUMENTS}", times=2, cut=5),
        Fault(f"POST {UPLOADS}", times=2, status=200, body=b"<html>Please sign in to the hotel</html>"),
        Fault(f"POST {DOCUMENTS}", times=2, status=200, body=b"[1, 2]"),
        Fault(f"POST {DOCUMENTS}", times=2, status=200, body=b"[" * 100_000),
        Fault(f"POST {UPLOADS}", times=2, status=302, headers=(("Location", "https://elsewhere.example.vn/"),)),
        Fault("PATCH", times=3, change=lambda _: {"offset": 10**12}),
        Fault("PATCH", times=3, change=lambda _: {"offset": "many"}),
        Fault("PATCH", times=3, change=lambda _: {"offset": 0}),
        Fault(f"POST {UPLOADS}", times=3, change=lambda data: {**data, "offset": -1}),
        Fault(f"POST {UPLOADS}", times=3, change=lambda data: {**data, "size": data["size"] + 1}),
        Fault(f"POST {DOCUMENTS}", times=2, change=lambda data: {**data, "document": "../../etc"}),
        Fault(f"POST {DOCUMENTS}", times=2, change=lambda data: {**data, "sheets": None}),
        Fault("PATCH", times=2, status=404),
        Fault("PATCH", times=2, status=409, body=b'{"offset": 17}'),
        Fault(f"POST {DOCUMENTS}", times=1, status=404),
        Fault(f"POST {DOCUMENTS}", times=5, status=404, body=b'{"code": "unknown_upload"}'),
        Fault("PATCH", times=2, status=422, body=b'{"code": "wrong_bytes", "offset": 0}'),
        Fault("(POST|PATCH)", times=9, status=401),
        Fault("(POST|PATCH)", times=9, status=403),
    ],
    ids=lambda fault: f"{fault.match}-{fault.status or fault.cut or ''}",
)
def test_whatever_goes_wrong_for_a_while_the_document_arrives_once(
    drops: Drops, kho: Kho, dispatch: Make, fault: Fault, log: Log
) -> None:
    kho.faults.append(fault)
    drops.add(BIG, b"two")
    dispatch(kho).settle()
    assert kho.used[id(fault)] == fault.times
    _received(drops, kho, [BIG, b"two"])
    assert log.codes.count("received") + log.codes.count("received_twice") == 1


def test_an_upload_goes_on_where_the_line_broke(drops: Drops, kho: Kho, dispatch: Make) -> None:
    kho.faults.append(Fault("PATCH", times=1, cut=50_000))
    drops.add(BIG)
    seen: list[int] = []
    append = kho.append

    def note_then_append(digest: str, offset: int, pieces: Any) -> Any:
        seen.append(offset)
        return append(digest, offset, pieces)

    kho.append = note_then_append  # type: ignore[method-assign]
    dispatch(kho).settle()
    _received(drops, kho, [BIG])
    assert seen[:2] == [0, 49_152 + 848]
    assert len(seen) == len(set(seen))


def test_an_upload_begun_by_an_earlier_run_is_not_sent_again(drops: Drops, kho: Kho, dispatch: Make) -> None:
    drops.add(BIG)
    kho.uploads[hashlib.sha256(BIG).hexdigest()] = Upload(len(BIG), bytearray(BIG[:299_000]))
    dispatch(kho).settle()
    _received(drops, kho, [BIG])
    assert sum(request.startswith("PATCH") for request in kho.requests) == 1


def test_bytes_on_the_server_that_are_not_ours_are_replaced(drops: Drops, kho: Kho, dispatch: Make, log: Log) -> None:
    drops.add(BIG)
    kho.uploads[hashlib.sha256(BIG).hexdigest()] = Upload(len(BIG), bytearray(1000))
    dispatch(kho).settle()
    _received(drops, kho, [BIG])
    assert "digest_mismatch" in log.codes


def test_a_complete_upload_that_does_not_know_it_is_completed(drops: Drops, kho: Kho, dispatch: Make) -> None:
    """The server was killed between the last byte and the check of the digest."""
    drops.add(BIG)
    kho.uploads[hashlib.sha256(BIG).hexdigest()] = Upload(len(BIG), bytearray(BIG))
    dispatch(kho).settle()
    _received(drops, kho, [BIG])


def _lie(**changes: Any) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda data: {**data, "sheets": [{**data["sheets"][0], **changes}, *data["sheets"][1:]]}


@pytest.mark.parametrize(
    "lie",
    [
        _lie(sha256="0" * 64),
        _lie(size=299_999),
        lambda data: {**data, "sheets": []},
        lambda data: {**data, "sheets": data["sheets"][:1]},
        lambda data: {**data, "sheets": data["sheets"][::-1]},
        lambda data: {**data, "sheets": data["sheets"] * 2},
        _lie(sha256=hashlib.sha256(BIG).hexdigest().upper()),
    ],
)
def test_a_receipt_that_does_not_echo_every_sheet_forgets_nothing(
    drops: Drops, kho: Kho, dispatch: Make, log: Log, lie: Callable[[dict[str, Any]], dict[str, Any]]
) -> None:
    kho.faults.append(Fault(f"POST {DOCUMENTS}", times=10**6, change=lie))
    drops.add(BIG, b"two")
    sending = dispatch(kho)
    sending.settle(seconds=3600)
    document = drops.one()
    assert document.state is State.SENDING
    assert document.trouble
    assert document.trouble.code == "receipt_mismatch"
    _kept(drops)
    assert 50 < log.codes.count("receipt_mismatch") <= 3600 / 60 + 1
    kho.faults.clear()
    sending.settle()
    _received(drops, kho, [BIG, b"two"])


def test_a_refusal_stays_with_its_reason_until_a_person_says_again(
    drops: Drops, kho: Kho, dispatch: Make, log: Log
) -> None:
    kho.refuse = lambda _: ("too_coarse", "Trang 1 chỉ đạt 100 dpi.")
    drops.add(b"coarse")
    sending = dispatch(kho)
    sending.settle()
    document = drops.one()
    assert document.state is State.REFUSED
    assert document.trouble
    assert document.trouble.fields["code"] == "too_coarse"
    assert document.trouble.fields["detail"] == "Trang 1 chỉ đạt 100 dpi."
    _kept(drops)
    assert len(kho.bodies) == 1
    kho.refuse = lambda _: None
    drops.outbox.retry([1])
    sending.settle()
    _received(drops, kho, [b"coarse"])


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (Fault(f"POST {UPLOADS}", status=413), "too_large"),
        (Fault(f"POST {UPLOADS}", status=422, body=b'{"code": "too_large", "detail": "2 GiB"}'), "too_large"),
        (Fault("PATCH", status=413, body=b'{"code": "too_large", "detail": ""}'), "too_large"),
        (
            Fault(f"POST {DOCUMENTS}", status=422, body=b'{"detail": [{"loc": ["body", "sheets"], "msg": "500"}]}'),
            "invalid",
        ),
        (Fault(f"POST {DOCUMENTS}", status=409, body=b'{"code": "closed", "detail": ""}'), "closed"),
    ],
)
def test_kinds_of_refusal(drops: Drops, kho: Kho, dispatch: Make, fault: Fault, code: str) -> None:
    kho.faults.append(fault)
    drops.add(BIG)
    dispatch(kho).settle()
    document = drops.one()
    assert document.state is State.REFUSED
    assert document.trouble
    assert document.trouble.fields["code"] == code
    _kept(drops)


def test_a_proxy_that_takes_only_small_requests_gets_small_requests(drops: Drops, kho: Kho, dispatch: Make) -> None:
    kho.faults.append(Fault("PATCH", times=1, status=413, body=b"<html>nginx</html>"))
    drops.add(BIG)
    dispatch(kho, chunk=1 << 20).settle()
    _received(drops, kho, [BIG])
    assert sum(request.startswith("PATCH") for request in kho.requests) == 1 + 5


@pytest.mark.parametrize("answer", [(500, {}), (200, {"sheets": "?"})])
def test_one_unlucky_document_does_not_hold_up_the_others(
    drops: Drops, kho: Kho, dispatch: Make, answer: tuple[int, dict[str, Any]]
) -> None:
    served = kho.hand_in
    kho.hand_in = lambda body: answer if body["sheets"][0]["sha256"] == unlucky else served(body)  # type: ignore[method-assign]
    unlucky = hashlib.sha256(b"unlucky").hexdigest()
    sending = dispatch(kho)
    drops.add(b"unlucky", name="unlucky")
    sending.settle(seconds=3600)
    drops.add(b"good", name="good")
    sending.sender.step()
    sending.sender.step()
    assert drops.one(2).state is State.RECEIVED
    assert drops.one(1).state is State.SENDING


def test_a_server_away_for_a_day_loses_nothing_and_is_not_hammered(
    drops: Drops, kho: Kho, dispatch: Make, log: Log
) -> None:
    kho.stop()
    for number in range(5):
        drops.add(b"%d" % number, name=f"{number}.pdf")
    sending = dispatch(kho)
    sending.settle(seconds=86400)
    assert 86400 / 300 < log.codes.count("server_away") < 86400 / 300 * 1.3
    for number in range(1, 6):
        _kept(drops, number)
    kho.start()
    drops.outbox.retry()
    sending.settle()
    _received(drops, kho, *[[b"%d" % number] for number in range(5)])
    assert log.codes[-6:].count("server_back") == 1


def test_news_of_the_servers_return_is_told_after_a_restart_too(
    drops: Drops, kho: Kho, dispatch: Make, log: Log
) -> None:
    kho.stop()
    drops.add(b"x")
    dispatch(kho).settle(seconds=60)
    assert drops.outbox.notes()["server"]["trouble"]
    kho.start()
    dispatch(kho).settle()
    assert log.codes[-2:] == ["server_back", "received"]
    assert drops.outbox.notes()["server"]["trouble"] is None


@pytest.mark.parametrize("most", [0.01, 60.0, 10**9])
def test_no_wait_is_longer_than_the_outbox_believes(most: float) -> None:
    backoff = Backoff(first=1.0, most=most, slow=5 * most)
    for failures in (1, 2, 10, 10**6):
        assert 0 < backoff.delay(failures) <= min(most, LONGEST)
        assert backoff.delay(failures, slow=True) <= LONGEST


def test_retry_ends_a_pause_at_once(drops: Drops, kho: Kho, dispatch: Make) -> None:
    kho.stop()
    drops.add(b"x")
    sending = dispatch(kho)
    sending.settle(seconds=3600)
    kho.start()
    drops.outbox.retry()
    sending.sender.step()
    _received(drops, kho, [b"x"])


def test_a_wrong_token_is_told_asked_seldom_and_mended_without_a_restart(
    drops: Drops, kho: Kho, dispatch: Make, log: Log
) -> None:
    kho.token = "right"
    drops.add(b"x")
    sending = dispatch(kho, token="wrong")
    sending.settle(seconds=3600)
    assert log.codes.count("not_allowed") <= 3600 / 60 + 1
    assert drops.one().state is State.SENDING
    assert drops.outbox.notes()["server"]["trouble"]
    kho.token = "wrong"
    drops.outbox.retry()
    sending.settle()
    _received(drops, kho, [b"x"])
    assert drops.outbox.notes()["server"]["trouble"] is None


def test_a_slow_server_is_waited_for_but_not_for_ever(drops: Drops, kho: Kho, dispatch: Make, log: Log) -> None:
    gate = threading.Event()
    kho.faults.append(Fault(f"POST {UPLOADS}", times=1, hold=gate))
    drops.add(b"x")
    sending = dispatch(kho, timeout=0.2)
    sending.sender.step()
    assert log.codes == ["server_away"]
    gate.set()
    sending.settle()
    _received(drops, kho, [b"x"])


def test_a_document_given_up_while_it_is_sent_stays_given_up(drops: Drops, kho: Kho, dispatch: Make) -> None:
    drops.add(BIG)
    append = kho.append

    def forget_then_append(digest: str, offset: int, pieces: Any) -> Any:
        if offset:
            kho.append = append  # type: ignore[method-assign]
            gone.set()
            done.wait(5)
        return append(digest, offset, pieces)

    gone, done = threading.Event(), threading.Event()
    kho.append = forget_then_append  # type: ignore[method-assign]
    sending = dispatch(kho)

    thread = threading.Thread(target=_forget, args=(drops, gone, done))
    thread.start()
    sending.settle()
    thread.join()
    assert drops.one().state is State.FORGOTTEN
    assert not kho.documents


def _forget(drops: Drops, gone: threading.Event, done: threading.Event) -> None:
    from scanner_agents.outbox import Outbox

    gone.wait(5)
    with Outbox(drops.spool.root.parent) as other:
        document = other.document(1)
        assert document
        other.forget(1, now=0)
        other.discard(drops.spool, [sheet.kept for sheet in document.sheets])
    done.set()


@pytest.mark.parametrize("damage", [b"", b"y" * len(BIG), BIG[:-1]])
def test_a_damaged_copy_raises_the_alarm_and_the_original_mends_it(
    drops: Drops, kho: Kho, dispatch: Make, log: Log, damage: bytes
) -> None:
    drops.add(BIG)
    copy = drops.spool.path(hashlib.sha256(BIG).hexdigest())
    copy.write_bytes(damage)
    sending = dispatch(kho)
    sending.settle()
    assert drops.one().state is State.DAMAGED
    assert log.codes[-1] == "spool_damaged"
    assert not kho.documents
    assert copy.read_bytes() == damage
    drops.add(BIG)
    sending.settle()
    _received(drops, kho, [BIG])


def test_a_stop_is_heard_between_two_pieces(drops: Drops, kho: Kho, dispatch: Make) -> None:
    drops.add(BIG)
    sending = dispatch(kho)
    append = kho.append

    def stop_then_append(digest: str, offset: int, pieces: Any) -> Any:
        sending.sender._stop.set()
        return append(digest, offset, pieces)

    kho.append = stop_then_append  # type: ignore[method-assign]
    with pytest.raises(Stopped):
        sending.sender.step()
    assert (drops.one().state, drops.one().sheets[0].offset) == (State.SENDING, 65536)
    _kept(drops)


def test_a_receipt_lost_on_the_way_gives_the_same_document(drops: Drops, kho: Kho, dispatch: Make, log: Log) -> None:
    kho.faults.append(Fault(f"POST {DOCUMENTS}", times=1, after=True))
    drops.add(b"x")
    dispatch(kho).settle()
    _received(drops, kho, [b"x"])
    assert log.codes[-1] == "received_twice"
    assert [request.partition(" ")[0] for request in kho.requests] == ["POST", "PATCH", "POST", "POST"]


def test_the_token_goes_nowhere_else(drops: Drops, kho: Kho, dispatch: Make) -> None:
    with Kho().open() as other:
        redirect = (("Location", f"{other.url}{UPLOADS}"),)
        kho.faults.append(Fault("POST", times=3, status=307, headers=redirect))
        drops.add(b"x")
        dispatch(kho, token="secret").settle()
        assert not other.requests
    _received(drops, kho, [b"x"])


def test_odd_names_travel_as_unicode(drops: Drops, kho: Kho, dispatch: Make) -> None:
    names = ["tờ\nkhai.pdf", "🧾", "x" * 255, "�"]
    for number, name in enumerate(names):
        sheet = drops.sheet(b"%d" % number, name)
        drops.outbox.add(None, name, (sheet,), Labels(), spool=drops.spool, now=0, anew=False)
    dispatch(kho).settle()
    assert [body["sheets"][0]["name"] for body in kho.bodies] == names
    assert all(re.fullmatch("[0-9a-f]{64}", body["key"]) for body in kho.bodies)
