"""A server that is away is told in a sentence, by pages and by the API; a bug stays a bug."""

import pytest
from django.db import OperationalError
from django.test import Client
from django.urls import path

from khoso.kernel.errors import Unavailable
from khoso.urls import handler500

assert handler500


def no_database(request):
    raise OperationalError("connection refused at 10.0.0.1")


def no_store(request):
    raise Unavailable("kho S3 http://kho: không trả lời")


def bug(request):
    raise KeyError("x")


urlpatterns = [
    path("db", no_database),
    path("store", no_store),
    path("bug", bug),
    path("api/v1/db", no_database),
]
pytestmark = pytest.mark.urls(__name__)


@pytest.fixture
def browser():
    return Client(raise_request_exception=False)


@pytest.mark.parametrize(
    ("address", "said"),
    [("/db", "Cơ sở dữ liệu tạm thời không trả lời"), ("/store", "kho S3 http://kho: không trả lời")],
)
def test_what_is_down_and_what_was_kept_is_said(browser, address, said):
    answer = browser.get(address)
    assert answer.status_code == 503
    assert answer["Retry-After"] == "10"
    page = answer.content.decode()
    for sentence in (said, "Chưa mất gì", 'http-equiv="refresh"'):
        assert sentence in page
    assert "10.0.0.1" not in page  # where servers stand is nobody's business


def test_a_form_is_not_sent_again_by_itself(browser):
    page = browser.post("/db").content.decode()
    assert "http-equiv" not in page
    assert "Hãy quay lại trang trước" in page


def test_machines_are_told_to_come_back(browser):
    answer = browser.get("/api/v1/db")
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")


def test_a_bug_is_no_outage(browser):
    answer = browser.get("/bug")
    assert answer.status_code == 500
    assert "Có lỗi trong chương trình" in answer.content.decode()
