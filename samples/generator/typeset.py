"""Typesetting: styled spans become lines in a given width, broken at spaces, aligned, with dotted leaders."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from samples.generator.fonts import Face, face, width
from samples.generator.sheet import BLACK, Colour, Glyphs, Rule, Sheet

FIXED = "\u00a0"  # a space that neither breaks nor stretches


@dataclass(frozen=True)
class Look:
    """How a span is set. `dots` draws a dotted line under it, `line` a solid one."""

    family: str = "liberation-serif"
    size: float = 13
    bold: bool = False
    italic: bool = False
    colour: Colour = BLACK
    hand: bool = False
    dots: bool = False
    line: bool = False

    @property
    def face(self) -> Face:
        return face(self.family, bold=self.bold, italic=self.italic)

    def measure(self, text: str) -> float:
        return width(text, self.face, self.size)


@dataclass(frozen=True)
class Span:
    """Text in one look. `fill` instead of text: dots up to the end of the line (`run` of them if not 0)."""

    text: str
    look: Look
    fill: bool = False
    run: int = 0


@dataclass(frozen=True)
class Word:
    """Pieces without a break between them. `gap` is the width of the space before it, 0 at a line's start."""

    pieces: tuple[Span, ...]
    gap: float = 0

    @property
    def width(self) -> float:
        return sum(piece.look.measure(piece.text) for piece in self.pieces)

    @property
    def text(self) -> str:
        return "".join(piece.text for piece in self.pieces).replace(FIXED, " ")


@dataclass(frozen=True)
class Line:
    """One set line; `last` of its paragraph (never stretched), `fill` the look of a closing leader."""

    words: tuple[Word, ...]
    last: bool
    fill: Look | None = None

    @property
    def width(self) -> float:
        return sum(word.width + word.gap for word in self.words)

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words if word.text.strip(". "))


def _words(spans: Iterable[Span]) -> list[Word | None]:
    """Words of the spans; None stands for a forced break."""
    words: list[Word | None] = []
    open_pieces: list[Span] = []
    gap = 0.0

    def close(next_gap: float) -> None:
        nonlocal gap
        if open_pieces:
            words.append(Word(tuple(open_pieces), gap))
            open_pieces.clear()
            gap = 0.0
        gap = max(gap, next_gap)

    for span in spans:
        for number, row in enumerate(span.text.split("\n")):
            if number:
                close(0.0)
                gap = 0.0
                words.append(None)
            for place, part in enumerate(row.split(" ")):
                if place:
                    close(span.look.measure(" "))
                if part:
                    open_pieces.append(replace(span, text=part))
    close(0.0)
    return words


def break_lines(spans: Sequence[Span], room: float, *, indent: float = 0) -> list[Line]:
    """Break spans into lines of at most `room` points, the first shortened by `indent`; a longer word stands alone."""
    fill = next((span.look for span in spans if span.fill), None)
    lines: list[Line] = []
    row: list[Word] = []
    used = indent
    for word in _words(span for span in spans if not span.fill):
        if word is None:
            lines.append(Line(tuple(row), last=True))
            row, used = [], 0.0
        elif row and used + word.gap + word.width > room + 0.01:
            lines.append(Line(tuple(row), last=False))
            row, used = [replace(word, gap=0)], word.width
        else:
            row.append(word if row else replace(word, gap=0))
            used += row[-1].gap + word.width
    lines.append(Line(tuple(row), last=True, fill=fill))
    return lines


@dataclass(frozen=True)
class Measure:
    """Where lines go: left edge, width, alignment (`left`, `right`, `center`, `justify`) and first indent."""

    x: float
    room: float
    align: str = "left"
    indent: float = 0


def place(sheet: Sheet, line: Line, y: float, measure: Measure, *, first: bool = False) -> None:
    """Set one line with its baseline at `y`; the first of a paragraph is indented."""
    indent = measure.indent if first else 0.0
    slack = measure.room - indent - line.width
    stretch = 0.0
    x = measure.x + indent
    if measure.align == "center":
        x += slack / 2
    elif measure.align == "right":
        x += slack
    elif measure.align == "justify" and not line.last and len(line.words) > 1 and 0 < slack < measure.room * 0.3:
        stretch = slack / (len(line.words) - 1)
    for number, word in enumerate(line.words):
        before = x
        x += word.gap + (stretch if number else 0)
        x = _draw(sheet, word, before, x, y)
    if line.fill:
        _leader(sheet, line.fill, x + 2, measure.x + measure.room, y)
    if text := line.text.strip():
        sheet.lines.append(text)


def _draw(sheet: Sheet, word: Word, before: float, x: float, y: float) -> float:
    for piece in word.pieces:
        look = piece.look
        end = x + look.measure(piece.text)
        lift = look.size * 0.12 if look.hand else 0.0
        sheet.items.append(
            Glyphs(x, y - lift, piece.text.replace(FIXED, " "), look.face, look.size, look.colour, look.hand)
        )
        if look.dots:
            sheet.items.append(Rule(before, y + 2.6, end, y + 2.6, 0.6, (90, 90, 90), dotted=True))
        if look.line:
            sheet.items.append(Rule(x, y + 2, end, y + 2, 0.6, look.colour))
        before = x = end
    return x


def _leader(sheet: Sheet, look: Look, start: float, end: float, y: float) -> None:
    if end - start < 8:
        return
    if look.dots:
        sheet.items.append(Rule(start - 2, y + 2.6, end, y + 2.6, 0.6, (90, 90, 90), dotted=True))
        return
    dots = "." * int((end - start) / look.measure("."))
    sheet.items.append(Glyphs(start, y, dots, look.face, look.size, look.colour))
