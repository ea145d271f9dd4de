"""Questions to the code tables, always «as of» a day."""

from datetime import date

from django.db.models import Q

from catalogue.models import DocumentType


def document_type(slug: str, on: date) -> DocumentType:
    """The row of a document type in force on a day; a type newer than that day answers with its first row.

    Raises:
        LookupError: the slug is no document type.
    """
    rows = DocumentType.objects.filter(slug=slug)
    row = (
        rows.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=on), valid_from__lte=on).order_by("-valid_from").first()
        or rows.order_by("valid_from").first()
    )
    if row is None:
        raise LookupError(f"no document type «{slug}» in the catalogue")
    return row
