"""Pages of a document for the screen: number and size of each page image, in the frame of its fields' boxes."""

from dataclasses import dataclass

from ocr.transcripts import load_transcripts
from warehouse.models import Document
from warehouse.ports import ObjectStore


@dataclass(frozen=True, slots=True)
class ShownPage:
    """A page as shown: `width` and `height` are those of the transcript, in which boxes are given."""

    number: int
    width: int
    height: int
    rotation: int


def shown_pages(document: Document, store: ObjectStore) -> list[ShownPage]:
    """Pages that were read. Raises `Corrupted` if a transcript is missing or changed."""
    return [
        ShownPage(number, page.width, page.height, page.rotation)
        for number, page in enumerate(load_transcripts(store, document), start=1)
    ]
