"""Giấy phép xây dựng (NĐ 64/2012, TT 15/2016/TT-BXD, NĐ 15/2021, NĐ 175/2024)."""

import re

from ocr.extraction import parts, values
from ocr.extraction.findings import Value
from ocr.extraction.form import Draft, Form, Label, Title, group
from ocr.extraction.places import read_place
from ocr.extraction.reach import Labelled
from ocr.extraction.sheet import joined
from ocr.extraction.text import fold, tidy

_SLUG = "construction_permit"


def _owner(draft: Draft) -> None:
    """`Cấp cho: ông Nguyễn Văn A và bà Trần Thị B` or an organisation."""
    labelled = next((v for v in draft.labelled if v.mark.label.field == "@granted"), None)
    if labelled is None:
        return
    last = next((s for s in draft.sheet.segments if labelled.pieces[-1] in s.pieces), labelled.mark.segment)
    follows = next((s for s in draft.after(last) if s.row > last.row), None)
    line = tuple(p for s in draft.sheet.row_of(follows) for p in s.pieces) if follows else ()
    if re.match(r"^\W*va\W+(?:vo|chong|ong|ba)\b", fold(joined(line))) and line[0] not in labelled.pieces:
        labelled = Labelled(labelled.mark, (*labelled.pieces, *line), labelled.how)
    text = labelled.text
    if not re.match(r"\W*(?:ho )?(?:ong|ba)\b", fold(text)) and re.search(
        r"\b(?:cong ty|ubnd|uy ban|truong|ban quan ly|benh vien|doanh nghiep|hop tac xa)\b", fold(text)
    ):
        draft.put("owners[0].name", values.organisation(text), labelled.pieces)
        return
    for index, part in enumerate(_named(text)):
        draft.put(f"owners[{index}].name", part, labelled.pieces)


_SOMEBODY = re.compile(r"\W*(?:va|cung)?\W*(?:vo|chong|ong|ba|anh|chi|ho)\b")


def _named(text: str) -> list[Value]:
    """Each name with its place in the text."""
    out, start = [], 0
    for cut in [
        *(m.start() for m in re.finditer(r"\s(?:va|cung|-)\s?:?\s?(?=(?:vo|chong|ong|ba)\b)|;", fold(text))),
        len(text),
    ]:
        if start and not _SOMEBODY.match(fold(text[start:cut])):
            continue  # `; CMND số: …`
        value = values.name(re.sub(r"^\W*(?:và|cùng)?[\s:]*(?=\w)", "", text[start:cut], flags=re.IGNORECASE))
        if value:
            out.append(value.at(start, cut))
        start = cut
    return out


def _address(draft: Draft) -> None:
    """One address serves all owners."""
    labelled = next((v for v in draft.labelled if v.mark.label.field == "@address"), None)
    if labelled is None:
        return
    value = values.place(re.sub(r"^\W*Số nhà\s*:\s*", "Số nhà ", labelled.text))
    owners = [key for key in draft.findings if re.fullmatch(r"owners\[\d+\]\.name", key)]
    for key in owners[:1]:
        draft.put(key.replace("name", "address"), value, labelled.pieces)


def _site(draft: Draft) -> None:
    """`Vị trí xây dựng: Thửa đất số 255, tờ bản đồ số 27; địa điểm: Đường Yersin, …`, or a parcel line of its own."""
    for labelled in draft.labelled:
        if labelled.mark.label.field not in {"@site", "@parcel"}:
            continue
        text = labelled.text
        parcel = re.search(r"(?:thua|lo)(?: dat)?(?: so)?\s*:?\s*\w(?:[^;.]|;\s*to ban do)*", fold(text))
        if labelled.mark.label.field == "@parcel":
            label = labelled.mark.segment.pieces[labelled.mark.start : labelled.mark.end]
            words = _without_area(text if "so" not in fold(joined(label)) else f"{joined(label)} {text}")
            draft.put("works.parcel", Value(re.sub(r"^(?:trên|Trên) ", "", words)), (*label, *labelled.pieces))
            _put_site(draft, labelled, _behind_parcel(text))
            continue
        if parcel:
            words = _without_area(text[parcel.start() : parcel.end()])
            draft.put("works.parcel", Value(words, (parcel.start(), parcel.end())), labelled.pieces)
        where = (
            re.search(
                r"(?:dia diem|dia chi|tai)\s*(?:xay dung)?\s*:?\s*(?=\w)",
                fold(text[parcel.end() :] if parcel else text),
            )
            if parcel
            else None
        )
        rest = text[parcel.end() + where.end() :] if parcel and where else _behind_parcel(text) if parcel else text
        _put_site(draft, labelled, rest)


def _put_site(draft: Draft, labelled: Labelled, rest: str) -> None:
    """The end of a text, where it is a place, as the address of the works."""
    value = values.place(rest) if tidy(rest) else None
    if value:
        end = len(labelled.text)
        draft.put("works.address", value.at(end - len(rest), end), labelled.pieces)


def _behind_parcel(text: str) -> str:
    """What follows a parcel's sheet where it names a place: `thửa đất số 15, tờ bản đồ số 27, đường Trần Phú, phường …`."""
    sheet = re.search(r"to ban do(?:\s?dia chinh)?(?: so)?\s?:?\s?\w+[\s,;]*", fold(text))
    rest = text[sheet.end() :] if sheet else ""
    return rest if read_place(tidy(rest)).known else ""


def _without_area(text: str) -> str:
    """A parcel's number and sheet without its area and place."""
    own = re.match(r"[^;]*;\s*to ban do[^;]*|[^;]*", fold(text))  # `số: 77; tờ bản đồ số: 14; diện tích: …`
    short = tidy(re.split(r"[,;]?\s*(?:[Dd]iện tích|[Đđ]ịa điểm|\btại\b)", text[: own.end()] if own else text)[0])
    sheet = re.search(r"to ban do(?:\s?dia chinh)?(?: so)?\s?:?\s?\w+", fold(short))
    return short[: sheet.end()] if sheet else short


def _scale(draft: Draft) -> None:
    """`Quy mô: 01 tầng; tổng diện tích sàn 48,6 m²`: numbers named in a sentence."""
    for segment in draft.sheet.segments:
        text = fold(segment.text)
        floors = re.search(r"\b(\d{1,2})\s*tang\b", text)
        if floors and "tang 1" not in text:
            draft.put("works.floors", Value(str(int(floors[1])), floors.span(1)), segment.pieces, weight=0.97)
        size = re.search(r"tong dien tich (?:san|xay dung)[a-z ]*:?\s*(\d[\d.,]*)", text)
        if size:
            value = values.area(segment.text[size.start(1) :])
            draft.put("works.area_m2", value and Value(value.value, size.span(1)), segment.pieces, weight=0.97)


def _floors(read: str) -> Value | None:
    """`04`, `03 tầng + tum`, `3 tầng`."""
    return values.count(read)


def _until_semicolon(read: str) -> Value | None:
    value = tidy(re.split(r"[;]", read)[0])
    return Value(value) if value else None


FORM = Form(
    slug=_SLUG,
    version=1,
    titles=(
        Title(_SLUG, "Giấy phép xây dựng"),
        Title(_SLUG, "Giấy phép xây dựng có thời hạn"),
        Title(_SLUG, "Giấy phép xây dựng tạm"),
        Title(_SLUG, "Giấy phép sửa chữa, cải tạo công trình"),
        Title(_SLUG, "Giấy phép sửa chữa, cải tạo nhà ở riêng lẻ"),
        Title(_SLUG, "Giấy phép di dời công trình"),
        Title(_SLUG, "Giấy phép xây dựng nhà ở riêng lẻ"),
    ),
    fields=(*group("owners[]", "name address"), *group("works", "name address parcel area_m2 floors"), "signer.name", "signer.title"),
    who="owner",
    labels=(
        Label("@granted", ("Cấp cho", "Cấp phép cho", "Cấp cho ông, bà", "Tên chủ đầu tư", "Họ và tên chủ đầu tư", "Họ tên chủ đầu tư", "Cấp phép xây dựng cho", "Cấp cho ông (bà)", "Cấp cho ông/bà", "Chủ đầu tư", "Cấp cho chủ đầu tư", "Cấp cho hộ", "Cho ông", "Cho bà", "Cho ông (bà)"), values.text, wraps=True, bare=True, opens="owner"),
        Label("@address", ("Địa chỉ", "Địa chỉ thường trú", "Địa chỉ liên hệ", "Địa chỉ chủ đầu tư", "Nơi cư trú"), values.place, wraps=True, within=("owner",)),
        Label("works.name", ("Tên công trình", "Công trình", "Loại công trình", "Được phép xây dựng công trình", "Được xây dựng", "Được phép xây dựng", "Hạng mục công trình", "Tên công trình xây dựng", "Loại công trình xây dựng", "Được phép xây dựng công trình sau"), _until_semicolon, wraps=True, opens="works"),
        Label("@site", ("Vị trí xây dựng", "Vị trí", "Vị trí xây dựng công trình", "Vị trí công trình"), values.text, wraps=True, opens="works"),
        Label("works.address", ("Địa điểm xây dựng", "Địa điểm", "Tại", "Địa chỉ xây dựng", "Địa chỉ công trình", "Địa chỉ lô đất", "Tại địa điểm", "Địa điểm công trình", "Địa điểm xây dựng công trình", "Xây dựng tại", "Tại địa chỉ"), values.place, wraps=True, within=("works",)),
        Label("@parcel", ("Thửa đất số", "Lô đất số", "Trên lô đất số", "Trên thửa đất số", "Trên thửa đất", "Trên lô đất", "Lô đất", "Thửa đất"), values.text, wraps=True, bare=True, within=("works",)),
        Label("works.area_m2", ("Tổng diện tích sàn", "Tổng diện tích sàn xây dựng", "Tổng diện tích sàn (kể cả tầng hầm)", "Tổng diện tích xây dựng", "Tổng diện tích sàn các tầng", "Tổng diện tích"),
              values.area, within=("works",)),
        Label("@floor_area", ("Diện tích sàn", "Diện tích sàn xây dựng"), values.area, within=("works",)),
        Label("@ground", ("Diện tích xây dựng", "Diện tích xây dựng tầng 1", "Diện tích xây dựng tầng trệt", "Diện tích xây dựng tầng một", "Diện tích sàn xây dựng tầng 1", "Diện tích sàn tầng 1", "Diện tích tầng 1", "Diện tích sàn xây dựng tầng trệt", "Diện tích tầng trệt", "Diện tích sàn xây dựng tầng một"), values.area, within=("works",)),
        Label("works.floors", ("Số tầng", "Số tầng cao", "Số tầng (tầng hầm, tầng nổi)", "Tổng số tầng", "Quy mô số tầng", "Số tầng nổi", "Tầng cao", "Số tầng công trình", "Số tầng xây dựng"), _floors, within=("works",)),
        Label("", ("Được phép xây dựng các công trình theo những nội dung sau", "Được phép xây dựng công trình theo những nội dung sau", "Theo thiết kế", "Theo hồ sơ thiết kế",
                   "Gồm các nội dung sau", "Tổng số công trình"), opens="works", bare=True),
        Label("", ("Cốt nền xây dựng công trình", "Cốt nền xây dựng", "Mật độ xây dựng", "Hệ số sử dụng đất", "Chỉ giới đường đỏ", "Chỉ giới xây dựng", "Chiều cao công trình", "Chiều cao", "Mật độ", "Màu sắc công trình",
                   "Chiều sâu công trình", "Chiều cao tầng", "Chiều cao tối đa", "Khoảng lùi", "Quy mô", "Diện tích lô đất", "Diện tích", "Loại, cấp công trình", "Cấp công trình",
                   "Điện thoại", "Số CMND", "Do", "Đơn vị thiết kế", "Đơn vị thẩm tra")),
        Label("", ("Giấy tờ về đất đai", "Giấy tờ về quyền sử dụng đất", "Giấy tờ đất", "Giấy tờ về đất", "Giấy phép có hiệu lực", "Giấy phép này có hiệu lực", "Nơi nhận", "Ghi nhận các công trình"), opens="rest", bare=True),
    ),
    parts=(parts.title, parts.number, parts.dated, parts.issuer, _owner, _address, _site, _scale, parts.dated_below, parts.same_as("works.area_m2", "@floor_area", "@ground"), parts.valid_until, parts.signer),
    signs=("cốt nền xây dựng", "mật độ xây dựng", "chỉ giới đường đỏ", "tổng diện tích sàn", "khởi công xây dựng", "phép xây dựng các công trình", "chiều cao công trình", "được phép xây dựng công trình", "diện tích xây dựng"),
    owner=(("owners[0].name", ""),),
    title_words=lambda _: "GIẤY PHÉP XÂY DỰNG",
)  # fmt: skip
