"""Page images for browsers: small upright JPEGs, made on demand and kept in a cache that may be emptied at any time."""

import hashlib
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from khoso.kernel.transcript import Box
from pages.helper import Helper
from pages.images import preview
from warehouse.models import Document, Erasure, Rendition, RenditionKind
from warehouse.paging import page_sources
from warehouse.ports import ObjectStore
from warehouse.shelf import digest_of, fetch, rendition

WIDTHS = (200, 1400)
_AGAIN = 50  # erasures


def page_image(
    document: Document,
    number: int,
    *,
    width: int,
    rotation: int,
    store: ObjectStore,
    helper: Helper,
    cache: Path,
    work: Path,
    covered: Sequence[Box] = (),
    frame: tuple[int, int] = (1, 1),
) -> Path:
    """The JPEG of a page.

    Args:
        number: 1-based page of the document.
        rotation: degrees clockwise that make it upright.
        covered: places that are black in it, in pixels of the page image; `frame`: width and height of that.

    Raises:
        LookupError: there is no such page, or not any more: it was erased while its image was made.
    """
    sources = page_sources(document)
    if not 1 <= number <= len(sources):
        raise LookupError(f"document {document.pk} has no page {number}")
    source = sources[number - 1]
    original = rendition(document, RenditionKind.ORIGINAL, source.sheet)
    part = "".join(f"-{edge}" for edge in source.cut.box) if source.cut else ""
    across, down = frame
    black = [(box.x0 / across, box.y0 / down, box.x1 / across, box.y1 / down) for box in covered]
    mark = f"-{hashlib.sha256(repr(black).encode()).hexdigest()[:16]}" if black else ""
    name = f"{original.digest}-{source.facts.number}{part}-{rotation}-{width}{mark}.jpg"
    out = cache / original.digest[:2] / name
    if not out.exists():
        forget_erased(cache)
        out.parent.mkdir(parents=True, exist_ok=True)
        work.mkdir(parents=True, exist_ok=True)
        path = fetch(store, digest_of(original), work)
        made = out.with_name(f"{work.name}-{out.name}")
        preview(
            path,
            source.kind,
            source.facts.number,
            helper=helper,
            width=width,
            rotation=rotation,
            out=made,
            cut=source.cut,
            black=black,
        )
        made.replace(out)
        if not Rendition.objects.filter(digest=original.digest).exists():
            # Its rows go first, then its images, by somebody who looks for them once.
            out.unlink(missing_ok=True)
            raise LookupError(f"page {number} of document {document.pk} was erased")
    return out


def forget(cache: Path, digests: Iterable[str]) -> None:
    """Let go of the images of these files' pages."""
    for name in digests:
        for image in cache.glob(f"{name[:2]}/{name}-*"):
            image.unlink(missing_ok=True)


def forget_erased(cache: Path) -> None:
    """Let go of the images of what was erased since the last time: it may have been ordered on another machine."""
    mark = cache / "erased"
    said = mark.read_text(encoding="ascii") if mark.exists() else ""
    seen = before = int(said) if said.isdecimal() else 0
    # Numbers are drawn before they are committed: the last ones are looked at again.
    rows = Erasure.objects.filter(pk__gt=seen - _AGAIN).order_by("pk").values_list("pk", "digests")
    for number, digests in rows:
        forget(cache, digests)
        seen = max(seen, number)
    if seen == before:
        return
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=cache, encoding="ascii", delete=False) as file:
        file.write(str(seen))
    Path(file.name).replace(mark)
