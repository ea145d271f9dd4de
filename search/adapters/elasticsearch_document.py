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
  | `p` | two neighbouring plain words | 1–8 |
  | `q` | the same with tones | 1–7 |
  | `x`, `y` | a value as a whole, plain and with tones | 1–7, and for 1–5 once more 0 |

  The level is the most telling field that holds it (1 number … 7 issuer, 8 body; see `search.terms.Field`), 0 any but the
  body. So each document is in one list for each word, and a score is a sum of constants: no statistics of the collection enter, which
  would move while documents arrive and would tell what others hold.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from itertools import pairwise
from typing import Any

from search.answers import VALID, issuer_key
from search.folding import LONGEST_WORD, words
from search.ports import Entry
from search.snippets import REACH
from search.sorting import LAST, number_key
from search.terms import LONGEST_WHOLE, Field, values

MAKE = 2
"""Of mapping, terms and folding together: raised by whatever changes what is stored for the same entry."""

LEVELS = {field: level for level, field in enumerate(Field, start=1)}
BODY_LEVEL = LEVELS[Field.BODY]
ANY_LEVEL = 0

_LONGEST_TERM = 250  # the standard tokenizer cuts at 255
_MOST_REMEMBERED = 50_000
_LONGEST_KEY = 2000  # letters of a value that is filtered by
_MARKED = "".join(
    letter
    for letter in map(chr, range(0xC0, 0x1EFA))
    if (letter.islower() and unicodedata.normalize("NFD", letter)[0] in "aeiouyd") or letter == "đ"
)
_SPELLED = "Z"
_SAFE = re.compile(f"[0-9a-z{_MARKED}_ ]*")

_SHOWN = {"type": "keyword", "index": False, "doc_values": False}
_KEY = {"type": "keyword", "eager_global_ordinals": True}
_WORDS = {"type": "text", "analyzer": "words", "norms": False, "similarity": "boolean"}


def mapping(generation: str) -> dict[str, Any]:
    """The strict mapping; `generation` names one index for ever."""
    return {
        "dynamic": "strict",
        "_meta": {"make": MAKE, "generation": generation},
        # What is only looked up is not kept a second time; snippets are cut from the texts as printed.
        "_source": {"excludes": ["flow", "terms"]},
        "properties": {
            "document": {"type": "keyword"},
            "version": {"type": "long"},
            "live": {"type": "boolean"},
            "unit": {"type": "keyword"},
            "state": _KEY,
            "document_type": _KEY,
            "issuer_key": _KEY,
            "year": _KEY,
            "owner_key": {"type": "keyword", "doc_values": False},
            "valid": {"type": "boolean", "doc_values": False},
            "day": {"type": "integer"},
            "oldest": {"type": "long"},
            "filed": {"type": "long"},
            "number_key": {"type": "long"},
            "flow": _WORDS | {"index_options": "positions"},
            "terms": _WORDS | {"index_options": "docs"},
            **dict.fromkeys(
                ("title", "number", "issuer", "owner_id", "owner_name", "summary", "validity", "code", "issue_date"),
                _SHOWN,
            ),
            **dict.fromkeys(("names", "numbers", "places", "body"), _SHOWN),
        },
    }


BUILDING = {
    "index.refresh_interval": "-1",
    "index.translog.durability": "async",
    "index.merge.policy.segments_per_tier": 10,
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
        return {"document": entry.document, "version": entry.version, "live": False}
    flow, terms = _looked_up(entry)
    found: dict[str, Any] = {
        "document": entry.document,
        "version": entry.version,
        "live": True,
        "unit": key(entry.unit),
        "valid": entry.validity == VALID,
        "day": entry.issue_date.toordinal() if entry.issue_date else 0,
        "oldest": entry.issue_date.toordinal() if entry.issue_date else LAST,
        "filed": entry.filed,
        "number_key": number_key(entry.number) or LAST,
        "title": entry.title,
        "number": entry.number,
        "issuer": entry.issuer,
        "owner_id": entry.owner_id,
        "owner_name": entry.owner_name,
        "summary": entry.summary,
        "validity": entry.validity,
        "code": entry.code,
        "names": list(entry.names),
        "numbers": list(entry.numbers),
        "places": list(entry.places),
        "body": entry.body[:REACH],
        "flow": flow,
        "terms": terms,
    }
    optional = {
        "state": entry.state,
        "document_type": entry.document_type,
        "issuer_key": issuer_key(entry.issuer),
        "year": str(entry.issue_date.year) if entry.issue_date else "",
        "owner_key": entry.owner_id,
        "issue_date": entry.issue_date.isoformat() if entry.issue_date else "",
    }
    return found | {name: key(value) for name, value in optional.items() if value}


def entry_of(source: dict[str, Any]) -> Entry:
    """What is shown of a stored document, as the entry it came from (its body cut at what snippets look at)."""
    issued = source.get("issue_date")
    return Entry(
        document=source["document"],
        version=source["version"],
        unit=source["unit"],
        state=source.get("state", ""),
        document_type=source.get("document_type", ""),
        title=source["title"],
        number=source["number"],
        issuer=source["issuer"],
        owner_id=source["owner_id"],
        owner_name=source["owner_name"],
        summary=source["summary"],
        issue_date=date.fromisoformat(issued) if issued else None,
        validity=source["validity"],
        code=source["code"],
        names=tuple(source["names"]),
        numbers=tuple(source["numbers"]),
        places=tuple(source["places"]),
        filed=source["filed"],
        body=source["body"],
    )


def key(value: str) -> str:
    """A value as it is filtered by."""
    return value[:_LONGEST_KEY]


def term(kind: str, level: int, *folded: str) -> str:
    """A term of the field `terms`."""
    return f"{kind}{level}{'_'.join(map(safe, folded))}"[:_LONGEST_TERM]


def safe(word: str) -> str:
    """A folded word as the standard tokenizer leaves it whole: other scripts are spelled out letter by letter, so that
    beginnings of words give beginnings here too. Folded words have no capitals, so these can be mistaken for none.
    """
    return word if _SAFE.fullmatch(word) else _spelled_out(word)


@lru_cache(maxsize=4096)
def _spelled_out(word: str) -> str:
    return _SPELLED + _SPELLED.join(f"{ord(letter):X}" for letter in word)[: _LONGEST_TERM // 2]


def _looked_up(entry: Entry) -> tuple[list[str], str]:
    """The fields `flow` and `terms` of a live entry."""
    found = list(values(entry))
    flow: list[str] = []
    best: dict[str, dict[str, int]] = {kind: {} for kind in "wapqxy"}  # kind → words → level
    for field, text in reversed(found):  # values come most telling first, so the most telling level is set last
        if field is Field.BODY:
            continue
        plain, kinds = _head_words(text)
        if plain:
            flow.append(plain)
            for kind, its_words in kinds:
                best[kind].update(dict.fromkeys(its_words, LEVELS[field]))
    flow.reverse()
    toned: set[str] = set()
    pairs: set[str] = set()
    for field, text in found:
        if field is Field.BODY:
            plain, accented = _safe_words(text)
            flow.append(plain)
            toned.update(accented.split())
            pairs.update(map("_".join, pairwise(plain.split())))
    terms = _joined(best, toned.difference(best["a"]), pairs.difference(best["p"]))
    if _SPELLED in terms:  # only words spelled out can be too long
        terms = " ".join([one[:_LONGEST_TERM] for one in terms.split(" ")])
    return flow, terms


def _joined(best: Mapping[str, Mapping[str, int]], toned: Iterable[str], pairs: Iterable[str]) -> str:
    """All terms: of the head with the best level of each, of the body the words with tones and the pairs that are new."""
    listed: dict[str, list[str]] = {}  # prefix (kind and level) → words
    for kind, levels in best.items():
        for one, level in levels.items():
            listed.setdefault(f"{kind}{level}", []).append(one)
    listed[f"w{ANY_LEVEL}"] = list(best["w"])
    for kind in "xy":
        listed[f"{kind}{ANY_LEVEL}"] = [one for one, level in best[kind].items() if level <= LEVELS[Field.NAMES]]
    listed[f"a{BODY_LEVEL}"] = list(toned)
    listed[f"p{BODY_LEVEL}"] = list(pairs)
    # The prefix is the separator: hundreds of terms are written without being made one by one.
    return " ".join([prefix + f" {prefix}".join(its_words) for prefix, its_words in listed.items() if its_words])


class _Remembered(dict[str, str]):
    """Piece of text between spaces → its folded words as they are sent. Texts repeat their pieces."""

    def __init__(self, form: int) -> None:
        self._form = form

    def __missing__(self, piece: str) -> str:
        found = " ".join(safe(word[self._form]) for word in words(piece))
        if len(piece) <= LONGEST_WORD:
            if len(self) >= _MOST_REMEMBERED:
                self.clear()
            self[piece] = found
        return found


_PLAIN, _ACCENTED = _Remembered(0), _Remembered(1)


def _safe_words(text: str) -> tuple[str, str]:
    """The words of a text with spaces between, plain and accented."""
    pieces = text.split()  # a word never reaches over white space
    return " ".join(map(_PLAIN.__getitem__, pieces)), " ".join(map(_ACCENTED.__getitem__, pieces))


def _head_words(text: str) -> tuple[str, list[tuple[str, Sequence[str]]]]:
    """The plain words of one value outside the body, and what it is looked up by: kinds of terms and their words."""
    plain, accented = _safe_words(text)
    bare, toned = plain.split(), accented.split()
    kinds: list[tuple[str, Sequence[str]]] = [
        ("w", bare),
        ("a", toned),
        ("p", list(map("_".join, pairwise(bare)))),
        ("q", list(map("_".join, pairwise(toned)))),
    ]
    value = "_".join(bare)
    if len(value) <= LONGEST_WHOLE:
        kinds += [("x", [value]), ("y", ["_".join(toned)])]
    return " ".join(bare), kinds
