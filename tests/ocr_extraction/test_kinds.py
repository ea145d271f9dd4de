"""The 29 kinds of administrative documents of NĐ 30/2020/NĐ-CP, Điều 7."""

import pytest

from ocr.extraction import extract
from ocr.extraction.identifiers import KINDS
from samples.generator.forms.letters import FORMS, KIND_OF
from samples.generator.forms.letters import _data as drawn
from tests.ocr_extraction.conftest import Typeset, head

OWN_TYPES = {"Hợp đồng": "contract", "Giấy ủy quyền": "power_of_attorney"}
TITLED = sorted(set(KINDS) - {"Công văn", *OWN_TYPES})


def test_there_are_29() -> None:
    assert len(KINDS) == 29


@pytest.mark.parametrize("kind", TITLED)
def test_each_kind_is_told_by_its_title(typeset: Typeset, kind: str) -> None:
    number = f"Số: 12/{KINDS[kind] or 'TC'}-UBND"
    rows = head(["ỦY BAN NHÂN DÂN", "XÃ MẪU"], number, "Mẫu, ngày 5 tháng 2 năm 2026")
    found = extract([typeset([*rows, "", f"^{kind.upper()}", "^Về việc số hóa hồ sơ", "", "Kính gửi: Sở Nội vụ"])])
    assert (found.document_type, found.fields["kind"].value) == ("administrative_document", kind)
    assert found.fields["summary"].value == "Về việc số hóa hồ sơ"
    assert found.fields["number"].value == number.removeprefix("Số: ")
    assert not KINDS[kind] or not [
        doubt for key in ("number", "kind") for doubt in found.fields[key].doubts if "disagrees" in doubt
    ]


@pytest.mark.parametrize(("kind", "slug"), OWN_TYPES.items())
def test_two_kinds_are_types_of_their_own(typeset: Typeset, kind: str, slug: str) -> None:
    rows = head(["ỦY BAN NHÂN DÂN", "XÃ MẪU"], f"Số: 12/{KINDS[kind]}-UBND", "Mẫu, ngày 5 tháng 2 năm 2026")
    found = extract([typeset([*rows, "", f"^{kind.upper()}", "", "Bên A: Ủy ban nhân dân xã Mẫu"])])
    assert (found.document_type, found.fields["number"].value) == (slug, f"12/{KINDS[kind]}-UBND")


@pytest.mark.parametrize("title", ["THƯ CHÚC MỪNG", "THƯ KHEN", "THƯ CẢM ƠN"])
def test_letters_of_an_office_to_people_are_thu_cong(typeset: Typeset, title: str) -> None:
    rows = head(["ỦY BAN NHÂN DÂN", "XÃ MẪU"], "", "Mẫu, ngày 5 tháng 2 năm 2026")
    found = extract([typeset([*rows, "", f"^{title}", "", "Thân ái gửi các thầy cô giáo!"])])
    assert (found.document_type, found.fields["kind"].value) == ("administrative_document", "Thư công")
    assert found.fields["title"].value == title


def test_the_generator_draws_all_that_are_letters() -> None:
    kinds = drawn()["kinds"]
    names = {kinds[KIND_OF[form.variant]].get("means", kinds[KIND_OF[form.variant]]["name"]) for form in FORMS}
    assert {name or "CÔNG VĂN" for name in names} == {kind.upper() for kind in set(KINDS) - set(OWN_TYPES)}
