"""Names without marks, for look-ups in code tables. Search has a finer fold of its own, with a way back to the text."""

import re
import unicodedata

_UNIT_WORD = re.compile(r"^(tinh|thanh pho|quan|huyen|thi xa|phuong|xa|thi tran|dac khu)\s+(?=\S)")


def fold(text: str) -> str:
    """Lower case, marks off, đ → d, one space."""
    bare = "".join(c for c in unicodedata.normalize("NFD", text.lower()) if not unicodedata.combining(c))
    return " ".join(bare.replace("đ", "d").split())


def bare_name(name: str) -> str:
    """A unit's folded name without its kind: `Phường Yên Hòa` → `yen hoa`; a numbered unit keeps its number alone."""
    return _UNIT_WORD.sub("", fold(name))
