"""People of a small tree of units."""

from datetime import timedelta

import pytest
from django.test import Client

from khoso.kernel.clock import today
from people.accounts import ensure_user
from people.middleware import SHOWN
from people.models import Role, Unit
from people.roles import give


@pytest.fixture
def officer_of():
    """Makes an account with a role in a unit (an officer, unless said otherwise)."""

    def made(unit, role=Role.OFFICER, name="canbo"):
        user, _ = ensure_user(name, full_name=f"{name.title()} Mẫu", unit=unit, role=None)
        give(user, role, unit, by="test", since=today() - timedelta(days=1))
        return user

    return made


@pytest.fixture
def signed_in():
    """A client of somebody who has passed the second factor."""

    def made(user):
        client = Client()
        client.force_login(user)
        session = client.session
        session[SHOWN] = True
        session.save()
        return client

    return made


@pytest.fixture
def tree(db):
    """A province's office, two communes below it, a counter below the first; and an office beside it."""
    top = Unit.objects.create(code="H36", name="Tỉnh MẪU")
    first = Unit.objects.create(code="H36.1", name="=Xã Một", parent=top)
    second = Unit.objects.create(code="H36.2", name="Xã Hai", parent=top)
    desk = Unit.objects.create(code="H36.1.1", name="Quầy Một", parent=first)
    beside = Unit.objects.create(code="H40", name="Tỉnh Khác")
    return {"top": top, "first": first, "second": second, "desk": desk, "beside": beside}
