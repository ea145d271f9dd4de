"""Filters as people type them: one line of text comes in, what it narrows to and the words left come out.

`loại:khai sinh Nguyễn Văn An từ:2024` is a kind of paper, a day, and three words. With or without tones, in any case, a
space after the colon or none:

| typed | means |
|---|---|
| `loại:` | a document type, by the words of its name |
| `số:` | a number, side by side as typed |
| `cơ quan:` | the issuer, by words of its name |
| `chủ:` | the owner: an id, or a name side by side |
| `từ:` `đến:` | the issue date: `7/2/2025`, `2025-02-07`, `2/2025`, `2025` |

A value is what stands in quotes, else all that could be one: of a type the longest run of words that names one, of a date
or number the next piece, of a name the rest up to the next filter. What makes no sense as a value stays words: nothing that
was typed is lost, so a pasted line with a colon in it still finds its document.
"""

import re
from calendar import monthrange
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from search.folding import fold, words
from search.ports import Hits, Query

_NAMES = {"loại": "type", "số": "number", "cơ quan": "issuer", "chủ": "owner", "từ": "since", "đến": "until"}
_KEYS = {form: name for typed, name in _NAMES.items() for form in (fold(typed).accented, fold(typed).plain)}
_KEY = re.compile(rf"(?<!\w)({'|'.join(_KEYS)})\s?:\s?")
_PIECE = re.compile(r"\S+")
_QUOTED = re.compile(r'["“”„«»]([^"“”„«»]*)["“”„«»]?')
_ID = re.compile(r"\d{9,13}")
_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_MONTH = re.compile(r"(\d{1,2})[/.-](\d{4})")
_YEAR = re.compile(r"\d{4}")
_END = ",.;"


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody typed, understood.

    Attributes:
        words: for the index: what no filter took, and numbers and names as phrases.
        document_type: the slug of the type named.
        issuer: words of the issuer's name as typed; once `settled` the name of one there is.
        owner: the owner's id.
    """

    words: str
    document_type: str | None = None
    issuer: str | None = None
    owner: str | None = None
    since: date | None = None
    until: date | None = None

    @property
    def narrows(self) -> bool:
        """Was any filter typed that is more than words?"""
        return any(value is not None for value in (self.document_type, self.issuer, self.owner, self.since, self.until))

    def narrowed(self, query: Query) -> Query:
        """The query with these words and filters, once `settled`; what was typed wins over what the query had."""
        return replace(
            query,
            words=self.words,
            document_type=self.document_type or query.document_type,
            owner=self.owner or query.owner,
            issuer=self.issuer or query.issuer,
            since=self.since or query.since,
            until=self.until or query.until,
        )


def understand(typed: str, types: Mapping[str, str]) -> Typed:
    """Read the filters in a line. `types`: slug → name of every document type. Any string is safe."""
    folded = fold(typed)
    found = Typed("")
    rest: list[str] = []
    at = 0
    keys = list(_KEY.finditer(folded.accented))
    for number, match in enumerate(keys):
        start, end = folded.source(*match.span())
        if start < at:
            continue  # inside the quotes of the one before
        stop = folded.source(*keys[number + 1].span())[0] if number + 1 < len(keys) else len(typed)
        quoted = _QUOTED.match(typed, end)
        name = _KEYS[match[1]]
        if name in _ONCE and getattr(found, _ONCE[name]) is not None:
            continue  # the second of its kind stays words
        taken = _TAKE[name](found, quoted[1] if quoted else typed[end:stop], types)
        if taken is not None:
            found, words_of_it = taken
            rest += [typed[at:start], f" {words_of_it} "]
            at = quoted.end() if quoted else stop
    return replace(found, words=" ".join("".join([*rest, typed[at:]]).split()))


_Taken = tuple[Typed, str] | None
"""What is found with a value, and the words that stay; None if it is no value of this filter."""


def _type(found: Typed, value: str, types: Mapping[str, str]) -> _Taken:
    """The type named by the longest run of words at the beginning."""
    pieces = list(_PIECE.finditer(value))
    for count in range(min(len(pieces), 12), 0, -1):
        slug = type_named(value[: pieces[count - 1].end()], types)
        if slug is not None:
            return replace(found, document_type=slug), value[pieces[count - 1].end() :]
    return None


def _number(found: Typed, value: str, _types: Mapping[str, str]) -> _Taken:
    piece = _PIECE.search(value)
    if piece is None or not words(piece[0]):
        return None
    return found, f'"{_unquoted(piece[0])}"{value[piece.end() :]}'


def _issuer(found: Typed, value: str, _types: Mapping[str, str]) -> _Taken:
    return (replace(found, issuer=_unquoted(value)), "") if words(value) else None


def _owner(found: Typed, value: str, _types: Mapping[str, str]) -> _Taken:
    piece = _PIECE.search(value)
    if piece is not None and _ID.fullmatch(piece[0].rstrip(_END)):
        return replace(found, owner=piece[0].rstrip(_END)), value[piece.end() :]
    return (found, f'"{_unquoted(value)}"') if words(value) else None


def _since(found: Typed, value: str, _types: Mapping[str, str]) -> _Taken:
    piece = _PIECE.search(value)
    day = _day(piece[0].rstrip(_END), last=False) if piece else None
    return (replace(found, since=day), value[piece.end() :]) if piece and day else None


def _until(found: Typed, value: str, _types: Mapping[str, str]) -> _Taken:
    piece = _PIECE.search(value)
    day = _day(piece[0].rstrip(_END), last=True) if piece else None
    return (replace(found, until=day), value[piece.end() :]) if piece and day else None


_ONCE = {"type": "document_type", "issuer": "issuer", "owner": "owner", "since": "since", "until": "until"}
_TAKE = {"type": _type, "number": _number, "issuer": _issuer, "owner": _owner, "since": _since, "until": _until}


def type_named(text: str, types: Mapping[str, str]) -> str | None:
    """The type in whose name these words stand side by side: the whole name first, then the shortest."""
    asked = " ".join(plain for plain, _ in words(text))
    if not asked:
        return None
    if text.strip() in types:
        return text.strip()
    named = [
        (name != asked, len(name), slug)
        for slug, printed in types.items()
        for name in (" ".join(plain for plain, _ in words(printed)),)
        if f" {asked} " in f" {name} "
    ]
    return min(named)[2] if named else None


def settled(typed: Typed, ask: Callable[[Query], Hits]) -> Typed:
    """The same with the issuer found among those there are, or its words among the others. `ask` may raise."""
    if typed.issuer is None:
        return typed
    named = issuer_named(typed.issuer, ask(Query(words=typed.issuer, limit=1, facets=True)))
    if named is None:
        return replace(typed, issuer=None, words=f"{typed.words} {typed.issuer}".strip())
    return replace(typed, issuer=named)


def issuer_named(text: str, found: Hits) -> str | None:
    """The issuer meant: of those that the hits for these words have (facets), the only or the commonest that holds them."""
    asked = [plain for plain, _ in words(text)]
    for printed in found.facets.get("issuer", {}):
        held = [plain for plain, _ in words(printed)]
        if asked and all(word in held for word in asked):
            return printed
    return None


def _day(text: str, *, last: bool) -> date | None:
    """The first (or last) day of what is written; None if it is no day, month or year."""
    try:
        if match := _DAY.fullmatch(text):
            return date(int(match[3]), int(match[2]), int(match[1]))
        if match := _ISO.fullmatch(text):
            return date(int(match[1]), int(match[2]), int(match[3]))
        if match := _MONTH.fullmatch(text):
            year, month = int(match[2]), int(match[1])
            return date(year, month, monthrange(year, month)[1] if last else 1)
        if _YEAR.fullmatch(text):
            return date(int(text), 12, 31) if last else date(int(text), 1, 1)
    except ValueError:
        return None
    return None


def _unquoted(value: str) -> str:
    return re.sub('["“”„«»]', " ", value).strip()
