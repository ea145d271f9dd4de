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
from signing.ports import Place
from signing.writing.appearance import draw, set_lines
from signing.writing.lettering import Lettering, embedded_lettering, prepared_lettering
from signing.writing.margin import first_page, free_margin, rotation
from signing.writing.updating import Field, Update, fill_field, update_of

_NO_CHANGES, _FORM_FILLING = 1, 2  # permissions of a certified file (ISO 32000-1 §12.8.2.2)
_UPRIGHT = {0: (1, 0, 0, 1), 90: (0, 1, -1, 0), 180: (-1, 0, 0, -1), 270: (0, -1, 1, 0)}  # against a page's turn


@dataclass(frozen=True, slots=True)
class _Target:
    """Where the signature goes and what the mark is written with; no lettering: an invisible signature."""

    field: Field
    lettering: Lettering | None


def prepare(
    *, path: str, place: str, lines: Sequence[str], when: str, reserved: int, foreign: bool
) -> dict[str, Any]:
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
    with update_of(Path(path)) as (update, overlay):
        permission = _permission(update)
        if permission == _NO_CHANGES:
            raise Refused(ReasonCode.DOCUMENT_LOCKED)
        look = Path(path) if foreign and permission is None else None
        target = _target(update, Place(place), visible=bool(lines), look=look)
        if update.output_version < (2, 0):
            update.register_extension(ESIC_EXTENSION_1)
        drawn: list[bool] = []

        def dress(field: generic.DictionaryObject) -> None:
            if target.lettering is not None:
                drawn.append(_dress(update, field, lines, Place(place), target.lettering))

        value = SignatureObject(
            timestamp=datetime.fromisoformat(when).astimezone(VIETNAM),
            subfilter=SigSeedSubFilter.PADES,
            bytes_reserved=2 * reserved,
        )
        digest = fill_field(update, target.field, value, dress=dress)
        return {
            "tail": base64.b64encode(overlay.tail).decode(),
            "source_length": overlay.prefix_length,
            "digest": digest.document_digest.hex(),
            "start": digest.reserved_region_start - overlay.prefix_length,
            "end": digest.reserved_region_end - overlay.prefix_length,
            "visible": any(drawn),
        }


def _permission(update: Update) -> int | None:
    """What a certifying signature leaves open to others, None if there is none."""
    if "/Perms" not in update.root or "/DocMDP" not in update.root["/Perms"]:
        return None
    certified = update.root["/Perms"]["/DocMDP"]
    for reference in certified["/Reference"] if "/Reference" in certified else ():
        entry = reference.get_object()
        if entry["/TransformMethod"] == "/DocMDP":
            parameters = entry["/TransformParams"]
            return int(parameters["/P"]) if "/P" in parameters else _FORM_FILLING
    return _FORM_FILLING


def _target(update: Update, place: Place, *, visible: bool, look: Path | None) -> _Target:
    fields = {name: value for name, value, _ in enumerate_sig_fields(update)}
    if place.value in fields:
        if fields[place.value] is not None:
            raise Refused(ReasonCode.NO_EMPTY_FIELD, field=place.value)
        lettering = prepared_lettering(update) or _embedded(update) if visible else None
        return _Target(Field(place.value, None), lettering)
    box = free_margin(look, first_page(update), right=place is Place.AGENCY) if visible and look else None
    lettering = _embedded(update) if box else None
    spec = SigFieldSpec(place.value, box=box if lettering else None)
    return _Target(Field(place.value, spec), lettering)


def _embedded(update: Update) -> Lettering | None:
    try:
        return embedded_lettering(update)
    except Unavailable:
        return None  # a signature without its mark is a signature; a mark in a font the file lacks would break PDF/A


def _dress(
    update: Update, field: generic.DictionaryObject, lines: Sequence[str], place: Place, lettering: Lettering
) -> bool:
    """Draw the mark as the field's appearance; False if the field has no area to draw on."""
    widget = field if "/Rect" in field else field["/Kids"][0]
    x0, y0, x1, y1 = (float(side) for side in widget["/Rect"])
    turn = rotation(widget["/P"]) if "/P" in widget else 0
    sides = abs(x1 - x0), abs(y1 - y0)
    width, height = sides[::-1] if turn in {90, 270} else sides
    if not (width and height):
        return False
    setting = set_lines(lines, width=width, height=height, place=place, widths=lettering.widths)
    form = generic.StreamObject(
        {
            pdf_name("/Type"): pdf_name("/XObject"),
            pdf_name("/Subtype"): pdf_name("/Form"),
            pdf_name("/BBox"): generic.ArrayObject(map(generic.FloatObject, (0, 0, width, height))),
            pdf_name("/Matrix"): generic.ArrayObject(map(generic.NumberObject, (*_UPRIGHT[turn], 0, 0))),
            pdf_name("/Resources"): generic.DictionaryObject(
                {pdf_name("/Font"): generic.DictionaryObject({pdf_name("/F0"): lettering.font})}
            ),
        },
        stream_data=draw(setting, width=width, height=height, place=place, widths=lettering.widths),
    )
    # Not deflated: EU DSS reports a filter that the empty appearance did not have as an undefined modification.
    widget["/AP"] = generic.DictionaryObject({pdf_name("/N"): update.add_object(form)})
    update.update_container(widget)
    return True
