"""Terms: an entry comes in, every term it can be found by goes out, with the fields that hold it.

A term is a kind letter and a text. Adjacent pairs take the place of word positions: Vietnamese words are mostly two
syllables, so most phrases are one or two pairs, and a pair is one look-up where positions would be thousands.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import IntFlag

from search.folding import RUN, split, storable, tokens, words
from search.ports import Entry

LONGEST_BODY = 1_000_000
"""Letters of a full text that are searched (some 400 pages)."""

LONGEST_WHOLE = 100
"""Letters of a folded value that can be found as a whole."""

Terms = Mapping[str, int]
"""Term → the `Field`s that hold it, or-ed."""


class Field(IntFlag):
    """The fields of an entry as bits of one byte, most telling first."""

    NUMBER = 1
    NUMBERS = 2  # the other numbers, the code, the owner's id
    TITLE = 4
    OWNER = 8
    NAMES = 16
    SUMMARY = 32
    ISSUER = 64
    BODY = 128  # and the other names of places


def plain_word(plain: str) -> str:
    """Term of a word folded without tones. Words beginning with `plain` have terms beginning with this one."""
    return "f" + plain


def accented_word(accented: str) -> str:
    """Term of a word folded with tones."""
    return "a" + accented


def pair(left: str, right: str) -> str:
    """Term of two neighbouring words of one value, plain. Beginnings of `right` give beginnings of the term."""
    return f" {left} {right}"


def whole(value: str) -> str:
    """Term of a full value: its plain words joined by single spaces."""
    return "x" + value


def key(identifier: str) -> str:
    """Term of an identifier that is found whole alone: its plain words joined by single spaces."""
    return "k" + identifier


def keys_of(entry: Entry) -> list[str]:
    """The identifiers an entry is found by whole, in plain words; one without a figure could be any word."""
    folded = ([plain for plain, _ in words(text)] for text in entry.keys)
    joined = (" ".join(said) for said in folded if any(word.isdigit() for word in said))
    return [text for text in dict.fromkeys(joined) if len(text) <= LONGEST_WHOLE]


def beginnings(number: str) -> tuple[str, ...]:
    """What whole numbers begin with that begin like this one, in plain words; () if it has no letter or digit.

    Short figures forget the zeros before them, but `068` may be the beginning of a long one, which does not.
    """
    said = list(tokens(number))
    if not said:
        return ()
    before, last = [token.plain for token in said[:-1]], said[-1]
    typed = number[last.start : last.end]
    forms = [last.plain, *([typed] if typed.isascii() and typed.isdigit() else [])]
    return tuple(dict.fromkeys(" ".join((*before, form)) for form in forms))


def owner(owner_id: str) -> str:
    """Term of the owner's id, for the filter."""
    return "o" + storable(owner_id)


def values(entry: Entry) -> Iterable[tuple[Field, str]]:
    """What is searched of an entry, value by value: a phrase never crosses from one to the next."""
    yield Field.NUMBER, entry.number
    for text in (entry.code, entry.owner_id, *entry.numbers):
        yield Field.NUMBERS, text
    yield Field.TITLE, entry.title
    yield Field.OWNER, entry.owner_name
    for text in entry.names:
        yield Field.NAMES, text
    yield Field.SUMMARY, entry.summary
    if entry.issue_date:
        yield Field.SUMMARY, entry.issue_date.strftime("%d/%m/%Y")  # as people type it; on the page it is in words
    yield Field.ISSUER, entry.issuer
    for text in entry.places:
        yield (
            Field.BODY,
            text,
        )  # what a document says itself counts at least as much as what a place is called elsewhere
    yield Field.BODY, entry.body[:LONGEST_BODY]


def terms_of(entry: Entry) -> Terms:
    """Every term of an entry. A tombstone has none."""
    found: dict[str, int] = {}
    if entry.removed:
        return found
    # The body is most of it: its terms are collected at once, then the few others are or-ed in.
    bodies = []
    for field, text in values(entry):
        if field is Field.BODY:
            bodies.append(text)
            continue
        value = words(text)
        _add(found, _parts(value), int(field))
        _add(found, _whole(value), int(field))
    _add(found, map(key, keys_of(entry)), int(Field.NUMBERS))
    if entry.owner_id:
        _add(found, [owner(entry.owner_id)], int(Field.NUMBERS))
    everything = dict.fromkeys((term for text in bodies for term in _parts(words(text))), int(Field.BODY))
    for term, mask in found.items():
        everything[term] = everything.get(term, 0) | mask
    return everything


def _add(found: dict[str, int], terms: Iterable[str], mask: int) -> None:
    for term in terms:
        found[term] = found.get(term, 0) | mask


def _parts(value: Sequence[tuple[str, str]]) -> Iterator[str]:
    """The terms of the words and pairs of one value, some more than once."""
    plain = [word for word, _ in value]
    yield from map(plain_word, set(plain))
    yield from map(accented_word, {accented for _, accented in value if not accented.isdigit()})
    yield from map(pair, plain, plain[1:])


def _whole(value: Sequence[tuple[str, str]]) -> Iterator[str]:
    text = " ".join(word for word, _ in value)
    if 0 < len(text) <= LONGEST_WHOLE:
        yield whole(text)


class Phrases:
    """Finds whole phrases in entries. Make one for each question: it remembers the words it has seen.

    `asked`: plain words joined by spaces, and whether the last may be the beginning of a word.
    """

    def __init__(self, asked: Iterable[tuple[str, bool]]) -> None:
        self._needles = [(f" {phrase}" if open_end else f" {phrase} ", f" {phrase} ") for phrase, open_end in asked]
        self._folded = _Folded()

    def stand_in(self, entry: Entry) -> bool:
        """Does the entry hold each phrase side by side in one of its values?"""
        texts = ["".join(map(self._folded.__getitem__, RUN.findall(text))) + " " for _, text in values(entry)]
        keys = [
            f" {text} " for text in keys_of(entry)
        ]  # who asks for one asked for it whole: nothing else let it through
        return all(
            any(needle in text for text in texts) or any(phrase in text for text in keys)
            for needle, phrase in self._needles
        )


class _Folded(dict[str, str]):
    """Run of letters → its plain words, each with a space before it."""

    def __missing__(self, run: str) -> str:
        self[run] = "".join(f" {token.plain}" for token in split(run))
        return self[run]
