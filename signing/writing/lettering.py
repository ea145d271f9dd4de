"""The marks' font inside a PDF: found where compose put it, or embedded anew in a PDF that Khoso did not compose."""

import struct
from dataclasses import dataclass

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from compose.fonts import font_dictionary, widths_of
from compose.form import MARK_FONT
from compose.liberation import FONT_NAME, find, mark_font
from compose.values import Entries, Name, Ref, Value
from signing.writing.appearance import Widths


@dataclass(frozen=True, slots=True)
class Lettering:
    """A font to draw with: its object in the file and its widths."""

    font: generic.IndirectObject
    widths: Widths


def prepared_lettering(writer: IncrementalPdfFileWriter) -> Lettering | None:
    """The font that compose put into the form's default resources, None if there is none."""
    try:
        reference = writer.root["/AcroForm"]["/DR"]["/Font"].raw_get(f"/{MARK_FONT}")
        font = reference.get_object()
        if font["/BaseFont"] != f"/{FONT_NAME}":
            return None
        descendant = font["/DescendantFonts"][0]
        widths = widths_of(descendant["/FontDescriptor"]["/FontFile2"].data, descendant["/CIDToGIDMap"].data)
    except (KeyError, IndexError, struct.error):
        return None
    return Lettering(font=reference, widths=widths)


def embedded_lettering(writer: IncrementalPdfFileWriter) -> Lettering:
    """The same font added to a file.

    Raises:
        Unavailable: it is not installed; the message says what to install.
    """
    font = mark_font(find())

    def put(value: Value) -> Ref:
        return Ref(writer.add_object(pdf_object(value, writer)).idnum)

    def pack(entries: Entries, data: bytes) -> Ref:
        stream = generic.StreamObject(_dictionary(entries, writer), stream_data=data)
        stream.compress()
        return Ref(writer.add_object(stream).idnum)

    reference = put(font_dictionary(font, put=put, pack=pack))
    return Lettering(font=generic.IndirectObject(reference.number, 0, writer), widths=font.widths)


def pdf_object(value: Value, writer: IncrementalPdfFileWriter) -> generic.PdfObject:  # noqa: PLR0911 - as above
    """A value of `compose.values` as pyHanko's object."""
    match value:
        case bool():
            return generic.BooleanObject(value)
        case int():
            return generic.NumberObject(value)
        case float():
            return generic.FloatObject(value)
        case Name():
            return generic.NameObject(f"/{value}")
        case str():
            return generic.TextStringObject(value)
        case bytes():
            return generic.ByteStringObject(value)
        case Ref():
            return generic.IndirectObject(value.number, 0, writer)
        case dict():
            return _dictionary(value, writer)
        case _:
            return generic.ArrayObject(pdf_object(item, writer) for item in value)


def _dictionary(entries: Entries, writer: IncrementalPdfFileWriter) -> generic.DictionaryObject:
    return generic.DictionaryObject(
        {generic.pdf_name(f"/{key}"): pdf_object(item, writer) for key, item in entries.items()}
    )
