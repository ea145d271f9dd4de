"""Who read what, when and why: a chain of its own. Each entry holds the digest of the one before it."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from khoso.kernel.canonical import canonical
from khoso.kernel.clock import rfc3339
from khoso.kernel.digest import digest_bytes
from khoso.kernel.errors import Unavailable
from warehouse.models import Reading

GENESIS = "0" * 64
_TRIES = 20
COLUMNS = ("number", "at", "person", "document", "purpose", "basis", "what", "via", "opened")


def note(
    *, at: datetime, person: str, document: UUID, purpose: str, basis: str, what: str, via: str, opened: bool
) -> Reading:
    """Add an entry at the chain's end.

    Raises:
        Unavailable: others kept adding at the same moment.
    """
    said = {"person": person, "document": str(document), "purpose": purpose, "basis": basis, "what": what, "via": via}
    for _try in range(_TRIES):
        last = Reading.objects.order_by("-number").first()
        number, previous = (last.number + 1, last.digest) if last else (1, GENESIS)
        digest = _digest(number, previous, at, {**said, "opened": opened})
        try:
            with transaction.atomic():
                return Reading.objects.create(
                    number=number, previous=previous, digest=digest, at=at, person=person, document=document,
                    purpose=purpose, basis=basis, what=what, via=via, opened=opened,
                )  # fmt: skip
        except IntegrityError:
            continue
    raise Unavailable("sổ ghi lượt xem đang bận")


def note_each(
    opened: Sequence[tuple[UUID, str]], *, at: datetime, person: str, purpose: str, basis: str, what: str
) -> None:
    """Add an entry for each of many documents that were opened together, all or none.

    Args:
        opened: document and what let the person in (`role`, `grant`).

    Raises:
        Unavailable: others kept adding at the same moment.
    """
    for _try in range(_TRIES):
        last = Reading.objects.order_by("-number").first()
        number, previous = (last.number, last.digest) if last else (0, GENESIS)
        entries = []
        for document, via in opened:
            number += 1
            said = {
                "person": person, "document": str(document), "purpose": purpose, "basis": basis, "what": what, "via": via,
            }  # fmt: skip
            digest = _digest(number, previous, at, {**said, "opened": True})
            entries.append(Reading(number=number, previous=previous, digest=digest, at=at, opened=True, **said))
            previous = digest
        try:
            with transaction.atomic():
                Reading.objects.bulk_create(entries)
        except IntegrityError:
            continue
        return
    raise Unavailable("sổ ghi lượt xem đang bận")


def _digest(number: int, previous: str, at: datetime, said: dict[str, object]) -> str:
    return digest_bytes(canonical({"number": number, "previous": previous, "at": at.isoformat(), **said}))


def of_document(document: UUID) -> Iterator[Reading]:
    """Reads of a document, newest first."""
    return Reading.objects.filter(document=document).order_by("-number").iterator()


def of_person(username: str) -> Iterator[Reading]:
    """Reads by a person, newest first."""
    return Reading.objects.filter(person=username).order_by("-number").iterator()


def verify() -> list[str]:
    """Recompute the chain; one sentence per fault."""
    faults, previous, number = [], GENESIS, 0
    for row in Reading.objects.order_by("number").iterator():
        number += 1
        said = {name: str(getattr(row, name)) for name in ("person", "document", "purpose", "basis", "what", "via")}
        at = row.at.astimezone(UTC)
        if row.number != number:
            faults.append(f"reading {number} is missing")
            number = row.number
        if row.previous != previous or row.digest != _digest(
            row.number, row.previous, at, {**said, "opened": row.opened}
        ):
            faults.append(f"reading {row.number} was changed")
        previous = row.digest
    return faults


def as_row(row: Reading) -> dict[str, object]:
    """An entry for JSON."""
    return {name: getattr(row, name) for name in COLUMNS} | {"at": rfc3339(row.at), "document": str(row.document)}


def as_csv(rows: Iterable[Reading]) -> str:
    """Entries for a spreadsheet, with a mark for its encoding; no cell begins like a formula."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for row in rows:
        writer.writerow([harmless(str(value)) for value in as_row(row).values()])
    return "\ufeff" + text.getvalue()


def harmless(cell: str) -> str:
    """A cell no spreadsheet takes for a formula (OWASP: CSV injection)."""
    return f"'{cell}" if cell.lstrip()[:1] in set("=+-@|%") or cell[:1] in {"\t", "\r", "\n"} else cell
