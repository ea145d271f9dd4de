"""Whether a store is the catalogue's own: a new, empty bucket must not take papers in because of a slip of the pen."""

import contextlib

import pytest
from django.conf import settings as django_settings
from django.db import OperationalError, connection

from khoso.checking import Fault, check
from khoso.configuration import Misconfigured, load
from khoso.embedded import require_own_store
from khoso.health import _bucket
from khoso.kernel.clock import system_clock
from khoso.kernel.doorbell import Queue
from khoso.kernel.errors import Unavailable
from search.adapters.memory import MemoryIndex
from warehouse.adapters.local import LocalStore
from warehouse.models import Rendition, RenditionKind
from warehouse.moving import Intake, create
from warehouse.ports import YOUNG
from warehouse.shelf import LOOKED_FOR, another_kho, put_bytes

pytestmark = pytest.mark.django_db


class Away(LocalStore):
    """Never answers."""

    def open(self, name, *, start=0, length=None):
        raise Unavailable("away")


def enter(person, stored, part):
    row = create(stored.digest, "a", (), intake=Intake(by=person, queue=Queue.TODAY), now=system_clock())[0]
    Rendition.objects.create(
        document=row, kind=RenditionKind.ORIGINAL, part=part, digest=stored.digest, size=stored.size,
        media_type="image/jpeg", created_at=system_clock(),
    )  # fmt: skip


def test_a_store_without_any_of_the_newest_objects_is_another_khos(store, person, tmp_path):
    other = LocalStore(tmp_path / "other")
    assert another_kho(other) == 0, "an empty catalogue has no store yet"
    for number in range(LOOKED_FOR + 2):
        enter(person, put_bytes(store, b"page %d" % number), 0)
    assert another_kho(store) == 0
    assert another_kho(other) == LOOKED_FOR
    put_bytes(other, b"page %d" % (LOOKED_FOR + 1))
    assert another_kho(other) == 0, "some bytes were lost: a matter for check"


def test_a_catalogue_that_names_nothing_clears_no_strays_away(store, person):
    stored = put_bytes(store, b"all that is left of a lost catalogue")

    def strays():
        found = check(store=store, index=MemoryIndex(), clock=lambda: system_clock() + 2 * YOUNG, repair=True)
        return [(one.what, one.mended) for one in found.differences if one.fault is Fault.STRAY]

    assert strays() == [(stored.digest, False)]
    enter(person, put_bytes(store, b"page"), 0)
    assert strays() == [(stored.digest, True)]


def test_what_is_not_ours_is_named_by_check_and_left(store, tmp_path):
    put_bytes(store, b"page")
    (tmp_path / "store" / "ghi-chu.txt").write_bytes(b"not ours")
    for _again in range(2):
        found = check(store=store, index=MemoryIndex(), clock=system_clock, repair=True).differences
        assert [(one.fault, one.what, one.mended) for one in found] == [(Fault.FOREIGN, "ghi-chu.txt", False)]


def test_pages_are_not_ready_for_it(store, person, tmp_path):
    enter(person, put_bytes(store, b"page"), 0)
    other = LocalStore(tmp_path / "other")
    assert _bucket(store, known=True) == "ok"
    assert _bucket(other, known=True) == "another"
    assert _bucket(other, known=False) == "ok", "nobody can tell while the catalogue is away"
    assert _bucket(Away(tmp_path / "away"), known=True) == "away"


def test_on_a_server_it_is_not_opened(store, person, settings, tmp_path):
    enter(person, put_bytes(store, b"page"), 0)
    other = LocalStore(tmp_path / "other")
    home = str(django_settings.KHOSO.home)
    settings.KHOSO = load({"KHOSO_HOME": home})
    require_own_store(other)  # an embedded home is one folder: check tells what it lacks
    settings.KHOSO = load(
        {
            "KHOSO_HOME": home,
            "KHOSO_STORE_URL": "http://s3:9000/khoo",
            "KHOSO_S3_ACCESS_KEY": "a",
            "KHOSO_S3_SECRET_KEY": "b",
        }
    )
    with pytest.raises(Misconfigured, match="KHOSO_STORE_URL"):
        require_own_store(other)
    require_own_store(store)
    require_own_store(Away(tmp_path / "away"))
    with without_catalogue():
        require_own_store(other)  # a worker that is forked meanwhile waits like the others


@contextlib.contextmanager
def without_catalogue():
    def away(*_):
        raise OperationalError("the connection is closed")

    with connection.execute_wrapper(away):
        yield
