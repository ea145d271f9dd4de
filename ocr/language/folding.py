"""Words as the language model knows them: lower case, NFC, tones of `oa`, `oe`, `uy` placed the old way."""

import unicodedata
from functools import lru_cache

_NEW_TO_OLD = {
    new: old
    for news, olds in (
        ("oà oá oã oả oạ", "òa óa õa ỏa ọa"),
        ("oè oé oẽ oẻ oẹ", "òe óe õe ỏe ọe"),
        ("uỳ uý uỹ uỷ uỵ", "ùy úy ũy ủy ụy"),
    )
    for new, old in zip(news.split(), olds.split(), strict=True)
}


@lru_cache(maxsize=65536)
def bare(word: str) -> str:
    """The folded word without tones and hooks, with d for đ: what readers mix up least."""
    plain = (char for char in unicodedata.normalize("NFD", folded(word)) if not unicodedata.combining(char))
    return "".join(plain).replace("đ", "d")


@lru_cache(maxsize=65536)
def folded(word: str) -> str:
    """The word as the model knows it.

    >>> folded("HOÀ"), folded("Thuỷ"), folded("quý"), folded("hoàng")
    ('hòa', 'thủy', 'quý', 'hoàng')
    """
    word = unicodedata.normalize("NFC", word).lower()
    if word.startswith("qu"):
        return word  # the u belongs to the onset
    old = _NEW_TO_OLD.get(word[-2:])
    return word[:-2] + old if old else word
