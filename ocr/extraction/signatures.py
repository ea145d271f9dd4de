"""Who signed: authority (`TM.`, `KT.`), office and name at the foot of a paper, seal and pen strokes between them passed over."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

from ocr.extraction import vocabulary
from ocr.extraction.sheet import Page, Segment, Sheet
from ocr.extraction.syllables import is_word
from ocr.extraction.text import fold, is_upper, squash
from ocr.extraction.torn import rejoined, torn_authority

_AUTHORITY = re.compile(r"^\W*(?:tm|kt|tl|tuq|q)\s?[.,]\s?\S")
_SIGNED_BY = re.compile(
    r"^\W*(?:nguoi ky|nguoi ket luan|thu truong|nguoi co tham quyen|xac nhan cua|dai dien|nguoi thuc hien)"
)
_NO_NAME = re.compile(
    r"\b(?:nơi nhận|lưu:|ký,|ghi rõ|đóng dấu|mẫu -|specimen|trang|page|ngày|tháng|điều|công an|[uủ]y ban|nhân dân|phòng|tỉnh|huyện|thường trực|như trên|văn thư|chủ tịch|việt nam)\b|[-:;]"
)
_RANK = re.compile(
    r"^(?:(?:pgs|gs|ts|ths|bs|bscki|bsckii|bs\.?cki|cki|ckii|ds|cn|ks|dai ta|thuong ta|trung ta|thieu ta|dai uy|thuong uy|trung uy|thieu uy|thieu tuong|luat su)[.,]*\s*)+"
)


@dataclass(frozen=True)
class Signature:
    """Segments of a signature block; `title` and `name` may be missing, `authority` may be empty.

    `head`: the office signed for, in capitals, where a seal has torn it and the segments do not spell it.
    """

    authority: tuple[Segment, ...]
    title: tuple[Segment, ...]
    name: Segment | None
    heading: Segment | None = None
    head: str = ""


def find_signatures(sheet: Sheet) -> Iterator[Signature]:
    """Signature blocks from the last page to the first, on a page from the lowest to the highest."""
    for page in reversed(sheet.pages):
        blocks = [_made_whole(block, page) for column in _columns(page) if (block := _block(column))]
        yield from sorted(blocks, key=lambda b: -_lowest(b))
    yield from _unlabelled(sheet)


def _unlabelled(sheet: Sheet) -> Iterator[Signature]:
    """Where the office above a name is unread (under a seal): the name right of the addressees (`Nơi nhận`)."""
    for page in reversed(sheet.pages):
        notes = next((s for s in page.segments if fold(s.text).startswith("noi nhan")), None)
        if notes:
            names = [s for s in page.segments if s.y > notes.y and s.box.x0 > 0.45 * page.width and is_name(s)]
            yield from (Signature((), (), name) for name in names[-1:])
            return


def _lowest(block: Signature) -> float:
    """Blocks with a known office or authority go first, then the lower, then the one further right."""
    last = block.name or (block.title or block.authority)[-1]
    return (1e6 if block.title else 0) + last.y + 0.1 * last.box.centre[0]


def _columns(page: Page) -> Iterator[list[Segment]]:
    """For each line that opens a signature, it and what stands below it in its column."""
    openings = [s for s in page.segments if _opens(s) and (page.number > 1 or s.y > 0.2 * page.height)]
    used: set[int] = set()
    for opening in openings:
        if opening.number in used:
            continue
        centre, reach = opening.box.centre[0], 0.11 * page.width
        column = [opening]
        for segment in page.segments:
            if segment.row <= opening.row or segment.y - column[-1].y > max(9 * page.line_step, 0.15 * page.height):
                continue
            if abs(segment.box.centre[0] - centre) < reach:
                column.append(segment)
        used.update(s.number for s in column if _opens(s))
        yield column


def _opens(segment: Segment) -> bool:
    text = fold(segment.text)
    if _AUTHORITY.match(text) or (_SIGNED_BY.match(text) and len(segment.key) < 45):
        return True
    return is_upper(segment.text) and is_title(segment)


_SCHOOL = re.compile(
    r"^truong (?:dai hoc|cao dang|trung (?:hoc|cap)|tieu hoc|mam non|thpt|thcs|chinh tri|bo tuc|boi duong|day nghe|si quan)\b"
)  # `TRƯỜNG` is a school, `TRƯỞNG` its head; readers take one mark for the other


def is_title(segment: Segment) -> bool:
    """Whether a line is an office someone signs in: a known one, or one that begins like them."""
    text = fold(segment.text).strip(" .,:")
    if vocabulary.nearest(segment.text, vocabulary.words("titles")) is not None:
        return True
    if _SCHOOL.match(text):
        return False
    return (
        bool(
            re.match(
                r"^(?:pho |quyen )?(?:tong |chi )?(?:cuc truong|giam doc|truong|chu tich|chanh|vien truong|hieu truong|chu nhiem|vu truong|bo truong|thu truong)\b",
                text,
            )
        )
        and len(text) < 60
    )


def _block(column: Sequence[Segment]) -> Signature | None:
    authority: list[Segment] = []
    title: list[Segment] = []
    heading = name = None
    for segment in _put_together(column):
        text = fold(segment.text)
        if name is None and _AUTHORITY.match(text):
            authority.append(segment)
            title = []
        elif _SIGNED_BY.match(text) and not title:
            heading = segment
        elif is_upper(segment.text) and (is_title(segment) or _is_deputy(segment, authority)) and name is None:
            title = [*title, segment] if title and title[-1].row == segment.row - 1 and not _whole(title) else [segment]
        elif is_name(segment):
            name = _whole_name(segment, column)
            break
        elif title and name is None and _carries_on(segment, title[-1]):
            title = [*title, segment]
        elif (
            is_upper(segment.text)
            and authority
            and not title
            and segment.row <= authority[-1].row + 1
            and not _AUTHORITY.match(text)
            and len(segment.key) > 4
        ):
            authority.append(segment)
    if name is None and not title:
        return None
    return Signature(tuple(authority), tuple(title), name, heading)


def _made_whole(block: Signature, page: Page) -> Signature:
    """The same with the office above the name, where a seal stands in the middle of it."""
    if len(block.title) == 1 and (whole := rejoined(block.title[0], page.rows[block.title[0].row])):
        return replace(block, title=(whole,))
    if not block.authority or (block.title and _whole(block.title)):
        return block
    *above, opening = block.authority
    below = [segment for segments in page.rows[opening.row + 1 : opening.row + 4] for segment in segments]
    torn = torn_authority(opening, below, page.rows[opening.row])
    if torn is None:
        return block
    title = (torn.title,) if torn.title else ()
    return replace(block, authority=(*above, *torn.authority), title=title, head=torn.head)


def _put_together(column: Sequence[Segment]) -> Iterator[Segment]:
    """The lines of a column; two that only together are a known office, as one: `PHÓ GIÁM` / `ĐỐC`."""
    taken: Segment | None = None
    for segment, below in zip_longest(column, column[1:]):
        if segment is taken:
            continue
        if below is not None and _in_two_lines(segment, below):
            taken = below
            yield replace(segment, pieces=(*segment.pieces, *below.pieces))
        else:
            yield segment


def _in_two_lines(segment: Segment, below: Segment) -> bool:
    if not segment.upper or below.row != segment.row + 1 or _AUTHORITY.match(fold(segment.text)):
        return False
    both, *halves = (
        vocabulary.nearest(text, vocabulary.words("titles"))
        for text in (f"{segment.text} {below.text}", segment.text, below.text)
    )
    return both is not None and not both[1] and not any(halves)


def _whole_name(name: Segment, column: Sequence[Segment]) -> Segment:
    """With the last word of a name broken in a narrow column: `Phan Như Thanh` / `Diễm`."""
    for segment in column:
        word = segment.text.strip(" .")
        close = 0 < segment.row - name.row <= 2 and segment.y - name.y < 1.9 * name.height
        if close and len(segment.pieces) == 1 < len(name.pieces) and word.istitle() and is_word(word):
            return replace(name, pieces=(*name.pieces, *segment.pieces))
    return name


def _carries_on(segment: Segment, above: Segment) -> bool:
    """The second line of a long office: capitals close below, centred on it: `TRƯỞNG PHÒNG` / `HÀNH CHÍNH`."""
    close = segment.row == above.row + 1 and segment.y - above.y < 1.7 * above.height
    same = abs(segment.height - above.height) < 0.3 * above.height
    return close and same and is_upper(segment.text) and len(segment.key) >= 6 and "mau" not in segment.key


_LEFT = 0.7  # of the office's letters


def head_of(authority: Sequence[Segment]) -> str:
    """The key of the office someone signs for: `KT. CHÁNH VĂN PHÒNG` → chanhvanphong; "" without `KT.`."""
    for segment in reversed(authority):
        match = re.match(r"^\W*kt\s?[.,]\s?(.+)", fold(segment.text))
        if match:
            return squash(match[1])
    return ""


def _is_deputy(segment: Segment, authority: Sequence[Segment]) -> bool:
    """A line below `KT. X` that ends in X: `PHÓ X`, however `PHÓ` was read."""
    head = head_of(authority)
    ends = segment.key.endswith(head) and len(segment.key) <= len(head) + 5
    return bool(head) and (ends or is_end_of_deputy(segment.key, head))


def is_end_of_deputy(key: str, head: str) -> bool:
    """Whether a key is what a seal left of `PHÓ X`, most of X: `U TRƯỞNG` below `KT. HIỆU TRƯỞNG`."""
    return bool(head) and len(head) > len(key) >= _LEFT * len(head) and head.endswith(key)


def _whole(title: Sequence[Segment]) -> bool:
    return vocabulary.nearest(title[-1].text, vocabulary.words("titles")) is not None


def is_name(segment: Segment) -> bool:
    """Whether a line could be a person's name: two to six capitalised syllables, perhaps after a rank or degree."""
    text = re.sub(r"(?<=[^\W\d_]{2})\.(?=[^\W\d_]{2})", " ", segment.text.strip(" .,:;|-_\"'*"))
    match = _RANK.match(fold(text) + " ")
    words = text[match.end() :].split() if match else text.split()
    if (
        _SCHOOL.match(fold(text))
        or not 2 <= len(words) <= 6
        or _NO_NAME.search(text.casefold())
        or any(c.isdigit() for c in text)
    ):
        return False
    if not all(w[0].isupper() and re.fullmatch(r"[^\W\d_]+(?:['-][^\W\d_]+)*'?", w) for w in words):
        return False
    if is_upper(text) and (is_title(segment) or vocabulary.family_name(words[0]) is None):
        return False
    good = sum(is_word(w) for w in words)
    known = vocabulary.family_name(words[0]) is not None
    return (
        (good >= len(words) - 1 and good >= 2)
        or (known and good >= 1)
        or (known and squash(words[0]) in {"k", "ka", "ha", "y"})
    )
