"""Likeness: a document's values come in; what else may belong to the same matter goes out, each kind with its reason.

Every question carries the asker's rights, and the document itself is left out of each.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from search.asking import parse
from search.folding import tokens
from search.ports import Hit, Hits, Query, Sort

SHOWN = 5
"""Hits of one kind."""

MOST_WORDS = 12
LEAST_WORDS = 4
"""Fewer telling words are a kind of paper («xác nhận cư trú»), not what it is about."""

_TELLING = 1.0  # weight of a word that says something by itself (`asking.weight`)


@dataclass(frozen=True, slots=True)
class Alike:
    """Documents alike for one reason.

    Attributes:
        reason: `owner`, `name`, `issuer` (same type and issuer), `words` or `type`.
        query: what finds all of them, and the document itself.
        total: how many others there are.
    """

    reason: str
    query: Query
    hits: tuple[Hit, ...]
    total: int


def alike(
    document: str, document_type: str, values: Mapping[str, str], *, find: Callable[[Query], Hits]
) -> list[Alike]:
    """Others of the same person, of the same kind and agency, about the same, and of the same kind.

    A document stands under the first reason it has; a reason without any is left out.

    Args:
        values: `owner_id`, `owner_name`, `issuer`, `title`, `summary` as far as the document has them and the asker may see
            them.
        find: the index's, for the asker's eyes.

    Raises:
        Unavailable: as `find`.
    """
    asked = []
    if values.get("owner_id"):
        asked.append(("owner", Query("", owner=values["owner_id"], sort=Sort.NEWEST)))
    elif name := _plain(values.get("owner_name", "")):
        asked.append(("name", Query(f'"{name}"')))
    if values.get("issuer") and document_type:
        asked.append(("issuer", Query("", document_type=document_type, issuer=values["issuer"], sort=Sort.NEWEST)))
    said = telling(f"{values.get('title', '')} {values.get('summary', '')}")
    if len(said.split()) >= LEAST_WORDS:
        asked.append(("words", Query(said)))
    if document_type:
        asked.append(("type", Query("", document_type=document_type, sort=Sort.NEWEST)))
    found = []
    seen: set[str] = set()
    for reason, query in asked:
        hits = find(replace(query, but=document, limit=SHOWN + len(seen)))
        fresh = [hit for hit in hits.hits if hit.document not in seen][:SHOWN]
        if fresh:
            seen.update(hit.document for hit in fresh)
            found.append(Alike(reason, query, tuple(fresh), hits.total))
    return found


def telling(text: str) -> str:
    """The words of a text that say something, in order; all of them where none does. Numbers are each paper's own."""
    said = {token.plain: text[token.start : token.end] for token in tokens(text) if not token.plain.isdigit()}
    if not said:
        return ""
    weighed = {word.plain: word.weight for word in parse(" ".join(list(said.values())[:40]).replace('"', " ")).words}
    kept = [shown for plain, shown in said.items() if weighed.get(plain, 0) >= _TELLING] or list(said.values())
    return " ".join(kept[:MOST_WORDS])


def _plain(name: str) -> str:
    return " ".join(name.replace('"', " ").split())
