"""No page and no answer of the API asks the database more than 25 questions: every address of the access matrix."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from catalogue.models import DocumentType
from people.accounts import ensure_user

from .test_matrix import DIGEST, ROWS, place

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tables")]
MOST = 25
__all__ = ["place"]


def test_no_address_asks_more_than_25_questions(place, unit):
    document, glass = place
    owner, _ = ensure_user("chu", full_name="Lê Thị Mẫu", unit=unit, admin=True, demo=True)
    client = Client()
    client.force_login(owner)
    kind = DocumentType.objects.order_by("pk").values_list("pk", flat=True)[0]
    asked = {}
    for row in ROWS:
        if row["method"] != "GET":
            continue
        address = row["address"].replace("{document}", str(document.pk)).replace("{glass}", str(glass.pk))
        address = address.replace("{digest}", DIGEST).replace("{type}", str(kind))
        client.get(address)  # what is made once for a process
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        asked[address] = len(queries)
    assert max(asked.values()) > 5
    assert {address: count for address, count in asked.items() if count > MOST} == {}
