"""Templates become spans: wording is chosen, values put in, their use noted."""

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from samples.generator.facts import Facts
from samples.generator.theme import Theme
from samples.generator.typeset import Look, Span

TOKEN = re.compile(r"(\{[^}]+\}|\^|~)")
CHOICE = re.compile(r"<([^<>]+)>")
KEY = re.compile(r"\{([^}:!]+)(?::(\w+))?(!?)\}")
LONG = re.compile(r"residence|birth_place|home_town|address|permanent|temporary|current")

ENGLISH = {
    "Họ và tên": "Full name",
    "Họ, chữ đệm, tên": "Full name",
    "Ngày, tháng, năm sinh": "Date of birth",
    "Ngày sinh": "Date of birth",
    "Giới tính": "Sex",
    "Dân tộc": "Ethnicity",
    "Quốc tịch": "Nationality",
    "Nơi sinh": "Place of birth",
    "Quê quán": "Place of origin",
    "Nơi cư trú": "Place of residence",
    "Số định danh cá nhân": "Personal identification number",
    "Năm sinh": "Year of birth",
    "Số": "No.",
    "Ghi chú": "Notes",
    "Nơi chết": "Place of death",
    "Nguyên nhân chết": "Cause of death",
    "Tình trạng hôn nhân": "Marital status",
    "Địa chỉ": "Address",
    "Chức danh": "Position",
    "Điện thoại": "Tel.",
}


class Absent(LookupError):
    """The facts have no such value: the block is left out."""


@dataclass
class Wording:
    """Turns templates into spans for one document, and remembers what it printed.

    Attributes:
        printed: keys of values that stand on the paper; `by_hand` those set in handwriting.
    """

    facts: Facts
    theme: Theme
    rng: random.Random
    printed: dict[str, None] = field(default_factory=dict)
    by_hand: set[str] = field(default_factory=set)
    _chosen: dict[str, str] = field(default_factory=dict)

    def choose(self, template: str) -> str:
        """Replace `<a|b>` by one of its wordings, the same for the whole document."""

        def pick(match: re.Match[str]) -> str:
            options = match[1]
            if options not in self._chosen:
                self._chosen[options] = self.rng.choice(options.split("|"))
            return self._chosen[options]

        return CHOICE.sub(pick, template)

    def spans(self, template: str, look: Look, *, field_line: bool = False) -> list[Span]:
        """Spans of a template; with `field_line` values get the theme's look and labels its habits.

        Raises:
            Absent: a value the template names is not among the facts.
        """
        text = self.choose(template)
        if field_line:
            text = self._habits(text)
        spans: list[Span] = []
        now = look
        for part in filter(None, TOKEN.split(text)):
            if part == "^":
                now = replace(now, bold=not now.bold)
            elif part == "~":
                now = replace(now, italic=not now.italic)
            elif part in {"{.}", "{/}"}:
                spans.append(Span("", self._value_look(look), fill=True) if part == "{.}" else Span("\n", now))
            elif part.startswith("{"):
                spans.append(self._value(part, now, field_line=field_line))
            else:
                spans.append(Span(part, now))
        return spans

    def plain(self, template: str) -> str:
        """The text of a template, for places without style."""
        return "".join(span.text for span in self.spans(template, Look()))

    def _habits(self, text: str) -> str:
        theme = self.theme
        if theme.bilingual:
            text = re.sub(
                r"(?:^|(?<=\. )|(?<=- ))([^{}:.]+): ?(?=\{)",
                lambda m: f"{m[1]} / ~{ENGLISH[m[1]]}~: " if m[1] in ENGLISH else m[0],
                text,
            )
        ends_with_value = text.endswith("}") and not text.endswith(("{.}", "{/}"))
        if theme.below and ends_with_value and text.count("{") == 1 and LONG.search(text) and ": {" in text:
            text = text.replace(": {", ":{/}{")
        if theme.colon != ": ":
            text = text.replace(": {", f"{theme.colon}{{")
        if theme.dots != "none" and ends_with_value:
            text += "{.}"
        return text

    def _value_look(self, look: Look) -> Look:
        theme = self.theme
        dotted = theme.dots == "under"
        if theme.values == "hand":
            return replace(look, family=theme.hand, hand=True, colour=theme.ink, bold=False, italic=False, dots=dotted)
        if theme.values == "mono":
            return replace(look, family="liberation-mono", bold=False, dots=dotted)
        if theme.values == "ink":
            return replace(look, colour=theme.ink, dots=dotted)
        return replace(look, bold=look.bold or theme.values == "bold", dots=dotted)

    def _value(self, part: str, look: Look, *, field_line: bool) -> Span:
        match = KEY.fullmatch(part)
        if match is None:
            raise ValueError(f"not a value: {part}")
        key, form, hand = match[1], match[2], match[3]
        value = self.facts.values.get(key)
        if value is None or (form and form not in value.forms):
            raise Absent(part)
        self.printed[key] = None
        shown = value.forms[form] if form else value.shown
        if field_line:
            look = self._value_look(look)
        if hand:
            look = replace(look, family=self.theme.hand, hand=True, colour=self.theme.ink, bold=False, italic=False)
        if look.hand:
            self.by_hand.add(key)
        return Span(shown, look)


def text_of(spans: Sequence[Span]) -> str:
    """The bare text of spans."""
    return "".join(span.text for span in spans)
