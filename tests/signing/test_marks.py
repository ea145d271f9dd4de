"""What a mark says, that every letter of it is there, and that it fits."""

import unicodedata
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compose import liberation
from khoso.kernel.errors import Refused
from khoso.kernel.reasons import ReasonCode
from signing.marks import Wording, agency_mark, conversion_mark
from signing.ports import Mark, Place
from signing.writing.appearance import draw, printable, set_lines

WIDTHS = liberation.mark_font(liberation.find()).widths
BOX = {"width": 250.0, "height": 36.0}


def test_the_conversion_mark(now: datetime) -> None:
    assert conversion_mark("Nguyễn Văn Mẫu", "Bưu điện MẪU", now) == Mark(
        Place.SCANNER,
        (
            "BẢN ĐIỆN TỬ CHUYỂN ĐỔI TỪ VĂN BẢN GIẤY",
            "Người thực hiện: Nguyễn Văn Mẫu, Bưu điện MẪU",
            "Thời gian: 2026-11-21T09:15:02+07:00",
        ),
    )
    assert conversion_mark("Nguyễn Văn Mẫu", " ", now).lines[1] == "Người thực hiện: Nguyễn Văn Mẫu"


def test_the_agencys_mark(now: datetime) -> None:
    assert agency_mark("UBND xã MẪU", now) == Mark(Place.AGENCY, ("UBND xã MẪU", "2026-11-21T09:15:02+07:00"))


def test_the_wording_is_a_setting(now: datetime) -> None:
    wording = Wording(conversion=("%(person)s 100 %%", "%(time)s"), agency=("Cơ quan: %(agency)s",))
    assert conversion_mark("A", "B", now, wording=wording).lines == ("A, B 100 %", "2026-11-21T09:15:02+07:00")
    assert agency_mark("C", now, wording=wording).lines == ("Cơ quan: C",)


@pytest.mark.parametrize(
    "unit",
    [
        "",
        "Trung tâm Phục vụ hành chính công xã Đạ Tẻh",
        "Điểm phục vụ hành chính công phường Xuân Hương - Đà Lạt, Trung tâm Phục vụ hành chính công tỉnh Lâm Đồng",
    ],
)
def test_usual_names_fit_at_a_readable_size(unit: str, now: datetime) -> None:
    mark = conversion_mark("Nguyễn Thị Bích Phượng", unit, now)
    setting = set_lines(mark.lines, **BOX, place=mark.place, widths=WIDTHS)
    assert setting.size >= 6
    assert " ".join(setting.rows) == " ".join(mark.lines)


def test_the_agencys_block_is_in_size_10(now: datetime) -> None:
    mark = agency_mark("Ủy ban nhân dân phường Xuân Hương - Đà Lạt, tỉnh Lâm Đồng", now)
    setting = set_lines(mark.lines, **BOX, place=mark.place, widths=WIDTHS)
    assert setting.size == 10
    assert len(setting.rows) == 3


def test_a_name_that_fits_nowhere_is_refused() -> None:
    with pytest.raises(Refused) as caught:
        set_lines(["tên rất dài " * 100], **BOX, place=Place.AGENCY, widths=WIDTHS)
    assert caught.value.reason.code is ReasonCode.MARK_TOO_LONG


def test_a_word_longer_than_the_box_is_broken() -> None:
    setting = set_lines(["W" * 80], **BOX, place=Place.SCANNER, widths=WIDTHS)
    assert "".join(setting.rows) == "W" * 80
    assert len(setting.rows) > 1


def test_letters_are_never_left_out_in_silence() -> None:
    assert printable(unicodedata.normalize("NFD", "Đạ Tẻh"), WIDTHS) == "Đạ Tẻh"
    assert printable("ﬁ\u3000ａ", WIDTHS) == "fi a"
    with pytest.raises(Refused) as caught:
        printable("Nguyễn 山 МЕ", WIDTHS)
    assert caught.value.reason.code is ReasonCode.MARK_UNPRINTABLE
    assert "山" in str(caught.value)


@settings(deadline=None)
@given(
    lines=st.lists(st.text("aăâ ĐỆẶgy,.:-0123456789W", max_size=60), max_size=5),
    width=st.floats(40, 400),
    height=st.floats(20, 200),
    place=st.sampled_from(Place),
)
def test_what_is_set_lies_inside_its_box(lines: list[str], width: float, height: float, place: Place) -> None:
    try:
        setting = set_lines(lines, width=width, height=height, place=place, widths=WIDTHS)
    except Refused as error:
        assert error.reason.code is ReasonCode.MARK_TOO_LONG  # noqa: PT017 - one of two right outcomes
        return
    assert " ".join(" ".join(lines).split()).replace(" ", "") == "".join(setting.rows).replace(" ", "")
    for row in setting.rows:
        assert sum(WIDTHS[ord(char)] for char in row) * setting.size / 1000 <= width + 0.01 or len(row) == 1
    content = draw(setting, width=width, height=height, place=place, widths=WIDTHS)
    lowest = min((float(line.split()[5]) for line in content.splitlines() if b" Tm " in line), default=height)
    assert lowest >= setting.size * 0.2
