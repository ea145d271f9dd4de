"""Looks of electronic signatures are told from what the paper says."""

import pytest

from ocr.sight.looks import Shown, looks_of_signatures
from ocr.sight.order import Spot

BODY = [
    Shown(Spot(number, 100, 900, 100 + 40 * number, 124 + 40 * number), text)
    for number, text in enumerate(
        ("Căn cứ Luật Tổ chức chính quyền địa phương", "Ký bởi Chủ tịch là người có thẩm quyền", "Nơi nhận:", "Lưu: VT")
    )
]


def small(*texts: str, x: float = 600, y: float = 300) -> list[Shown]:
    return [
        Shown(Spot(10 + number, x, x + 200, y + 26 * number, y + 26 * number + 14), text)
        for number, text in enumerate(texts)
    ]


@pytest.mark.parametrize(
    "block",
    [
        ("Ký bởi: UBND phường Mẫu", "Email: mau@example.vn", "Thời gian ký: 01.06.2026 08:15:02 +07:00"),
        ("Người ký: Phan Văn Mẫu", "Cơ quan: UBND", "Ngày ký: 01-06-2026 08:15:02"),
        ("Phan Văn Mẫu", "01.06.2026 08:15:02", "+07:00"),
    ],
)
def test_the_whole_block_goes(block):
    assert looks_of_signatures([*BODY, *small(*block)]) == {10, 11, 12}


def test_the_papers_own_words_stay():
    assert looks_of_signatures(BODY) == set()
    assert looks_of_signatures([*BODY, *small("Giờ làm việc: 08:15 đến 17:00", "Điện thoại: 0000000000")]) == set()
    assert looks_of_signatures([]) == set()


def test_what_stands_apart_from_the_block_stays():
    far = [Shown(Spot(20, 100, 300, 300, 314), "Chú thích"), Shown(Spot(21, 600, 800, 500, 514), "Trang 1")]
    assert looks_of_signatures([*BODY, *small("Ký bởi: UBND phường Mẫu"), *far]) == {10}
