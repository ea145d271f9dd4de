"""What a document says: values under INTERFACE's field names, each with how it is printed and what else would be right."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from samples.generator.people import Person
from samples.generator.theme import Theme
from samples.generator.words import date_words, long_date, zero_date


@dataclass(frozen=True)
class Value:
    """One value. `shown` is printed for `{key}`, `forms[f]` for `{key:f}`; `truth` is what a reader should give."""

    shown: str
    truth: str
    others: tuple[str, ...] = ()
    forms: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Derived:
    """A value that counts as printed when another is: the owner's name is the name of the person."""

    of: str
    truth: str
    others: tuple[str, ...] = ()


def short_date(day: date, style: str) -> str:
    """A date in a theme's style."""
    if style == "long":
        return zero_date(day)
    if style == "short":
        return f"{day.day}/{day.month}/{day.year}"
    return day.strftime(style)


class Facts:
    """Values of one document, collected while it is drawn. Keys that begin with `_` are printed but no truth."""

    def __init__(self, theme: Theme) -> None:
        self.theme = theme
        self.values: dict[str, Value] = {}
        self.derived: dict[str, Derived] = {}
        self.optional: set[str] = set()

    def add(self, key: str, shown: str, truth: str | None = None, *, others: Iterable[str] = (), **forms: str) -> None:
        """A text value; an empty one is left out."""
        if shown:
            self.values[key] = Value(shown, shown if truth is None else truth, tuple(others), forms)

    def day(self, key: str, day: date) -> None:
        """A date with its forms `words`, `long` (NĐ 30), `zero` and `slash`."""
        forms = {
            "words": date_words(day),
            "Words": date_words(day).removeprefix("Ngày ").capitalize(),
            "long": long_date(day),
            "zero": zero_date(day),
            "slash": f"{day:%d/%m/%Y}",
            "d": f"{day.day:02d}",
            "m": f"{day.month:02d}",
            "y": str(day.year),
        }
        self.values[key] = Value(short_date(day, self.theme.date), day.isoformat(), (), forms)

    def also(self, key: str, *, of: str, truth: str | None = None, others: Iterable[str] = ()) -> None:
        """`key` holds what `of` holds (or `truth`) whenever `of` is printed."""
        self.derived[key] = Derived(of, self.values[of].truth if truth is None else truth, tuple(others))

    def cased(self, name: str) -> str:
        return name.upper() if self.theme.names == "upper" else name

    def person(self, prefix: str, who: Person, *, owner: bool = False) -> None:
        """Everything a form may print of a person; what its template does not name stays out of the truth."""
        self.add(f"{prefix}.name", self.cased(who.name))
        self.day(f"{prefix}.birth_date", who.birth)
        self.add(f"{prefix}.birth_year", str(who.birth.year))
        self.add(f"{prefix}.sex", who.sex_word, who.sex)
        self.add(f"{prefix}.ethnicity", who.ethnicity)
        self.add(f"{prefix}.nationality", "Việt Nam")
        self.add(f"{prefix}.id_number", who.id_number)
        self.add(f"{prefix}.home_town", who.home)
        self.add(f"{prefix}.residence", who.residence)
        self.add(f"_{prefix}.mister", who.mister, Mister=who.mister.capitalize(), MISTER=who.mister.upper())
        if owner:
            self.also("owner_name", of=f"{prefix}.name")
            self.also("owner_id", of=f"{prefix}.id_number")

    def truth(self, printed: Iterable[str]) -> tuple[dict[str, str], dict[str, list[str]]]:
        """Fields that are on the paper, and their accepted alternatives."""
        seen = {key for key in printed if not key.startswith("_")}
        fields = {key: value.truth for key, value in self.values.items() if key in seen}
        others = {key: list(self.values[key].others) for key in fields if self.values[key].others}
        for key, derived in self.derived.items():
            if derived.of in fields or derived.of in printed:
                fields[key] = derived.truth
                if derived.others:
                    others[key] = list(derived.others)
        return fields, others
