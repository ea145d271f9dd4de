"""The OpenAPI description tells the truth: whatever is asked, nothing breaks and every answer is one it names.

The questions are made from the description itself (schemathesis), the same at each run.
"""

import json

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.generation import GenerationMode
from schemathesis.openapi.checks import UndefinedStatusCode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from khoso.api import api
from khoso.kernel.clock import system_clock, today
from people.models import Role
from people.roles import give
from people.tokens import issue
from warehouse.models import State
from warehouse.moving import Intake, NewRecord, Outcome, create
from warehouse.moving import move as advance

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tables")]
OPERATIONS = [
    (method.upper(), path) for path, methods in api.get_openapi_schema()["paths"].items() for method in methods
]
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
EXAMPLES = 20


@pytest.fixture(autouse=True)
def _one_connection():
    """A request's end would close the connection that the test's transaction lives on."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def described(schema):
    made = schemathesis.openapi.from_dict(schema)
    made.app = WSGIHandler()
    return made


@pytest.fixture
def description():
    return described(json.loads(json.dumps(api.get_openapi_schema(), default=str)))


@pytest.fixture
def token(person, unit):
    """Of somebody who may do all that machines may."""
    for role in (Role.ARCHIVIST, Role.HEAD):
        give(person, role, unit, by="t", since=today())
    return issue(person, "thử", now=system_clock())


@pytest.fixture
def document(person, now):
    made, _ = create("a" * 64, "giấy.pdf", (), intake=Intake(by=person, queue="desk"), now=now)
    field = {
        "value": "TỜ TRÌNH", "text": "TỜ TRÌNH", "page": 1, "box": None, "confidence": 0.9, "source": "ocr",
        "engine": "t", "rule": "r@1", "doubtful": False, "doubts": [], "by": "",
    }  # fmt: skip
    record = NewRecord("administrative_document", 0.9, {"title": field}, "0" * 64)
    changes = {"document_type": "administrative_document", "pages": 0, "facts": {"files": []}}
    assert advance(
        made, Outcome(State.CONFIRMED, record=record, changes=changes), worker=None, actor="s", event="e", now=now
    )
    return made


@pytest.mark.parametrize(("method", "path"), OPERATIONS, ids=[" ".join(one) for one in OPERATIONS])
def test_every_answer_is_described(description, token, document, method, path):
    operation = description[path][method]
    questions = st.one_of(*(operation.as_strategy(mode) for mode in GenerationMode))

    @settings(
        max_examples=EXAMPLES, derandomize=True, database=None, deadline=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=questions, real=st.booleans())
    def ask(case, real):
        if real and "document" in (case.path_parameters or {}):
            case.path_parameters["document"] = str(document.pk)
        answer = case.call(headers={"Authorization": f"Bearer {token}"})
        case.validate_response(answer, checks=CHECKS)
        met.add(answer.status_code)

    met = set()
    ask()
    assert met


def test_a_description_that_lies_would_be_noticed(description, token):
    """The checks do check: what answers 200 is not what a description of 418 alone allows."""
    lying = described(
        {
            "openapi": "3.1.0",
            "info": {"title": "lie", "version": "1"},
            "paths": {"/healthz": {"get": {"responses": {"418": {"description": "a teapot"}}}}},
        }
    )
    case = lying["/healthz"]["GET"].Case()
    answer = case.call()
    assert answer.status_code == 200
    with pytest.raises(FailureGroup) as told:
        case.validate_response(answer, checks=CHECKS)
    assert [type(fault) for fault in told.value.exceptions] == [UndefinedStatusCode]
