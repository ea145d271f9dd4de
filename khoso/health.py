"""Addresses for machines that watch over the program: `/healthz`, `/readyz`, `/metrics`."""

import hmac
import os
import threading
from collections.abc import Callable
from concurrent.futures import Future

from django.conf import settings
from django.db import Error, InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from khoso.kernel.clock import system_clock
from khoso.kernel.errors import KhosoError
from khoso.metrics import registry
from warehouse.ports import ObjectStore
from warehouse.shelf import another_kho

_HERE = {"127.0.0.1", "::1", ""}  # empty: a Unix socket

PATIENCE = 3.0  # seconds until a part that has not answered counts as away: whoever asks has a limit, too

_SHOWN = registry(system_clock)
"""One for the process: it remembers how many documents are filed where counting them takes long."""


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers: nothing else is looked at, so that a lost server does not have it restarted."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """200 while papers can be taken in (catalogue and its store answer), else 503 with what is missing, within `PATIENCE`.

    The index and the broker do not count and are not asked: without them everything but searching works.
    """
    store = request.tools.store if settings.KHOSO.s3 is not None else None  # type: ignore[attr-defined]
    catalogue = _CATALOGUE.ask(_catalogue) if connection.vendor == "postgresql" else _catalogue()
    known = catalogue == "ok"
    parts = {
        "catalogue": catalogue,
        "store": _STORE.ask(lambda: _bucket(store, known=known)) if store is not None else _folder(),
    }
    ready = all(word == "ok" for word in parts.values())
    return JsonResponse({"ready": ready, **parts}, status=200 if ready else 503)


class Watched:
    """A part that is asked by one thread at a time: whoever is frozen holds up one thread and no answer of ours."""

    def __init__(self, patience: float = PATIENCE) -> None:
        self._patience = patience
        self._alone = threading.Lock()
        self._asked: Future[str] = Future()
        self._asked.set_result("away")

    def ask(self, look: Callable[[], str]) -> str:
        """What the part says; `away` if it is still silent when patience ends."""
        with self._alone:
            if self._asked.done():
                self._asked = Future()
                threading.Thread(target=self._look, args=(self._asked, look), name="readiness", daemon=True).start()
            asked = self._asked
        try:
            return asked.result(self._patience)
        except TimeoutError:
            return "away"

    @staticmethod
    def _look(asked: "Future[str]", look: Callable[[], str]) -> None:
        try:
            asked.set_result(look())
        except Exception as error:  # noqa: BLE001 - the boundary of the thread: whoever waits is told
            asked.set_exception(error)
        finally:
            connection.close()


_CATALOGUE, _STORE = Watched(), Watched()


def _catalogue() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except (OperationalError, InterfaceError):
        return "away"
    return "ok"


def _folder() -> str:
    folder = settings.KHOSO.home / "store"
    return "ok" if folder.is_dir() and os.access(folder, os.W_OK) else "away"


def _bucket(store: ObjectStore, *, known: bool) -> str:
    """`known`: the catalogue answers, so that it can be asked whether this is its store."""
    try:
        if known and another_kho(store):
            return "another"
        next(iter(store.names("00")), None)
    except (KhosoError, OSError, Error):
        return "away"
    return "ok"


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus's text; to whoever brings the token, or, without one set, to this machine alone."""
    if not _may_read(request):
        return HttpResponse(status=404)
    try:
        return HttpResponse(generate_latest(_SHOWN), content_type=CONTENT_TYPE_LATEST)
    except (OperationalError, InterfaceError):
        return HttpResponse("the catalogue is away\n", status=503, content_type="text/plain")


def _may_read(request: HttpRequest) -> bool:
    token = settings.KHOSO.metrics_token
    if token:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
        return hmac.compare_digest(given.encode(), token.encode())
    passed_on = "X-Forwarded-For" in request.headers or "Forwarded" in request.headers
    return request.META.get("REMOTE_ADDR", "") in _HERE and not passed_on
