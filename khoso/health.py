"""Addresses for machines that watch over the program: `/healthz`, `/readyz`, `/metrics`."""

import hmac
import os

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from khoso.kernel.clock import system_clock
from khoso.kernel.errors import KhosoError
from khoso.metrics import registry

_HERE = {"127.0.0.1", "::1", ""}  # empty: a Unix socket

_SHOWN = registry(system_clock)
"""One for the process: it remembers how many documents are filed where counting them takes long."""


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers: nothing else is looked at, so that a lost server does not have it restarted."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """200 while papers can be taken in (catalogue and store answer), else 503 with what is missing.

    The index and the broker are told but do not count: without them everything but searching works.
    """
    parts = {"catalogue": _catalogue(), "store": _store(request)}
    ready = all(word == "ok" for word in parts.values())
    return JsonResponse({"ready": ready, **parts}, status=200 if ready else 503)


def _catalogue() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except (OperationalError, InterfaceError):
        return "away"
    return "ok"


def _store(request: HttpRequest) -> str:
    folder = settings.KHOSO.home / "store"
    if settings.KHOSO.s3 is None:
        return "ok" if folder.is_dir() and os.access(folder, os.W_OK) else "away"
    tools = request.tools  # type: ignore[attr-defined]
    try:
        next(iter(tools.store.names("00")), None)
    except (KhosoError, OSError):
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
