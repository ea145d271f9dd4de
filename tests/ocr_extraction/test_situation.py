"""The second opinion on places: which field words are by what stands around them, and what that does to confidence."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from khoso.kernel.transcript import Transcript
from ocr.extraction import Found, confidence, find, situation
from ocr.extraction.confidence import Tree, evidence_on
from ocr.extraction.opinions import dates_of, opinions
from ocr.extraction.situation import NOTHING, Surroundings
from tests.ocr_extraction.conftest import MOTTO

Typeset = Callable[..., Transcript]

LICENCE = [
    *MOTTO,
    "^GIẤY PHÉP LÁI XE",
    "Số: 790123456789",
    "Họ tên: Kiều Hồng Nga",
    "Ngày sinh: 12/11/1995",
    "Quốc tịch: Việt Nam",
    "Nơi cư trú: xã Xuân Trường, tỉnh Lâm Đồng",
    "Hạng: B2",
    "Ngày cấp: 05/04/2022",
]


def read(typeset: Typeset, rows: list[Any]) -> Found:
    found = find([typeset(rows)])
    assert found is not None
    return found


def test_where_words_stand_tells_which_field_they_are(typeset: Typeset) -> None:
    found = read(typeset, LICENCE)
    around = Surroundings(found.draft.sheet, found.draft.title)
    model = situation.shipped()
    allowed = model.allowed(found.draft.form.knows)
    for key in ("person.name", "person.birth_date", "person.residence"):
        chances = model.chances(around.figures(found.findings[key].pieces), allowed)
        assert model.fields[int(chances.argmax())] == key
        assert chances.sum() == pytest.approx(1, abs=1e-3)


def test_fields_the_form_does_not_have_are_never_likely(typeset: Typeset) -> None:
    found = read(typeset, LICENCE)
    model = situation.shipped()
    figures = Surroundings(found.draft.sheet, found.draft.title).figures(found.findings["person.name"].pieces)
    chances = dict(zip(model.fields, model.chances(figures, model.allowed(found.draft.form.knows)), strict=True))
    assert chances["mother.name"] < 1e-6
    assert {NOTHING, "person.name"} < set(chances)


def test_a_value_read_from_another_fields_place_is_less_sure(typeset: Typeset) -> None:
    found = read(typeset, LICENCE)
    born, moved = found.findings["person.birth_date"], dict(found.findings)
    moved["issue_date"] = replace(moved["issue_date"], value=born.value, pieces=born.pieces)
    right, wrong = (
        opinions(found.draft, findings, situation.shipped())["issue_date"] for findings in (found.findings, moved)
    )
    assert right["op_own"] < wrong["op_own"]
    assert right["op_beaten"] <= wrong["op_beaten"]
    model = confidence.shipped()
    sure = []
    for findings in (found.findings, moved):
        seen = evidence_on(found.draft, findings, type_sure=0.99, opinion=situation.shipped())
        sure.append(model.sure("issue_date", findings["issue_date"].value, seen["issue_date"]))
    assert sure[0] > sure[1]


def test_what_was_derived_has_the_opinion_of_its_source(typeset: Typeset) -> None:
    found = read(typeset, LICENCE)
    seen = opinions(found.draft, found.findings, situation.shipped())
    without = [{k: v for k, v in seen[key].items() if k != "op_paper"} for key in ("owner_name", "person.name")]
    assert found.findings["owner_name"].source == "derived"
    assert without[0] == without[1]


def test_dates_are_found_with_their_pieces(typeset: Typeset) -> None:
    found = read(typeset, [*LICENCE, "Từ ngày 01/02/2020 đến ngày 03/04/2021"])
    line = found.draft.sheet.segments[-1]
    assert [(value, [p.text for p in pieces]) for value, pieces in dates_of(line)] == [
        ("2020-02-01", ["01/02/2020"]),
        ("2021-04-03", ["03/04/2021"]),
    ]


def test_a_span_of_another_sheet_has_no_figures(typeset: Typeset) -> None:
    one, other = read(typeset, LICENCE), read(typeset, LICENCE)
    assert Surroundings(one.draft.sheet, None).figures(other.findings["person.name"].pieces) == ()


@pytest.mark.parametrize(
    ("seen", "odds"), [({}, 1.0), ({"a": 0.5}, 3.0), ({"a": 0.5, "b": 2.0}, 4.0), ({"b": 2.0}, 2.0)]
)
def test_a_tree_sends_figures_below_the_least_left(seen: dict[str, float], odds: float) -> None:
    tree = Tree((("a", 0.5), ("b", 2.0), ("b", 1.0)), (1.0, 2.0, 3.0, 4.0))
    assert tree.odds(seen) == odds
    assert Tree((), (0.7,)).odds(seen) == 0.7
    assert Tree((("", 0.0),), (5.0, 6.0)).odds(seen) == 5.0
