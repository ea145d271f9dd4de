"""What every request of a signed-in person passes: the age of the session, the second factor, and that browsers keep no page."""

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, resolve_url
from django.utils.translation import gettext as _

from khoso.kernel.clock import system_clock
from people.roles import needs_second_factor, remember

IDLE = timedelta(hours=1)
"""How long a session lives without its person: a desk left alone is nobody's."""
LONGEST = timedelta(hours=12)
"""How long a session lives at most: a working day."""
_NOTED = 60  # seconds: how exactly the last sign of life is written down
_SINCE, _SEEN = "since", "seen"

SHOWN = "factor_shown"
_FREE = frozenset({"second-factor", "sign-out", "set_language"})


class SessionAgeMiddleware:
    """Ends sessions by age, and says so of one that ended elsewhere: nobody is left before a page that lost its person.

    What a page fetches by itself (htmx) is no sign of life of its person.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and self._is_over(request):
            logout(request)
            messages.info(
                request, _("Phiên làm việc đã hết vì lâu không dùng. Hãy đăng nhập lại; việc đã lưu vẫn còn.")
            )
        elif not request.user.is_authenticated and _ended_elsewhere(request):
            messages.info(
                request,
                _(
                    "Phiên làm việc đã kết thúc: quản trị kết thúc nó, vai trò, đơn vị hay mật khẩu của bạn vừa đổi, hoặc đã lâu không dùng."
                    " Hãy đăng nhập lại; việc đã lưu vẫn còn."
                ),
            )
        return _whole_page(request, self._get_response(request))

    def _is_over(self, request: HttpRequest) -> bool:
        now, session = system_clock().timestamp(), request.session
        since, seen = session.get(_SINCE), session.get(_SEEN)
        if since is None or seen is None:
            session[_SINCE] = session[_SEEN] = now
            return False
        if now - seen > IDLE.total_seconds() or now - since > LONGEST.total_seconds():
            return True
        if now - seen > _NOTED and "HX-Request" not in request.headers:
            session[_SEEN] = now
        return False


def _ended_elsewhere(request: HttpRequest) -> bool:
    """Whether the browser still shows a session that is no more; asked after the session was looked for."""
    return bool(request.COOKIES.get(settings.SESSION_COOKIE_NAME)) and request.session.session_key is None


def _whole_page(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    """To sign in, the whole page is left: the form is no part of a list that asks for its news."""
    if "HX-Request" not in request.headers or not answer.has_header("Location"):
        return answer
    door = resolve_url(settings.LOGIN_URL)
    if not answer["Location"].startswith(door):
        return answer
    at = urlsplit(request.headers.get("HX-Current-URL", ""))
    here = f"{at.path}?{at.query}" if at.query else at.path
    answer = HttpResponse(status=204)
    answer["HX-Redirect"] = f"{door}?{urlencode({'next': here})}" if here else door
    return answer


class KeepNoPageMiddleware:
    """Whatever was made for somebody is kept by no browser, unless it says otherwise: a desk's next person presses «back»."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self._get_response(request)
        if request.session.accessed and not answer.has_header("Cache-Control"):
            answer["Cache-Control"] = "private, no-store"
        return answer


class SecondFactorMiddleware:
    """Asked after the view is known, so that names of addresses count and not their spelling."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._get_response(request)

    def process_view(self, request: HttpRequest, *_: object) -> HttpResponse | None:
        """Send a person without their second factor to where they show or set it up."""
        if not request.user.is_authenticated:
            return None
        if request.method in {"GET", "HEAD"}:
            remember(request.user)
        if request.session.get(SHOWN):
            return None
        match = request.resolver_match
        if (match is not None and match.url_name in _FREE) or not needs_second_factor(request.user):
            return None
        if request.path.startswith("/api/"):
            return JsonResponse({"code": "second_factor", "detail": ""}, status=403)
        return redirect("second-factor")
