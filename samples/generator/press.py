"""The press: blocks of a form and a document's facts come in, sheets go out."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from samples.generator import art
from samples.generator.blocks import (
    Arrival,
    Art,
    Block,
    Break,
    Card,
    Cols,
    Either,
    F,
    Form,
    Gap,
    Grid,
    Head,
    Maybe,
    Motto,
    Note,
    P,
    Paper,
    R,
    Ruler,
    Sign,
    Signs,
    Stamp,
    Table,
    Title,
)
from samples.generator.facts import Facts
from samples.generator.sheet import BLACK, MARK, RED, Colour, Glyphs, Picture, Rule, Sheet
from samples.generator.template import Absent, Wording, text_of
from samples.generator.theme import Theme
from samples.generator.typeset import Look, Measure, Span, break_lines, place

STATE = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO = "Độc lập - Tự do - Hạnh phúc"
GREY: Colour = (105, 105, 110)


@dataclass(frozen=True)
class Galley:
    """A column being filled: its left edge and width."""

    x: float
    room: float


class Press:
    """Prints one document. `wording` knows afterwards which values stand on the paper."""

    def __init__(self, form: Form, facts: Facts, theme: Theme, rng: random.Random, *, scale: float = 1.0) -> None:
        self.theme = replace(theme, size=theme.size * form.size * scale, leading=theme.leading * (0.5 + 0.5 * scale))
        self.rng = rng
        self.facts = facts
        self.paper: Paper = rng.choice(form.papers)
        self.wording = Wording(facts, self.theme, rng)
        self.text = Look(theme.family, self.theme.size)
        self.sheets: list[Sheet] = []
        inset = self.paper.margin - 57
        self.galley = Galley(theme.left + inset, self.paper.width - theme.left - theme.right - 2 * inset)
        self.fixed = False  # inside columns nothing may move to a new sheet
        self.y = 0.0
        sealed = facts.values.get("_seal")
        self.seal_text = sealed.shown if sealed else "MẪU - SPECIMEN"
        self.start_sheet()
        for block in form.blocks:
            self.put(block)

    @property
    def sheet(self) -> Sheet:
        return self.sheets[-1]

    @property
    def leading(self) -> float:
        return self.theme.size * self.theme.leading

    @property
    def bottom(self) -> float:
        return self.paper.height - self.paper.margin - 8

    # Sheets

    def start_sheet(self) -> None:
        """Begin a sheet: its pattern and frame, the MẪU mark, and from the second on the page number (NĐ 30/2020)."""
        paper = self.paper
        sheet = Sheet(paper.width, paper.height)
        self.sheets.append(sheet)
        seed = self.rng.getrandbits(32)
        if paper.tint != (255, 255, 255):
            sheet.items.append(Picture(0, 0, paper.width, paper.height, partial(art.plain, colour=paper.tint)))
        if paper.pattern:
            sheet.items.append(
                Picture(0, 0, paper.width, paper.height, partial(art.guilloche, colour=paper.pattern, seed=seed))
            )
        if paper.frame:
            sheet.items.append(
                Picture(20, 20, paper.width - 40, paper.height - 40, partial(art.frame, colour=paper.frame))
            )
        self.y = paper.margin + self.theme.size
        if len(self.sheets) > 1 and not paper.frame:
            self._small(str(len(self.sheets)), "center", self.paper.margin - 22, self.text)
            self.y += 6
        look = Look("liberation-sans", 8.5, colour=GREY)
        mark_y = paper.height - (38 if paper.frame else 24)
        lines = sheet.lines
        self._small(MARK, self.theme.mark, mark_y, look)
        sheet.lines = lines

    def _small(self, text: str, align: str, y: float, look: Look) -> None:
        wide = look.measure(text)
        x = {"left": self.galley.x, "center": (self.paper.width - wide) / 2}.get(align, self.paper.width - 45 - wide)
        self.sheet.items.append(Glyphs(x, y, text, look.face, look.size, look.colour))
        self.sheet.lines.append(text)

    # Blocks

    def put(self, block: Block) -> None:
        """Print one block where the last one ended; one whose values are absent is left out."""
        makers: dict[type, Callable[..., None]] = {
            Motto: self._motto,
            Head: self._head,
            Title: self._title,
            F: self._line,
            P: self._paragraph,
            R: self._row,
            Cols: self._columns,
            Table: self._table,
            Grid: self._grid,
            Stamp: self._stamp,
            Arrival: self._arrival,
            Card: self._card,
            Sign: self._sign,
            Signs: self._signs,
            Gap: self._gap,
            Break: self._break,
            Art: self._art,
            Ruler: self._ruler,
            Note: self._note,
            Maybe: self._maybe,
            Either: self._either,
        }
        try:
            makers[type(block)](block)
        except Absent:
            return

    def set(
        self,
        spans: Sequence[Span],
        *,
        align: str = "left",
        indent: float = 0,
        leading: float = 0,
        galley: Galley | None = None,
    ) -> None:
        """Set spans in the galley from `y` down, over to a new sheet where this one is full."""
        galley = galley or self.galley
        measure = Measure(galley.x, galley.room, align, indent)
        for number, line in enumerate(break_lines(spans, galley.room, indent=indent)):
            if not self.fixed and self.y > self.bottom:
                self.start_sheet()
            place(self.sheet, line, self.y, measure, first=number == 0)
            self.y += leading or self.leading

    def keep(self, height: float) -> None:
        """A new sheet unless `height` points are left on this one."""
        if not self.fixed and self.y + height > self.bottom + 14:
            self.start_sheet()

    def _fit(self, text: str, look: Look, room: float) -> Look:
        wide = look.measure(text)
        return look if wide <= room else replace(look, size=look.size * room / wide)

    def _motto(self, _: Motto) -> None:
        look = replace(self.text, bold=True, size=self.theme.size * 0.97)
        look = self._fit(STATE, look, self.galley.room)
        self.set([Span(STATE, look)], align="center")
        self.set([Span(MOTTO, replace(look, size=look.size * 1.05))], align="center")
        self._under(MOTTO, replace(look, size=look.size * 1.05), self.galley, 1.0)
        self.y += self.leading * 0.4

    def _under(self, text: str, look: Look, galley: Galley, share: float) -> None:
        wide = look.measure(text) * share
        x, y = galley.x + (galley.room - wide) / 2, self.y - self.leading + 4
        self.sheet.items.append(Rule(x, y, x + wide, y, 0.7))

    def _head(self, block: Head) -> None:
        galley = self.galley
        wide = Galley(galley.x - 26, galley.room + 42)
        left = Galley(wide.x, wide.room * (block.ratio - 0.005))
        right = Galley(wide.x + wide.room * (block.ratio + 0.005), wide.room * (0.995 - block.ratio))
        top, step = self.y, self.leading * 0.92
        plain = replace(self.text, size=self.theme.size * 0.96)
        if block.over:
            self._optional(block.over, plain, "center", step, left)
        issuer = self.wording.spans(block.issuer, replace(plain, bold=True))
        self.set(issuer, align="center", leading=step, galley=left)
        last = break_lines(issuer, left.room)[-1]
        self._under_at(left, self.y - step + 4, last.width * 0.45)
        self.y += 5
        for text in block.below:
            self._optional(text, plain, "center", step, left)
        low, self.y = self.y, top
        bold = self._fit(STATE, replace(plain, bold=True), right.room)
        self.set([Span(STATE, bold)], align="center", leading=step, galley=right)
        motto = replace(bold, size=bold.size * 1.04)
        self.set([Span(MOTTO, motto)], align="center", leading=step, galley=right)
        self._under_at(right, self.y - step + 4, motto.measure(MOTTO))
        self.y += 7
        if block.dated:
            self.set(
                self.wording.spans(block.dated, replace(plain, italic=True)), align="center", leading=step, galley=right
            )
        self.y = max(low, self.y) + self.leading * 0.6

    def _under_at(self, galley: Galley, y: float, wide: float) -> None:
        x = galley.x + (galley.room - wide) / 2
        self.sheet.items.append(Rule(x, y, x + wide, y, 0.7))

    def _optional(self, template: str, look: Look, align: str, leading: float, galley: Galley) -> None:
        try:
            spans = self.wording.spans(template, look)
        except Absent:
            return
        self.set(spans, align=align, leading=leading, galley=galley)

    def _title(self, block: Title) -> None:
        look = replace(self.text, bold=True, size=self.theme.size * block.size, colour=block.colour or BLACK)
        self.y += look.size * 0.3
        self.set(self.wording.spans(block.text, look), align="center", leading=look.size * 1.3)
        under = replace(self.text, bold=True)
        for text in block.sub:
            self._optional(text, under, "center", self.leading, self.galley)
        if block.rule:
            self._under_at(self.galley, self.y - self.leading + 8, self.galley.room * 0.22)
            self.y += 4
        self.y += self.leading * 0.35

    def _line(self, block: F) -> None:
        spans = self.wording.spans(block.text, self.text, field_line=True)
        galley = Galley(self.galley.x + block.indent, self.galley.room - block.indent)
        self.set(spans, galley=galley)

    def _paragraph(self, block: P) -> None:
        look = replace(self.text, size=self.theme.size * block.size)
        spans = self.wording.spans(block.text, look)
        self.set(
            spans,
            align=block.align,
            indent=block.indent if block.align == "justify" else 0,
            leading=self.leading * block.size,
        )
        self.y += self.leading * block.after

    def _row(self, block: R) -> None:
        galley, top, low = self.galley, self.y, self.y
        self.keep(self.leading)
        top = self.y
        starts = [*(block.at or tuple(i / len(block.cells) for i in range(len(block.cells)))), 1.0]
        filled = 0
        for number, cell in enumerate(block.cells):
            try:
                spans = self.wording.spans(cell, self.text, field_line=True)
            except Absent:
                continue
            start = starts[number]
            end = next(iter(starts[number + 1 :]))
            self.y = top
            self.set(spans, galley=Galley(galley.x + start * galley.room, (end - start) * galley.room - 6))
            low = max(low, self.y)
            filled += 1
        self.y = low if filled else top

    def _columns(self, block: Cols) -> None:
        galley, top, was = self.galley, self.y, self.fixed
        gutter = 16.0
        left = galley.room * block.ratio - gutter / 2
        self.fixed = True
        self.galley = Galley(galley.x, left)
        for part in block.left:
            self.put(part)
        low, self.y = self.y, top
        self.galley = Galley(galley.x + left + gutter, galley.room - left - gutter)
        for part in block.right:
            self.put(part)
        self.galley, self.fixed, self.y = galley, was, max(low, self.y)

    def _table(self, block: Table) -> None:
        look = replace(self.text, size=self.theme.size * block.size)
        self._table_row(
            [[Span(self.wording.choose(cell), replace(look, bold=True))] for cell in block.header], block, "center"
        )
        number = 0
        while True:
            try:
                cells = [
                    self.wording.spans(cell.replace("[i]", f"[{number}]").replace("#", str(number + 1)), look)
                    for cell in block.cells
                ]
            except Absent:
                break
            if self.y + look.size * 3 > self.bottom:
                self.start_sheet()
                self._table_row(
                    [[Span(self.wording.choose(cell), replace(look, bold=True))] for cell in block.header],
                    block,
                    "center",
                )
            self._table_row(cells, block, "left")
            number += 1
        self.y += self.leading * 0.8

    def _grid(self, block: Grid) -> None:
        look = replace(self.text, size=self.theme.size * block.size)
        for row in block.rows:
            try:
                cells = [self.wording.spans(cell, look, field_line="{" in cell) for cell in row]
            except Absent:
                continue
            if not self.fixed and self.y + look.size * 3 > self.bottom:
                self.start_sheet()
            self._table_row(cells, block, "left")
        self.y += self.leading * 0.4

    def _stamp(self, block: Stamp) -> None:
        spans = self.wording.spans(block.text, replace(self.text, bold=True, colour=RED))
        text = text_of(spans)
        wide = replace(self.text, bold=True).measure(text)
        x = self.galley.x + (0 if block.align == "left" else self.galley.room - wide - 12)
        top, low = self.y - self.theme.size, self.y + 5
        for ends in (
            (x, top, x + wide + 12, top),
            (x, low, x + wide + 12, low),
            (x, top, x, low),
            (x + wide + 12, top, x + wide + 12, low),
        ):
            self.sheet.items.append(Rule(*ends, 1.4, RED))
        self.set(spans, galley=Galley(x + 6, wide + 6))

    def _arrival(self, _: Arrival) -> None:
        rng, was = self.rng, self.y
        wide, x = 118.0, rng.choice((self.galley.x - 12, self.galley.x + 4))
        ink: Colour = rng.choice(((170, 40, 50), (40, 60, 150)))
        look = Look("liberation-sans", 8, bold=True, colour=ink)
        hand = Look(self.theme.hand, 10, colour=self.theme.ink, hand=True)
        top = self.y - 8
        rows = (
            (Span("VĂN BẢN ĐẾN", look),),
            (Span("Số: ", look), Span(str(rng.randint(100, 3999)), hand)),
            (Span("Ngày: ", look), Span(f"{rng.randint(1, 28)}/{rng.randint(1, 12)}/20{rng.randint(19, 26)}", hand)),
            (Span("Chuyển: ........................", look),),
        )
        for number, row in enumerate(rows):
            align = "left" if number else "center"
            self.set(row, align=align, leading=13, galley=Galley(x + 6, wide - 12))
        low = self.y - 6
        for ends in (
            (x, top, x + wide, top),
            (x, low, x + wide, low),
            (x, top, x, low),
            (x + wide, top, x + wide, low),
        ):
            self.sheet.items.append(Rule(*ends, 1.1, ink))
        self.y = max(was, self.y + 4)

    def _card(self, block: Card) -> None:
        wide, high = 242.6, 153.0
        galley, was, theme, text = self.galley, self.fixed, self.theme, self.text
        x, top = galley.x + self.rng.uniform(0, 120), self.y
        paper = partial(art.plain, colour=block.tint)
        lines = partial(art.guilloche, colour=block.pattern, seed=self.rng.getrandbits(32))
        self.sheet.items.append(Picture(x, top, wide, high, paper))
        self.sheet.items.append(Picture(x, top, wide, high, lines))
        for ends in (
            (x, top, x + wide, top),
            (x, top + high, x + wide, top + high),
            (x, top, x, top + high),
            (x + wide, top, x + wide, top + high),
        ):
            self.sheet.items.append(Rule(*ends, 0.8, (150, 150, 150)))
        self.fixed = True
        self.theme = replace(theme, size=6.6, leading=1.18)
        self.text = Look("liberation-sans", 6.6)
        self.galley = Galley(x + 8, wide - 16)
        self.y = top + 13
        for part in block.blocks:
            self.put(part)
        self.galley, self.fixed, self.theme, self.text = galley, was, theme, text
        self.y = top + high + 20

    def _table_row(self, cells: Sequence[Sequence[Span]], block: Table | Grid, align: str) -> None:
        galley = self.galley
        step = self.theme.size * block.size * 1.25
        edges = [galley.x + galley.room * sum(block.shares[:i]) for i in range(len(block.shares) + 1)]
        tops = [break_lines(cell, edges[i + 1] - edges[i] - 8) for i, cell in enumerate(cells)]
        deep = max(map(len, tops)) * step + 7
        top = self.y - step + 1
        was, self.fixed = self.fixed, True
        for number, cell in enumerate(cells):
            self.y = top + step + 0.5
            room = edges[number + 1] - edges[number]
            self.set(cell, align=align, leading=step, galley=Galley(edges[number] + 4, room - 8))
        self.fixed = was
        for edge in edges:
            self.sheet.items.append(Rule(edge, top, edge, top + deep))
        for level in (top, top + deep):
            self.sheet.items.append(Rule(edges[0], level, edges[-1], level))
        self.y = top + deep + step - 1

    def _sign(self, block: Sign) -> None:
        galley = self.galley
        self.keep(self._sign_height(block))
        self.galley = Galley(galley.x + galley.room * 0.46, galley.room * 0.54)
        self._sign_here(block)
        self.galley = galley

    def _signs(self, block: Signs) -> None:
        self.keep(max((self._sign_height(sign) for sign in block.columns if sign), default=0))
        galley, top, low, was = self.galley, self.y, self.y, self.fixed
        self.fixed = True
        if block.notes:
            self.galley = Galley(galley.x, galley.room * 0.42)
            self._notes(block.notes)
            low, self.y = self.y, top
        share = galley.room / len(block.columns)
        for number, sign in enumerate(block.columns):
            if sign is None:
                continue
            self.y = top
            self.galley = Galley(galley.x + share * number, share)
            self._sign_here(sign)
            low = max(low, self.y)
        self.galley, self.fixed, self.y = galley, was, low

    def _notes(self, notes: Sequence[str]) -> None:
        small = replace(self.text, size=self.theme.size * 0.84)
        head = replace(self.text, size=self.theme.size * 0.92, bold=True, italic=True)
        for number, text in enumerate(notes):
            self._optional(text, small if number else head, "left", small.size * 1.25, self.galley)

    def _sign_height(self, sign: Sign) -> float:
        return self.leading * (len(sign.lines) + 2 + bool(sign.note) + bool(sign.dated)) + sign.room

    def _sign_here(self, sign: Sign) -> None:
        galley = self.galley
        if sign.dated:
            self._optional(sign.dated, replace(self.text, italic=True), "center", self.leading, galley)
        for text in sign.lines:
            self._optional(text, replace(self.text, bold=True), "center", self.leading * 0.95, galley)
        if sign.note:
            small = replace(self.text, italic=True, size=self.theme.size * 0.85)
            self.set(self.wording.spans(sign.note, small), align="center", leading=small.size * 1.2, galley=galley)
        top, middle = self.y - self.leading * 0.7, galley.x + galley.room / 2
        wide = self.rng.uniform(70, 105)
        ink = (30, 50, 150) if self.rng.random() < 0.8 else (25, 25, 35)
        scribble = partial(art.scribble, seed=self.rng.getrandbits(32), colour=ink)
        if sign.seal:
            size = self.rng.uniform(92, 104) * min(1.0, sign.room / 60)
            x = middle - size * self.rng.uniform(0.9, 1.15)
            y = top + sign.room * 0.62 - size * self.rng.uniform(0.42, 0.55)
            stamp = partial(art.seal, seed=self.rng.getrandbits(32), ring=self.seal_text)
            self.sheet.items.append(Picture(x, y, size, size, stamp))
        self.sheet.items.append(
            Picture(middle - wide / 2 + self.rng.uniform(-8, 14), top + 4, wide, sign.room - 6, scribble)
        )
        self.y += sign.room
        look = replace(self.text, bold=True)
        if sign.hand_name:
            look = replace(look, family=self.theme.hand, hand=True, colour=self.theme.ink, bold=False)
        spans = self.wording.spans(sign.name, look)
        if text_of(spans).strip():
            self.set(spans, align="center", galley=galley)

    def _gap(self, block: Gap) -> None:
        self.y += self.leading * block.lines

    def _break(self, _: Break) -> None:
        self.start_sheet()

    def _ruler(self, block: Ruler) -> None:
        self._under_at(self.galley, self.y - self.leading * 0.6, self.galley.room * block.share)
        self.y += self.leading * 0.2

    def _note(self, block: Note) -> None:
        look = replace(self.text, size=self.theme.size * 0.75, italic=True)
        text = self.wording.plain(block.text)
        y = self.paper.margin - 18 if block.top else self.paper.height - self.paper.margin - 2
        self._small(text, block.align, y, look)

    def _maybe(self, block: Maybe) -> None:
        if self.rng.random() < block.chance:
            for part in block.blocks:
                self.put(part)

    def _either(self, block: Either) -> None:
        for part in self.rng.choice(block.options):
            self.put(part)

    def _art(self, block: Art) -> None:
        galley = self.galley
        slack = galley.room - block.width
        x = galley.x + {"left": 0.0, "center": slack / 2}.get(block.align, slack)
        y = self.y - self.theme.size
        if block.x is not None and block.y is not None:
            x, y = block.x, block.y
        else:
            self.keep(block.height)
            y = self.y - self.theme.size
            self.y += block.height + 4
        text = self.wording.plain(block.caption) if block.caption else ""
        paint = art.painter(block.kind, seed=self.rng.getrandbits(32), text=text)
        self.sheet.items.append(Picture(x, y, block.width, block.height, paint))
