"""Bodies of requests as our gunicorn worker hands them on: the same bytes as gunicorn's own, in larger pieces."""

import os
import socket
import subprocess
import sys
from types import SimpleNamespace

import pytest
from gunicorn.http.body import Body, LengthReader
from gunicorn.http.unreader import IterUnreader, SocketUnreader
from gunicorn.workers.gthread import ThreadWorker

from khoso import serving
from khoso.straight import AT_ONCE, StraightBody, Worker

from .conftest import ROOT

DATA = bytes(range(256)) * 300 + b"\nline\r\n" + b"x" * 5000


def arriving(kind, data=DATA, step=8192):
    pieces = iter([data[at : at + step] for at in range(0, len(data), step)] + [b"GET / HTTP/1.1"])
    return kind(LengthReader(IterUnreader(pieces), len(data)))


@pytest.mark.parametrize("size", [1, 1023, 1024, 8192, 8193, 1 << 20, None])
def test_the_bytes_are_the_same_whatever_is_asked_for(size):
    body, pieces = arriving(StraightBody), []
    while piece := body.read(size):
        pieces.append(piece)
    assert b"".join(pieces) == DATA  # and nothing of the request behind it
    assert size is None or all(len(piece) <= size for piece in pieces)


def test_what_is_asked_for_is_given_in_one_piece():
    assert len(arriving(StraightBody).read(50_000)) == 50_000
    assert arriving(StraightBody).read(1 << 20) == DATA


def test_lines_and_pieces_may_be_mixed():
    ours, theirs = arriving(StraightBody), arriving(Body)
    for act in (
        lambda body: body.readline(),
        lambda body: body.read(10),
        lambda body: body.read(3000),
        lambda body: body.readline(7),
    ):
        assert act(ours) == act(theirs)
    assert ours.read() == theirs.read()


def test_a_body_that_breaks_off_ends():
    body = StraightBody(LengthReader(IterUnreader(iter([b"abc"])), 10))
    assert (body.read(100), body.read(100)) == (b"abc", b"")


def test_the_worker_hands_on_straight_bodies_and_takes_more_at_once(monkeypatch):
    handled = []
    monkeypatch.setattr(ThreadWorker, "handle_request", lambda _self, req, _conn: handled.append(req))
    ours, theirs = socket.socketpair()
    with ours, theirs:
        unreader = SocketUnreader(ours)
        Worker.handle_request(
            object.__new__(Worker), SimpleNamespace(body=Body(LengthReader(unreader, 9)), unreader=unreader), None
        )
        theirs.sendall(b"nine more and more")
        (request,) = handled
        assert (type(request.body), unreader.mxchunk) == (StraightBody, AT_ONCE)
        assert request.body.read() == b"nine more"


def test_it_is_the_worker_that_serves():
    assert serving.worker_class == f"{Worker.__module__}.{Worker.__name__}"


def test_a_web_process_has_loaded_what_the_first_upload_needs(tmp_path):
    needed = ("signing.pades", "pyhanko.sign", "warehouse.adapters.local", "ingest.receiving")
    told = subprocess.run(
        [sys.executable, "-c", f"import sys, khoso.wsgi; print([name in sys.modules for name in {needed}])"],
        env={**os.environ, "KHOSO_HOME": str(tmp_path), "KHOSO_SECRET_KEY": "only for tests, and long enough for them"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert told.stdout.splitlines()[-1] == str([True] * len(needed))
