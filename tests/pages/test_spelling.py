"""Healthy Vietnamese is told from legacy fonts and lost glyphs."""

import pytest

from pages.inside.spelling import is_healthy, is_syllable

GOOD = """CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
Căn cứ Luật Tổ chức chính quyền địa phương ngày 19 tháng 6 năm 2015; Nghị định số 30/2020/NĐ-CP, HĐND, UBND, TTĐT.
Người đề nghị: Nguyễn Văn Mẫu, thường trú tại thôn Krông Búk, tỉnh Đắk Lắk. Nơi nhận: - Như Điều 3; - Lưu: VT, KGVX."""


@pytest.mark.parametrize(
    "word", ["nghĩa", "quyền", "giấy", "gì", "khuỷu", "thuở", "oách", "Đắk", "ướt", "yếu", "xoong"]
)
def test_syllables(word: str) -> None:
    assert is_syllable(word)


@pytest.mark.parametrize(
    "word", ["Céng", "hßa", "chñ", "ViÖt", "Coäng", "hoøa", "NGHÓAX", "tắc̀", "hàc", "việtnam", "café"]
)
def test_no_syllables(word: str) -> None:
    assert not is_syllable(word)


def test_good_text_is_healthy() -> None:
    assert is_healthy(GOOD)
    assert is_healthy("Invoice No. 12 of 2026, total 1,200 USD. This contract is made between the parties named below.")
    assert is_healthy("")


@pytest.mark.parametrize(
    "text",
    [
        "Céng hßa x· héi chñ nghÜa ViÖt Nam §éc lËp - Tù do - H¹nh phóc",  # TCVN3
        "COÄNG HOØA XAÕ HOÄI CHUÛ NGHÓA VIEÄT NAM Ñoäc laäp - Töï do - Haïnh phuùc",  # VNI
        "Cng ha x hi ch ngha Vit Nam c lp T do Hnh phc ngy thng nm 2024 y ban nhn dn x phng",  # marked letters lost
        "\ue012\ue034\ue056 \ue078\ue09a",  # private glyphs
        "S\ufffd: 12/Q\ufffd-UBND",
        "\x02\x03\x04\x05 \x06\x07",
    ],
)
def test_sick_text_is_found(text: str) -> None:
    assert not is_healthy(text)
