"""Names a paper prints twice: where one print was misread into what is no Vietnamese, the other one spells it."""

from collections.abc import Iterator
from dataclasses import replace

from ocr.extraction import vocabulary
from ocr.extraction.findings import Finding
from ocr.extraction.form import Draft
from ocr.extraction.sheet import Piece, Segment
from ocr.extraction.syllables import is_word
from ocr.extraction.text import distance, squash

_MISREAD = 2  # letters by which two prints of one name may differ
_SURE = 0.7  # of each word of the other print


def respelled(draft: Draft, findings: dict[str, Finding]) -> None:
    """Names with a word that is no syllable, as the same name stands elsewhere: `DUUNG QUỲNH HIẾU` under `đề nghị của bà Dương Quỳnh Hiếu`.

    A person looks all the same: the two prints say different things.
    """
    for key, finding in list(findings.items()):
        words = finding.value.split()
        if not key.endswith((".name", ".head")) or finding.source != "ocr" or len(words) < 2:
            continue
        if all(is_word(word) or len(word) < 2 or "'" in word for word in words):
            continue
        own = {id(piece) for piece in finding.pieces}
        others = {
            name
            for segment in draft.sheet.segments
            if own.isdisjoint(map(id, segment.pieces))
            for name in _names(segment, len(words))
            if distance(squash(name), squash(finding.value), _MISREAD) <= _MISREAD
        }
        if len({squash(name) for name in others}) == 1:
            value = vocabulary.in_case_of(finding.value, min(others, key=lambda n: n.isupper()))
            findings[key] = replace(finding, value=value).doubted("disagrees_with:repeated")


def _names(segment: Segment, count: int) -> Iterator[str]:
    """Runs of so many words of a segment that could be a person's name, read surely."""
    for start in range(len(segment.pieces) - count + 1):
        pieces = segment.pieces[start : start + count]
        words = [piece.text.strip(" .,;:()") for piece in pieces]
        if all(_is_part(word, piece) for word, piece in zip(words, pieces, strict=True)) and (
            vocabulary.family_name(words[0]) == (words[0], False)
        ):
            yield " ".join(words)


def _is_part(word: str, piece: Piece) -> bool:
    return word[:1].isupper() and word.isalpha() and is_word(word) and piece.confidence >= _SURE
