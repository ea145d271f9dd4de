"""What a page paints decides whether it is a picture of paper, and whether its JPEG may be lifted."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name
from PIL import Image

from khoso.kernel.errors import Refused
from khoso.kernel.reasons import ReasonCode
from pages.inside.documents import geometry, opened
from pages.inside.painting import Painting, painting
from pages.inside.scans import Scan, jpeg_of, pixels_of, scan_of
from tests.pages.making import Maker

FULL = b"q 595.28 0 0 841.89 0 0 cm /Im0 Do Q "
SEEN = b"BT /F0 12 Tf 100 700 Td (SPECIMEN) Tj ET "
UNSEEN = b"BT 3 Tr /F0 12 Tf 100 700 Td (SPECIMEN) Tj ET "


def look(path: Path) -> tuple[Painting, Scan | None, bytes | None]:
    with opened(path) as pdf:
        shape = geometry(pdf.pages[0])
        found = painting(pdf.pages[0], shape)
        scan = scan_of(found, shape)
        jpeg = jpeg_of(scan) if scan is not None and scan.alone else None
    return found, scan, jpeg


def made(make: Maker, content: bytes, *, count: int = 1, **options: Any) -> tuple[Path, bytes]:
    image = make.page((620, 877), dpi=75)
    data = make.jpeg(image)
    images: Sequence[tuple[bytes, tuple[int, int]]] = [(data, image.size)] * count
    return make.pdf("a.pdf", content, images=images, fonts={"F0": b""}, **options), data


@pytest.mark.parametrize(
    "content",
    [
        FULL,
        FULL + UNSEEN,
        UNSEEN + FULL,
        SEEN + FULL,  # text below the picture, as some readers of scans write it
        b"1 g 0 0 595 842 re f " + FULL,  # white paper first
        b"1 1 1 rg 0 0 595 842 re f 0 0 0 1 k " + FULL,
        b"0 0 595.28 841.89 re W n " + FULL,
        b"q 1 0 0 1 0 0 cm q q " + FULL + b"Q Q Q",
        FULL + b"BT 0 Tr /F0 12 Tf (   ) Tj ET",  # blanks
        FULL + b"0 0 m 10 10 l n",  # a path never painted
    ],
)
def test_a_picture_alone_is_lifted_byte_for_byte(make: Maker, content: bytes) -> None:
    path, data = made(make, content)
    _, scan, jpeg = look(path)
    assert scan is not None
    assert scan.alone
    assert jpeg == data
    assert scan.stated == pytest.approx((75, 75), rel=0.01)


@pytest.mark.parametrize(
    ("content", "letters"),
    [
        (SEEN, 8),
        (FULL + SEEN, 8),
        (FULL + b"q 3 Tr Q " + SEEN, 8),
        (FULL + b"0 0 1 RG 10 10 m 300 300 l S", 0),
        (FULL + b"0.5 g 10 10 50 50 re f", 0),
        (b"q 60 0 0 80 100 100 cm /Im0 Do Q", 0),
        (b"", 0),
    ],
)
def test_anything_else_in_sight_makes_it_electronic(make: Maker, content: bytes, letters: int) -> None:
    path, _ = made(make, content)
    found, scan, _ = look(path)
    assert scan is None or not scan.alone
    assert found.letters == letters


@pytest.mark.parametrize(
    "content",
    [
        FULL + FULL.replace(b"595.28 0 0 841.89 0 0", b"100 0 0 100 20 20").replace(b"Im0", b"Im1"),  # two pictures
        b"q -595.28 0 0 841.89 595.28 0 cm /Im0 Do Q",  # mirrored
        b"q 595 30 -30 841 0 0 cm /Im0 Do Q",  # slanted
        b"0 0 300 842 re W n " + FULL,  # only a part is shown
        b"100 100 m 500 100 l 300 700 l h W n " + FULL,
        b"/G0 gs " + FULL,  # half transparent
        b"/OC /Layer BDC " + FULL + b"EMC",  # may be switched off
        b"q 900 0 0 1273 -150 -200 cm /Im0 Do Q",  # larger than the page: the bytes show what the page does not
    ],
)
def test_paper_that_must_be_drawn(make: Maker, content: bytes) -> None:
    path, _ = made(make, content, count=2)
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        pdf.pages[0].obj.Resources.ExtGState = Dictionary(G0=Dictionary(ca=0.5))
        pdf.save(path)
    _, scan, jpeg = look(path)
    assert scan is not None
    assert scan.alone
    assert jpeg is None


@pytest.mark.parametrize(
    "keys",
    [
        {"Decode": Array([1, 0, 1, 0, 1, 0])},
        {"Mask": Array([0, 10, 0, 10, 0, 10])},
        {"ColorSpace": Name.DeviceCMYK},
        {"ColorSpace": Name.DeviceGray},
        {"DecodeParms": Dictionary(ColorTransform=0)},
        {"Width": 500},
    ],
)
def test_a_jpeg_whose_bytes_would_mislead_is_not_lifted(make: Maker, keys: dict[str, Any]) -> None:
    path, _ = made(make, FULL, image_keys=keys)
    assert look(path)[2] is None


@pytest.mark.parametrize(
    ("content", "keys", "rotate"),
    [
        (FULL, {"Rotate": 90}, 90),
        (FULL, {"Rotate": 270}, 270),
        (b"q -595.28 0 0 -841.89 595.28 841.89 cm /Im0 Do Q", {}, 180),
        (b"q 0 841.89 -595.28 0 595.28 0 cm /Im0 Do Q", {}, 270),
        (b"q 0 -841.89 595.28 0 0 841.89 cm /Im0 Do Q", {}, 90),
        (b"q 0 -841.89 595.28 0 0 841.89 cm /Im0 Do Q", {"Rotate": 270}, 0),
    ],
)
def test_turns_of_picture_and_page_add_up(make: Maker, content: bytes, keys: dict[str, Any], rotate: int) -> None:
    path, data = made(make, content, keys=keys)
    _, scan, jpeg = look(path)
    assert scan is not None
    assert scan.rotate == rotate
    assert jpeg == data


def test_forms_are_followed_but_not_for_ever(make: Maker) -> None:
    path, data = made(make, b"/Fm0 Do")
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        objects = pdf.pages[0].obj.Resources.XObject
        inner = pdf.make_stream(FULL, Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 595.28, 841.89]))
        inner.Resources = Dictionary(XObject=Dictionary(Im0=objects.Im0))
        objects.Fm0 = inner
        pdf.save(path)
    assert look(path)[2] == data
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        form = pdf.pages[0].obj.Resources.XObject["/Fm0"]
        assert isinstance(form, pikepdf.Stream)
        form.Resources.XObject.Fm0 = form
        form.write(b"/Fm0 Do /Fm0 Do")
        pdf.save(path)
    found, _, _ = look(path)
    assert found.other


def test_a_visible_annotation_makes_it_electronic_a_link_does_not(make: Maker) -> None:
    def annotated(subtype: str, **keys: Any) -> Scan | None:
        path, _ = made(make, FULL)
        with pikepdf.open(path, allow_overwriting_input=True) as pdf:
            look_of = pdf.make_stream(
                b"0 0 50 50 re f", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 50, 50])
            )
            note = Dictionary(Subtype=Name(subtype), Rect=Array([100, 100, 150, 150]), AP=Dictionary(N=look_of), **keys)
            pdf.pages[0].obj.Annots = Array([note])
            pdf.save(path)
        return look(path)[1]

    assert [
        scan is not None and scan.alone for scan in (annotated("/Stamp"), annotated("/Stamp", F=2), annotated("/Link"))
    ] == [
        False,
        True,
        True,
    ]


def test_a_bomb_inside_is_refused_by_its_declared_size(make: Maker) -> None:
    path, _ = made(make, FULL, image_keys={"Width": 50_000, "Height": 50_000})
    with pytest.raises(Refused) as refused:
        look(path)
    assert refused.value.reason.code is ReasonCode.DECOMPRESSION_BOMB


def test_content_that_unpacks_without_end_is_not_followed(make: Maker) -> None:
    path, _ = made(make, b"0 0 m " * 2_000_000)
    found, _, _ = look(path)
    assert found.other


@pytest.mark.parametrize("mode", ["1", "L", "RGB", "P"])
def test_lossless_scans_are_decoded(make: Maker, mode: str) -> None:
    page = make.page((620, 877), dpi=75).convert(mode)
    path, _ = made(make, FULL)
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        image = pdf.pages[0].obj.Resources.XObject.Im0
        image.write(page.tobytes())
        image.BitsPerComponent = 1 if mode == "1" else 8
        palette = bytes(page.getpalette() or b"")
        image.ColorSpace = {
            "1": Name.DeviceGray,
            "L": Name.DeviceGray,
            "RGB": Name.DeviceRGB,
            "P": Array([Name.Indexed, Name.DeviceRGB, len(palette) // 3 - 1, pikepdf.String(palette)]),
        }[mode]
        pdf.save(path)
    with opened(path) as pdf:
        shape = geometry(pdf.pages[0])
        scan = scan_of(painting(pdf.pages[0], shape), shape)
        assert scan is not None
        assert jpeg_of(scan) is None
        picture = pixels_of(scan)
        assert picture is not None
        assert picture.tobytes() == page.convert("L" if mode in {"1", "L"} else "RGB").tobytes()


def test_a_broken_jpeg_inside_is_damaged(make: Maker) -> None:
    image = Image.new("RGB", (620, 877), "white")
    path = make.pdf("a.pdf", FULL, images=[(b"\xff\xd8\xff rubbish", image.size)])
    with pytest.raises(Refused) as refused:
        look(path)
    assert refused.value.reason.code is ReasonCode.DAMAGED
