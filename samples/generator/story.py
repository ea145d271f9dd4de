"""The story behind one document: when, where, by which agency; shared by all forms."""

import random
from dataclasses import dataclass
from datetime import date

from samples.generator.facts import Facts
from samples.generator.people import draw_day, draw_name
from samples.generator.places import Unit, bare, draw_unit, lower_first
from samples.generator.theme import Theme
from samples.generator.words import long_date, zero_date

MERGED = date(2025, 7, 1)  # two levels of local government since then


@dataclass
class Story:
    """What the facts of a document are drawn from.

    Attributes:
        today: day of issue. unit: the commune where it is issued.
    """

    rng: random.Random
    theme: Theme
    facts: Facts
    today: date
    unit: Unit

    @property
    def old(self) -> bool:
        return self.today < MERGED

    def maybe(self, chance: float) -> bool:
        return self.rng.random() < chance

    def pick(self, *options: str) -> str:
        return self.rng.choice(options)


def draw_story(rng: random.Random, theme: Theme, *, era: str) -> Story:
    """A day and a place of an era (`old`, `new`, `any`)."""
    old = rng.random() < 0.55 if era == "any" else era == "old"
    today = (
        draw_day(rng, date(2015, 1, 5), date(2025, 6, 25))
        if old
        else draw_day(rng, date(2025, 7, 7), date(2026, 10, 30))
    )
    return Story(rng, theme, Facts(theme), today, draw_unit(rng, old=old))


COMMITTEE = "Ủy ban nhân dân"


def committee(story: Story, unit: Unit | None = None) -> tuple[str, list[str]]:
    """The commune's committee as registers print it, and other ways to name it."""
    unit = unit or story.unit
    parts = [lower_first(part) for part in unit.parts]
    full = f"{COMMITTEE} {', '.join(parts)}"
    others = {
        f"{COMMITTEE} {parts[0]}",
        f"UBND {parts[0]}",
        f"UBND {', '.join(parts)}",
        f"{COMMITTEE} {' '.join(parts)}",
        f"{COMMITTEE} {', '.join(parts[:2])}",
        f"{COMMITTEE} {parts[0]}, {parts[-1]}",
        f"{COMMITTEE} {parts[0]} {parts[-1]}",
    }
    return full, sorted(others - {full})


def spelled(story: Story, text: str) -> str:
    """Either school of tone marks: ỦY BAN or UỶ BAN, Hòa or Hoà; one per document."""
    if story.facts.values.get("_school") is None:
        story.facts.add("_school", story.rng.choices(("new", "old"), (7, 1))[0])
    if story.facts.values["_school"].shown == "new":
        return text
    return text.replace("ỦY", "UỶ").replace("Ủy", "Uỷ").replace("ủy", "uỷ")


def issued_by_commune(story: Story, *, head: bool, key: str = "issuer") -> None:
    """The issuer is the commune's committee: named in the letterhead (`head`) or in the running text."""
    facts = story.facts
    full, others = committee(story)
    commune = story.unit.commune.upper()
    if head:
        truth = f"ỦY BAN NHÂN DÂN {commune}"
        facts.add(
            key,
            spelled(story, truth),
            spelled(story, truth),
            others=[full, *others],
            head=spelled(story, f"ỦY BAN NHÂN DÂN\n{commune}"),
        )
        facts.add(
            "_over",
            f"UBND {story.unit.district.upper()}" if story.unit.district else f"UBND {story.unit.province.upper()}",
        )
    else:
        facts.add(key, spelled(story, full), others=others)
    facts.add("_place", bare(story.unit.commune))
    facts.add("_commune", lower_first(story.unit.commune))
    facts.add("_seal", f"ỦY BAN NHÂN DÂN {commune}")


def dated(story: Story, key: str = "issue_date") -> None:
    """The day of issue, with the forms of `Facts.day` and `full` (place and date)."""
    story.facts.day(key, story.today)
    write = long_date if story.rng.random() < 0.5 else zero_date
    value = story.facts.values[key]
    forms = {**value.forms, "full": f"{bare(story.unit.commune)}, {write(story.today)}", "dated": write(story.today)}
    story.facts.values[key] = type(value)(value.shown, value.truth, value.others, forms)


CHAIR = (
    ("CHỦ TỊCH",),
    ("CHỦ TỊCH",),
    ("KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"),
    ("KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"),
)
REGISTRAR = (("TUQ. CHỦ TỊCH", "CÔNG CHỨC TƯ PHÁP - HỘ TỊCH"), ("TL. CHỦ TỊCH", "CÔNG CHỨC TƯ PHÁP - HỘ TỊCH"))


def signed(story: Story, ranks: tuple[tuple[str, ...], ...] = CHAIR, *, together: str = "", grade: str = "") -> None:
    """The signer: lines of title (the last counts), name, with `together` the body signed for (TM. …)."""
    facts, lines = story.facts, story.rng.choice(ranks)
    shown = (*((together,) if together else ()), *lines)
    others = {" ".join(shown), " ".join(lines)} - {lines[-1]}
    facts.add("signer.title", spelled(story, "\n".join(shown)), spelled(story, lines[-1]), others=sorted(others))
    name = draw_name(story.rng, story.rng.choice(("male", "male", "female")))
    facts.add("signer.name", f"{grade} {name}".strip(), others=[name] if grade else [])
