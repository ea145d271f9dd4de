"""Machine-readable lines: read with their check digits, put right only where one reading fits, held against print and code."""

from datetime import date

import pytest

from catalogue.identifiers import check_digit
from khoso.kernel.transcript import Box, Code, Line, Transcript, Word
from ocr.extraction import extract
from ocr.extraction.codes import FORGERY
from ocr.extraction.mrz import line_of, read_mrz
from ocr.extraction.sheet import lay_out
from samples.generator.forms.cards import mrz

CARD = mrz("060187572497", date(1987, 2, 7), "female", date(2027, 2, 7), "Ka Giang")
SAID = {
    "person.id_number": "060187572497",
    "person.birth_date": "1987-02-07",
    "person.sex": "female",
    "expiry": "2027-02-07",
    "person.name": "KA GIANG",
}


def page(*lines: str, codes: tuple[Code, ...] = ()) -> Transcript:
    read = tuple(
        Line(tuple(Word(w, Box(60 + 150 * x, 60 * y, 200 + 150 * x, 60 * y + 36), 0.98) for x, w in enumerate(line.split())), "t")
        for y, line in enumerate(lines, 1)
    )  # fmt: skip
    return Transcript(1800, 1200, 300, read, "t", codes=codes)


def said(*lines: str) -> dict[str, str]:
    return {key: value for key, (value, _) in (read_mrz(lay_out([page(*lines)])) or {}).items()}


def passport(number: str, birth: str, sex: str, expiry: str, own: str, name: str) -> list[str]:
    second = number.ljust(9, "<")
    second += (
        f"{check_digit(second)}VNM{birth}{check_digit(birth)}{sex}{expiry}{check_digit(expiry)}{own.ljust(14, '<')}"
    )
    second += str(check_digit(own.ljust(14, "<")))
    second += str(check_digit(second[:10] + second[13:20] + second[21:43]))
    return [f"P<VNM{name}".ljust(44, "<"), second]


def test_a_card() -> None:
    assert said(*CARD) == SAID


@pytest.mark.parametrize("filler", ["-", "—", "‹", "«", "_"])
def test_fillers_read_as_other_marks(filler: str) -> None:
    assert said(*(line.replace("<<" if filler == "«" else "<", filler) for line in CARD)) == SAID


def test_letters_for_figures_are_put_right() -> None:
    assert said(CARD[0].replace("0", "O"), CARD[1].replace("8", "B"), CARD[2]) == SAID


@pytest.mark.parametrize("place", range(6))
def test_one_misread_figure_of_a_day_is_mended_by_both_check_digits(place: int) -> None:
    wrong = {"8": "3", "7": "1", "0": "8", "2": "7"}[CARD[1][place]]
    read = said(CARD[0], CARD[1][:place] + wrong + CARD[1][place + 1 :], CARD[2])
    assert read.get("person.birth_date", "1987-02-07") == "1987-02-07", "never another day"
    assert read["expiry"] == "2027-02-07"


def test_without_the_digit_over_all_nothing_is_mended() -> None:
    wrong = CARD[1].replace("870207", "878207", 1)
    assert "person.birth_date" not in said(wrong)


def test_a_misread_half_of_the_number_is_made_good_by_the_other() -> None:
    assert said(CARD[0][:7] + "3" + CARD[0][8:], *CARD[1:])["person.id_number"] == "060187572497"


def test_a_number_neither_half_of_which_holds_is_not_taken() -> None:
    assert "person.id_number" not in said("IDVNM1875724918060187572491<<6", *CARD[1:])


def test_a_passport() -> None:
    lines = passport("C1234567", "870207", "F", "320701", "060187572497", "KA<<GIANG")
    assert said(*lines) == {
        **SAID, "expiry": "2032-07-01", "number": "C1234567", "person.nationality": "Việt Nam",
    }  # fmt: skip


def test_print_is_no_machine_readable_line() -> None:
    for text in (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Số: 24/TTr-UBND -- ngày 05",
        "VNM",
        "—————————————————————————————",
    ):
        assert line_of(text) is None or not said(text), text


def test_a_passport_is_told_and_its_fields_are_the_surface_s() -> None:
    lines = passport("C1234567", "870207", "F", "320701", "060187572497", "KA<<GIANG")
    found = extract(
        [
            page(
                "HỘ CHIẾU / PASSPORT",
                "Họ và tên / Full name: KA GIANG",
                "Ngày sinh / Date of birth: 07/02/1987",
                *lines,
            )
        ]
    )
    assert found.document_type == "passport"
    values = {key: field.value for key, field in found.fields.items()}
    assert values["number"] == "C1234567"
    assert values["person.birth_date"] == "1987-02-07"
    assert values["owner_id"] == "060187572497"
    assert not found.fields["person.birth_date"].doubtful


def test_print_that_says_another_day_raises_an_alarm() -> None:
    found = extract(
        [
            page(
                "CĂN CƯỚC CÔNG DÂN",
                "Số / No.: 060187572497",
                "Họ và tên / Full name: KA GIANG",
                "Ngày sinh / Date of birth: 07/02/1977",
                *CARD,
            )
        ]
    )
    birth = found.fields["person.birth_date"]
    assert birth.doubtful
    assert birth.value == "1987-02-07"
    assert FORGERY in birth.doubts or "disagrees_with:mrz" in birth.doubts


def test_a_code_that_contradicts_the_lines_raises_an_alarm() -> None:
    code = Code("qr", "060187572497||KA GIANG|07021977|Nữ|Lâm Đồng|12012021", Box(1500, 60, 1700, 260))
    found = extract([page("CĂN CƯỚC CÔNG DÂN", "Số / No.: 060187572497", *CARD, codes=(code,))])
    assert FORGERY in found.fields["person.birth_date"].doubts


def test_another_name_in_the_lines_is_doubted_and_the_print_kept() -> None:
    other = mrz("060187572497", date(1987, 2, 7), "female", date(2027, 2, 7), "Trần Quốc Toản")
    front = ("CĂN CƯỚC CÔNG DÂN", "Số / No.: 060187572497", "Họ và tên / Full name: KA GIANG", "Giới tính / Sex: Nữ")
    found = extract([page(*front, *other)])
    assert found.fields["person.name"].value == "KA GIANG"
    assert "disagrees_with:mrz" in found.fields["person.name"].doubts
