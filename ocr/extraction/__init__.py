"""extraction: transcripts of one document come in; its type and its fields with proof and doubt go out. Knows no Django, no pixels."""

from collections.abc import Sequence

from khoso.kernel.transcript import Transcript
from ocr.extraction.form import Draft, read_labels
from ocr.extraction.recognising import recognise
from ocr.extraction.sheet import lay_out
from ocr.extraction.weighing import weigh
from ocr.ports import Extraction

__all__ = ["extract"]


def extract(pages: Sequence[Transcript]) -> Extraction:
    """Type and fields of one document from the transcripts of its pages, in order.

    A paper of no known type is `unknown` with what of the nine legal fields its head tells. Never raises for what
    stands on paper: what cannot be read is absent or doubtful.
    """
    sheet = lay_out(pages)
    if not sheet.segments and not sheet.codes:
        return Extraction("unknown", 0.0)
    recognised = recognise(sheet)
    draft = Draft(recognised.form, sheet, recognised.title, recognised.head)
    for part in recognised.form.before:
        part(draft)
    read_labels(draft)
    for part in recognised.form.parts:
        part(draft)
    fields = {key: finding.to_field() for key, finding in weigh(draft).items()}
    return Extraction(recognised.form.slug, recognised.sure, fields)
