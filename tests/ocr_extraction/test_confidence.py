"""How sure a value is: fitted weights, what nothing has taken beside it, and what goes before a person."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from khoso.kernel.transcript import Transcript
from ocr.extraction import confidence, extract, find
from ocr.extraction.evidence import gather, kind_of
from ocr.extraction.findings import Finding
from ocr.extraction.plausible import doubt_implausible
from ocr.extraction.unclaimed import doubt_cut_off
from ocr.ports import Field
from tests.ocr_extraction.conftest import MOTTO

Typeset = Callable[..., Transcript]

CERTIFICATE = [
    "^GIẤY CHỨNG NHẬN KẾT HÔN",
    "Họ, chữ đệm, tên vợ: NGUYỄN THỊ HOA",
    "Ngày, tháng, năm sinh: 05/04/1998",
    "Nơi cư trú: xã Xuân Trường, tỉnh Lâm Đồng",
]


def fields(typeset: Typeset, rows: list[Any], sure: float = 0.99) -> dict[str, Field]:
    return dict(extract([typeset(["^CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", *rows], confidence=sure)]).fields)


@pytest.mark.parametrize(
    ("key", "kind"),
    [
        ("members[2].name", "person"),
        ("business.name", "text"),
        ("owners[0].id_number", "id"),
        ("parcel.area_m2", "figure"),
        ("registration_date", "date"),
        ("wife.residence", "place"),
        ("signer.title", "office"),
        ("person.sex", "choice"),
        ("request", "text"),
    ],
)
def test_each_field_holds_a_kind_of_value(key: str, kind: str) -> None:
    assert kind_of(key) == kind
    assert kind in confidence.shipped().weights


def test_the_worse_a_value_was_read_the_less_sure_it_is(typeset: Typeset) -> None:
    sure = [fields(typeset, CERTIFICATE, level)["wife.name"].confidence for level in (0.99, 0.8, 0.5)]
    assert sure == sorted(sure, reverse=True)
    assert sure[0] > 0.9 > sure[2]


def test_what_is_less_sure_than_its_page_asks_goes_before_a_person(typeset: Typeset) -> None:
    good, bad = (
        fields(typeset, CERTIFICATE, 0.997)["wife.birth_date"],
        fields(typeset, CERTIFICATE, 0.4)["wife.birth_date"],
    )
    assert "low_confidence" not in good.doubts
    assert (bad.doubtful, bad.doubts) == (True, ("low_confidence",))
    model = confidence.shipped()
    assert model.least({"page_doubt": 0.3}) < model.least({"page_doubt": 1.2})


def test_a_value_with_a_word_hardly_read_goes_before_a_person_however_likely_it_is(typeset: Typeset) -> None:
    page = typeset(["^CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", *CERTIFICATE], confidence=0.997)
    lines = [
        replace(line, words=tuple(replace(word, confidence=0.4) if word.text == "HOA" else word for word in line.words))
        for line in page.lines
    ]
    name = extract([replace(page, lines=tuple(lines))]).fields["wife.name"]
    assert (name.value, name.doubtful) == ("NGUYỄN THỊ HOA", True)
    model = confidence.shipped()
    assert model.least({"least": 2.8}) == 1.0
    assert model.least({"least": 2.8, "upheld": 1.0}) < 1.0
    assert model.least({"least": 2.6}) < 1.0


@pytest.mark.parametrize(("rest", "under"), [("", 0.0), ("thửa đất số mười", 1.0)])
def test_evidence_tells_of_words_that_belong_to_nothing(typeset: Typeset, rest: str, under: float) -> None:
    found = find([typeset(["^GIẤY PHÉP LÁI XE", "Họ tên: Kiều Hồng Nga", "Hạng: B2", rest])])
    assert found is not None
    seen = gather(found.draft, found.findings, type_sure=0.9)
    assert seen["class"].get("under", 0.0) == under


@pytest.mark.parametrize(
    ("key", "value", "doubts"),
    [
        ("issuer", "QUY NHƠN", ("incomplete",)),
        ("issuer", "TRUNG TÂM Y TẾ THÀNH PHỐ QUY NHƠN", ()),
        ("issuer", "HIỆU TRƯỞNG TRƯỜNG ĐẠI HỌC MẪU", ()),
        ("signer.title", "PHÓ TRƯỞNG", ("incomplete",)),
        ("signer.title", "PHÓ CHỦ TỊCH", ()),
        ("works.parcel", "Chỉ tiêu", ("bad_format",)),
        ("works.parcel", "12, tờ bản đồ 5", ()),
    ],
)
def test_halves_of_names_are_doubted(key: str, value: str, doubts: tuple[str, ...]) -> None:
    findings = {key: Finding(key, value, (), 0.99, "test")}
    doubt_implausible(findings)
    assert findings[key].doubts == doubts


def test_an_office_that_goes_on_in_a_line_nothing_has_taken_is_doubted(typeset: Typeset) -> None:
    found = find([typeset([*MOTTO, "^THÔNG BÁO", "^TRUNG TÂM NGOẠI NGỮ", "^TIN HỌC MẪU", "", "Nơi nhận:"])])
    assert found is not None
    lines = {segment.text: segment for segment in found.draft.sheet.segments}
    for cut, doubts in ((("TRUNG TÂM NGOẠI NGỮ",), ("incomplete",)), (("TRUNG TÂM NGOẠI NGỮ", "TIN HỌC MẪU"), ())):
        pieces = tuple(piece for text in cut for piece in lines[text].pieces)
        findings = {"issuer": Finding("issuer", " ".join(cut), pieces, 0.99, "test")}
        doubt_cut_off(found.draft, findings)
        assert findings["issuer"].doubts == doubts


@pytest.mark.parametrize(("rest", "doubts"), [("", ()), ("[ 12/11/2025 ]", ("disagrees_with:repeated",))])
def test_a_day_of_issue_by_its_label_beside_another_date_is_doubted(
    typeset: Typeset, rest: str, doubts: tuple[str, ...]
) -> None:
    found = find([typeset(["^GIẤY PHÉP LÁI XE", "Họ tên: Kiều Hồng Nga", "Ngày cấp: 05/04/2022", "", rest])])
    assert found is not None
    findings = dict(found.findings)
    assert findings["issue_date"].value == "2022-04-05"
    assert findings["issue_date"].doubts == doubts


def test_how_long_a_value_usually_is() -> None:
    usual = {"request": (3.0, 0.5)}
    assert confidence.history("request", "x" * 3, usual, {})["short"] > 1
    assert confidence.history("request", "x" * 20, usual, {"request": 0.7}) == {"field": 0.7, "short": 0.0, "long": 0.0}


@pytest.mark.parametrize(
    ("name", "doubts"), [("K'Brơi", ()), ("K'NHÀN", ()), ("Brơi", ("incomplete",)), ("K'", ("incomplete",))]
)
def test_one_word_is_a_whole_name_where_the_people_has_such_names(name, doubts):
    findings = {"person.name": Finding("person.name", name, (), 0.99, "test@1")}
    doubt_implausible(findings)
    assert findings["person.name"].doubts == doubts


@pytest.mark.parametrize(
    ("doubts", "sure", "said"),
    [
        (("misread_title",), 0.95, ()),
        (("misread_title",), 0.5, ("misread_title",)),
        (("misread_title", "incomplete"), 0.95, ("incomplete",)),
        (("incomplete",), 0.99, ("incomplete",)),
        ((), 0.5, ("low_confidence",)),
    ],
)
def test_a_sure_confidence_overrules_only_doubts_of_a_titles_letters(
    doubts: tuple[str, ...], sure: float, said: tuple[str, ...]
) -> None:
    field = Finding("title", "CĂN CƯỚC CÔNG DÂN", (), 0.9, "test@1", doubts=doubts).to_field(sure, 0.9)
    assert (field.doubts, field.doubtful) == (said, bool(said))


@pytest.mark.parametrize(
    ("doubts", "sure", "said"),
    [
        ((), 0.995, ()),
        ((), 0.95, ("worth_a_look",)),
        ((), 0.85, ("low_confidence",)),
        (("incomplete",), 0.95, ("incomplete",)),
        (("misread_title",), 0.95, ("worth_a_look",)),
    ],
)
def test_what_is_sure_enough_to_wait_for_nobody_may_still_be_worth_a_look(
    doubts: tuple[str, ...], sure: float, said: tuple[str, ...]
) -> None:
    field = Finding("title", "X", (), 0.9, "test@1", doubts=doubts).to_field(sure, 0.9, 0.985)
    assert (field.doubts, field.doubtful) == (said, bool(said))


def test_a_value_must_be_surer_not_to_be_marked_than_not_to_hold_its_paper_back() -> None:
    model = confidence.shipped()
    for page in (0.3, 1.2):
        assert model.least({"page_doubt": page}) < model.least_unmarked({"page_doubt": page}) < 1
    assert model.least_unmarked({"least": 2.8}) == 1.0
