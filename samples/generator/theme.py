"""What makes two papers of one form look different: fonts, sizes, styles of dates and values, drawn once per document."""

import random
from dataclasses import dataclass, replace

from samples.generator.sheet import BLACK, Colour
from samples.generator.words import SHORT_DATES

FONTS = ["liberation-serif"] * 16 + [
    "noto-serif",
    "noto-serif",
    "dejavu-serif",
    "dejavu-serif",
    "liberation-sans",
    "noto-sans",
]
HANDS = ("hand-upright", "hand-slanted", "hand-round")
INKS: tuple[Colour, ...] = ((30, 45, 140), (25, 40, 160), (20, 20, 60), (35, 35, 40))


@dataclass(frozen=True)
class Theme:
    """The look of one document.

    Attributes:
        values: how filled-in values are set: `bold`, `plain`, `mono` (printed later by another machine), `ink` (typed in
            colour) or `hand`.
        dots: leaders: `none`, `after` the value to the margin, `under` the value.
        below: long values stand on the line after their label.
        bilingual: labels carry their English beside them.
        date: strftime style of short dates, or `long`.
    """

    family: str
    size: float
    leading: float
    left: float
    right: float
    values: str
    dots: str
    below: bool
    bilingual: bool
    colon: str
    date: str
    names: str  # upper, title
    separator: str
    hand: str
    ink: Colour
    mark: str  # where MẪU - SPECIMEN stands

    @property
    def value_colour(self) -> Colour:
        return self.ink if self.values in {"hand", "ink"} else BLACK


def draw_theme(rng: random.Random, *, hand: float = 0.0, plain: bool = False) -> Theme:
    """A theme; `hand` is the chance that the paper was filled in by hand, `plain` the commonest of everything."""
    family = "liberation-serif" if plain else rng.choice(FONTS)
    by_hand = rng.random() < hand
    values = "hand" if by_hand else rng.choices(("bold", "plain", "mono"), (5, 5, 0 if plain else 1))[0]
    dots = rng.choices(("none", "after", "under"), (2, 2, 6) if by_hand else (8, 2, 1))[0]
    return Theme(
        family=family,
        size=rng.choice((12.5, 13, 13, 13, 13.5, 14)),
        leading=rng.choice((1.3, 1.38, 1.45, 1.55)) + 0.1 * by_hand,
        left=rng.uniform(70, 88),
        right=rng.uniform(42, 58),
        values=values,
        dots="none" if plain else dots,
        below=not plain and rng.random() < 0.1,
        bilingual=not plain and rng.random() < 0.1,
        colon=": " if plain else rng.choices((": ", " : ", ":"), (12, 2, 1))[0],
        date=rng.choices((*SHORT_DATES, "long", "short"), (10, 3, 1, 1, 3, 2))[0],
        names=rng.choice(("upper", "upper", "title")),
        separator=rng.choices((", ", " - "), (12, 1))[0],
        hand=rng.choice(HANDS),
        ink=rng.choice(INKS),
        mark=rng.choice(("right", "right", "center", "left")),
    )


OTHER_FONTS = (
    "liberation-serif",
    "liberation-serif",
    "liberation-sans",
    "noto-serif",
    "noto-sans",
    "dejavu-serif",
)
TYPED_INKS: tuple[Colour, ...] = ((25, 45, 150), (160, 25, 40), (60, 60, 66))


def restyle(rng: random.Random, theme: Theme, *, plain: bool) -> Theme:
    """The same paper from another office: its fonts, margins, leaders, colours and capitals, drawn more widely."""
    values = theme.values
    if values != "hand":
        values = rng.choices(("bold", "plain", "mono", "ink"), (3, 5, 1, 0 if plain else 2))[0]
    return replace(
        theme,
        family="liberation-sans" if plain else rng.choice(OTHER_FONTS),
        size=rng.choice((11.5, 12, 12.5, 13, 14)),
        leading=rng.choice((1.22, 1.3, 1.4, 1.6)),
        left=rng.uniform(56, 100),
        right=rng.uniform(34, 74),
        values=values,
        ink=rng.choice(TYPED_INKS) if values == "ink" else theme.ink,
        dots="none" if plain else rng.choices(("none", "after", "under"), (5, 3, 3))[0],
        below=not plain and rng.random() < 0.2,
        bilingual=not plain and rng.random() < 0.2,
        colon=": " if plain else rng.choices((": ", " : ", ":"), (8, 3, 2))[0],
        date=rng.choices((*SHORT_DATES, "long", "short"), (6, 4, 2, 2, 4, 2))[0],
        names=rng.choice(("upper", "title")),
    )
