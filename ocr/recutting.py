"""Undoing what was done to a capture for reading it: a person says that it is one page after all, or which way is up.

The document starts over with it so. The capture never changed, so nothing is lost: what was read and composed of it is made
anew, and what people typed stands. The ledger tells who said so. Once a document is filed or certified it stands as it is;
one that was parted is not uncut any more.
"""

from khoso.kernel.clock import Clock
from khoso.kernel.errors import Refused
from khoso.kernel.reasons import ReasonCode
from people.models import User
from warehouse.models import Document, State
from warehouse.moving import Outcome, move
from warehouse.paging import page_sources, place_of

OPEN = frozenset({State.WHOLE, State.TO_SIGN, State.EXTRACTED, State.TO_CONFIRM, State.PARKED})
"""States in which a cut may be undone: the signature so far is the scanner's own, nothing was numbered or sealed."""


def can_recut(document: Document) -> bool:
    """Whether cuts of this document may be undone now."""
    alone = document.parent_id is None and not document.children.exists()
    return document.state in OPEN and alone and document.code is None


def use_whole(document: Document, sheet: int, page: int, *, by: User, clock: Clock) -> None:
    """Take page `page` of sheet `sheet` (both from 1) as one page.

    Raises:
        Refused: there is no such cut, the document has gone too far, or was changed meanwhile (`NOT_NOW`,
            `CHANGED_MEANWHILE`).
    """
    cut = any(source.cut and (source.sheet, source.facts.number) == (sheet, page) for source in page_sources(document))
    if not cut or not can_recut(document):
        raise Refused(ReasonCode.NOT_NOW, state=str(State(document.state).label))
    facts = {**(document.facts or {})}
    facts["whole"] = [*facts.get("whole", []), [sheet, page]]
    facts.pop("order", None)  # it counted the parts
    document.facts = facts
    outcome = Outcome(
        State.INSPECTED,
        changes={"facts": facts, "pages": len(page_sources(document)), "reason": None, "parked_from": ""},
        anew=True,
        body={"sheet": sheet, "page": page},
    )
    if not move(document, outcome, worker=None, actor=by.username, event="uncut", now=clock()):
        raise Refused(ReasonCode.CHANGED_MEANWHILE)


def can_turn(document: Document) -> bool:
    """Whether its pages may be turned now."""
    return document.state in OPEN and document.code is None and document.origin == "paper"


def turn(document: Document, number: int, to: int | None, *, by: User, clock: Clock) -> None:
    """Have page `number` stand `to` degrees clockwise from its capture (0, 90, 180, 270); None: as its print says.

    Raises:
        Refused: there is no such page, the document has gone too far, or was changed meanwhile (`NOT_NOW`,
            `CHANGED_MEANWHILE`).
    """
    source = next((source for source in page_sources(document) if source.number == number), None)
    if source is None or to not in {None, 0, 90, 180, 270} or not can_turn(document):
        raise Refused(ReasonCode.NOT_NOW, state=str(State(document.state).label))
    place = place_of(source)
    facts = {**(document.facts or {})}
    turned = [kept for kept in facts.get("turned", []) if tuple(kept[:-1]) != place]
    facts["turned"] = turned if to is None else [*turned, [*place, to]]
    outcome = Outcome(
        State.INSPECTED,
        changes={"facts": facts, "reason": None, "parked_from": ""},
        anew=True,
        kept=True,
        body={"page": number, "degrees": to},
    )
    if not move(document, outcome, worker=None, actor=by.username, event="turned", now=clock()):
        raise Refused(ReasonCode.CHANGED_MEANWHILE)
