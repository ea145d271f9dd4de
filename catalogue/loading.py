"""Loads the code tables shipped with the product. Running it twice changes nothing the second time."""

import json
from importlib import resources
from typing import Any

from django.db import transaction

from catalogue.models import DocumentType


@transaction.atomic
def load() -> int:
    """Bring shipped rows in; rows of other dates stay as they are.

    Returns:
        How many rows were new or changed.
    """
    rows: list[dict[str, Any]] = json.loads(
        resources.files("catalogue").joinpath("data/document_types.json").read_text(encoding="utf-8")
    )
    before = {(row.slug, row.valid_from.isoformat()): row for row in DocumentType.objects.all()}
    changed = 0
    for row in rows:
        known = before.get((row["slug"], row["valid_from"]))
        values = {name: value for name, value in row.items() if name not in {"slug", "valid_from", "valid_to"}}
        if known is not None and all(getattr(known, name) == value for name, value in values.items()):
            continue
        DocumentType.objects.update_or_create(
            slug=row["slug"], valid_from=row["valid_from"], defaults={**values, "valid_to": row["valid_to"]}
        )
        changed += 1
    return changed
