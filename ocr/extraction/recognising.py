"""Which type of paper is this? Titles first, then the shape of an official letter, then wordings only one form has."""

import re
from dataclasses import dataclass

from ocr.extraction.codes import read_card
from ocr.extraction.form import Form
from ocr.extraction.forms import FORMS
from ocr.extraction.forms.administrative import is_letter
from ocr.extraction.letterhead import Letterhead, read_letterhead
from ocr.extraction.mrz import read_mrz
from ocr.extraction.sheet import Sheet
from ocr.extraction.text import fold, squash
from ocr.extraction.titles import Title, TitleFound, find_title, is_motto

_LETTER = "administrative_document"
_OFFICIAL = re.compile(r"^\W*(?:can cu\b|kinh gui\b|dieu 1\b|noi nhan\b|(?:tm|kt|tl|tuq)\.|s[o06]\W{0,4}\d*\s?/)")
_ON_A_CARD = 30  # pieces of print on one side, both languages and specks counted
UNKNOWN = Form(slug="unknown", version=1, titles=())


@dataclass(frozen=True)
class Recognised:
    """The form, the title if read, the head, and 0…1 how sure the type is."""

    form: Form
    title: TitleFound | None
    head: Letterhead
    sure: float


def known_titles() -> list[Title]:
    """The titles of all forms."""
    return [title for form in FORMS.values() for title in form.titles]


def recognise(sheet: Sheet, *, page: int = 1) -> Recognised:
    """The type of the document that begins on a page; `unknown` rather than wrong."""
    title = find_title(sheet, known_titles(), page=page)
    head = read_letterhead(sheet, title=title.segments if title else (), page=page)
    if title and title.title.slug == _LETTER and not _is_official(sheet, page):
        title = None  # a shop's `THÔNG BÁO`, the `CHƯƠNG TRÌNH` of a concert
    if title:
        return Recognised(FORMS[title.title.slug], title, head, min(0.99, 0.7 + 0.3 * title.likeness))
    if head.about and is_letter(head, sheet):
        return Recognised(FORMS[_LETTER], None, head, 0.95)
    card = _by_machine(sheet, page)
    if card:
        return Recognised(card, None, head, 0.97)
    voted = _by_signs(sheet, page)
    if voted and not (voted[0].slug == "application_form" and head.number):
        return Recognised(voted[0], None, head, voted[1])
    slug, sure = _by_shape(sheet, head, page)
    return Recognised(FORMS.get(slug, UNKNOWN), None, head, sure)


def _by_shape(sheet: Sheet, head: Letterhead, page: int) -> tuple[str, float]:
    if is_letter(head, sheet):
        return _LETTER, 0.93
    return ("citizen_id", 0.95) if _has_back(sheet, page) else ("unknown", 0.0)


def _is_official(sheet: Sheet, page: int) -> bool:
    """Whether anything besides its title makes a paper one of an office: motto, number, legal grounds, articles, addressees, signature."""
    return any(is_motto(s) or _OFFICIAL.match(fold(s.text)) for s in sheet.pages[page - 1].segments)


def _by_machine(sheet: Sheet, page: int) -> Form | None:
    """A card or passport by its code or its machine-readable lines."""
    if read_card([(number, code) for number, code in sheet.codes if number == page]):
        return FORMS["citizen_id"]
    lines = {key for key, (_, pieces) in (read_mrz(sheet) or {}).items() if pieces[0].page == page}
    if "number" in lines:
        return FORMS["passport"]
    return FORMS["citizen_id"] if "person.id_number" in lines else None


def _has_back(sheet: Sheet, page: int) -> bool:
    """Whether the second of two pages is the back of a card whose front the first one is, its title unread: the number in
    its code or its machine-readable lines stands there.
    """
    front = sheet.pages[page - 1].segments if sheet.pages else ()
    if len(sheet.pages) != page + 1 or len(front) > _ON_A_CARD:
        return False
    card = read_card([(number, code) for number, code in sheet.codes if number == page + 1])
    behind = {card["person.id_number"].value} if "person.id_number" in card else set()
    number, pieces = (read_mrz(sheet) or {}).get("person.id_number", ("", ()))
    if pieces and pieces[0].page == page + 1:
        behind.add(number)
    return any(key in squash(segment.text) for segment in front for key in behind)


def _by_signs(sheet: Sheet, page: int) -> tuple[Form, float] | None:
    """The form with most of its own wordings on the paper, if it has two at least and leads; three where nothing else is official.

    A newspaper may name two: `người ký giấy xác nhận tình trạng hôn nhân là …`.
    """
    text = "".join(segment.key for segment in sheet.pages[page - 1].segments) if sheet.pages else ""
    scores = sorted(
        ((sum(squash(sign) in text for sign in form.signs), form.slug) for form in FORMS.values()), reverse=True
    )
    least = 2 if _is_official(sheet, page) else 3
    if not scores or scores[0][0] < least or (len(scores) > 1 and scores[0][0] == scores[1][0]):
        return None
    return FORMS[scores[0][1]], 0.8 + 0.04 * min(scores[0][0], 4)
