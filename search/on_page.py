"""A page's words in their places: text that can be selected over its image, and what a question asked for, marked."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from khoso.kernel.errors import Refused
from khoso.kernel.reasons import ReasonCode
from khoso.kernel.transcript import Box, Line
from search.asking import LEAST_PREFIX, Asked, parse
from search.folding import words
from warehouse.covering import struck_out
from warehouse.masking import open_page
from warehouse.views import shut


@dataclass(frozen=True, slots=True)
class PlacedWord:
    """A word where it stands, in pixels of the page image; `base` is where its letters stand on."""

    text: str
    x: int
    base: int
    width: int


@dataclass(frozen=True, slots=True)
class PlacedLine:
    """Words of one line, with the size of their letters."""

    size: int
    words: tuple[PlacedWord, ...]


def placed(line: Line) -> PlacedLine:
    """A line's words with the space that follows each, so that a copy has words and not one long one."""
    size = max(8, round(0.82 * line.box.height))
    drawn = [
        PlacedWord(f"{word.text} ", word.box.x0, round(word.box.y1 - 0.18 * word.box.height), word.box.width)
        for word in line.words
    ]
    return PlacedLine(size, tuple(drawn))


def marked(lines: Sequence[Line], asked: Asked) -> list[Box]:
    """Places of what was asked for.

    A word counts where it says something by itself, or stands beside another word of the question; the syllables every
    document is full of would else cover the page.
    """
    weights = {word.plain: word.weight for word in asked.words}
    growing = asked.words[-1].plain if asked.words and asked.open and len(asked.words[-1].plain) >= LEAST_PREFIX else ""
    found = []
    for line in lines:
        hits = [_weight(word.text, weights, growing) for word in line.words]
        for at, hit in enumerate(hits):
            beside = any(0 <= near < len(hits) and hits[near] for near in (at - 1, at + 1))
            if hit >= 1 or (hit and (beside or len(weights) == 1)):
                found.append(line.words[at].box)
    return found


def _weight(text: str, weights: dict[str, float], growing: str) -> float:
    """How much a word of the page says of the question, 0 if it is not asked for."""
    plain = [plain for plain, _accented in words(text)]
    return max((weights.get(word, 1.0 if growing and word.startswith(growing) else 0.0) for word in plain), default=0.0)


@login_required
@require_safe
def on_page(request: HttpRequest, pk: UUID, number: int) -> HttpResponse:
    """The words of page `number` as a layer over its image; `?q=` marks what it asks for."""
    try:
        given = open_page(request, pk, number, what=f"page/{number}/words")
    except Refused as error:
        if error.reason.code is ReasonCode.BASIS_NEEDED:
            return shut(request, pk)
        raise Http404 from None
    if number not in given.pages:
        raise Http404
    page = given.pages[number]
    lines = list(struck_out(page.lines, given.places))
    context = {
        "width": page.width,
        "height": page.height,
        "lines": [placed(line) for line in lines],
        "marks": marked(lines, _asked(request.GET.get("q", ""))),
    }
    response = render(request, "search/on_page.html", context)
    response["Cache-Control"] = given.cached(most=3600)
    return response


def _asked(typed: str) -> Asked:
    """The question; one that cannot be asked marks nothing."""
    try:
        return parse(typed)
    except Refused:
        return Asked()
