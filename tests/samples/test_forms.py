"""Every layout prints, says MẪU, and its truth stands on the paper in the form the public surface asks for."""

import re
import unicodedata
from collections.abc import Callable
from datetime import date

import pytest

from khoso.kernel.transcript import Box, Line, Transcript, Word
from ocr.extraction.mrz import read_mrz
from ocr.extraction.sheet import lay_out
from samples.generator.interface import known
from samples.generator.make import (
    APART,
    KINDS,
    ONE_FORM,
    Printed,
    print_document,
    with_blank_back,
    with_stamped_back,
)
from samples.generator.sheet import MARK

SETS = ("a", *APART)
EVERY = {**KINDS, **ONE_FORM}
LAYOUTS = [
    (which, name, form.variant) for which in SETS for name, kind in EVERY.items() for form in kind.layouts(name, which)
]
DATE = re.compile(r"(_date|expiry|registered|last_changed|death\.date)$")
ID = re.compile(r"(id_number|owner_id)$")
VERBATIM = re.compile(
    r"(person|mother|father|wife|husband|declarant|applicant|representative|signer)\.name$|^summary$|residence$|home_town$"
)


@pytest.fixture(scope="module", params=LAYOUTS, ids="-".join)
def papers(request: pytest.FixtureRequest) -> list[Printed]:
    which, document_type, variant = request.param
    return [print_document(document_type, seed, variant=variant, layout=which) for seed in (1, 2)]


def flat(text: str) -> str:
    return re.sub(r"\s+", " ", text).casefold()


def printed_text(paper: Printed) -> str:
    return flat(" ".join(line for page in paper.truth["page_text"] for line in page))


@pytest.mark.parametrize("which", SETS)
def test_every_set_has_layouts_of_its_own(which: str) -> None:
    others = {
        form.variant for other in SETS if other != which for n, k in EVERY.items() for form in k.layouts(n, other)
    }
    for name in APART.get(which, KINDS):
        variants = {form.variant for form in EVERY[name].layouts(name, which)}
        assert variants, name
        assert not variants & others


def test_every_page_says_that_it_is_a_specimen(papers: list[Printed]) -> None:
    for paper in papers:
        assert paper.sheets
        assert all(MARK in page for page in paper.truth["page_text"])


def test_names_are_those_of_the_public_surface(
    papers: list[Printed], unnamed: Callable[[str, list[str]], set[str]]
) -> None:
    for paper in papers:
        assert not unnamed(paper.document_type, list(paper.truth["fields"]))


def test_values_are_normalised(papers: list[Printed]) -> None:
    for paper in papers:
        assert paper.truth["fields"]
        for key, value in paper.truth["fields"].items():
            assert value, key
            assert value == " ".join(unicodedata.normalize("NFC", value).split()), key
            if DATE.search(key):
                assert date.fromisoformat(value)
            if key.endswith(".sex"):
                assert value in {"male", "female"}


def test_no_template_is_left_on_the_paper(papers: list[Printed]) -> None:
    for paper in papers:
        text = printed_text(paper)
        assert not re.search(r"[{}|^~]", text)


def test_names_and_places_stand_on_the_paper_as_the_truth_has_them(papers: list[Printed]) -> None:
    for paper in papers:
        text = printed_text(paper)
        for key, value in paper.truth["fields"].items():
            if VERBATIM.search(key) and paper.document_type != "citizen_id":
                assert flat(value) in text, key


def test_what_is_optional_by_hand_or_alternative_is_among_the_fields(papers: list[Printed]) -> None:
    for paper in papers:
        truth = paper.truth
        assert {*truth["optional"], *truth["handwritten"], *truth["alternatives"]} <= set(truth["fields"])


def test_numbers_of_people_agree_with_sex_and_year(papers: list[Printed]) -> None:
    for paper in papers:
        fields = paper.truth["fields"]
        for who in ("person", "wife", "husband", "representative"):
            number, birth = fields.get(f"{who}.id_number"), fields.get(f"{who}.birth_date")
            if number and re.fullmatch(r"\d{9}", number):
                continue  # the identity cards before 2016 say nothing of their bearers
            if number and birth:
                assert re.fullmatch(r"\d{12}", number)
                assert number[4:6] == birth[2:4]
                assert int(number[3]) // 2 == (int(birth[:4]) - 1900) // 100
            if number and fields.get(f"{who}.sex"):
                assert int(number[3]) % 2 == (fields[f"{who}.sex"] == "female")
        assert all(re.fullmatch(r"\d{9,12}(-\d{3})?|\d{2}[A-Z]8\d{6}", fields[key]) for key in fields if ID.search(key))


def test_the_same_seed_gives_the_same_paper(papers: list[Printed]) -> None:
    again = print_document(papers[0].document_type, 1, variant=papers[0].form.variant, layout=papers[0].layout)
    assert again.truth == papers[0].truth
    assert papers[1].truth["page_text"] != papers[0].truth["page_text"]


def test_an_unknown_layout_is_named() -> None:
    with pytest.raises(KeyError, match="no layout 'kho_giay'"):
        print_document("diploma", 1, variant="kho_giay")


def test_a_blank_back_has_no_text() -> None:
    paper = with_blank_back(print_document("marital_status", 1))
    assert paper.truth["page_text"][-1] == []
    assert paper.sheets[-1].blank


def test_lists_of_names_know_rows() -> None:
    assert known("residence_confirmation", "members[12].relation")
    assert not known("residence_confirmation", "members[12].height")


def test_passports_carry_lines_that_check() -> None:
    """TD3 of ICAO 9303 part 4; the reader finds every value in them."""
    for seed in range(5):
        paper = print_document("passport", seed)
        lines = [line for line in paper.truth["page_text"][0] if "<<" in line]
        assert [len(line) for line in lines] == [44, 44]
        words = [
            Line((Word(line, Box(100, y, 2000, y + 40), 0.9),), "t") for y, line in zip((100, 160), lines, strict=True)
        ]
        said = read_mrz(lay_out([Transcript(2480, 3508, 300.0, tuple(words), "t")])) or {}
        keys = ("number", "person.id_number", "person.birth_date", "person.sex", "expiry")
        assert {key: said[key][0] for key in keys} == {key: paper.truth["fields"][key] for key in keys}


def test_a_stamped_back_has_no_text_but_is_not_blank() -> None:
    paper = with_stamped_back(print_document("marital_status", 1))
    assert paper.truth["page_text"][-1] == []
    assert not paper.sheets[-1].blank
