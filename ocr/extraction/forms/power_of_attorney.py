"""Giấy ủy quyền, hợp đồng ủy quyền: two parties or more, each with its name, birth, id and residence."""

import re
from collections.abc import Sequence

from ocr.extraction import parts, values
from ocr.extraction.form import Draft, Form, Label, Title
from ocr.extraction.forms.persons import BIRTH_WORDS, CALLED, IDENTITY_WORDS, NAME_WORDS, RESIDENCE_WORDS, named
from ocr.extraction.sheet import Piece, joined
from ocr.extraction.signatures import is_name
from ocr.extraction.text import fold

_FIRST, _SECOND = "parties[0]", "parties[1]"
PARTY_FIELDS = tuple(f"parties[].{name}" for name in ("name", "birth_date", "id_number", "residence"))

_GRANTS = tuple(
    f"{before}ủy quyền cho{whom}"
    for before in (
        "",
        "Tôi ",
        "Nay ",
        "Nay tôi ",
        "Bằng văn bản này ",
        "Bằng văn bản này, tôi ",
        "Bằng giấy này, tôi ",
        "Chúng tôi ",
        "Đồng ý ",
        "Tôi đồng ý ",
    )
    for whom in ("", " ông", " bà", " ông/bà", " ông (bà)", " anh/chị", " người có tên sau đây")
)
PARTY_LABELS = (
    named("*.name", *NAME_WORDS, *CALLED, "Ông", "Bà", "Ông/Bà", "Ông (bà)", "Tôi là", "Tôi tên là", "Tên tôi là", "Tên"),
    Label("*.birth_date", (*BIRTH_WORDS, "Năm sinh", "Sinh năm"), values.date_kind),
    Label("*.id_number", IDENTITY_WORDS, values.personal_id, wraps=True, bare=True),
    Label("*.residence", RESIDENCE_WORDS, values.place, wraps=True),
    Label("", ("Cấp ngày", "Ngày cấp", "Nơi cấp", "Điện thoại", "Số điện thoại", "Quốc tịch", "Dân tộc", "Giới tính", "Nghề nghiệp", "Chức vụ", "cấp ngày", "do")),
)  # fmt: skip


_GIVER = re.compile(
    r"^\W*(?:nguoi|ben)(?: viet giay)? uy quyen\W*$|^\W*ben a\W*$|^\W*(?:nguoi|ben) (?:giao|lap giay) uy quyen\W*$"
)
_TAKER = re.compile(r"^\W*(?:nguoi|ben) (?:duoc|nhan) uy quyen\W*$|^\W*ben b\W*$")


def named_where_signed(draft: Draft) -> None:
    """A party whose name was lost above, by the name under its heading at the foot: `BÊN A` / `Trần Quốc Bảo`."""
    for party, heading in ((_FIRST, _GIVER), (_SECOND, _TAKER)):
        key = f"{party}.name"
        if key in draft.findings or f"{party}.id_number" not in draft.findings:
            continue
        page = draft.sheet.pages[-1]
        signed = next((s for s in reversed(page.segments) if heading.match(fold(s.text))), None)
        for segment in page.segments if signed else ():
            aside = abs(segment.box.centre[0] - signed.box.centre[0]) if signed else 0
            if signed and segment.row > signed.row and aside < 0.12 * page.width and is_name(segment):
                draft.put(key, values.signed_name(segment.text), segment.pieces, weight=0.9)
                break


def dated(draft: Draft) -> None:
    """`hôm nay, ngày 12 tháng 04 năm 2022, tại …`, over two lines; `Lập ngày …, tại …`; else the line at the signatures."""
    segments = draft.sheet.segments
    for index, segment in enumerate(segments):
        if re.search(r"\b(?:hom nay|chung toi gom|chung toi la)\b", fold(segment.text)):
            for lines in ((segment,), segments[index : index + 2], segments[max(0, index - 1) : index + 1]):
                pieces = tuple(p for line in lines for p in line.pieces)
                today = fold(joined(pieces)).find("hom nay")
                value = values.full_date(joined(pieces)[max(today, 0) :])
                if value:
                    own = pieces[_piece_at(pieces, max(today, 0)) :]
                    draft.put("issue_date", values.full_date(joined(own)) or value, own)
                    return
    parts.made_out(draft)
    parts.dated_below(draft)


def _piece_at(pieces: Sequence[Piece], place: int) -> int:
    """Which piece stands at a place of the joined text."""
    return next((i for i in range(len(pieces)) if len(joined(pieces[: i + 1])) > place), 0)


FORM = Form(
    slug="power_of_attorney",
    version=1,
    titles=(
        Title("power_of_attorney", "Giấy ủy quyền"),
        Title("power_of_attorney", "Hợp đồng ủy quyền"),
        Title("power_of_attorney", "Văn bản ủy quyền"),
        Title("power_of_attorney", "Giấy ủy quyền của cá nhân"),
    ),
    fields=PARTY_FIELDS,
    who=_FIRST,
    labels=(
        Label("", ("Bên ủy quyền", "Bên uỷ quyền", "Bên ủy quyền (Bên A)", "Người ủy quyền", "Bên A", "Thông tin người ủy quyền", "I. Bên ủy quyền", "Bên ủy quyền (sau đây gọi là Bên A)", "Thông tin bên ủy quyền", "Bên giao ủy quyền", "Người ủy quyền (Bên A)"),
              opens=_FIRST, bare=True),
        Label("", ("Bên được ủy quyền", "Bên nhận ủy quyền", "Bên được ủy quyền (Bên B)", "Người được ủy quyền", "Người nhận ủy quyền", "Bên B", "Thông tin người được ủy quyền",
                   "Bên nhận ủy quyền (Bên B)", "Thông tin bên được ủy quyền", "Thông tin người nhận ủy quyền", "Người được ủy quyền (Bên B)", "Bên được ủy quyền (sau đây gọi là Bên B)", "Ủy quyền cho", "Ủy quyền cho ông", "Ủy quyền cho bà", "Bằng giấy này ủy quyền cho", *_GRANTS), opens=_SECOND, bare=True),
        *PARTY_LABELS,
        Label("", ("Nội dung ủy quyền", "Phạm vi ủy quyền", "Thời hạn ủy quyền", "Cam kết", "Điều 1", "Lời chứng", "Cam đoan"), opens="rest", bare=True),
    ),
    parts=(parts.title, parts.number, dated, named_where_signed),
    signs=("bên ủy quyền", "bên được ủy quyền", "nội dung ủy quyền", "người được ủy quyền", "thời hạn ủy quyền", "phạm vi ủy quyền"),
    owner=((f"{_FIRST}.name", f"{_FIRST}.id_number"),),
    title_words=lambda _: "GIẤY ỦY QUYỀN",
)  # fmt: skip
