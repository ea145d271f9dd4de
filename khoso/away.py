"""When a server is away: a page that says what is down, what was kept and what still works, instead of a bare error."""

import sys
from typing import Any

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template import loader
from django.utils.translation import gettext as _
from django.views.defaults import server_error

from khoso.kernel.errors import Unavailable

AGAIN = 10  # seconds after which a page asks again by itself


def failed(request: HttpRequest) -> HttpResponse:
    """Django's handler for errors no view caught: 503 where something is away, else the page for bugs."""
    error = sys.exc_info()[1]
    if isinstance(error, OperationalError | InterfaceError):
        down = _("Cơ sở dữ liệu tạm thời không trả lời.")
        works = _("Máy tại quầy vẫn quét được và giữ giấy tờ, sẽ tự gửi khi hệ thống trở lại. Các trang khác phải chờ.")
    elif isinstance(error, Unavailable):
        down = _("Một phần của hệ thống tạm thời không trả lời: %(detail)s") % {"detail": error}
        works = _("Những trang không cần phần này vẫn dùng được.")
    else:
        return server_error(request)
    return _told(request, {"down": down, "works": works, "again": AGAIN if request.method == "GET" else None})


def _told(request: HttpRequest, said: dict[str, Any]) -> HttpResponse:
    if request.path.startswith("/api/"):
        answer: HttpResponse = JsonResponse({"code": "unavailable", "detail": said["down"]}, status=503)
    else:
        answer = HttpResponse(loader.render_to_string("503.html", said), status=503)
    answer["Retry-After"] = str(AGAIN)
    return answer
