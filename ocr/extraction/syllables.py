"""Is this a well-formed Vietnamese syllable? A cheap sign that a word was read right.

A syllable is onset + rime + tone. Rimes that end in a stop (p, t, c, ch) take only the sắc and nặng tones. Names of
other peoples (`Đắk`, `K'Long`, `B'Lao`) break the rules, so an ill-formed word is a hint, never a proof.
"""

import re
import unicodedata
from functools import lru_cache

from ocr.extraction.vocabulary import words

_TONES = {"\u0300": "huyen", "\u0301": "sac", "\u0303": "nga", "\u0309": "hoi", "\u0323": "nang"}
_ONSETS = frozenset(["", *words("onsets")])
_RIMES = frozenset(words("rimes"))
_STOPPED = re.compile(r"(?:p|t|c|ch)$")
_ONSET = re.compile(r"^(ngh|ng|nh|gh|gi|kh|ph|qu|th|tr|ch|[bcdđghklmnprstvx])?(.*)$")
_FRONT = frozenset("eêiy")


@lru_cache(maxsize=32768)
def is_syllable(word: str) -> bool:
    """Whether `word` (any case, no punctuation) could be a Vietnamese syllable; both `hoà` and `hòa` are.

    >>> is_syllable("nghiêng"), is_syllable("ngiêng"), is_syllable("hoc")
    (True, False, False)
    """
    base, tones = _without_tone(word.casefold())
    if len(tones) > 1 or not base:
        return False
    tone = tones[0] if tones else "ngang"
    return any(_fits(onset, rime, tone) for onset, rime in _splits(base))


def _without_tone(word: str) -> tuple[str, list[str]]:
    letters, tones = [], []
    for c in unicodedata.normalize("NFD", word):
        if c in _TONES:
            tones.append(_TONES[c])
        else:
            letters.append(c)
    return unicodedata.normalize("NFC", "".join(letters)), tones


def _splits(base: str) -> list[tuple[str, str]]:
    match = _ONSET.match(base)
    onset, rime = (match[1] or "", match[2]) if match else ("", base)
    splits = [(onset, rime)]
    if onset == "gi":  # gì, giêng: the i belongs to both
        splits += [("gi", "i" + rime), ("g", "i" + rime)]
    if onset == "qu":  # quốc, quyết: the u is a glide
        splits += [("qu", "u" + rime)]
    return splits


def _fits(onset: str, rime: str, tone: str) -> bool:
    if onset not in _ONSETS or rime not in _RIMES:
        return False
    if _STOPPED.search(rime) and tone not in {"sac", "nang"}:
        return False
    front = rime[0] in _FRONT
    if onset in {"k", "gh", "ngh"}:
        return front
    if onset in {"c", "ng"}:
        return not front
    return not (onset == "g" and rime[0] in "eê")


@lru_cache(maxsize=32768)
def is_word(text: str) -> bool:
    """Whether every run of letters in `text` is a syllable and nothing else but punctuation stands around it."""
    runs = re.findall(r"[^\W\d_]+", text)
    return bool(runs) and all(is_syllable(run) for run in runs)
