"""Questions to Elasticsearch: a parsed question comes in, who matches (a filter) and what scores (clauses) go out.

The same ranking as `search.ranking`, as a sum of constants, with five liberties: of a word's fields only the best counts;
what all matches share (each word stands somewhere) is left out; of what counts little (other tones, parts of the question
that are a value) less is asked, since every clause costs each search; and a word of which one or two letters are typed is
looked for after the word before it outside the body, and in it where the pair is a term (`has_pair_term`); neighbours in the body
that are no term count where matches are not too many (`elasticsearch.BESIDE`).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any

from search.adapters.elasticsearch_document import (
    ANY_LEVEL,
    BODY_LEVEL,
    LEVELS,
    has_pair_term,
    is_figure,
    key,
    safe,
    sealed,
    term,
)
from search.answers import issuer_key
from search.asking import LEAST_PREFIX, Asked, Span, Step, Word
from search.folding import storable, words
from search.ports import Query, Viewer
from search.ranking import (
    FIELD_WEIGHTS,
    OTHER_TONES,
    RIGHT_TONES,
    SIDE_BY_SIDE,
    UNFINISHED,
    VALID_BONUS,
    WHOLE_NUMBER,
    WHOLE_PARTS,
    WHOLE_WEIGHTS,
    toned,
)
from search.terms import Field, beginnings

Clause = dict[str, Any]

_WORTH = {LEVELS[field]: float(weight) for field, weight in FIELD_WEIGHTS.items()}
_WHOLE_WORTH = {LEVELS[field]: float(weight) for field, weight in WHOLE_WEIGHTS.items()}
_HEAD = {level: worth for level, worth in _WORTH.items() if level != BODY_LEVEL}
_BODY_WORTH = float(FIELD_WEIGHTS[Field.BODY])
_HALF = Fraction(1, 2)
_NEARLY_ALL = (Fraction(3, 4), Fraction(5, 6), Fraction(11, 12))
_OWNER = LEVELS[Field.OWNER]
_HEAD_WORTH = 5.0  # of a word somewhere outside the body
_PAIR = 2
_LONG_FIGURE = 5  # digits; years and numbers of documents have fewer
_NUMBER_LEVELS = (LEVELS[Field.NUMBER], LEVELS[Field.NUMBERS])
_PART_LEVELS = [level for level in _WHOLE_WORTH if level <= LEVELS[Field.NAMES]]
_PART_WORTH = _WHOLE_WORTH[LEVELS[Field.NAMES]]


class Question:
    """One question at one step."""

    def __init__(self, asked: Asked, step: Step, *, typing: bool) -> None:
        self._asked = asked
        self._step = step
        self.grows = asked.open and (typing or step is not Step.WHOLE)
        self._last = len(asked.words) - 1
        self._total = sum(word.weight for word in asked.words)
        self._names = asked.names
        self._words_anywhere: dict[int, Clause] = {}

    @property
    def costly(self) -> bool:
        """Does it take long to find who matches: by the places of words, or by most of the words only?"""
        return self._step is Step.RELAXED or any("terms" not in clause for clause in self._phrases())

    @property
    def rare(self) -> bool:
        """Is a number, an id or a code among the words, so that hardly anything matches?"""
        if self._step is Step.RELAXED:
            return False
        words = self._asked.words
        long = any(is_figure(word.plain) and len(word.plain) >= _LONG_FIGURE for word in words)
        joined = (words[span.start : span.stop] for span in self._asked.phrases)
        return long or any(is_figure(word.plain) for said in joined for word in said)

    def matches(self) -> list[Clause]:
        """Filters that all must hold."""
        if self._step is Step.RELAXED:
            return list(self._most(_HALF))
        phrases = [clause for span in self._asked.phrases for clause in self._phrase_or_key(span)]
        inside = {at for span in self._asked.phrases for at in range(span.start, span.stop)}
        words = self._asked.words
        return [*phrases, *(self._anywhere(at) for at in range(len(words)) if at not in inside)]

    def closer(self) -> list[Clause]:
        """Filters for those of a loosened question's matches that have nearly all of it, each stricter than the one before."""
        return [{"bool": {"filter": list(self._most(part))}} for part in _NEARLY_ALL]

    def _most(self, part: Fraction) -> Iterator[Clause]:
        """More than this part of the words, by weight."""
        words = self._asked.words
        # A clause stands once for each time its word weighs what the lightest does. Weights are halves of halves
        # (`search.asking.weight`).
        least = min(word.weight for word in words)
        times = [int(word.weight / least) for word in words]
        weighed = [self._anywhere(at) for at, often in enumerate(times) for _ in range(often)]
        enough = int(len(weighed) * part) + 1
        yield from self._heaviest(times, enough)
        yield {"bool": {"should": weighed, "minimum_should_match": enough}}

    def _heaviest(self, times: Sequence[int], enough: int) -> Iterator[Clause]:
        """How many of the heaviest words a document needs even if it has all others: few have them, so few are looked at."""
        most = max(times)
        heaviest = [at for at, often in enumerate(times) if often == most]
        needed = -(-(enough - (sum(times) - most * len(heaviest))) // most)
        if needed > 0 and len(heaviest) < len(times):
            yield {"bool": {"should": [self._anywhere(at) for at in heaviest], "minimum_should_match": needed}}

    def named(self) -> list[Clause]:
        """Filters for documents whose number, owner or other name is what was asked for, or a part of it."""
        levels = [LEVELS[field] for field in (Field.NUMBER, Field.NUMBERS, Field.OWNER, Field.NAMES)]
        found = [self._of_span(span) for span in self._asked.spans]
        whole = {"terms": {"terms": [term(kind, level, *texts) for kind, texts in found for level in levels]}}
        return [whole, *self._keys(self._names)]

    def scoring(self, *, beside: bool = True) -> list[Clause]:
        """What a match scores is the sum of those of these that hold. `beside`: neighbours in the body count as well."""
        words = self._asked.words
        found: list[Clause] = []
        for at, word in enumerate(words):
            found += self._word(at, word)
        for at, (left, right) in enumerate(pairwise(words)):
            found += self._pair(at, left, right, beside=beside)
        for span in self._asked.spans:
            found += self._whole(span)
        found += [_worth(clause, _WHOLE_WORTH[LEVELS[Field.NUMBERS]]) for clause in self._keys(self._names)]
        return found

    def _keys(self, spans: Iterable[Span]) -> list[Clause]:
        """Documents with an identifier that is one of these; nothing to look for where there is none."""
        texts = [sealed(self._asked.text(span)) for span in spans]
        return [{"terms": {"keys": texts}}] if texts else []

    def _keys_over(self, start: int, stop: int) -> list[Clause]:
        """Documents with an identifier asked for whole of which these words are a part."""
        return self._keys(span for span in self._names if span.start <= start and stop <= span.stop)

    def _anywhere(self, at: int) -> Clause:
        """The word in any field; asked for again and again where most of the words are."""
        if at not in self._words_anywhere:
            self._words_anywhere[at] = self._in_any_field(at)
        return self._words_anywhere[at]

    def _in_any_field(self, at: int) -> Clause:
        word = self._asked.words[at]
        found: list[Clause] = [{"term": {"flow": safe(word.plain)}}, *self._keys_over(at, at + 1)]
        if self.grows and at == self._last:
            found += self._begun(at)
        return _any(found)

    def _begun(self, at: int) -> list[Clause]:
        """Words beginning like this one; one or two letters tell something only after the word before."""
        word = self._asked.words[at]
        if len(word.plain) >= LEAST_PREFIX:
            return [{"prefix": {"flow": safe(word.plain)}}]
        if not at:
            return []
        before = self._asked.words[at - 1]
        return [_beginning(term("p", level, before.plain, word.plain)) for level in LEVELS.values()]

    def _phrases(self) -> list[Clause]:
        return [clause for span in self._asked.phrases for clause in self._phrase(span)]

    def _phrase_or_key(self, span: Span) -> list[Clause]:
        phrase, keys = list(self._phrase(span)), self._keys_over(span.start, span.stop)
        return [_any([{"bool": {"filter": phrase}}, *keys])] if keys and phrase else phrase

    def _phrase(self, span: Span) -> Iterator[Clause]:
        """Pairs that are terms, which leave few to look at, and for whatever they do not tell the words' places."""
        words = self._asked.words[span.start : span.stop]
        told = len(words) == _PAIR
        for at, (left, right) in enumerate(pairwise(words), start=span.start):
            begins = self.grows and at + 1 == self._last
            if self._told(left, right, begins=begins) or (begins and len(right.plain) < LEAST_PREFIX):
                pairs = [term("p", level, left.plain, right.plain) for level in LEVELS.values()]
                yield _any([_beginning(pair) for pair in pairs]) if begins else {"terms": {"terms": pairs}}
            else:
                told = False
        if told:
            return
        text = " ".join(safe(word.plain) for word in words)
        if not (self.grows and span.stop == self._last + 1):
            yield {"match_phrase": {"flow": text}}
        elif len(words[-1].plain) >= LEAST_PREFIX:
            yield {"match_phrase_prefix": {"flow": {"query": text, "max_expansions": 1000}}}
        elif len(words) > _PAIR:
            yield {"match_phrase": {"flow": text.rpartition(" ")[0]}}

    def _word(self, at: int, word: Word) -> Iterator[Clause]:
        share = word.weight / self._total
        grows = self.grows and at == self._last
        whole = list(self._finished(word, share, everywhere=grows or self._step is Step.RELAXED))
        if not grows:
            yield from whole
            return
        # A word that is there whole is not worth more for beginning like itself.
        begun = [_worth(clause, share * UNFINISHED * worth) for clause, worth in self._begun_by_level(at)]
        yield {"dis_max": {"queries": [{"bool": {"should": whole}}, *begun]}}

    def _finished(self, word: Word, share: float, *, everywhere: bool) -> Iterator[Clause]:
        """The word itself, by its best field; `everywhere`: not all matches have it, so that having it counts too."""
        toned = word.accented is not None
        if everywhere:
            yield _worth({"term": {"flow": safe(word.plain)}}, share * _BODY_WORTH * (OTHER_TONES if toned else 1))
        if toned:
            # Among documents with other tones it is enough to know whether the word stands outside the body.
            yield _worth(_term(term("w", ANY_LEVEL, word.plain)), share * OTHER_TONES * _HEAD_WORTH)
        if word.accented is not None:
            yield _best(
                [_worth(_term(term("a", level, word.accented)), share * worth) for level, worth in _WORTH.items()]
            )
        else:
            yield _best(
                [
                    _worth(_term(term("w", level, word.plain)), share * (worth - _BODY_WORTH))
                    for level, worth in _HEAD.items()
                ]
            )

    def _begun_by_level(self, at: int) -> Iterator[tuple[Clause, float]]:
        word = self._asked.words[at]
        if len(word.plain) < LEAST_PREFIX and not at:
            return
        for level, worth in _WORTH.items():
            if len(word.plain) < LEAST_PREFIX:
                yield _beginning(term("p", level, self._asked.words[at - 1].plain, word.plain)), worth
            elif level == BODY_LEVEL:
                yield {"prefix": {"flow": safe(word.plain)}}, worth
            else:
                yield _beginning(term("w", level, word.plain)), worth

    def _pair(self, at: int, left: Word, right: Word, *, beside: bool) -> Iterator[Clause]:
        share = SIDE_BY_SIDE * (left.weight + right.weight) / 2 / self._total
        begins = self.grows and at + 1 == self._last
        found = []
        # Of a phrase every match has them side by side somewhere, which is not looked for twice.
        shared = self._step is not Step.RELAXED and any(
            span.start <= at and at + 1 < span.stop for span in self._asked.phrases
        )
        for level, value in _HEAD.items():
            worth = value - _BODY_WORTH if shared else value
            pair = term("p", level, left.plain, right.plain)
            clauses = [_beginning(pair) if begins else _term(pair)]
            toned = (word.accented for word in ((left,) if begins else (left, right)))
            clauses += [_term(term("a", level, accented)) for accented in toned if accented is not None]
            found.append(_worth({"bool": {"filter": clauses}} if len(clauses) > 1 else clauses[0], share * worth))
        # In the body tones are told by the words alone: both there with the right ones outweighs any pair without.
        if not shared and self._told(left, right, begins=begins):
            pair = term("p", BODY_LEVEL, left.plain, right.plain)
            found.append(_worth(_beginning(pair) if begins else _term(pair), share * _BODY_WORTH))
        elif not shared and beside and not begins:
            neighbours = {"match_phrase": {"flow": f"{safe(left.plain)} {safe(right.plain)}"}}
            found.append(_worth(neighbours, share * _BODY_WORTH))
        yield _best(found)

    def _told(self, left: Word, right: Word, *, begins: bool) -> bool:
        """Do terms tell of every place where these are neighbours? Of words that only begin like the right one, if a
        figure is among them: others may go on in any way.
        """
        figures = is_figure(left.plain) or is_figure(right.plain)
        return figures or (not begins and has_pair_term(left.plain, right.plain))

    def _whole(self, span: Span) -> Iterator[Clause]:
        words = self._asked.words[span.start : span.stop]
        share = 1.0 if span.strict else sum(word.weight for word in words) / self._total
        kind, texts = self._of_span(span)
        if not span.strict and span.stop - span.start < len(self._asked.words):
            # There are many parts of a question: it is asked whether one is some number, title or name, and which.
            any_level = [term(kind, level, *texts) for level in _PART_LEVELS]
            yield _worth({"terms": {"terms": any_level}}, share * _PART_WORTH)
            for level in (LEVELS[Field.TITLE], LEVELS[Field.OWNER]):
                yield _worth(_term(term(kind, level, *texts)), share * (_WHOLE_WORTH[level] - _PART_WORTH))
            return
        yield _best([_worth(_term(term(kind, level, *texts)), share * worth) for level, worth in _WHOLE_WORTH.items()])

    def _of_span(self, span: Span) -> tuple[str, list[str]]:
        """Kind and words of the term of a value that is these words."""
        words = self._asked.words[span.start : span.stop]
        toned = any(word.accented is not None for word in words)
        return "y" if toned else "x", [(word.accented if toned else None) or word.plain for word in words]


def visible(query: Query, viewer: Viewer) -> list[Clause]:
    """Who the viewer may see and the filters let through. Tombstones have nothing a word could match."""
    found: list[Clause] = []
    if viewer.units is not None:
        seen = [_is_in("unit", viewer.units)]
        if viewer.granted:
            seen.append({"ids": {"values": sorted(key(storable(name)) for name in viewer.granted)}})
        found.append(_any(seen))
    issuer = None if query.issuer is None else issuer_key(query.issuer)
    for name, value in (("document_type", query.document_type), ("state", query.state), ("issuer_key", issuer)):
        if value:
            found.append(_is(name, value))
        elif value is not None:
            found.append({"bool": {"must_not": {"exists": {"field": name}}}})
    found += _named(query)
    if query.but is not None:
        found.append({"bool": {"must_not": {"ids": {"values": [key(storable(query.but))]}}}})
    if query.since is not None or query.until is not None:
        span = {"gte": query.since.toordinal() if query.since else 1}
        if query.until:
            span["lte"] = query.until.toordinal()
        found.append({"range": {"day": span}})
    return found


def _named(query: Query) -> list[Clause]:
    """The filters by who and which paper it is."""
    found: list[Clause] = []
    if query.owner is not None:
        named = " ".join(plain for plain, _ in words(query.owner))
        found.append(_any([_is("owner_key", query.owner), {"terms": {"keys": [sealed(named)]}}]))
    if query.number is not None:
        said = beginnings(query.number)
        begun = [_beginning(term("x", level, *text.split())) for text in said for level in _NUMBER_LEVELS]
        found.append(_any([*begun, {"terms": {"keys": [sealed(text) for text in said]}}]))
    if query.owner_name is not None:
        name = [plain for plain, _ in words(query.owner_name)]
        # Neighbours stand for a phrase, as in the embedded index: names are too short to tell the two apart.
        owned = [term("p", _OWNER, *pair) for pair in pairwise(name)] or [term("w", _OWNER, word) for word in name]
        found += map(_term, owned) if owned else [{"match_none": {}}]
    return found


def favour(query: Query) -> list[Clause]:
    """What a document scores for being what the filters name (`ranking.favour`)."""
    found: list[Clause] = []
    if query.number is not None:
        for text in beginnings(query.number):
            numbers = [term("x", level, *text.split()) for level in _NUMBER_LEVELS]
            entire = _any([{"terms": {"terms": numbers}}, {"terms": {"keys": [sealed(text)]}}])
            found += [
                _worth(entire, WHOLE_NUMBER),
                _worth(_any([_beginning(f"{number}_") for number in numbers]), WHOLE_PARTS),
            ]
    if query.owner_name is not None and toned(query.owner_name):
        letters = [accented for _, accented in words(query.owner_name) if not is_figure(accented)]
        right = [_term(term("a", _OWNER, accented)) for accented in letters] or [{"match_none": {}}]
        found.append(_worth({"bool": {"filter": right}}, RIGHT_TONES))
    return found


def standing() -> Clause:
    """What a document scores by itself; of equals the newer is first, by the order of hits."""
    return _worth({"term": {"valid": True}}, VALID_BONUS)


def _is(field: str, value: str) -> Clause:
    return {"term": {field: key(storable(value))}}


def _is_in(field: str, values: frozenset[str]) -> Clause:
    return {"terms": {field: sorted(key(storable(value)) for value in values)}}


def _term(text: str) -> Clause:
    return {"term": {"terms": text}}


def _beginning(text: str) -> Clause:
    return {"prefix": {"terms": text}}


def _any(clauses: list[Clause]) -> Clause:
    return {"bool": {"should": clauses}} if len(clauses) > 1 else clauses[0]


def _best(clauses: list[Clause]) -> Clause:
    """What counts is the best of these that hold."""
    return {"dis_max": {"queries": clauses}}


def _worth(clause: Mapping[str, Any], boost: float) -> Clause:
    return {"constant_score": {"filter": clause, "boost": round(boost, 6)}}
