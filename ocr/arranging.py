"""The order of pages cut out of captures, and which cards are whose: sources and transcripts come in, an order goes out.

Halves stand in the order in which the open book is read, whichever way it lay. Cards of one person stand together, the
side with the title first; cards of two people are two documents. Told by the numbers of twelve digits they carry, in
print, machine-readable lines and codes.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from khoso.kernel.transcript import Transcript
from ocr.extraction.codes import read_card
from ocr.extraction.mrz import read_mrz
from ocr.extraction.recognising import known_titles
from ocr.extraction.separating import separators, starts
from ocr.extraction.sheet import lay_out
from ocr.extraction.text import distance
from ocr.extraction.titles import find_title
from ocr.halves import in_reading_order
from pages.sources import PageSource

_NUMBER = re.compile(r"(?<!\d)\d{12}(?!\d)")
_DAY = re.compile(r"(?<!\d)(\d{2})/(\d{2})/(\d{4})(?!\d)")
_MISREAD = 2  # digits by which two readings of one number may differ


@dataclass(frozen=True, slots=True)
class Arrangement:
    """`order`: for each page its place (from 0) among those that came in; `firsts`: pages (from 1, in the new order)
    that begin a document; `separators`: pages that only part documents.
    """

    order: tuple[int, ...]
    firsts: tuple[int, ...]
    separators: tuple[int, ...] = ()

    @property
    def documents(self) -> tuple[tuple[int, int], ...]:
        """First and last page of each document, in the new order: from one beginning to the next, without separator sheets."""
        runs: list[tuple[int, int]] = []
        for number in range(1, len(self.order) + 1):
            if number in self.separators:
                continue
            if runs and number not in self.firsts and runs[-1][1] == number - 1:
                runs[-1] = (runs[-1][0], number)
            else:
                runs.append((number, number))
        return tuple(runs)


@dataclass(slots=True)
class _Holder:
    """Cards of one person: places of the pages, the numbers on them."""

    places: list[int]
    numbers: set[str]

    def days(self, pages: Sequence[Transcript]) -> set[str]:
        """Days printed on them, as `YYYY-MM-DD`."""
        found = (_DAY.findall(line.text) for place in self.places for line in pages[place].lines)
        return {f"{year}-{month}-{day}" for days in found for day, month, year in days}

    def knows(self, numbers: set[str]) -> bool:
        return any(distance(own, other, _MISREAD) <= _MISREAD for own in self.numbers for other in numbers)


def arrange(sources: Sequence[PageSource], pages: Sequence[Transcript], *, stack: bool) -> Arrangement:
    """Put the pages into order; `stack`: several documents may lie among them."""
    places = list(in_reading_order(sources, pages))
    holders = _holders(places, sources, pages)
    groups = _grouped(places, holders)
    order = tuple(place for group in groups for place in group)
    firsts = {1}
    at = 1
    for group in groups:
        if len(holders) > 1 and any(place in holder.places for holder in holders for place in group):
            firsts |= {at, at + len(group)}
        at += len(group)
    if stack:
        cards = {number for number, place in enumerate(order, 1) if _is_card(sources[place])}
        firsts |= set(starts([pages[place] for place in order])) - cards
    sheets = tuple(separators([pages[place] for place in order]))
    firsts |= {number + 1 for number in sheets}
    return Arrangement(order, tuple(sorted(first for first in firsts if first <= len(order))), sheets)


def _is_card(source: PageSource) -> bool:
    return source.cut is not None and source.cut.what == "card"


def _holders(places: Sequence[int], sources: Sequence[PageSource], pages: Sequence[Transcript]) -> list[_Holder]:
    """The people whose cards these are; a card without a number belongs to whoever has one side only."""
    holders: list[_Holder] = []
    without: list[int] = []
    for place in places:
        if not _is_card(sources[place]):
            continue
        numbers = numbers_on(pages[place])
        known = next((holder for holder in holders if holder.knows(numbers)), None)
        if known is not None:
            known.places.append(place)
            known.numbers |= numbers
        elif numbers:
            holders.append(_Holder([place], numbers))
        else:
            without.append(place)
    for place in without:
        born = _born(pages[place])
        near = sorted(
            holders,
            key=lambda holder: (
                born is None or born not in holder.days(pages),
                len(holder.places) > 1,
                _apart(sources[place], sources[holder.places[0]]),
            ),
        )
        if near:
            near[0].places.append(place)
    for holder in holders:
        holder.places.sort(key=lambda place: (not _has_title(pages[place]), places.index(place)))
    return holders


def _born(page: Transcript) -> str | None:
    """The day of birth in machine-readable lines."""
    mrz = read_mrz(lay_out([page])) or {}
    return mrz["person.birth_date"][0] if "person.birth_date" in mrz else None


def _apart(one: PageSource, other: PageSource) -> tuple[bool, float]:
    """How far two parts lie from each other; on different captures further than on one."""
    assert one.cut is not None and other.cut is not None  # noqa: S101, PT018 - asked of cards alone
    (x, y), (u, v) = one.cut.box.centre, other.cut.box.centre
    return (one.sheet, one.facts.number) != (other.sheet, other.facts.number), (x - u) ** 2 + (y - v) ** 2


def _grouped(places: Sequence[int], holders: Sequence[_Holder]) -> list[list[int]]:
    """Pages in their order, each person's cards where the first of them stands."""
    groups: list[list[int]] = []
    done: set[int] = set()
    for place in places:
        if place in done:
            continue
        holder = next((holder for holder in holders if place in holder.places), None)
        group = holder.places if holder else [place]
        done.update(group)
        groups.append(group)
    return groups


def numbers_on(page: Transcript) -> set[str]:
    """Numbers of twelve digits on a card, as its code, its machine-readable lines or its print have them."""
    card = read_card([(1, code) for code in page.codes])
    if "person.id_number" in card:
        return {card["person.id_number"].value}
    mrz = read_mrz(lay_out([page])) or {}
    if "person.id_number" in mrz:
        return {mrz["person.id_number"][0]}
    texts = [re.sub(r"(?<=\d)[ .](?=\d)", "", line.text) for line in page.lines]
    return {number for text in (*texts, *(code.text for code in page.codes)) for number in _NUMBER.findall(text)}


def _has_title(page: Transcript) -> bool:
    return bool(page.lines) and find_title(lay_out([page]), known_titles(), page=1) is not None
