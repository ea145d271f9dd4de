"""The machine API of ingest: resumable uploads by digest, receipts that echo the digests."""

from collections.abc import Iterator, Sequence
from typing import Any, cast
from urllib.parse import unquote
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from ninja import Field, Router, Schema
from ninja.params.functions import Query
from ninja.responses import Status
from pydantic import BaseModel

from ingest.given import checked
from ingest.receiving import Received, Sheet, known, receive, receive_stream
from ingest.uploads import Incoming, Unknown, WrongBytes, WrongOffset
from khoso.kernel.clock import rfc3339
from khoso.kernel.digest import CHUNK, Digest, as_digest
from khoso.kernel.doorbell import Queue
from khoso.kernel.errors import Corrupted, Refused, Unavailable
from people.models import User
from people.roles import Right, demand
from warehouse.access import visible_to
from warehouse.masking import MASK, closed_names, code_shown
from warehouse.models import RenditionKind
from warehouse.moving import Intake

router = Router(tags=["ingest"])
_DIGEST = "^[0-9a-f]{64}$"


class Begin(Schema):
    """What will be uploaded."""

    sha256: str = Field(pattern=_DIGEST)
    size: int
    name: str = Field(default="", max_length=255)


class Progress(Schema):
    """How far an upload is."""

    sha256: str
    offset: int
    size: int
    complete: bool


class Fault(Schema):
    """What went wrong; `offset` where an upload has to go on."""

    code: str
    detail: str = ""
    offset: int | None = None


class SheetIn(Schema):
    """An uploaded file of a document."""

    sha256: str = Field(pattern=_DIGEST)
    name: str = Field(default="", max_length=255)


class DocumentIn(Schema):
    """One document: its sheets in order and what is known of it."""

    key: str = Field(default="", max_length=200)
    sheets: list[SheetIn] = Field(min_length=1, max_length=500)
    desk: str = Field(default="", max_length=100)
    dossier: str = Field(default="", max_length=60)
    component: str = Field(default="", max_length=60)
    batch: str = Field(default="", max_length=100)
    owner_id: str = Field(default="", max_length=30)
    owner_name: str = Field(default="", max_length=200)


class Paper(BaseModel):
    """What is known of a document of one sheet, as JSON in the header `Khoso-Paper`, percent-encoded (RFC 3986)."""

    name: str = Field(default="", max_length=255)
    desk: str = Field(default="", max_length=100)
    dossier: str = Field(default="", max_length=60)
    component: str = Field(default="", max_length=60)
    batch: str = Field(default="", max_length=100)
    owner_id: str = Field(default="", max_length=30)
    owner_name: str = Field(default="", max_length=200)


class SheetOut(Schema):
    """A sheet as stored."""

    sha256: str
    size: int


class Receipt(Schema):
    """Proof of receipt: the sender may forget a sheet whose digest and size stand here."""

    document: UUID
    state: str
    sheets: list[SheetOut]
    received_at: str
    twice: bool


def _incoming(request: HttpRequest) -> Incoming:
    demand(_user(request), Right.CAPTURE)
    return Incoming(settings.KHOSO_HOME / "incoming" / _user(request).pk.hex)


def _user(request: HttpRequest) -> User:
    return cast("User", request.user)


@router.post("/uploads", response={200: Progress})
def begin(request: HttpRequest, body: Begin) -> Any:
    """Begin an upload, or learn where to go on."""
    upload = _incoming(request).begin(as_digest(body.sha256), body.size)
    return Progress(sha256=upload.digest, offset=upload.offset, size=upload.size, complete=upload.complete)


@router.patch("/uploads/{sha256}", response={200: Progress, 404: Fault, 409: Fault, 422: Fault})
def append(request: HttpRequest, sha256: str) -> Any:
    """Append the request's body at `Upload-Offset`."""
    incoming = _incoming(request)
    try:
        digest = as_digest(sha256)
        offset = int(request.headers.get("Upload-Offset", ""))
    except ValueError:
        return Status(422, Fault(code="bad_request", detail="sha256 or Upload-Offset"))
    try:
        upload = incoming.append(digest, offset, _body(request))
    except Unknown:
        return Status(404, Fault(code="unknown_upload", detail="begin it first"))
    except WrongOffset as error:
        return Status(409, Fault(code="wrong_offset", detail=str(error), offset=error.offset))
    except WrongBytes:
        return Status(
            422, Fault(code="wrong_bytes", detail="the bytes are not what the digest says; start over", offset=0)
        )
    return Progress(sha256=upload.digest, offset=upload.offset, size=upload.size, complete=upload.complete)


def _body(request: HttpRequest) -> Iterator[bytes]:
    while piece := request.read(CHUNK):
        yield piece


@router.put("/papers/{sha256}", response={200: Receipt, 201: Receipt, 422: Fault})
def hand_in_whole(request: HttpRequest, sha256: str) -> Any:
    """Hand in a document of one sheet in one request: its bytes are the body, what is known of it stands in `Khoso-Paper`.

    For sheets that travel in seconds; larger ones are better sent in pieces, which go on after a break.
    """
    demand(_user(request), Right.CAPTURE)
    try:
        digest = as_digest(sha256)
        size = int(request.headers.get("Content-Length", ""))
        paper = Paper.model_validate_json(unquote(request.headers.get("Khoso-Paper", "")) or "{}")
    except ValueError as error:
        return Status(422, Fault(code="bad_request", detail=str(error)[:300]))
    tools = request.tools  # type: ignore[attr-defined]
    intake = _intake(_user(request), paper)
    try:
        received = receive_stream(
            _body(request),
            digest=digest,
            size=size,
            name=paper.name or digest,
            intake=intake,
            store=tools.store,
            clock=tools.clock,
        )
    except Corrupted:
        return Status(422, Fault(code="wrong_bytes", detail="the bytes are not what the digest says; nothing was kept"))
    tools.doorbell.ring(intake.queue)
    return Status(200 if received.twice else 201, _receipt(received))


@router.post("/documents", response={200: Receipt, 201: Receipt, 404: Fault})
def hand_in(request: HttpRequest, body: DocumentIn) -> Any:
    """Make a document of uploaded sheets. The same again gives the same receipt with `twice`."""
    incoming, user = _incoming(request), _user(request)
    intake = _intake(user, body)
    digests = [as_digest(sheet.sha256) for sheet in body.sheets]
    received = _before(digests, intake)
    paths = [incoming.done(digest) for digest in digests]
    if received is None and None not in paths:
        tools = request.tools  # type: ignore[attr-defined]
        try:
            received = receive(
                [Sheet(path, sheet.name or path.name) for path, sheet in zip(paths, body.sheets, strict=True) if path],
                intake=intake,
                store=tools.store,
                clock=tools.clock,
            )
        except (Refused, Unavailable, OSError):
            if all(path.exists() for path in paths if path):
                raise
        else:
            tools.doorbell.ring(intake.queue)
    # A sender whose answer was late asks again: of two such requests the first lets the bytes go while the second uses them.
    received = received or _before(digests, intake)
    if received is None:
        missing = next((digest for digest in digests if incoming.done(digest) is None), digests[0])
        return Status(404, Fault(code="unknown_upload", detail=missing))
    for digest in digests:
        incoming.forget(digest)
    return Status(200 if received.twice else 201, _receipt(received))


def _before(digests: Sequence[Digest], intake: Intake) -> Received | None:
    """The document these sheets are already, with the sheets as they are stored."""
    there = known(digests, intake)
    if there is None:
        return None
    originals = there.renditions.filter(kind=RenditionKind.ORIGINAL).order_by("part")
    return Received(there, twice=True, sheets=tuple(originals.values_list("digest", "size")))


def _intake(user: User, told: DocumentIn | Paper) -> Intake:
    intake = Intake(
        by=user,
        queue=Queue.DESK if told.desk else Queue.TODAY,
        dossier=told.dossier,
        component=told.component,
        batch=told.batch.strip(),
        owner_id=told.owner_id,
        owner_name=told.owner_name,
        desk=told.desk,
    )
    return checked(intake)


@router.get("/documents")
def documents(request: HttpRequest, state: str = "", limit: int = Query(default=50, ge=1, le=500)) -> Any:
    """Newest documents one may see, with their states. What names a person of a sensitive type is masked."""
    rows = visible_to(_user(request)).order_by("-created_at")
    if state:
        rows = rows.filter(state=state.upper())
    found = list(rows[:limit])
    closed = closed_names(found)
    return [
        {
            "document": str(row.pk),
            "name": MASK if row.pk in closed else row.name,
            "state": row.state,
            "document_type": row.document_type or None,
            "code": code_shown(row.code) if row.pk in closed else row.code,
        }
        for row in found
    ]


def _receipt(received: Received) -> Receipt:
    return Receipt(
        document=received.document.pk,
        state=received.document.state,
        sheets=[SheetOut(sha256=digest, size=size) for digest, size in received.sheets],
        received_at=rfc3339(received.document.created_at),
        twice=received.twice,
    )
