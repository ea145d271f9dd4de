"""A form: what a type of paper is called, which labels it prints, what else is read from it. One small file each in `forms/`."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from ocr.extraction.findings import Finding, Value, found
from ocr.extraction.labels import SOMEONE, WITNESS, Label, Mark
from ocr.extraction.letterhead import Letterhead
from ocr.extraction.marking import find_marks
from ocr.extraction.numerals import is_read_whole, speaks_of_a_number
from ocr.extraction.reach import Labelled, values_of
from ocr.extraction.sheet import Piece, Segment, Sheet
from ocr.extraction.titles import Title, TitleFound, is_motto
from ocr.extraction.values import Kind, date_kind, date_words, full_date, number_words

NINE = ("title", "number", "issue_date", "issuer", "owner_id", "owner_name", "summary", "expiry", "scope")
_DATES = (date_kind, full_date)
_INDEX = re.compile(r"\[\d+\]")


@dataclass
class Draft:
    """A document while it is being read: the sheet, its title and head, and the findings so far."""

    form: "Form"
    sheet: Sheet
    title: TitleFound | None
    head: Letterhead
    marks: list[Mark] = field(default_factory=list)
    labelled: list[Labelled] = field(default_factory=list)
    findings: dict[str, Finding] = field(default_factory=dict)
    witnesses: list[tuple[str, Finding]] = field(default_factory=list)
    part: str = ""
    """The part of the form that reads now."""
    found_by: dict[str, str] = field(default_factory=dict)
    """Of each field the part that found it."""
    passed_over: dict[str, list[Finding]] = field(default_factory=dict)
    """What parts that came later found for fields that were there already."""

    def read(self, part: "Part") -> None:
        """Let a part of the form read."""
        self.part = part.__name__
        part(self)

    def add(self, finding: Finding | None) -> None:
        """Keep a finding unless its field is already there or belongs to no such form."""
        if finding is None or not self.form.knows(finding.key):
            return
        if finding.key in self.findings:
            self.passed_over.setdefault(finding.key, []).append(finding)
            return
        self.findings[finding.key] = finding
        self.found_by[finding.key] = self.part

    def put(
        self, key: str, value: Value | None, pieces: Sequence[Piece], *, rule: str = "", weight: float = 1.0
    ) -> None:
        """Keep a value; `rule` names how it was found where that is not the field's own rule."""
        if value is not None and pieces:
            self.add(found(key, value, pieces, rule=self.rule(rule or key), weight=weight))

    def bear(self, key: str, value: Value, pieces: Sequence[Piece], *, how: str) -> None:
        """Note what another place on the paper says of a field: in `words`, in machine-readable lines (`mrz`)."""
        self.witnesses.append((key, found(key, value, pieces, rule=self.rule(f"{key}.{how}"))))

    def rule(self, name: str) -> str:
        """`type/field@version`, as provenance shows it."""
        return f"{self.form.slug}/{_INDEX.sub('', name)}@{self.form.version}"

    def after(self, segment: Segment) -> Iterator[Segment]:
        """Segments after one in reading order, on its page."""
        return (s for s in self.sheet.page_of(segment).segments if s.number > segment.number)


Part = Callable[[Draft], None]
"""Reads something more into a draft."""


@dataclass(frozen=True)
class Form:
    """How one type of paper is recognised and read.

    Attributes:
        slug: the document type.
        version: rises when a rule's meaning changes; part of every field's provenance.
        titles: what may stand as its title.
        labels: what it prints before values.
        fields: the fields INTERFACE names for it besides the nine (`members[].name` for lists).
        who: of whom labels speak before one opens another.
        before, parts: read first and after the labels, in this order.
        signs: wordings only this form has; two of them tell the type where the title cannot be read.
        owner: fields the owner's name and id are taken from, the first present.
        title_words: the title where it could not be read but the type is certain by its signs.
        folded: printed on a folded sheet, so that a wide page of it is two pages side by side.
    """

    slug: str
    version: int
    titles: tuple[Title, ...]
    labels: tuple[Label, ...] = ()
    fields: tuple[str, ...] = ()
    who: str = "person"
    before: tuple[Part, ...] = ()
    parts: tuple[Part, ...] = ()
    signs: tuple[str, ...] = ()
    owner: tuple[tuple[str, str], ...] = ()
    title_words: Callable[[Sheet], str] | None = None
    folded: bool = False

    def knows(self, key: str) -> bool:
        """Whether a field belongs to this form; `@` names what is read only to serve other fields."""
        return key in NINE or key.startswith("@") or _INDEX.sub("[]", key) in self.fields


def group(prefix: str, names: str) -> tuple[str, ...]:
    """`group("mother", "name birth_year")` → mother.name, mother.birth_year."""
    return tuple(f"{prefix}.{name}" for name in names.split())


def read_labels(draft: Draft) -> None:
    """Find the form's labels and take the value of each; the first good value of a field stays."""
    skip = frozenset(
        s.number
        for s in (*(draft.title.segments if draft.title else ()), *(s for s in draft.sheet.segments if is_motto(s)))
    )
    draft.marks = find_marks(draft.sheet, draft.form.labels, who=draft.form.who, skip=skip)
    draft.labelled = list(values_of(draft.sheet, draft.marks))
    last: dict[bool, str] = {}  # the last date, the last of anything else
    for labelled in draft.labelled:
        key = labelled.mark.field
        if key == WITNESS:
            _bear_witness(draft, last.get(labelled.mark.label.kind is date_words, ""), labelled)
            continue
        last[labelled.mark.label.kind in _DATES] = key
        kind = labelled.mark.label.kind
        for value, own_key in _readings(draft.form, key, labelled, kind):
            draft.put(own_key, value, labelled.pieces, weight=_weight(labelled))


def _readings(form: Form, key: str, labelled: Labelled, kind: Kind | None) -> Iterable[tuple[Value | None, str]]:
    """A birth date where the form wants a birth year gives the year."""
    if kind is None:
        return
    value = kind(labelled.text)
    year_key = key.replace("birth_date", "birth_year")
    if key.endswith("birth_date") and not form.knows(key) and form.knows(year_key):
        if value:
            yield Value(value.value[:4], value.span, doubts=value.doubts), year_key
        return
    yield value, key


def _bear_witness(draft: Draft, key: str, labelled: Labelled) -> None:
    kind = labelled.mark.label.kind
    value = kind(labelled.text) if kind else None
    own = draft.findings.get(key)
    if kind is number_words and own and value and own.value != value.value and not is_read_whole(labelled.text):
        return  # `hai mươi nghìn sáu tr…` says nothing against 20.600
    if key and value:
        draft.bear(key, value, labelled.pieces, how="words")
    elif own and kind is number_words and len(labelled.text.split()) > 3 and not speaks_of_a_number(labelled.text):
        draft.findings[key] = draft.findings[key].doubted("disagrees_with:words")  # written out, and no such number


def _weight(labelled: Labelled) -> float:
    """How far a place found by its label can be trusted."""
    weight = 1.0 if labelled.mark.colon else 0.97
    if labelled.mark.edits:
        weight *= 0.99
    return weight * {"beside": 1.0, "wrapped": 0.995, "right": 0.99, "below": 0.98}[labelled.how]


__all__ = ["NINE", "SOMEONE", "WITNESS", "Draft", "Form", "Label", "Part", "Title", "group", "read_labels"]
