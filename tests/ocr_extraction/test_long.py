"""Documents of hundreds of pages: fields are looked for at the head and the end, and found in seconds."""

import time

from ocr.extraction import FIRST_PAGES, LAST_PAGES, extract

FORM = (
    "^GIẤY KHAI SINH", "Họ, chữ đệm, tên: NGUYỄN THỊ MẪU", "Ngày, tháng, năm sinh: 03/02/2017", "Giới tính: Nữ", "Dân tộc: Kinh",
    "Quốc tịch: Việt Nam", "Nơi sinh: xã Đức Trọng, tỉnh Lâm Đồng", "Quê quán: xã Đức Trọng, tỉnh Lâm Đồng",
)  # fmt: skip


def test_hundreds_of_forms_in_one_file_take_no_minutes(typeset, motto):
    page = typeset([*motto, *FORM])
    started = time.process_time()
    found = extract([page] * 300)
    assert time.process_time() - started < 60
    assert found.document_type == "birth_certificate"
    assert found.fields["person.name"].page == 1


def test_what_stands_between_head_and_end_is_left_alone(typeset, motto):
    head, name = typeset([*motto, FORM[0], *FORM[2:]]), typeset([FORM[1]])
    empty = typeset([])
    between = [head, *[empty] * (FIRST_PAGES - 1), name, *[empty] * LAST_PAGES]
    assert "person.name" not in extract(between).fields
    inside = [head, *[empty] * (FIRST_PAGES - 2), name, empty, *[empty] * LAST_PAGES]
    assert extract(inside).fields["person.name"].page == FIRST_PAGES
    at_end = [head, *[empty] * FIRST_PAGES, name, *[empty] * (LAST_PAGES - 1)]
    assert extract(at_end).fields["person.name"].page == FIRST_PAGES + 2
