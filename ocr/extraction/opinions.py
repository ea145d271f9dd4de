"""How likely each finding's field is where it was found, how likely elsewhere: figures for the evidence on it.

The rules say where a field stands by its label; `situation` says it by all that is around. Where both agree a value is
surer; where another field is likelier at its place, or its field at another place, it was read from the wrong one.
"""

from collections.abc import Iterator, Mapping
from itertools import pairwise

from ocr.extraction.evidence import Evidence, general, kind_of
from ocr.extraction.findings import Finding
from ocr.extraction.form import Draft
from ocr.extraction.sheet import Piece, Segment
from ocr.extraction.situation import NOTHING, Numbers, Opinion, Surroundings, logarithm

_LITTLE = 3.0  # below one in twenty (e⁻³) a field counts as unlikely where it was found
_NEAR = 2.0


def opinions(draft: Draft, findings: Mapping[str, Finding], opinion: Opinion) -> dict[str, Evidence]:
    """Figures that begin with `op_`, for every finding; a derived one has those of what it was derived from."""
    seen = _Seen(draft, findings, opinion)
    out = {key: seen.of(key, finding) for key, finding in findings.items()}
    by_place = {
        id(finding.pieces[0]): key
        for key, finding in findings.items()
        if finding.pieces and finding.source != "derived"
    }
    for key, finding in findings.items():
        if finding.source == "derived" and finding.pieces and id(finding.pieces[0]) in by_place:
            out[key] = dict(out[by_place[id(finding.pieces[0])]])
    against = {key: figures.get("op_own", 0.0) for key, figures in out.items()}
    for key, figures in out.items():
        figures["op_paper"] = (sum(against.values()) - against[key]) / max(1, len(against) - 1)
    return out


class _Seen:
    """The chances at the places of all findings and at those nothing has taken."""

    def __init__(self, draft: Draft, findings: Mapping[str, Finding], opinion: Opinion) -> None:
        self.findings, self.opinion = findings, opinion
        self.around = Surroundings(draft.sheet, draft.title)
        self.allowed = opinion.allowed(draft.form.knows)
        self.own = {key: self._chances(finding.pieces) for key, finding in findings.items()}
        self.general = {general(key) for key in findings}
        taken = {id(piece) for finding in findings.values() for piece in finding.pieces}
        self.free_dates: list[tuple[str, Numbers]] = []
        self.free: list[Numbers] = []
        for segment in draft.sheet.segments:
            for value, pieces in dates_of(segment):
                chances = self._chances(pieces) if not any(id(piece) in taken for piece in pieces) else None
                if chances is not None:
                    self.free_dates.append((value, chances))
            if not any(id(piece) in taken for piece in segment.pieces):
                chances = self._chances(segment.pieces)
                if chances is not None:
                    self.free.append(chances)

    def _chances(self, pieces: tuple[Piece, ...]) -> Numbers | None:
        figures = self.around.figures(pieces)
        return self.opinion.chances(figures, self.allowed) if figures else None

    def of(self, key: str, finding: Finding) -> Evidence:
        """The figures of one finding."""
        chances, column = self.own[key], self.opinion.column.get(general(key))
        if chances is None or column is None:
            return {"op_none": 1.0}
        own = logarithm(float(chances[column]))
        others = chances.copy()
        others[[column, *self._twins(key, finding)]] = 0
        likelier = int(others.argmax())
        best = float(others[likelier])
        rival = max(self._elsewhere(key, finding, column), default=0.0)
        beaten = logarithm(rival) - own
        vacant = self.opinion.fields[likelier] not in self.general | {NOTHING}
        return {
            "op_own": -own,
            "op_low": max(0.0, -own - _LITTLE),
            "op_out": max(0.0, logarithm(best) - own),
            "op_nothing": float(chances[self.opinion.column[NOTHING]]),
            "op_vacant": best if vacant else 0.0,
            "op_rival": rival,
            "op_beaten": max(0.0, beaten),
            "op_close": max(0.0, beaten + _NEAR),
        }

    def _twins(self, key: str, finding: Finding) -> Iterator[int]:
        """Columns of other fields that were read from the same place (`serial` and `number`)."""
        for other, theirs in self.findings.items():
            if other != key and theirs.pieces and theirs.pieces[0] is finding.pieces[0]:
                column = self.opinion.column.get(general(other))
                if column is not None:
                    yield column

    def _elsewhere(self, key: str, finding: Finding, column: int) -> Iterator[float]:
        """How likely the field is at other places with other values."""
        kind = kind_of(key)
        if kind == "date":
            yield from (float(chances[column]) for value, chances in self.free_dates if value != finding.value)
        else:
            yield from (float(chances[column]) for chances in self.free)
        for other, chances in self.own.items():
            if chances is None or general(other) == general(key) or kind_of(other) != kind:
                continue
            if self.findings[other].value != finding.value:
                yield float(chances[column])


def dates_of(segment: Segment) -> Iterator[tuple[str, tuple[Piece, ...]]]:
    """The full dates of a segment with the pieces each stands in."""
    starts, place = [], 0
    for index, piece in enumerate(segment.pieces):
        start = place if piece.glued or index == 0 else place + 1
        place = start + len(piece.text)
        starts.append(start)
    edges = list(pairwise([*starts, place + 1]))
    for date in segment.dates:
        pieces = tuple(
            piece
            for piece, (start, end) in zip(segment.pieces, edges, strict=True)
            if start < date.end and date.start < end
        )
        if pieces:
            yield date.value, pieces
