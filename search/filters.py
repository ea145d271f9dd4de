"""Filters as people type them: one line of text comes in, what it narrows to and the words left come out.

`loại:khai sinh Nguyễn Văn An từ:2024` is a kind of paper, a day, and three words. With or without tones, in any case, a
space after the colon or none:

| typed | means |
|---|---|
| `loại:` | a document type, by the words of its name; or a kind of administrative document (`tờ trình`), which stays words too |
| `số:` | a number, code or id, whole or its beginning |
| `cơ quan:` | the issuer, by words of its name |
| `chủ:` | the owner: an id, or words of the name side by side |
| `từ:` `đến:` | the issue date: `7/2/2025`, `2025-02-07`, `2/2025`, `2025` |

A value is what stands in quotes, else all that could be one: of a type the longest run of words that names one, of a date
or number the next piece, of a name the rest up to the next filter. Within quotes that were closed nothing is a filter.

What makes no sense as a value is either `wrong` (somebody meant a filter: it follows its colon at once, or has a figure where
a day is asked for) and nothing may be shown as if it had narrowed anything; or it stays words, and `lost` tells so: a pasted
line with a colon in it still finds its document.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from khoso.kernel.errors import Refused
from khoso.kernel.reasons import ReasonCode
from ocr.extraction.identifiers import KINDS
from search.asking import MOST_LETTERS
from search.days import day_named
from search.folding import fold, words
from search.ports import Hits, Query

_NAMES = {"loại": "type", "số": "number", "cơ quan": "issuer", "chủ": "owner", "từ": "since", "đến": "until"}
_KEYS = {form: name for typed, name in _NAMES.items() for form in (fold(typed).accented, fold(typed).plain)}
_KEY = re.compile(rf"(?<!\w)({'|'.join(_KEYS)})\s?:\s?")
_PIECE = re.compile(r"\S+")
_GROUPS = re.compile(r"\s*(\d{3,}(?: \d{3,})+)(?!\S)")
_SERIAL = re.compile(r"\s*([^\W\d_]{1,3} \d{4,})(?!\S)")
_SPACED = re.compile(r"\s*(\S+(?:\s*/\s*\S+|\s+[-–]\s+\S+)*)")
_JOINTS = re.compile(r"\s*([/–-])\s*")
_QUOTED = re.compile(r'["“”„«»]([^"“”„«»]*)["“”„«»]?')
_CLOSED = re.compile(r'["“”„«»][^"“”„«»]*["“”„«»]')
_ID = re.compile(r"[A-Za-z]{0,2}\d{6,13}|\d{10}-\d{3}")
"""A personal id, a passport, a tax code, one of a branch."""
_ID_LENGTHS = frozenset({9, 10, 12, 13})
_END = ",.;"
LEADS = {"number": "số:", "name": "chủ:"}
"""What stands before a suggested value of a filter being typed."""
LETTER = "administrative_document"
_KINDS = frozenset(" ".join(plain for plain, _ in words(kind)) for kind in KINDS)
_LONGEST_TOLD = 60


@dataclass(frozen=True, slots=True)
class Wrong:
    """A filter somebody meant whose value is none: `name` as in `Query` (`document_type`, `since`, `until`), `value` as typed."""

    name: str
    value: str

    def refused(self) -> Refused:
        """What is said of it."""
        code = ReasonCode.NO_SUCH_TYPE if self.name == "document_type" else ReasonCode.NO_SUCH_DAY
        return Refused(code, value=self.value[:_LONGEST_TOLD])


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody typed, understood.

    Attributes:
        words: for the index: what no filter took.
        document_type: the slug of the type named.
        number: as typed.
        issuer: words of the issuer's name as typed; once `settled` the name of one there is.
        owner: the owner's id, or words of the name (`owner_of` tells which).
        wrong: filters that were meant and have no value; their text is in no other part.
        lost: what looks like a filter and stays words.
    """

    words: str
    document_type: str | None = None
    number: str | None = None
    issuer: str | None = None
    owner: str | None = None
    since: date | None = None
    until: date | None = None
    wrong: tuple[Wrong, ...] = ()
    lost: tuple[str, ...] = ()

    @property
    def narrows(self) -> bool:
        """Was any filter typed that is more than words?"""
        filters = (self.document_type, self.number, self.issuer, self.owner, self.since, self.until)
        return any(value is not None for value in filters)

    @property
    def alone(self) -> tuple[str, str] | None:
        """The value of a number or owner that is all that was typed, with its kind of suggestion; None otherwise."""
        rest = (self.words, self.document_type, self.issuer, self.since, self.until, self.wrong, self.lost)
        if any(rest) or (self.number is None) == (self.owner is None):
            return None
        return ("number", self.number) if self.number is not None else ("name", self.owner or "")

    def narrowed(self, query: Query) -> Query:
        """The query with these words and filters, once `settled`; what was typed wins over what the query had.

        Raises:
            Refused: a filter was meant that has no value, or the first day is after the last.
        """
        for wrong in self.wrong:
            raise wrong.refused()
        narrowed = replace(
            query,
            words=self.words,
            document_type=self.document_type or query.document_type,
            number=self.number or query.number,
            issuer=self.issuer or query.issuer,
            since=self.since or query.since,
            until=self.until or query.until,
        )
        return in_order(narrowed if self.owner is None else owned(narrowed, self.owner))


def in_order(query: Query) -> Query:
    """The query.

    Raises:
        Refused: its first day is after its last.
    """
    if query.since and query.until and query.since > query.until:
        raise Refused(ReasonCode.DAYS_REVERSED, since=f"{query.since:%d/%m/%Y}", until=f"{query.until:%d/%m/%Y}")
    return query


def owned(query: Query, owner: str) -> Query:
    """The query narrowed to an owner: by the id where what was said looks like one, else by the name."""
    joined = "".join(owner.split())
    if _ID.fullmatch(joined):
        return replace(query, owner=joined, owner_name=None)
    return replace(query, owner=None, owner_name=owner)


def understand(typed: str, types: Mapping[str, str]) -> Typed:
    """Read the filters in a line. `types`: slug → name of every document type. Any string is safe; one too long to be
    asked is all words.
    """
    if len(typed) > MOST_LETTERS:
        return Typed(" ".join(typed.split()))
    folded = fold(typed)
    found = Typed("")
    rest: list[str] = []
    at = 0
    keys = list(_KEY.finditer(folded.accented))
    shut = [match.span() for match in _CLOSED.finditer(typed)]
    for number, match in enumerate(keys):
        start, end = folded.source(*match.span())
        if start < at or any(first < start < last for first, last in shut):
            continue  # inside the quotes of the one before, or of words
        stop = folded.source(*keys[number + 1].span())[0] if number + 1 < len(keys) else len(typed)
        quoted = _QUOTED.match(typed, end)
        name = _KEYS[match[1]]
        if getattr(found, _FIELDS[name]) is not None:
            found = replace(found, lost=(*found.lost, _told(typed[start : quoted.end() if quoted else stop])))
            continue  # the second of its kind stays words
        value = quoted[1] if quoted else typed[end:stop]
        taken = (_whole_number if quoted and name == "number" else _TAKE[name])(found, value, types)
        if taken is None:
            if not (words(value) and (quoted or _meant(name, value, attached=not typed[end - 1 : end].isspace()))):
                found = replace(found, lost=(*found.lost, _told(typed[start : quoted.end() if quoted else stop])))
                continue
            taken = _wrong(found, name, value, whole=bool(quoted))
        found, words_of_it = taken
        rest += [typed[at:start], f" {words_of_it} "]
        at = quoted.end() if quoted else stop
    return replace(found, words=" ".join("".join([*rest, typed[at:]]).split()))


_Taken = tuple[Typed, str] | None
"""What is found with a value, and the words that stay; None if it is no value of this filter."""


def _type(found: Typed, value: str, types: Mapping[str, str]) -> _Taken:
    """The type named by the longest run of words at the beginning; one word of several only if it is a name by itself."""
    pieces = list(_PIECE.finditer(value))
    for count in range(min(len(pieces), 12), 0, -1):
        text, rest = value[: pieces[count - 1].end()], value[pieces[count - 1].end() :]
        slug = type_named(text, types)
        if slug is not None and (
            count > 1 or len(pieces) == 1 or text.strip() == slug or _is_a_name(text, types[slug])
        ):
            return replace(found, document_type=slug), rest
        if _plain(text) in _KINDS and LETTER in types:
            return replace(found, document_type=LETTER), f'"{_unquoted(text)}" {rest}'
    return None


def _is_a_name(text: str, printed: str) -> bool:
    """Is this one of the names a type has: «đơn» of «Tờ khai, đơn»?"""
    return _plain(text) in {_plain(name) for name in re.split("[,/()]", printed)}


def _plain(text: str) -> str:
    return " ".join(plain for plain, _ in words(text))


def _number(found: Typed, value: str, _types: Mapping[str, str]) -> _Taken:
    taken = _grouped(value)
    if taken is None:
        match = _SERIAL.match(value) or _SPACED.match(value)
        taken = None if match is None else (match[1], value[match.end() :])
    if taken is None or not words(taken[0]):
        return None
    number = _JOINTS.sub(r"\1", _unquoted(taken[0]).strip(_END))
    return replace(found, number=number), taken[1]


def _whole_number(found: Typed, value: str, _types: Mapping[str, str]) -> _Taken:
    return (replace(found, number=" ".join(value.split())), "") if words(value) else None


def _issuer(found: Typed, value: str, _types: Mapping[str, str]) -> _Taken:
    return (replace(found, issuer=_unquoted(value)), "") if words(value) else None


def _owner(found: Typed, value: str, _types: Mapping[str, str]) -> _Taken:
    taken = _grouped(value)
    piece = _PIECE.search(value)
    if taken is None and piece is not None and _ID.fullmatch(piece[0].rstrip(_END)):
        taken = piece[0].rstrip(_END), value[piece.end() :]
    if taken is None:
        taken = " ".join(_unquoted(value).split()).rstrip(_END), ""
    return (replace(found, owner=taken[0]), taken[1]) if words(taken[0]) else None


def _grouped(value: str) -> tuple[str, str] | None:
    """An id typed in groups of figures, and what follows it."""
    match = _GROUPS.match(value)
    joined = match[1].replace(" ", "") if match else ""
    return (joined, value[match.end() :]) if match and len(joined) in _ID_LENGTHS else None


def _since(found: Typed, value: str, _types: Mapping[str, str]) -> _Taken:
    piece = _PIECE.search(value)
    day = day_named(piece[0].rstrip(_END)) if piece else None
    return (replace(found, since=day), value[piece.end() :]) if piece and day else None


def _until(found: Typed, value: str, _types: Mapping[str, str]) -> _Taken:
    piece = _PIECE.search(value)
    day = day_named(piece[0].rstrip(_END), last=True) if piece else None
    return (replace(found, until=day), value[piece.end() :]) if piece and day else None


def _meant(name: str, value: str, *, attached: bool) -> bool:
    """Is a value that is none one that somebody meant? «từ:hôm» and «từ: 31/02» are, «Gửi đến: Ủy ban» is not."""
    if name not in _CHECKED:
        return False
    piece = _PIECE.search(value)
    return attached or (name != "type" and piece is not None and any(letter.isdigit() for letter in piece[0]))


def _wrong(found: Typed, name: str, value: str, *, whole: bool) -> tuple[Typed, str]:
    """Of a day the next piece is told, of a type all of it: nobody can say where its name ends."""
    piece = _PIECE.search(value)
    if name == "type" or whole or piece is None:
        return replace(found, wrong=(*found.wrong, Wrong(_FIELDS[name], " ".join(value.split())))), ""
    return replace(found, wrong=(*found.wrong, Wrong(name, piece[0].rstrip(_END)))), value[piece.end() :]


def _told(text: str) -> str:
    return " ".join(text.split())[:_LONGEST_TOLD]


_FIELDS = {
    "type": "document_type", "number": "number", "issuer": "issuer", "owner": "owner", "since": "since", "until": "until",
}  # fmt: skip
_CHECKED = frozenset({"type", "since", "until"})
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
        lost = (*typed.lost, _told(f"cơ quan: {typed.issuer}"))
        return replace(typed, issuer=None, words=f"{typed.words} {typed.issuer}".strip(), lost=lost)
    return replace(typed, issuer=named)


def issuer_named(text: str, found: Hits) -> str | None:
    """The issuer meant: of those that the hits for these words have (facets), the only or the commonest that holds them."""
    asked = [plain for plain, _ in words(text)]
    for printed in found.facets.get("issuer", {}):
        held = [plain for plain, _ in words(printed)]
        if asked and all(word in held for word in asked):
            return printed
    return None


def _unquoted(value: str) -> str:
    return re.sub('["“”„«»]', " ", value).strip()
