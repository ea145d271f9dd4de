"""Xác nhận thông tin về cư trú, CT07 (TT 56/2021, TT 66/2023, TT 53/2025/TT-BCA), with its table of household members."""

from ocr.extraction import parts, values
from ocr.extraction.form import Draft, Form, Label, Title, group
from ocr.extraction.forms.persons import (
    BIRTH_DATE,
    CALLED,
    ETHNICITY,
    HOME_TOWN,
    ID_NUMBER,
    NAME_WORDS,
    NATIONALITY,
    SEX,
    named,
    names_of,
)
from ocr.extraction.tables import cell_value, people_rows, table_head

_SLUG = "residence_confirmation"


def _members(draft: Draft) -> None:
    """Rows of the table below «các thành viên khác trong hộ gia đình»."""
    start = next((m.segment for m in draft.marks if m.label.field == "@members"), None) or table_head(draft.sheet)
    if start is None:
        return
    stop = next((m.segment for m in draft.marks if m.label.field == "@after" and m.segment.number > start.number), None)
    for index, row in enumerate(people_rows(draft.sheet, start=start, stop=stop)):
        for column, pieces in row.cells.items():
            draft.put(f"members[{index}].{column}", cell_value(column, pieces), pieces)


FORM = Form(
    slug=_SLUG,
    version=1,
    titles=(
        Title(_SLUG, "Xác nhận thông tin về cư trú"),
        Title(_SLUG, "Giấy xác nhận thông tin về cư trú"),
        Title(_SLUG, "Giấy xác nhận thông tin cư trú"),
        Title(_SLUG, "Xác nhận thông tin cư trú"),
        Title(_SLUG, "Giấy xác nhận cư trú"),
    ),
    fields=(
        *group("person", "name birth_date sex ethnicity nationality home_town id_number"),
        *group("residence", "permanent temporary current"),
        "household.head",
        *group("members[]", "name birth_date sex id_number relation"),
        *("signer.name", "signer.title"),
    ),
    labels=(
        named("person.name", *NAME_WORDS, *CALLED, opens="person"),
        named("household.head", *names_of("chủ hộ"), "Chủ hộ", "Chủ hộ là", opens="head"),
        Label("residence.permanent", ("Nơi thường trú", "Nơi đăng ký thường trú", "Địa chỉ thường trú", "Thường trú", "Hộ khẩu thường trú", "Nơi ĐKTT", "Nơi ĐKHK thường trú", "Đăng ký thường trú tại", "Thường trú tại", "Đã đăng ký thường trú tại"), values.place, wraps=True),
        Label("residence.temporary", ("Nơi tạm trú", "Nơi đăng ký tạm trú", "Địa chỉ tạm trú", "Tạm trú", "Đăng ký tạm trú tại", "Tạm trú tại"), values.place, wraps=True),
        Label("residence.current", ("Nơi ở hiện tại", "Nơi ở hiện nay", "Chỗ ở hiện tại", "Chỗ ở hiện nay", "Hiện đang cư trú tại", "Hiện cư trú tại", "Hiện đang ở tại", "Nơi cư trú hiện tại", "Địa chỉ hiện tại", "Nơi cư trú hiện nay", "Chỗ ở", "Nơi ở", "Hiện ở tại"), values.place, wraps=True),
        *(BIRTH_DATE, SEX, ETHNICITY, NATIONALITY, ID_NUMBER, HOME_TOWN),
        Label("@head_id", ("Số định danh cá nhân của chủ hộ", "Số định danh cá nhân/CMND của chủ hộ"), values.personal_id),
        Label("@members", ("Thông tin về các thành viên khác trong hộ gia đình", "Thông tin về các thành viên trong hộ gia đình", "Thông tin các thành viên khác trong hộ gia đình",
                           "Những thành viên trong hộ gia đình", "Danh sách thành viên hộ gia đình", "Danh sách thành viên trong hộ gia đình", "Các thành viên trong hộ gia đình", "Thành viên hộ gia đình", "Thành viên trong hộ gia đình", "Các thành viên khác trong hộ", "Nhân khẩu trong hộ", "Danh sách nhân khẩu trong hộ", "Thông tin thành viên hộ gia đình", "Thông tin các thành viên trong hộ gia đình", "Thông tin về thành viên khác trong hộ gia đình", "Thành viên khác trong hộ gia đình"), opens="members", bare=True),
        Label("@after", ("Nội dung xác nhận khác", "Xác nhận này có giá trị", "Xác nhận này có giá trị đến", "Giấy này có giá trị", "Giấy xác nhận này có giá trị", "Xác nhận thông tin cư trú này có giá trị", "Giấy xác nhận có giá trị", "Xác nhận có giá trị", "Nội dung khác", "Ghi chú"), opens="after", bare=True),
        Label("", ("Quan hệ với chủ hộ", "Tôn giáo", "Nghề nghiệp", "Theo đề nghị của Ông/Bà")),
    ),
    parts=(parts.title, parts.number, parts.dated, parts.issuer, _members, parts.valid_until, parts.signer),
    signs=("thông tin về cư trú", "quan hệ với chủ hộ", "thành viên khác trong hộ gia đình", "nơi ở hiện tại", "mẫu ct07", "nội dung xác nhận khác"),
    owner=(("person.name", "person.id_number"),),
    title_words=lambda _: "XÁC NHẬN THÔNG TIN VỀ CƯ TRÚ",
)  # fmt: skip
