"""Parts many forms share: title, number, offices, place and date of the head, signature. Each reads into a draft."""

import re
from collections.abc import Sequence
from dataclasses import replace

from ocr.extraction import values, vocabulary
from ocr.extraction.dates import find_date
from ocr.extraction.findings import Finding, Value, found
from ocr.extraction.form import Draft, Part
from ocr.extraction.hand import is_day_by_hand, is_entered_later
from ocr.extraction.letterhead import place_before_date
from ocr.extraction.numbers import document_number
from ocr.extraction.sheet import Piece, Segment, joined
from ocr.extraction.signatures import Signature, find_signatures, head_of, is_end_of_deputy
from ocr.extraction.text import fold, tidy

_VALID_UNTIL = re.compile(
    r"(?:gia tri|hieu luc|thoi han)\b.{0,60}\b(?:den|toi)(?: het)? ngay|het hieu luc (?:tu )?ngay|den het ngay"
)
_DATE_LINE = re.compile(r"(?:^|,\s?)\W*n?g[a-z]{1,3}\s?.{1,14}th[a-z]{2,3}.{1,12}n[a-z]m")


def title(draft: Draft) -> None:
    """The title as its form spells it; the reading of a fixed text is not doubted for its letters."""
    if draft.title:
        likely = draft.title.likeness > 0.86
        doubts = () if likely else ("misread_title",)
        value = Value(draft.title.text, certain=likely and not draft.title.title.open, doubts=doubts)
        draft.put("title", value, draft.title.pieces)
    elif draft.form.title_words:
        words = draft.form.title_words(draft.sheet)
        guess = len({title.words for title in draft.form.titles}) > 1  # one of several: which, the signs only suggest
        draft.add(Finding("title", words, (), 0.75 if guess else 0.9, draft.rule("title.by_signs"), source="derived"))


def number(draft: Draft) -> None:
    """The number in the head, else the line `Số: …` at the title."""
    segment = _number_at_title(draft) or draft.head.number
    if segment is not None:
        pieces = _with_rest(draft, segment)
        draft.put("number", document_number(joined(pieces)), pieces)


def _with_rest(draft: Draft, segment: Segment) -> tuple[Piece, ...]:
    """A number written into a wide blank may stand in several segments: those beside it up to the head's middle."""
    edge = (
        draft.head.motto.box.x0
        if draft.head.motto and segment.box.x0 < draft.head.motto.box.x0
        else draft.head.page.width
    )
    beside = [
        s
        for s in draft.sheet.row_of(segment)
        if s.number > segment.number and s.box.x1 < edge + 0.05 * draft.head.page.width
    ]
    return (*segment.pieces, *(p for s in beside for p in s.pieces if not find_date(s.text)))


def _number_at_title(draft: Draft) -> Segment | None:
    """`Số: …` below the title; without a head also above it; without a title anywhere in the upper part."""
    page = draft.sheet.pages[0]
    low = draft.title.segments[-1].y if draft.title else 0.0
    reach = low + 3.2 * page.line_step if draft.title else 0.4 * page.height
    top = low if draft.title and draft.head.number else 0.0
    for segment in page.segments:
        if (
            top < segment.y < reach
            and re.match(r"^\W*so\s?(?:/\s?no\.?)?\s?[:.;]", fold(segment.text))
            and re.search(r"\d", joined(_with_rest(draft, segment)))
        ):
            return segment
    return None


def issuer(draft: Draft) -> None:
    """The lowest office of the head."""
    if draft.head.offices:
        _office(draft, "issuer", draft.head.offices[-1])


def superior(draft: Draft) -> None:
    """The office above the one that issues."""
    if len(draft.head.offices) > 1:
        _office(draft, "superior_issuer", draft.head.offices[-2])


def _office(draft: Draft, key: str, lines: Sequence[Segment]) -> None:
    pieces = tuple(piece for line in lines for piece in line.pieces)
    draft.put(key, values.organisation(joined(pieces)), pieces, weight=0.99)


def dated(draft: Draft) -> None:
    """The day in the head: `Đà Lạt, ngày 05 tháng 02 năm 2026`."""
    if draft.head.dated:
        _, pieces = place_before_date(draft.head.dated)
        draft.put("issue_date", values.date_kind(joined(pieces)), pieces)
        found_date = draft.findings.get("issue_date")
        letter = draft.form.slug == "administrative_document"
        by_hand = is_day_by_hand(pieces) if letter else is_entered_later(draft.head, usual=False)
        if found_date and (len(found_date.value) < 10 or by_hand):
            draft.findings["issue_date"] = found_date.doubted("handwritten")
            own = draft.findings.get("number")
            if own and own.pieces and own.source == "ocr":  # who writes the day writes the number
                draft.findings["number"] = own.doubted("handwritten")


def place(draft: Draft) -> None:
    """The place in the head."""
    pieces, _ = place_before_date(draft.head.dated)
    if pieces and pieces != draft.head.dated:
        value = values.place(joined(pieces))
        if value:
            draft.put("place", value, pieces)


_MADE_OUT = re.compile(r"^\W*(?:duoc )?(?:lap|lam|viet|ky|lap va ky)(?: tai [^;:]{3,90}?,?)? (?:vao )?ngay\b")


def made_out(draft: Draft) -> None:
    """A line that says when a paper was made out: `Lập ngày 12/04/2022, tại …`."""
    for segment in draft.sheet.segments:
        match = _MADE_OUT.match(fold(segment.text))
        value = values.full_date(segment.text[match.end() - len("ngay") :]) if match else None
        if match and value:
            draft.put("issue_date", values.full_date(segment.text) or value, segment.pieces)
            return


def dated_below(draft: Draft) -> None:
    """The last `…, ngày … tháng … năm …` line of its own, for papers dated at the signature."""
    date_line(draft, draft.sheet.segments)


def dated_at_foot(draft: Draft) -> None:
    """The day above the signature, where neither the head nor a label tells when an event was registered."""
    if "issue_date" not in draft.findings and "registration_date" not in draft.findings:
        dated_below(draft)


def date_line(draft: Draft, segments: Sequence[Segment]) -> None:
    """The last of some segments that is a line with place and date, or a date alone."""
    labelled = {m.segment.number for m in draft.marks if m.label.kind and m.label.field != "issue_date"}
    theirs = {id(p) for key, own in draft.findings.items() if key != "issue_date" for p in own.pieces}
    for segment in reversed(segments):
        if segment.number in labelled or all(id(piece) in theirs for piece in segment.pieces):
            continue  # a birth, or another day of the form
        whole = segment.pieces if _DATE_LINE.search(fold(segment.text)) else _with_next_line(draft, segment)
        text = joined(whole)
        if (
            _DATE_LINE.search(fold(text))
            and (len(text) < 75 or _ends_in_date(text))
            and not _VALID_UNTIL.search(fold(text))
        ):
            _, pieces = place_before_date(whole)
            if not values.full_date(joined(pieces)):  # its year stands on the next line of the column
                _, longer = place_before_date(_with_next_line(draft, segment))
                pieces = longer if values.full_date(joined(longer)) else pieces
            value = values.full_date(joined(pieces)) or values.date_kind(joined(pieces))
            if value:
                draft.put("issue_date", value, pieces)
                return


def _ends_in_date(text: str) -> bool:
    """Whether a line is a place, however long, and a date: `Lập tại xã …, huyện …, tỉnh …, ngày 28 tháng 08 năm 2019`."""
    found = find_date(text)
    return found is not None and len(text) < 130 and not text[found.end :].strip(" .;/")


def _with_next_line(draft: Draft, segment: Segment) -> tuple[Piece, ...]:
    """The start of a date with up to two lines below it, in a narrow column: `Lâm Đồng, ngày 13` / `tháng 9 năm` / `2023`."""
    if not re.search(r"(?:^|,\s?)\W*n?g[a-z]{1,3}(?:$|\s?\S)", fold(segment.text)):
        return segment.pieces
    page = draft.sheet.page_of(segment)
    pieces, centre = list(segment.pieces), segment.box.centre[0]
    for row in page.rows[segment.row + 1 : segment.row + 3]:
        near = [s for s in row if abs(s.box.centre[0] - centre) < 0.08 * page.width]
        if not near or values.full_date(joined(pieces)):
            break
        pieces += near[0].pieces
    return tuple(pieces)


def _deputy(block: Signature) -> Value | None:
    """`PHÓ X` below `KT. X`, where `PHÓ` was misread, or a seal hides all but its end (a doubt)."""
    if block.head:
        return Value(f"PHÓ {block.head}", doubts=("incomplete",))
    head, read = head_of(block.authority), "".join(s.key for s in block.title)
    hidden = is_end_of_deputy(read, head)
    if not head or not (read.endswith(head) or hidden) or read == "pho" + head or head.endswith("botruong"):
        return None
    known = vocabulary.nearest("pho" + head, vocabulary.words("titles"))
    return Value(known[0].upper(), certain=not hidden, doubts=("incomplete",) if hidden else ()) if known else None


def valid_until(draft: Draft) -> None:
    """`… có giá trị đến ngày 27/08/2025`, `… đến hết ngày 10 tháng 05 năm 2016`, over two lines if need be."""
    segments = draft.sheet.segments
    for index, segment in enumerate(segments):
        match = _VALID_UNTIL.search(fold(segment.text))
        if match:
            lines = next(
                (n for n in range(1, 4) if values.full_date(_text(segments[index : index + n])[match.start() :])), 2
            )
            pieces = tuple(p for s in segments[index : index + lines] for p in s.pieces)
            draft.put("expiry", values.full_date(joined(pieces)[match.start() :]), pieces, weight=0.99)
            return


def _text(segments: Sequence[Segment]) -> str:
    return joined(p for s in segments for p in s.pieces)


_CONFIRMS = re.compile(
    r"^\W*((?:so|cong an|uy ban nhan dan|ubnd|phong|trung tam|cuc|chi cuc|benh vien|truong)\s.{3,70}?)\s(?:xac nhan|chung nhan|thong bao)\b"
)


def issuer_in_sentence(draft: Draft) -> None:
    """`Sở Tư pháp xác nhận người có tên sau đây:` where no head names the office."""
    for segment in draft.sheet.segments if "issuer" not in draft.findings else ():
        match = _CONFIRMS.match(fold(segment.text))
        if match:
            value = values.organisation(segment.text[match.start(1) : match.end(1)])
            draft.put("issuer", value and value.at(*match.span(1)), segment.pieces, weight=0.97)
            return


def signer(draft: Draft) -> None:
    """Office and name of the first signature that has a name, else office alone."""
    blocks = list(find_signatures(draft.sheet))
    block = next(
        (b for b in blocks if b.name and b.title), next((b for b in blocks if b.name), blocks[0] if blocks else None)
    )
    if block:
        sign(draft, block)


def sign(draft: Draft, block: Signature) -> None:
    """Put a signature's office, authority and name."""
    if block.title:
        pieces = tuple(p for s in block.title for p in s.pieces)
        draft.put("signer.title", _deputy(block) or values.position(joined(pieces)), pieces)
    if block.authority:
        pieces = tuple(p for s in block.authority for p in s.pieces)
        draft.put("signer.authority", _signed_for(block) or values.organisation(joined(pieces)), pieces)
    if block.name:
        draft.put(
            "signer.name", values.signed_name(block.name.text), block.name.pieces, weight=0.97 if block.title else 0.9
        )


def _signed_for(block: Signature) -> Value | None:
    """`KT. X` where a seal has torn X, below `TM. …` if there is one (a doubt)."""
    if not block.head:
        return None
    above = [p for s in block.authority[:-2] for p in s.pieces]
    return Value(f"{joined(above)} KT. {block.head}".strip(), doubts=("incomplete",))


def issuer_of_registration(draft: Draft) -> None:
    """The office an event was registered at, where no office stands in the head."""
    _copied(draft, "issuer", "@registered_at")


def register_entry(draft: Draft) -> None:
    """Extracts repeat the entry: `Đăng ký … tại: … Số: 174/2024 ngày 29 tháng 08 năm 2024`."""
    anchor = next((mark for mark in draft.marks if mark.label.field == "@registered_at"), None)
    if anchor is None:
        return
    page = draft.sheet.page_of(anchor.segment)
    for row in page.rows[anchor.segment.row : anchor.segment.row + 4]:
        pieces = tuple(p for s in row for p in s.pieces)
        value = values.full_date(joined(pieces))
        if value and not any(
            m.segment.row == row[0].row and m.label.field not in {"", "@registered_at"}
            for m in draft.marks
            if m.segment.page == page.number
        ):
            draft.put("registration_date", value, pieces, weight=0.98)
            return


def _copied(draft: Draft, target: str, source: str) -> None:
    own = draft.findings.get(source)
    if own and target not in draft.findings:
        draft.add(replace(own, key=target))


def same_as(target: str, *sources: str) -> Part:
    """A part that gives `target` the finding of the first of `sources` there is."""

    def part(draft: Draft) -> None:
        for source in sources:
            _copied(draft, target, source)

    return part


def line_value(draft: Draft, key: str, value: Value | None, pieces: Sequence[Piece], *, weight: float = 1.0) -> None:
    """Put a value found by wording rather than by a label."""
    if value and pieces:
        draft.add(found(key, value, pieces, rule=draft.rule(key), weight=weight))


def tidied(pieces: Sequence[Piece]) -> str:
    """The tidy text of pieces."""
    return tidy(joined(pieces))
