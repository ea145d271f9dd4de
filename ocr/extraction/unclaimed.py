"""What stands on paper that no field has taken: the next line of an office or title that was cut off, another date than the one found."""

from collections.abc import Iterator

from ocr.extraction.findings import Finding
from ocr.extraction.form import Draft
from ocr.extraction.sheet import Piece, Segment
from ocr.extraction.signatures import is_title
from ocr.extraction.text import is_upper
from ocr.extraction.titles import is_motto

Findings = dict[str, Finding]

_IN_CAPITALS = ("title", "issuer", "superior_issuer", "signer.title")
_NO_PAPER = ("mau", "specimen", "so", "number")  # watermarks; the line of the number


def doubt_cut_off(draft: Draft, findings: Findings) -> None:
    """Doubt, in place, offices and titles in capitals that go on in a line below or beside them which nothing has taken."""
    free = _free(draft, findings)
    for key in _IN_CAPITALS:
        finding = findings.get(key)
        if finding is None or not finding.pieces or finding.source != "ocr" or not is_upper(finding.text):
            continue
        if key == "title" and not (draft.title and draft.title.title.open):
            continue  # what stands below a title that is whole speaks of something else
        if any(_carries_on(finding.pieces, segment, draft) and not is_title(segment) for segment in free):
            findings[key] = finding.doubted("incomplete")


def doubt_rival_date(draft: Draft, findings: Findings) -> None:
    """Doubt, in place, a day of issue found by its label where its page has another full date that no field has taken.

    Cards and papers named in a form have days of issue of their own (`Cấp ngày`), the form's may stand above the signature.
    """
    issued = findings.get("issue_date")
    if issued is None or not issued.pieces or issued.source != "ocr":
        return
    labelled = {id(piece) for value in draft.labelled for piece in value.pieces}
    if not any(id(piece) in labelled for piece in issued.pieces):
        return
    if any(finding.value == issued.value and key != "issue_date" for key, finding in findings.items()):
        return  # the day of registration is the day of issue
    dates = {finding.value for finding in findings.values()}
    for segment in _free(draft, findings):
        if segment.page == issued.pieces[-1].page and any(d.value not in dates for d in segment.dates):
            findings["issue_date"] = issued.doubted("disagrees_with:repeated")
            return


def _free(draft: Draft, findings: Findings) -> tuple[Segment, ...]:
    taken = set(_taken(draft, findings))
    return tuple(
        segment
        for segment in draft.sheet.segments
        if not is_motto(segment) and not any(id(piece) in taken for piece in segment.pieces if len(piece.key) > 1)
    )


def _taken(draft: Draft, findings: Findings) -> Iterator[int]:
    for finding in findings.values():
        yield from map(id, finding.pieces)
    for mark in draft.marks:
        if mark.label.field or mark.label.kind:
            yield from map(id, mark.segment.pieces[mark.start : mark.end])
    if draft.title:
        yield from map(id, draft.title.pieces)


def _carries_on(pieces: tuple[Piece, ...], segment: Segment, draft: Draft) -> bool:
    last = pieces[-1].box
    row = [piece.box for piece in pieces if piece.page == pieces[-1].page and abs(piece.box.y0 - last.y0) < last.height]
    height = sorted(box.height for box in row)[len(row) // 2]
    if (
        segment.page != pieces[-1].page
        or not segment.upper
        or len(segment.key) < 3
        or segment.key.startswith(_NO_PAPER)
    ):
        return False
    if not 0.78 * height < segment.height < 1.28 * height:
        return False
    drop = segment.box.centre[1] - last.centre[1]
    if abs(drop) < 0.4 * height:
        return 0 <= segment.box.x0 - last.x1 < 1.6 * height
    middle = (min(box.x0 for box in row) + max(box.x1 for box in row)) / 2
    centred = abs(segment.box.centre[0] - middle) < 0.02 * draft.sheet.page_of(segment).width
    return 0.8 * height < drop < 1.9 * height and centred
