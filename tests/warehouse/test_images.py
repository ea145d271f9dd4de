"""Page images for browsers."""

import io

import pytest
from PIL import Image

from khoso.erasing import erase
from pages.helper import Helper
from pages.ports import FileFacts, Kind, Origin, PageFacts
from search.adapters.memory import MemoryIndex
from warehouse.adapters.local import LocalStore
from warehouse.images import page_image
from warehouse.models import RenditionKind, State
from warehouse.moving import Intake, NewRendition, Outcome, create, move
from warehouse.shelf import put_bytes

pytestmark = pytest.mark.django_db


class Read(LocalStore):
    """Calls something after an object was read."""

    act = staticmethod(lambda: None)

    def open(self, *given, **named):
        yield from super().open(*given, **named)
        self.act()


def test_an_image_made_while_its_paper_is_erased_is_not_kept(person, now, tmp_path):
    jpeg = io.BytesIO()
    Image.new("RGB", (400, 200), "white").save(jpeg, "JPEG")
    store, cache = Read(tmp_path / "store"), tmp_path / "cache"
    sheet = NewRendition(RenditionKind.ORIGINAL, put_bytes(store, jpeg.getvalue()), "image/jpeg", part=1)
    document, _ = create("9" * 64, "trang.jpg", (sheet,), intake=Intake(by=person, queue="desk"), now=now)
    facts = FileFacts(Kind.JPEG, 10, Origin.PAPER, (PageFacts(1, 400, 200, 100, "file", "as_is"),))
    changes = {"facts": {"files": [facts.to_json()]}, "pages": 1, "origin": "paper"}
    assert move(document, Outcome(State.TO_CONFIRM, changes=changes), worker=None, actor="x", event="weigh", now=now)

    with Helper() as helper:

        def image(width):
            work = tmp_path / "work"
            return page_image(document, 1, width=width, rotation=0, store=store, helper=helper, cache=cache, work=work)

        def erased():
            erase(
                type(document).objects.get(pk=document.pk),
                by="quantri",
                reason="hết thời hạn lưu",
                basis="Quyết định 12/QĐ-UBND",
                store=store,
                index=MemoryIndex(),
                cache=cache,
                clock=lambda: now,
            )

        assert image(1400).is_file()
        (tmp_path / "work" / sheet.stored.digest).unlink()
        store.act = erased
        with pytest.raises(LookupError):
            image(200)
    assert [path for path in cache.rglob("*") if path.is_file()] == []
