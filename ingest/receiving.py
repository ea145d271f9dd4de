"""Receipt: bytes into the store first, the document's row second. The same sheets for the same purpose are one document."""

import mimetypes
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from khoso.kernel.canonical import canonical
from khoso.kernel.clock import Clock
from khoso.kernel.digest import digest_bytes
from khoso.kernel.errors import Refused
from khoso.kernel.reasons import ReasonCode
from pages.limits import GIB, MAX_FILE_BYTES
from warehouse.models import Document, RenditionKind, Revision, State
from warehouse.moving import Intake, NewRendition, create, resume
from warehouse.ports import ObjectStore
from warehouse.shelf import put_file


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
    signed is the document it belongs to.

    Raises:
        Refused: no regular file, or larger than any limit allows.
        Unavailable: the store cannot take it now.
    """
    for sheet in sheets:
        _check(sheet)
    stored = [put_file(store, sheet.path) for sheet in sheets]
    proof = tuple((item.digest, item.size) for item in stored)
    if len(stored) == 1:
        ours = Revision.objects.filter(digest=stored[0].digest).exclude(by="issuer").select_related("document").first()
        if ours is not None:
            return Received(ours.document, twice=True, sheets=proof)
    originals = tuple(
        NewRendition(
            RenditionKind.ORIGINAL,
            item,
            mimetypes.guess_type(sheet.name)[0] or "application/octet-stream",
            part=number,
            name=sheet.name,
        )
        for number, (sheet, item) in enumerate(zip(sheets, stored, strict=True), start=1)
    )
    key = intake_key([item.digest for item in stored], intake)
    name = sheets[0].name if len(sheets) == 1 else sheets[0].path.parent.name
    document, new = create(key, name, originals, intake=intake, now=clock())
    if not new and document.state == State.PARKED:
        resume(document, actor=intake.by.username, now=clock())
    return Received(document, twice=not new, sheets=proof)


def intake_key(digests: Sequence[str], intake: Intake) -> str:
    """What makes two receipts the same document."""
    purpose = (
        {"dossier": intake.dossier, "component": intake.component}
        if intake.component
        else {"dossier": intake.dossier, "owner": intake.owner_id}
    )
    return digest_bytes(canonical({"sheets": list(digests), "stack": intake.stack, **purpose}))


def _check(sheet: Sheet) -> None:
    try:
        facts = sheet.path.stat()
    except OSError:
        raise Refused(ReasonCode.NOT_A_FILE, name=sheet.name) from None
    if not stat.S_ISREG(facts.st_mode):
        raise Refused(ReasonCode.NOT_A_FILE, name=sheet.name)
    if facts.st_size > MAX_FILE_BYTES:
        raise Refused(ReasonCode.TOO_LARGE, size=f"{facts.st_size / GIB:.1f} GiB", limit=f"{MAX_FILE_BYTES // GIB} GiB")
