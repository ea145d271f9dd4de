"""The second lane by itself: it stands in only beside a long step, only for somebody who waits, and ends with the step."""

import contextlib
import threading
import time

from khoso.kernel.errors import Unavailable
from khoso.relief import AFTER, Relief


class Lane:
    """Takes on what waits, and tells what it was asked."""

    def __init__(self, waiting, *, fails=False):
        self.waiting, self.fails = waiting, fails
        self.open = self.made = 0
        self.done = []

    @contextlib.contextmanager
    def __call__(self, needless):
        self.made += 1
        if self.fails:
            raise Unavailable("no memory for it")
        self.open += 1
        try:
            yield lambda: self._once(needless)
        finally:
            self.open -= 1

    def _once(self, needless):
        self.done.append((self.waiting.pop(), needless()))
        return True

    def waits(self, _document):
        return bool(self.waiting)


class Document:
    pk = "one"


def until(holds, seconds=20):
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_it_serves_who_waits_beside_a_long_step():
    lane = Lane(["c", "b"])
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
    lane = Lane(["b"])
    relief = Relief(lane, lane.waits)
    for _ in range(5):
        with relief.beside(Document()):
            time.sleep(AFTER / 50)
    lane.waiting.clear()
    with relief.beside(Document()):
        time.sleep(AFTER * 1.5)
    relief.close()
    assert (lane.made, lane.done) == (0, [])


def test_a_lane_that_cannot_be_made_leaves_the_step_alone():
    lane = Lane(["b"], fails=True)
    relief = Relief(lane, lane.waits)
    for times in (1, 2):
        with relief.beside(Document()):
            until(lambda times=times: lane.made == times)
            time.sleep(0.3)
            assert lane.made == times  # not again and again
    relief.close()
