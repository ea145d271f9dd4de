"""An update of a PDF held in memory behind the file it belongs to, and what may go wrong with foreign files."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigFieldSpec
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigObjSetup
from pyhanko.sign.signers.pdf_byterange import PdfSignedData, PreparedByteRangeDigest

from khoso.kernel.errors import Refused, Unavailable
from khoso.kernel.reasons import ReasonCode
from signing.verification.faults import FOREIGN, too_strict
from signing.writing.overlay import Overlay

_HASHED_AT_ONCE = 1 << 20


class Update(IncrementalPdfFileWriter):
    """pyHanko's writer, leaving the document's metadata as they are.

    A signature says for itself when it was made. Rewriting XMP and document information for it would put this
    machine's clock into the file and cost half the time of signing.
    """

    def _update_meta(self) -> None:
        pass


@dataclass(frozen=True, slots=True)
class Field:
    """The signature field to fill.

    Attributes:
        name: of the field.
        spec: how to make it; None: it is there already.
    """

    name: str
    spec: SigFieldSpec | None


def extended(path: Path, tail: bytes, work: Callable[[Update, Overlay], dict[str, Any]]) -> dict[str, Any]:
    """What `work` makes of an update of a file with `tail` already behind it.

    The file is read by the rules; if it breaks one that other readers overlook, everything is done again tolerantly.

    Raises:
        Refused: `ENCRYPTED`; `DAMAGED`: it cannot be read.
        Unavailable: the file is not there.
    """
    try:
        try:
            return _tried(path, tail, work, strict=True)
        except FOREIGN as error:
            if not too_strict(error):
                raise
            return _tried(path, tail, work, strict=False)
    except FOREIGN as error:
        raise Refused(ReasonCode.DAMAGED, detail=f"{type(error).__name__}: {error}"[:200]) from error


def _tried(
    path: Path, tail: bytes, work: Callable[[Update, Overlay], dict[str, Any]], *, strict: bool
) -> dict[str, Any]:
    try:
        overlay = Overlay(path, tail)
    except OSError as error:
        raise Unavailable(f"cannot read {path.name}: {error}") from error
    with overlay:
        update = Update(overlay, strict=strict)
        if update.prev.encrypted:
            raise Refused(ReasonCode.ENCRYPTED)
        return work(update, overlay)


def fill_field(
    update: Update, field: Field, value: PdfSignedData, *, dress: Callable[[generic.DictionaryObject], bool]
) -> tuple[PreparedByteRangeDigest, bool]:
    """Put `value` into a field and write the update behind the file.

    `dress` gets the field's dictionary before it is written, to give it its appearance; what it returns comes back.
    """
    steps = PdfCMSEmbedder(new_field_spec=field.spec).write_cms(
        field.name, update, existing_fields_only=field.spec is None
    )
    dressed = dress(next(steps).get_object())
    steps.send(SigObjSetup(sig_placeholder=value))
    digest, _ = steps.send(SigIOSetup(md_algorithm="sha256", in_place=True, chunk_size=_HASHED_AT_ONCE))
    return digest, dressed
