"""Bằng tốt nghiệp, văn bằng, chứng chỉ (TT 21/2019, TT 27/2019/TT-BGDĐT), one or two languages side by side."""

import re

from ocr.extraction import parts, values
from ocr.extraction.findings import Finding, Value
from ocr.extraction.form import Draft, Form, Label, Title, group
from ocr.extraction.forms.persons import BIRTH_WORDS, NAME_WORDS, named
from ocr.extraction.sheet import Segment, joined
from ocr.extraction.signatures import is_title
from ocr.extraction.text import fold, is_upper, tidy

_SLUG = "diploma"
_DEGREES = (
    "cử nhân",
    "kỹ sư",
    "thạc sĩ",
    "thạc sỹ",
    "tiến sĩ",
    "tiến sỹ",
    "bác sĩ",
    "bác sỹ",
    "dược sĩ",
    "dược sỹ",
    "kiến trúc sư",
    "bác sĩ y khoa",
    "bác sĩ thú y",
    "cao đẳng",
)
_LEVELS = ("trung học phổ thông", "trung học cơ sở", "tiểu học", "cao đẳng", "đại học", "trung cấp", "trung cấp chuyên nghiệp", "trung học", "bổ túc trung học phổ thông",
           "cao đẳng nghề", "trung cấp nghề", "sau đại học", "bổ túc trung học cơ sở", "trung học chuyên nghiệp")  # fmt: skip
_SERIAL = re.compile(r"(?<!\w)([A-ZĐ]{0,4}\s?[-.]?\s?\d{5,10})(?!\d)")
_OFFICE = re.compile(
    r"^(?:so |truong|hoc vien|vien |dai hoc|bo |phong |trung tam|hieu truong|giam doc|hoi dong|vien truong|chu tich)"
)


def _serial(read: str) -> Value | None:
    match = _SERIAL.search(read)
    return Value(re.sub(r"\s", "", match[1]), match.span(1)) if match else None


def _register(read: str) -> Value | None:
    value = re.sub(r"\s*([/-])\s*", r"\1", tidy(read)).split(" ")[0].replace("ĐĐ", "Đ")
    return Value(value) if re.search(r"\d", value) else None


def _level(draft: Draft) -> None:
    """The level is in the title: `BẰNG KỸ SƯ` → Kỹ sư, `BẰNG TỐT NGHIỆP TRUNG HỌC PHỔ THÔNG` → Trung học phổ thông."""
    if draft.title:
        words = re.sub(
            r"^(?:bằng|chứng chỉ|giấy chứng nhận)\s*(?:tốt nghiệp)?\s*", "", draft.title.text.casefold()
        ).strip()
        if words:
            draft.put("level", Value(words.capitalize(), certain=True), draft.title.pieces, weight=0.98)


def _major(draft: Draft) -> None:
    """The line below the title where no label names it: `BẰNG KỸ SƯ` / `Nông học`."""
    if draft.title is None or "major" in draft.findings:
        return
    last = draft.title.segments[-1]
    column = [
        s
        for s in draft.after(last)
        if abs(s.box.centre[0] - last.box.centre[0]) < 0.05 * draft.head.page.width and s.row > last.row
    ]
    marked = {m.segment.number for m in draft.marks}
    if (
        column
        and column[0].number not in marked
        and column[0].y - last.y < 4 * draft.head.page.line_step
        and _is_subject(column[0])
    ):
        words = re.sub(r"^(?:chuyên )?ngành\s", "", tidy(column[0].text), flags=re.IGNORECASE)
        draft.put("major", Value(words), column[0].pieces, weight=0.97)


def _is_subject(segment: Segment) -> bool:
    return (
        not re.match(r"^\W*(?:cho|cap|upon|ngay|ong|ba)\b", fold(segment.text))
        and not _OFFICE.match(fold(segment.text))
        and ":" not in segment.text
        and not segment.text.startswith("(")
        and not any(c.isdigit() for c in segment.text)
    )


def _issuer(draft: Draft) -> None:
    """`HIỆU TRƯỞNG` / `TRƯỜNG ĐẠI HỌC …` above the title; the school is the issuer, or the `GIÁM ĐỐC SỞ …` as a whole."""
    title_y = draft.title.segments[0].y if draft.title else 0.5 * draft.head.page.height
    centre = draft.title.segments[0].box.centre[0] if draft.title else None
    lines = [s for s in draft.head.page.segments if s.y < title_y and is_upper(s.text) and _OFFICE.match(fold(s.text))]
    if centre is not None:
        lines = [s for s in lines if abs(s.box.centre[0] - centre) < 0.25 * draft.head.page.width] or lines
    if not lines and draft.head.offices:
        lines = list(draft.head.offices[-1])
    schools = [s for s in lines if not is_title(s)]
    if schools:
        pieces = tuple(p for s in _with_next(draft, schools[-1]) for p in s.pieces)
        draft.put("issuer", values.organisation(joined(pieces)), pieces)
    elif lines:
        pieces = tuple(p for s in _with_next(draft, lines[-1]) for p in s.pieces)
        words = re.sub(
            r"^(?:HIỆU TRƯỞNG|(?:TỔNG )?GIÁM ĐỐC|VIỆN TRƯỞNG|CHỦ TỊCH|TRƯỞNG(?= PHÒNG \w{2,} ))\s+(?=\w)",
            "",
            joined(pieces),
        )
        draft.put("issuer", values.organisation(words), pieces, weight=0.97)


_GIVES = re.compile(
    r"^\W*(?:hieu truong|(?:tong )?giam doc|vien truong|chu tich)\s((?:truong|hoc vien|vien|trung tam|so|cong ty|benh vien)\s.{3,70}?)\s+(?:cap|chung nhan|trao|xac nhan)\b"
)


def _issuer_in_sentence(draft: Draft) -> None:
    """`Giám đốc Trung tâm … cấp cho:` where no line of capitals above the title names the school."""
    for segment in draft.sheet.segments if "issuer" not in draft.findings else ():
        match = _GIVES.match(fold(segment.text))
        if match:
            value = values.organisation(segment.text[match.start(1) : match.end(1)])
            draft.put("issuer", value and value.at(*match.span(1)), segment.pieces, weight=0.97)
            return


def _with_next(draft: Draft, line: Segment) -> list[Segment]:
    """A long name of a school may take a second line."""
    out = [line]
    for segment in draft.after(line):
        near = (
            segment.row > out[-1].row
            and segment.y - out[-1].y < 2.3 * out[-1].height
            and abs(segment.box.centre[0] - line.box.centre[0]) < 0.05 * draft.head.page.width
        )
        if (
            near
            and is_upper(segment.text)
            and not is_title(segment)
            and not (draft.title and segment in draft.title.segments)
            and segment.key != "cap"
        ):
            out.append(segment)
        elif segment.row > out[-1].row + 1:
            break
    return out


def _year(draft: Draft) -> None:
    """Where no label gives it: the year of the exam (`Khóa thi ngày …`)."""
    exam = draft.findings.get("@exam")
    if exam:
        draft.add(Finding("year", exam.value[:4], exam.pieces, exam.sure * 0.97, draft.rule("year"), exam.doubts))


FORM = Form(
    slug=_SLUG,
    version=1,
    titles=(
        *(Title(_SLUG, f"Bằng {degree}") for degree in _DEGREES),
        *(Title(_SLUG, f"Bằng tốt nghiệp {level}") for level in _LEVELS),
        Title(_SLUG, "Bằng tốt nghiệp"),
        Title(_SLUG, "Chứng chỉ", open=True),
        Title(_SLUG, "Giấy chứng nhận tốt nghiệp", open=True),
    ),
    fields=(*group("person", "name birth_date sex birth_place"), *("level", "major", "grade", "year", "serial", "register_number", "signer.name", "signer.title")),
    labels=(
        named("person.name", "Cấp cho", "Cho ông", "Cho bà", "Cho ông (bà)", "Cho ông/bà", "Họ và tên học sinh", "Tên học sinh", "Họ tên học sinh", "Họ và tên thí sinh",
              "Họ và tên người học", "Cấp cho học sinh", "Cấp cho học viên", "Cấp cho sinh viên", "Cho học sinh", "Cho học viên", "Cho thí sinh", "Cấp cho ông", "Cấp cho bà", "Cấp cho ông (bà)", "Cấp cho thí sinh", "Chứng nhận ông", "Chứng nhận bà", "Chứng nhận ông/bà", "Chứng nhận ông (bà)", "Chứng nhận học sinh", "Chứng nhận học viên", "Cấp bằng cho", "Chứng nhận", "Cấp cho ông/bà", "Trao cho", "Anh/Chị", "Em", *NAME_WORDS, opens="person"),
        Label("person.name", ("Cho",), values.name, opens="person", wraps=True, bare=True),
        Label("person.birth_date", BIRTH_WORDS, values.date_kind),
        Label("person.sex", ("Giới tính", "Giới"), values.sex),
        Label("person.birth_place", ("Nơi sinh", "Tại"), values.place, wraps=True),
        Label("year", ("Năm tốt nghiệp", "Tốt nghiệp năm", "Đã tốt nghiệp năm", "Tốt nghiệp khóa", "Năm cấp", "Khóa"), values.year),
        Label("@exam", ("Khóa thi", "Khoá thi", "Khóa thi ngày", "Khóa ngày", "Khoá ngày", "Ngày thi", "Kỳ thi ngày", "Kỳ thi năm", "Kỳ thi tốt nghiệp", "Kỳ thi", "Kỳ thi trung học phổ thông quốc gia", "Kỳ thi tốt nghiệp trung học phổ thông", "Kỳ thi tốt nghiệp THPT", "Khóa học", "Năm học"), values.date_kind),
        Label("grade", ("Xếp loại tốt nghiệp", "Xếp loại", "Hạng tốt nghiệp", "Loại tốt nghiệp", "Tốt nghiệp loại", "Xếp hạng", "Hạng", "Đạt loại", "Kết quả", "Loại", "Kết quả xếp loại", "Đạt kết quả"), values.text),
        Label("major", ("Ngành", "Ngành đào tạo", "Chuyên ngành", "Ngành học", "Nghề", "Nghề đào tạo", "Về chuyên môn", "Chuyên ngành đào tạo", "Trình độ", "Nội dung", "Chương trình", "Đã hoàn thành chương trình", "Đã hoàn thành khóa học", "Đã hoàn thành khóa đào tạo", "Khóa đào tạo", "Khóa bồi dưỡng", "Hoàn thành chương trình", "Chuyên môn", "Chuyên đề", "Về"), values.text),
        Label("serial", ("Số hiệu", "Số hiệu bằng", "Số hiệu văn bằng", "Số hiệu chứng chỉ", "Số", "Số bằng", "Số văn bằng", "Số chứng chỉ"), _serial),
        Label("register_number", ("Số vào sổ cấp bằng", "Số vào sổ gốc cấp bằng", "Số vào sổ", "Số vào sổ gốc", "Vào sổ cấp bằng số", "Số vào sổ gốc cấp văn bằng",
                                  "Số vào sổ gốc cấp chứng chỉ", "Vào sổ số", "Số vào sổ cấp văn bằng", "Số vào sổ cấp chứng chỉ", "Vào sổ cấp văn bằng số", "Vào sổ gốc số", "Số vào sổ gốc cấp bằng tốt nghiệp", "Vào sổ cấp chứng chỉ số", "Số đăng ký", "Số vào sổ cấp"), _register),
        Label("", ("Hình thức đào tạo", "Hệ đào tạo", "Học sinh trường", "Dân tộc", "Hội đồng thi", "Năm sinh", "Date of birth", "Upon", "Year of graduation", "Degree classification",
                   "Mode of study", "Serial number", "Reg. No", "Quốc tịch", "Số CCCD", "Quê quán", "Thời gian đào tạo", "Điểm trung bình")),
    ),
    parts=(parts.title, _level, _major, _issuer, _issuer_in_sentence, parts.dated_below, parts.signer, _year, parts.same_as("number", "serial", "register_number")),
    signs=("số vào sổ cấp bằng", "năm tốt nghiệp", "xếp loại tốt nghiệp", "số vào sổ gốc", "hình thức đào tạo", "number of graduation", "degree classification", "hạng tốt nghiệp", "số vào sổ cấp chứng chỉ", "chữ ký của người được cấp bằng"),
    owner=(("person.name", ""),),
)  # fmt: skip
