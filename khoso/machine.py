"""Faults of the machine API: whatever goes wrong under `/api/` is told as its description says, whoever noticed it."""

import json
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

_CODES = {
    400: "bad_request",
    403: "forbidden",
    404: "no_such_address",
    405: "method_not_allowed",
    413: "too_large",
    503: "unavailable",
}


def _detail(status: int) -> str:
    words = {
        400: _("Yêu cầu không đọc được."),
        403: _("Không được làm việc này, hoặc thiếu mã chống giả mạo (CSRF)."),
        404: _("Không có địa chỉ này trong API; mô tả ở /api/v1/openapi.json."),
        405: _("Địa chỉ này không nhận phương thức ấy; xem tiêu đề Allow."),
        413: _("Yêu cầu quá lớn."),
        503: _("Một phần của hệ thống tạm thời không trả lời."),
    }
    return words.get(status, _("Lỗi của chương trình. Dữ liệu vẫn còn nguyên; báo người quản trị."))


class MachineFaultsMiddleware:
    """Turns pages for people into `{"code", "detail"}`; outermost of all that may answer, so that none is missed."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self._get_response(request)
        if not request.path.startswith("/api/") or answer.status_code < 400:
            return answer
        if answer.headers.get("Content-Type", "").startswith("application/json"):
            return answer
        told = {"code": _CODES.get(answer.status_code, "bug"), "detail": _detail(answer.status_code)}
        answer.content = json.dumps(told, ensure_ascii=False).encode()
        answer.headers["Content-Type"] = "application/json; charset=utf-8"
        answer.headers["Content-Length"] = str(len(answer.content))
        return answer
