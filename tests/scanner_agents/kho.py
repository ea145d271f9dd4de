"""A Kho for the agent to talk to: the upload protocol over real HTTP on 127.0.0.1, with faults to order."""

import contextlib
import hashlib
import json
import re
import socket
import ssl
import struct
import threading
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

UPLOADS = "/api/v1/uploads"
DOCUMENTS = "/api/v1/documents"
PIECE = 4096


@dataclass
class Upload:
    """Bytes on their way in."""

    size: int
    data: bytearray = field(default_factory=bytearray)
    complete: bool = False


@dataclass(frozen=True)
class Fault:
    """What to do instead of serving, for requests that match, so many times.

    Attributes:
        match: regular expression over `METHOD path`.
        times: how often; the fault is used up then.
        status, body, headers: answer this.
        cut: read only so many bytes of the body, then reset the connection.
        after: serve, but answer nothing and reset the connection.
        hold: wait for this event before serving.
        change: alter a success's JSON.
    """

    match: str
    times: int = 1
    status: int = 0
    body: bytes = b"{}"
    headers: tuple[tuple[str, str], ...] = ()
    cut: int | None = None
    after: bool = False
    hold: threading.Event | None = None
    change: Callable[[dict[str, Any]], dict[str, Any]] | None = None


class Kho:
    """State outlives `stop` and `start`, as a real server's does."""

    def __init__(self, token: str = "", tls: tuple[Path, Path] | None = None) -> None:
        self.token = token
        self.tls = tls
        self.uploads: dict[str, Upload] = {}
        self.documents: dict[str, dict[str, Any]] = {}
        self.bodies: list[dict[str, Any]] = []
        self.bytes: dict[str, bytes] = {}
        self.requests: list[str] = []
        self.faults: list[Fault] = []
        self.used: Counter[int] = Counter()
        self.refuse: Callable[[dict[str, Any]], tuple[str, str] | None] = lambda _: None
        self.remote: dict[str, Any] = {"state": "FILED"}
        self.lock = threading.RLock()
        self.port = 0
        self._http: _Http | None = None

    @property
    def url(self) -> str:
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self.port}"

    def start(self) -> None:
        kho = self

        class Handler(_Handler):
            pass

        Handler.kho = kho
        http = _Http(("127.0.0.1", self.port), Handler)
        self.port = http.server_address[1]
        if self.tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*self.tls)
            http.socket = context.wrap_socket(http.socket, server_side=True)
        self._http = http
        threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def stop(self) -> None:
        if self._http:
            self._http.shutdown()
            self._http.server_close()
            self._http.drop_all()
            self._http = None

    @contextlib.contextmanager
    def open(self) -> Iterator["Kho"]:
        self.start()
        try:
            yield self
        finally:
            self.stop()

    def fault_for(self, request: str) -> Fault | None:
        with self.lock:
            for fault in self.faults:
                if re.search(fault.match, request) and self.used[id(fault)] < fault.times:
                    self.used[id(fault)] += 1
                    return fault
        return None

    def contents(self) -> list[list[bytes]]:
        """The bytes of all documents, sheet by sheet."""
        return [[self.bytes[sheet["sha256"]] for sheet in receipt["sheets"]] for receipt in self.documents.values()]

    # The protocol

    def begin(self, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        digest, size = body["sha256"], body["size"]
        upload = self.uploads.setdefault(digest, Upload(size))
        return 200, {"sha256": digest, "offset": len(upload.data), "size": size, "complete": upload.complete}

    def append(self, digest: str, offset: int, pieces: Iterator[bytes]) -> tuple[int, dict[str, Any]]:
        upload = self.uploads.get(digest)
        if upload is None:
            return 404, {"code": "unknown_upload", "detail": ""}
        if offset != len(upload.data) or upload.complete:
            return 409, {"code": "wrong_offset", "detail": "", "offset": len(upload.data)}
        for piece in pieces:
            upload.data += piece
        if len(upload.data) == upload.size:
            if hashlib.sha256(upload.data).hexdigest() != digest:
                upload.data.clear()
                return 422, {"code": "wrong_bytes", "detail": "", "offset": 0}
            upload.complete = True
        return 200, {"offset": len(upload.data)}

    def hand_in(self, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        self.bodies.append(body)
        refusal = self.refuse(body)
        if refusal:
            return 422, {"code": refusal[0], "detail": refusal[1]}
        if body["key"] in self.documents:
            return 200, {**self.documents[body["key"]], "twice": True}
        uploads = [self.uploads.get(sheet["sha256"]) for sheet in body["sheets"]]
        if not all(upload and upload.complete for upload in uploads):
            return 404, {"code": "unknown_upload", "detail": ""}
        self.bytes |= {sheet["sha256"]: bytes(self.uploads[sheet["sha256"]].data) for sheet in body["sheets"]}
        receipt = {
            "document": str(uuid.uuid4()),
            "state": "RECEIVED",
            "sheets": [{"sha256": s["sha256"], "size": len(self.bytes[s["sha256"]])} for s in body["sheets"]],
            "received_at": "2026-11-22T09:15:02+07:00",
            "twice": False,
        }
        self.documents[body["key"]] = receipt
        for sheet in body["sheets"]:
            self.uploads.pop(sheet["sha256"], None)
        return 201, receipt


class _Http(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True

    def __init__(self, *args: Any) -> None:
        self.alive: set[socket.socket] = set()
        super().__init__(*args)

    def process_request(self, request: Any, client_address: Any) -> None:
        self.alive.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self.alive.discard(request)
        super().shutdown_request(request)

    def drop_all(self) -> None:
        """A server that is gone answers on no old connection either."""
        for connection in list(self.alive):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        return


class _Handler(BaseHTTPRequestHandler):
    kho: Kho
    protocol_version = "HTTP/1.1"
    timeout = 10
    disable_nagle_algorithm = True
    wbufsize = -1

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name of the base class
        return

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def do_PATCH(self) -> None:
        self._serve()

    def _serve(self) -> None:
        request = f"{self.command} {self.path}"
        self.kho.requests.append(request)
        fault = self.kho.fault_for(request)
        if fault and fault.hold:
            fault.hold.wait(10)
        if fault and fault.cut is not None:
            if self.command == "PATCH":
                offset = int(self.headers["Upload-Offset"])
                with self.kho.lock:
                    self.kho.append(self.path.rpartition("/")[2], offset, self._pieces(fault.cut))
            self._reset()
            return
        if fault and fault.status:
            self.rfile.read(self._length())
            self._answer(fault.status, fault.body, fault.headers)
            return
        status, data = self._route()
        if fault and fault.after:
            self._reset()
            return
        if fault and fault.change and status < 300:
            data = fault.change(data)
        self._answer(status, json.dumps(data).encode(), (("Content-Type", "application/json"),))

    def _route(self) -> tuple[int, dict[str, Any]]:
        if self.kho.token and self.headers.get("Authorization") != f"Bearer {self.kho.token}":
            self.rfile.read(self._length())
            return 401, {"detail": "Unauthorized"}
        if self.command == "PATCH":
            data = list(self._pieces(self._length()))
            with self.kho.lock:
                return self.kho.append(self.path.rpartition("/")[2], int(self.headers["Upload-Offset"]), iter(data))
        body = json.loads(self.rfile.read(self._length()) or b"null")
        with self.kho.lock:
            if self.command == "GET":
                number = self.path.rpartition("/")[2]
                known = [receipt for receipt in self.kho.documents.values() if receipt["document"] == number]
                return (200, self.kho.remote) if known else (404, {"code": "no_such_document", "detail": ""})
            return self.kho.begin(body) if self.path == UPLOADS else self.kho.hand_in(body)

    def _length(self) -> int:
        return int(self.headers.get("Content-Length") or 0)

    def _pieces(self, length: int) -> Iterator[bytes]:
        while length > 0 and (piece := self.rfile.read(min(PIECE, length))):
            length -= len(piece)
            yield piece

    def _answer(self, status: int, body: bytes, headers: tuple[tuple[str, str], ...]) -> None:
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()

    def _reset(self) -> None:
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
        self.close_connection = True
