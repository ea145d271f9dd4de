"""Behind the TLS proxy: who really asks. Only used where `KHOSO_TLS` says that a proxy stands in front."""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse


class ClientAddress:
    """Takes the asker's address from the proxy, so that limits on tries count people and not the proxy.

    The last entry of `X-Forwarded-For` is the one our own proxy wrote; earlier ones may be anybody's invention.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        if not settings.KHOSO.tls:
            raise MiddlewareNotUsed
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        told = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
        if told:
            request.META["REMOTE_ADDR"] = told
        return self._get_response(request)
