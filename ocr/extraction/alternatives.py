"""What the other reader would have made of a value: where the two read a word differently, the one not followed is kept beside it."""

from khoso.kernel.errors import Refused
from ocr.extraction.checks import normalise
from ocr.extraction.findings import Finding, bare
from ocr.extraction.sheet import Piece, joined

_MOST = 2
"""As many as a person takes in at a glance; a value with more disputed words is read again by eye."""


def alternatives_of(finding: Finding) -> tuple[str, ...]:
    """Values with one disputed word as the other reader has it, normalised like the value; each once, none like the value.

    None where the value comes from a closed vocabulary: `GIÃY PHÉP` is nothing to choose.
    """
    if finding.certain:
        return ()
    found: list[str] = []
    for place, piece in enumerate(finding.pieces):
        if piece.other and bare(piece.other) != bare(piece.text):
            said = _with(finding, place, piece)
            if said and said != finding.value and said not in found:
                found.append(said)
    return tuple(found[:_MOST])


def _with(finding: Finding, place: int, piece: Piece) -> str | None:
    mine, other = piece.text.strip(" .,;:()"), piece.other.strip(" .,;:()")
    words = finding.value.split(" ")
    at = next((i for i, word in enumerate(words) if word.strip(" .,;:()") == mine), None)
    if at is not None and other:
        return " ".join([*words[:at], words[at].replace(mine, other), *words[at + 1 :]])
    pieces = [*finding.pieces]
    try:
        if normalise("", finding.key, joined(pieces)) != finding.value:
            return None  # the value is more than its words: nobody can tell what the other word would have made of it
        before, after = joined(pieces[:place]), joined(pieces[place + 1 :])
        return normalise("", finding.key, " ".join(filter(None, (before, piece.other, after))))
    except Refused:
        return None
