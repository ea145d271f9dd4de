"""The server's upload protocol, one method per call; what it answers is checked before anyone believes it.

POST  /api/v1/uploads            {"sha256", "size", "name"} → {"sha256", "offset", "size", "complete"}
PATCH /api/v1/uploads/{sha256}   raw bytes at Upload-Offset → {"offset"}; 409 {"offset"}: go on from there
POST  /api/v1/documents          {"key", "sheets", …} → the receipt
GET   /api/v1/documents/{id}     → {"state"}, and {"reason": {"sentence"}} if something is wrong
"""

import json
import math
import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from scanner_agents.address import Address
from scanner_agents.errors import Refused, Unavailable
from scanner_agents.events import Code, event
from scanner_agents.records import Document, Receipt, Sheet
from scanner_agents.retry import LONGEST
from scanner_agents.spool import Kept

_LONGEST_ANSWER = 8 << 20  # bytes; a receipt of 2000 sheets has 250 KB
_SHOWN = 200
_TRY_AGAIN = {408, 425, 429}
_GATEWAY = {502, 503, 504}
_INVALID = {400, 422}


class UnknownUpload(Exception):  # the protocol's word: start this upload again
    """The server knows nothing of an upload."""


class WrongOffset(Exception):  # the protocol's word: go on from `actual`
    """The server has another number of bytes than we thought."""

    def __init__(self, actual: int) -> None:
        super().__init__(actual)
        self.actual = actual


class WrongDigest(Exception):  # the protocol's word: start from 0
    """The bytes that arrived are not those of the digest; the server dropped them."""


class PieceTooLarge(Exception):  # something on the way takes only smaller requests
    """The request was too large, and it was not Khoso that said so: a proxy's limit, not a verdict on the sheet."""


@dataclass(frozen=True, slots=True)
class Upload:
    """How far an upload is: the server has `offset` bytes; `complete` when it has checked them all."""

    offset: int
    complete: bool


@dataclass(frozen=True, slots=True)
class Remote:
    """A document's state on the server, and the sentence why if something is wrong with it."""

    state: str
    reason: str


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    data: Mapping[str, Any] | None
    wait: float | None


class Server:
    """The Kho as the agent sees it.

    Args:
        address: where.
        http: the client to use.
        token: called before each request.

    Every method raises:
        Unavailable: no answer in time, a failure of the server, or an answer that is not the protocol's.
        Refused: the server says no to this document (4xx with `code` and `detail`).
    """

    def __init__(self, address: Address, *, http: httpx.Client, token: Callable[[], str]) -> None:
        self._url = address.url
        self._http = http
        self._token = token

    def begin(self, sheet: Sheet) -> Upload:
        """Create or resume the upload of a sheet."""
        body = {"sha256": sheet.kept.sha256, "size": sheet.kept.size, "name": sheet.name}
        data = self._wanted(self._call("POST", "/api/v1/uploads", body))
        offset = self._number(data, "offset")
        same = data.get("sha256") == sheet.kept.sha256 and data.get("size") == sheet.kept.size
        if not same or not 0 <= offset <= sheet.kept.size or not isinstance(data.get("complete"), bool):
            raise self._strange("POST /uploads: sha256, size, offset")
        return Upload(offset, data["complete"])

    def append(self, kept: Kept, offset: int, piece: bytes) -> int:
        """Send the bytes at `offset`; returns how many the server has now.

        Raises:
            WrongOffset, WrongDigest, UnknownUpload, PieceTooLarge: as their names say.
        """
        headers = {"Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"}
        answer = self._call("PATCH", f"/api/v1/uploads/{kept.sha256}", piece, headers)
        if answer.status == httpx.codes.NOT_FOUND:
            raise UnknownUpload
        if answer.status == httpx.codes.CONFLICT:
            raise WrongOffset(self._bounded(answer.data or {}, kept))
        if answer.status == httpx.codes.UNPROCESSABLE_ENTITY:
            raise WrongDigest
        if answer.status == httpx.codes.REQUEST_ENTITY_TOO_LARGE and not _code(answer):
            raise PieceTooLarge
        return self._bounded(self._wanted(answer), kept)

    def submit(self, document: Document) -> Receipt:
        """Hand the document in; twice is once.

        Raises:
            UnknownUpload: the server misses bytes of a sheet.
        """
        sheets = [{"sha256": sheet.kept.sha256, "name": sheet.name} for sheet in document.sheets]
        body = {"key": document.key, "sheets": sheets, **document.labels.to_json()}
        answer = self._call("POST", "/api/v1/documents", body)
        if answer.status == httpx.codes.NOT_FOUND:
            raise UnknownUpload
        return self._receipt(self._wanted(answer))

    def standing(self, document: str) -> Remote:
        """Where a document stands on the server now."""
        data = self._wanted(self._call("GET", f"/api/v1/documents/{document}"))
        reason = data.get("reason")
        sentence = reason.get("sentence") if isinstance(reason, dict) else None
        return Remote(self._text(data, "state"), sentence if isinstance(sentence, str) else "")

    # Answers

    def _receipt(self, data: Mapping[str, Any]) -> Receipt:
        sheets = data.get("sheets")
        if not isinstance(sheets, list) or not all(isinstance(sheet, dict) for sheet in sheets):
            raise self._strange("POST /documents: sheets")
        try:
            document = str(uuid.UUID(self._text(data, "document")))
        except ValueError:
            raise self._strange("POST /documents: document") from None
        return Receipt(
            document=document,
            state=self._text(data, "state"),
            sheets=tuple(Kept(self._text(sheet, "sha256"), self._number(sheet, "size")) for sheet in sheets),
            received_at=str(data.get("received_at") or ""),
            twice=data.get("twice") is True,
        )

    def _wanted(self, answer: _Answer) -> Mapping[str, Any]:
        """The data of a success; everything else as the error it is."""
        data, status = answer.data, answer.status
        if httpx.codes.is_success(status) and data is not None:
            return data
        if httpx.codes.is_client_error(status) and _code(answer):
            detail = (data or {}).get("detail")
            raise Refused(event(Code.REFUSED, code=_code(answer), detail=detail if isinstance(detail, str) else ""))
        if status in _INVALID and data is not None and "detail" in data:  # the schema's own refusal has no code
            raise Refused(event(Code.REFUSED, code="invalid", detail=json.dumps(data["detail"])[:_SHOWN]))
        if status == httpx.codes.REQUEST_ENTITY_TOO_LARGE:
            raise Refused(event(Code.REFUSED, code="too_large", detail=f"HTTP {status}"))
        raise self._strange(f"HTTP {status}")

    def _bounded(self, data: Mapping[str, Any], kept: Kept) -> int:
        offset = self._number(data, "offset")
        if not 0 <= offset <= kept.size:
            raise self._strange(f"offset {offset} / {kept.size}")
        return offset

    def _number(self, data: Mapping[str, Any], name: str) -> int:
        value = data.get(name)
        if not isinstance(value, int) or isinstance(value, bool):
            raise self._strange(name)
        return value

    def _text(self, data: Mapping[str, Any], name: str) -> str:
        value = data.get(name)
        if not isinstance(value, str):
            raise self._strange(name)
        return value

    def _strange(self, detail: str, *, everyone: bool = False) -> Unavailable:
        return Unavailable(event(Code.SERVER_STRANGE, server=self._url, detail=detail[:_SHOWN]), everyone=everyone)

    # The wire

    def _call(
        self,
        method: str,
        path: str,
        body: bytes | Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> _Answer:
        token = self._token()
        sent = dict(headers or {})
        if token:
            sent["Authorization"] = f"Bearer {token}"
        if isinstance(body, Mapping):
            body, sent["Content-Type"] = json.dumps(body).encode(), "application/json"
        try:
            with self._http.stream(method, self._url + path, content=body, headers=sent) as response:
                answer = _Answer(response.status_code, _object(_read(response)), _pause(response))
        except (httpx.TransportError, httpx.DecodingError, httpx.InvalidURL) as error:
            raise self._away(error) from error
        self._usual(answer)
        return answer

    def _usual(self, answer: _Answer) -> None:
        """What any call may answer when the server as a whole is not for us now."""
        status = answer.status
        if status in {httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN}:
            raise Unavailable(event(Code.NOT_ALLOWED, status=status), slow=True, wait=answer.wait)
        busy = event(Code.SERVER_BUSY, server=self._url, status=status)
        if status in _TRY_AGAIN or status in _GATEWAY:
            raise Unavailable(busy, wait=answer.wait)
        if httpx.codes.is_server_error(status):
            raise Unavailable(busy, everyone=False, wait=answer.wait)
        if httpx.codes.is_redirect(status) or httpx.codes.is_informational(status):
            raise self._strange(f"HTTP {status}", everyone=True)

    def _away(self, error: Exception) -> Unavailable:
        detail = str(error) or type(error).__name__
        return Unavailable(event(Code.SERVER_AWAY, server=self._url, detail=detail[:_SHOWN]))


def _code(answer: _Answer) -> str:
    code = (answer.data or {}).get("code")
    return code if isinstance(code, str) else ""


def _read(response: httpx.Response) -> bytes:
    body = bytearray()
    for piece in response.iter_bytes():
        body += piece
        if len(body) > _LONGEST_ANSWER:
            return b""
    return bytes(body)


def _object(body: bytes) -> Mapping[str, Any] | None:
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return data if isinstance(data, dict) else None


def _pause(response: httpx.Response) -> float | None:
    """Retry-After in seconds (RFC 9110 §10.2.3; the form with a date is rare and left aside)."""
    text = response.headers.get("Retry-After", "")
    seconds = float(text) if re.fullmatch(r"[0-9]{1,9}", text) else math.nan
    return None if math.isnan(seconds) else min(seconds, LONGEST)
