"""How the program's own log looks: plain lines for one machine, or JSON, one object per line, with ids and no personal data.

What is logged names documents and requests by id only; names, numbers and texts of people stay in the catalogue.
"""

import logging
import re
import uuid
from collections.abc import Callable
from types import TracebackType
from typing import Any
from uuid import UUID

import structlog
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.utils.log import log_response
from structlog.contextvars import bound_contextvars, merge_contextvars
from structlog.typing import Processor

from khoso.configuration import Misconfigured
from khoso.kernel.errors import Unavailable

REQUEST_ID = "X-Request-ID"
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_SHARED: list[Processor] = [
    merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


FILTERS = {"addresses": {"()": "khoso.logs.AddressesByRoute"}, "away": {"()": "khoso.logs.AwayIsOneLine"}}
"""What every line passes, in this order."""


def formatters() -> dict[str, dict[str, str]]:
    """The forms of a line, by the names `KHOSO_LOG_FORMAT` knows."""
    return {
        "plain": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"},
        "json": {"()": "khoso.logs.json_formatter"},
    }


def gunicorn(form: str) -> dict[str, Any]:
    """Gunicorn's `logconfig_dict`, so that its own lines have the form of ours."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": FILTERS,
        "formatters": formatters(),
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": form, "filters": list(FILTERS)}},
        "root": {"level": "WARNING", "handlers": ["stderr"]},
        "loggers": {"gunicorn.error": {"level": "INFO", "handlers": ["stderr"], "propagate": False}},
    }


class AddressesByRoute(logging.Filter):
    """An address in a line of Django's as its route: what people type into one, or its one-time secret, is not for a log.

    Ids of documents and rows stay, for they are what a line is looked for by.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)
        if isinstance(request, HttpRequest) and isinstance(record.args, tuple):
            typed = {request.path, request.path.encode("unicode_escape").decode("ascii")}  # Django's log escapes
            record.args = tuple(_route(request) if arg in typed else arg for arg in record.args)
        return True


def _route(request: HttpRequest) -> str:
    try:
        match = request.resolver_match or resolve(request.path_info)
    except Resolver404:
        return "an address that is not ours"
    shown = match.route
    for name, value in match.kwargs.items():
        if isinstance(value, UUID | int) or _UUID.fullmatch(str(value)):
            shown = re.sub(rf"<(\w+:)?{name}>", str(value), shown)
    return f"/{shown}"


class AwayIsOneLine(logging.Filter):
    """A server that is away is no bug: one line at each request that needed it, without the places it was noticed in.

    Nor is a mistaken configuration: gunicorn says the mistakes themselves in the next line.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        if isinstance(error, OperationalError | InterfaceError | Unavailable):
            record.msg, record.args = "%s: away (%s)", (record.getMessage(), type(error).__name__)
            record.exc_info = record.exc_text = None
            record.levelno, record.levelname = logging.WARNING, "WARNING"
        elif isinstance(error, Misconfigured):
            record.msg, record.args = "%s: mistaken configuration", (record.getMessage(),)
            record.exc_info = record.exc_text = None
        return True


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
            if response.status_code >= 400:  # Django would log it just after this, and without the id
                log_response("%s: %s", response.reason_phrase, request.path, response=response, request=request)
        response[REQUEST_ID] = name
        return response
