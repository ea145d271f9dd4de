"""The look at headers agrees with an image library on good files and is unimpressed by bad ones."""

import io
import struct
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from scanner_agents.checks import Facts, look, warnings


def _image(kind: str, *, size: tuple[int, int] = (620, 877), **options: Any) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "white").save(out, kind, **options)
    return out.getvalue()


def _exif(dpi: int) -> bytes:
    exif = Image.Exif()
    exif[282], exif[283], exif[296] = float(dpi), float(dpi), 2
    return exif.tobytes()


@pytest.mark.parametrize(
    ("kind", "options", "dpi"),
    [
        ("JPEG", {"dpi": (300, 300)}, 300),
        ("JPEG", {}, 0),
        ("JPEG", {"exif": _exif(240)}, 240),
        ("JPEG", {"dpi": (200, 200), "progressive": True}, 200),
        ("PNG", {"dpi": (300, 300)}, 300),
        ("PNG", {}, 0),
        ("TIFF", {"dpi": (300, 300)}, 300),
        ("TIFF", {"resolution_unit": 3, "x_resolution": 118.11, "y_resolution": 118.11}, 300),
        ("TIFF", {}, 0),
    ],
)
def test_facts_are_those_of_the_library(tmp_path: Path, kind: str, options: dict[str, Any], dpi: int) -> None:
    path = tmp_path / "tờ"
    path.write_bytes(_image(kind, **options))
    assert look(path) == Facts(kind, 620, 877, dpi)
    with Image.open(path) as image:
        assert image.size == (620, 877)
        assert round(image.info.get("dpi", (0, 0))[0]) in {dpi, 1}  # Pillow calls an unstated TIFF resolution 1


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_file_without_its_end_is_noticed(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "tờ"
    whole = _image(kind, dpi=(300, 300))
    path.write_bytes(whole[: len(whole) // 2])
    assert [told.code for told in warnings("tờ", look(path))] == ["file_cut"]


@pytest.mark.parametrize(
    ("data", "codes"),
    [
        (b"%PDF-1.7\n...\n%%EOF\n", []),
        (b"%PDF-1.7\n...", ["file_cut"]),
        (b"PK\x03\x04 a letter", ["format_unknown"]),
        (b"\xff\xd8\xff", ["file_cut"]),
        (_image("JPEG", dpi=(150, 150)), ["page_coarse"]),
        (_image("JPEG", size=(300, 500), dpi=(300, 300)), ["page_small"]),
        (_image("PNG"), ["page_no_dpi"]),
    ],
)
def test_warnings(tmp_path: Path, data: bytes, codes: list[str]) -> None:
    path = tmp_path / "tờ"
    path.write_bytes(data)
    assert [told.code for told in warnings("tờ", look(path))] == codes


@given(st.sampled_from([b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"II*\0", b"MM\0*", b""]), st.binary(max_size=400))
def test_no_bytes_make_it_stumble(start: bytes, rest: bytes) -> None:
    facts = _look(start + rest)
    assert facts.width >= 0
    list(warnings("x", facts))


def test_a_header_that_promises_much_costs_little() -> None:
    """65,535 directory entries and segments without end: a bounded number of small reads."""
    entry = struct.pack("<HHII", 700, 1, 0xFFFFFFFF, 8)
    assert _look(b"II*\0" + struct.pack("<IH", 8, 65535) + entry * 65535) == Facts("TIFF")
    assert _look(b"\xff\xd8" + b"\xff\xe5\x00\x02" * 500_000) == Facts("JPEG", cut=True)
    assert _look(b"\x89PNG\r\n\x1a\n" + b"\0\0\0\0tEXt\0\0\0\0" * 200_000) == Facts("PNG", cut=True)


def _look(data: bytes) -> Facts:
    class Memory(io.BytesIO):
        def open(self, _mode: str) -> "Memory":
            return self

    return look(Memory(data))  # type: ignore[arg-type]
