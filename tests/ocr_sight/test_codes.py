"""Codes on page images: at any angle, small, coarse and blurred; a page without one has none."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from ocr.code_grid import drawn_clean
from ocr.codes_child import _dense, codes_of
from pages.helper import Helper
from pages.ports import PageImage

TEXT = "060187572497|304491057|KA GIANG|07021987|Nữ|Tổ 3, phường Lộc Sơn, tỉnh Lâm Đồng|12012021"


def page_with_code(
    folder: Path, *, side: int, angle: float = 0.0, blur: float = 0.0, turn: int = 0, line: int = 0
) -> Path:
    settings = cv2.QRCodeEncoder.Params()
    settings.mode = cv2.QRCodeEncoder_MODE_BYTE
    code = cv2.resize(cv2.QRCodeEncoder.create(settings).encode(TEXT), (side, side), interpolation=cv2.INTER_AREA)
    page = np.full((1200, 900), 240, np.uint8)
    page[500 : 500 + side, 300 : 300 + side] = code
    page = cv2.warpAffine(page, cv2.getRotationMatrix2D((450, 600), angle, 1), (900, 1200), borderValue=240)
    if line:
        cv2.line(page, (300, 560), (300 + 2 * side, 570 + side // 3), 40, line)
    if blur:
        page = cv2.GaussianBlur(page, (0, 0), blur)
    if turn:
        page = np.rot90(page, turn // 90).copy()
    noise = np.random.default_rng(1).normal(0, 6, page.shape)
    path = folder / "page.png"
    cv2.imwrite(str(path), np.clip(page + noise, 0, 255).astype(np.uint8))
    return path


@pytest.mark.parametrize("angle", [0, 4, 17, 45, 90, 200])
def test_at_any_angle(tmp_path: Path, angle: float) -> None:
    (code,) = codes_of(str(page_with_code(tmp_path, side=220, angle=angle)), 0, 0)
    assert (code["symbology"], code["text"]) == ("qr", TEXT)


@pytest.mark.parametrize(("side", "blur"), [(110, 0.0), (150, 0.8), (160, 1.2), (240, 2.0)])
def test_small_and_blurred(tmp_path: Path, side: int, blur: float) -> None:
    assert [code["text"] for code in codes_of(str(page_with_code(tmp_path, side=side, blur=blur)), 0, 0)] == [TEXT]


@pytest.mark.parametrize(
    ("side", "blur", "line", "angle"), [(112, 1.2, 0, 41), (118, 1.5, 0, 41), (126, 1.5, 6, 41), (140, 1.5, 3, 41)]
)
def test_so_small_and_blurred_that_only_the_grid_tells(
    tmp_path: Path, side: int, blur: float, line: int, angle: float
) -> None:
    page = page_with_code(tmp_path, side=side, blur=blur, line=line, angle=angle)
    assert [code["text"] for code in codes_of(str(page), 0, 0)] == [TEXT]


@pytest.mark.parametrize("size", [(40, 40), (90, 140), (200, 200), (3, 3)])
@pytest.mark.parametrize("what", ["noise", "flat", "square"])
def test_no_grid_is_found_where_there_is_none(size: tuple[int, int], what: str) -> None:
    patch = np.full(size, 240, np.uint8)
    if what == "noise":
        patch = np.random.default_rng(3).integers(0, 255, size, np.uint8)
    elif what == "square":
        patch[size[0] // 4 : -size[0] // 4, size[1] // 4 : -size[1] // 4] = 20
    assert list(drawn_clean(patch)) == []


@pytest.mark.parametrize("angle", [0, 30])
def test_large_ones(tmp_path: Path, angle: float) -> None:
    """Squares of 40 pixels, as on sheets laid between papers."""
    settings = cv2.QRCodeEncoder.Params()
    settings.mode = cv2.QRCodeEncoder_MODE_BYTE
    code = cv2.QRCodeEncoder.create(settings).encode("KHOSO:SEPARATOR")
    code = cv2.resize(code, None, fx=40, fy=40, interpolation=cv2.INTER_NEAREST)
    page = np.full((3508, 2480), 240, np.uint8)
    page[900 : 900 + code.shape[0], 500 : 500 + code.shape[1]] = code
    page = cv2.warpAffine(page, cv2.getRotationMatrix2D((1240, 1754), angle, 0.9), (2480, 3508), borderValue=240)
    cv2.imwrite(str(tmp_path / "large.png"), page)
    assert [code["text"] for code in codes_of(str(tmp_path / "large.png"), 0, 0)] == ["KHOSO:SEPARATOR"]


def test_the_box_stands_in_the_upright_page(tmp_path: Path) -> None:
    (code,) = codes_of(str(page_with_code(tmp_path, side=220, turn=90)), 0, 90)
    x0, y0, x1, y1 = code["box"]
    assert 290 <= x0 <= 320
    assert 490 <= y0 <= 520
    assert 490 <= x1 <= 530
    assert 690 <= y1 <= 730


def test_a_page_without_codes(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "plain.png"), np.full((900, 700), 230, np.uint8))
    assert codes_of(str(tmp_path / "plain.png"), 0, 0) == []


@pytest.mark.parametrize("size", [(1, 1), (7, 3000), (60, 60)])
def test_odd_sizes(tmp_path: Path, size: tuple[int, int]) -> None:
    cv2.imwrite(str(tmp_path / "odd.png"), np.random.default_rng(2).integers(0, 255, size, np.uint8))
    assert codes_of(str(tmp_path / "odd.png"), 0, 0) == []


def test_in_the_helper_process(tmp_path: Path) -> None:
    from ocr.reading import codes_on

    path = page_with_code(tmp_path, side=220)
    with Helper() as helper:
        (code,) = codes_on(PageImage(path, 900, 1200, 150.0), rotation=0, helper=helper)
    assert code.text == TEXT


def test_print_is_passed_over(tmp_path: Path) -> None:
    page = np.full((1200, 900), 245, np.uint8)
    for row in range(10):
        cv2.putText(page, "HMWBE HMWBE HMWBE", (60, 100 + 70 * row), cv2.FONT_HERSHEY_SIMPLEX, 1.6, 10, 6)
    assert _dense(page) == []
    page[1000:1100, 400:500] = cv2.imread(str(page_with_code(tmp_path, side=80)), cv2.IMREAD_GRAYSCALE)[
        490:590, 290:390
    ]
    (place,) = _dense(page)
    assert 392 <= place.box[0] <= 416
    assert 992 <= place.box[1] <= 1016


@pytest.mark.parametrize("angle", [0, 8, 90])
def test_a_bar_code_is_read(tmp_path: Path, angle: float) -> None:
    """Code 128 (ISO/IEC 15417), as on envelopes and receipts."""
    import zxingcpp

    made = zxingcpp.create_barcode("SPECIMEN-0123456", zxingcpp.BarcodeFormat.Code128)
    bars = np.array(zxingcpp.write_barcode_to_image(made, scale=2))
    page = np.full((1200, 900), 240, np.uint8)
    page[500 : 500 + bars.shape[0], 250 : 250 + bars.shape[1]] = bars
    page = cv2.warpAffine(page, cv2.getRotationMatrix2D((450, 600), angle, 1), (900, 1200), borderValue=240)
    cv2.imwrite(str(tmp_path / "bars.png"), page)
    (code,) = codes_of(str(tmp_path / "bars.png"), 0, 0)
    assert (code["symbology"], code["text"]) == ("code128", "SPECIMEN-0123456")
