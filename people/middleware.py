"""Whoever needs a second factor does nothing before they have shown it in this session."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect

from people.roles import needs_second_factor

SHOWN = "factor_shown"
_FREE = frozenset({"second-factor", "sign-out", "set_language"})


class SecondFactorMiddleware:
    """Asked after the view is known, so that names of addresses count and not their spelling."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._get_response(request)

    def process_view(self, request: HttpRequest, *_: object) -> HttpResponse | None:
        """Send a person without their second factor to where they show or set it up."""
        if not request.user.is_authenticated or request.session.get(SHOWN):
            return None
        match = request.resolver_match
        if (match is not None and match.url_name in _FREE) or not needs_second_factor(request.user):
            return None
        if request.path.startswith("/api/"):
            return JsonResponse({"code": "second_factor", "detail": ""}, status=403)
        return redirect("second-factor")
