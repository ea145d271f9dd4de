"""Tờ khai, đơn, phiếu, giấy đề nghị: whom it is addressed to, who asks, for what."""

import re
from collections.abc import Iterator

from ocr.extraction import parts, values
from ocr.extraction.findings import Value
from ocr.extraction.form import Draft, Form, Label, Title, group
from ocr.extraction.forms.persons import IDENTITY_WORDS, NAME_WORDS, RESIDENCE_WORDS, named, names_of
from ocr.extraction.letterhead import place_before_date
from ocr.extraction.sheet import Piece, Segment, joined
from ocr.extraction.text import fold, tidy

_SLUG = "application_form"
_WHO = "applicant"
_REQUEST = re.compile(
    r"^\W*(?:kinh )?(?:de nghi|yeu cau|xin de nghi|xin|mong|nghi|lam don nay)\b(?:\s(?:quy )?(?:co quan|uy ban nhan dan|ubnd|van phong|so|phong|chi cuc|chi nhanh)[^,.:;]{0,60}?(?=\b(?:xem xet|cap|giai quyet|dang ky|chap thuan|xac nhan)))?\s*[:,]?\s*"
)


_FOR_WHOM = re.compile(
    r"\s(?:voi|theo) (?:cac )?noi dung (?:nhu )?(?:sau|duoi day)\b.*$|\s(?:cho )?(?:nguoi )?(?:co ten|duoi day|sau day)\b.*$|\scho (?:toi|nguoi)\b.*$"
)


def _addressed(read: str) -> Value | None:
    return values.organisation(re.sub(r"^(?:[\s\-+*]|\(\d\))+", "", read))


_ASKS = re.compile(
    r"^\W*(?:nay|vay|do vay|vi vay)?\W*(?:toi|chung toi)?\s*(?:lam|viet) (?:don|giay|to khai) (?:nay)?[^.;:]{0,24}?(?:kinh )?(?:de nghi|xin|mong)\b(?! cam)"
)  # `Nay tôi làm đơn này kính đề nghị …`


def _request(draft: Draft) -> None:
    """`Đề nghị cấp …` as a sentence of its own, else `Nay tôi làm đơn này kính đề nghị …`."""
    alone = re.compile(r"^\W*(?:kinh )?de nghi\b")
    for how in (alone, _ASKS):
        _request_begun(draft, how)


def _request_begun(draft: Draft, how: re.Pattern[str]) -> None:
    for segment in draft.sheet.segments if "request" not in draft.findings else ():
        begins = how.match(fold(segment.text))
        if begins and not (draft.title and segment in draft.title.segments) and len(segment.key) > 15:
            pieces = tuple(_sentence(draft, segment))
            words = tidy(joined(pieces))
            words = words[begins.end() - len(begins[0].split()[-1]) :] if how is _ASKS else words
            start = _REQUEST.match(fold(words))
            words = (words[start.end() :] if start else words).partition(":")[0].strip()
            whom = _FOR_WHOM.search(fold(words))
            words = words[: whom.start()] if whom and whom.start() > 8 else words
            if words:
                draft.put("request", Value(words), pieces, weight=0.9)
            return


def _sentence(draft: Draft, first: Segment) -> Iterator[Piece]:
    """The segment and the full lines after it, up to a colon, full stop or label."""
    last = first
    yield from first.pieces
    for segment in draft.after(first):
        page = draft.sheet.page_of(segment)
        ends = last.text.rstrip().endswith((":", ".", ";")) or last.box.x1 < page.right - 0.1 * page.width
        if ends or segment.row != last.row + 1 or any(m.segment is segment for m in draft.marks):
            return
        yield from segment.pieces
        last = segment


def _dated_at(draft: Draft) -> None:
    """`Làm tại: …, ngày … tháng … năm …` or the line above the signature, perhaps cut in two."""
    parts.dated_below(draft)
    if "issue_date" in draft.findings:
        return
    marked = {m.segment.number for m in draft.marks}
    for segment in reversed(draft.sheet.segments):
        if segment.number in marked and not fold(segment.text).startswith(("lam tai", "lap tai")):
            continue  # a birth or another day of the form
        _, pieces = place_before_date(segment.pieces)
        value = (
            values.full_date(joined(pieces))
            if re.search(r"ng.{1,2}y?.{1,8}th.ng", fold(segment.text)) and len(segment.text) < 90
            else None
        )
        if value:
            draft.put("issue_date", value, pieces)
            return


FORM = Form(
    slug=_SLUG,
    version=1,
    titles=(
        *(Title(_SLUG, words, open=True) for words in ("Tờ khai", "Đơn xin", "Đơn đề nghị", "Giấy đề nghị", "Phiếu đề nghị", "Phiếu yêu cầu", "Phiếu khai", "Bản khai", "Phiếu thu thập",
                                                       "Bản kê khai", "Giấy yêu cầu", "Phiếu báo thay đổi", "Văn bản đề nghị", "Bản cam kết", "Giấy cam đoan", "Giấy cam kết", "Bản cam đoan",
                                                       "Đơn đăng ký", "Đơn yêu cầu", "Sơ yếu lý lịch", "Giấy khai")),
        Title(_SLUG, "Đơn", open=True, leads=("xin", "denghi", "dangky", "yeucau", "khieu", "tocao", "togiac", "trinh", "kiennghi", "phananh", "camket", "khoikien", "lyhon",
                                              "bao", "tuong", "tunguyen", "thoi", "chuyen", "giahan", "cap", "keukhan", "xac")),
    ),
    fields=("addressed_to", *group(_WHO, "name id_number phone residence"), "request"),
    who=_WHO,
    labels=(
        Label("addressed_to", ("Kính gửi", "Kính gởi"), _addressed, wraps=True),
        named("applicant.name", *names_of("người yêu cầu", "người đề nghị", "người nộp đơn", "người viết đơn", "người làm đơn", "người khai", "chủ đơn", "người kê khai", "tổ chức, cá nhân"), "Tôi tên là", "Người viết đơn", "Tên chủ đầu tư (tên chủ hộ)", "Tôi tên", "Tên tôi là", "Tôi là", "Họ và tên người làm đơn", "Người làm đơn",
              "Họ, chữ đệm, tên người khai", "Họ và tên người khai", "Họ và tên người đề nghị", "Người đề nghị", "Họ và tên chủ hộ", "Chủ đầu tư", "Tên chủ đầu tư", "Họ, chữ đệm và tên người yêu cầu",
              "Thông tin về chủ đầu tư", "Tên chủ hộ", "Họ tên người yêu cầu", "Tên người sử dụng đất, chủ sở hữu tài sản gắn liền với đất", "Người sử dụng đất, chủ sở hữu tài sản gắn liền với đất",
              "Người kê khai", "Tên", opens=_WHO),
        named("*.name", *NAME_WORDS),
        Label("*.id_number", (*IDENTITY_WORDS, "Giấy tờ nhân thân/pháp nhân", "Giấy tờ nhân thân/pháp nhân số", "Giấy tờ nhân thân số", "Giấy tờ nhân thân"), values.personal_id, wraps=True),
        Label("*.phone", ("Số điện thoại", "Điện thoại", "Điện thoại liên hệ", "Số điện thoại liên hệ", "SĐT", "ĐT", "Số ĐT", "Điện thoại di động", "Số di động"), values.phone),
        Label("*.residence", RESIDENCE_WORDS, values.place, wraps=True),
        named("", "Họ, chữ đệm, tên người được khai sinh", "Họ, chữ đệm, tên người mẹ", "Họ, chữ đệm, tên người cha", "Họ, chữ đệm, tên người chết", "Họ, chữ đệm, tên vợ", "Họ, chữ đệm, tên chồng",
              "Họ và tên cha", "Họ và tên mẹ", "Họ, chữ đệm, tên người được cấp", "Bên nữ", "Bên nam", "Người được ủy quyền", opens="others"),
        Label("", ("Đề nghị cấp Giấy xác nhận", "Đề nghị cấp", "Đề nghị cơ quan đăng ký", "Đề nghị", "cho người có tên dưới đây", "Đã được đăng ký tại"), opens="others", bare=True),
        Label("request", ("Nội dung đề nghị", "Nội dung đề nghị cấp phép", "Nội dung đề nghị cấp", "Nội dung biến động", "Nội dung yêu cầu", "Nội dung đơn", "Nội dung xin xác nhận", "Nội dung đề nghị xác nhận", "Đề nghị giải quyết", "Nội dung công việc", "Yêu cầu giải quyết"), values.text, wraps=True, opens="others"),
        Label("", ("Cấp ngày", "Ngày cấp", "Nơi cấp", "Ngày, tháng, năm sinh", "Giới tính", "Dân tộc", "Quốc tịch", "Email", "Quan hệ với", "Sinh ngày", "Ngày sinh", "Năm sinh", "Quê quán",
                   "Nghề nghiệp", "Quan hệ với người được khai sinh", "Quan hệ với người được cấp Giấy xác nhận tình trạng hôn nhân", "Quan hệ với chủ hộ", "Tình trạng hôn nhân", "Mục đích sử dụng", "Nơi sinh",
                   "Làm tại", "Hộp thư điện tử", "Fax", "Người đại diện", "Tôi cam đoan", "Chức vụ", "Lý do")),
    ),
    parts=(parts.title, _request, parts.dated, _dated_at),
    signs=("kính gửi", "người yêu cầu", "tôi cam đoan", "làm đơn này", "người làm đơn", "chịu trách nhiệm trước pháp luật", "người khai"),
    owner=(("applicant.name", "applicant.id_number"),),
)  # fmt: skip
