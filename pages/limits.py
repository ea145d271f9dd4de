"""The limits every helper call runs under: one table.

Wall seconds bound what a person waits; resident memory is watched from outside (address space limits alone would
refuse honest work, since OpenBLAS and OpenCV reserve much and touch little).
"""

from dataclasses import dataclass

GIB = 1 << 30
MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """What one helper call may use.

    Attributes:
        wall: seconds of wall time; CPU seconds are bounded by the same number, rounded up.
        memory: bytes of resident memory of the helper and everything it started, together.
    """

    wall: float
    memory: int


SHEET = 2480 * 3508  # pixels of A4 at 300 dpi: larger pages are given the time of several


def inspecting(sheets: float = 1.0) -> Limits:
    """Inspecting one file: 20 s and 1 s for each page, more for pages larger than A4 at 300 dpi."""
    return Limits(wall=20.0 + sheets, memory=GIB)


LOOK_SLICE = 5.0  # seconds after which a call hands back the pages seen so far


def picturing(sheets: float = 1.0) -> Limits:
    """Drawing the image of one page: 60 s for A4 at 300 dpi, up to 8 minutes for an A0 drawing."""
    return Limits(wall=60.0 + 30.0 * (sheets - 1.0), memory=GIB)


READ_PAGE = Limits(wall=60.0, memory=800 * MIB)
READ_DRAWING = Limits(wall=600.0, memory=1843 * MIB)
READ_CODES = Limits(wall=60.0, memory=1843 * MIB)
SIZE_PAGE = Limits(wall=20.0, memory=GIB)
TEXT_LAYER = Limits(wall=20.0, memory=GIB)
JUDGE_SIGNATURES = Limits(wall=10.0, memory=GIB)
SIGN_FILE = Limits(wall=30.0, memory=GIB)


def composing(pages: int, pixels: int = 0) -> Limits:
    """Composing a two-layer PDF: 20 s, 2 s for each page and 1 s for each million pixels of all of them."""
    return Limits(wall=20.0 + 2.0 * pages + 1e-6 * pixels, memory=GIB)


ADDRESS_SPACE = 8 * GIB  # generous: only a runaway reservation meets it
FILE_SIZE = 4 * GIB  # of any one file a helper writes
OPEN_FILES = 256
ANSWER_BYTES = 64 * MIB  # of one call: facts and transcripts, never pixels
IDLE_MEMORY = 450 * MIB  # a helper that still holds more than this after a call is replaced
CALLS_PER_HELPER = 500  # then it is replaced, so that a slow leak stays small

MAX_FILE_BYTES = 2 * GIB
MAX_PAGES = 2000
LEAST_DPI = 200.0  # of captures (Thông tư 01/2023/TT-VPCP Điều 7)
LEAST_SIDES = (320, 500)  # pixels, shorter and longer side: an identity card at 150 dpi; smaller is no page of paper
MAX_PIXELS = 300_000_000  # A0 at 300 dpi has 139 million
