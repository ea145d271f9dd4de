"""The journey's steps of ingest: inspect what arrived, separate a stack into its documents."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

from khoso.kernel.reasons import Reason, ReasonCode
from khoso.kernel.transcript import Transcript
from pages.helper import Helper
from pages.inspecting import inspect as inspect_file
from pages.ports import FileFacts, Origin
from pages.sources import PageSource
from warehouse.models import Document, RenditionKind, State
from warehouse.moving import NewRendition, Outcome, Part
from warehouse.paging import page_sources
from warehouse.ports import ObjectStore, Stored
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
    pages = sum(len(page.cuts) or 1 for file in facts for page in file.pages)
    cut = sum(len(page.cuts) for file in facts for page in file.pages)
    changes = {"facts": {"files": [file.to_json() for file in facts]}, "origin": origin.value, "pages": pages}
    body: dict[str, Any] = {"origin": origin.value, "pages": pages, "kinds": [file.kind.value for file in facts]}
    if cut:
        body["cut"] = cut
    active = _active_content(facts)
    if active is not None and origin is Origin.ELECTRONIC:
        # Kept byte for byte, it would carry its program to whoever opens it: a person decides. Paper is composed anew.
        parked = {"reason": active.to_json(), "parked_from": State.INSPECTED}
        return Outcome(State.PARKED, changes={**changes, **parked}, body={**body, "reason": active.code.value})
    return Outcome(State.INSPECTED, changes=changes, body=body)


def _active_content(facts: Sequence[FileFacts]) -> Reason | None:
    return next((flag for file in facts for flag in file.flags if flag.code is ReasonCode.ACTIVE_CONTENT), None)


class Arranged(Protocol):
    """`order`: for each page its place (from 0) among those that came in; `documents`: first and last page (from 1, in
    the new order) of each; `separators`: pages that belong to none.
    """

    @property
    def order(self) -> Sequence[int]: ...

    @property
    def documents(self) -> Sequence[tuple[int, int]]: ...

    @property
    def separators(self) -> Sequence[int]: ...


class Arrange(Protocol):
    """Puts pages into order and finds where documents begin among them; `stack`: several were handed in as one."""

    def __call__(self, sources: Sequence[PageSource], pages: Sequence[Transcript], *, stack: bool) -> Arranged: ...


def separate(document: Document, *, transcripts: Callable[[], Sequence[Transcript]], arrange: Arrange) -> Outcome:
    """Split a stack at its title pages, anything at separator sheets and cards by their holders, pages cut out of captures
    in order; else it is whole.

    Args:
        transcripts: gives the document's transcripts, page by page.
    """
    if document.parent_id is not None or document.children.exists():  # a person divided it; what is here is one
        return Outcome(State.WHOLE)
    sources = page_sources(document)
    if not document.stack and len(sources) == 1:
        return Outcome(State.WHOLE)
    arranged = arrange(sources, transcripts(), stack=document.stack)
    changes, moved = _reordered(document, arranged.order)
    parts = tuple(Part(first, last) for first, last in arranged.documents)
    if len(parts) <= 1 and not (parts and arranged.separators):
        return Outcome(State.WHOLE, changes=changes, renditions=moved)
    return Outcome(State.SPLIT, changes=changes, renditions=moved, parts=parts)


def _reordered(document: Document, order: Sequence[int]) -> tuple[dict[str, Any], tuple[NewRendition, ...]]:
    """What to write so that the pages stand in another order, their transcripts with them; nothing if it is the same."""
    if list(order) == list(range(len(order))):
        return {}, ()
    facts = document.facts or {}
    before = facts.get("order") or list(range(len(order)))
    rows = list(document.renditions.filter(kind=RenditionKind.TRANSCRIPT).order_by("part"))
    moved = tuple(
        NewRendition(
            RenditionKind.TRANSCRIPT,
            Stored(digest_of(rows[place]), rows[place].size, rows[place].store_version),
            rows[place].media_type,
            part=number,
            made_from=rows[place].made_from,
        )
        for number, place in enumerate(order, start=1)
    )
    return {"facts": {**facts, "order": [before[place] for place in order]}}, moved
