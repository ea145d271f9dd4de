"""The second lane by itself: it stands in only beside a long step, only for somebody who waits, and ends with the step."""

import contextlib
import logging
import threading
import time

from django.db import OperationalError

from khoso.kernel.errors import Unavailable
from khoso.relief import AFTER, BOX, READY, Relief
from warehouse.timing import Ended

SHORT = 0.1  # seconds a first pause takes here


class Lanes:
    """Make lanes that take on what waits, and tell what they were asked.

    `fails`: what the next lanes raise when they are made, one each; `breaks`: what their first documents raise.
    """

    def __init__(self, waiting, *, fails=(), breaks=()):
        self.waiting, self.fails, self.breaks = waiting, list(fails), list(breaks)
        self.open = self.made = self.ready = 0
        self.done, self.noted, self.moments = [], [], []

    @contextlib.contextmanager
    def __call__(self, needless):
        self.made += 1
        self.moments.append(time.monotonic())
        if self.fails:
            raise self.fails.pop(0)
        self.open += 1
        try:
            yield Lane(self, needless)
        finally:
            self.open -= 1

    def waits(self, _document):
        return bool(self.waiting)

    def note(self, name, ended, seconds):
        assert seconds >= 0
        self.noted.append((name, ended))


class Lane:
    def __init__(self, lanes, needless):
        self._lanes, self._needless = lanes, needless

    def get_ready(self):
        self._lanes.ready += 1

    def once(self):
        if self._lanes.breaks:
            raise self._lanes.breaks.pop(0)
        self._lanes.done.append((self._lanes.waiting.pop(), self._needless()))
        return True


class Document:
    pk = "one"

    def __init__(self, pages=None):
        self.pages = pages


def until(holds, seconds=20):
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_it_serves_who_waits_beside_a_long_step():
    lane = Lanes(["c", "b"])
    relief = Relief(lane, lane.waits)
    with relief.beside(Document()):
        until(lambda: len(lane.done) == 2)
        lane.waiting.append("d")  # comes later, while the step still goes on
        until(lambda: len(lane.done) == 3)
        assert (lane.made, lane.open) == (1, 1)
    until(lambda: lane.open == 0)  # what it held goes when the step is over
    assert lane.done == [("b", False), ("c", False), ("d", False)]
    relief.close()
    assert "relief" not in {thread.name for thread in threading.enumerate()}


def test_short_steps_and_nobody_waiting_need_none():
    lane = Lanes(["b"])
    relief = Relief(lane, lane.waits)
    for _ in range(5):
        with relief.beside(Document()):
            time.sleep(AFTER / 50)
    lane.waiting.clear()
    with relief.beside(Document()):
        time.sleep(AFTER * 1.5)
    relief.close()
    assert (lane.made, lane.done) == (0, [])


def test_beside_a_box_it_is_ready_before_anybody_comes():
    lanes = Lanes([])
    relief = Relief(lanes, lanes.waits)
    with relief.beside(Document(pages=BOX)):
        until(lambda: lanes.ready == 1)
        lanes.waiting.append("b")
        until(lambda: lanes.done == [("b", False)])
        assert lanes.made == 1
    with relief.beside(Document(pages=BOX - 1)):
        time.sleep(AFTER * 2)
        assert lanes.made == 1
    began = time.monotonic()
    with relief.beside(Document()):  # nobody knows yet how many pages it has
        until(lambda: lanes.made == 2)
        assert time.monotonic() - began >= READY
    relief.close()


def test_a_lane_that_fails_is_told_counted_and_made_again_after_a_growing_pause(caplog):
    """Whatever it raises: a server that is away, or a mistake of ours that nobody foresaw."""
    fails = [Unavailable("no memory for it"), OperationalError("the database is away"), ZeroDivisionError("a bug")]
    lanes = Lanes(["c", "b"], fails=fails, breaks=[KeyError("another bug")])
    relief = Relief(lanes, lanes.waits, lanes.note, pause=SHORT)
    with caplog.at_level(logging.WARNING, "khoso.relief"), relief.beside(Document()):
        until(lambda: lanes.done == [("b", False), ("c", False)])
    until(lambda: lanes.open == 0)
    relief.close()
    assert lanes.noted == [
        ("relief", Ended.UNAVAILABLE),
        ("relief", Ended.UNAVAILABLE),
        ("relief", Ended.BUG),
        ("relief", Ended.BUG),
    ]
    pauses = [later - earlier for earlier, later in zip(lanes.moments, lanes.moments[1:], strict=False)]
    assert len(pauses) == 4
    assert all(pause >= SHORT * 2**failures for failures, pause in enumerate(pauses))
    assert [(record.levelname, record.args[0]) for record in caplog.records] == [
        ("WARNING", SHORT),
        ("WARNING", 2 * SHORT),
        ("ERROR", 4 * SHORT),
        ("ERROR", 8 * SHORT),
    ]
    assert "ZeroDivisionError" in caplog.text
    assert "KeyError" in caplog.text


def test_after_a_success_the_pause_begins_anew(caplog):
    lanes = Lanes(["b"], fails=[ValueError("one"), ValueError("two")])
    relief = Relief(lanes, lanes.waits, pause=SHORT)
    with relief.beside(Document()):
        until(lambda: lanes.done == [("b", False)])
        lanes.breaks.append(ValueError("three"))
        lanes.waiting.append("c")
        until(lambda: len(lanes.done) == 2)
    relief.close()
    assert [record.args[0] for record in caplog.records] == [SHORT, 2 * SHORT, SHORT]


def test_a_lane_that_does_not_end_is_told():
    begun, stays = threading.Event(), threading.Event()

    class Stays(Lane):
        def once(self):
            begun.set()
            return stays.wait(30)

    @contextlib.contextmanager
    def lanes(needless):
        yield Stays(Lanes([]), needless)

    relief = Relief(lanes, lambda _document: True)
    with relief.beside(Document()):
        assert begun.wait(30)
    assert relief.close(within=0.1) is False
    stays.set()
    assert relief.close() is True


def test_the_end_of_the_worker_ends_a_pause():
    lanes = Lanes(["b"], fails=[ValueError("one")])
    relief = Relief(lanes, lanes.waits, pause=30.0)
    with relief.beside(Document()):
        until(lambda: lanes.made == 1)
    began = time.monotonic()
    relief.close()
    assert time.monotonic() - began < 4
    assert "relief" not in {thread.name for thread in threading.enumerate()}
