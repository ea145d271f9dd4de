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
from warehouse.models import Document, RenditionKind, State
from warehouse.moving import Intake, NewRendition, Outcome, create, move
from warehouse.shelf import put_bytes

pytestmark = pytest.mark.django_db


class Read(LocalStore):
    """Calls something after an object was read."""

    act = staticmethod(lambda: None)

    def open(self, *given, **named):
        yield from super().open(*given, **named)
        self.act()


@pytest.fixture
def store(tmp_path):
    return Read(tmp_path / "store")


@pytest.fixture
def paper(store, person, now):
    """Makes documents of one page that wait for a person."""

    def made(name):
        jpeg = io.BytesIO()
        Image.new("RGB", (400, 200), "white").save(jpeg, "JPEG", comment=name.encode())
        sheet = NewRendition(RenditionKind.ORIGINAL, put_bytes(store, jpeg.getvalue()), "image/jpeg", part=1)
        key, intake = name.ljust(64, "."), Intake(by=person, queue="desk")
        document, _ = create(key, name, (sheet,), intake=intake, now=now)
        facts = FileFacts(Kind.JPEG, 10, Origin.PAPER, (PageFacts(1, 400, 200, 100, "file", "as_is"),))
        changes = {"facts": {"files": [facts.to_json()]}, "pages": 1, "origin": "paper"}
        waits = Outcome(State.TO_CONFIRM, changes=changes)
        assert move(document, waits, worker=None, actor="x", event="weigh", now=now)
        return document

    return made


@pytest.fixture
def image(store, tmp_path):
    """Makes the image of a document's page in the cache of a machine."""
    with Helper() as helper:

        def made(document, cache, width=200):
            work = tmp_path / f"work-{width}"
            return page_image(document, 1, width=width, rotation=0, store=store, helper=helper, cache=cache, work=work)

        yield made


@pytest.fixture
def erased(store, now):
    def act(document, cache):
        erase(
            Document.objects.get(pk=document.pk),
            by="quantri",
            reason="hết thời hạn lưu",
            basis="Quyết định 12/QĐ-UBND",
            store=store,
            index=MemoryIndex(),
            cache=cache,
            clock=lambda: now,
        )

    return act


def images(cache):
    return [path for path in cache.rglob("*.jpg") if path.is_file()]


def test_an_image_made_while_its_paper_is_erased_is_not_kept(paper, image, erased, store, tmp_path):
    document, cache = paper("một.jpg"), tmp_path / "cache"
    assert image(document, cache, 1400).is_file()
    store.act = lambda: erased(document, cache)
    with pytest.raises(LookupError):
        image(document, cache)
    assert images(cache) == []


def test_images_go_on_every_machine_wherever_the_erasure_is_ordered(paper, image, erased, tmp_path):
    here, elsewhere = tmp_path / "here", tmp_path / "elsewhere"
    papers = [paper(f"{n}.jpg") for n in range(3)]
    for document in papers[:2]:
        assert image(document, elsewhere).is_file()
        erased(document, here)
        assert len(images(elsewhere)) == 1
        kept = image(papers[2], elsewhere, 1400)
        assert images(elsewhere) == [kept]
        kept.unlink()
    (elsewhere / "erased").write_text("", encoding="ascii")  # after a power cut
    assert image(papers[2], elsewhere).is_file()
