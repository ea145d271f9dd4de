"""Showing: a hit comes in, what the pages say of it goes out."""

from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from catalogue.models import DocumentType
from khoso.kernel.clock import today
from search.ports import Hit
from warehouse.masking import MASK, sensitive_types
from warehouse.models import State, Validity


class Names(NamedTuple):
    """What codes are called in the reader's language; of which types no picture is shown."""

    types: dict[str, str]
    sensitive: frozenset[str]
    states: dict[str, str]
    validities: dict[str, str]


def type_names() -> Names:
    """As of now."""
    return Names(
        {slug: _(name) for slug, name in DocumentType.objects.values_list("slug", "name")},
        sensitive_types(today()),
        {state.value: str(state.label) for state in State},
        {validity.value: str(validity.label) for validity in Validity},
    )


def shown_hit(hit: Hit, names: Names) -> dict[str, Any]:
    """A hit, covered before (`search.covering`), with its facts in words and its snippet in pieces."""
    kind = names.types.get(hit.document_type, "")
    return {
        "hit": hit,
        "title": hit.title or (kind if hit.number == MASK else hit.number) or kind,
        "facts": _facts(hit, names),
        "pieces": pieces(hit.snippet, hit.marks),
        "pictured": hit.document_type not in names.sensitive,  # those are opened on purpose only
        "state": names.states.get(hit.state, hit.state),
        "validity": "" if hit.validity == Validity.ACTIVE else names.validities.get(hit.validity, hit.validity),
    }


def _facts(hit: Hit, names: Names) -> str:
    day = hit.issue_date.strftime("%d/%m/%Y") if hit.issue_date else ""
    return " · ".join(
        filter(None, (hit.number, day, hit.issuer, hit.owner_name, names.types.get(hit.document_type, "")))
    )


def pieces(text: str, marks: tuple[tuple[int, int], ...]) -> list[tuple[str, bool]]:
    """A snippet cut at its marks: (text, marked)."""
    out, last = [], 0
    for start, end in marks:
        out += [(text[last:start], False), (text[start:end], True)]
        last = end
    return [piece for piece in [*out, (text[last:], False)] if piece[0]]
