"""Documents of Elasticsearch: the mapping, and an entry as the words that are looked up in it.

Elasticsearch folds nothing for us: what it sees is folded (`search.folding`), and of its analysis only the standard
tokenizer is used, which every distribution has and which cuts our words at the spaces between them and nowhere else.

Two indexed texts:

- `flow`: all plain words in order, value after value with a gap between: what must match, phrases, beginnings.
- `terms`: what scores, in any order. A term is a kind, a level and folded words:

  | kind | what | levels |
  |---|---|---|
  | `w` | a plain word | 1–7, and once more 0 |
  | `a` | a word with its tones | 1–8 |
  | `p` | two neighbouring plain words; in the body only if `has_pair_term` | 1–8 |
  | `x`, `y` | a value as a whole, plain and with tones; its digest where it is long and no number | 1–7 |

  The level is a field that holds it (1 number … 7 issuer, 8 body; see `search.terms.Field`), 0 any but the body. What a
  more telling field says word for word is not said again at a level below, but for the owner's name, by which one filters.
  A score is a sum of constants: no statistics of
  the collection enter, which would move while documents arrive and would tell what others hold.

What an entry costs is above all its rare terms: each is sorted, written and merged for itself. So neighbours in the body are
found by their places in `flow`; but two kinds of pairs stand among the terms. Those with a figure, since `12` and `QĐ` are in half
of all documents and `12/QĐ` in few. And those of two words that are `EVERYWHERE`: their places are what takes longest to
look at.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from hashlib import blake2b
from itertools import chain, pairwise
from operator import itemgetter
from typing import Any

from search.answers import VALID, issuer_key
from search.folding import LONGEST_WORD, words
from search.ports import Entry
from search.snippets import REACH
from search.sorting import LAST, number_key
from search.terms import LONGEST_WHOLE, Field, keys_of, values

MAKE = 7
"""Of mapping, terms and folding together: raised by whatever changes what is stored for the same entry."""

LEVELS = {field: level for level, field in enumerate(Field, start=1)}
BODY_LEVEL = LEVELS[Field.BODY]
ANY_LEVEL = 0

EVERYWHERE = frozenset(
    "co cua va dinh quy tu duoc dong quan nhan tai cong hanh ban ve cac dung dan do nguoi trong theo".split()  # noqa: SIM905 - one string reads better than a screenful of quotes
)
"""The folded syllables said most often, each in more than nine of ten documents and three times or more in most. Their pairs
are some 20 a document; what that costs and brings: docs/decisions/0009."""

_LONGEST_NAMED = 24  # letters of a whole value that is its own term
_LONGEST_TERM = 250  # the standard tokenizer cuts at 255
_MOST_REMEMBERED = 50_000
_LONGEST_KEY = 2000  # letters of a value that is filtered by
_MARKED = "".join(
    letter
    for letter in map(chr, range(0xC0, 0x1EFA))
    if (letter.islower() and unicodedata.normalize("NFD", letter)[0] in "aeiouyd") or letter == "đ"
)
_SPELLED = "Z"
_DIGEST = "H"
_DIGITS = "0123456789"
_BODY_TONED = f"a{BODY_LEVEL}"
_AFTER_DIGITS = ":"  # a folded word is before this if it is a number
_PLAIN, _ACCENTED, _TERMS = itemgetter(0), itemgetter(1), itemgetter(2)
_SAFE = re.compile(f"[0-9a-z{_MARKED}_ ]*")

_NUMBER = {"type": "long", "index": False}  # sorted by and read, never looked up
_KEY = {"type": "keyword", "eager_global_ordinals": True}
_WORDS = {"type": "text", "analyzer": "words", "norms": False, "similarity": "boolean"}


def mapping(generation: str) -> dict[str, Any]:
    """The strict mapping; `generation` names one index for ever."""
    return {
        "dynamic": "strict",
        "_meta": {"make": MAKE, "generation": generation},
        # Kept as it was sent: leaving out what is only looked up would have the server write each document twice, since it
        # keeps the whole one as well until a merge.
        "properties": {
            "tie": _NUMBER,
            "version": _NUMBER,
            "live": {"type": "boolean"},
            "unit": {"type": "keyword"},
            "state": _KEY,
            "document_type": _KEY,
            "issuer_key": _KEY,
            "year": _KEY,
            "owner_key": {"type": "keyword", "doc_values": False},
            "keys": {"type": "keyword", "doc_values": False},
            "valid": {"type": "boolean", "doc_values": False},
            "day": {"type": "integer"},
            "oldest": _NUMBER,
            "filed": _NUMBER,
            "number_key": _NUMBER,
            "flow": _WORDS | {"index_options": "positions"},
            "terms": _WORDS | {"index_options": "docs"},
            "shown": {"type": "object", "enabled": False},
        },
    }


BUILDING = {
    "index.refresh_interval": "-1",
    "index.translog.durability": "async",
    "index.merge.policy.segments_per_tier": 24,
}
"""Of an index that is being built beside the one in use: nobody asks it, and what a crash takes is missed when it is compared."""

SETTLED = {
    "index.refresh_interval": "30s",
    "index.translog.durability": "request",
    "index.merge.policy.segments_per_tier": 4,
}
"""Of one that answers, or is about to: the same as in `settings`."""


def settings(*, shards: int) -> dict[str, Any]:
    """Settings of a new index. It is refreshed by whoever puts."""
    return {
        "number_of_shards": shards,
        "auto_expand_replicas": "0-1",
        "refresh_interval": "30s",
        # Each of a question's many terms is looked up in each segment: few segments make quick answers.
        "merge": {"policy": {"segments_per_tier": 4, "floor_segment": "64mb"}},
        "analysis": {"analyzer": {"words": {"type": "custom", "tokenizer": "standard"}}},
    }


def document_of(entry: Entry) -> dict[str, Any]:
    """The document of an entry; of a tombstone its version alone."""
    if entry.removed:
        return {"tie": tie(entry.document), "version": entry.version, "live": False}
    flow, terms = _looked_up(entry)
    day = entry.issue_date.toordinal() if entry.issue_date else 0
    found: dict[str, Any] = {
        "tie": tie(entry.document),
        "version": entry.version,
        "live": True,
        "unit": key(entry.unit),
        "valid": entry.validity == VALID,
        "day": day,
        "oldest": day or LAST,
        "filed": entry.filed,
        "number_key": number_key(entry.number) or LAST,
        "flow": flow,
        "terms": terms,
        "shown": {
            "title": entry.title,
            "number": entry.number,
            "issuer": entry.issuer,
            "owner_id": entry.owner_id,
            "owner_name": entry.owner_name,
            "summary": entry.summary,
            "issue_date": entry.issue_date.isoformat() if entry.issue_date else "",
            "validity": entry.validity,
            "code": entry.code,
            "names": entry.names,
            "numbers": entry.numbers,
            "places": entry.places,
            "body": entry.body[:REACH],
        },
    }
    if entry.keys:
        found["keys"] = [sealed(text) for text in keys_of(entry)]
    optional = {
        "state": entry.state,
        "document_type": entry.document_type,
        "issuer_key": issuer_key(entry.issuer),
        "year": str(entry.issue_date.year) if entry.issue_date else "",
        "owner_key": entry.owner_id,
    }
    return found | {name: key(value) for name, value in optional.items() if value}


def entry_of(document: str, source: Mapping[str, Any]) -> Entry:
    """What is shown of a stored document, as the entry it came from (its body cut at what snippets look at)."""
    shown = source["shown"]
    return Entry(
        document=document,
        version=source["version"],
        unit=source["unit"],
        state=source.get("state", ""),
        document_type=source.get("document_type", ""),
        title=shown["title"],
        number=shown["number"],
        issuer=shown["issuer"],
        owner_id=shown["owner_id"],
        owner_name=shown["owner_name"],
        summary=shown["summary"],
        issue_date=date.fromisoformat(shown["issue_date"]) if shown["issue_date"] else None,
        validity=shown["validity"],
        code=shown["code"],
        names=tuple(shown["names"]),
        numbers=tuple(shown["numbers"]),
        places=tuple(shown["places"]),
        filed=source["filed"],
        body=shown["body"],
    )


def tie(document: str) -> int:
    """A number of 63 bits that decides between equals: quicker to keep and to compare than the document's name."""
    return int.from_bytes(blake2b(document.encode("utf-8", "ignore"), digest_size=8).digest()) >> 1


def key(value: str) -> str:
    """A value as it is filtered by."""
    return value[:_LONGEST_KEY]


def term(kind: str, level: int, *folded: str) -> str:
    """A term of the field `terms`."""
    words = "_".join(map(safe, folded))
    return f"{kind}{level}{_named(level, words) if kind in 'xy' else words}"[:_LONGEST_TERM]


def sealed(identifier: str) -> str:
    """How an identifier that is found whole alone is kept and looked up: its plain words, unreadable."""
    return blake2b(identifier.encode("utf-8", "ignore"), digest_size=16).hexdigest()


def is_figure(word: str) -> bool:
    """Is this folded word a number?"""
    return word < _AFTER_DIGITS


def has_pair_term(left: str, right: str) -> bool:
    """Are these neighbouring folded words a term where they stand in the body as well?"""
    return is_figure(left) or is_figure(right) or (left in EVERYWHERE and right in EVERYWHERE)


def safe(word: str) -> str:
    """A folded word as the standard tokenizer leaves it whole: other scripts are spelled out letter by letter, so that
    beginnings of words give beginnings here too. Folded words have no capitals, so these can be mistaken for none.
    """
    return word if _SAFE.fullmatch(word) else _spelled_out(word)


@lru_cache(maxsize=4096)
def _spelled_out(word: str) -> str:
    return _SPELLED + _SPELLED.join(f"{ord(letter):X}" for letter in word)[: _LONGEST_TERM // 2]


def _named(level: int, value: str) -> str:
    """A whole value as it is looked up; numbers by their beginnings as well, so they stay as they are."""
    if len(value) <= _LONGEST_NAMED or level <= LEVELS[Field.NUMBERS]:
        return value
    return _DIGEST + blake2b(value.encode("utf-8", "ignore"), digest_size=8).hexdigest()


def _looked_up(entry: Entry) -> tuple[list[str], str]:
    """The fields `flow` and `terms` of a live entry."""
    flow: list[str] = []
    terms: list[str] = []
    said = "\n"  # the values outside the body so far, with tones, each on a line
    anywhere: set[str] = set()  # plain words outside the body
    toned: set[str] = set()  # words with tones, as terms of the body
    paired: set[str] = set()
    bodies: list[str] = []
    for field, text in values(entry):  # most telling first
        if field is Field.BODY:
            bodies.append(text)
            continue
        forms = _forms(text)
        bare = _chained(map(_PLAIN, forms))
        if not bare:
            continue
        plain = " ".join(bare)
        toned_words = _chained(map(_ACCENTED, forms))
        accented = " ".join(toned_words)
        flow.append(plain)
        level = LEVELS[field]
        if len(plain) <= LONGEST_WHOLE:
            terms += _wholes(level, plain, accented)
        if field is not Field.OWNER and f" {accented} " in said:
            continue
        said += f" {accented} \n"
        marked = {word for word in toned_words if word > _AFTER_DIGITS}
        pairs = {f"{left}_{right}" for left, right in pairwise(bare)}
        terms += _listed("w", level, set(bare)), _listed("a", level, marked), _listed("p", level, pairs)
        anywhere.update(bare)
        toned |= marked
        paired |= pairs
    terms.append(_listed("w", ANY_LEVEL, [word for word in anywhere if word > _AFTER_DIGITS]))
    toned = {_BODY_TONED + word for word in toned}
    for text in bodies:
        forms = _forms(text)
        bare = _chained(map(_PLAIN, forms))
        marked = set(chain.from_iterable(map(_TERMS, forms))) - toned
        pairs = _body_pairs(bare) - paired
        flow.append(" ".join(bare))
        terms += *marked, _listed("p", BODY_LEVEL, pairs)
        toned |= marked
        paired |= pairs
    joined = " ".join(filter(None, terms))
    if _SPELLED in joined:  # only words spelled out can be too long
        joined = " ".join([one[:_LONGEST_TERM] for one in joined.split(" ")])
    return flow, joined


def _listed(kind: str, level: int, words: Collection[str]) -> str:
    """The terms of one kind and level: the prefix is the separator, so that none is made by itself."""
    return f"{kind}{level}" + f" {kind}{level}".join(words) if words else ""


def _wholes(level: int, plain: str, accented: str) -> list[str]:
    """The terms of a value as a whole. Numbers are asked for without tones alone."""
    found = [f"x{level}{_named(level, plain.replace(' ', '_'))}"]
    if level > LEVELS[Field.NUMBERS] or not _holds_digits(plain):
        found.append(f"y{level}{_named(level, accented.replace(' ', '_'))}")
    return found


def _body_pairs(bare: Sequence[str]) -> set[str]:
    """Those neighbours among plain words that are terms in the body as well (`has_pair_term`)."""
    found: set[str] = set()
    rest = iter(bare)
    left = next(rest, "")
    after_common, after_figure = left in EVERYWHERE, is_figure(left)
    for word in rest:  # some 300 for each entry: each is asked about once
        common = word in EVERYWHERE
        figure = word < _AFTER_DIGITS
        if figure or after_figure or (common and after_common):
            found.add(f"{left}_{word}")
        after_common, after_figure, left = common, figure, word
    return found


def _holds_digits(text: str) -> bool:
    return any(digit in text for digit in _DIGITS)  # ten scans of a text are quicker than one look at each letter


def _forms(text: str) -> list[tuple[tuple[str, ...], ...]]:
    """The remembered forms of its pieces; a word never reaches over white space."""
    return list(map(_FORMS.__getitem__, text.split()))  # some 300 for each entry: the loop is C's


def _chained(words: Iterable[Iterable[str]]) -> list[str]:
    return list(chain.from_iterable(words))


class _Remembered(dict[str, tuple[tuple[str, ...], ...]]):
    """Piece of text between spaces → its words as they are sent: plain, with tones, and as terms of the body. Texts repeat
    their pieces, and a word that is remembered need not be hashed again.
    """

    def __missing__(self, piece: str) -> tuple[tuple[str, ...], ...]:
        folded = [(safe(plain), safe(accented)) for plain, accented in words(piece)]
        found = (
            tuple(plain for plain, _accented in folded),
            tuple(accented for _plain, accented in folded),
            tuple(_BODY_TONED + accented for _plain, accented in folded if accented > _AFTER_DIGITS),
        )
        if len(piece) <= LONGEST_WORD:
            if len(self) >= _MOST_REMEMBERED:
                self.clear()
            self[piece] = found
        return found


_FORMS = _Remembered()
