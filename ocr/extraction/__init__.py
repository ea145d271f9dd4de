"""extraction: transcripts of one document come in; its type and its fields with proof and doubt go out. Knows no Django, no pixels."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from khoso.kernel.transcript import Transcript
from ocr.extraction.alternatives import alternatives_of
from ocr.extraction.confidence import verdicts
from ocr.extraction.findings import Finding
from ocr.extraction.folded import Place, unfolded
from ocr.extraction.form import Draft, Form, read_labels
from ocr.extraction.forms import FORMS
from ocr.extraction.recognising import UNKNOWN, Recognised, recognise
from ocr.extraction.sheet import Sheet, lay_out
from ocr.extraction.weighing import weigh
from ocr.ports import Extraction, Field

__all__ = ["Found", "extract", "find", "read_as"]


FIRST_PAGES, LAST_PAGES = 40, 20
"""Pages of a document in which fields are looked for."""


def extract(pages: Sequence[Transcript], *, as_type: str | None = None) -> Extraction:
    """Type and fields of one document from the transcripts of its pages, in order.

    `as_type`: a person's word on the type; the paper is read as that form.

    A paper of no known type is `unknown` with what of the nine legal fields its head tells. Never raises for what
    stands on paper: what cannot be read is absent or doubtful.
    """
    pages = _head_and_end(pages)
    blank = next((place for place, page in enumerate(pages) if page.lines or page.codes), 0)
    if blank:  # a back that lay on top: the document begins behind it
        found_behind = extract(pages[blank:], as_type=as_type)
        moved = {
            key: replace(field, page=field.page + blank if field.page else None)
            for key, field in found_behind.fields.items()
        }
        return replace(found_behind, fields=moved)
    found = find(pages, as_type=as_type)
    if found is None:
        return Extraction("unknown", 0.0)
    told = verdicts(found.draft, found.findings, type_sure=found.recognised.sure)
    fields = {
        key: _on_paper(
            replace(
                finding.to_field(told[key].sure, told[key].enough, told[key].unmarked),
                alternatives=alternatives_of(finding),
            ),
            found.places,
        )
        for key, finding in found.findings.items()
    }
    return Extraction(found.recognised.form.slug, found.recognised.sure, fields)


def _on_paper(field: Field, places: Sequence[Place]) -> Field:
    """A field with its place on the page that was read, where that was parted at its fold."""
    if field.page is None or field.box is None or not places:
        return field
    place = places[field.page - 1]
    return replace(field, page=place.page, box=place.box(field.box))


def _head_and_end(pages: Sequence[Transcript]) -> Sequence[Transcript]:
    """Of a long document the first and the last pages with their words, those between without: fields stand at its head and its
    end, and what is looked for everywhere (labels, tables) would take minutes in hundreds of pages.
    """
    if len(pages) <= FIRST_PAGES + LAST_PAGES:
        return pages
    between = range(FIRST_PAGES, len(pages) - LAST_PAGES)
    return [replace(page, lines=(), codes=()) if place in between else page for place, page in enumerate(pages)]


@dataclass(frozen=True)
class Found:
    """A document after reading, before it is said how sure each value is."""

    recognised: Recognised
    draft: Draft
    findings: Mapping[str, Finding]
    places: tuple[Place, ...] = ()
    """Where the pages stood that findings tell of, if they are not the document's own."""


def find(pages: Sequence[Transcript], *, as_type: str | None = None) -> Found | None:
    """The findings behind `extract`; None for pages without words and codes."""
    sheet = lay_out(pages)
    if not sheet.segments and not sheet.codes:
        return None
    recognised = recognise(sheet)
    if as_type is not None and as_type != recognised.form.slug:
        recognised = replace(recognised, form=FORMS.get(as_type, UNKNOWN), title=None, sure=1.0)
    if recognised.form.folded:
        halves, places = unfolded(pages)
        if len(halves) > len(pages):
            sheet = lay_out(halves)
            page = 1 + next((i for i in range(len(halves)) if _titled(recognised.form, sheet, i + 1)), 0)
            again = recognise(sheet, page=page)
            recognised = replace(
                recognised, title=again.title if again.form is recognised.form else None, head=again.head
            )
            return replace(read_as(recognised, sheet), places=tuple(places))
    return read_as(recognised, sheet)


def _titled(form: Form, sheet: Sheet, page: int) -> bool:
    """Whether a page has a title of a form: of a folded sheet laid open the front may be the right half."""
    again = recognise(sheet, page=page)
    return again.form is form and again.title is not None


def read_as(recognised: Recognised, sheet: Sheet) -> Found:
    """The findings of a sheet read as the form it was recognised for."""
    draft = Draft(recognised.form, sheet, recognised.title, recognised.head)
    for part in recognised.form.before:
        draft.read(part)
    draft.read(read_labels)
    for part in recognised.form.parts:
        draft.read(part)
    return Found(recognised, draft, weigh(draft))
