"""A letter that was passed over leaves its word too wide; what was mended far is unlike what was read."""

from dataclasses import replace

import pytest

from ocr.extraction import find
from ocr.extraction.findings import Finding
from ocr.extraction.places import strangeness
from ocr.extraction.weighing import _numbered_unit
from ocr.extraction.widths import widths
from tests.ocr_extraction.conftest import MOTTO

ROWS = [
    "^GIẤY CHỨNG NHẬN KẾT HÔN",
    "Họ, chữ đệm, tên vợ: NGUYỄN THỊ PHÚC",
    "Ngày, tháng, năm sinh: 05/04/1998",
    "Nơi cư trú: xã Xuân Trường, tỉnh Lâm Đồng",
    "Họ, chữ đệm, tên chồng: TRẦN VĂN QUANG",
    "Ngày, tháng, năm sinh: 06/05/1997",
]


def figures(page, key="wife.name"):
    found = find([page])
    return widths(found.draft.sheet, found.findings)[key]


def without(page, word, read):
    """The page with one word read as another, its box as it was."""
    lines = [
        replace(line, words=tuple(replace(w, text=read) if w.text == word else w for w in line.words))
        for line in page.lines
    ]
    return replace(page, lines=tuple(lines))


def test_a_word_that_lost_a_letter_is_wider_than_its_letters(typeset):
    page = typeset([*MOTTO, *ROWS])
    whole, cut = figures(page), figures(without(page, "PHÚC", "P"))
    assert cut["wide"] > whole["wide"] + 0.3
    assert figures(without(page, "PHÚC", "PHÚCPHÚC"))["narrow"] > whole["narrow"] + 0.3


def test_what_was_mended_far_is_unlike_what_was_read(typeset):
    page = typeset([*MOTTO, *ROWS])
    assert figures(page)["left_aside"] < 0.4
    found = find([page])
    mended = {"signer.title": replace(found.findings["wife.name"], key="signer.title", value="BỘ TRƯỞNG")}
    assert widths(found.draft.sheet, mended)["signer.title"]["unlike"] > 0.5


@pytest.mark.parametrize(
    ("text", "whole", "strange"),
    [
        ("ỦY BAN NHÂN DÂN XÃ CHÂU THÀNH", False, 0.0),
        ("ỦY BAN NHÂN DÂN XÃ CHÂU", False, 1.0),
        ("SỞ XÂY DỰNG TỈNH LÂM ĐỐNG", False, 0.5),
        ("TRƯỜNG ĐẠI HỌC MẪU", False, 0.0),
        ("UBND PHƯỜNG XUÂN TRƯỜNG - ĐÀ LẠT", False, 0.0),
        ("CỤC CẢNH SÁT QUẢN LÝ HÀNH CHÍNH VỀ TRẬT TỰ XÃ HỘI", False, 0.0),
        ("HỢP TÁC XÃ NÔNG NGHIỆP MẪU", False, 0.0),
        ("TỈNH ỦY LÂM ĐỒNG", False, 0.0),
        ("Đồng Nai", True, 0.0),
        ("Đống Nai", True, 0.5),
        ("Đồng Naj", True, 1.0),
    ],
)
def test_offices_of_units_nobody_knows(text, whole, strange):
    assert strangeness(text, whole=whole) == strange


@pytest.mark.parametrize(("number", "doubted"), [("068190004321", False), ("068090004321", True)])
def test_the_id_of_a_man_in_the_wifes_place_makes_all_of_hers_doubtful(typeset, number, doubted):
    rows = [*ROWS[:2], "Ngày, tháng, năm sinh: 05/04/1990", *ROWS[3:4], f"Số định danh cá nhân: {number}"]
    findings = find([typeset([*MOTTO, *rows])]).findings
    assert findings["wife.id_number"].value == number
    for key in ("wife.name", "wife.birth_date", "wife.residence", "wife.id_number"):
        assert bool(findings[key].firm_doubts) is doubted


@pytest.mark.parametrize(("place", "doubted"), [("Bảo Lâm", True), ("Bảo Lâm 5", False), ("Đà Lạt", False)])
def test_a_place_without_the_number_its_unit_has_in_the_office_is_doubted(typeset, place, doubted):
    head = typeset([*MOTTO, "^TỜ TRÌNH"])
    found = find([head])
    findings = {
        "issuer": Finding("issuer", "ỦY BAN NHÂN DÂN XÃ BẢO LÂM 5", (), 0.99, "test@1"),
        "place": Finding("place", place, (), 0.99, "test@1"),
    }
    _numbered_unit(found.draft, findings)
    assert findings["place"].doubts == (("disagrees_with:issuer",) if doubted else ())
