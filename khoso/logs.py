"""How the program's own log looks: plain lines for one machine, or JSON, one object per line, with ids and no personal data.

What is logged names documents and requests by id only; names, numbers and texts of people stay in the catalogue.
"""

import logging
import uuid
from collections.abc import Callable
from types import TracebackType

import structlog
from django.http import HttpRequest, HttpResponse
from structlog.contextvars import bound_contextvars, merge_contextvars
from structlog.typing import Processor

REQUEST_ID = "X-Request-ID"
_SHARED: list[Processor] = [
    merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


def json_formatter() -> logging.Formatter:
    """Formatter of the `json` format: `event`, `level`, `logger`, `timestamp`, `document` and `request` where known."""
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[*_SHARED, structlog.processors.ExceptionRenderer(_where)],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.JSONRenderer(ensure_ascii=False, sort_keys=True),
        ],
    )


def _where(exc_info: tuple[type[BaseException], BaseException, TracebackType | None]) -> list[str]:
    """An exception as its kind and places: messages and values may hold what is written on a paper."""
    kind, _value, trace = exc_info
    places = [kind.__name__]
    while trace is not None:
        code = trace.tb_frame.f_code
        places.append(f"{code.co_filename.rpartition('/')[2]}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return places


class RequestIdMiddleware:
    """Gives each request an id (the proxy's, if it sends one), for the log and the answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get(REQUEST_ID, "")
        name = given if given.isascii() and given.replace("-", "").isalnum() and len(given) <= 64 else uuid.uuid4().hex
        with bound_contextvars(request=name):
            response = self._get_response(request)
        response[REQUEST_ID] = name
        return response
