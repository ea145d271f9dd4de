"""Undoing a cut: a person says that a captured page is one page after all; the document starts over with it whole.

The capture never changed, so nothing is lost: what was read and composed of its parts is made anew. The ledger tells who
said so. Once a document is filed, certified or parted into several it stands as it is.
"""

from khoso.kernel.clock import Clock
from khoso.kernel.errors import Refused
from khoso.kernel.reasons import ReasonCode
from people.models import User
from warehouse.models import Document, State
from warehouse.moving import Outcome, move
from warehouse.paging import page_sources

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
