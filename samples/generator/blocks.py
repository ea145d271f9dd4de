"""The pieces a form is written with. A form is data: a tuple of these, with templates for text.

A template is text with
    {key} {key:form}   a value; a block whose value is absent is left out
    {key!}             the same, always by hand
    <one|two>          either wording, the same one all through a document
    ^bold^ ~italic~    styles
    {.}                dots to the end of the line
    {/}                a line break
"""

from collections.abc import Callable
from dataclasses import dataclass

from samples.generator.sheet import Colour


@dataclass(frozen=True)
class Motto:
    """Quốc hiệu and tiêu ngữ over the whole width."""


@dataclass(frozen=True)
class Head:
    """Two columns (NĐ 30/2020): agency and number left; quốc hiệu, place and date right.

    `over` is the superior agency, `issuer` the agency, `below` further lines on the left, `dated` the line on the right,
    `ratio` the left column's share of the width.
    """

    issuer: str
    over: str = ""
    below: tuple[str, ...] = ()
    dated: str = ""
    ratio: float = 0.4


@dataclass(frozen=True)
class Title:
    """Centred lines, the first in bold capitals of `size` times the text's; `sub` below in bold."""

    text: str
    sub: tuple[str, ...] = ()
    size: float = 1.15
    colour: Colour | None = None
    rule: bool = False


@dataclass(frozen=True)
class F:
    """One line of a form: label and value, left."""

    text: str
    indent: float = 0


@dataclass(frozen=True)
class P:
    """A paragraph of running text, justified, with its first line indented."""

    text: str
    align: str = "justify"
    indent: float = 28
    size: float = 1.0
    after: float = 0.25


@dataclass(frozen=True)
class R:
    """Several cells on one line, starting at the given shares of the width; `F`'s rules hold in each."""

    cells: tuple[str, ...]
    at: tuple[float, ...] = ()


@dataclass(frozen=True)
class Cols:
    """Two columns of blocks side by side."""

    left: tuple["Block", ...]
    right: tuple["Block", ...]
    ratio: float = 0.5


@dataclass(frozen=True)
class Table:
    """A ruled table: header cells, shares of the width, one template per cell. Rows repeat while `rows[i]…` has values."""

    header: tuple[str, ...]
    shares: tuple[float, ...]
    cells: tuple[str, ...]
    size: float = 0.88


@dataclass(frozen=True)
class Grid:
    """A ruled table whose rows are all different; a row with an absent value is left out."""

    rows: tuple[tuple[str, ...], ...]
    shares: tuple[float, ...]
    size: float = 0.94


@dataclass(frozen=True)
class Stamp:
    """Red capitals in a red box, stamped a little askew: urgency, «BẢN SAO»."""

    text: str
    align: str = "left"


@dataclass(frozen=True)
class Arrival:
    """The receiving agency's stamp «ĐẾN», with a number and a date that are not the document's."""


@dataclass(frozen=True)
class Card:
    """One side of a card of 85.6 × 54 mm (ISO/IEC 7810 ID-1), its text small; `tint` its colour, `pattern` its guilloche."""

    blocks: tuple["Block", ...]
    tint: Colour
    pattern: Colour


@dataclass(frozen=True)
class Sign:
    """A signature block: lines above, room for the hand, name below. `seal` prints a seal over it."""

    lines: tuple[str, ...]
    name: str
    seal: bool = True
    note: str = ""
    dated: str = ""
    room: float = 68
    hand_name: bool = False


@dataclass(frozen=True)
class Signs:
    """Signature blocks beside each other; None leaves a column free. `notes` are small lines at the left (Nơi nhận)."""

    columns: tuple[Sign | None, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Gap:
    """Room, in line heights."""

    lines: float = 0.5


@dataclass(frozen=True)
class Break:
    """The next block begins a new sheet."""


@dataclass(frozen=True)
class Art:
    """A picture: `emblem`, `photo`, `qr`, `plan`, `prints`; placed at `align`, or floating at `x`, `y` if given (points)."""

    kind: str
    width: float
    height: float
    align: str = "center"
    x: float | None = None
    y: float | None = None
    caption: str = ""


@dataclass(frozen=True)
class Ruler:
    """A line across the given share of the width, centred."""

    share: float = 1.0


@dataclass(frozen=True)
class Note:
    """Small text at the foot or head, out of the flow: `left`, `center`, `right` of the top or bottom margin."""

    text: str
    align: str = "left"
    top: bool = False


@dataclass(frozen=True)
class Maybe:
    """Blocks that some documents of the form have."""

    blocks: tuple["Block", ...]
    chance: float = 0.5


@dataclass(frozen=True)
class Either:
    """One of several sequences of blocks."""

    options: tuple[tuple["Block", ...], ...]


Block = (
    Motto
    | Head
    | Title
    | F
    | P
    | R
    | Cols
    | Table
    | Grid
    | Stamp
    | Arrival
    | Card
    | Sign
    | Signs
    | Gap
    | Break
    | Art
    | Ruler
    | Note
    | Maybe
    | Either
)


@dataclass(frozen=True)
class Paper:
    """What a form is printed on. `pattern` is the colour of a guilloche, `frame` an ornamented border."""

    width: float = 595.28
    height: float = 841.89
    tint: Colour = (255, 255, 255)
    pattern: Colour | None = None
    frame: Colour | None = None
    margin: float = 57


@dataclass(frozen=True)
class Form:
    """One layout of a document type.

    Attributes:
        variant: its name in the truth.
        blocks: what is on it.
        papers: kinds of paper it comes on, one is drawn.
        hand: chance of being filled in by hand.
        weight: how often it is drawn against its sisters.
        size: scale of its text.
        fit: sheets it may fill; its text is set smaller until it does (0: as many as it needs).
        plain: no whims of style.
        era: `old` (three-level units, before 7/2025), `new` or `any`.
        like: the layout whose facts it prints; its own if empty.
        more: draws further facts from the story.
    """

    variant: str
    blocks: tuple[Block, ...]
    papers: tuple[Paper, ...] = (Paper(),)
    hand: float = 0.0
    weight: float = 1.0
    size: float = 1.0
    era: str = "any"
    plain: bool = False
    fit: int = 0
    like: str = ""
    more: Callable[..., None] | None = None
