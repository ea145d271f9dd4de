"""A backup made while the Kho lets go of bytes."""

import pytest

from khoso.backup.making import Belongings, back_up
from warehouse import erasing
from warehouse.adapters.local import LocalStore
from warehouse.models import RenditionKind
from warehouse.moving import Intake, NewRendition, create, park
from warehouse.shelf import put_bytes

pytestmark = pytest.mark.django_db(transaction=True)


class Listed(LocalStore):
    """Calls something when it is listed for the first time."""

    def __init__(self, root, act):
        super().__init__(root)
        self._act = act

    def names(self, prefix=""):
        act, self._act = self._act, None
        if act:
            act()
        return super().names(prefix)


@pytest.mark.parametrize("alone", [False, True], ids=["with objects", "rows alone"])
def test_what_is_erased_between_the_rows_and_the_objects_is_no_loss(store, person, now, tmp_path, alone):
    """Nobody need be alarmed: the rows are read once more, and do not name it any more."""
    papers = []
    for data in (b"stays", b"goes"):
        sheet = NewRendition(RenditionKind.ORIGINAL, put_bytes(store, data), "image/jpeg", part=1)
        key = data.decode().ljust(64, ".")
        papers.append(create(key, "giay.jpg", (sheet,), intake=Intake(by=person, queue="today"), now=now)[0])
        assert park(papers[-1], {"code": "bug", "params": {}}, worker=None, actor="x", now=now)

    def erased():
        erasing.order(papers[-1], by="x", reason="hết thời hạn lưu", basis="Quyết định 12/QĐ-UBND", now=now)
        erasing.carry_out(store=store, now=now)

    folder = tmp_path / "backup"
    made = back_up(
        folder,
        store=Listed(store._root, erased if alone else None),
        shelf=None if alone else Listed(folder / "objects", erased),
        belongings=Belongings({}, {}),
        clock=lambda: now,
    )
    assert (made.manifest.objects, made.manifest.lost) == (1, [])
