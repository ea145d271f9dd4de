"""Which doubts hold a paper back, and which only mark a value."""

import pytest

from khoso.kernel.doubts import WORTH_A_LOOK
from warehouse import quality


def field(*doubts: str) -> dict[str, object]:
    return {"value": "x", "doubtful": bool(doubts), "doubts": list(doubts)}


@pytest.mark.parametrize(
    ("doubts", "holds"),
    [((), False), ((WORTH_A_LOOK,), False), (("low_confidence",), True), ((WORTH_A_LOOK, "bad_format"), True)],
)
def test_a_value_worth_a_look_holds_no_paper_back(doubts, holds):
    assert quality.holds_back(field(*doubts)) is holds
    assert quality.correct({"number": field(*doubts)}, []).holds is not holds


def test_a_doubt_without_a_reason_holds_its_paper_back():
    assert quality.holds_back({"value": "x", "doubtful": True, "doubts": []})


def test_where_a_paper_waits_what_is_worth_a_look_is_asked_too_and_last():
    fields = {"title": field(), "place": field(WORTH_A_LOOK), "number": field("handwritten")}
    assert quality.holding(fields, {}, ["issuer"]) == ["number", "issuer"]
    assert quality.doubts_of(fields, {}, ["issuer"]) == ["number", "issuer", "place"]
    assert quality.doubts_of(fields, {"issuer": "an"}, ["issuer"]) == ["number", "place"]
