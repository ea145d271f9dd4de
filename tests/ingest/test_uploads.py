"""Resumable uploads."""

import itertools

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.uploads import Incoming, Unknown, WrongBytes, WrongOffset
from khoso.kernel.digest import digest_bytes
from khoso.kernel.errors import Refused

DATA = bytes(range(256)) * 40
DIGEST = digest_bytes(DATA)


@pytest.fixture
def incoming(tmp_path):
    return Incoming(tmp_path / "incoming")


def test_pieces_become_the_file(incoming):
    assert incoming.begin(DIGEST, len(DATA)).offset == 0
    assert incoming.append(DIGEST, 0, [DATA[:100], DATA[100:3000]]).offset == 3000
    assert incoming.begin(DIGEST, len(DATA)).offset == 3000  # the sender came back after a restart
    assert incoming.append(DIGEST, 3000, [DATA[3000:]]).complete
    assert incoming.done(DIGEST).read_bytes() == DATA
    assert incoming.begin(DIGEST, len(DATA)).complete


def test_a_wrong_place_is_told_the_right_one(incoming):
    incoming.begin(DIGEST, len(DATA))
    incoming.append(DIGEST, 0, [DATA[:10]])
    with pytest.raises(WrongOffset) as error:
        incoming.append(DIGEST, 5, [DATA[5:]])
    assert error.value.offset == 10
    incoming.append(DIGEST, 10, [DATA[10:]])
    with pytest.raises(WrongOffset) as error:
        incoming.append(DIGEST, 0, [DATA])
    assert error.value.offset == len(DATA)


@pytest.mark.parametrize("sent", [b"x" * len(DATA), DATA + b"more"])
def test_wrong_bytes_start_over(incoming, sent):
    incoming.begin(DIGEST, len(DATA))
    with pytest.raises(WrongBytes):
        incoming.append(DIGEST, 0, [sent])
    assert incoming.begin(DIGEST, len(DATA)).offset == 0
    assert incoming.append(DIGEST, 0, [DATA]).complete


def test_bytes_of_nothing_begun_are_refused(incoming):
    with pytest.raises(Unknown):
        incoming.append(DIGEST, 0, [DATA])


@pytest.mark.parametrize("size", [0, -1, 1 << 40])
def test_impossible_sizes_are_refused(incoming, size):
    with pytest.raises(Refused):
        incoming.begin(DIGEST, size)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(cuts=st.lists(st.integers(0, len(DATA)), max_size=6))
def test_any_cutting_gives_the_same_file(tmp_path, cuts):
    incoming = Incoming(tmp_path / "in")
    incoming.forget(DIGEST)
    incoming.begin(DIGEST, len(DATA))
    places = [0, *sorted(set(cuts) - {0, len(DATA)}), len(DATA)]
    for start, end in itertools.pairwise(places):
        incoming.append(DIGEST, start, [DATA[start:end]])
    assert incoming.done(DIGEST).read_bytes() == DATA
