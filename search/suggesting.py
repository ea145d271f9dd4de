"""What somebody may mean while they type: values of documents they may see that hold the words typed so far."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from search.folding import words
from search.ports import Hits

MOST = 8


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A question that would find something: its text, what kind of thing it is (`type`, `number`, `name` …), and the
    document it was taken from; none where it is counted over many.
    """

    text: str
    kind: str
    document: str = ""


def suggest(typed: str, found: Hits, types: Mapping[str, str]) -> list[Suggestion]:
    """Suggestions for what was typed, likeliest first.

    A value is one when every word typed is in it, the last one perhaps as a beginning. Only what the hits and facets
    show is looked at, so nothing is suggested that the viewer may not see.

    Args:
        found: the answer to what was typed, with facets, asked as `typing`; its hits covered (`search.covering`).
        types: document type → its name in the reader's language.
    """
    asked = [plain for plain, _accented in words(typed)]
    if not asked:
        return []
    kept: dict[str, Suggestion] = {}
    for suggestion in _candidates(found, types):
        said = words(suggestion.text)
        plain = [plain for plain, _accented in said]
        if _holds(plain, asked) and plain != asked:
            kept.setdefault(" ".join(accented for _plain, accented in said), suggestion)  # An and Ân are two people
    return list(kept.values())[:MOST]


def _candidates(found: Hits, types: Mapping[str, str]) -> Iterable[Suggestion]:
    facets = found.facets
    yield from (Suggestion(hit.number, "number", hit.document) for hit in found.hits)
    yield from (Suggestion(types[slug], "type") for slug in facets.get("document_type", {}) if slug in types)
    yield from (Suggestion(hit.owner_name, "name", hit.document) for hit in found.hits)
    yield from (Suggestion(issuer, "agency") for issuer in facets.get("issuer", {}))
    yield from (Suggestion(hit.title, "title", hit.document) for hit in found.hits)


def _holds(plain: list[str], asked: list[str]) -> bool:
    whole, last = set(plain), asked[-1]
    return all(word in whole for word in asked[:-1]) and any(word.startswith(last) for word in plain)
