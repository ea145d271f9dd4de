"""Refuses requests with NUL characters, which no database keeps and no person types, before anything looks at them."""

from collections.abc import Callable

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.http.request import UnreadablePostError

NUL = "\0"
_FORMS = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})


class PlainTextMiddleware:
    """Addresses, queries and cookies are looked at first of all, forms once their view is known.

    Bodies of the machine API are its own parser's to judge (`khoso.api.PlainTextParser`), names of files those of whoever
    takes them in.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith("/api/") and _holds_nul(request):
            raise BadRequest("NUL")
        return self._get_response(request)

    def process_view(self, request: HttpRequest, *_: object) -> None:
        """A form with a NUL is no form."""
        if request.method != "POST" or request.content_type not in _FORMS or request.path.startswith("/api/"):
            return
        try:
            rows = list(request.POST.lists())
        except UnreadablePostError:  # whoever sent it is gone
            return
        if any(NUL in text for name, values in rows for text in (name, *values)):
            raise BadRequest("NUL")


def _holds_nul(request: HttpRequest) -> bool:
    asked = (text for name, values in request.GET.lists() for text in (name, *values))
    return NUL in request.path or any(NUL in text for text in (*asked, *request.COOKIES.values()))
