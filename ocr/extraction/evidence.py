"""What speaks for and against each value: findings on their sheet come in; for each a handful of plain figures goes out.

The figures know no label and no form, so that what is fitted on some layouts (`bench/confidence.py`) holds for others.
They tell of the words (how surely read, whether Vietnamese expects them), of the place (how the value was found, what
stands beside it that nothing has claimed), of the value (its length, its names) and of the page.
"""

import math
import re
import statistics
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise

from ocr.extraction import vocabulary
from ocr.extraction.findings import Finding, bare
from ocr.extraction.form import Draft
from ocr.extraction.places import read_place, strangeness
from ocr.extraction.reach import Labelled
from ocr.extraction.sheet import Piece
from ocr.extraction.syllables import is_word
from ocr.extraction.text import letters
from ocr.extraction.titles import is_motto
from ocr.language.model import BREAK, language

Evidence = dict[str, float]

KINDS: tuple[tuple[str, str], ...] = (
    ("date", r"(date|expiry|first_registered|last_changed|\.term)$"),
    ("id", r"(id_number|owner_id|phone|business\.code)$"),
    ("figure", r"(area_m2|capital_vnd|birth_year|^year|change_count|map_sheet|floors|parcel\.number|class)$"),
    ("code", r"(^number|serial|register_number)$"),
    ("person", r"^(?!business|works).*(\.name|\.head)$|^owner_name$|^signer\.name$"),
    ("place", r"(residence|home_town|birth_place|address|\.permanent|\.temporary|\.current|death\.place)$"),
    ("choice", r"(sex|ethnicity|nationality|grade|^kind|level|urgency|relation)$"),
    ("office", r"(issuer|signer\.title|signer\.authority|^place|^title|addressed_to)$"),
)
_KINDS = tuple((name, re.compile(pattern)) for name, pattern in KINDS)
_INDEX = re.compile(r"\[\d+\]")
_FINE = 1e-3  # a word is never said to be surer than one in a thousand wrong
_FITS_BETTER, _FITS_SURELY = 6.0, 10.0
_MARKS = '.,;:()"'
_SURE = 0.985  # words read more surely than this are not held against their likenesses: it would cost too much
_DOUBTS = {
    "handwritten": "by_hand",
    "strange_place": "strange",
    "unknown_province": "strange",
    "incomplete": "cut_short",
    "bad_format": "format",
    "misread_digits": "mended",
    "misread_title": "mended",
    "implausible": "implausible",
}


@lru_cache(4096)  # asked of each pair of fields; lists make endless names
def kind_of(key: str) -> str:
    """What kind of value a field holds; `text` when it is none of `KINDS`."""
    general = _INDEX.sub("", key)
    return next((name for name, pattern in _KINDS if pattern.search(general)), "text")


@lru_cache(4096)
def general(key: str) -> str:
    """`members[3].name` → `members[].name`."""
    return _INDEX.sub("[]", key)


def gather(draft: Draft, findings: Mapping[str, Finding], *, type_sure: float) -> dict[str, Evidence]:
    """The evidence on each finding; figures that are 0 are left out."""
    scene = _Scene(draft, findings)
    out = {}
    for key, finding in findings.items():
        seen = {
            **_words(finding, scene, prose=kind_of(key) == "text"),
            **_place(key, finding, scene),
            **_value(key, finding),
            **_doubts(finding),
            "type": 1 - type_sure,
            "untitled": float(draft.title is None),
            "others": scene.others(key),
        }
        out[key] = {name: round(value, 4) for name, value in seen.items() if value}
    return out


@dataclass(frozen=True)
class _Look:
    """How well a page was read: mean doubt of its words, share of them that are no syllables, usual height."""

    doubt: float
    odd: float
    height: float


class _Scene:
    """What is the same for all findings of a document."""

    def __init__(self, draft: Draft, findings: Mapping[str, Finding]) -> None:
        self.draft = draft
        self.labelled_at = {id(piece): labelled for labelled in draft.labelled for piece in labelled.pieces}
        by_field: dict[str, list[Labelled]] = defaultdict(list)
        for labelled in draft.labelled:
            by_field[labelled.mark.field].append(labelled)
        self.by_field = by_field
        claimed = {id(piece) for finding in findings.values() for piece in finding.pieces}
        claimed.update(self.labelled_at)
        for mark in draft.marks:
            claimed.update(id(piece) for piece in mark.segment.pieces[mark.start : mark.end])
        if draft.title:
            claimed.update(id(piece) for piece in draft.title.pieces)
        self.looks: dict[int, _Look] = {}
        self.free: dict[int, list[Piece]] = {}
        for page in draft.sheet.pages:
            pieces = [piece for segment in page.segments for piece in segment.pieces]
            self.looks[page.number] = _look(pieces)
            self.free[page.number] = [
                piece
                for segment in page.segments
                if not is_motto(segment)
                for piece in segment.pieces
                if id(piece) not in claimed and len(piece.key) > 1
            ]
        self._own = {key: _doubt(finding.sure) for key, finding in findings.items() if _tells_of_others(finding)}
        self._all, self._count = sum(self._own.values()), len(self._own)

    def others(self, key: str) -> float:
        """Mean doubt in the other values of the document: 0 (sure) … 1."""
        rest = self._count - (key in self._own)
        return (self._all - self._own.get(key, 0.0)) / max(1, rest) / 3


def _tells_of_others(finding: Finding) -> bool:
    """Whether how surely a value was read says something of the print beside it: what a hand entered does not."""
    return "handwritten" not in finding.doubts


def _look(pieces: Sequence[Piece]) -> _Look:
    if not pieces:
        return _Look(0.0, 0.0, 40.0)
    words = [piece for piece in pieces if piece.text.isalpha()]
    odd = sum(not is_word(piece.text) for piece in words) / max(1, len(words))
    doubt = statistics.fmean(_surety(piece.confidence) for piece in pieces)
    return _Look(doubt, odd, statistics.median(piece.box.height for piece in pieces))


def _surety(confidence: float) -> float:
    """0 (nothing is known) … 3 (one in a thousand is wrong)."""
    return -math.log10(max(1.0 - confidence, _FINE))


def _doubt(sure: float) -> float:
    """3 (nothing is known) … 0."""
    return 3.0 - _surety(sure)


def _words(finding: Finding, scene: _Scene, *, prose: bool) -> Evidence:
    """How surely the words were read and how well Vietnamese knows them; of prose also whether one of them hardly can stand there."""
    pieces = [piece for piece in finding.pieces if piece.key] or list(finding.pieces)
    sure = _surety(finding.sure)
    seen = {
        "doubt": 3 - sure,
        "doubt_1": max(0.0, 2.0 - sure),
        "doubt_2": max(0.0, 1.2 - sure),
        "certain": float(finding.certain),
        "upheld": float(bool(finding.upheld)),
        "coded": float(finding.source == "code"),
        "text_layer": float(bool(pieces) and pieces[0].engine.startswith("pdf-text")),
    }
    if not pieces:
        return seen
    least = min(_surety(piece.confidence) for piece in pieces)
    digits = [_surety(piece.confidence) for piece in pieces if any(char.isdigit() for char in piece.text)]
    words = [piece for piece in pieces if piece.text.strip(".,;:()").isalpha()]
    look = scene.looks[pieces[0].page]
    seen |= {
        "least": 3 - least,
        "least_1": max(0.0, 1.5 - least),
        "many_words": math.log(max(1.0, len(pieces) / _FEW_WORDS)),
        "mean": 3 - statistics.fmean(_surety(piece.confidence) for piece in pieces),
        "digit": 3 - min(digits) if digits else 0.0,
        "digit_1": max(0.0, 1.3 - min(digits)) if digits else 0.0,
        "odd": math.log1p(sum(not is_word(bare(piece.text)) for piece in words)),
        "specks": math.log1p(sum(len(piece.key) <= 1 and not piece.key.isdigit() for piece in pieces)),
        "once": sum("+tesseract" not in piece.engine for piece in pieces) / len(pieces),
        "apart": float(any(piece.apart for piece in pieces)),
        "page_doubt": 3 - look.doubt,
        "page_odd": 10 * look.odd,
        "small": max(0.0, 1 - statistics.median(piece.box.height for piece in pieces) / 34),
        "other_size": abs(math.log(max(1, statistics.median(p.box.height for p in pieces)) / max(1, look.height))),
    }
    return {**seen, **_language(pieces, prose=prose)}


def _language(pieces: Sequence[Piece], *, prose: bool) -> Evidence:
    """How likely the words follow each other, and by how much a word that looks alike would fit better.

    `better` asks it of words the reader was not sure of. In prose readers lose marks surely (`nộp thue`, `hỗ trơ` with 0.99), and the
    language tells: `misfit` asks it of all words in small letters, which are no names.
    """
    model = language()
    numbers, owners = [], []
    for at, piece in enumerate(pieces[:60]):
        for number in model.numbers(piece.text):
            numbers.append(number)
            owners.append(at)
    likely = [model.likelihood(numbers[max(0, i - 2) : i + 1], min(i, 2)) for i in range(len(numbers))]
    told = [value for value, number in zip(likely, numbers, strict=True) if number != BREAK]
    if not told:
        return {}
    better = misfit = 0.0
    for i, (number, at) in enumerate(zip(numbers, owners, strict=True)):
        unsure, small = pieces[at].confidence <= _SURE, prose and pieces[at].text.strip(_MARKS).islower()
        if number == BREAK or not (unsure or small):
            continue
        start, here = max(0, i - 1), [*numbers[max(0, i - 1) : i + 2]]
        now = model.likelihood(here, i - start)
        for other in model.alike(pieces[at].text.strip(_MARKS)):
            here[i - start] = other
            gain = model.likelihood(here, i - start) - now
            better = max(better, min(_FITS_BETTER, gain) * unsure)
            misfit = max(misfit, min(_FITS_SURELY, gain) * small)
    return {
        "unlikely": max(0.0, -statistics.fmean(told) - 6) / 4,
        "surprise": max(0.0, -min(told) - 10) / 5,
        "better": better / _FITS_BETTER,
        "misfit": misfit / _FITS_SURELY,
    }


def _place(key: str, finding: Finding, scene: _Scene) -> Evidence:
    """How the value was found and what stands beside it."""
    pieces = finding.pieces
    if not pieces:
        return {"nowhere": 1.0}
    labelled = next((scene.labelled_at[id(piece)] for piece in pieces if id(piece) in scene.labelled_at), None)
    seen = {"unlabelled": float(labelled is None)}
    left = pieces[0].box.x0
    if labelled:
        mark = labelled.mark
        left = min(left, mark.x) if mark.segment.page == pieces[0].page else left
        seen |= {
            "right": float(labelled.how == "right"),
            "below": float(labelled.how == "below"),
            "wrapped": float(labelled.how == "wrapped"),
            "no_colon": float(not mark.colon),
            "label_edits": float(mark.edits > 0),
            "left_over": math.log1p(
                max(0, sum(bool(p.key) for p in labelled.pieces) - sum(bool(p.key) for p in pieces))
            ),
        }
        own = {id(piece) for piece in pieces}
        rest = [piece for piece in labelled.pieces if id(piece) not in own]
        seen["more_digits"] = float(any(char.isdigit() for piece in rest for char in piece.text))
    if kind_of(key) == "date":
        seen["other_dates"] = min(2.0, sum(bool(_DATE.search(p.text)) for p in scene.free[pieces[-1].page]))
    seen["rival"] = float(_has_rival(key, finding, scene.by_field.get(key, ())))
    return {**seen, **_shape(pieces), **_neighbours(pieces, left, scene.free[pieces[-1].page])}


_DATE = re.compile(r"^[Nn]gày|\d{1,2}[/.-]\d{1,2}[/.-]\d{4}")


def _has_rival(key: str, finding: Finding, found: Iterable[Labelled]) -> bool:
    """Whether another place on the paper with the same label says otherwise."""
    own = {id(piece) for piece in finding.pieces}
    for labelled in found:
        kind = labelled.mark.label.kind
        if kind is None or any(id(piece) in own for piece in labelled.pieces):
            continue
        value = kind(labelled.text)
        if value is not None and letters(value.value) != letters(finding.value):
            return True
    return False


def _shape(pieces: Sequence[Piece]) -> Evidence:
    """Over how many rows the words run and how wide the gaps between them are."""
    rows, widest = 0, 0.0
    usual = statistics.median(piece.box.height for piece in pieces)  # a dash is no measure of the space behind it
    for before, after in pairwise(pieces):
        height = max(before.box.height, usual, 1)
        if after.page != before.page or after.box.centre[1] - before.box.centre[1] > 0.6 * height:
            rows += 1
        elif not after.glued:
            widest = max(widest, (after.box.x0 - before.box.x1) / height)
    heights = [piece.box.height for piece in pieces if len(piece.key) > 1]
    uneven = math.log(max(heights) / max(1, min(heights))) if len(heights) > 1 else 0.0
    return {
        "rows": float(min(rows, 3)),
        "many_rows": float(rows > 1),
        "gap": max(0.0, min(widest, 5.0) - 0.8),
        "uneven": max(0.0, uneven - 0.4),
    }


def _neighbours(pieces: Sequence[Piece], left: int, free: Sequence[Piece]) -> Evidence:
    """Words next to the value that belong to nothing: it may go on in them."""
    last, first = pieces[-1].box, pieces[0].box
    height = max(last.height, 1)
    right_edge = max(piece.box.x1 for piece in pieces)
    middle, top = last.centre[1], first.centre[1]
    beside = before = below = 0
    for piece in free:
        box = piece.box
        y = box.centre[1] - middle
        if abs(y) < 0.5 * height:
            beside += -0.3 * height < box.x0 - last.x1 < 3 * height
        elif 0.6 * height < y < 2.3 * height and left - height < box.centre[0] < right_edge + height:
            below += 1
        if abs(box.centre[1] - top) < 0.5 * height:
            before += -0.3 * height < first.x0 - box.x1 < 3 * height
    return {"beside": float(beside > 0), "before": float(before > 0), "under": float(below > 0)}


_SMALL_WORD = re.compile(r"\b(?:và|của|tại|số|thứ|về|cho|do|là|có|ngày|tháng|năm|xã|huyện|tỉnh|phường|quận|thành)$")


_UNPADDED = re.compile(r"(?<!\d)(?:\d[/.-]\d{1,2}|\d{1,2}[/.-]\d)[/.-]\d{4}|\bng\w{1,3}\s\d\s")
_FEW_WORDS = 8  # the worst of more words is worse by chance alone, and spoils less of them
_TOO_LONG = 8  # letters: no syllable has so many, words run together have


def _value(key: str, finding: Finding) -> Evidence:
    """What the value itself looks like."""
    value = finding.value
    words = value.split()
    digits = sum(char.isdigit() for char in value)
    seen = {
        "derived": float(finding.source == "derived"),
        "open_end": float(value.endswith((",", "-", "/", "(")) or bool(_SMALL_WORD.search(value.casefold()))),
        "low_start": float(value[:1].islower()),
        "odd_start": float(bool(value) and not value[0].isalnum()),
        "mixed_case": float(
            any(word[1:] != word[1:].lower() and not word.isupper() and word.isalpha() for word in words)
        ),
        "one_word": float(len(words) == 1),
        "digits": math.log1p(digits) if digits else 0.0,
    }
    if key in {"issuer", "superior_issuer"}:
        seen |= {"no_place": float(not read_place(value).known), "short_office": float(len(words) < 4)}
    if kind_of(key) == "office":
        seen["strange_unit"] = strangeness(value, whole=key == "place")
    if kind_of(key) == "date":
        seen["unpadded"] = float(bool(_UNPADDED.search(finding.text)))
    seen["glued"] = float(any(len(word) >= _TOO_LONG and word.isalpha() for word in words))
    if kind_of(key) == "person":
        given = _given()
        seen |= {
            "no_given": float(sum(letters(word) not in given for word in words[1:])),
            "no_family": float(not words or vocabulary.family_name(words[0]) is None),
            "two_words": float(len(words) == 2),
            "long_name": float(len(words) > 4),
        }
    return seen


@cache
def _given() -> frozenset[str]:
    return frozenset(letters(word) for word in vocabulary.words("name_syllables"))


def _doubts(finding: Finding) -> Evidence:
    """What the checks said."""
    seen: Evidence = defaultdict(float)
    for doubt in finding.doubts:
        seen["says_" + _DOUBTS.get(doubt, "disagrees" if doubt.startswith("disagrees") else "else")] = 1.0
    return dict(seen)
