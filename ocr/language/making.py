"""Makes `data/language.npz` from public lists; run when the lists change.

    python -m ocr.language.making LISTS

LISTS holds `syllables.tsv.xz`, `bigrams.tsv.xz`, `trigrams.tsv.xz` (syllables of law texts with counts),
`procedures/procedures.jsonl.xz` (names of administrative procedures and their papers), `provinces/*` (units) and
`namedb/*.txt` (given names). Only counts of short sequences are kept: facts about the language, no text.

| array | what |
|---|---|
| `words` | known words, joined by newlines, as UTF-8 bytes; the number of a word is its place |
| `ones` | for each word, its count |
| `twos`, `two_counts` | sorted keys `first * 8192 + second`, and counts |
| `threes`, `three_counts` | sorted keys `(place in twos) * 8192 + third`, and counts |
| `syllables` | all well-formed syllables, both ways of placing tones, joined by newlines |

Counts are kept as `round(16 ln count)` in a byte.
"""

import json
import lzma
import re
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np

from ocr.extraction.syllables import is_syllable
from ocr.extraction.vocabulary import words as vocabulary
from ocr.language.folding import folded

OUT = Path(__file__).parent / "data" / "language.npz"
BITS = 13  # of a word's number
FINE = 16  # steps of a count's logarithm
_LETTERS = re.compile(r"[^\W\d_]+")
_TONES = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
_VOWELS = "aăâeêioôơuưy"
_PLACE, _NAME, _PAPER = 3, 2, 1  # how often a place, a name, a paper counts
_LEAST_TWO, _LEAST_THREE = 2, 3


def build(lists: Path) -> dict[str, np.ndarray]:
    """The arrays of the data file."""
    ones, twos, threes = (_law(lists / f"{name}.tsv.xz") for name in ("syllables", "bigrams", "trigrams"))
    for text, weight in _further(lists):
        said = [folded(word) for word in _LETTERS.findall(text)]
        for length, counts in ((1, ones), (2, twos), (3, threes)):
            for i in range(len(said) - length + 1):
                counts[tuple(said[i : i + length])] += weight
    numbers = {word: number for number, (word,) in enumerate(sorted(key for key, count in ones.items() if count > 1))}
    if len(numbers) >= 1 << BITS:
        raise ValueError(f"{len(numbers)} words are too many")
    pairs = _numbered(twos, numbers, _LEAST_TWO)
    two_keys = np.array(sorted((a << BITS) | b for a, b in pairs), dtype=np.uint32)
    triples = {
        (int(np.searchsorted(two_keys, (a << BITS) | b)) << BITS) | c: count
        for (a, b, c), count in _numbered(threes, numbers, _LEAST_THREE).items()
        if (a, b) in pairs
    }
    mask = (1 << BITS) - 1
    return {
        "words": _joined(numbers),
        "ones": _logged(ones[(word,)] for word in numbers),
        "twos": two_keys,
        "two_counts": _logged(pairs[int(key) >> BITS, int(key) & mask] for key in two_keys),
        "threes": np.array(sorted(triples), dtype=np.uint32),
        "three_counts": _logged(triples[key] for key in sorted(triples)),
        "syllables": _joined(sorted(_syllables())),
    }


def _law(path: Path) -> Counter[tuple[str, ...]]:
    counts: Counter[tuple[str, ...]] = Counter()
    with lzma.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            text, _, count = line.rstrip("\n").rpartition("\t")
            counts[tuple(map(folded, text.split()))] += int(count)
    return counts


def _further(lists: Path) -> Iterator[tuple[str, int]]:
    """Phrases without punctuation, and how often each counts."""
    for row in json.loads((lists / "provinces" / "units_2026-07-25.json").read_text(encoding="utf-8")):
        yield row["FullName"], 30 * _PLACE
        for ward in row["Wards"]:
            yield ward["FullName"], _PLACE
    for row in (lists / "provinces" / "legacy_units_2025-06.csv").read_text(encoding="utf-8-sig").splitlines()[1:]:
        for name in row.split(",")[1:6:2]:
            yield name, _PLACE
    for path in sorted((lists / "namedb").glob("*.txt")):
        for name in path.read_text(encoding="utf-8").splitlines():
            yield name, _NAME
    with lzma.open(lists / "procedures" / "procedures.jsonl.xz", "rt", encoding="utf-8") as file:
        for line in file:
            row = json.loads(line)
            texts = [row["name"], row.get("field", ""), *(part["name"] for part in row["components"])]
            for phrase in (phrase for text in texts for phrase in re.split(r"[^\w\s]+|\d+", text)):
                if _is_printed(phrase):
                    yield phrase, _PAPER


def _is_printed(phrase: str) -> bool:
    """Not cut out of the middle: words grown together (`nộpa`) would teach mistakes."""
    return all(is_syllable(word) or word.isupper() for word in _LETTERS.findall(phrase))


def _numbered(counts: Counter[tuple[str, ...]], numbers: dict[str, int], least: int) -> dict[tuple[int, ...], int]:
    return {
        tuple(numbers[word] for word in key): count
        for key, count in counts.items()
        if count >= least and all(word in numbers for word in key)
    }


def _logged(counts: Iterable[int]) -> np.ndarray:
    return np.round(FINE * np.log(np.fromiter(counts, dtype=np.float64))).astype(np.uint8)


def _joined(words: Iterable[str]) -> np.ndarray:
    return np.frombuffer("\n".join(words).encode(), dtype=np.uint8)


def _syllables() -> set[str]:
    """Every onset with every rime and tone that the rules allow."""
    onsets: Sequence[str] = ["", *vocabulary("onsets")]
    found: set[str] = set()
    for rime in vocabulary("rimes"):
        for tone in _TONES:
            for at in [i for i, char in enumerate(rime) if char in _VOWELS] if tone else [0]:
                toned = unicodedata.normalize("NFC", rime[: at + 1] + tone + rime[at + 1 :]) if tone else rime
                if not _stands_right(rime, at, tone):
                    continue
                found.update(onset + toned for onset in onsets if is_syllable(onset + toned))
                found.update(word for word in (f"g{toned}", f"q{toned}") if is_syllable(word))
    return {folded(word) for word in found}


def _stands_right(rime: str, at: int, tone: str) -> bool:
    """Whether a tone may stand on this letter: on ê, ơ …; else on the last vowel before a final consonant; else on
    either of the last two, the old way or the new.
    """
    if not tone:
        return True
    vowels = [i for i, char in enumerate(rime) if char in _VOWELS]
    marked = [i for i in vowels if rime[i] in "ăâêôơư"]
    if marked:
        return at == marked[-1]
    if rime[-1] not in _VOWELS:
        return at == vowels[-1]
    return at in (vowels if len(vowels) < 3 else [vowels[1]])


def main() -> None:
    """Writes the data file."""
    arrays = build(Path(sys.argv[1]))
    OUT.parent.mkdir(exist_ok=True)
    np.savez_compressed(OUT, allow_pickle=False, **arrays)


if __name__ == "__main__":
    main()
