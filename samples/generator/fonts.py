"""Font faces: found on the machine, checked for Vietnamese letters, measured without hinting."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from fontTools.ttLib import TTFont
from PIL import ImageFont

FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".local/share/fonts")

VIETNAMESE = "aàáảãạăằắẳẵặâầấẩẫậeèéẻẽẹêềếểễệiìíỉĩịoòóỏõọôồốổỗộơờớởỡợuùúủũụưừứửữựyỳýỷỹỵđ"
NEEDED = VIETNAMESE + VIETNAMESE.upper() + "0123456789.,;:()/-–\"'“”²%*&"


@dataclass(frozen=True)
class Family:
    """Four files of one type family. `scale` makes its lower case as large as Times at the same nominal size."""

    name: str
    files: tuple[str, str, str, str]  # regular, bold, italic, bold italic
    scale: float = 1.0


def _family(name: str, stem: str, scale: float, italic: str = "Italic") -> Family:
    files = (f"{stem}-Regular.ttf", f"{stem}-Bold.ttf", f"{stem}-{italic}.ttf", f"{stem}-Bold{italic}.ttf")
    return Family(name, files, scale)


FAMILIES = {
    family.name: family
    for family in (
        _family("liberation-serif", "LiberationSerif", 1.0),
        _family("liberation-sans", "LiberationSans", 0.93),
        _family("liberation-mono", "LiberationMono", 0.9),
        _family("noto-serif", "NotoSerif", 0.87),
        _family("noto-sans", "NotoSans", 0.88),
        Family(
            "dejavu-serif",
            (
                "DejaVuSerifCondensed.ttf",
                "DejaVuSerifCondensed-Bold.ttf",
                "DejaVuSerifCondensed-Italic.ttf",
                "DejaVuSerifCondensed-BoldItalic.ttf",
            ),
            0.86,
        ),
        Family("hand-upright", ("DejaVuSans-ExtraLight.ttf",) * 4, 0.92),
        Family("hand-slanted", ("DejaVuSansCondensed-Oblique.ttf",) * 4, 0.9),
        Family("hand-round", ("NotoSansDisplay-Italic.ttf",) * 4, 1.05),
    )
}
FALLBACK = "liberation-serif"


@dataclass(frozen=True)
class Face:
    """One font file, with the scale of its family."""

    path: Path
    scale: float = 1.0


@cache
def _installed() -> dict[str, Path]:
    return {path.name: path for folder in FOLDERS if folder.is_dir() for path in sorted(folder.rglob("*.tt[fc]"))}


@cache
def covers_vietnamese(path: Path) -> bool:
    """Whether the face has every letter our papers print (Debian's old Liberation 1.07 has not)."""
    return set(map(ord, NEEDED)) <= set(_tables(path)[0])


@cache
def _tables(path: Path) -> tuple[dict[int, str], dict[str, int], int]:
    with TTFont(path, lazy=True) as font:
        widths = {name: advance for name, (advance, _) in font["hmtx"].metrics.items()}
        return dict(font.getBestCmap()), widths, int(font["head"].unitsPerEm)


@cache
def face(family: str, *, bold: bool = False, italic: bool = False) -> Face:
    """The face of a family, or Liberation Serif's where that family is not installed or lacks letters.

    Raises:
        FileNotFoundError: Liberation Serif itself is missing; says what to install.
    """
    wanted = FAMILIES[family]
    path = _installed().get(wanted.files[bold + 2 * italic])
    if path is not None and covers_vietnamese(path):
        return Face(path, wanted.scale)
    if family == FALLBACK:
        raise FileNotFoundError("Liberation Serif with Vietnamese letters is missing: apt install fonts-liberation2")
    return face(FALLBACK, bold=bold, italic=italic)


@cache
def width(text: str, of: Face, size: float) -> float:
    """Advance width of `text` in points, unhinted and without kerning."""
    characters, widths, units = _tables(of.path)
    total = sum(widths[characters.get(ord(char), ".notdef")] for char in text)
    return total * size * of.scale / units


@cache
def drawable(of: Face, pixels: float) -> ImageFont.FreeTypeFont:
    """Pillow's font at a pixel size, before the family's scale."""
    return ImageFont.truetype(str(of.path), pixels * of.scale, layout_engine=ImageFont.Layout.BASIC)
