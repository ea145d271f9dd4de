"""Two people who each let one paper replace the other, at the same moment: one of them is refused, whatever the order."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from khoso.kernel.clock import day_of, system_clock
from khoso.kernel.errors import Refused
from khoso.kernel.reasons import ReasonCode
from tests.amending.conftest import filed_document
from warehouse.models import Document, Validity
from warehouse.validity import change

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("on_postgres")]


@pytest.mark.parametrize("length", [2, 3, 4])
def test_no_circle_closes_while_everybody_looks_elsewhere(person, length):
    now = system_clock()
    papers = [filed_document(person, now, key=str(n), code=f"K-{n}") for n in range(length)]
    for _again in range(4):
        for paper in papers:
            Document.objects.filter(pk=paper.pk).update(validity="active")
            paper.refresh_from_db()
        gate = threading.Barrier(length)

        def replace(n, gate=gate):
            try:
                gate.wait(20)
                change(
                    papers[n], Validity.REPLACED, by="canbo", why="cấp lại theo đơn của chủ", basis="",
                    since=day_of(now - timedelta(days=1)), seen=papers[n].version, now=now,
                    replaced_by=papers[(n + 1) % length].pk,
                )  # fmt: skip
            except Refused as error:
                return error.reason.code
            finally:
                connection.close()
            return None

        with ThreadPoolExecutor(length) as pool:
            said = list(pool.map(replace, range(length)))
        assert said.count(ReasonCode.REPLACED_IN_CIRCLE) == 1
        assert said.count(None) == length - 1
