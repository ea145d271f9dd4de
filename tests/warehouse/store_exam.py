"""The exam every object store sits. A class that inherits it gives the fixture `store`; times are real: servers have clocks."""

import threading
from datetime import UTC, datetime, timedelta

import pytest

from khoso.kernel.digest import digest_bytes
from khoso.kernel.errors import Corrupted, KhosoError, Refused, Unavailable
from warehouse.ports import ErasureOrder

DATA = b"giay khai sinh " * 100_000
ORDER = ErasureOrder("trưởng phòng", "theo yêu cầu", "Luật 91/2025", "event 7")


def put(store, data=DATA):
    digest = digest_bytes(data)
    return store.put([data[:100], data[100:]], digest=digest, size=len(data))


def soon(**distance):
    """A whole second in the future."""
    return datetime.now(UTC).replace(microsecond=0) + timedelta(**distance)


class ObjectStoreExam:
    """What holds for every ObjectStore."""

    def test_what_was_put_is_read_back(self, store):
        stored = put(store)
        assert stored.size == len(DATA)
        assert b"".join(store.open(stored.digest)) == DATA

    @pytest.mark.parametrize(
        ("start", "length"),
        [(15, 14), (0, 1), (0, len(DATA)), (len(DATA) - 1, None), (7, None), (len(DATA) - 3, 100), (0, 0)],
    )
    def test_a_range_is_that_part(self, store, start, length):
        stored = put(store)
        end = None if length is None else start + length
        assert b"".join(store.open(stored.digest, start=start, length=length)) == DATA[start:end]

    def test_a_range_past_the_end_is_nothing(self, store):
        stored = put(store)
        assert list(store.open(stored.digest, start=len(DATA) + 5)) == []

    @pytest.mark.parametrize("data", [b"", b"x"])
    def test_the_smallest_objects(self, store, data):
        stored = store.put([data] if data else [], digest=digest_bytes(data), size=len(data))
        assert b"".join(store.open(stored.digest)) == data
        assert [(item.digest, item.size) for item in store.names()] == [(digest_bytes(data), len(data))]

    def test_any_cut_into_chunks_will_do(self, store):
        data = DATA[:5000]
        pieces = [data[at : at + 7] for at in range(0, len(data), 7)]
        pieces[3:3] = [b"", b""]
        stored = store.put(iter([*pieces, b""]), digest=digest_bytes(data), size=len(data))
        assert b"".join(store.open(stored.digest)) == data

    def test_twice_is_once(self, store):
        assert put(store) == put(store)
        assert [item.digest for item in store.names()] == [digest_bytes(DATA)]

    def test_what_was_there_before_is_told(self, store):
        assert [put(store).there, put(store).there] == [False, True]
        store.erase(digest_bytes(DATA), order=ORDER)
        assert not put(store).there

    def test_what_was_put_again_is_young(self, store):
        before = datetime.now(UTC) - timedelta(seconds=2)  # servers keep whole seconds
        put(store)
        put(store)
        (item,) = store.names()
        assert before <= item.at <= datetime.now(UTC) + timedelta(seconds=2)

    def test_many_at_once_are_one(self, store):
        found, failed = [], []

        def work():
            try:
                found.append(put(store).digest)
            except KhosoError as error:
                failed.append(error)

        threads = [threading.Thread(target=work) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failed == []
        assert found == [digest_bytes(DATA)] * 8
        assert [item.digest for item in store.names()] == [digest_bytes(DATA)]
        assert b"".join(store.open(digest_bytes(DATA))) == DATA

    def test_names_by_prefix(self, store):
        digests = sorted(put(store, f"tờ {n}".encode()).digest for n in range(20))
        assert [item.digest for item in store.names()] == digests
        for length in (1, 2, 3, 4, 5, 64):
            prefix = digests[7][:length]
            assert [item.digest for item in store.names(prefix)] == [d for d in digests if d.startswith(prefix)]

    @pytest.mark.parametrize(
        ("digest", "size"),
        [
            (digest_bytes(b"other"), len(DATA)),
            (digest_bytes(DATA), len(DATA) - 1),
            (digest_bytes(DATA), len(DATA) + 1),
            (digest_bytes(b""), 0),
            (digest_bytes(DATA), 0),
        ],
    )
    def test_wrong_bytes_leave_nothing(self, store, digest, size):
        with pytest.raises(Corrupted):
            store.put([DATA], digest=digest, size=size)
        assert list(store.names()) == []
        with pytest.raises(Corrupted):
            list(store.open(digest))

    def test_no_bytes_for_an_empty_name_that_is_not_empty(self, store):
        with pytest.raises(Corrupted):
            store.put([], digest=digest_bytes(DATA), size=len(DATA))
        assert list(store.names()) == []

    def test_wrong_bytes_do_not_harm_the_right_ones(self, store):
        digest = put(store).digest
        with pytest.raises(Corrupted):
            store.put([b"other"], digest=digest, size=5)
        assert b"".join(store.open(digest)) == DATA

    def test_a_source_that_breaks_leaves_nothing(self, store):
        def breaking():
            yield DATA[:10]
            raise OSError(5, "scanner unplugged")

        with pytest.raises(Unavailable, match="scanner unplugged"):
            store.put(breaking(), digest=digest_bytes(DATA), size=len(DATA))
        assert list(store.names()) == []

    def test_missing_object_is_corruption(self, store):
        with pytest.raises(Corrupted):
            list(store.open(digest_bytes(b"never stored")))
        with pytest.raises(Corrupted):
            list(store.open(digest_bytes(b"never stored"), start=3, length=4))
        with pytest.raises(Corrupted):
            store.lock(digest_bytes(b"never stored"), until=soon(days=1))
        assert store.locked_until(digest_bytes(b"never stored")) is None

    def test_locked_objects_stay_and_locks_only_grow(self, store):
        digest = put(store).digest
        assert store.locked_until(digest) is None
        far = soon(days=10)
        store.lock(digest, until=far)
        store.lock(digest, until=far - timedelta(days=9))
        assert store.locked_until(digest) == far
        store.lock(digest, until=far + timedelta(days=1))
        assert store.locked_until(digest) == far + timedelta(days=1)
        with pytest.raises(Refused):
            store.discard(digest)
        assert b"".join(store.open(digest)) == DATA

    def test_locks_set_at_once_leave_the_longest(self, store):
        digest = put(store).digest
        ends = [soon(days=day) for day in (1, 9, 3, 7, 5, 2)]
        failed = []

        def work(end):
            try:
                store.lock(digest, until=end)
            except KhosoError as error:
                failed.append(error)

        threads = [threading.Thread(target=work, args=(end,)) for end in ends]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failed == []
        assert store.locked_until(digest) == max(ends)

    def test_a_lock_never_ends_early(self, store):
        digest = put(store).digest
        odd = soon(hours=1) + timedelta(microseconds=123_456)
        store.lock(digest, until=odd)
        held = store.locked_until(digest)
        assert odd <= held < odd + timedelta(seconds=1)

    def test_unlocked_objects_can_go_and_going_twice_is_fine(self, store):
        digest = put(store).digest
        store.discard(digest)
        store.discard(digest)
        assert list(store.names()) == []
        put(store)
        assert b"".join(store.open(digest)) == DATA

    def test_lawful_erasure_needs_its_event(self, store):
        digest = put(store).digest
        store.lock(digest, until=soon(seconds=30))
        with pytest.raises(ValueError, match="ledger"):
            store.erase(digest, order=ErasureOrder("trưởng phòng", "theo yêu cầu", "Luật 91/2025", ""))
        store.erase(digest, order=ORDER)
        store.erase(digest, order=ORDER)
        assert list(store.names()) == []
        with pytest.raises(Corrupted):
            list(store.open(digest))

    def test_a_tidy_store_has_no_blemish_and_stands_the_challenge(self, store):
        digest = put(store).digest
        now = datetime.now(UTC)
        store.challenge(now)
        store.challenge(now)
        assert list(store.blemishes()) == []
        assert list(store.blemishes(mend=True)) == []
        assert [item.digest for item in store.names()] == [digest]
