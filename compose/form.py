"""The form: two empty signature fields on page 1 and the marks' font, ready so that signing needs no font work.

Everything a signature would otherwise have to change in the catalogue stands here already (signature flags, the ESIC
extension of PAdES), so that a signature touches its own field and nothing else.
"""

from collections.abc import Mapping

from compose.places import AGENCY_FIELD, SCANNER_FIELD, FrontPage, Rect
from compose.values import Entries, Name, Ref
from compose.writer import PdfWriter

MARK_FONT = "KhosoMark"  # resource name of the marks' font in the form's default resources

# ETSI EN 319 142-1 Annex A.2: what tells a PDF 1.7 reader of ETSI signatures and the document security store.
EXTENSIONS: Entries = {"ESIC": {"Type": Name("DeveloperExtensions"), "BaseVersion": Name("1.7"), "ExtensionLevel": 1}}

_PRINTED, _LOCKED = 4, 128  # annotation flags (ISO 32000-1 §12.5.3); PDF/A wants what is shown to be printed too
_FIELDS_EXIST, _APPEND_ONLY = 1, 2  # signature flags (§12.7.2)
_TOOLTIPS = {SCANNER_FIELD: "Chữ ký số của người số hóa", AGENCY_FIELD: "Chữ ký số của cơ quan"}


def places(front: FrontPage) -> Mapping[str, Rect]:
    """The fields' places by name."""
    return {SCANNER_FIELD: front.scanner, AGENCY_FIELD: front.agency}


def put_fields(writer: PdfWriter, front: FrontPage, *, page: Ref) -> list[Ref]:
    """Write the empty fields; each is its own widget with an empty appearance, which PDF/A demands."""
    fields = []
    for name, rect in places(front).items():
        box = [0, 0, rect.x1 - rect.x0, rect.y1 - rect.y0]
        empty: Entries = {"Type": Name("XObject"), "Subtype": Name("Form"), "BBox": box, "Resources": {}}
        field: Entries = {
            "Type": Name("Annot"),
            "Subtype": Name("Widget"),
            "FT": Name("Sig"),
            "T": name,
            "TU": _TOOLTIPS[name],
            "F": _PRINTED | _LOCKED,
            "Rect": list(rect),
            "P": page,
            "AP": {"N": writer.put_stream(empty, [], 0)},
        }
        fields.append(writer.put(field))
    return fields


def put_form(writer: PdfWriter, fields: list[Ref], *, font: Ref) -> Ref:
    """Write the form dictionary."""
    return writer.put(
        {"Fields": fields, "SigFlags": _FIELDS_EXIST | _APPEND_ONLY, "DR": {"Font": {MARK_FONT: font}}},
    )
