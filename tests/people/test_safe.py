"""Second factors at rest: no secret in the database, keys that change, and what was kept before."""

import pyotp
import pytest
from django.test import Client

from khoso.kernel.clock import system_clock
from khoso.kernel.errors import Corrupted
from khoso.wiring import open_safe
from people import factors
from people.adapters.safe import FernetSafe
from people.models import SecondFactor

OLD, NEW = "o" * 40, "n" * 40


def test_what_is_locked_is_unlocked_by_its_key_alone():
    safe = FernetSafe((OLD,))
    locked = safe.lock("JBSWY3DPEHPK3PXP")
    assert "JBSWY3DPEHPK3PXP" not in locked
    assert locked != safe.lock("JBSWY3DPEHPK3PXP")
    assert safe.unlock(locked) == "JBSWY3DPEHPK3PXP"
    for text in (locked[:-4] + "AAAA", "JBSWY3DPEHPK3PXP", "", "é"):
        with pytest.raises(Corrupted):
            safe.unlock(text)
    with pytest.raises(Corrupted):
        FernetSafe((NEW,)).unlock(locked)


def test_keys_change_while_people_sign_in():
    before, between, after = FernetSafe((OLD,)), FernetSafe((NEW, OLD)), FernetSafe((NEW,))
    locked = before.lock("geheim")
    assert between.unlock(locked) == "geheim"
    assert before.is_newest(locked)
    assert not between.is_newest(locked)
    assert after.unlock(between.lock("geheim")) == "geheim"


def test_no_secret_stands_in_the_database(person):
    safe = open_safe()
    secret = factors.pending(person, safe=safe)
    assert secret == factors.pending(person, safe=safe)
    assert secret not in str(SecondFactor.objects.values())


def test_relocking_takes_old_keys_and_unlocked_secrets_along(person, unit):
    from people.accounts import ensure_user

    old = FernetSafe((OLD,))
    secret = factors.pending(person, safe=old)
    plain, lost = (ensure_user(name, full_name="", unit=unit)[0] for name in ("a", "b"))
    SecondFactor.objects.create(user=plain, secret="JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    SecondFactor.objects.create(user=lost, secret=FernetSafe(("x" * 40,)).lock("verloren"))
    both = FernetSafe((NEW, OLD))
    assert factors.locked(safe=both) == (3, 2), "one from before, one lost"
    assert factors.relock(safe=both) == (2, 1)
    assert factors.locked(safe=both) == (3, 1)
    assert factors.relock(safe=both) == (0, 1)
    new = FernetSafe((NEW,))
    assert new.unlock(SecondFactor.objects.get(user=person).secret) == secret
    assert new.unlock(SecondFactor.objects.get(user=plain).secret) == "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
    now = system_clock()
    assert factors.confirm(person, pyotp.TOTP(secret).at(now), now=now, safe=new)


def test_a_lost_key_leaves_recovery_codes_and_says_what_to_do(person):
    elsewhere, now = FernetSafe((OLD,)), system_clock()
    secret = factors.pending(person, safe=elsewhere)
    codes = factors.confirm(person, pyotp.TOTP(secret).at(now), now=now, safe=elsewhere)
    client = Client()
    client.post("/dang-nhap", {"username": person.username, "password": "mat-khau-rat-dai"})
    told = client.post("/dang-nhap/ma", {"code": "123456"})
    assert told.status_code == 422
    assert "mã dự phòng" in told.content.decode()
    assert client.post("/dang-nhap/ma", {"code": codes[0]})["Location"] == "/"
