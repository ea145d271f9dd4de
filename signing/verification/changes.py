"""What was appended after a signature, and whether the signer has to answer for it (ISO 32000-2, 12.8.2.2).

Permitted: security stores, time stamps, further signatures that are themselves intact, empty form fields filled in.
Everything else is suspicious. pyHanko's difference analysis decides most; what it does not look at is checked here:
- objects that the signed revision refers to but that only a later revision supplies, and other tricks of `structure`;
- boxes of signature fields that show something without a right signature in them;
- form fields that already had a value when signed (a new look or value *replaces* what the signer saw).
Where it breaks off or refuses housekeeping, changes are permitted still if both revisions show the same (`sameness`).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from pyhanko.pdf_utils.reader import HistoricalResolver, PdfFileReader
from pyhanko.sign.diff_analysis import DEFAULT_DIFF_POLICY, DiffResult, ModificationLevel
from pyhanko.sign.fields import MDPPerm

from signing.verification import sentences as say
from signing.verification.embedded import Embedded
from signing.verification.faults import FOREIGN, too_strict
from signing.verification.forms import Forms
from signing.verification.objects import value
from signing.verification.opening import Document
from signing.verification.sameness import same_but_signatures
from signing.verification.structure import ambiguous, ends_cleanly, supplied_later


@dataclass(frozen=True)
class Changes:
    """What came later.

    Attributes:
        state: as INTERFACE §2 `later_changes`.
        proven: something forbidden was certainly done, not only something nobody could judge.
        shown_by: fields of later signatures that show something on a page.
        reasons: why a clerk should look, also at what is permitted.
    """

    state: str
    proven: bool = False
    shown_by: tuple[str, ...] = ()
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
        if not ends_cleanly(document):
            return Changes("suspicious", reasons=(say.LITTER_LATER,))
        if signature.revision == document.reader.xrefs.total_revisions - 1:
            return Changes("none")
        return _revisions(document, signature, intact)
    except FOREIGN as error:
        if too_strict(error):
            raise
        return Changes("suspicious", reasons=(say.UNJUDGED_LATER,))


def _revisions(document: Document, signature: Embedded, intact: Mapping[str, Embedded]) -> Changes:
    old = document.reader.get_historical_resolver(signature.revision)
    forms = Forms(old, document.reader, intact)
    wrong = _unseen(document, old, signature.revision, forms)
    if not wrong:
        level = _level(document.reader, signature, forms)
        if level is None:
            return Changes("suspicious", reasons=(say.UNJUDGED_LATER,))
        wrong = _too_far(level, signature, forms)
    if wrong:
        return Changes("suspicious", proven=True, reasons=(wrong,))
    filled = "" if _may_fill(signature) else forms.filled_in()
    reasons = (say.FIELD_FILLED % {"field": filled},) if filled else ()
    return Changes("permitted", shown_by=forms.shown_since(), reasons=reasons)


def _unseen(document: Document, old: HistoricalResolver, revision: int, forms: Forms) -> str:
    """What pyHanko does not look at, said to the clerk; empty if all is well."""
    if ambiguous(document, revision):
        return say.AMBIGUOUS_LATER
    if supplied_later(document.reader, old, revision):
        return say.HIDDEN_LATER
    if forms.restyled():
        return say.FORM_RESTYLED
    box = forms.wrong_box()
    return say.BOX_WITHOUT_SIGNATURE % {"field": box} if box else ""


def _too_far(level: ModificationLevel, signature: Embedded, forms: Forms) -> str:
    """Why changes of this level are more than the signer allowed; empty if they are not."""
    if level is ModificationLevel.OTHER:
        return say.CHANGED_LATER
    allowed = signature.handle.docmdp_level
    if allowed is not None and level.value > allowed.value:
        return say.FORBIDDEN_LATER
    field = forms.replaced(may_change=_may_fill(signature))
    return say.FIELD_REPLACED % {"field": field} if field else ""


def _may_fill(signature: Embedded) -> bool:
    """Whether the signer allowed form filling in so many words (DocMDP)."""
    allowed = signature.handle.docmdp_level
    return allowed is not None and allowed.value >= MDPPerm.FILL_FORMS.value


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
    """Whether a later revision touches what pyHanko refuses for its form alone.

    That is security stores written anew and objects freed. Only then is its refusal looked behind.
    """
    later = range(revision + 1, reader.xrefs.total_revisions)
    return value(reader.root, "/DSS") is not None or any(reader.xrefs.refs_freed_in_revision(each) for each in later)
