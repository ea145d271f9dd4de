"""Receipt: bytes into the store first, the document's row second. The same sheets for the same purpose are one document."""

import mimetypes
import stat
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from pathlib import Path

from ingest.given import checked
from khoso.kernel.canonical import canonical
from khoso.kernel.clock import Clock
from khoso.kernel.digest import Digest, digest_bytes
from khoso.kernel.errors import Refused
from khoso.kernel.reasons import ReasonCode
from pages.limits import GIB, MAX_FILE_BYTES
from warehouse.erasing import require_stay
from warehouse.models import Document, RenditionKind, Revision, State
from warehouse.moving import Intake, NewRendition, create, resume
from warehouse.ports import ObjectStore, Stored
from warehouse.shelf import put_file

PDF = b"%PDF-"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file handed in: where its bytes are now and what its giver called it."""

    path: Path
    name: str


@dataclass(frozen=True, slots=True)
class Received:
    """The document the sheets are; `twice`: they were received before. `sheets`: (digest, size) as stored."""

    document: Document
    twice: bool
    sheets: tuple[tuple[str, int], ...]


def receive(sheets: Sequence[Sheet], *, intake: Intake, store: ObjectStore, clock: Clock) -> Received:
    """Take sheets in as one document.

    «Twice = once»: the same bytes in the same order for the same dossier component (or, without one, the same owner or
    none) are the document they were before; a parked one is taken up again. A file that is itself a revision Khoso
    signed is the document it belongs to. All this within one unit: what another unit holds is told to nobody, so the same
    bytes from there are a document of their own.

    Raises:
        Refused: no regular file, or larger than any limit allows; an owner or a dossier that cannot be.
        Unavailable: the store cannot take it now.
    """
    intake = checked(intake)
    for sheet in sheets:
        _check(sheet)
    stored = [put_file(store, sheet.path) for sheet in sheets]
    name = sheets[0].name if len(sheets) == 1 else sheets[0].path.parent.name
    with sheets[0].path.open("rb") as file:
        pdf = file.read(len(PDF)) == PDF
    received = _enter(stored, [sheet.name for sheet in sheets], name, intake=intake, now=clock(), pdf=pdf)
    require_stay(stored, store=store)
    return received


def receive_stream(
    chunks: Iterable[bytes],
    *,
    digest: Digest,
    size: int,
    name: str,
    intake: Intake,
    store: ObjectStore,
    clock: Clock,
) -> Received:
    """Take a document of one sheet in while it arrives: straight into the store, which checks digest and size.

    Raises:
        Refused: empty, or larger than any limit allows; an owner or a dossier that cannot be.
        Corrupted: the bytes are not what was announced; nothing was stored.
        Unavailable: the store cannot take it now.
    """
    intake = checked(intake)
    if size < 1:
        raise Refused(ReasonCode.EMPTY_FILE)
    _check_size(size)
    source = iter(chunks)
    first = next(source, b"")
    stored = store.put(chain([first], source), digest=digest, size=size)
    received = _enter([stored], [name], name, intake=intake, now=clock(), pdf=first.startswith(PDF))
    require_stay([stored], store=store)
    return received


def _enter(
    stored: Sequence[Stored], names: Sequence[str], name: str, *, intake: Intake, now: datetime, pdf: bool
) -> Received:
    """`pdf`: the first sheet is one, so it may be a file that Khoso signed."""
    proof = tuple((item.digest, item.size) for item in stored)
    if len(stored) == 1 and pdf:
        signed = Revision.objects.filter(digest=stored[0].digest, document__unit=intake.by.unit).exclude(by="issuer")
        ours = signed.select_related("document").first()
        if ours is not None:
            return Received(ours.document, twice=True, sheets=proof)
    originals = tuple(
        NewRendition(
            RenditionKind.ORIGINAL,
            item,
            mimetypes.guess_type(sheet)[0] or "application/octet-stream",
            part=number,
            name=sheet,
        )
        for number, (sheet, item) in enumerate(zip(names, stored, strict=True), start=1)
    )
    for key in intake_keys([item.digest for item in stored], intake):
        document, new = create(key, name, originals, intake=intake, now=now)
        if new or document.unit_id == intake.by.unit_id:
            break
    if not new and document.state == State.PARKED:
        resume(document, actor=intake.by.username, now=now)
    return Received(document, twice=not new, sheets=proof)


def known(digests: Sequence[str], intake: Intake) -> Document | None:
    """The document of this unit that these sheets are already."""
    rows = Document.objects.filter(intake_key__in=intake_keys(digests, intake), unit=intake.by.unit)
    return rows.order_by("created_at").first()


def intake_keys(digests: Sequence[str], intake: Intake) -> tuple[str, str]:
    """What makes two receipts the same document: a key for whoever comes first, and one of the unit's own for the others."""
    purpose = (
        {"dossier": intake.dossier, "component": intake.component}
        if intake.component
        else {"dossier": intake.dossier, "owner": intake.owner_id}
    )
    said = {"sheets": list(digests), "stack": intake.stack, **purpose}
    unit = intake.by.unit.code if intake.by.unit else ""
    return digest_bytes(canonical(said)), digest_bytes(canonical({**said, "unit": unit}))


def _check(sheet: Sheet) -> None:
    try:
        facts = sheet.path.stat()
    except OSError:
        raise Refused(ReasonCode.NOT_A_FILE, name=sheet.name) from None
    if not stat.S_ISREG(facts.st_mode):
        raise Refused(ReasonCode.NOT_A_FILE, name=sheet.name)
    _check_size(facts.st_size)


def _check_size(size: int) -> None:
    if size > MAX_FILE_BYTES:
        raise Refused(ReasonCode.TOO_LARGE, size=f"{size / GIB:.1f} GiB", limit=f"{MAX_FILE_BYTES // GIB} GiB")
