"""Two who manage people at the same moment, each on the strength of what the other is about to end: one of them is refused."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from khoso.kernel.clock import today
from khoso.kernel.errors import Refused
from people.accounts import ensure_unit, ensure_user
from people.managing import change_unit, close
from people.models import Role, Unit, User
from people.roles import give
from people.units import change_from, dissolve

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("on_postgres")]


def both(act):
    """`act(0)` and `act(1)` at once; how many were refused."""
    gate = threading.Barrier(2)

    def one(n):
        try:
            gate.wait(20)
            act(n)
        except Refused:
            return 1
        finally:
            connection.close()
        return 0

    with ThreadPoolExecutor(2) as pool:
        return sum(pool.map(one, range(2)))


@pytest.fixture
def administrators(unit):
    made = [
        ensure_user(f"quantri{n}", full_name=f"Quản Trị {n} MẪU", unit=unit, password="mat-khau-rat-dai", role=None)[0]
        for n in range(2)
    ]
    for user in made:
        give(user, Role.ADMINISTRATOR, None, by="t", since=today())
    return made


def test_of_two_administrators_who_close_each_others_account_one_stays(administrators):
    assert both(lambda n: close(User.objects.get(pk=administrators[1 - n].pk), by=administrators[n])) == 1
    assert User.objects.filter(pk__in=[user.pk for user in administrators], is_active=True).count() == 1


@pytest.mark.parametrize("way", ["mended", "by decision", "merged"])
def test_no_two_units_come_to_stand_below_each_other(administrators, way):
    for again in range(4):
        units = [ensure_unit(f"H36.{20 + 2 * again + n}", f"Đơn vị {n} MẪU") for n in range(2)]

        def put(n, units=units):
            mine, other = (Unit.objects.get(pk=units[at].pk) for at in (n, 1 - n))
            if way == "mended":
                change_unit(mine, mine.name, other, by=administrators[n])
            elif way == "by decision":
                change_from(mine, mine.name, other, on=today(), basis="Quyết định 12/QĐ-UBND", by="t")
            else:
                dissolve(mine, other, basis="Quyết định 12/QĐ-UBND", by="t")

        assert both(put) == 1
        assert Unit.objects.filter(pk__in=[one.pk for one in units], parent=None).count() == 1
