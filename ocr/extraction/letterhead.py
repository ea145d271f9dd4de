"""The head of an official paper (NĐ 30/2020, phụ lục I): offices and number on the left, motto, place and date on the right."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from ocr.extraction.dates import find_dates
from ocr.extraction.sheet import Page, Piece, Segment, Sheet, joined
from ocr.extraction.text import distance, fold, is_upper, squash
from ocr.extraction.titles import is_motto

_OFFICE = re.compile(
    r"^(?:uy ban|ubnd|hdnd|hoi dong|bo |so |cuc |tong cuc|chi cuc|phong |cong an|truong|benh vien|bvdk |bv |trung tam|ttyt |tram y te|phong kham|van phong|ban |vien |hoc vien|dai hoc|chi nhanh|"
    r"toa an|vien kiem sat|dang uy|dang bo|buu dien|tinh uy|huyen uy|thanh uy|hoi |lien |cong ty|tong cong ty|tap doan|ngan hang|bao hiem|kho bac|doan |to chuc|thanh tra|"
    r"bo chi huy|quan |doi |tram |uy vien|cong doan|mat tran|chinh phu|thu tuong|quoc hoi|tong lien|hiep hoi|quy |nha |xi nghiep|hop tac xa|khoa )"
)
_NUMBER = re.compile(r"^\W*s[o06oôốồổỗộ]\s*[.:;,]?\s*(?=\S)|^\W*so\b", re.IGNORECASE)
_ABOUT = re.compile(r"^\W*v\s?[/⁄l1i]?\s?v\b|^\W*v\s?[/⁄][^\w\s]?\s|^\W*ve viec\b")
_AFTER_ABOUT = re.compile(r"^\W*(?:kinh gui|hoa toc|thuong khan|khan\b)")
_SIGNS = re.compile(r"^\W*\S{0,4}\s?\d{1,5}\s?/\s?[^\W\d_]{2,}")  # a number without a readable `Số`


_HEADED = re.compile(r"^(?:thu truong|hieu truong|giam doc|chu tich|cuc truong|truong) ")


def begins_like_office(text: str) -> bool:
    """Whether a text begins as names of offices do, or with the head of one."""
    folded = fold(text) + " "
    if folded.startswith("quy ") and not text.casefold().startswith("quỹ"):
        return False  # `QUY NHƠN` is a place
    return bool(_OFFICE.match(folded) or _HEADED.match(folded))


@dataclass(frozen=True)
class Letterhead:
    """What stands above the title. Segments may be empty: certificates have no left half."""

    sheet: Sheet
    page: Page
    motto: Segment | None
    bottom: float

    @cached_property
    def left(self) -> tuple[Segment, ...]:
        """The left half from the top to the title, without the number and what is below it."""
        if self.motto is None:
            return ()
        edge = self.motto.box.x0 + 0.02 * self.page.width
        top = self.motto.y - 1.5 * self.page.line_step
        return tuple(s for s in self.page.segments if top < s.y < self.bottom and s.box.x1 <= edge and not is_motto(s))

    @cached_property
    def number(self) -> Segment | None:
        """The line of the left half that begins with `Số`, else the one below an office that can be nothing but a number."""
        lines = [s for s in self.left if _is_number(s)] or [s for s in self.left[1:] if _SIGNS.match(fold(s.text))]
        return lines[0] if lines else None

    @cached_property
    def offices(self) -> tuple[tuple[Segment, ...], ...]:
        """Names of offices from the highest to the one that issues, each with the lines it takes."""
        names: list[list[Segment]] = []
        for line in self.left:
            if self.number and line.y >= self.number.y - 0.3 * line.height:
                break
            if names and _ends_name(names[-1][-1], line):
                names[-1].append(line)
                continue
            if _ABOUT.match(fold(line.text)) or not (is_upper(line.text) or _OFFICE.match(fold(line.text))):
                continue
            if names and not _begins_office(names[-1], line):
                names[-1].append(line)
            else:
                names.append([line])
        return tuple(tuple(name) for name in names)

    @cached_property
    def about(self) -> tuple[Segment, ...]:
        """`V/v …` below the number of a công văn, with the lines it wraps over."""
        lines = list(self._below_number)
        start = next((i for i, s in enumerate(lines) if _ABOUT.match(fold(s.text))), None)
        if start is None:
            return ()
        taken = [lines[start]]
        for line in lines[start + 1 :]:
            close = max(1.9 * max(taken[-1].height, 0.8 * self.page.line_height) + 8, 1.2 * self.page.line_step)
            if line.y - taken[-1].y > close or _AFTER_ABOUT.match(fold(line.text)):
                break
            taken.append(line)
        return tuple(taken)

    @cached_property
    def _below_number(self) -> tuple[Segment, ...]:
        above = self.number or (self.offices[-1][-1] if self.offices else None)
        if self.motto is None or above is None:
            return ()
        edge = self.motto.box.centre[0]
        after = [
            s
            for s in self.page.segments
            if s.y > above.y + 0.5 * above.height
            and s.box.x0 < self.motto.box.x0
            and s.box.x1 < edge + 0.03 * self.page.width
        ]
        return tuple(s for s in after if s.y < above.y + 8 * self.page.line_step)

    @cached_property
    def dated(self) -> tuple[Piece, ...]:
        """The line with place and date, near the head; figures written by hand may have cut it into segments."""
        if self.motto is None:
            return ()
        for row in self.page.rows:
            line = [s for s in row if s.box.x1 > self.motto.box.x0 - 0.05 * self.page.width and s is not self.number]
            pieces = tuple(p for s in line for p in s.pieces)
            if line and self.motto.y < line[0].y < self.bottom + self.page.line_step and _is_dated(joined(pieces)):
                return pieces
        return ()


def read_letterhead(sheet: Sheet, *, title: Sequence[Segment] = (), page: int = 1) -> Letterhead:
    """The letterhead of a page; it ends where the title begins, else after a quarter of the page."""
    own = sheet.pages[page - 1]
    mottos = [s for s in own.segments if is_motto(s)]
    motto = mottos[0] if mottos else None
    first = title[0] if title and title[0].page == page else None
    bottom = first.y - 0.3 * first.height if first else (motto.y if motto else 0) + 0.12 * own.height
    return Letterhead(sheet, own, motto, bottom)


def _ends_name(above: Segment, line: Segment) -> bool:
    """The last word of an office in capitals, alone below its line: `TRUNG TÂM Y TẾ HUYỆN MƯỜNG` / `TÈ`."""
    close = line.y - above.y < 2.0 * max(above.height, line.height)
    centred = abs(line.box.centre[0] - above.box.centre[0]) < 0.15 * above.box.width
    return close and centred and line.text.isupper() and len(line.key) == 2 and line.text.isalpha() and above.upper


def _begins_office(above: Sequence[Segment], line: Segment) -> bool:
    text, before = fold(line.text), fold(joined(p for s in above for p in s.pieces))
    if before.endswith(("-", ",", " va", " ve")) or squash(before) in {
        "chinhanh",
        "truongdaihoc",
        "truongcaodang",
        "benhvien",
        "congty",
        "tongcongty",
        "trungtam",
        "chinhanhvanphong",
    }:
        return False
    if line.text.casefold().startswith("quận ") or (
        re.match(r"^quan ", text) and squash(before).endswith(("uybannhandan", "ubnd", "congan"))
    ):
        return False
    if len(line.pieces) == 1:
        return False  # `PHÒNG TÀI NGUYÊN VÀ MÔI` / `TRƯỜNG`
    return bool(_OFFICE.match(text))


def _is_number(segment: Segment) -> bool:
    text = fold(segment.text)
    return bool(
        re.match(r"^\W*s[o06]\s*[.:;,]|^\W*s\s?[.:;]\s?\d", text)
        or re.match(r"^\W*so\s?:?\s?\S*\s?/", text)
        or re.match(r"^\W*so\s?$", text)
    )


def _is_dated(text: str) -> bool:
    folded = fold(text)
    return any(True for _ in find_dates(text)) or bool(re.search(r"n?gay.{0,12}th[a-z]ng.{0,8}n[a-z]m", folded))


def place_before_date(pieces: tuple[Piece, ...]) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Pieces of the place and of the date in `Đà Lạt, ngày 05 tháng 02 năm 2026`."""
    keys = [fold(piece.text).strip(".,:;{[(") for piece in pieces]
    month = next((i for i, key in enumerate(keys) if "thang" in key), len(keys))
    days = [
        i
        for i in range(1, min(month + 1, len(keys)))
        if distance(keys[i][:4], "ngay", 1) <= 1 and not pieces[i].text.endswith(",")
    ]
    if days:
        return pieces[: days[-1]], pieces[days[-1] :]
    for index in range(len(keys) - 1):
        if pieces[index].text.endswith(","):
            return pieces[: index + 1], pieces[index + 1 :]
    return (), pieces
