"""Closed vocabularies of Vietnamese papers: a misread word comes in, the printed one goes out. The words are in `data/words.toml`."""

import tomllib
from collections.abc import Iterable
from functools import cache
from importlib.resources import files

from ocr.extraction.text import distance, is_upper, letters, squash


@cache
def words(name: str) -> tuple[str, ...]:
    """One of the lists of `data/words.toml`."""
    return tuple(_lists()[name])


def load() -> None:
    """Load the lists, before a process forks into several that will need them."""
    for name in _lists():
        _table(words(name))


@cache
def _lists() -> dict[str, list[str]]:
    return tomllib.loads(files("ocr.extraction").joinpath("data", "words.toml").read_text(encoding="utf-8"))


def nearest(text: str, entries: Iterable[str]) -> tuple[str, bool] | None:
    """The vocabulary's entry for a text and whether the letters differ; None when nothing is near or two are equally near.

    A difference of case, spaces and the place of a tone mark is none.
    """
    key = squash(text)
    table = _table(tuple(entries))
    if key in table:
        spelled = [w for w in table[key] if letters(w) == letters(text)]
        if spelled:
            return spelled[0], False
        return (table[key][0], True) if len(table[key]) == 1 else None
    limit = len(key) // 8 + (1 if len(key) >= 5 else 0)
    near = sorted((d, w[0]) for k, w in table.items() if (d := distance(key, k, limit)) <= limit) if limit else []
    if near and (len(near) == 1 or near[0][0] < near[1][0]):
        return near[0][1], True
    return None


def in_case_of(text: str, entry: str) -> str:
    """The entry in capitals if the text is."""
    return entry.upper() if is_upper(text) else entry


def family_name(word: str) -> tuple[str, bool] | None:
    """A family name as printed, a common one mended if only marks differ: `NGUYÊN` → `NGUYỄN`; None for a word that is none."""
    entries = _table(words("family_names")).get(squash(word), [])
    if any(letters(entry) == letters(word) for entry in entries):
        return word, False
    if len(entries) == 1 and entries[0] in words("common_names"):
        return (entries[0].upper() if word.isupper() else entries[0]), True
    return None


def is_unusual_name(word: str, *, first: bool) -> bool:
    """Whether a part of a name differs from a known family name (the first) or given name in marks alone: `Kiểu`, `Chỉ`.

    A family name may stand in the middle (the mother's, or one of two: `Nguyễn Tô Hà`).
    """
    known = _spellings(words("family_names") if first else (*words("name_syllables"), *words("family_names")))
    spelled = known.get(squash(word))
    return spelled is not None and letters(word) not in spelled


@cache
def _spellings(entries: tuple[str, ...]) -> dict[str, frozenset[str]]:
    return {key: frozenset(letters(entry) for entry in same) for key, same in _table(entries).items()}


@cache
def _table(entries: tuple[str, ...]) -> dict[str, list[str]]:
    table: dict[str, list[str]] = {}
    for entry in entries:
        table.setdefault(squash(entry), []).append(entry)
    return table
