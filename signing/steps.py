"""The journey's steps of signing: compose and sign a capture, adopt an electronic original, seal for the agency."""

from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Protocol

from compose.composing import Sheet
from compose.composing import compose as compose_pdf
from khoso.kernel.clock import Clock, day_of
from khoso.kernel.digest import Digest, Digesting, chunks_of, digest_bytes
from khoso.kernel.errors import Refused
from khoso.kernel.reasons import Reason, ReasonCode
from khoso.kernel.transcript import Transcript
from pages.helper import Helper
from pages.images import page_image
from signing.marks import agency_mark, conversion_mark
from signing.pades import sign_file
from signing.ports import Key, Level, Mark, Signer
from signing.trusting import still_trusted
from signing.verifying import to_json, verify
from warehouse.models import Document, Rendition, RenditionKind, State
from warehouse.moving import NewRendition, NewRevision, Outcome, has
from warehouse.paging import page_sources
from warehouse.ports import ObjectStore, Stored
from warehouse.shelf import digest_of, fetch, put_file, rendition


class Keyring(Protocol):
    """Finds the key of a person or of an agency; None while it has to be awaited (a token at the desk, a remote key)."""

    def person(self, username: str, name: str, unit: str) -> Key | None: ...

    def agency(self, name: str) -> Key | None: ...


def compose(
    document: Document,
    *,
    store: ObjectStore,
    helper: Helper,
    folder: Path,
    transcripts: Callable[[], Sequence[Transcript]],
) -> Outcome:
    """Make the two-layer PDF/A of a capture. The text layer goes in before the first signature: after it no byte changes."""
    made_from = _made_from(document)
    if has(document, RenditionKind.COMPOSED, made_from=made_from):
        return Outcome(State.COMPOSED)
    sheets = []
    for source, transcript in zip(page_sources(document), transcripts(), strict=True):
        original = rendition(document, RenditionKind.ORIGINAL, source.sheet)
        path = fetch(store, digest_of(original), folder)
        image = page_image(path, source.kind, source.facts.number, helper=helper, folder=folder, cut=source.cut)
        sheets.append(Sheet(image=image, transcript=transcript))
    out = folder / f"{made_from}.pdf"
    compose_pdf(sheets, out, helper=helper, title=document.name, created=document.created_at)
    stored = put_file(store, out)
    out.unlink()
    return Outcome(
        State.COMPOSED,
        renditions=(NewRendition(RenditionKind.COMPOSED, stored, "application/pdf", made_from=made_from),),
    )


def _made_from(document: Document) -> Digest:
    rows = document.renditions.filter(kind__in=[RenditionKind.ORIGINAL, RenditionKind.TRANSCRIPT]).order_by(
        "kind", "part"
    )
    return digest_bytes(":".join(row.digest for row in rows).encode())


def sign(
    document: Document, *, store: ObjectStore, signer: Signer, keyring: Keyring, folder: Path, clock: Clock
) -> Outcome:
    """Sign as the person who scanned, with the conversion mark (Thông tư 01/2023/TT-VPCP Điều 7; NĐ 137/2024 Điều 4)."""
    person = document.created_by
    unit = document.unit.name if document.unit else ""
    key = keyring.person(person.username, person.get_full_name(), unit)
    if key is None:
        return Outcome(State.TO_SIGN)
    mark = conversion_mark(person.get_full_name(), unit, clock())
    before = rendition(document, RenditionKind.COMPOSED)
    stored = _signed(before, store=store, signer=signer, key=key, mark=mark, folder=folder, clock=clock)
    return Outcome(State.SIGNED, revision=NewRevision(stored, by="scanner", signer=person.get_full_name()))


def seal(
    document: Document, *, store: ObjectStore, signer: Signer, keyring: Keyring, agency: str, folder: Path, clock: Clock
) -> Outcome:
    """Sign as the agency, where the type of paper asks for it (Thông tư 01/2023/TT-VPCP Điều 7)."""
    key = keyring.agency(agency)
    if key is None:
        return Outcome(State.TO_SEAL)
    mark = agency_mark(agency, clock())
    before = rendition(document, RenditionKind.SIGNED)
    stored = _signed(before, store=store, signer=signer, key=key, mark=mark, folder=folder, clock=clock)
    return Outcome(State.SEALED, revision=NewRevision(stored, by="agency", signer=agency))


def _signed(
    before: Rendition, *, store: ObjectStore, signer: Signer, key: Key, mark: Mark, folder: Path, clock: Clock
) -> Stored:
    source = fetch(store, digest_of(before), folder)
    tail = sign_file(source, signer=signer, key=key, mark=mark, level=Level.B_B, when=clock())

    def grown() -> Iterator[bytes]:
        return chain(chunks_of(source), [tail.data])

    hashing = Digesting(grown())
    for _ in hashing:
        pass
    return store.put(grown(), digest=hashing.digest, size=hashing.size)


def adopt(
    document: Document, *, store: ObjectStore, helper: Helper, trust: Sequence[Path], folder: Path, clock: Clock
) -> Outcome:
    """Take an electronic original as it came: bytes kept, signatures judged, never composed or stamped.

    A signature that is proven wrong parks the document for a person; one whose chain nobody here can judge does not.
    """
    original = rendition(document, RenditionKind.ORIGINAL, 1)
    path = fetch(store, digest_of(original), folder)
    signed = sum(file["signatures"] for file in (document.facts or {}).get("files", []))
    try:
        verdicts = (
            [
                to_json(verdict, document.name)
                for verdict in verify(path, trust=still_trusted(trust, day_of(clock())), helper=helper, now=clock())
            ]
            if signed
            else []
        )
    except Refused as error:
        verdicts = [{"verdict": "indeterminate", "reasons": [str(error)]}]
    stored = Stored(digest_of(original), original.size, original.store_version)
    changes: dict[str, object] = {"signatures": verdicts}
    after = State.ADOPTED
    bad = next((verdict for verdict in verdicts if verdict["verdict"] == "invalid"), None)
    if bad is not None:
        detail = "; ".join(bad.get("reasons") or [str(bad.get("field", ""))])
        reason = Reason(ReasonCode.SIGNATURE_INVALID, {"detail": detail})
        changes |= {"reason": reason.to_json(), "parked_from": State.ADOPTED}
        after = State.PARKED
    return Outcome(
        after,
        changes=changes,
        revision=NewRevision(stored, by="issuer"),
        body={"verdicts": [str(verdict["verdict"]) for verdict in verdicts]},
    )
