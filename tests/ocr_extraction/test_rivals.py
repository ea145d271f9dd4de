"""What else on the paper speaks for or against a value: other rules, other fields, the other reader, unknown labels."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from khoso.kernel.transcript import Transcript
from ocr.extraction import confidence, find
from ocr.extraction.evidence import Evidence
from ocr.extraction.findings import Finding
from ocr.extraction.plausible import doubt_implausible
from ocr.extraction.rivals import rivals
from tests.ocr_extraction.conftest import MOTTO

Typeset = Callable[..., Transcript]

PAPER = [
    "^GIẤY CHỨNG NHẬN KẾT HÔN",
    "Họ, chữ đệm, tên vợ: NGUYỄN THỊ HOA",
    "Ngày, tháng, năm sinh: 05/04/1998",
    "Nơi cư trú: xã Xuân Trường, tỉnh Lâm Đồng",
]


def figures(page: Transcript) -> dict[str, Evidence]:
    found = find([page])
    assert found is not None
    return rivals(found.draft, found.findings)


def test_a_value_names_its_type_its_field_and_the_part_that_found_it(typeset: Typeset) -> None:
    seen = figures(typeset([*MOTTO, *PAPER]))["wife.name"]
    assert confidence.way_of("wife.name", seen) == "marriage_certificate wife.name read_labels"


def test_how_a_value_came_to_be_is_told_by_its_history_alone(typeset: Typeset) -> None:
    seen = figures(typeset([*MOTTO, *PAPER]))["wife.name"]
    way = confidence.way_of("wife.name", seen)
    told = confidence.told("wife.name", "NGUYỄN THỊ HOA", seen, {}, {"wife.name": 0.2, way: 0.9})
    assert (told["field"], told["way"]) == (0.2, 0.9)
    assert not [name for name in told if name.startswith(("by_", "on_"))]
    assert confidence.told("wife.name", "X", seen, {}, {"wife.name": 0.2})["way"] == 0.2  # never met: as its field


@pytest.mark.parametrize(
    ("again", "same", "other"),
    [
        ("Ngày, tháng, năm sinh: 05/04/1998", 1.0, 0.0),
        ("Ngày, tháng, năm sinh: 06/07/1999", 0.0, 1.0),
    ],
)
def test_what_a_later_rule_would_have_said(typeset: Typeset, again: str, same: float, other: float) -> None:
    seen = figures(typeset([*MOTTO, *PAPER, again]))["wife.birth_date"]
    assert (seen["passed_same"], seen["passed_other"]) == (same, other)


def test_what_the_reader_that_was_not_followed_saw(typeset: Typeset) -> None:
    page = typeset([*MOTTO, *PAPER])

    def misread(other: str) -> Evidence:
        lines = [
            replace(line, words=tuple(replace(w, other=other) if w.text == "05/04/1998" else w for w in line.words))
            for line in page.lines
        ]
        return figures(replace(page, lines=tuple(lines)))["wife.birth_date"]

    assert misread("06/04/1998")["differs_digits"] > 0
    assert misread("05/04/1998")["differs_digits"] == misread("")["differs"] == 0


def test_days_that_are_later_than_the_day_of_issue_speak_against_it(typeset: Typeset) -> None:
    def seen(day: str) -> Evidence:
        rows: list[Any] = ["^GIẤY PHÉP LÁI XE", "Họ tên: Kiều Hồng Nga", "Ngày cấp: 05/04/2022", "", f"[ {day} ]"]
        return figures(typeset(rows))["issue_date"]

    assert seen("12/11/2025")["issued_later"] > 0
    assert seen("12/11/1990")["issued_later"] == 0


def test_labels_no_rule_knows_are_counted(typeset: Typeset) -> None:
    plain = figures(typeset([*MOTTO, *PAPER]))["wife.name"]
    strange = figures(typeset([*MOTTO, *PAPER, "Mã vạch thẻ: ABC", "Ô trống hồ sơ: 12"]))["wife.name"]
    assert strange["open_labels"] > plain["open_labels"]
    assert strange["free_share"] > plain["free_share"]


def test_fields_that_say_the_same_elsewhere_or_in_the_same_words(typeset: Typeset) -> None:
    found = find([typeset([*MOTTO, *PAPER])])
    assert found is not None
    name = found.findings["wife.name"]
    elsewhere = Finding("husband.name", name.value, found.findings["wife.residence"].pieces, 0.9, "test@1")
    seen = rivals(found.draft, {"wife.name": name, "husband.name": elsewhere})["wife.name"]
    assert (seen["twin_value"], seen["twin_place"]) == (1.0, 0.0)
    here = replace(name, key="husband.name", value="NGUYỄN THỊ")
    seen = rivals(found.draft, {"wife.name": name, "husband.name": here})["wife.name"]
    assert (seen["twin_value"], seen["twin_place"]) == (0.0, 1.0)


@pytest.mark.parametrize(
    ("other", "doubts"),
    [("PHAN<<NHU<HANG<<<<", ("disagrees_with:mrz",)), ("PHAN<<NHU<<<<KK<<", ()), ("Phan Như Hằng", ())],
)
def test_a_name_that_goes_on_in_another_print_is_upheld_by_none(
    typeset: Typeset, other: str, doubts: tuple[str, ...]
) -> None:
    rows = ["^GIẤY PHÉP LÁI XE", "Họ tên: Phan Như", "Ngày cấp: 05/04/2022", "", other]
    found = find([typeset(rows)])
    assert found is not None
    name = found.findings["person.name"]
    assert (name.value, name.doubts) == ("Phan Như", doubts)
    assert bool({"repeated", "transliterated"} & set(name.upheld)) is ("KK" in other)


@pytest.mark.parametrize(("day", "doubted"), [("05/04/2022", True), ("05/04/2032", False)])
def test_no_paper_expires_on_the_day_it_is_issued(typeset, day, doubted):
    rows = ["^GIẤY PHÉP LÁI XE", "Họ tên: Kiều Hồng Nga", "Ngày cấp: 05/04/2022", f"Có giá trị đến ngày {day}"]
    found = find([typeset(rows)])
    assert found is not None
    assert found.findings["expiry"].value[:3] == "20" + day[8]
    assert ("disagrees_with:expiry" in found.findings["issue_date"].doubts) is doubted


@pytest.mark.parametrize(("value", "doubts"), [("TL. CHỦ TỊCH NHVĂNPHÒNG", ("bad_format",)), ("TL. CHỦ TỊCH", ())])
def test_words_run_together_are_no_office(value: str, doubts: tuple[str, ...]) -> None:
    findings = {"signer.authority": Finding("signer.authority", value, (), 0.99, "test@1")}
    doubt_implausible(findings)
    assert findings["signer.authority"].doubts == doubts
