"""Codes on paper: what they say goes before print, and print that says otherwise is never taken in silence."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue.identifiers import card_qr, check_digit
from khoso.kernel.doubts import WORTH_A_LOOK
from khoso.kernel.transcript import Box, Code, Transcript
from ocr.extraction import extract
from ocr.extraction.codes import FORGERY, UNLIKE, card_fields, listed, overruled, read_card
from ocr.extraction.findings import Finding
from tests.ocr_extraction.conftest import Typeset

WHERE = Box(1900, 300, 2100, 500)
CARD = "060187572497|304491057|KA GIANG|07021987|Nữ|Tổ 3, phường Lộc Sơn, thành phố Bảo Lộc, tỉnh Lâm Đồng|12012021"


def card(typeset: Typeset, code: str = CARD, **printed: str) -> Transcript:
    rows = [
        "^CĂN CƯỚC CÔNG DÂN",
        f"Số / No.: {printed.get('number', '060187572497')}",
        f"Họ và tên / Full name: {printed.get('name', 'KA GIANG')}",
        f"Ngày sinh / Date of birth: {printed.get('birth', '07/02/1987')}",
        f"Giới tính / Sex: {printed.get('sex', 'Nữ')}",
        "Nơi thường trú / Place of residence: Tổ 3, phường Lộc Sơn, thành phố Bảo Lộc, tỉnh Lâm Đồng",
        *printed.get("more", "").splitlines(),
    ]
    return replace(typeset(rows), codes=(Code("qr", code, WHERE),))


def test_a_card_whose_print_and_code_agree_is_certain(typeset: Typeset) -> None:
    found = extract([card(typeset)])
    assert found.document_type == "citizen_id"
    assert found.fields["person.name"].value == "KA GIANG"
    assert found.fields["person.id_number"].source == "code"
    assert not any(set(field.doubts) - {WORTH_A_LOOK} for field in found.fields.values())


def test_what_print_does_not_say_is_taken_from_the_code(typeset: Typeset) -> None:
    found = extract([card(typeset)])
    old = found.fields["person.old_id_number"]
    assert (old.value, old.source, old.engine, old.box, old.page) == ("304491057", "code", "code/qr", WHERE, 1)
    assert found.fields["issue_date"].value == "2021-01-12"


@pytest.mark.parametrize(
    ("printed", "field", "value"),
    [
        ({"name": "KA HUỆ"}, "person.name", "KA GIANG"),
        ({"number": "060187572498"}, "person.id_number", "060187572497"),
        ({"birth": "07/02/1997"}, "person.birth_date", "1987-02-07"),
        ({"sex": "Nam"}, "person.sex", "female"),
    ],
)
def test_changed_print_raises_an_alarm(typeset: Typeset, printed: dict[str, str], field: str, value: str) -> None:
    found = extract([card(typeset, **printed)]).fields[field]
    assert found.value == value
    assert found.doubtful
    assert FORGERY in found.doubts


def test_a_name_misread_in_its_marks_alone_is_no_alarm(typeset: Typeset) -> None:
    found = extract([card(typeset, name="KA GIẢNG")]).fields["person.name"]
    assert (found.value, found.doubtful) == ("KA GIANG", False)


def test_print_that_was_hardly_read_is_doubted_but_no_forgery(typeset: Typeset) -> None:
    found = extract([card(typeset, number="060187572493`40")]).fields["person.id_number"]
    assert (found.value, found.doubts) == ("060187572497", (UNLIKE,))


def test_machine_readable_lines_that_contradict_print_raise_an_alarm(typeset: Typeset) -> None:
    nine, whole = "187572497", "060187572497"
    lines = [
        f"IDVNM{nine}{check_digit(nine)}{whole}<<2",
        "8702078F2702076VNM<<<<<<<<<<<0",
        "KA<<GIANG<<<<<<<<<<<<<<<<<<<<<",
    ]
    paper = replace(card(typeset, birth="07/02/1977", more="\n".join(lines)), codes=())
    found = extract([paper]).fields["person.birth_date"]
    assert found.value == "1987-02-07"
    assert FORGERY in found.doubts


def test_a_card_nothing_but_the_code_of_which_can_be_read() -> None:
    found = extract([Transcript(2480, 3508, 300.0, (), "test-1", codes=(Code("qr", CARD, WHERE),))])
    assert found.document_type == "citizen_id"
    assert found.fields["owner_id"].value == "060187572497"


@pytest.mark.parametrize(
    "text", ["", "https://example.org/a|b", "|".join("abcdefg"), "060187572497|x", "\0|||||||", "999|" * 9]
)
def test_other_codes_are_no_cards(typeset: Typeset, text: str) -> None:
    assert read_card([(1, Code("qr", text, WHERE))]) == {}
    assert extract([card(typeset, code=text)]).document_type == "citizen_id"


def test_a_code_that_lists_values_upholds_print_and_mends_a_digit(typeset: Typeset) -> None:
    rows = [
        "^GIẤY PHÉP LÁI XE",
        "Số/No: 670240579277",
        "Họ tên/Full name: TRẦN KIM TINH",
        "Ngày sinh/Date of birth: 11/03/2001",
    ]
    paper = replace(typeset(rows), codes=(Code("qr", "670240579271|TRẦN KIM TINH|11/03/2001|B1", WHERE),))
    found = extract([paper]).fields
    assert (found["number"].value, found["number"].doubtful) == ("670240579271", True)
    assert found["person.name"].confidence > 0.99
    assert not found["person.birth_date"].doubtful


def test_a_code_of_other_numbers_changes_nothing(typeset: Typeset) -> None:
    rows = ["^GIẤY PHÉP LÁI XE", "Số/No: 670240579277", "Họ tên/Full name: TRẦN KIM TINH"]
    plain = typeset(rows)
    coded = replace(
        plain, codes=(Code("qr", "https://tracuu.example.vn/?q=1", WHERE), Code("code128", "8934567", WHERE))
    )
    assert extract([coded]) == extract([plain])


_NAMES = st.text(st.sampled_from("ABCDĐEGHIKLMNOPQRSTUVXYÂĂÊÔƠƯ "), min_size=1, max_size=30).filter(str.strip)
_DAYS = st.dates(date(1900, 1, 1), date(2099, 12, 31))


@given(name=_NAMES, born=_DAYS, issued=_DAYS, female=st.booleans(), old=st.sampled_from(["", "304491057"]))
def test_every_card_code_says_what_was_put_in(name: str, born: date, issued: date, female: bool, old: str) -> None:  # noqa: FBT001
    text = f"060187572497|{old}|{name}|{born:%d%m%Y}|{'Nữ' if female else 'Nam'}|Xã A, tỉnh B|{issued:%d%m%Y}|||more"
    if born.year < 1000 or issued.year < 1000:
        return
    said = card_fields(card_qr(text))
    assert said["person.birth_date"] == born.isoformat()
    assert said["issue_date"] == issued.isoformat()
    assert said["person.sex"] == ("female" if female else "male")
    assert said["person.name"] == " ".join(name.split())
    assert ("person.old_id_number" in said) == bool(old)


@given(st.text(max_size=200))
def test_no_code_breaks_the_reading(text: str) -> None:
    code = Code("qr", text, WHERE)
    read_card([(1, code)])
    for said in listed([(1, code)]):
        assert said.value
        finding = Finding("person.name", "NGUYỄN VĂN MẪU", (), 0.9, "test/name@1")
        assert overruled("person.name", finding, said, rule="test/name.qr@1").sure > 0.99


@given(printed=st.text("0123456789", min_size=12, max_size=12), said=st.text("0123456789", min_size=12, max_size=12))
def test_a_number_in_print_is_doubted_exactly_when_the_code_has_another(printed: str, said: str) -> None:
    finding = Finding("person.id_number", printed, (), 0.97, "test/id@1")
    value = next(iter(listed([(1, Code("qr", said, WHERE))])))
    taken = overruled("person.id_number", finding, value, rule="test/id.qr@1")
    assert taken.value == said
    assert bool(taken.doubts) == (printed != said)


def test_a_card_is_known_by_its_back_where_the_title_of_its_front_is_unread(typeset: Typeset) -> None:
    rows = ["Số / No.: 060187572497", "Họ và tên / Full name: KA GIANG", "Ngày sinh / Date of birth: 07/02/1987"]
    back = replace(typeset(["BỘ CÔNG AN"]), codes=(Code("qr", CARD, WHERE),))
    found = extract([typeset(rows), back])
    assert found.document_type == "citizen_id"
    assert found.fields["owner_id"].value == "060187572497"
    assert extract([typeset(["Số: 060187572498", *rows[1:]]), back]).document_type == "unknown", "another's card"
    assert extract([typeset(rows + ["Một dòng chữ khác"] * 40), back]).document_type == "unknown", "no card's front"
    assert extract([typeset(rows), back, typeset(rows)]).document_type == "unknown", "a bundle"


def test_a_blank_page_on_top_changes_nothing(typeset: Typeset) -> None:
    alone, behind = extract([card(typeset)]), extract([typeset([]), typeset([]), card(typeset)])
    assert (behind.document_type, behind.type_confidence) == (alone.document_type, alone.type_confidence)
    assert {field.page for field in behind.fields.values()} == {3}
    assert {key: replace(field, page=1) for key, field in behind.fields.items()} == dict(alone.fields)
    assert extract([typeset([])]).document_type == "unknown"
