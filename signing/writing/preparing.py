"""Builds the update that a signature is: field filled, mark drawn, room left for the value, digest taken.

Plain arguments in, plain data out: the same function runs in this process and, for foreign files, in a helper.
"""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter, enumerate_sig_fields
from pyhanko.sign.signers.constants import ESIC_EXTENSION_1
from pyhanko.sign.signers.pdf_byterange import SignatureObject

from khoso.kernel.clock import VIETNAM
from khoso.kernel.errors import Refused, Unavailable
from khoso.kernel.reasons import ReasonCode
from signing.ports import Mark, Place
from signing.verification.objects import resolved
from signing.verification.objects import value as value_of
from signing.writing.appearance import draw, set_lines
from signing.writing.lettering import Lettering, embedded_lettering, prepared_lettering
from signing.writing.locks import NO_CHANGES, locks_field, permission_left
from signing.writing.margin import first_page, free_margin, rotation
from signing.writing.overlay import Overlay
from signing.writing.updating import Field, Update, extended, fill_field

_UPRIGHT = {0: (1, 0, 0, 1), 90: (0, 1, -1, 0), 180: (-1, 0, 0, -1), 270: (0, -1, 1, 0)}  # against a page's turn


@dataclass(frozen=True, slots=True)
class _Target:
    """Where the signature goes, what its mark says and with what it is written; no lettering: an invisible signature."""

    field: Field
    mark: Mark
    lettering: Lettering | None


def prepare(*, path: str, place: str, lines: Sequence[str], when: str, reserved: int, foreign: bool) -> dict[str, Any]:
    """Prepare a signature of `path` in the field named `place`.

    A field that is missing is added. Its mark is set into free space of the top margin when `foreign` (which renders
    the page to find some); without free space, font or leave to look it stays invisible.

    Args:
        path: the PDF, which is only read.
        place: a `Place`.
        lines: of the mark; none: an invisible signature.
        when: the claimed time, ISO 8601 with offset.
        reserved: bytes for the CMS.
        foreign: this runs in a helper, so a page may be rendered.

    Returns:
        `tail` (base64), `source_length`, `digest` (hex, of everything but the room for the value), `start` and `end`
        of that room, counted from the start of the tail, and `visible`.

    Raises:
        Refused: `NO_EMPTY_FIELD`, `DOCUMENT_LOCKED`, `ENCRYPTED`, `DAMAGED`, `MARK_TOO_LONG`, `MARK_UNPRINTABLE`.
        Unavailable: the file is not there.
    """

    def work(update: Update, overlay: Overlay) -> dict[str, Any]:
        permission = permission_left(update)
        if permission == NO_CHANGES or locks_field(update, place):
            raise Refused(ReasonCode.DOCUMENT_LOCKED)
        look = Path(path) if foreign and permission is None else None  # a certified file takes no new visible field
        target = _target(update, Mark(Place(place), tuple(lines)), look)
        if update.output_version < (2, 0):
            update.register_extension(ESIC_EXTENSION_1)
        value = SignatureObject(
            timestamp=datetime.fromisoformat(when).astimezone(VIETNAM),
            subfilter=SigSeedSubFilter.PADES,
            bytes_reserved=2 * reserved,
        )
        digest, visible = fill_field(update, target.field, value, dress=lambda field: _dress(update, field, target))
        return {
            "tail": base64.b64encode(overlay.tail).decode(),
            "source_length": overlay.prefix_length,
            "digest": digest.document_digest.hex(),
            "start": digest.reserved_region_start - overlay.prefix_length,
            "end": digest.reserved_region_end - overlay.prefix_length,
            "visible": visible,
        }

    return extended(Path(path), b"", work)


def _target(update: Update, mark: Mark, look: Path | None) -> _Target:
    name = mark.place.value
    fields = {found: value for found, value, _ in enumerate_sig_fields(update)}
    if name in fields:
        if fields[name] is not None:
            raise Refused(ReasonCode.NO_EMPTY_FIELD, field=name)
        lettering = prepared_lettering(update) or _embedded(update) if mark.lines else None
        return _Target(Field(name, None), mark, lettering)
    right = mark.place is Place.AGENCY
    box = free_margin(look, first_page(update), right=right) if mark.lines and look else None
    lettering = _embedded(update) if box else None
    x0, y0, x1, y1 = map(round, box) if box and lettering else (0, 0, 0, 0)
    return _Target(Field(name, SigFieldSpec(name, box=(x0, y0, x1, y1))), mark, lettering)


def _embedded(update: Update) -> Lettering | None:
    try:
        return embedded_lettering(update)
    except Unavailable:
        return None  # a signature without its mark is a signature; a mark in a font the file lacks would break PDF/A


def _dress(update: Update, field: generic.DictionaryObject, target: _Target) -> bool:
    """Draw the mark as the field's appearance; False if there is nothing to draw, to draw with or to draw on."""
    widget = resolved(field if "/Rect" in field else field["/Kids"][0])
    x0, y0, x1, y1 = (float(side) for side in value_of(widget, "/Rect"))
    turn = rotation(widget["/P"]) if "/P" in widget else 0
    sides = abs(x1 - x0), abs(y1 - y0)
    width, height = sides[::-1] if turn in {90, 270} else sides
    if target.lettering is None or not (width and height):
        return False
    place, widths = target.mark.place, target.lettering.widths
    setting = set_lines(target.mark.lines, width=width, height=height, place=place, widths=widths)
    form = generic.StreamObject(
        {
            pdf_name("/Type"): pdf_name("/XObject"),
            pdf_name("/Subtype"): pdf_name("/Form"),
            pdf_name("/BBox"): generic.ArrayObject(map(generic.FloatObject, (0, 0, width, height))),
            pdf_name("/Matrix"): generic.ArrayObject(map(generic.NumberObject, (*_UPRIGHT[turn], 0, 0))),
            pdf_name("/Resources"): generic.DictionaryObject(
                {pdf_name("/Font"): generic.DictionaryObject({pdf_name("/F0"): target.lettering.font})}
            ),
        },
        # Not deflated: EU DSS reports a filter that the empty appearance did not have as an undefined modification.
        stream_data=draw(setting, width=width, height=height, place=place, widths=widths),
    )
    widget["/AP"] = generic.DictionaryObject({pdf_name("/N"): update.add_object(form)})
    update.update_container(widget)
    return True
