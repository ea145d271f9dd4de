"""Turns: while a long box of one desk is read, another desk's single page goes through at once."""

import contextlib
import threading
import time
from dataclasses import replace

import pikepdf
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ingest.receiving import Sheet, receive
from khoso.kernel.clock import system_clock
from khoso.kernel.transcript import Transcript
from khoso.metrics import registry
from khoso.pipeline import JOURNEY, RESTING, Job
from khoso.wiring import open_store, tools
from khoso.worker import Worker
from ocr import steps as ocr_steps
from pages.helper import Helper
from warehouse.models import RenditionKind, State
from warehouse.moving import Intake, _keep, move

from .conftest import SAMPLE

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("tables")]
BOX = 8


class Scripted:
    """Reads every page as one transcript, and tells of each."""

    name = "scripted-1"

    def __init__(self, transcript):
        self._transcript, self.told = transcript, lambda: None

    def read(self, page, *, languages=("vie",)):
        self.told()
        return Transcript.from_json(self._transcript)


def paper(path, pages, title):
    with pikepdf.open(SAMPLE) as sample, pikepdf.new() as made:
        for _ in range(pages):
            made.pages.append(sample.pages[0])
        made.docinfo["/Title"] = title
        made.save(path)
    return path


def test_a_single_page_passes_a_long_box(person, sample_transcript, tmp_path):
    engine = Scripted(sample_transcript)
    with tools() as real:
        made = replace(real, engine=engine)

        def enter(name, pages, desk):
            intake = Intake(by=person, queue="today", desk=desk)
            sheet = Sheet(paper(tmp_path / name, pages, name), name)
            return receive([sheet], intake=intake, store=made.store, clock=system_clock).document

        worker = Worker(made, turn=120.0)  # however slow this machine is

        def finish(document):
            began = time.monotonic()
            while State(document.state) not in RESTING:
                assert worker.once()
                document.refresh_from_db()
            return time.monotonic() - began

        finish(enter("warm.pdf", 1, "C"))
        alone = finish(enter("alone.pdf", 1, "B"))

        box = enter("box.pdf", BOX, "A")
        entered = []

        def meanwhile():
            if not entered and box.renditions.filter(kind=RenditionKind.TRANSCRIPT).count() == 4:
                entered.append((enter("single.pdf", 1, "B"), time.monotonic()))

        engine.told = meanwhile
        worker.once()
        single, since = entered[0]
        read = box.renditions.filter(kind=RenditionKind.TRANSCRIPT).count()
        assert read == 5  # it made way after the page in hand
        finish(single)
        took = time.monotonic() - since
        assert box.renditions.filter(kind=RenditionKind.TRANSCRIPT).count() - read <= 1
        assert took < 2 * alone + 5.0, (took, alone)  # what is exact are the pages above; this machine may be busy

        finish(box)
        assert box.renditions.filter(kind=RenditionKind.TRANSCRIPT).count() == BOX
        worker.close()


def test_a_step_that_is_broken_off_is_given_back_and_no_bug(person, sample_transcript, tmp_path):
    engine = Scripted(sample_transcript)

    def told_to_end():
        raise KeyboardInterrupt  # what SIGTERM does to the step at hand

    engine.told = told_to_end
    with tools() as real:
        made = replace(real, engine=engine)
        sheet = Sheet(paper(tmp_path / "a.pdf", 1, "a"), "a.pdf")
        intake = Intake(by=person, queue="today")
        document = receive([sheet], intake=intake, store=made.store, clock=system_clock).document
        with pytest.raises(KeyboardInterrupt):
            Worker(made, turn=120.0).run()
    document.refresh_from_db()
    assert (document.state, document.lease_owner, document.attempts) == (State.INSPECTED, "", 0)
    steps = registry(system_clock).get_sample_value
    assert steps("khoso_steps_total", {"step": "read", "ended": "bug"}) is None
    assert steps("khoso_steps_total", {"step": "read", "ended": "made_way"}) == 1


def test_a_single_page_passes_a_step_that_cannot_make_way(person, sample_transcript, tmp_path):
    """A box is inspected in one piece; meanwhile a second lane of the same worker takes the other desk's page to its end,
    though the first one broke at a mistake nobody foresaw, which is counted.
    """
    engine, outcomes, lanes = Scripted(sample_transcript), [], []

    def rests(document):
        until = time.monotonic() + 120
        while time.monotonic() < until:
            document.refresh_from_db()
            if State(document.state) in RESTING:
                return True
            time.sleep(0.1)
        return False

    class Held(Helper):
        """Its first call, the inspection of the box, does not come back before the single page rests."""

        def call(self, function, limits, /, **arguments):
            if not outcomes:
                outcomes.append(rests(enter("single.pdf", 1, "B")))
            return super().call(function, limits, **arguments)

    @contextlib.contextmanager
    def spare():
        lanes.append(1)
        if len(lanes) == 1:
            raise ZeroDivisionError("a bug")
        with tools() as further:
            yield replace(further, engine=engine)

    with tools() as real, Held() as helper:
        made = replace(real, engine=engine, helper=helper)

        def enter(name, pages, desk):
            intake = Intake(by=person, queue="today", desk=desk)
            sheet = Sheet(paper(tmp_path / name, pages, name), name)
            return receive([sheet], intake=intake, store=made.store, clock=system_clock).document

        box = enter("box.pdf", 2, "A")
        worker = Worker(made, turn=120.0, spare=spare)
        worker.once()
        assert outcomes == [True]
        assert rests(box)
        worker.close()
    assert len(lanes) >= 2
    assert registry(system_clock).get_sample_value("khoso_steps_total", {"step": "relief", "ended": "bug"}) == 1
    assert not [thread for thread in threading.enumerate() if thread.name == "relief"]


def test_coming_back_to_a_long_box_costs_the_same_however_much_was_read(person, sample_transcript, tmp_path):
    """As it does after each page while others wait: the questions asked of the database do not grow with the pages."""
    engine = Scripted(sample_transcript)
    with tools() as real:
        made = replace(real, engine=engine)
        intake = Intake(by=person, queue="today", desk="A")
        sheet = Sheet(paper(tmp_path / "box.pdf", 12, "box"), "box.pdf")
        box = receive([sheet], intake=intake, store=made.store, clock=system_clock).document
        worker = Worker(made, turn=120.0)
        (step,) = [step for step in JOURNEY if step.name == "inspect"]
        folder = tmp_path / "folder"
        folder.mkdir()
        move(box, step.verb(Job(box, folder, lambda _: True, lambda: False), made), worker=None, actor="t",
             event="inspect", now=system_clock())  # fmt: skip
        asked = []
        while len(asked) < 12:
            with CaptureQueriesContext(connection) as queries:
                ocr_steps.read(
                    box, store=made.store, engine=engine, helper=made.helper, folder=folder,
                    keep=lambda new: bool(_keep(box, new, system_clock()) or True), make_way=lambda: True,
                )  # fmt: skip
            asked.append(len(queries))
        assert asked[-1] <= asked[1]
        assert box.renditions.filter(kind=RenditionKind.TRANSCRIPT).count() == 12
        worker.close()


def test_a_stuck_step_is_ended_and_its_document_goes_on_elsewhere(person, sample_transcript, tmp_path):
    """Past its patience a step is given up with its worker; here the worker's end is only noted."""
    from datetime import timedelta

    from khoso.heartbeat import Heartbeat
    from warehouse import leasing

    document = receive(
        [Sheet(paper(tmp_path / "a.pdf", 1, "stuck"), "a.pdf")],
        intake=Intake(by=person, queue="today"),
        store=open_store(),
        clock=system_clock,
    ).document
    asks = {"states": [State.RECEIVED], "queues": ["today"], "now": system_clock()}
    leasing.lease("w1", **asks)
    ended = []
    with Heartbeat("w1", document.pk, system_clock, stuck=lambda: ended.append("w1")) as heart:
        heart.expect("read", within=0.1)
        until = time.monotonic() + 10
        while not ended and time.monotonic() < until:
            time.sleep(0.1)
    assert ended == ["w1"]
    later = system_clock() + timedelta(seconds=12)
    again = leasing.lease("w2", **{**asks, "now": later})
    assert (again.pk, again.lost_workers) == (document.pk, 1)
