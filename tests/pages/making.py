"""A maker of synthetic pages and files; every page says SPECIMEN."""

import io
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pikepdf
from PIL import Image, ImageDraw, ImageFont

TEXT = "SPECIMEN text of an invented paper 0123456789"


@cache
def _page(size: tuple[int, int], dpi: int, lines: int, paper: str, ink: str) -> Image.Image:
    image = Image.new("RGB", size, paper)
    draw, font = ImageDraw.Draw(image), ImageFont.load_default(size=dpi * 11 / 72)
    step = 0.8 * size[1] / max(lines, 1)
    for line in range(lines):
        draw.text((0.12 * size[0], 0.1 * size[1] + line * step), TEXT, fill=ink, font=font)
    return image


class Maker:
    """Makes pages and files below one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def page(
        self,
        size: tuple[int, int] = (1240, 1754),
        *,
        dpi: int = 150,
        lines: int = 30,
        paper: str = "#f6f6f2",
        ink: str = "#202024",
    ) -> Image.Image:
        """A page of text with margins, 11-point letters at `dpi`."""
        return _page(size, dpi, lines, paper, ink).copy()

    def a4(self, *, lines: int = 30, dpi: int = 200) -> Image.Image:
        return self.page((round(8.27 * dpi), round(11.69 * dpi)), dpi=dpi, lines=lines)

    def path(self, name: str) -> Path:
        return self.folder / name

    def write(self, name: str, data: bytes) -> Path:
        self.path(name).write_bytes(data)
        return self.path(name)

    def save(self, image: Image.Image, name: str, **options: Any) -> Path:
        image.save(self.path(name), **options)
        return self.path(name)

    def jpeg(self, image: Image.Image, **options: Any) -> bytes:
        buffer = io.BytesIO()
        image.save(buffer, format="JPEG", **{"quality": 75, **options})
        return buffer.getvalue()

    def pdf(
        self,
        name: str,
        content: bytes = b"",
        *,
        size: tuple[float, float] = (595.28, 841.89),
        images: Sequence[tuple[bytes, tuple[int, int]]] = (),
        fonts: dict[str, bytes] | None = None,
        keys: dict[str, Any] | None = None,
        image_keys: dict[str, Any] | None = None,
        pages: int = 1,
        **save: Any,
    ) -> Path:
        """A PDF whose pages all paint `content`.

        Images are JPEG bytes with their size, named /Im0, /Im1 …; fonts are Helvetica with the bytes of a ToUnicode map.
        """
        with pikepdf.new() as pdf:
            resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(), Font=pikepdf.Dictionary())
            for number, (data, (width, height)) in enumerate(images):
                image = pdf.make_stream(data)
                image.stream_dict = pikepdf.Dictionary(
                    Type=pikepdf.Name.XObject,
                    Subtype=pikepdf.Name.Image,
                    Width=width,
                    Height=height,
                    ColorSpace=pikepdf.Name.DeviceRGB,
                    BitsPerComponent=8,
                    Filter=pikepdf.Name.DCTDecode,
                )
                for key, value in (image_keys or {}).items():
                    image[f"/{key}"] = value
                resources.XObject[f"/Im{number}"] = image
            for font, meaning in (fonts or {}).items():
                simple = pikepdf.Dictionary(
                    Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
                )
                simple.Encoding = pikepdf.Name.WinAnsiEncoding
                if meaning:
                    simple.ToUnicode = pdf.make_stream(meaning)
                resources.Font[f"/{font}"] = pdf.make_indirect(simple)
            for _ in range(pages):
                page = pdf.add_blank_page(page_size=size)
                page.obj.Resources = resources
                page.obj.Contents = pdf.make_stream(content)
                for key, value in (keys or {}).items():
                    page.obj[f"/{key}"] = value
            pdf.save(self.path(name), **save)
        return self.path(name)

    def scan_pdf(
        self, name: str, image: Image.Image | None = None, *, extra: bytes = b"", **options: Any
    ) -> tuple[Path, bytes]:
        """An A4 PDF with one JPEG over the whole page; the file and the JPEG's bytes."""
        image = image or self.a4()
        data = self.jpeg(image)
        content = b"q 595.28 0 0 841.89 0 0 cm /Im0 Do Q " + extra
        return self.pdf(name, content, images=[(data, image.size)], **options), data
