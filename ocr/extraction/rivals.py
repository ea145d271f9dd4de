"""What else on the paper speaks for or against each value: other rules, other fields, the other reader, labels nobody knows.

Figures for the evidence on it (`ocr.extraction.confidence`). A rule that comes later and finds another value, a field that says
the same in another place, a reader that was not followed: each tells more of a value than how surely its words were read.
"""

import math
import re
from collections.abc import Mapping, Sequence

from ocr.extraction.evidence import Evidence, general, kind_of
from ocr.extraction.findings import Finding, bare
from ocr.extraction.form import Draft
from ocr.extraction.reach import Labelled
from ocr.extraction.sheet import Piece
from ocr.extraction.text import letters, squash
from ocr.extraction.titles import is_motto

BY, ON = "by_", "on_"
"""Prefixes of the two figures that name, not measure: the rule a value was found by, the type it was read as."""

_SHORT_LABEL = 12  # letters: shorter labels stand on papers for many things
_ISSUED = re.compile(r"^(?:issue_date|registration_date)$")
_BORN = re.compile(r"birth_date$")


def rivals(draft: Draft, findings: Mapping[str, Finding]) -> dict[str, Evidence]:
    """The figures of every finding; a derived one has those of what it was derived from."""
    scene = _Scene(draft, findings)
    return {
        key: {
            f"{ON}{draft.form.slug}": 1.0,
            f"{BY}{scene.rule_of(key, finding)}": 1.0,
            **_other_rules(finding, draft.passed_over.get(scene.source(key, finding), ())),
            **_other_reader(finding),
            **scene.other_fields(key, finding),
            **scene.labels(finding),
            **scene.other_dates(key, finding),
        }
        for key, finding in findings.items()
    }


def _other_rules(finding: Finding, passed_over: Sequence[Finding]) -> Evidence:
    """What rules that came later would have said."""
    own = {id(piece) for piece in finding.pieces}
    said = letters(finding.value)
    seen = {"passed_same": 0.0, "passed_other": 0.0, "passed_border": 0.0}
    for other in passed_over:
        shares = any(id(piece) in own for piece in other.pieces)
        if letters(other.value) == said:
            seen["passed_same"] = max(seen["passed_same"], float(not shares))
        else:
            seen["passed_border" if shares else "passed_other"] = 1.0
    return seen


def _other_reader(finding: Finding) -> Evidence:
    """In how many words the reader that was not followed saw something else: other marks, other letters, other figures."""
    marks = words = figures = 0
    for piece in finding.pieces:
        if piece.other and bare(piece.other) != bare(piece.text):
            marks += 1
            if squash(piece.other) != piece.key:
                words += 1
                figures += any(char.isdigit() for char in piece.text + piece.other)
    return {"differs": math.log1p(marks), "differs_letters": math.log1p(words), "differs_digits": math.log1p(figures)}


class _Scene:
    """What is the same for all findings of a document."""

    def __init__(self, draft: Draft, findings: Mapping[str, Finding]) -> None:
        self.draft, self.findings = draft, findings
        self.source_at: dict[int, str] = {}
        for key in draft.found_by:
            finding = findings.get(key)
            if finding and finding.pieces:
                self.source_at.setdefault(id(finding.pieces[0]), key)
        self.labelled_at = {id(piece): labelled for labelled in draft.labelled for piece in labelled.pieces}
        self.said: dict[str, list[str]] = {}
        self.taken: dict[int, list[str]] = {}
        for key, finding in findings.items():
            if finding.source == "derived":
                continue
            self.said.setdefault(letters(finding.value), []).append(key)
            for piece in finding.pieces:
                self.taken.setdefault(id(piece), []).append(key)
        self.longest_id = max(
            (len(f.value) for k, f in findings.items() if general(k).endswith(("id_number", "owner_id"))), default=0
        )
        marked = {id(p) for mark in draft.marks for p in mark.segment.pieces[mark.start : mark.end]}
        titled = {id(p) for p in draft.title.pieces} if draft.title else set()
        rows = [segment for segment in draft.sheet.segments if not is_motto(segment)]
        words = [piece for segment in rows for piece in segment.pieces if piece.key]
        known = marked | titled | set(self.taken) | set(self.labelled_at)
        self.free = sum(id(piece) not in known for piece in words) / max(1, len(words))
        self.before: dict[int, Piece] = {}
        open_labels = 0
        for segment in rows:
            for number, piece in enumerate(segment.pieces):
                if number:
                    self.before[id(piece)] = segment.pieces[number - 1]
                open_labels += piece.text.endswith(":") and id(piece) not in known
        self.marked = marked
        self.open_labels = math.log1p(open_labels)
        self.dates = {date.value for segment in rows for date in segment.dates if len(date.value) == 10}

    def source(self, key: str, finding: Finding) -> str:
        """The field a value was read for: its own, or the one it was derived from."""
        if key in self.draft.found_by or not finding.pieces:
            return key
        return self.source_at.get(id(finding.pieces[0]), key)

    def rule_of(self, key: str, finding: Finding) -> str:
        """The part of the form that found it."""
        return self.draft.found_by.get(self.source(key, finding), finding.source)

    def other_fields(self, key: str, finding: Finding) -> Evidence:
        """Whether other fields say the same, in the same words or elsewhere."""
        own = self.source(key, finding)
        same_place = {k for piece in finding.pieces for k in self.taken.get(id(piece), ()) if k not in {key, own}}
        same_value = {k for k in self.said.get(letters(finding.value), ()) if k not in {key, own}} - same_place
        plain = squash(finding.value)
        kind = kind_of(key)
        inside = len(plain) > 5 and any(
            plain in squash(other.value)
            for k, other in self.findings.items()
            if k not in {key, own} | same_place | same_value and kind_of(k) == kind
        )
        return {
            "twin_place": float(bool(same_place)),
            "twin_kin": float(
                any(general(k).rpartition(".")[2] == general(key).rpartition(".")[2] for k in same_value)
            ),
            "twin_value": float(bool(same_value)),
            "inside": float(inside),
            "id_short": float(kind == "id" and len(finding.value) < self.longest_id),
        }

    def labels(self, finding: Finding) -> Evidence:
        """How telling the label is, and whether labels stand about that no rule knows.

        A form without labels is prose: what its body says, colons and all, is no label that was missed.
        """
        seen = {"free_share": self.free, "open_labels": self.open_labels} if self.draft.form.labels else {}
        seen["colon_inside"] = float(any(piece.text.endswith(":") for piece in finding.pieces))
        if not finding.pieces:
            return seen
        labelled = next((self.labelled_at[id(p)] for p in finding.pieces if id(p) in self.labelled_at), None)
        before = self.before.get(id(finding.pieces[0]))
        unknown = before is not None and before.text.endswith(":") and id(before) not in self.marked
        seen["before_colon"] = float(unknown)
        if labelled:
            seen["label_short"] = max(0.0, 1 - _letters_of(labelled) / _SHORT_LABEL)
        return seen

    def other_dates(self, key: str, finding: Finding) -> Evidence:
        """A paper is issued last and a person born first: full dates on the paper that are later, earlier."""
        if kind_of(key) != "date" or len(finding.value) != 10:
            return {}
        expiry = self.findings.get("expiry")
        others = self.dates - {finding.value, expiry.value if expiry else ""}
        seen = {"dates": math.log1p(len(others))}
        if _ISSUED.search(key):
            seen["issued_later"] = math.log1p(sum(other > finding.value for other in others))
        if _BORN.search(key):
            seen["born_earlier"] = math.log1p(sum(other < finding.value for other in others))
        return seen


def _letters_of(labelled: Labelled) -> int:
    mark = labelled.mark
    return sum(len(piece.key) for piece in mark.segment.pieces[mark.start : mark.end])
