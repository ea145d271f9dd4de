"""Pages of a document for the screen: number and size of each page image, in the frame of its fields' boxes."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext
from django.utils.translation import gettext as _

from khoso.kernel.transcript import Transcript
from ocr.notes import in_words
from ocr.transcripts import all_of
from pages.sources import PageSource
from warehouse.models import Document
from warehouse.paging import page_sources
from warehouse.transcribed import Pages

_LEVEL = 0.3  # degrees of skew that nobody corrects


@dataclass(frozen=True, slots=True)
class ShownPage:
    """A page as shown: `width` and `height` are those of the transcript, in which boxes are given.

    `corrections`: what was done to the capture for reading it, in words; `lacks`: what its reading lacked, in words;
    `cut_from`: (sheet, page) it was cut out of.
    """

    number: int
    width: int
    height: int
    rotation: int
    corrections: tuple[str, ...] = ()
    cut_from: tuple[int, int] | None = None
    lacks: tuple[str, ...] = ()


def shown_pages(document: Document, pages: Pages) -> list[ShownPage]:
    """Pages that were read. Raises `Corrupted` if a transcript is missing or changed."""
    transcripts = all_of(document, pages)
    if not transcripts:  # nothing was read yet, or all of it is erased
        return []
    return [
        ShownPage(
            source.number,
            page.width,
            page.height,
            page.rotation,
            tuple(_corrections(source, page)),
            (source.sheet, source.facts.number) if source.cut else None,
            tuple(dict.fromkeys(in_words(note, gettext) for note in page.notes)),
        )
        for source, page in zip(page_sources(document), transcripts, strict=True)
    ]


def lacking(pages: Iterable[ShownPage]) -> list[tuple[str, str]]:
    """Which pages (`1–3, 7`) lack what, each once."""
    told: dict[str, list[tuple[int, int]]] = {}
    for page in pages:
        for words in page.lacks:
            runs = told.setdefault(words, [])
            if runs and runs[-1][1] == page.number - 1:
                runs[-1] = (runs[-1][0], page.number)
            else:
                runs.append((page.number, page.number))
    return [
        (", ".join(str(first) if first == last else f"{first}–{last}" for first, last in runs), words)
        for words, runs in told.items()
    ]


def _corrections(source: PageSource, page: Transcript) -> Iterator[str]:
    place = {"sheet": source.sheet, "page": source.facts.number}
    if source.cut is not None and source.cut.what == "card":
        yield _("thẻ cắt ra từ tờ %(sheet)s, trang %(page)s") % place
    elif source.cut is not None:
        yield _("một nửa của tờ %(sheet)s, trang %(page)s") % place
    if page.rotation:
        yield _("xoay %(degrees)s° theo chiều kim đồng hồ") % {"degrees": page.rotation}
    if abs(page.skew) > _LEVEL:
        yield _("chỉnh nghiêng %(degrees).1f°") % {"degrees": page.skew}
