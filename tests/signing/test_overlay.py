"""An overlay reads and grows like a copy in memory, and the file stays as it is."""

import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from signing.writing.overlay import Overlay

SIZE = 200_000  # more than it fetches at once


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("overlay") / "file"
    path.write_bytes(bytes((7 * at + at // 251) % 256 for at in range(SIZE)))
    return path


_STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("seek"), st.integers(0, SIZE + 300), st.just(io.SEEK_SET)),
        st.tuples(st.just("seek"), st.integers(-400, 400), st.sampled_from([io.SEEK_CUR, io.SEEK_END])),
        st.tuples(st.just("read"), st.one_of(st.integers(0, 40), st.integers(0, 90_000), st.just(-1))),
        st.tuples(st.just("append"), st.binary(max_size=50)),
    ),
    max_size=30,
)


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=_STEPS)
@example(steps=[("seek", 2, io.SEEK_SET), ("read", 65_535)])  # came short by a byte or two
@example(steps=[("seek", 90_000, io.SEEK_SET), ("read", 40_000)])
def test_it_behaves_like_a_copy(original: Path, steps: list[tuple]) -> None:
    copy = io.BytesIO(original.read_bytes())
    with Overlay(original) as overlay:
        for name, *arguments in steps:
            if name == "append":
                for stream in (copy, overlay):
                    stream.seek(0, io.SEEK_END)
                    stream.write(*arguments)
            else:
                assert getattr(overlay, name)(*arguments) == getattr(copy, name)(*arguments)
            assert overlay.tell() == copy.tell()
        assert original.read_bytes() + overlay.tail == copy.getvalue()
    assert original.stat().st_size == SIZE


def test_the_file_itself_cannot_be_written(original: Path) -> None:
    with Overlay(original) as overlay:
        overlay.seek(SIZE - 1)
        with pytest.raises(io.UnsupportedOperation):
            overlay.write(b"x")


def test_a_tail_may_be_there_already(original: Path) -> None:
    with Overlay(original, b"tail") as overlay:
        overlay.seek(SIZE - 2)
        assert overlay.read(10) == original.read_bytes()[-2:] + b"tail"
        buffer = bytearray(3)
        overlay.seek(SIZE + 1)
        assert overlay.readinto(buffer) == 3
        assert bytes(buffer) == b"ail"


def test_hashing_reads_all_of_it(original: Path) -> None:
    with Overlay(original, b"tail") as overlay:
        pieces, buffer = [], bytearray(70_000)
        while count := overlay.readinto(buffer):
            pieces.append(bytes(buffer[:count]))
        assert b"".join(pieces) == original.read_bytes() + b"tail"
