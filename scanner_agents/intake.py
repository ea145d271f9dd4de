"""From the watched folder into the outbox: takes what is complete, remembers it, tidies it once the server has it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from scanner_agents import checks
from scanner_agents.arrivals import Drop, Look, SheetFile, Tracker, drop_at
from scanner_agents.batches import NONE, Batch, batch_at
from scanner_agents.errors import Unavailable
from scanner_agents.events import Code, Event, clean, event
from scanner_agents.journal import Journal
from scanner_agents.outbox import Missing, Original, Outbox, Outcome
from scanner_agents.records import Labels, Sheet
from scanner_agents.retry import Backoff
from scanner_agents.spool import Changed, Kept, Spool
from scanner_agents.tidy import NotNow, Tidier

UNCLAIMED_AFTER = 86400.0  # seconds a copy without a row waits for its original to be taken again
_HOUSEKEEPING = 3600.0

_TOLD: dict[Outcome, Code] = {
    Outcome.NEW: Code.TAKEN,
    Outcome.AGAIN: Code.TAKEN_AGAIN,
    Outcome.WAITING: Code.ALREADY_WAITING,
    Outcome.RECEIVED: Code.ALREADY_RECEIVED,
    Outcome.REFUSED: Code.ALREADY_REFUSED,
    Outcome.FORGOTTEN: Code.ALREADY_FORGOTTEN,
}


@dataclass(frozen=True, slots=True)
class Labelling:
    """What to say about each drop.

    A batch that is open at the desk goes before the one given at the start, and so does its dossier; with `from_name`, a
    dossier code that the drop's name begins with goes before both.
    """

    labels: Labels
    from_name: bool = False

    def of(self, name: str, batch: Batch = NONE) -> Labels:
        labels = self.labels
        if batch.name:
            labels = replace(labels, batch=batch.name, dossier=batch.dossier or labels.dossier)
        return labels.with_dossier_of(name) if self.from_name else labels


@dataclass(frozen=True, slots=True)
class Progress:
    """What one look at the folder came to.

    Attributes:
        waiting: what was not taken, and why.
        unsettled: some of it may become complete by mere waiting.
        trouble: folder, spool or outbox did not serve; nothing is lost.
    """

    waiting: tuple[Event, ...] = ()
    unsettled: bool = False
    trouble: Unavailable | None = None


class Intake:
    """`look` once in a while; everything else follows.

    Args:
        backoff: how long to leave the spool alone after it could not be written.
        clock: seconds since the epoch.
        steady: seconds of a clock that never goes back.
    """

    def __init__(
        self,
        *,
        tracker: Tracker,
        spool: Spool,
        outbox: Outbox,
        journal: Journal,
        labelling: Labelling,
        tidier: Tidier,
        backoff: Backoff,
        clock: Callable[[], float],
        steady: Callable[[], float],
    ) -> None:
        self._tracker = tracker
        self._spool = spool
        self._outbox = outbox
        self._journal = journal
        self._labelling = labelling
        self._tidier = tidier
        self._backoff = backoff
        self._clock = clock
        self._steady = steady
        self._told: dict[tuple[str, ...], Event] = {}
        self._untidy: set[bytes] = set()
        self._failures = 0
        self._hold_until = 0.0
        self._resting: Unavailable | None = None
        self._away = False
        self._keep_house_at = steady()

    def look(self) -> Progress:
        """Look over the folder once and take what is complete. Never raises for trouble of disk or folder."""
        try:
            found = self._tracker.look()
        except Unavailable as error:
            self._away = True
            self._tell_new([error.event])
            return Progress(trouble=error)
        if self._away:
            self._away = False
            self._journal.tell(event(Code.FOLDER_BACK, folder=str(self._tracker.folder)))
        waiting = list(found.waiting)
        trouble = self._take_all(found.complete, waiting)
        if trouble is None:
            trouble = self._after(found)
        self._tell_new([*waiting, *([trouble.event] if trouble else [])])
        unsettled = found.unsettled or any(told.code is Code.WAITS_CHANGING for told in waiting)
        return Progress(tuple(waiting), unsettled, trouble)

    def tidy(self) -> None:
        """Move or delete the originals of what the server has, as the desk asked.

        Raises:
            Unavailable: the outbox cannot be used.
        """
        for original in self._outbox.to_tidy() if self._tidier.active else ():
            if original.path in self._untidy or original.location.parent != self._tidier.folder:
                continue
            try:
                told = self._tidier.tidy(original.location, original.mark)
            except NotNow:
                continue
            if told:
                self._journal.tell(told)
            if told and told.code is Code.TIDY_FAILED:
                self._untidy.add(original.path)
            else:
                self._outbox.tidied(original)

    # Taking

    def _take_all(self, drops: Iterable[Drop], waiting: list[Event]) -> Unavailable | None:
        if self._steady() < self._hold_until:
            return self._resting
        for drop in drops:
            try:
                self._take(drop)
                self._well_again()
            except (Changed, Missing):
                self._tracker.start_over(drop)
                waiting.append(event(Code.WAITS_CHANGING, name=drop.path.name))
                self._journal.tell(event(Code.CHANGED, name=drop.path.name))
            except Unavailable as error:
                if error.everyone:
                    return self._rest(error)
                waiting.append(error.event)
        return None

    def _well_again(self) -> None:
        if self._failures:
            self._failures = 0
            self._journal.tell(event(Code.SPOOL_BACK))

    def _take(self, drop: Drop) -> None:
        copies: list[Kept] = []
        try:
            sheets = tuple(self._sheet(file, copies) for file in drop.files)
            _check_unchanged(drop)
            number, outcome = self._write(drop, sheets)
        except BaseException:
            self._outbox.discard(self._spool, copies)
            raise
        if outcome not in {Outcome.NEW, Outcome.AGAIN}:
            self._outbox.discard(self._spool, copies)
        self._tracker.settled(drop)
        self._welcome(number, outcome, clean(drop.path.name), sheets)

    def _write(self, drop: Drop, sheets: tuple[Sheet, ...]) -> tuple[int, Outcome]:
        name = clean(drop.path.name)
        arrived = self._clock() - self._tracker.rested(drop)
        return self._outbox.add(
            Original.at(drop.path, drop.mark),
            name,
            sheets,
            self._labelling.of(name, batch_at(self._outbox.notes(), arrived)),
            spool=self._spool,
            now=self._clock(),
            anew=self._tracker.put_again(drop),
        )

    def _sheet(self, file: SheetFile, copies: list[Kept]) -> Sheet:
        kept = self._spool.take(file.path, file.stamp)
        copies.append(kept)
        name = clean(file.path.name)
        try:
            found = tuple(checks.warnings(name, checks.look(self._spool.path(kept.sha256))))
        except OSError:  # looking is a courtesy
            found = ()
        return Sheet(kept, name, warnings=found)

    def _welcome(self, number: int, outcome: Outcome, name: str, sheets: tuple[Sheet, ...]) -> None:
        known = self._outbox.document(number)
        remote = known.remote.document if known and known.remote else ""
        size = sum(sheet.kept.size for sheet in sheets)
        self._journal.tell(event(_TOLD[outcome], id=number, name=name, sheets=len(sheets), size=size, document=remote))
        if outcome in {Outcome.NEW, Outcome.AGAIN}:
            for warning in (warning for sheet in sheets for warning in sheet.warnings):
                self._journal.tell(warning)

    # Trouble and housekeeping

    def _rest(self, error: Unavailable) -> Unavailable:
        self._failures += 1
        self._hold_until = self._steady() + self._backoff.delay(self._failures)
        self._resting = error
        return error

    def _after(self, found: Look) -> Unavailable | None:
        try:
            self.tidy()
            if self._steady() >= self._keep_house_at:
                self._keep_house(found)
                self._keep_house_at = self._steady() + _HOUSEKEEPING
        except Unavailable as error:
            return error
        return None

    def _keep_house(self, found: Look) -> None:
        self._outbox.prune([Original.at(path, "").path for path in found.present], now=self._clock())
        unclaimed = self._outbox.sweep(self._spool)
        if found.unsettled:  # what is still to be taken may claim them
            return
        for kept in unclaimed:
            copy = self._spool.path(kept.sha256)
            if self._clock() - copy.stat().st_mtime < UNCLAIMED_AFTER:
                continue
            name = f"khong-ro-ten-{kept.sha256[:12]}"
            sheet = Sheet(kept, name)
            number, _ = self._outbox.add(
                None, name, (sheet,), self._labelling.labels, spool=self._spool, now=self._clock(), anew=False
            )
            self._journal.tell(event(Code.ADOPTED, id=number, name=name))

    def _tell_new(self, happened: Iterable[Event]) -> None:
        """Tell what was not so at the last look, and forget what is no longer so: one line per event, not per look."""
        now = {_subject(told): told for told in happened if told.code is not Code.WAITS_CHANGING}
        for subject, told in now.items():
            if subject not in self._told:
                self._journal.tell(told)
        self._told = now


def _subject(told: Event) -> tuple[str, ...]:
    return (told.code.value, *(str(told.fields.get(name, "")) for name in ("name", "path", "folder")))


def _check_unchanged(drop: Drop) -> None:
    """A sheet that came or went while the others were copied makes it another document."""
    if drop.folder:
        now = drop_at(drop.path)
        if now is None or now.mark != drop.mark:
            raise Changed
