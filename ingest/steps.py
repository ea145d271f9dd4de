"""The journey's steps of ingest: inspect what arrived, separate a stack into its documents."""

from collections.abc import Callable, Sequence
from pathlib import Path

from khoso.kernel.reasons import Reason, ReasonCode
from khoso.kernel.transcript import Transcript
from pages.helper import Helper
from pages.inspecting import inspect as inspect_file
from pages.ports import FileFacts, Origin
from warehouse.models import Document, RenditionKind, State
from warehouse.moving import Outcome, Part
from warehouse.ports import ObjectStore
from warehouse.shelf import digest_of, fetch


def inspect(document: Document, *, store: ObjectStore, helper: Helper, folder: Path) -> Outcome:
    """Find out what each sheet really is: format, pages, resolution, faults.

    Raises:
        Refused: a sheet cannot be taken; the reason is the clerk's to read.
    """
    originals = document.renditions.filter(kind=RenditionKind.ORIGINAL).order_by("part")
    facts = [inspect_file(fetch(store, digest_of(original), folder), helper=helper) for original in originals]
    # Several sheets are a capture by definition: one of them is never a whole electronic original.
    origin = facts[0].origin if len(facts) == 1 else Origin.PAPER
    pages = sum(len(file.pages) for file in facts)
    changes = {"facts": {"files": [file.to_json() for file in facts]}, "origin": origin.value, "pages": pages}
    body = {"origin": origin.value, "pages": pages, "kinds": [file.kind.value for file in facts]}
    active = _active_content(facts)
    if active is not None and origin is Origin.ELECTRONIC:
        # Kept byte for byte, it would carry its program to whoever opens it: a person decides. Paper is composed anew.
        parked = {"reason": active.to_json(), "parked_from": State.INSPECTED}
        return Outcome(State.PARKED, changes={**changes, **parked}, body={**body, "reason": active.code.value})
    return Outcome(State.INSPECTED, changes=changes, body=body)


def _active_content(facts: Sequence[FileFacts]) -> Reason | None:
    return next((flag for file in facts for flag in file.flags if flag.code is ReasonCode.ACTIVE_CONTENT), None)


def separate(
    document: Document,
    *,
    transcripts: Callable[[], Sequence[Transcript]],
    starts: Callable[[Sequence[Transcript]], Sequence[int]],
) -> Outcome:
    """Split a stack at its title pages; anything else is whole.

    Args:
        transcripts: gives the document's transcripts, page by page.
        starts: finds the first page (1-based) of each document among them.
    """
    if not document.stack or document.parent_id is not None:
        return Outcome(State.WHOLE)
    pages = transcripts()
    firsts = sorted({1, *starts(pages)})
    if len(firsts) == 1:
        return Outcome(State.WHOLE)
    lasts = [*(first - 1 for first in firsts[1:]), len(pages)]
    return Outcome(State.SPLIT, parts=tuple(Part(first, last) for first, last in zip(firsts, lasts, strict=True)))
