"""Which documents a captured paper is: a person joins what was parted wrongly and parts what was not.

A division says which pages are one document. Changing it makes documents of the new ranges and retires those of the old ones:
a retired part stays with its file, its data and its history, in the state SPLIT, and comes back as it was when a person
divides the paper so again. The capture and what was read of it never change. Until a document is numbered.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import pairwise
from uuid import UUID

from django.db import transaction

from catalogue.asking import document_type
from khoso.kernel.clock import Clock, day_of
from khoso.kernel.errors import Refused
from khoso.kernel.reasons import ReasonCode
from people.models import User
from warehouse.models import Document, State
from warehouse.moving import Outcome, Part, move, part_id

Range = tuple[int, int]
"""First and last page, from 1, of the paper as captured."""

PARTED = "regrouped"
"""The ledger's word for a person's change of the division."""
PARTED_OFF = "parted_off"
"""And for a document that came of it: nothing arrived, so the board counts none."""

_SIGNED = frozenset({State.SIGNED, State.EXTRACTED, State.TO_CONFIRM, State.CONFIRMED})
_OPEN = frozenset({State.WHOLE, State.COMPOSED, State.TO_SIGN, State.PARKED}) | _SIGNED
"""What is read, and neither numbered nor sealed; a part on its way begins at READ."""


def parts_now(document: Document) -> list[Document]:
    """The documents its pages are in now, in the order of pages: of a stack its parts, of a retired part those that took over.

    Nothing of a document that stands for itself.
    """
    if document.state != State.SPLIT:
        return []
    first, last = _range(document)
    root = document.parent or document
    parts = [root, *root.children.all()] if document.parent_id else list(root.children.all())
    return sorted((part for part in parts if _lives(part) and _overlap(_range(part), (first, last))), key=_range)


def neighbours(document: Document) -> tuple[Document | None, Document | None]:
    """The parts before and after this one; None where there is none."""
    if document.parent is None:
        return None, None
    parts = sorted(filter(_lives, document.parent.children.all()), key=_range)
    place = next((place for place, part in enumerate(parts) if part.pk == document.pk), None)
    if place is None:
        return None, None
    return (parts[place - 1] if place else None), (parts[place + 1] if place + 1 < len(parts) else None)


def can_part(document: Document) -> bool:
    """Whether this document may be joined or parted now."""
    state = State(document.parked_from) if document.state == State.PARKED and document.parked_from else document.state
    ready = state in _OPEN or (state == State.READ and document.parent_id is not None)
    return ready and state != State.PARKED and document.code is None and document.origin == "paper"


def join(document: Document, *, after: bool, by: User, clock: Clock) -> Document:
    """Make one document of this part and the next (`after`) or the one before, with whatever sheet parted them.

    Returns:
        The document that has its pages now.

    Raises:
        Refused: there is no such neighbour or one has gone too far (`NOT_NOW`), or they changed (`CHANGED_MEANWHILE`).
    """
    other = neighbours(document)[1 if after else 0]
    if other is None:
        raise _not_now(document)
    first, last = min(_range(document), _range(other))[0], max(_range(document), _range(other))[1]
    return _regroup([document, other], [(first, last)], by=by, clock=clock)


def join_all(stack: Document, *, by: User, clock: Clock) -> Document:
    """Make the whole stack one document again. Raises as `join`."""
    parts = [part for part in stack.children.all() if _lives(part)]
    if not parts:
        raise _not_now(stack)
    return _regroup(parts, [(1, _pages(stack))], by=by, clock=clock)


def part(document: Document, at: Iterable[int], *, by: User, clock: Clock) -> Document:
    """Begin a new document at each of these pages (from 2, of this document).

    Returns:
        The first of them.

    Raises:
        Refused: the document has no such page or has gone too far (`NOT_NOW`), or was changed (`CHANGED_MEANWHILE`).
    """
    first, last = _range(document)
    begins = sorted({first - 1 + page for page in at})
    if not begins or begins[0] <= first or begins[-1] > last:
        raise _not_now(document)
    ranges = [(start, end - 1) for start, end in pairwise([first, *begins, last + 1])]
    return _regroup([document], ranges, by=by, clock=clock)


def _regroup(retired: Sequence[Document], ranges: Sequence[Range], *, by: User, clock: Clock) -> Document:
    """All or nothing: these documents retire, those of the ranges live. Returns the first of them."""
    root = retired[0].parent or retired[0]
    ids = {one.pk for one in retired}
    body = {"parts": [list(one) for one in sorted(map(_range, retired))], "documents": [list(one) for one in ranges]}
    with transaction.atomic():
        root = Document.objects.select_for_update().get(pk=root.pk)
        if root.pk not in ids and root.state != State.SPLIT:
            raise Refused(ReasonCode.CHANGED_MEANWHILE)
        back, others = _known(root, ranges)
        for one in retired:
            if not can_part(root if one.pk == root.pk else one):
                raise _not_now(one)
            if one.pk != root.pk:
                _moved(one, Outcome(State.SPLIT, changes=_resting(one), body=body), by=by, clock=clock)
        anew = tuple(Part(*pages, PARTED_OFF, _called(retired, pages, clock())) for pages in others)
        if anew or root.pk in ids:
            _moved(root, Outcome(State.SPLIT, changes=_resting(root), parts=anew, body=body), by=by, clock=clock)
        for one in back:
            to = State.SIGNED if one.revisions.exists() else State(one.parked_from or State.WHOLE)
            _moved(one, Outcome(to, changes={"parked_from": ""}, body=body), by=by, clock=clock)
    for one in retired:
        one.refresh_from_db()
    return Document.objects.get(pk=_id(root, ranges[0]))


def _known(root: Document, ranges: Sequence[Range]) -> tuple[list[Document], list[Range]]:
    """Documents of these ranges that were there before, and the ranges of which there was none.

    Raises:
        Refused: some of the pages were erased by law; there is no way back.
    """
    family = {one.pk: one for one in (root, *root.children.all())}
    gone = [_range(one) for one in family.values() if one.state == State.ERASED]
    if any(_overlap(pages, erased) for pages in ranges for erased in gone):
        raise _not_now(Document(state=State.ERASED))
    ids = {pages: _id(root, pages) for pages in ranges}
    return [family[pk] for pk in ids.values() if pk in family], [pages for pages, pk in ids.items() if pk not in family]


def _id(root: Document, pages: Range) -> UUID:
    """All pages are the stack's own document, others are parts of it."""
    return root.pk if pages == (1, _pages(root)) else part_id(root, *pages)


def _resting(document: Document) -> dict[str, str | None]:
    """What a retired document remembers of where it stood."""
    if document.state == State.SPLIT:
        return {}
    stood = document.parked_from if document.state == State.PARKED else document.state
    return {"parked_from": stood, "reason": None}


def _moved(document: Document, outcome: Outcome, *, by: User, clock: Clock) -> None:
    if not move(document, outcome, worker=None, actor=by.username, event=PARTED, now=clock()):
        raise Refused(ReasonCode.CHANGED_MEANWHILE)


def _called(retired: Sequence[Document], pages: Range, now: datetime) -> str:
    """The type of whatever these pages were, a sensitive one first: they are covered by it until they are read anew."""
    types = [one.document_type for one in retired if _overlap(_range(one), pages)]
    known = [slug for slug in types if slug and slug != "unknown"]
    return next((slug for slug in known if document_type(slug, day_of(now)).sensitive), known[0] if known else "")


def _lives(document: Document) -> bool:
    return document.state not in {State.SPLIT, State.ERASED}


def _pages(root: Document) -> int:
    return max([root.pages or 0, *(child.last_page or 0 for child in root.children.all())])


def _range(document: Document) -> Range:
    return document.first_page or 1, document.last_page or document.pages or 1


def _overlap(one: Range, other: Range) -> bool:
    return one[0] <= other[1] and other[0] <= one[1]


def _not_now(document: Document) -> Refused:
    return Refused(ReasonCode.NOT_NOW, state=str(State(document.state).label))
