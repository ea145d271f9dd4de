"""Giấy xác nhận tình trạng hôn nhân (TT 15/2015, TT 04/2020/TT-BTP)."""

import re

from ocr.extraction import parts, values
from ocr.extraction.findings import Value
from ocr.extraction.form import Draft, Form, Label, Title, group
from ocr.extraction.forms.persons import CALLED, NAME_WORDS, PERSON, named
from ocr.extraction.sheet import joined
from ocr.extraction.text import fold, is_upper, tidy

_SLUG = "marital_status"
_VALIDITY = re.compile(r"^.{0,40}?(?:duoc )?(?:su dung|cap) (?:de|cho|vao muc dich|nham)\W*")

_VALID_FOR = re.compile(
    r"[,;]?\s+(?:và )?(?:có (?:giá trị|hiệu lực)|không có giá trị|giá trị (?:trong|đến))\b", re.IGNORECASE
)

_IN_SENTENCE = re.compile(
    r"(?:(?:su dung|cap)\W+(?:de|cho|vao muc dich|nham)\b|\bmuc dich(?: su dung)?\b)\W*(?:su dung vao muc dich\W*)?(.+?)(?:[.;]|\s(?=giay (?:xac nhan )?nay )|$)"
)


def _purpose(read: str) -> Value | None:
    """What follows «được sử dụng để:» in the sentence on validity."""
    text = tidy(read)
    start = _VALIDITY.match(fold(text))
    text = re.split(r"(?<=\w{3})\.\s(?=[A-ZĐ])", text)[0]
    text = re.sub(r"^(?:để|cho|vào mục đích)\b\s*:?\s*", "", text[start.end() :] if start else text)
    text = _alone(text)
    return Value(text) if text else None


def _alone(text: str) -> str:
    """A purpose without the rest of its question (`Mục đích của việc cấp giấy Làm …`) and what is said of validity behind it."""
    return _VALID_FOR.split(re.sub(r"^của(?:\s[a-zà-ỹđ]+){1,5}\s?:?\s(?=[A-ZĐ])", "", text))[0]


def _status(read: str) -> Value | None:
    """What follows the question, where its last words have lost their colon: `… tại địa phương Chưa đăng ký kết hôn với ai`."""
    value = values.text(read)
    begins = re.search(r"(?<=\s)(?:Hiện|Chưa|Đã|Đang|Không|Độc)\b", value.value) if value else None
    return Value(value.value[begins.start() :]) if value and begins and value.value[:1].islower() else value


def _in_sentence(draft: Draft) -> None:
    """The purpose at the end of the sentence on validity, wherever its lines break."""
    segments = draft.sheet.segments
    first = next(
        (
            i
            for i, s in enumerate(segments)
            if re.search(r"co gia tri|duoc cap|muc dich|su dung", fold(s.text)) and "giay" in fold(s.text)
        ),
        None,
    )
    if first is None:
        return
    lines = [s for s in segments[first : first + 4] if not is_upper(s.text)]
    pieces = tuple(p for s in lines for p in s.pieces)
    match = _IN_SENTENCE.search(fold(joined(pieces)))
    if match:
        value = Value(_alone(tidy(joined(pieces)[match.start(1) : match.end(1)])), match.span(1))
        draft.put("purpose", value, pieces, weight=0.97)


_STATUS = re.compile(
    r"(?:^\W*|,\s)((?:(?:hien (?:nay|tai)|den nay|tinh den|trong thoi gian tren|tu ngay|hien)\b.{0,60}?|trong thoi gian cu tru\b.{0,110}?)?"
    r"(?:chua (?:tung |co )?(?:dang ky )?(?:ket hon|vo|chong)|khong (?:co|dang ky) .{0,12}(?:ket hon|vo|chong)|da dang ky ket hon"
    r"|dang co (?:vo|chong)|da ly hon|da co (?:vo|chong)|doc than)\b)"
)


def _named_in_a_sentence(draft: Draft) -> None:
    """`Ủy ban nhân dân xã … xác nhận ông Trần Quốc Bảo, sinh ngày …`."""
    for segment in draft.sheet.segments if "person.name" not in draft.findings else ():
        match = _CONFIRMS.search(fold(segment.text))
        named = values.name(segment.text[match.end(1) :].partition(",")[0]) if match else None
        if match and named and len(named.value.split()) > 1 and "," in segment.text[match.end(1) :]:
            draft.put(
                "person.name", named.at(match.end(1), segment.text.find(",", match.end(1))), segment.pieces, weight=0.97
            )
            return


def _asked_by(draft: Draft) -> None:
    """Who asks is who it speaks of, where nothing else names anybody: `Xét đề nghị của ông Trần Quốc Bảo, …`."""
    for segment in draft.sheet.segments if "person.name" not in draft.findings else ():
        match = _ASKED.search(fold(segment.text))
        end = segment.text.find(",", match.end()) if match else -1
        named = values.name(segment.text[match.end() : end if end > 0 else None]) if match else None
        if match and named and 2 <= len(named.value.split()) <= 5:
            draft.put(
                "person.name", named.at(match.end(), match.end() + len(named.value) + 1), segment.pieces, weight=0.9
            )
            return


_ASKED = re.compile(r"\b(?:de nghi|yeu cau|don) cua (?:ong/ba|ong \(ba\)|ong|ba|anh|chi|cong dan):? ")
_CONFIRMS = re.compile(r"\b((?:xac|chung) nhan(?: rang)?:? (?:ong|ba|anh|chi|ong/ba|cong dan)) ")


def _in_a_sentence(draft: Draft) -> None:
    """The status where no label asks for it: `Hiện tại chưa đăng ký kết hôn với ai.`, up to its full stop."""
    labelled = {m.segment.number for m in draft.marks if m.label.field}
    for segment in draft.sheet.segments if "status" not in draft.findings else ():
        match = _STATUS.search(fold(segment.text))
        if match is None or (segment.number in labelled and not match[0].startswith(",")):
            continue
        pieces = list(segment.pieces)
        for following in draft.after(segment):
            if pieces[-1].text.endswith(".") or following.number in labelled or following.row > segment.row + 3:
                break
            pieces += following.pieces
        whole = joined(pieces)
        value = values.text(whole[match.start(1) :])
        draft.put("status", value and value.at(match.start(1), len(whole)), pieces, weight=0.97)
        return


FORM = Form(
    slug=_SLUG,
    version=1,
    titles=(Title(_SLUG, "Giấy xác nhận tình trạng hôn nhân"), Title(_SLUG, "Xác nhận tình trạng hôn nhân")),
    fields=(*group("person", "name birth_date sex ethnicity nationality birth_place home_town id_number residence"), "status", "purpose", "signer.name", "signer.title"),
    labels=(
        Label("", ("Xét đề nghị của", *(f"{who} đề nghị của {one}" for who in ("Xét", "Theo") for one in CALLED)), bare=True),
        named("person.name", *NAME_WORDS, opens="person"),
        named("@called", "Ông", "Bà", *CALLED, *(f"{before}{one}" for before in ("cho ", "cấp cho ") for one in CALLED), opens="person"),
        *PERSON,
        Label("status", ("Tình trạng hôn nhân", "Về tình trạng hôn nhân", "Tình trạng hôn nhân hiện tại", "Tình trạng hôn nhân hiện nay"), _status, wraps=True),
        Label("purpose", ("được sử dụng để", "Giấy này được sử dụng để", "Giấy này được cấp để", "Mục đích sử dụng", "Mục đích", "Mục đích sử dụng giấy xác nhận", "Mục đích sử dụng Giấy xác nhận tình trạng hôn nhân", "Mục đích xin cấp", "Lý do cấp", "Cấp cho mục đích", "Mục đích cấp", "sử dụng vào mục đích", "để sử dụng vào mục đích", "Giấy này được sử dụng vào mục đích", "Được cấp để",
                          "Giấy này có giá trị sử dụng trong thời hạn 06 (sáu) tháng kể từ ngày cấp, được sử dụng để",
                          "Giấy này có giá trị trong thời hạn 6 tháng kể từ ngày cấp, được sử dụng để", "sử dụng để"), _purpose, wraps=True),
        Label("", ("Trong thời gian cư trú tại", "Trong thời gian", "Giấy này có giá trị", "Xác nhận", "Xét đề nghị của", "Giấy xác nhận có giá trị", "Giấy xác nhận này có giá trị")),
    ),
    parts=(_named_in_a_sentence, parts.same_as("person.name", "@called"), _asked_by, _in_a_sentence, parts.title, parts.number, parts.dated, parts.issuer, _in_sentence, parts.valid_until, parts.dated_at_foot, parts.signer),
    signs=("tình trạng hôn nhân", "trong thời gian cư trú tại", "được sử dụng để", "người ký giấy xác nhận"),
    owner=(("person.name", "person.id_number"),),
    title_words=lambda _: "GIẤY XÁC NHẬN TÌNH TRẠNG HÔN NHÂN",
)  # fmt: skip
