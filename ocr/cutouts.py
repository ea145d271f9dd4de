"""Digests of the places on paper that corrected values were read from, so that a correction names what was misread."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from khoso.kernel.errors import Refused, Unavailable
from khoso.kernel.transcript import Box
from ocr.pages_of import shown_pages
from ocr.reviewing import Cutouts, latest
from ocr.tiling import stored_box
from pages import limits as table
from pages.helper import Helper
from pages.images import page_image
from warehouse.models import Document, RenditionKind
from warehouse.paging import page_sources
from warehouse.ports import ObjectStore
from warehouse.shelf import digest_of, fetch, rendition
from warehouse.transcribed import Pages


def cutouts_of(document: Document, *, store: ObjectStore, helper: Helper, folder: Path) -> Cutouts:
    """What tells the SHA-256 of a field's pixels (rows of the upright-free stored page image, 8 bits a channel).

    A page that cannot be opened now leaves its fields without: a person's word does not wait for it.
    """

    def digests(names: Iterable[str]) -> Mapping[str, str]:
        fields = latest(document).fields
        out: dict[str, str] = {}
        for page in sorted({fields[name]["page"] for name in names if fields.get(name, {}).get("box")}):
            here = [name for name in names if fields.get(name, {}).get("box") and fields[name]["page"] == page]
            try:
                out |= zip(here, _digests(page, [Box(*fields[name]["box"]) for name in here]), strict=True)
            except (Refused, Unavailable):
                continue
        return out

    def _digests(number: int, boxes: list[Box]) -> list[str]:
        folder.mkdir(parents=True, exist_ok=True)
        source = page_sources(document)[number - 1]
        shown = shown_pages(document, Pages(document, store))[number - 1]
        original = rendition(document, RenditionKind.ORIGINAL, source.sheet)
        path = fetch(store, digest_of(original), folder)
        image = page_image(path, source.kind, source.facts.number, helper=helper, folder=folder, cut=source.cut)
        stored = [stored_box(box, shown.rotation, image.width, image.height) for box in boxes]
        found: list[str] = helper.call(
            "pages.inside.picturing:digests_of_parts",
            table.picturing(image.width * image.height / table.SHEET),
            path=str(image.path.resolve()),
            frame=image.frame,
            boxes=[list(box) for box in stored],
        )
        return found

    return digests
