"""The machine API: routers of the packages, who may call, and how errors look. OpenAPI at `/api/v1/openapi.json`."""

import json
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.datastructures import MultiValueDict
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema
from ninja.parser import Parser
from ninja.security import HttpBearer, SessionAuth

from indicators.api import router as indicators_router
from ingest.api import router as ingest_router
from khoso import __version__
from khoso.kernel.clock import system_clock
from khoso.kernel.errors import Corrupted, KhosoError, Refused, Unavailable
from khoso.kernel.reasons import ReasonCode
from ocr.api import router as ocr_router
from people.models import User
from people.tokens import Scope, bearer
from search.api import router as search_router
from warehouse.api import router as warehouse_router


class TokenAuth(HttpBearer):
    """`Authorization: Bearer …` of a machine; the request then acts as the token's account, within its scopes."""

    def authenticate(self, request: HttpRequest, token: str) -> User:
        scope = Scope.READ if request.method in {"GET", "HEAD"} else Scope.CAPTURE
        user = bearer(token, scope, now=system_clock())
        if user is None:  # no session is asked instead: whoever sends a token is a machine
            raise Refused(ReasonCode.TOKEN_NOT_TAKEN, scope=scope.value)
        request.user = user
        return user


def _not_found(error: Refused) -> bool:
    return error.reason.code in {ReasonCode.NO_SUCH_DOCUMENT, ReasonCode.NO_SUCH_RENDITION}


_FAULT = {
    "description": "What went wrong",
    "content": {
        "application/json": {
            "schema": {
                "type": "object",
                "properties": {"code": {"type": "string"}, "detail": {}, "errors": {"type": "array"}},
                "required": ["detail"],
            }
        }
    },
}
_ANSWERS = {
    "400": "the body is no JSON",
    "401": "no token, or none that lives and reaches this",
    "403": "not this account's to do",
    "404": "there is no such thing, or not for this account: the answer is the same",
    "422": "the request cannot be taken as it is; `detail` says why",
    "503": "something needed is away: try again later",
}
"""What any operation may answer besides what it says itself."""


class DescribedAPI(NinjaAPI):
    """Says in its description which faults any operation may answer."""

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> OpenAPISchema:
        made = super().get_openapi_schema(path_prefix=path_prefix, path_params=path_params)
        for methods in made["paths"].values():
            for operation in methods.values():
                said = operation["responses"]
                known = {str(status) for status in said}
                said.update(
                    {status: {**_FAULT, "description": why} for status, why in _ANSWERS.items() if status not in known}
                )
        return made


class PlainTextParser(Parser):
    """JSON and queries without NUL characters and lone surrogates, which no database keeps."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        if b"\\u0000" in request.body:
            raise ValueError("NUL")
        read = super().parse_body(request)
        if b"\\ud" in request.body.lower():
            json.dumps(read, ensure_ascii=False).encode()  # half a character is no text: a ValueError
        return read

    def parse_querydict(
        self, data: "MultiValueDict[str, Any]", list_fields: list[str], request: HttpRequest
    ) -> dict[str, Any]:
        if any("\0" in value for _name, values in data.lists() for value in values):
            raise HttpError(422, "NUL")
        return super().parse_querydict(data, list_fields, request)


api = DescribedAPI(
    title="Khoso",
    version=__version__,
    description="Documents in, documents found: upload, status, search.",
    auth=[TokenAuth(), SessionAuth()],
    parser=PlainTextParser(),
    docs_url=None,  # its page loads scripts from elsewhere; the description itself is at openapi.json
)
api.add_router("", ingest_router)
api.add_router("", warehouse_router)
api.add_router("", ocr_router)
api.add_router("", search_router)
api.add_router("", indicators_router)

_BY_CODE = {ReasonCode.NOT_ALLOWED: 403, ReasonCode.TOKEN_NOT_TAKEN: 401, ReasonCode.NOT_SIGNED_IN: 401}
_STATUS: dict[type[KhosoError], Callable[[Any], int]] = {
    Refused: lambda error: 404 if _not_found(error) else _BY_CODE.get(error.reason.code, 422),
    Unavailable: lambda _: 503,
    Corrupted: lambda _: 500,
}


@api.exception_handler(ValidationError)
def _tell_where(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """A sentence for people that names what is wrong; `errors` says it for machines."""
    where = dict.fromkeys(str(one["loc"][-1]) for one in error.errors if one.get("loc"))
    refused = Refused(ReasonCode.BAD_REQUEST, where=", ".join(where) or "?")
    told = {"code": refused.reason.code.value, "detail": str(refused), "errors": error.errors}
    return api.create_response(request, told, status=422)


@api.exception_handler(AuthenticationError)
def _tell_stranger(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    """Neither a token nor a session."""
    return _tell(request, Refused(ReasonCode.NOT_SIGNED_IN))


@api.exception_handler(KhosoError)
def _tell(request: HttpRequest, error: KhosoError) -> HttpResponse:
    status = next(code(error) for kind, code in _STATUS.items() if isinstance(error, kind))
    code = error.reason.code.value if isinstance(error, Refused) else type(error).__name__.lower()
    return api.create_response(request, {"code": code, "detail": str(error)}, status=status)
