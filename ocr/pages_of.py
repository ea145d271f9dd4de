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
    `cut_from`: (sheet, page) it was cut out of; `skew`: degrees clockwise that make its lines level, 0 where nobody would turn it;
    `turned`: a person said which way is up.
    """

    number: int
    width: int
    height: int
    rotation: int
    corrections: tuple[str, ...] = ()
    cut_from: tuple[int, int] | None = None
    lacks: tuple[str, ...] = ()
    skew: float = 0.0
    turned: bool = False

    @property
    def mark(self) -> str:
        """What its addresses carry so that a browser that keeps images tells one turn of the page from another."""
        return f"goc={self.rotation}" if self.turned else ""

    @property
    def differs(self) -> bool:
        """Whether it is shown turned."""
        return bool(self.rotation or self.skew)


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
            round(page.skew, 2) if abs(page.skew) > _LEVEL else 0.0,
            source.turned is not None,
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
    if source.turned is not None:
        yield _("xoay %(degrees)s° theo lời người xem") % {"degrees": source.turned}
    elif page.rotation:
        yield _("xoay %(degrees)s° theo chiều kim đồng hồ") % {"degrees": page.rotation}
    if abs(page.skew) > _LEVEL:
        yield _("chỉnh nghiêng %(degrees).1f°") % {"degrees": page.skew}
