"""Strings as a reader gives them: folding for comparison, bounded edit distance, tidying of values."""

import re
import unicodedata
from functools import lru_cache

_LOOK_ALIKE = str.maketrans(
    {"Ð": "Đ", "ð": "đ", "’": "'", "‘": "'", "`": "'", "´": "'", "“": '"', "”": '"', "–": "-", "—": "-"}
)
_DAGGER = re.compile(r"†(?=[^\W\dt])|(?<=[^\W\d])†")
_KEEP_OUT = re.compile(r"[^a-z0-9]+")
_LEADERS = re.compile(
    r"(?:[.…·_]\s?){3,}|[_…]+|\.{2,}|(?<!\w)([aceouns])\1{4,}(?!\w)|(?<!\w)[seo]{8,}(?!\w)"  # dots read as letters
)
_MISREAD_STROKE = re.compile(r"(?<=[^\W\d_])[IÍÌl|](?=[A-Z][a-z])")


def _stroke(match: re.Match[str]) -> str:
    """`HạngÍClass`, `SốINo`: between a small letter and an English word stood a stroke."""
    return "/" if match.string[match.start() - 1].islower() and match[0] != "l" else match[0]


def clean(text: str) -> str:
    """NFC with one space between words, Icelandic eths and curly quotes put right."""
    plain = unicodedata.normalize("NFC", text).translate(_LOOK_ALIKE)
    plain = _MISREAD_STROKE.sub(_stroke, plain)
    return " ".join(_DAGGER.sub("t", plain).split())


class _Bare(dict[int, str]):
    """Letter → the letter without marks, made when first asked for: names of all places are folded at a start."""

    def __missing__(self, letter: int) -> str:
        parts = unicodedata.normalize("NFD", chr(letter))
        self[letter] = "".join(c for c in parts if not unicodedata.combining(c)).replace("đ", "d")
        return self[letter]


_BARE = _Bare()


@lru_cache(maxsize=65536)
def fold(text: str) -> str:
    """Lower case without any mark: `Đắk R'Lấp` → `dak r'lap`. One character in, one out, for NFC letters."""
    return text.translate(_LOOK_ALIKE).casefold().translate(_BARE)


@lru_cache(maxsize=65536)
def squash(text: str) -> str:
    """Folded letters and digits alone: what labels, titles and names are compared by."""
    return _KEEP_OUT.sub("", fold(text))


def distance(one: str, other: str, limit: int) -> int:
    """Levenshtein distance, or `limit + 1` as soon as it is surely more than `limit`."""
    if one == other:
        return 0
    if abs(len(one) - len(other)) > limit or not _may_be(one, other, limit):
        return limit + 1
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        corner, row[0] = row[0], i
        for j, b in enumerate(other, 1):
            corner, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, corner + (a != b))
        if min(row) > limit:
            return limit + 1
    return min(row[-1], limit + 1)


def _may_be(one: str, other: str, limit: int) -> bool:
    """Of `limit + 1` parts of a text at least one survives `limit` edits whole (pigeonhole): a quick no for most pairs."""
    size = len(one) // (limit + 1)
    return size == 0 or any(one[i * size : (i + 1) * size] in other for i in range(limit + 1))


def alike(one: str, other: str, *, share: float = 0.15) -> bool:
    """Whether two texts are the same but for reading errors in at most `share` of the letters."""
    a, b = squash(one), squash(other)
    return distance(a, b, int(share * max(len(a), len(b)))) <= int(share * max(len(a), len(b)))


@lru_cache(maxsize=65536)
def letters(text: str) -> str:
    """Letters with their marks, case and spaces aside, tones at the word's end: `Hoà`, `Hòa` and `HÒA` are the same."""
    words = []
    for word in re.findall(r"\w+", unicodedata.normalize("NFC", text.translate(_LOOK_ALIKE)).casefold()):
        marked = unicodedata.normalize("NFD", word)
        tones = [c for c in marked if c in "\u0300\u0301\u0303\u0309\u0323"]
        words.append("".join(c for c in marked if c not in tones) + "".join(tones))
    return "".join(words)


def tidy(text: str) -> str:
    """A printed value without dot leaders and the punctuation around it, spaces put right.

    `xã Đại Đồng,huyệnĐại Lộc .....` → `xã Đại Đồng, huyện Đại Lộc`.
    """
    text = _LEADERS.sub(" ", clean(text))
    text = re.sub(r"\s+([,;.:)])", r"\1", text)
    text = re.sub(r",(?=[^\W\d_])", ", ", text)
    text = re.sub(r"(?<=[a-zà-ỹ])(?=[A-ZĐÀ-Ỹ][a-zà-ỹ])", _gap_between_words, text)
    return clean(text).strip(" .,;:|-_*\"'~=/")


def _gap_between_words(match: re.Match[str]) -> str:
    """À-Ỹ interleaves cases in Unicode, so the case is asked of the letters themselves."""
    before, after = match.string[match.start() - 1], match.string[match.start()]
    return " " if before.islower() and after.isupper() else ""


def is_upper(text: str) -> bool:
    """Whether nearly all of its letters (three at least) are capitals."""
    letters = [c for c in text if c.isalpha()]
    return len(letters) >= 3 and sum(c.isupper() for c in letters) >= 0.85 * len(letters)
