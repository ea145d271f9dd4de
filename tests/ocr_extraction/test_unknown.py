"""Papers that are none of the counter's stay `unknown`: a wrong type asks a person for fields that are not there."""

import pytest

from khoso.kernel.transcript import Transcript
from ocr.extraction import extract
from samples.generator.foreign import KINDS, Row, rows_of
from tests.ocr_extraction.conftest import LEFT, WIDTH, Typeset, head

_SEEDS = range(12)


def placed(row: Row) -> str | list[tuple[int, str]]:
    if isinstance(row, str):
        return [(1500, row[1:])] if row.startswith(">") else row
    return [(int(LEFT + share * (WIDTH - 2 * LEFT)), text) for share, text in row]


def read(typeset: Typeset, kind: str, seed: int) -> Transcript:
    return typeset([placed(row) for row in rows_of(kind, seed)])


@pytest.mark.parametrize("kind", KINDS)
def test_foreign_papers_are_unknown(typeset: Typeset, kind: str) -> None:
    told = [extract([read(typeset, kind, seed)]).document_type for seed in _SEEDS]
    assert told == ["unknown"] * len(told)


@pytest.mark.parametrize("title", ["Đơn vị tính", "ĐƠN GIÁ", "ĐƠN THUỐC", "ĐƠN HÀNG SỐ 5"])
def test_words_that_begin_like_an_application_are_none(typeset: Typeset, title: str) -> None:
    assert extract([typeset([f"^{title}", "Gạo tẻ 5 kg"])]).document_type == "unknown"


@pytest.mark.parametrize("title", ["ĐƠN ĐỀ NGHỊ CẤP GIẤY PHÉP", "ĐƠN XIN NGHỈ HỌC", "ĐƠN TRÌNH BÁO MẤT GIẤY TỜ", "ĐƠN"])
def test_applications_need_no_motto(typeset: Typeset, title: str) -> None:
    assert extract([typeset([f"^{title}", "Tôi tên là: TRẦN VĂN MẪU"])]).document_type == "application_form"


def test_the_kind_of_a_letter_alone_makes_no_letter(typeset: Typeset) -> None:
    shop = ["^THÔNG BÁO", "Cửa hàng nghỉ từ 28 Tết đến hết mùng 6."]
    assert extract([typeset(shop)]).document_type == "unknown"
    office = head(["ỦY BAN NHÂN DÂN", "XÃ MẪU"], "Số: 12/TB-UBND", "Mẫu, ngày 5 tháng 2 năm 2026")
    assert extract([typeset([*office, "", *shop])]).document_type == "administrative_document"
    assert extract([typeset([*shop, "Nơi nhận:", "- Như trên;"])]).document_type == "administrative_document"
