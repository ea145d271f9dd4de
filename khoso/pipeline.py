"""The journey of a document: the only description of order. States, steps, who does them, how patient we are.

Read it from top to bottom: a document in state `before` for which `when` holds is taken by a worker, `verb` does its work
outside any transaction and returns an Outcome whose state must be one of `after`. A step may run twice: what it made is
named by what it was made from. `Refused` parks the document for a person (refuses it where `refuses`), `Unavailable`
tries again every minute at the latest, up to `ATTEMPTS` times, `Corrupted` parks it and raises the alarm.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from ingest import steps as ingest_steps
from khoso.kernel.clock import Clock
from khoso.kernel.doorbell import Doorbell, Queue
from khoso.kernel.transcript import Transcript
from ocr import steps as ocr_steps
from ocr.arranging import arrange
from ocr.ports import OcrEngine
from ocr.transcripts import load_transcripts
from pages.helper import Helper
from pages.ports import Origin
from search.ports import SearchIndex
from signing import steps as signing_steps
from signing.ports import Signer
from signing.steps import Keyring
from warehouse import filing
from warehouse.models import Document, State
from warehouse.moving import NewRendition, Outcome, move
from warehouse.moving import resume as resume_parked
from warehouse.ports import ObjectStore

ATTEMPTS = 1500
"""Of a step that finds a server or tool away: about a day, for an outage overnight must leave no document to a person."""
LONG = timedelta(minutes=90)  # a file of two thousand pages
QUEUES: tuple[Queue, ...] = (Queue.DESK, Queue.TODAY, Queue.BACKLOG)


@dataclass(frozen=True, slots=True)
class Tools:
    """Everything verbs may need, made in `khoso.wiring` and handed down.

    `own_signer`: for files Khoso composed and nobody else wrote to, which need no helper process to be read.
    """

    store: ObjectStore
    index: SearchIndex
    engine: OcrEngine
    helper: Helper
    signer: Signer
    own_signer: Signer
    keyring: Keyring
    doorbell: Doorbell
    clock: Clock
    work: Path
    agency: str
    code_template: str
    trust: tuple[Path, ...] = ()
    keeping: filing.Keeping = field(default_factory=filing.Keeping)


@dataclass(frozen=True, slots=True)
class Job:
    """One document in one worker's hands: its working folder, and how a long step records and makes way."""

    document: Document
    folder: Path
    keep: Callable[[NewRendition], bool]
    make_way: Callable[[], bool]

    def transcripts(self, tools: Tools) -> Callable[[], Sequence[Transcript]]:
        return partial(load_transcripts, tools.store, self.document)


Verb = Callable[[Job, Tools], Outcome | None]


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the journey.

    Attributes:
        after: states the verb may reach (PARKED is always possible).
        when: which documents in `before` take this step; the first line that holds counts.
        says: the condition in a few words, for the drawing.
        patience: how long it may go on without a sign of progress (a page kept) before its worker is taken for stuck.
        refuses: what the verb refuses never enters (REFUSED) instead of being parked.
        makes_way: it lets others pass between pages; beside any other step that takes long a second lane serves them.
    """

    name: str
    before: State
    after: tuple[State, ...]
    verb: Verb
    when: Callable[[Document], bool] = lambda _: True
    says: str = ""
    patience: timedelta = timedelta(minutes=10)
    refuses: bool = False
    makes_way: bool = False


def _paper(document: Document) -> bool:
    return document.origin == Origin.PAPER


def _sealable(document: Document) -> bool:
    return document.needs_seal


def _inspect(job: Job, tools: Tools) -> Outcome | None:
    return ingest_steps.inspect(job.document, store=tools.store, helper=tools.helper, folder=job.folder)


def _read(job: Job, tools: Tools) -> Outcome | None:
    return ocr_steps.read(
        job.document,
        store=tools.store,
        engine=tools.engine,
        helper=tools.helper,
        folder=job.folder,
        keep=job.keep,
        make_way=job.make_way,
    )


def _separate(job: Job, tools: Tools) -> Outcome | None:
    return ingest_steps.separate(job.document, transcripts=job.transcripts(tools), arrange=arrange)


def _compose(job: Job, tools: Tools) -> Outcome | None:
    return signing_steps.compose(
        job.document, store=tools.store, helper=tools.helper, folder=job.folder, transcripts=job.transcripts(tools)
    )


def _adopt(job: Job, tools: Tools) -> Outcome | None:
    return signing_steps.adopt(
        job.document, store=tools.store, helper=tools.helper, trust=tools.trust, folder=job.folder, clock=tools.clock
    )


def _signer(job: Job, tools: Tools) -> Signer:
    return tools.own_signer if _paper(job.document) else tools.signer


def _sign(job: Job, tools: Tools) -> Outcome | None:
    return signing_steps.sign(
        job.document,
        store=tools.store,
        signer=_signer(job, tools),
        keyring=tools.keyring,
        folder=job.folder,
        clock=tools.clock,
    )


def _extract(job: Job, tools: Tools) -> Outcome | None:
    return ocr_steps.extract(job.document, store=tools.store)


def _weigh(job: Job, tools: Tools) -> Outcome | None:
    return ocr_steps.weigh(job.document, clock=tools.clock)


def _code(job: Job, tools: Tools) -> Outcome | None:
    return filing.code(job.document, template=tools.code_template, clock=tools.clock)


def _seal(job: Job, tools: Tools) -> Outcome | None:
    return signing_steps.seal(
        job.document,
        store=tools.store,
        signer=_signer(job, tools),
        keyring=tools.keyring,
        agency=tools.agency,
        folder=job.folder,
        clock=tools.clock,
    )


def _file(job: Job, tools: Tools) -> Outcome | None:
    return filing.file(job.document, store=tools.store, clock=tools.clock, keeping=tools.keeping)


JOURNEY: tuple[Step, ...] = (
    Step("inspect", State.RECEIVED, (State.INSPECTED,), _inspect, patience=LONG, refuses=True),
    Step("read", State.INSPECTED, (State.READ,), _read, patience=timedelta(minutes=15), makes_way=True),
    Step("separate", State.READ, (State.WHOLE, State.SPLIT), _separate),
    Step("compose", State.WHOLE, (State.COMPOSED,), _compose, when=_paper, says="paper", patience=LONG),
    Step("adopt", State.WHOLE, (State.ADOPTED,), _adopt, says="electronic original"),
    Step("sign", State.COMPOSED, (State.SIGNED, State.TO_SIGN), _sign),
    Step("extract", State.SIGNED, (State.EXTRACTED,), _extract),
    Step("extract", State.ADOPTED, (State.EXTRACTED,), _extract),
    Step("weigh", State.EXTRACTED, (State.CONFIRMED, State.TO_CONFIRM), _weigh),
    Step("code", State.CONFIRMED, (State.CODED,), _code),
    Step(
        "seal", State.CODED, (State.SEALED, State.TO_SEAL), _seal, when=_sealable, says="type needs the agency's seal"
    ),
    Step("file", State.CODED, (State.FILED,), _file, says="no seal needed"),
    Step("file", State.SEALED, (State.FILED,), _file),
)

BY_HAND: tuple[tuple[str, State, State], ...] = (
    ("a person signs", State.TO_SIGN, State.SIGNED),
    ("a person confirms", State.TO_CONFIRM, State.CONFIRMED),
    ("the agency seals", State.TO_SEAL, State.SEALED),
)
"""Ways on that no worker takes."""

WORKED: tuple[State, ...] = tuple(dict.fromkeys(step.before for step in JOURNEY))
"""States in which a worker has something to do."""

RESTING: tuple[State, ...] = tuple(state for state in State if state not in WORKED)
"""States in which a document waits for a person or has arrived."""


def step_for(document: Document) -> Step | None:
    """The step a document is due for; None when it rests."""
    return next((step for step in JOURNEY if step.before == document.state and step.when(document)), None)


RETURNS = {State.TO_SIGN: State.COMPOSED, State.TO_SEAL: State.CODED}
"""Where a document that awaits a key goes back to when the key may be there now."""


def resume(document: Document, *, actor: str, now: datetime) -> bool:
    """Take a resting document up again: a parked one where it stood, one that awaits a key before that key's step.

    Returns:
        False when it is not such a document (any more).
    """
    if document.state in RETURNS:
        back = Outcome(RETURNS[State(document.state)])
        return move(document, back, worker=None, actor=actor, event="resumed", now=now)
    return resume_parked(document, actor=actor, now=now)


def drawing() -> str:
    """The journey as a Mermaid state diagram, drawn from the table for the documentation."""
    lines = ["stateDiagram-v2", "    [*] --> RECEIVED"]
    for step in JOURNEY:
        label = f"{step.name} ({step.says})" if step.says else step.name
        lines += [f"    {step.before.value} --> {after.value}: {label}" for after in step.after]
        if step.refuses:
            lines.append(f"    {step.before.value} --> REFUSED: {step.name} refuses")
    lines += [f"    {before.value} --> {after.value}: {label}" for label, before, after in BY_HAND]
    lines += [f"    {state.value} --> [*]" for state in (State.SPLIT, State.FILED, State.REFUSED)]
    return "\n".join(lines)
