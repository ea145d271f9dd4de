"""Covering: hits come in, what of them this session may read goes out.

Of papers of sensitive types the index holds nothing but what names the paper itself (`search.projecting`), and of others no
value of a sensitive field. This is the second lock, for an index that is behind the catalogue: what the document's page
would cover is covered here too. Where a reason was given, what the index does not hold is filled in from the catalogue.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.http import HttpRequest

from khoso.kernel.clock import today
from search.ports import Hit
from search.snippets import CUT, Marks
from warehouse.masking import MASK, is_sensitive, is_uncovered, sensitive_types
from warehouse.models import DataRecord


def covered(request: HttpRequest, hits: Sequence[Hit]) -> list[Hit]:
    """The hits, in order, without what this session has not said a reason for. Asks the database twice for all of them."""
    return _shown(hits, lambda document: is_uncovered(request, document))


def uncovered(hits: Sequence[Hit]) -> list[Hit]:
    """The hits with everything that is known of them: for whoever sees all, at the machine itself."""
    return _shown(hits, lambda _document: True)


def _shown(hits: Sequence[Hit], opened: Callable[[UUID], bool]) -> list[Hit]:
    if not hits:
        return []
    sensitive = sensitive_types(today())
    newest: dict[str, tuple[set[str], dict[str, Any]]] = {}
    rows = DataRecord.objects.filter(document__in=[UUID(hit.document) for hit in hits]).order_by("version")
    for pk, kind, kind_read, fields in rows.values_list(
        "document_id", "document__document_type", "document_type", "fields"
    ):
        newest[str(pk)] = {kind, kind_read}, fields
    shown = []
    for hit in hits:
        kinds, fields = newest.get(hit.document, (set(), {}))
        covers = bool(sensitive & {*kinds, hit.document_type})  # the index may be behind: either is enough
        if opened(UUID(hit.document)):
            shown.append(_filled(hit, fields) if covers else hit)
        else:
            shown.append(_closed(hit, fields) if covers else _struck(hit, fields))
    return shown


def _filled(hit: Hit, fields: Mapping[str, Any]) -> Hit:
    """With what the catalogue knows and the index does not."""

    def value(name: str, known: str) -> str:
        return str(fields[name]["value"]) if name in fields else known

    return replace(
        hit,
        title=value("title", hit.title),
        number=value("number", hit.number),
        owner_name=value("owner_name", hit.owner_name),
    )


def _closed(hit: Hit, fields: Mapping[str, Any]) -> Hit:
    """Its type, its printed title, day and issuer. A paper without a title is named by its file, which may say whose it is."""
    return replace(
        hit,
        title=str(fields["title"]["value"]) if "title" in fields else "",
        number=MASK if "number" in fields or hit.number else "",
        owner_name=MASK if "owner_name" in fields or hit.owner_name else "",
        snippet="",
        marks=(),
        places=(),
    )


def _struck(hit: Hit, fields: Mapping[str, Any]) -> Hit:
    secrets = {
        " ".join(str(field.get(key) or "").split())
        for name, field in fields.items()
        if is_sensitive(name)
        for key in ("text", "value")
    }
    text, marks = struck(hit.snippet, hit.marks, secrets - {""})
    return replace(hit, snippet=text, marks=marks)


def struck(text: str, marks: Marks, secrets: Iterable[str]) -> tuple[str, Marks]:
    """A snippet with these values covered, also where its ends cut one; marks move along, those in a value are gone.

    Values are found as printed: one that the page breaks by other words between is not.
    """
    out, at, kept = "", 0, list(marks)
    moved: list[tuple[int, int]] = []
    for start, end in [*_joined(span for secret in secrets for span in _places(text, secret)), (len(text), len(text))]:
        while kept and kept[0][1] <= start:
            first, last = kept.pop(0)
            moved.append((len(out) + first - at, len(out) + last - at))
        out += text[at:start] + (MASK if start < end else "")
        while kept and kept[0][0] < end:
            kept.pop(0)
        at = end
    return out, tuple(moved)


def _places(text: str, secret: str) -> Iterator[tuple[int, int]]:
    for match in re.finditer(rf"(?<!\w){re.escape(secret)}(?!\w)", text):
        yield match.span()
    said = secret.split()
    head, tail = len(CUT) + 1, len(text) - len(CUT) - 1
    for count in range(len(said) - 1, 0, -1):
        end, begin = " ".join(said[-count:]), " ".join(said[:count])
        if text.startswith(f"{CUT} ") and re.match(rf"{re.escape(end)}(?!\w)", text[head:]):
            yield head, head + len(end)
        if text.endswith(f" {CUT}") and re.search(rf"(?<!\w){re.escape(begin)}\Z", text[:tail]):
            yield tail - len(begin), tail


def _joined(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return joined
