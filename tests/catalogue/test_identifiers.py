"""Every identifier of the counter: right ones, wrong ones, and any text at all."""

import re
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum.vn import mst

from catalogue.identifiers import (
    Fault,
    Malformed,
    UnitLevel,
    administrative_unit,
    agency,
    business_code,
    card_qr,
    check_digit,
    dossier,
    dossier_result,
    doubts_of_card,
    doubts_of_personal_id,
    fault_of,
    old_id,
    personal_id,
    procedure,
    register_number,
    result_type,
    tax_code,
    td1,
    td3,
)
from catalogue.identifiers.persons import PROVINCES_OF_BIRTH

TODAY = date(2026, 11, 21)
CARD = "IDVNM0930470641001093047064<<2\n9301054M3301052VNM<<<<<<<<<<<8\nUNG<<HOANG<HIEP<<<<<<<<<<<<<<<"
PASSPORT = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10"
digits = st.text("0123456789")


def card_mrz(text):
    return td1(text, today=TODAY)


def passport_mrz(text):
    return td3(text, today=TODAY)


READERS = [
    agency, dossier, dossier_result, procedure, result_type, personal_id, old_id, card_qr, business_code, tax_code,
    register_number, administrative_unit, card_mrz, passport_mrz,
]  # fmt: skip


@settings(deadline=None, max_examples=200)
@given(st.one_of(st.text(max_size=120), st.text("0123456789.-|/<ABHKPQVN \n٣", max_size=100)), st.sampled_from(READERS))
def test_any_text_is_read_or_malformed(text, reader):
    assert fault_of(reader, text) in {None, *Fault}


@pytest.mark.parametrize(
    ("text", "plain", "old"),
    [
        ("H36", "H36", False),
        ("H36.12", "H36.12", False),
        ("H36.12.05", "H36.12.05", False),
        ("G15", "G15", False),
        ("A01.1", "A01.1", False),
        ("Y99.ABC", "Y99.ABC", False),
        ("000.00.12.H36", "H36.12", True),
        ("000.00.00.H36", "H36", True),
        ("000.00.00.G22", "G22", True),
        ("000.27.32.H29", "H29.32.27", True),
        ("105.27.32.H29", "H29.32.27.105", True),
        ("H36.00.12", "H36.00.12", False),
        ("H36.0000000000000000000000000000000", "H36.0000000000000000000000000000000", False),
    ],
)
def test_agencies_in_both_orders(text, plain, old):
    found = agency(text)
    assert (found.text, found.old_order) == (plain, old)
    assert re.fullmatch(r"[A-Y]\d\d", found.root)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", Fault.BAD_FORMAT), ("H36.", Fault.BAD_FORMAT), (".H36", Fault.BAD_FORMAT), ("H36..12", Fault.BAD_FORMAT),
        ("h36.12", Fault.BAD_FORMAT), ("H36-12", Fault.BAD_FORMAT), ("H36 .12", Fault.BAD_FORMAT),
        ("H36.12\n", Fault.BAD_FORMAT), ("H36.Đ2", Fault.BAD_FORMAT), ("H36.١٢", Fault.BAD_FORMAT),
        ("Z36.12", Fault.NO_AGENCY_ROOT), ("12.34", Fault.NO_AGENCY_ROOT), ("H3.12", Fault.NO_AGENCY_ROOT),
        ("H361.12", Fault.NO_AGENCY_ROOT), ("000.H36.12", Fault.NO_AGENCY_ROOT), ("A" * 36, Fault.TOO_LONG),
    ],
)  # fmt: skip
def test_what_is_no_agency(text, fault):
    assert fault_of(agency, text) is fault


roots = st.from_regex(r"\A[A-Y][0-9]{2}\Z")
groups = st.lists(st.from_regex(r"\A[1-9][0-9]{0,2}\Z"), max_size=4)


@given(roots, groups)
def test_an_agency_is_the_same_written_either_way(root, inner):
    new = agency(".".join([root, *inner]))
    assert agency(".".join([*inner[::-1], root])).text == new.text
    assert agency(".".join(["000", "00", *inner[::-1], root])).groups == new.groups


@pytest.mark.parametrize(
    ("text", "where", "day", "number"),
    [
        ("H36.12-230101-0001", "H36.12", date(2023, 1, 1), "0001"),
        ("000.00.12.H36-240229-0001", "000.00.12.H36", date(2024, 2, 29), "0001"),
        ("G22.99.107-261231-123456", "G22.99.107", date(2026, 12, 31), "123456"),
        ("H36-230101-0000", "H36", date(2023, 1, 1), "0000"),
    ],
)
def test_dossiers(text, where, day, number):
    found = dossier(text)
    assert (found.agency, found.received, found.number) == (where, day, number)
    assert dossier_result(f"{text}-KQ12").number == 12


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("H36.12-230101-001", Fault.BAD_FORMAT), ("H36.12-23011-0001", Fault.BAD_FORMAT), ("H36.12", Fault.BAD_FORMAT),
        ("H36.12-2301011-0001", Fault.BAD_FORMAT), ("h36.12-230101-0001", Fault.BAD_FORMAT), ("", Fault.BAD_FORMAT),
        ("H36..12-230101-0001", Fault.BAD_FORMAT), ("H36.12 -230101-0001", Fault.BAD_FORMAT),
        ("H36.12-230101-0001-KQ1", Fault.BAD_FORMAT), ("H36.12-230101-0001\n", Fault.BAD_FORMAT),
        ("H36.12-231301-0001", Fault.NO_SUCH_DATE), ("H36.12-230229-0001", Fault.NO_SUCH_DATE),
        ("H36.12-230100-0001", Fault.NO_SUCH_DATE), ("H36.12-230431-0001", Fault.NO_SUCH_DATE),
    ],
)  # fmt: skip
def test_what_is_no_dossier(text, fault):
    assert fault_of(dossier, text) is fault


@pytest.mark.parametrize(
    "text",
    ["H36.12-230101-0001-KQ0", "H36.12-230101-0001-KQ", "H36.12-230101-0001-kq1", "-KQ1", "H36-230101-0001-KQ01"],
)
def test_what_is_no_result_of_a_dossier(text):
    assert fault_of(dossier_result, text) is Fault.BAD_FORMAT


@given(roots, st.dates(date(2000, 1, 1), date(2099, 12, 31)), st.integers(0, 10**8))
def test_dossiers_of_every_day(root, day, number):
    found = dossier(f"{root}.1-{day:%y%m%d}-{number:04}")
    assert (found.received, int(found.number)) == (day, number)


def test_the_form_of_a_dossier_may_be_set():
    assert dossier("LD-230101-1", pattern=r"LD-\d{6}-\d+").number == "1"
    with pytest.raises(Malformed):
        dossier("H36.12-230101-0001", pattern=r"LD-\d{6}-\d+")


@pytest.mark.parametrize(
    ("text", "base", "place"),
    [
        ("2.000815", "2.000815", ""),
        ("1.001193", "1.001193", ""),
        ("3.000412", "3.000412", ""),
        ("5.002544", "5.002544", ""),
        ("2.000815.000.00.00.H36", "2.000815", "000.00.00.H36"),
        ("1.004269.000.00.00.H36.05", "1.004269", "000.00.00.H36.05"),
    ],
)
def test_procedures(text, base, place):
    found = procedure(text)
    assert (found.base, found.place) == (base, place)


@pytest.mark.parametrize(
    "text",
    [
        "", "0.000815", "4.000815", "2.00081", "2.0008155", "2000815", "2.000815.H36", "2.000815.000.00.00.Z36",
        "2.000815.000.00.00.H3", "2.000815.000.00.00.H36.5", "2.000815 ", " 2.000815", "2.00081O", "2,000815", "2.٠٠٠٨١٥",
    ],
)  # fmt: skip
def test_what_is_no_procedure(text):
    assert fault_of(procedure, text) is Fault.BAD_FORMAT


@pytest.mark.parametrize("number", [31, 32, 34, 38, 1, 999999])
def test_result_types(number):
    found = result_type(f"KQ.G15.{number:06}")
    assert (found.root, found.number) == ("G15", number)


@pytest.mark.parametrize(
    "text", ["", "KQ.G15.00031", "KQ.G15.0000311", "kq.G15.000031", "KQ.Z15.000031", "KQ.G1.000031", "G15.000031", "KQG15000031"]
)  # fmt: skip
def test_what_is_no_result_type(text):
    assert fault_of(result_type, text) is Fault.BAD_FORMAT


@pytest.mark.parametrize(
    ("text", "sex", "year"),
    [
        ("068225588768", "male", 2025), ("060187572497", "female", 1987), ("001093047064", "male", 1993),
        ("096399000001", "female", 2099), ("079000000001", "male", 1900), ("001400000001", "male", 2100),
    ],
)  # fmt: skip
def test_personal_ids(text, sex, year):
    found = personal_id(text)
    assert (found.sex, found.year, found.province) == (sex, year, text[:3])


@pytest.mark.parametrize("province", sorted(PROVINCES_OF_BIRTH))
def test_old_provinces_stay_valid_for_ever(province):
    assert personal_id(f"{province}093047064").province == province


@pytest.mark.parametrize("province", ["000", "003", "005", "007", "009", "097", "100", "168", "999"])
def test_provinces_that_never_were(province):
    assert fault_of(personal_id, f"{province}093047064") is Fault.UNKNOWN_PROVINCE


@pytest.mark.parametrize(
    "text", ["", "06822558876", "0682255887688", "O68225588768", "068 225 588 768", "٠٦٨٢٢٥٥٨٨٧٦٨"]
)
def test_what_is_no_personal_id(text):
    assert fault_of(personal_id, text) is Fault.BAD_FORMAT


@given(st.sampled_from(sorted(PROVINCES_OF_BIRTH)), st.integers(1900, 2099), st.booleans(), st.integers(0, 999999))
def test_a_number_says_what_it_was_made_of(province, year, female, serial):
    found = personal_id(f"{province}{(year - 1900) // 100 * 2 + female}{year % 100:02}{serial:06}")
    sex, other = ("female", "male") if female else ("male", "female")
    assert (found.year, found.sex) == (year, sex)
    assert doubts_of_personal_id(found, sex=sex, birth=f"{year}-05-01") == ()
    assert doubts_of_personal_id(found, sex=other, birth=f"{year + 1}") == ("sex", "birth")
    assert doubts_of_personal_id(found) == ()


@pytest.mark.parametrize(
    ("text", "good"), [("304491057", True), ("30449105", False), ("3044910577", False), ("30449105a", False)]
)
def test_old_ids(text, good):
    assert (fault_of(old_id, text) is None) == good


QR = "001093047064|304491057|Ưng Hoàng Hiệp (MẪU)|05011993|Nam|Tổ 1, Phường Mẫu, Hà Nội|05012021"


def test_the_qr_of_a_card():
    card = card_qr(QR)
    assert (card.id.text, card.old_id, card.name) == ("001093047064", "304491057", "Ưng Hoàng Hiệp (MẪU)")
    assert (card.birth, card.sex, card.issued, card.more) == ("1993-01-05", "male", "2021-01-05", ())
    assert doubts_of_card(card) == ()


@pytest.mark.parametrize("end", ["", "\n", "\r\n", "\0"])
@pytest.mark.parametrize(("more", "kept"), [("", ()), ("|", ("",)), ("||a|b", ("", "a", "b"))])
@pytest.mark.parametrize("old", ["", "304491057"])
@pytest.mark.parametrize("sex", ["Nam", "NAM", "nam"])
def test_variants_of_the_qr(old, more, kept, end, sex):
    card = card_qr(f"001093047064|{old}|Ưng Hoàng Hiệp|05011993|{sex}|Hà Nội|05012021{more}{end}")
    assert (card.old_id, card.more, card.sex) == (old, kept, "male")


@pytest.mark.parametrize(
    ("place", "value", "fault"),
    [
        (0, "00109304706", Fault.BAD_FORMAT), (0, "003093047064", Fault.UNKNOWN_PROVINCE), (1, "12345", Fault.BAD_FORMAT),
        (2, "", Fault.BAD_FORMAT), (3, "31021993", Fault.NO_SUCH_DATE), (3, "1993", Fault.BAD_FORMAT),
        (3, "05131993", Fault.NO_SUCH_DATE), (4, "M", Fault.BAD_FORMAT), (4, "", Fault.BAD_FORMAT),
        (6, "", Fault.BAD_FORMAT), (6, "00000000", Fault.NO_SUCH_DATE), (6, "٠٥٠١٢٠٢١", Fault.BAD_FORMAT),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_qr(place, value, fault):
    fields = QR.split("|")
    fields[place] = value
    assert fault_of(card_qr, "|".join(fields)) is fault


def test_a_qr_needs_seven_fields():
    for count in range(7):
        assert fault_of(card_qr, "|".join(QR.split("|")[:count])) is Fault.BAD_FORMAT


def test_a_card_that_contradicts_itself_is_doubtful_not_refused():
    fields = QR.split("|")
    fields[3], fields[4], fields[6] = "05011994", "Nữ", "05011990"
    assert doubts_of_card(card_qr("|".join(fields))) == ("sex", "birth", "issued")


def test_the_card_sample():
    card = card_mrz(CARD)
    assert (card.id.text, card.name, card.sex) == ("001093047064", "UNG HOANG HIEP", "male")
    assert (card.birth, card.expires) == (date(1993, 1, 5), date(2033, 1, 5))
    assert card_mrz(CARD.replace("\n", "")) == card
    assert card_mrz(CARD.replace("\n", "\r\n")) == card


def test_the_passport_sample_of_icao():
    found = passport_mrz(PASSPORT)
    assert (found.country, found.number, found.nationality) == ("UTO", "L898902C3", "UTO")
    assert (found.birth, found.sex, found.expires) == (date(1974, 8, 12), "female", date(2012, 4, 15))
    assert (found.personal_number, found.name) == ("ZE184226B", "ERIKSSON ANNA MARIA")


@pytest.mark.parametrize("sample", [CARD, PASSPORT])
def test_every_changed_digit_of_a_zone_is_noticed(sample):
    reader = card_mrz if sample is CARD else passport_mrz
    noticed = 0
    for at, letter in enumerate(sample):
        if letter.isdigit():
            for other in "0123456789":
                if other != letter:
                    assert fault_of(reader, sample[:at] + other + sample[at + 1 :]) is not None, (at, other)
                    noticed += 1
    assert noticed > 200


@pytest.mark.parametrize(
    ("before", "after", "fault"),
    [
        ("IDVNM", "IDLAO", Fault.BAD_FORMAT), ("UNG", "UN9", Fault.BAD_FORMAT), ("M3301052", "Q3301052", Fault.BAD_FORMAT),
        ("UNG<<HOANG<HIEP", "<<<<<<<<<<<<<<<", Fault.BAD_FORMAT), ("VNM<<<", "LAO<<<", Fault.BAD_FORMAT),
        ("HIEP", "hiep", Fault.BAD_FORMAT), ("UNG", "ƯNG", Fault.BAD_FORMAT), ("HIEP<", "HIEP", Fault.BAD_FORMAT),
    ],
)  # fmt: skip
def test_what_is_wrong_on_a_card(before, after, fault):
    assert fault_of(card_mrz, CARD.replace(before, after, 1)) is fault


def made_card(number, birth, sex, expiry, name, *, nine=None):
    """Lines of a card with right check digits."""
    nine = nine or number[3:]
    first = f"IDVNM{nine}{check_digit(nine)}{number}<<{check_digit(number)}"
    second = f"{birth}{check_digit(birth)}{sex}{expiry}{check_digit(expiry)}VNM<<<<<<<<<<<"
    second += str(check_digit(first[5:30] + second[:7] + second[8:15] + second[18:29]))
    return f"{first}\n{second}\n{name:<<30}"


def test_cards_without_end_and_of_both_centuries():
    assert card_mrz(made_card("001063000001", "630105", "M", "991231", "AN<<BINH")).expires is None
    assert card_mrz(made_card("001063000001", "630105", "M", "301231", "AN<<BINH")).birth.year == 1963
    assert card_mrz(made_card("001225000001", "250105", "M", "301231", "AN<<BINH")).birth.year == 2025
    assert fault_of(card_mrz, made_card("001063000001", "630231", "M", "301231", "AN<<BINH")) is Fault.NO_SUCH_DATE
    other = made_card("001063000001", "630105", "M", "301231", "AN<<BINH", nine="063000002")
    assert fault_of(card_mrz, other) is Fault.DISAGREES


@given(
    st.dates(date(1930, 1, 1), TODAY),
    st.sampled_from("MF<"),
    st.dates(TODAY, date(2098, 12, 31)),
    st.integers(0, 999999),
)
def test_cards_of_all_people(birth, sex, expiry, serial):
    number = f"079{(birth.year - 1900) // 100 * 2}{birth:%y}{serial:06}"
    card = card_mrz(made_card(number, f"{birth:%y%m%d}", sex, f"{expiry:%y%m%d}", "LE<<THI<MAU"))
    assert (card.id.text, card.expires) == (number, expiry)
    assert card.birth == birth or (birth.year + 100 <= TODAY.year and card.birth.year == birth.year + 100)


@given(st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<", max_size=40))
def test_the_check_digit_is_a_digit_and_fillers_weigh_nothing(text):
    assert 0 <= check_digit(text) <= 9
    assert check_digit(text + "<" * 7) == check_digit(text)


@pytest.mark.parametrize(
    "text", ["0100109106", "0100109106-001", "0100109106-999", "0100233488", "0314409058-002", "068225588768"]
)
def test_tax_codes(text):
    assert tax_code(text) == text


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("0100109107", Fault.CHECK_DIGIT), ("0100109106-000", Fault.BAD_FORMAT), ("0100109106001", Fault.BAD_FORMAT),
        ("010010910", Fault.BAD_FORMAT), ("01001091066", Fault.BAD_FORMAT), ("0100109106-01", Fault.BAD_FORMAT),
        ("0100109106 -001", Fault.BAD_FORMAT), ("003225588768", Fault.UNKNOWN_PROVINCE), ("", Fault.BAD_FORMAT),
        ("0100000000", Fault.BAD_FORMAT), ("٠١٠٠١٠٩١٠٦", Fault.BAD_FORMAT),
    ],
)  # fmt: skip
def test_what_is_no_tax_code(text, fault):
    assert fault_of(tax_code, text) is fault


WEIGHTS = (31, 29, 23, 19, 17, 13, 7, 5, 3)


@given(st.lists(st.integers(0, 9), min_size=9, max_size=9).filter(lambda d: any(d[2:])), st.integers(1, 999))
def test_the_check_digit_of_tax_codes(nine, branch):
    check = 10 - sum(d * w for d, w in zip(nine, WEIGHTS, strict=True)) % 11
    text = "".join(map(str, nine))
    right = {str(check)} if check < 10 else set()
    assert {d for d in "0123456789" if fault_of(business_code, text + d) is None} == right
    for d in right:
        assert tax_code(f"{text}{d}-{branch:03}") == mst.format(f"{text}{d}{branch:03}")


@pytest.mark.parametrize(
    ("text", "number", "year"), [("506/2025", 506, 2025), ("1/1950", 1, 1950), ("01 / 2026", 1, 2026)]
)
def test_register_numbers(text, number, year):
    found = register_number(text, this_year=2026)
    assert (found.number, found.year) == (number, year)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("0/2025", Fault.BAD_FORMAT), ("506", Fault.BAD_FORMAT), ("506/25", Fault.BAD_FORMAT), ("a/2025", Fault.BAD_FORMAT),
        ("506/2025/1", Fault.BAD_FORMAT), ("506-2025", Fault.BAD_FORMAT), ("506/2027", Fault.NO_SUCH_DATE),
        ("506/1944", Fault.NO_SUCH_DATE), ("", Fault.BAD_FORMAT), ("1234567/2025", Fault.BAD_FORMAT),
    ],
)  # fmt: skip
def test_what_is_no_register_number(text, fault):
    assert fault_of(lambda value: register_number(value, this_year=2026), text) is fault


@given(st.integers(1, 99999), st.integers(1945, 2100))
def test_register_numbers_of_every_year(number, year):
    found = register_number(f"{number}/{year}")
    assert (found.number, found.year) == (number, year)


@pytest.mark.parametrize(
    ("text", "level"),
    [("68", UnitLevel.PROVINCE), ("01", UnitLevel.PROVINCE), ("001", UnitLevel.DISTRICT), ("24778", UnitLevel.COMMUNE)],
)
def test_administrative_units(text, level):
    assert administrative_unit(text) is level


@pytest.mark.parametrize("text", ["", "0", "00", "000", "00000", "1", "1234", "123456", "6a", "٦٨", " 68"])
def test_what_is_no_administrative_unit(text):
    assert fault_of(administrative_unit, text) is Fault.BAD_FORMAT
