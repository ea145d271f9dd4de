"""Runs in the helper process: reads sheets one by one, writes the PDF from front to back, forgets each page."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from compose import form, liberation
from compose.colour import srgb_profile
from compose.fonts import font_dictionary
from compose.glyphless import TextFont
from compose.ink import ink_map
from compose.metadata import information, xmp_packet
from compose.pictures import Picture, encode
from compose.places import FrontPage, Rect, front_page, zone_depth
from compose.textlayer import text_layer
from compose.values import Entries, Name, Ref, Value, number
from compose.writer import PdfWriter
from khoso.kernel.digest import digest_bytes
from khoso.kernel.errors import Refused, Unavailable
from khoso.kernel.reasons import ReasonCode
from khoso.kernel.transcript import Transcript
from pages.ports import PageImage

_LEAST, _MOST = 3.0, 14400.0  # points a page's side may have (ISO 19005-2 §6.1.13)


def assemble(*, job: str, out: str, title: str, created: str) -> dict[str, Any]:
    """Compose the sheets of a job file (one JSON object per line) into `out`, which appears only when it is whole.

    Raises:
        Refused: a capture cannot be decoded or does not fit its transcript.
        Unavailable: the marks' font is missing, or the disk is full.
    """
    target = Path(out)
    part = target.with_name(target.name + ".part")
    try:
        with part.open("wb") as file, Path(job).open(encoding="utf-8") as sheets:
            assembly = _Assembly(PdfWriter(file))
            for line in sheets:
                assembly.add(*_sheet(line))
            assembly.finish(title, datetime.fromisoformat(created))
        part.replace(target)
    except OSError as error:
        raise Unavailable(f"cannot write the composed PDF: {error}") from error
    finally:
        part.unlink(missing_ok=True)
    return assembly.report()


class _Assembly:
    """One PDF in the making; holds fonts, page references and the layout of page 1, never a page's content."""

    def __init__(self, writer: PdfWriter) -> None:
        font_file = liberation.find()
        self._writer = writer
        self._proportions = liberation.proportions(font_file)
        self._text_font = TextFont(self._proportions)
        self._text_font_ref = writer.reserve()
        self._tree = writer.reserve()
        self._mark_font = writer.put(
            font_dictionary(liberation.mark_font(font_file), put=writer.put, pack=writer.put_packed)
        )
        self._profiles: dict[str, Ref] = {}
        self._shared: dict[tuple[str, int], Ref] = {}
        self._pages: list[Ref] = []
        self._front: FrontPage | None = None
        self._fields: list[Ref] = []

    def add(self, page: PageImage, transcript: Transcript) -> None:
        """Write one page."""
        scale = 72 / page.dpi
        width, height = transcript.width * scale, transcript.height * scale
        size, image = (width, height), Rect(0, 0, width, height)
        reference = self._writer.reserve()
        extra: dict[str, Value] = {}
        if not self._pages:
            front = front_page(width, height, ink_map(page, transcript, depth=zone_depth(height)))
            self._fields = form.put_fields(self._writer, front, page=reference)
            self._front, size, image = front, (front.width, front.height), front.image
            extra = {"Annots": self._fields}
        if not all(_LEAST <= side <= _MOST for side in size):
            raise Refused(ReasonCode.COMPOSE_FAILED, detail=f"{size[0]:.0f}×{size[1]:.0f} pt")
        text = text_layer(transcript, scale=scale, height=height, font=self._text_font, proportions=self._proportions)
        content = _content(transcript.rotation, image, text, _window(page))
        entries: Entries = {
            "Type": Name("Page"),
            "Parent": self._tree,
            "MediaBox": [0, 0, *size],
            "Resources": {"Font": {"F0": self._text_font_ref}, "XObject": {"I0": self._picture(page)}},
            "Contents": self._writer.put_packed({}, content),
            **extra,
        }
        self._pages.append(self._writer.put(entries, reference))

    def finish(self, title: str, created: datetime) -> None:
        """Write what the pages share, the catalogue and the end of the file."""
        if not self._pages:
            raise Refused(ReasonCode.NO_PAGES)
        writer = self._writer
        writer.put(
            font_dictionary(self._text_font.embedded(), put=writer.put, pack=writer.put_packed), self._text_font_ref
        )
        writer.put({"Type": Name("Pages"), "Kids": self._pages, "Count": len(self._pages)}, self._tree)
        packet = xmp_packet(title=title, created=created)
        intent: Entries = {
            "Type": Name("OutputIntent"),
            "S": Name("GTS_PDFA1"),
            "OutputConditionIdentifier": "sRGB IEC61966-2.1",
            "Info": "sRGB IEC61966-2.1",
            "DestOutputProfile": self._put_profile(srgb_profile(), 3),
        }
        metadata: Entries = {"Type": Name("Metadata"), "Subtype": Name("XML")}
        root = writer.put(
            {
                "Type": Name("Catalog"),
                "Pages": self._tree,
                "Lang": "vi-VN",
                "Metadata": writer.put_stream(metadata, [packet], len(packet)),
                "OutputIntents": [intent],
                "ViewerPreferences": {"DisplayDocTitle": True},
                "AcroForm": form.put_form(writer, self._fields, font=self._mark_font),
                "Extensions": form.EXTENSIONS,
            }
        )
        writer.finish(root=root, info=writer.put(information(title=title, created=created)))

    def report(self) -> dict[str, Any]:
        """What the caller learns."""
        front = self._front
        return {
            "digest": self._writer.digest,
            "length": self._writer.length,
            "pages": len(self._pages),
            "strip": front.strip if front else 0.0,
            "places": form.places(front) if front else {},
        }

    def _picture(self, page: PageImage) -> Ref:
        """The capture, written once however many pages were cut out of it."""
        if page.whole is None:
            return self._put_picture(encode(page))
        name = (str(page.whole.path), page.whole.frame)
        if name not in self._shared:
            self._shared[name] = self._put_picture(encode(page.whole))
        return self._shared[name]

    def _put_picture(self, picture: Picture) -> Ref:
        space = picture.colour_space
        if picture.icc:
            components = 3 if space == Name("DeviceRGB") else 1
            space = [Name("ICCBased"), self._put_profile(picture.icc, components)]
        entries: Entries = {"Type": Name("XObject"), "Subtype": Name("Image"), **picture.entries, "ColorSpace": space}
        return self._writer.put_stream(entries, picture.pieces(), picture.length)

    def _put_profile(self, icc: bytes, components: int) -> Ref:
        """A profile's stream, written once however many pages use it."""
        name = digest_bytes(icc)
        if name not in self._profiles:
            self._profiles[name] = self._writer.put_packed({"N": components}, icc)
        return self._profiles[name]


def _window(page: PageImage) -> bytes:
    """What shows the page through a window of the capture it was cut out of; nothing for an uncut one.

    Where it stands the unit square is the page; the capture is that much larger and shifted.
    """
    whole = page.whole
    if whole is None:
        return b""
    left, below = page.at[0], whole.height - page.at[1] - page.height
    across, down = whole.width / page.width, whole.height / page.height
    matrix = (across, 0, 0, down, -left / page.width, -below / page.height)
    return b"0 0 1 1 re W n\n" + b" ".join(map(number, matrix)) + b" cm\n"


def _content(rotation: int, image: Rect, text: bytes, window: bytes = b"") -> bytes:
    matrix = _placing(rotation, image.x1 - image.x0, image.y1 - image.y0)
    shift = b"1 0 0 1 %s %s cm\n" % (number(image.x0), number(image.y0))
    return (
        b"q\n"
        + shift
        + b" ".join(map(number, matrix))
        + b" cm\n"
        + window
        + b"/I0 Do\nQ\n"
        + (b"q\n" + shift + text + b"Q\n" if text else b"")
    )


def _placing(rotation: int, width: float, height: float) -> Sequence[float]:
    """Matrix of the unit square that holds the stored image, so that it stands upright in `width` by `height`."""
    return {
        0: (width, 0, 0, height, 0, 0),
        90: (0, -height, width, 0, 0, height),
        180: (-width, 0, 0, -height, width, height),
        270: (0, height, -width, 0, width, 0),
    }[rotation]


def _page(data: Mapping[str, Any]) -> PageImage:
    whole = data.get("whole")
    given = {**data, "path": Path(data["path"]), "at": tuple(data.get("at", (0, 0)))}
    return PageImage(**{**given, "whole": _page(whole) if whole else None})


def _sheet(line: str) -> Iterator[Any]:
    """Capture and transcript of one line of the job file."""
    data = json.loads(line)
    page = _page(data["image"])
    transcript = Transcript.from_json(data["transcript"])
    turned = (page.height, page.width) if transcript.rotation in {90, 270} else (page.width, page.height)
    if (transcript.width, transcript.height) != turned:
        told = f"{transcript.width}×{transcript.height}, {transcript.rotation}°"
        raise Refused(ReasonCode.COMPOSE_FAILED, detail=f"{page.path.name}: {page.width}×{page.height} ≠ {told}")
    yield page
    yield transcript
