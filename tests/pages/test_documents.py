"""PDF structure: boxes, signature fields, what acts by itself, passwords."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Pdf

from khoso.kernel.errors import Refused
from khoso.kernel.reasons import ReasonCode
from pages import limits
from pages.inside.documents import active_content, filled_signatures, geometry, opened
from pages.inside.light import light_look
from tests.pages.making import Maker


def open_and_close(path: Path) -> None:
    with opened(path):
        pass


def refusal(path: Path) -> ReasonCode:
    with pytest.raises(Refused) as refused:
        open_and_close(path)
    return refused.value.reason.code


def changed(path: Path, change: Callable[[Pdf], object]) -> Path:
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        change(pdf)
        pdf.save(path)
    return path


@pytest.mark.parametrize(
    ("keys", "size", "turned"),
    [
        ({}, (596, 842), (596, 842)),
        ({"Rotate": 90}, (596, 842), (842, 596)),
        ({"Rotate": -90}, (596, 842), (842, 596)),
        ({"Rotate": 45}, (596, 842), (596, 842)),
        ({"CropBox": Array([100, 100, 300, 400])}, (596, 842), (200, 300)),
        ({"CropBox": Array([300, 400, 100, 100])}, (596, 842), (200, 300)),
        ({"CropBox": Array([2000, 2000, 3000, 3000])}, (596, 842), (596, 842)),
        ({"CropBox": Name.Nonsense}, (596, 842), (596, 842)),
        ({"UserUnit": 2}, (596, 842), (1192, 1684)),
        ({"MediaBox": Array([0, 0, 0, 0])}, (596, 842), (612, 792)),
    ],
)
def test_the_visible_page(make: Maker, keys: dict[str, Any], size: tuple[int, int], turned: tuple[int, int]) -> None:
    with opened(make.pdf("a.pdf", size=size, keys=keys)) as pdf:
        assert geometry(pdf.pages[0]).pixels(72) == turned


def test_broken_structure_is_repaired_or_refused(make: Maker) -> None:
    path = make.pdf("a.pdf", pages=3)
    data = path.read_bytes()
    path.write_bytes(data[: data.rindex(b"startxref")])
    with opened(path) as pdf:
        assert len(pdf.pages) == 3
    assert refusal(make.write("b.pdf", b"%PDF-1.7\n" + bytes(500))) is ReasonCode.DAMAGED


def test_number_of_pages(make: Maker) -> None:
    with pikepdf.new() as pdf:
        pdf.save(make.path("none.pdf"))
    assert refusal(make.path("none.pdf")) is ReasonCode.NO_PAGES
    assert refusal(make.pdf("many.pdf", pages=limits.MAX_PAGES + 1)) is ReasonCode.TOO_MANY_PAGES


def test_a_password_to_open_refuses_a_password_to_change_is_told(make: Maker) -> None:
    locked = make.pdf("a.pdf", encryption=pikepdf.Encryption(user="mở", owner="chủ"))
    assert refusal(locked) is ReasonCode.ENCRYPTED
    kept = pikepdf.Permissions(extract=False, modify_annotation=True)
    restricted = make.pdf("b.pdf", encryption=pikepdf.Encryption(user="", owner="chủ", allow=kept))
    open_and_close(restricted)
    assert light_look(restricted)["restrictions"] == ["sao chép"]
    assert light_look(make.pdf("c.pdf"))["restrictions"] == []


def field(**keys: Any) -> Dictionary:
    return Dictionary(T="f", **keys)


def test_filled_signature_fields_are_counted_once(make: Maker) -> None:
    def sign(pdf: Pdf) -> None:
        value = pdf.make_indirect(Dictionary(Type=Name.Sig, Filter=Name("/Adobe.PPKLite")))
        signed = pdf.make_indirect(field(FT=Name.Sig, V=value))
        empty = pdf.make_indirect(field(FT=Name.Sig))
        text = pdf.make_indirect(field(FT=Name.Tx, V="SPECIMEN"))
        parent = pdf.make_indirect(field(FT=Name.Sig, Kids=Array([pdf.make_indirect(field(V=value))])))
        loop = pdf.make_indirect(field())
        loop.Kids = Array([loop])
        pdf.Root.AcroForm = Dictionary(Fields=Array([signed, signed, empty, text, parent, loop]))

    with opened(changed(make.pdf("a.pdf"), sign)) as pdf:
        assert filled_signatures(pdf) == 2
    with opened(make.pdf("b.pdf")) as pdf:
        assert filled_signatures(pdf) == 0


SCRIPT = Dictionary(S=Name.JavaScript, JS="app.alert('SPECIMEN')")


@pytest.mark.parametrize(
    ("change", "names"),
    [
        (lambda pdf: None, ()),
        (lambda pdf: setattr(pdf.Root, "OpenAction", Array([pdf.pages[0].obj, Name.Fit])), ()),
        (lambda pdf: setattr(pdf.Root, "OpenAction", SCRIPT), ("JavaScript",)),
        (lambda pdf: setattr(pdf.pages[0].obj, "AA", Dictionary(O=SCRIPT)), ("JavaScript",)),
        (
            lambda pdf: setattr(pdf.Root, "OpenAction", Dictionary(S=Name.Launch, F="calc.exe")),
            ("lệnh mở chương trình",),
        ),
        (lambda pdf: setattr(pdf.Root, "AcroForm", Dictionary(XFA=pdf.make_stream(b"<xdp/>"))), ("biểu mẫu XFA",)),
        (
            lambda pdf: setattr(pdf.pages[0].obj, "Annots", Array([Dictionary(Subtype=Name.RichMedia)])),
            ("đa phương tiện",),
        ),
        (
            lambda pdf: setattr(
                pdf.pages[0].obj, "Annots", Array([Dictionary(A=Dictionary(S=Name.URI, URI="https://example.vn"))])
            ),
            (),
        ),
    ],
)
def test_what_acts_by_itself_is_named(make: Maker, change: Callable[[Pdf], object], names: tuple[str, ...]) -> None:
    with opened(changed(make.pdf("a.pdf"), change)) as pdf:
        assert active_content(pdf) == names


def test_attachments_are_found_and_named(make: Maker) -> None:
    def attach(pdf: Pdf) -> None:
        pdf.attachments["danh-sach.xlsx"] = b"SPECIMEN"

    path = changed(make.pdf("a.pdf"), attach)
    with opened(path) as pdf:
        assert active_content(pdf) == ("tệp đính kèm",)
    assert light_look(path)["attachments"] == ["danh-sach.xlsx"]


def test_a_light_look_at_rubbish_says_nothing(make: Maker) -> None:
    assert light_look(make.write("a.pdf", b"%PDF-1.7\nrubbish")) == {"restrictions": [], "attachments": []}
