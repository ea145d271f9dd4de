"""extraction: transcripts of one document come in; its type and its fields with proof and doubt go out. Knows no Django, no pixels."""

from collections.abc import Sequence
from dataclasses import replace

from khoso.kernel.transcript import Transcript
from ocr.extraction.form import Draft, read_labels
from ocr.extraction.forms import FORMS
from ocr.extraction.recognising import UNKNOWN, recognise
from ocr.extraction.sheet import lay_out
from ocr.extraction.weighing import weigh
from ocr.ports import Extraction

__all__ = ["extract"]


def extract(pages: Sequence[Transcript], *, as_type: str | None = None) -> Extraction:
    """Type and fields of one document from the transcripts of its pages, in order.

    `as_type`: a person's word on the type; the paper is read as that form.

    A paper of no known type is `unknown` with what of the nine legal fields its head tells. Never raises for what
    stands on paper: what cannot be read is absent or doubtful.
    """
    sheet = lay_out(pages)
    if not sheet.segments and not sheet.codes:
        return Extraction("unknown", 0.0)
    recognised = recognise(sheet)
    if as_type is not None and as_type != recognised.form.slug:
        recognised = replace(recognised, form=FORMS.get(as_type, UNKNOWN), title=None, sure=1.0)
    draft = Draft(recognised.form, sheet, recognised.title, recognised.head)
    for part in recognised.form.before:
        part(draft)
    read_labels(draft)
    for part in recognised.form.parts:
        part(draft)
    fields = {key: finding.to_field() for key, finding in weigh(draft).items()}
    return Extraction(recognised.form.slug, recognised.sure, fields)
