"""Spelling: a question that found nothing comes in; questions that would find something, spelt almost like it, go out.

Everything is looked up with the asker's own eyes: a word counts as known, a correction as good, only if documents they may
see have it. So no suggestion tells that others hold something, and nothing is learnt from what others search.

What is tried for a word nobody has:

- words one letter away: another, missing, too many, swapped with its neighbour;
- the word as the Telex keys that were typed with the input method switched off: `quyeets` is «quyết»;
- the word as two run together: `khaisinh` is «khai sinh».
"""

import re
import string
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import islice

from khoso.kernel.errors import Refused
from search.folding import Token, tokens
from search.ports import LONGEST_NEAR, Hits, Query

MOST = 3
"""Suggestions for one question."""

MOST_UNKNOWN = 2
"""Words of a question that are corrected; with more it is not a slip."""

MOST_ASKED = 12
"""Words of a question that are looked at."""

_OPTIONS = 4  # corrections of one word that are tried
_LEAST_PART = 2  # letters of either half of two words run together
_LOOKED_AT = 5  # hits that tell how a word is printed
_TONE_KEY = re.compile(r"^([a-z]*[aeiouy][a-z]*?)[sfrxj]?$")

Find = Callable[[Query], Hits]
Near = Callable[[str], Sequence[str]]


def variants(plain: str) -> set[str]:
    """Every text one letter away from a plain word that is looked at by `SearchIndex.near`."""
    if not (1 < len(plain) <= LONGEST_NEAR and plain.isascii() and plain.isalpha()):
        return set()
    halves = [(plain[:at], plain[at:]) for at in range(len(plain) + 1)]
    letters = string.ascii_lowercase
    found = {left + right[1:] for left, right in halves if right}
    found |= {left + right[1] + right[0] + right[2:] for left, right in halves if len(right) > 1}
    found |= {left + letter + right[1:] for left, right in halves if right for letter in letters}
    found |= {left + letter + right for left, right in halves for letter in letters}
    return found - {plain, ""}


def from_telex(plain: str) -> str:
    """A word typed in Telex keys as a plain word; the word itself if it is none."""
    match = _TONE_KEY.match(plain)
    if match is None:
        return plain
    bare = match[1].replace("dd", "d").replace("w", "")
    return re.sub(r"([aeo])\1", r"\1", bare) or plain


def corrections(query: Query, *, find: Find, near: Near) -> list[str]:
    """Words to ask instead, the most fruitful first; none if there is nothing to mend.

    Args:
        query: what found nothing, or only loosely.
        find, near: the index's, for the asker's eyes.

    Raises:
        Unavailable: as `find` and `near`.
    """
    asked = [token for token in tokens(query.words) if token.plain.isascii() and token.plain.isalpha()][:MOST_ASKED]
    look = replace(query, limit=1, facets=False, typing=False)
    unknown = [token for token in asked if len(token.plain) > 1 and not _total(find, Query(token.plain, limit=1))]
    if not 0 < len(unknown) <= MOST_UNKNOWN:
        return []
    toned = any(token.plain != token.accented for token in asked)
    tried = [query.words]
    for token in reversed(unknown):  # from the end, so that places before it stay where they are
        options = list(islice(_options(token, find, near), _OPTIONS))
        shown = [_printed(option, find) if toned else option for option in options]
        tried = [text[: token.start] + option + text[token.end :] for text in tried for option in shown]
    rated = [(_total(find, replace(look, words=text)), text) for text in tried]
    return [text for total, text in sorted(rated, key=lambda one: -one[0]) if total][:MOST]


def _options(token: Token, find: Find, near: Near) -> Iterator[str]:
    """Words, or two, that may have been meant by one nobody has."""
    telex = from_telex(token.plain)
    seen = {token.plain}
    if telex not in seen and _total(find, Query(telex, limit=1)):
        seen.add(telex)
        yield telex
    for word in near(token.plain):
        if word not in seen:
            seen.add(word)
            yield word
    for at in range(_LEAST_PART, len(token.plain) - _LEAST_PART + 1):
        pair = f"{token.plain[:at]} {token.plain[at:]}"
        if _total(find, Query(f'"{pair}"', limit=1)):
            yield pair


def _total(find: Find, query: Query) -> int:
    """How many documents have all of it."""
    try:
        found = find(query)
    except Refused:
        return 0
    return 0 if found.relaxed else found.total


def _printed(plain: str, find: Find) -> str:
    """The word, or the two, with the tones they mostly have where they are found."""
    asked = plain.split()
    seen: Counter[str] = Counter()
    for hit in find(Query(f'"{plain}"', limit=_LOOKED_AT)).hits:
        for text in (hit.title, hit.owner_name, hit.issuer, hit.snippet):
            said = list(tokens(text))
            for at in range(len(said) - len(asked) + 1):
                run = said[at : at + len(asked)]
                if [word.plain for word in run] == asked:
                    seen[text[run[0].start : run[-1].end].lower()] += 1
    return seen.most_common(1)[0][0] if seen else plain
