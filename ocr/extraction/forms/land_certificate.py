"""Land certificates: the forms of 2024 (TT 10/2024/TT-BTNMT: six numbered sections), 2009/2014 (TT 17/2009, 23/2014: I-IV) and before."""

import re
from dataclasses import replace
from itertools import groupby, pairwise

from ocr.extraction import parts, values, vocabulary
from ocr.extraction.dates import find_date
from ocr.extraction.findings import Finding, Value
from ocr.extraction.form import Draft, Form, Label, Title, group
from ocr.extraction.identifiers import find_personal_id
from ocr.extraction.labels import Mark
from ocr.extraction.sheet import Page, Piece, Segment, Sheet, joined
from ocr.extraction.text import distance, fold, squash, tidy

_SLUG = "land_certificate"
_2024 = "Giấy chứng nhận quyền sử dụng đất, quyền sở hữu tài sản gắn liền với đất"
_2009 = "Giấy chứng nhận quyền sử dụng đất, quyền sở hữu nhà ở và tài sản khác gắn liền với đất"
_OWNER = re.compile(
    r"(?:^\W*|[,;:+*\u2013-]\s*|\b\d{9,12}\W+|\b(?:va|gom(?: co)?)\s+|\b(?:vo|chong|con)\s*(?:la)?\s*:?\s*)(?:ho\s)?(?:ong|ba)\s*(?:\(ba\))?\s*[.:]?\s+(?=\w)"
)
_SERIAL = re.compile(r"(?<!\w)([A-ZĐ]{1,2})\s?[-.]?\s?(\d{6,8})(?!\d)")
_REGISTER = re.compile(
    r"(?<!\w)((?:CH|CS|CT|VP|H|T|GCN|QSDĐ|CN|DA|ĐC)\s?-?\s?\d{1,6}|\d{3,6}(?:\s?/\s?[\w-]+|\s?QSD[ĐD][\w/-]*)?)(?!\w)"
)


def _serial(read: str) -> Value | None:
    match = _SERIAL.search(read.replace("Ð", "Đ"))
    return Value(match[1] + match[2], match.span()) if match else None


def _register(read: str) -> Value | None:
    match = _REGISTER.search(tidy(read))
    value = re.sub(r"\s", "", match[1]) if match else ""
    return Value(value, doubts=("bad_format",) if value.isdigit() else ()) if value else None


def _number(read: str) -> Value | None:
    match = re.search(r"(?<!\w)(\d{1,5}(?:[-+,]\s?\d{1,5})*(?:-[a-z0-9]+)?)(?!\w)", read)
    return Value(re.sub(r"\s", "", match[1]), match.span(1)) if match else None


def _until_semicolon(read: str) -> Value | None:
    value = tidy(re.split(r";", read)[0])
    return Value(value) if value else None


def _term(read: str) -> Value | None:
    """`Lâu dài`, a day or a number of years; anything else was misread."""
    value = _until_semicolon(read)
    if value is None:
        return None
    if distance(squash(value.value), "laudai", 1) <= 1:
        return Value("Lâu dài" if value.value[0].isupper() else "lâu dài", certain=True)
    until = find_date(value.value)
    rest = value.value[until.end :].split() if until else []
    if until and 0 < len(rest) < 3 and all(word.isalpha() for word in rest):  # the last word of the cell beside it
        value = Value(value.value[: until.end], (0, until.end))
    dated = until is not None or re.search(r"\d+\s*(?:nam|thang)", fold(value.value))
    return value if dated else replace(value, doubts=("bad_format",))


def _place(read: str) -> Value | None:
    return values.place(re.split(r";", read)[0])


def _owners(draft: Draft) -> None:
    """Section 1: `Bà: …, sinh năm: …, CCCD số: …` for each owner, one address for all unless each has one."""
    heading = next((m for m in draft.marks if m.label.field == "@owners"), None)
    pieces: list[Piece] = list(heading.segment.pieces[heading.end :]) if heading else []
    starts: list[int] = [match.end() for match in _OWNER.finditer(fold(joined(pieces)))]
    for _, row in groupby(_owner_lines(draft), key=lambda s: (s.page, s.row)):
        line = [piece for segment in row for piece in segment.pieces]  # `Ông` may stand apart from `: TRẦN VĂN MẪU`
        before = len(joined(pieces)) + 1 if pieces else 0
        starts += [before + match.end() for match in _OWNER.finditer(fold(joined(line)))]
        pieces += line
    text = joined(pieces)
    index = 0
    for start, end in pairwise([*starts, len(text)]):
        index += _owner(draft, index, text, start, end, pieces)
    addresses = [v for v in draft.labelled if v.mark.label.field == "@address"]
    for number in range(index):
        own = addresses[min(number, len(addresses) - 1)] if addresses else None
        if own:
            draft.put(f"owners[{number}].address", values.place(own.text), own.pieces)


def _owner_lines(draft: Draft) -> list[Segment]:
    marks = draft.marks
    start = next((m for m in marks if m.label.field == "@owners"), None)
    stop = next(
        (m for m in marks if m.label.opens == "parcel" and (start is None or _comes_after(m, start, draft))),
        None,
    )
    first = start.segment.number if start else -1
    last = stop.segment.number if stop else (first + 8 if start else -1)
    if start is None and stop is not None:
        first = max(first, stop.segment.number - 6)
    lines = [s for s in draft.sheet.segments if first < s.number]
    if start is not None:  # of a wide sheet's two pages the one with the heading
        lines = [s for s in lines if not _is_aside(s, start, draft)]
        last = stop.segment.number if stop else max((s.number for s in lines[:8]), default=last) + 1
    return [s for s in lines if s.number < last]


def _is_aside(segment: Segment, start: Mark, draft: Draft) -> bool:
    page = draft.sheet.page_of(start.segment)
    wide = page.width > 1.2 * page.height and segment.page == start.segment.page
    return wide and segment.box.x0 - start.x > 0.45 * page.width


def _comes_after(mark: Mark, start: Mark, draft: Draft) -> bool:
    """Whether a section begins below another's heading; one in a column to the right of it ends nothing."""
    aside = (
        mark.segment.page == start.segment.page and mark.x - start.x > 0.3 * draft.sheet.page_of(start.segment).width
    )
    return mark.segment.number > start.segment.number and not aside


def _owner(draft: Draft, index: int, text: str, start: int, end: int, pieces: list[Piece]) -> bool:
    part = text[start:end]
    value = values.name(part)
    if value is None:
        return False
    _put(draft, f"owners[{index}].name", value, text, start, min(end, start + len(value.value) + 2), pieces)
    number = find_personal_id(part)
    if number:
        own = values.personal_id(part[number.start : number.end])
        _put(draft, f"owners[{index}].id_number", own, text, start + number.start, start + number.end, pieces)
    return True


def _put(draft: Draft, key: str, value: Value | None, text: str, start: int, end: int, pieces: list[Piece]) -> None:
    """Put a value with the pieces between two places of the section's text."""
    if value is None:
        return
    draft.put(key, value.at(start, end), pieces)


def _serial_anywhere(draft: Draft) -> None:
    """The serial stands alone at the foot of page 1: two letters in the form of 2009, one in those before (`P 456789`)."""
    for letters, least in ((2, 6), (1, 6)):
        for segment in draft.sheet.segments:
            match = _SERIAL.fullmatch(segment.text.strip(" .|").replace("Ð", "Đ"))
            if match and len(match[1]) == letters and (letters > 1 or len(match[2]) == least):
                draft.put("serial", Value(match[1] + match[2]), segment.pieces, weight=0.97 if letters > 1 else 0.9)
                return


def _dated(draft: Draft) -> None:
    """The day of issue stands above the signature, before the section on later changes, whose dates are others."""
    later = next(
        (m.segment.number for m in draft.marks if fold(joined(m.segment.pieces)).find("thay doi sau khi cap") >= 0),
        None,
    )
    parts.date_line(draft, [s for s in draft.sheet.segments if later is None or s.number < later])


def _issuer(draft: Draft) -> None:
    """The office above the signature: `TM. ỦY BAN NHÂN DÂN …`, `SỞ …`, `VĂN PHÒNG ĐĂNG KÝ ĐẤT ĐAI`, below the line with the date."""
    dated = draft.findings.get("issue_date")
    if dated:
        _issuer_above_signature(draft, dated)
    own = draft.findings.get("issuer")
    if own and squash(own.value) not in {"uybannhandan", "ubnd"}:
        return
    draft.findings.pop("issuer", None)  # `TM. ỦY BAN NHÂN DÂN` alone: of which place the head says
    _issuer_who_certifies(draft)
    if own and "issuer" not in draft.findings:
        draft.findings["issuer"] = own


_OFFICES = re.compile(r"^\W*(?:tm\W+)?(?:uy ban nhan dan|ubnd|so |chi nhanh|van phong|bo )")


def _issuer_who_certifies(draft: Draft) -> None:
    """The office in capitals between the title and `CHỨNG NHẬN`, in the forms before 2009."""
    page = draft.sheet.pages[0]
    below = draft.title.segments[-1].row if draft.title else 2
    lines: list[Segment] = []
    for row in page.rows[below + 1 : below + 5]:
        for segment in row:
            if segment.upper and (_OFFICES.match(fold(segment.text)) or (lines and segment.key != "chungnhan")):
                lines.append(segment)
        if any(segment.key == "chungnhan" for segment in row):
            break
    pieces = tuple(p for s in lines for p in s.pieces)
    if pieces:
        words = re.sub(r"^\W*(?:TM|T/M)\s?[.,]\s?", "", joined(pieces))
        draft.put("issuer", values.organisation(words), pieces, weight=0.97)


def _issuer_above_signature(draft: Draft, dated: Finding) -> None:
    """The lines between the date and the signer's title."""
    page = draft.sheet.pages[dated.pieces[-1].page - 1]
    line = next(s for s in page.segments if dated.pieces[-1] in s.pieces)  # in a narrow column a date takes two
    taken: list[Segment] = []
    for segment in page.segments:
        if segment.row <= line.row or abs(segment.box.centre[0] - line.box.centre[0]) > 0.16 * page.width:
            continue
        if _SIGNS_FOR.match(fold(segment.text)) or _is_office_held(segment) or (not segment.upper and not taken):
            break
        if taken and not _goes_with(segment, taken, page):
            if segment.y - taken[-1].y > _APART * taken[-1].height:
                break
            continue  # a scrap of the seal
        if segment.upper or (taken and len(segment.key) <= 8):
            taken.append(segment)
    pieces = tuple(p for s in taken for p in s.pieces)
    if pieces:
        words = re.sub(r"^\W*(?:TM|T/M)\s?[.,]\s?", "", joined(pieces))
        draft.put("issuer", values.organisation(words), pieces, weight=0.98)


_SIGNS_FOR = re.compile(r"^\W*(?:kt|tl|tuq)\W|^\W*(?:pho |quyen )?(?:giam doc|chu tich|truong phong)")
_APART = 2.6  # line heights


def _is_office_held(segment: Segment) -> bool:
    """`CHỦ TỊCH`, letter for letter: `MÔI TRƯỜNG` is nearly a `ĐỘI TRƯỞNG`."""
    known = vocabulary.nearest(segment.text, vocabulary.words("titles"))
    return known is not None and not known[1]


def _goes_with(segment: Segment, taken: list[Segment], page: Page) -> bool:
    """Whether a line carries on the name of an office: close below it, of its size, centred with it."""
    first, last = taken[0], taken[-1]
    return (
        segment.y - last.y < _APART * last.height
        and 0.7 * first.height < segment.height < 1.45 * first.height
        and abs(segment.box.centre[0] - first.box.centre[0]) < 0.06 * page.width
    )


def _title(sheet: Sheet) -> str:
    keys = "".join(s.key for s in sheet.segments)
    return (_2009 if "nhaovataisankhac" in keys else _2024).upper()


FORM = Form(
    slug=_SLUG,
    version=1,
    titles=(
        Title(_SLUG, _2024),
        Title(_SLUG, _2009),
        Title(_SLUG, "Giấy chứng nhận quyền sử dụng đất"),
        Title(_SLUG, "Giấy chứng nhận quyền sở hữu nhà ở và quyền sử dụng đất ở"),
        Title(_SLUG, "Quyền sử dụng đất, quyền sở hữu tài sản gắn liền với đất"),
    ),
    fields=(
        *("serial", "register_number"),
        *group("owners[]", "name id_number address"),
        *group("parcel", "number map_sheet address area_m2 purpose term origin"),
    ),
    who="",
    labels=(
        Label("@owners", ("Người sử dụng đất, chủ sở hữu tài sản gắn liền với đất", "Người sử dụng đất, chủ sở hữu nhà ở và tài sản khác gắn liền với đất", "Người sử dụng đất",
                          "Chủ sở hữu tài sản gắn liền với đất", "Tên người sử dụng đất", "Chủ sử dụng đất", "Chủ sử dụng", "Chứng nhận", "Thông tin người sử dụng đất", "Thông tin về người sử dụng đất", "Người sử dụng đất, chủ sở hữu nhà ở, tài sản khác gắn liền với đất"), bare=True, opens="owner"),
        Label("@address", ("Địa chỉ", "Địa chỉ thường trú", "Nơi thường trú", "Thường trú tại", "Hộ khẩu thường trú", "Nơi cư trú"), values.place, wraps=True, within=("owner", "")),
        Label("@parcel", ("Thông tin thửa đất", "Thửa đất, nhà ở và tài sản khác gắn liền với đất", "Thửa đất", "Thửa đất được quyền sử dụng", "Được quyền sử dụng thửa đất", "Được quyền sử dụng đất", "Thông tin về thửa đất", "Được sử dụng thửa đất"), bare=True, opens="parcel"),
        Label("", ("Được quyền sử dụng", "Được sử dụng"), opens="parcel"),
        Label("parcel.number", ("Thửa đất số", "Thửa số", "Số thửa", "Số thửa đất", "Thửa đất"), _number, bare=True, opens="parcel"),
        Label("parcel.map_sheet", ("Tờ bản đồ số", "Tờ bản đồ", "Số tờ bản đồ", "Số tờ", "Số hiệu tờ bản đồ", "Tờ số"), _number, bare=True),
        Label("parcel.address", ("Địa chỉ", "Địa chỉ thửa đất", "Địa chỉ thửa", "Địa điểm thửa đất", "Vị trí thửa đất", "Tại địa chỉ", "Tại"), _place, wraps=True, within=("parcel",)),
        Label("parcel.area_m2", ("Diện tích", "Diện tích thửa đất"), values.area, within=("parcel",)),
        Label("~", ("Bằng chữ",), values.number_words, wraps=True),
        Label("parcel.purpose", ("Loại đất", "Mục đích sử dụng", "Mục đích sử dụng đất", "Mục đích"), _until_semicolon, wraps=True, within=("parcel",)),
        Label("parcel.term", ("Thời hạn sử dụng đất", "Thời hạn sử dụng", "Thời hạn", "Thời hạn SDĐ", "Thời gian sử dụng"), _term, wraps=True, within=("parcel",)),
        Label("parcel.origin", ("Nguồn gốc sử dụng đất", "Nguồn gốc sử dụng", "Nguồn gốc", "Nguồn gốc SDĐ"), _until_semicolon, wraps=True, within=("parcel",)),
        Label("serial", ("Số phát hành GCN", "Số phát hành", "Số seri", "Số sê ri", "Seri", "Số hiệu", "Số phát hành Giấy chứng nhận"), _serial, wraps=True),
        Label("register_number", ("Số vào sổ cấp GCN", "Số vào sổ cấp Giấy chứng nhận", "Số vào sổ", "Vào sổ cấp GCN số", "Vào sổ cấp giấy chứng nhận số", "Số vào sổ cấp GCNQSDĐ", "Số vào sổ gốc", "Số vào sổ cấp GCN QSDĐ",
                                  "Số vào sổ cấp giấy chứng nhận quyền sử dụng đất", "Vào sổ cấp giấy chứng nhận quyền sử dụng đất", "Vào sổ cấp giấy chứng nhận quyền sử dụng đất số"), _register, bare=True, wraps=True),
        Label("", ("Hình thức sử dụng đất", "Hình thức sử dụng", "Hình thức", "Nhà ở", "Công trình xây dựng khác", "Rừng sản xuất là rừng trồng", "Cây lâu năm"), within=("parcel",)),
        Label("", ("Thông tin tài sản gắn liền với đất", "Tài sản gắn liền với đất", "Tài sản khác", "Ghi chú", "Sơ đồ thửa đất", "Những thay đổi sau khi cấp", "Mã Giấy chứng nhận"), opens="rest", bare=True),
    ),
    parts=(parts.title, _owners, _dated, _issuer, _serial_anywhere, parts.same_as("number", "serial", "register_number")),
    signs=("thửa đất số", "tờ bản đồ số", "nguồn gốc sử dụng", "số vào sổ cấp gcn", "người sử dụng đất, chủ sở hữu", "thời hạn sử dụng", "số phát hành gcn", "hình thức sử dụng"),
    owner=(("owners[0].name", "owners[0].id_number"),),
    title_words=_title,
    folded=True,
)  # fmt: skip
