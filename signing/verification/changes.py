"""What was appended after a signature, and whether the signer has to answer for it (ISO 32000-2, 12.8.2.2).

Permitted: security stores, time stamps, further signatures that are themselves intact, empty form fields filled in.
Everything else is suspicious. pyHanko's difference analysis speaks first; what it does not look at is checked here:
- objects that the signed revision refers to but that only a later revision supplies (shadow attacks);
- boxes of signature fields that show something without a right signature in them;
- form fields that already had a value when signed (a new look or value *replaces* what the signer saw).
Where it breaks off or refuses housekeeping, changes are permitted still if both revisions show the same (`sameness`).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import Reference
from pyhanko.pdf_utils.reader import HistoricalResolver, PdfFileReader
from pyhanko.pdf_utils.xref import XRefSectionData
from pyhanko.sign.diff_analysis import DEFAULT_DIFF_POLICY, DiffResult, ModificationLevel
from pyhanko.sign.fields import MDPPerm

from signing.verification import sentences as say
from signing.verification.embedded import Embedded
from signing.verification.faults import FOREIGN, too_strict
from signing.verification.forms import Forms
from signing.verification.objects import items, value
from signing.verification.opening import Document
from signing.verification.sameness import same_but_signatures

_TAIL = 2048  # bytes in which the last %%EOF must be; pyHanko asks for it in the last 1024


@dataclass(frozen=True)
class Changes:
    """`state` as INTERFACE §2 `later_changes`; `proven` tells a forbidden change from one nobody could judge."""

    state: str
    proven: bool = False
    reasons: tuple[str, ...] = ()


def judge(document: Document, signature: Embedded, intact: Mapping[str, Embedded]) -> Changes:
    """Judge what came after `signature`.

    Args:
        document: the whole of it.
        signature: the one in question.
        intact: by field name, the document's signatures whose bytes and cryptography are right.
    """
    if signature.coverage == "whole file":
        return Changes("none")
    if signature.coverage == "partial":
        return Changes("suspicious", proven=True, reasons=(say.PARTIAL,))
    try:
        if not _ends_cleanly(document):
            return Changes("suspicious", reasons=(say.LITTER_LATER,))
        if signature.revision == document.reader.xrefs.total_revisions - 1:
            return Changes("none")
        return _revisions(document.reader, signature, intact)
    except FOREIGN as error:
        if too_strict(error):
            raise
        return Changes("suspicious", reasons=(say.UNJUDGED_LATER,))


def _ends_cleanly(document: Document) -> bool:
    """Whether nothing but white space follows the last revision: bytes that belong to no revision mean nothing to us,
    but may mean something to a program that looks for the end of the file in another way.
    """
    document.stream.seek(max(0, document.size - _TAIL))
    _, marker, tail = document.stream.read().rpartition(b"%%EOF")
    return bool(marker) and not tail.strip(b"\0\t\n\f\r ")


def _revisions(reader: PdfFileReader, signature: Embedded, intact: Mapping[str, Embedded]) -> Changes:
    old = reader.get_historical_resolver(signature.revision)
    forms = Forms(old, reader, intact)
    wrong = _unseen(reader, old, signature.revision, forms)
    if not wrong:
        level = _level(reader, signature, forms)
        if level is None:
            return Changes("suspicious", reasons=(say.UNJUDGED_LATER,))
        wrong = _too_far(level, signature, forms)
    if wrong:
        return Changes("suspicious", proven=True, reasons=(wrong,))
    return Changes("permitted")


def _unseen(reader: PdfFileReader, old: HistoricalResolver, revision: int, forms: Forms) -> str:
    """What pyHanko does not look at, said to the clerk; empty if all is well."""
    if _supplied_later(reader, old, revision) or _two_faced(reader, revision):
        return say.HIDDEN_LATER
    box = forms.wrong_box()
    return say.BOX_WITHOUT_SIGNATURE % {"field": box} if box else ""


def _too_far(level: ModificationLevel, signature: Embedded, forms: Forms) -> str:
    """Why changes of this level are more than the signer allowed; empty if they are not."""
    if level is ModificationLevel.OTHER:
        return say.CHANGED_LATER
    allowed = signature.handle.docmdp_level
    if allowed is not None and level.value > allowed.value:
        return say.FORBIDDEN_LATER
    field = forms.replaced(may_change=allowed is not None and allowed.value >= MDPPerm.FILL_FORMS.value)
    return say.FIELD_REPLACED % {"field": field} if field else ""


def _level(reader: PdfFileReader, signature: Embedded, forms: Forms) -> ModificationLevel | None:
    """How far the changes go; None if nobody can tell."""
    try:
        result = DEFAULT_DIFF_POLICY.review_file(
            reader,
            signature.revision,
            field_mdp_spec=signature.handle.fieldmdp,
            doc_mdp=signature.handle.docmdp_level,
        )
        judged = True
    except FOREIGN as error:
        if too_strict(error):
            raise
        result, judged = None, False
    if isinstance(result, DiffResult):
        return result.modification_level
    may_err = not judged or _rewrites_housekeeping(reader, signature.revision)
    if (
        may_err
        and signature.handle.fieldmdp is None
        and same_but_signatures(forms.old, reader, may_be_added=forms.may_be_added, filled=forms.filled)
    ):
        return ModificationLevel.FORM_FILLING if forms.signed_since else ModificationLevel.LTA_UPDATES
    return ModificationLevel.OTHER if judged else None


def _rewrites_housekeeping(reader: PdfFileReader, revision: int) -> bool:
    """Whether a later revision touches what pyHanko refuses for its form alone: security stores written anew, objects
    freed. Only then is its refusal looked behind.
    """
    later = range(revision + 1, reader.xrefs.total_revisions)
    return value(reader.root, "/DSS") is not None or any(reader.xrefs.refs_freed_in_revision(each) for each in later)


def _supplied_later(reader: PdfFileReader, old: HistoricalResolver, revision: int) -> bool:
    """Whether the signed revision refers to objects that did not exist when it was signed but do now."""
    seen: set[Reference] = set()
    left: list[generic.PdfObject] = [old.trailer_view]
    while left:
        found = left.pop()
        if isinstance(found, generic.IndirectObject):
            if found.reference in seen:
                continue
            seen.add(found.reference)
            if reader.xrefs.get_historical_ref(found.reference, revision) is None:
                if reader.xrefs[found.reference] is not None:
                    return True
                continue
            found = old.get_object(found.reference)
        if isinstance(found, generic.DictionaryObject):
            left += [found.raw_get(key) for key in found]
        elif isinstance(found, generic.ArrayObject):
            left += items(found)
    return False


def _two_faced(reader: PdfFileReader, revision: int) -> bool:
    """Whether a later hybrid cross-reference section lists one object at two places, for old and new programs."""
    for later in range(revision + 1, reader.xrefs.total_revisions):
        data = reader.xrefs.get_xref_data(later)
        if data.hybrid is None:
            continue
        hidden = data.hybrid.xref_data
        for number in {*hidden.standard_xrefs, *hidden.xrefs_in_objstm}:
            shown = _place(data, number)
            if (shown is not None and shown != _place(hidden, number)) or data.freed.get(number) == 1:
                return True
    return False


def _place(data: XRefSectionData, number: int) -> object:
    return data.standard_xrefs.get(number) or data.xrefs_in_objstm.get(number)
