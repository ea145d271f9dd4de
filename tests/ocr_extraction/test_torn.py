"""Offices a seal has torn (scans in black and white): what was left tells them, and a person is asked."""

from collections.abc import Callable
from typing import Any

import pytest

from khoso.kernel.transcript import Transcript
from ocr.extraction import extract
from tests.ocr_extraction.conftest import values_of

Typeset = Callable[..., Transcript]
Head = Callable[..., list[Any]]


@pytest.fixture
def signed(typeset: Typeset, letterhead: Head) -> Callable[..., Any]:
    """The fields of a directive whose signature block has these rows."""

    def read(*rows: Any) -> Any:
        head = letterhead(["ỦY BAN NHÂN DÂN", "TỈNH LÂM ĐỒNG"], "Số: 12/CT-UBND", "Lâm Đồng, ngày 20 tháng 3 năm 2018")
        body = [
            "",
            "^CHỈ THỊ",
            "^Về việc tăng cường công tác thi hành án",
            "",
            "Thực hiện Luật Tố tụng hành chính;",
            "",
        ]
        return dict(extract([typeset([*head, *body, *rows, "", "", [(1500, "Phạm Trường Mẫu")]])]).fields)

    return read


def test_the_head_and_deputy_are_told_by_what_a_seal_left(signed: Any) -> None:
    fields = signed([(1500, "KT.C"), (1810, "TỊCH")], [(1810, "TỊCH")])
    assert values_of(fields, "signer.authority", "signer.title", "signer.name") == [
        "KT. CHỦ TỊCH",
        "PHÓ CHỦ TỊCH",
        "Phạm Trường Mẫu",
    ]
    assert fields["signer.title"].doubts == fields["signer.authority"].doubts == ("incomplete",)


def test_the_committee_above_it_stays(signed: Any) -> None:
    fields = signed([(1500, "TM. ỦY BAN NHÂN DÂN")], [(1500, "KT. CH"), (1850, "TỊCH")], [(1850, "TỊCH")])
    assert fields["signer.authority"].value == "TM. ỦY BAN NHÂN DÂN KT. CHỦ TỊCH"


@pytest.mark.parametrize(
    ("authority", "below"),
    [
        ([(1500, "KT. B"), (1810, "TỊCH")], [(1810, "TỊCH")]),  # no office is left so
        ([(1500, "KT. PH"), (1810, "ỞNG")], [(1810, "ỞNG")]),  # a deputy is not signed for
        ([(1500, "KT.C"), (2300, "TỊCH")], [(2300, "TỊCH")]),  # too far apart: another column
    ],
)
def test_what_may_be_several_offices_or_none_is_left_as_read(signed: Any, authority: Any, below: Any) -> None:
    fields = signed(authority, below)
    assert "signer.title" not in fields
    assert "CHỦ TỊCH" not in fields["signer.authority"].value


def test_an_office_that_was_read_whole_is_no_torn_one(signed: Any) -> None:
    fields = signed([(1500, "KT. CHỦ TỊCH")], [(1500, "PHÓ CHỦ TỊCH")])
    assert values_of(fields, "signer.authority", "signer.title") == ["KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"]
    assert not fields["signer.title"].doubts
