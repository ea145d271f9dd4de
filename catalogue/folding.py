"""Names without marks, for look-ups in code tables. Search has a finer fold of its own, with a way back to the text."""

import re
import unicodedata

_UNIT_WORD = re.compile(r"^(tinh|thanh pho|quan|huyen|thi xa|phuong|xa|thi tran|dac khu)\s+(?=\S)")


class _Bare(dict[int, str]):
    """Letter → the letter without marks, made when first asked for: the lists of the country use a few hundred."""

    def __missing__(self, letter: int) -> str:
        parts = unicodedata.normalize("NFD", chr(letter))
        self[letter] = "".join(c for c in parts if not unicodedata.combining(c)).replace("đ", "d")
        return self[letter]


_BARE = _Bare()


def fold(text: str) -> str:
    """Lower case, marks off, đ → d, one space."""
    return " ".join(text.lower().translate(_BARE).split())


def bare_name(name: str) -> str:
    """A unit's folded name without its kind: `Phường Yên Hòa` → `yen hoa`; a numbered unit keeps its number alone."""
    return _UNIT_WORD.sub("", fold(name))
