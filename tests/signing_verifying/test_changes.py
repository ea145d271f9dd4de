"""What came after a signature: the harmless must stay permitted, the rest must not pass."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, append_signature_field

from signing.ports import Verdict
from signing.verification import sentences as say
from tests.signing_verifying.workshop import NOW, Bench, Pki, certificate

Change = Callable[[IncrementalPdfFileWriter], None]
BOX = (300, 700, 500, 750)


@pytest.fixture
def signed(bench: Bench, pki: Pki, paper: bytes) -> bytes:
    return bench.sign(paper, pki.anna)


def suspicious(verdict: Verdict) -> bool:
    """Seen as an attack: the signature itself is intact, what came later is not the signer's."""
    return (verdict.integrity, verdict.later_changes, verdict.verdict) == ("intact", "suspicious", "invalid")


def permitted(verdict: Verdict) -> bool:
    return (verdict.verdict, verdict.coverage, verdict.later_changes) == ("valid", "revision", "permitted")


def field(writer: IncrementalPdfFileWriter, title: str) -> generic.DictionaryObject:
    fields = [each.get_object() for each in writer.root["/AcroForm"]["/Fields"]]
    return next(each for each in fields if each["/T"] == title)


def page(writer: IncrementalPdfFileWriter) -> generic.DictionaryObject:
    return writer.find_page_for_modification(0)[0].get_object()


def test_second_signature(bench: Bench, pki: Pki, signed: bytes, trust_with_crls: Path) -> None:
    verdicts = bench.judge(bench.sign(signed, pki.binh, field="Sig2", box=BOX), trust_with_crls)
    assert permitted(verdicts["Sig1"])
    assert (verdicts["Sig2"].verdict, verdicts["Sig2"].coverage) == ("valid", "whole file")
    assert list(verdicts) == ["Sig1", "Sig2"]


def test_a_later_signature_that_is_wrong_taints_what_it_shows(
    bench: Bench, pki: Pki, signed: bytes, trust_with_crls: Path
) -> None:
    twice = bytearray(bench.sign(signed, pki.binh, field="Sig2", box=BOX))
    at = twice.rindex(b"/Rect")
    twice[at : at + 40] = twice[at : at + 40].replace(b"300", b"100")
    verdicts = bench.judge(bytes(twice), trust_with_crls)
    assert verdicts["Sig2"].integrity == "modified"
    assert verdicts["Sig1"].verdict == "invalid"


def test_a_stranger_puts_a_picture_on_the_page(bench: Bench, signed: bytes, trust_with_crls: Path) -> None:
    """The «sneaky signature»: formally a further signature, in fact a sheet over the text."""
    nobody = certificate("Người lạ SPECIMEN", None)
    verdicts = bench.judge(bench.sign(signed, nobody, field="Sig2", box=BOX), trust_with_crls)
    assert (verdicts["Sig1"].verdict, verdicts["Sig1"].later_changes) == ("indeterminate", "permitted")
    assert say.SHOWN_BY_UNTRUSTED % {"field": "Sig2"} in verdicts["Sig1"].reasons
    unseen = bench.judge(bench.sign(signed, nobody, field="Sig2"), trust_with_crls)
    assert unseen["Sig1"].verdict == "valid"


def test_object_listed_twice(bench: Bench, signed: bytes, trust_with_crls: Path) -> None:
    """Two places for one object: programs that take the last see the old page, programs that take the first another."""
    reader = PdfFileReader(io.BytesIO(signed))
    content = reader.root["/Pages"]["/Kids"][0].raw_get("/Contents").reference
    old = reader.xrefs[content]
    other = b"\n%d 0 obj\n<</Length 12>>\nstream\nBT (9) Tj ET\nendstream\nendobj\n" % content.idnum
    at = len(signed) + len(other)
    rows = f"xref\n{content.idnum} 1\n{len(signed) + 1:010d} 00000 n \n{content.idnum} 1\n{old:010d} 00000 n \n"
    trailer = f"trailer\n<</Size {reader.trailer['/Size']} /Root {reader.root_ref.idnum} 0 R /Prev {reader.last_startxref}>>\n"
    verdict = bench.judge(signed + other + f"{rows}{trailer}startxref\n{at}\n%%EOF\n".encode(), trust_with_crls)["Sig1"]
    assert suspicious(verdict)
    assert say.AMBIGUOUS_LATER in verdict.reasons


@pytest.mark.parametrize("what", ["letters", "redraw"])
def test_form_drawn_with_other_letters(bench: Bench, pki: Pki, paper: bytes, trust_with_crls: Path, what: str) -> None:
    """The value stays and the appearance stays, but viewers are told to draw the value anew, or with another font."""

    def font(writer: IncrementalPdfFileWriter, base: str) -> generic.IndirectObject:
        names = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": base}
        return writer.add_object(generic.DictionaryObject({pdf_name(k): pdf_name(v) for k, v in names.items()}))

    def prepare(writer: IncrementalPdfFileWriter) -> None:
        fonts = generic.DictionaryObject({pdf_name("/F1"): font(writer, "/Helvetica")})
        writer.root["/AcroForm"][pdf_name("/DR")] = generic.DictionaryObject({pdf_name("/Font"): fonts})
        writer.update_container(writer.root["/AcroForm"])

    def change(writer: IncrementalPdfFileWriter) -> None:
        form = writer.root["/AcroForm"]
        if what == "letters":
            form["/DR"]["/Font"][pdf_name("/F1")] = font(writer, "/Symbol")
        else:
            form[pdf_name("/NeedAppearances")] = generic.BooleanObject(True)
        writer.update_container(form)

    signed = bench.sign(bench.append(paper, prepare), pki.anna)
    verdict = bench.judge(bench.append(signed, change), trust_with_crls)["Sig1"]
    assert suspicious(verdict)
    assert say.FORM_RESTYLED in verdict.reasons


def test_page_content_replaced(bench: Bench, signed: bytes, trust_with_crls: Path) -> None:
    def change(writer: IncrementalPdfFileWriter) -> None:
        page(writer)[pdf_name("/Contents")] = writer.add_object(generic.StreamObject(stream_data=b"BT (9) Tj ET"))
        writer.update_container(page(writer))

    verdict = bench.judge(bench.append(signed, change), trust_with_crls)["Sig1"]
    assert suspicious(verdict)
    assert say.CHANGED_LATER in verdict.reasons


def test_page_added(bench: Bench, signed: bytes, trust_with_crls: Path) -> None:
    def change(writer: IncrementalPdfFileWriter) -> None:
        pages = writer.root["/Pages"]
        added = generic.DictionaryObject({pdf_name("/Type"): pdf_name("/Page")})
        added[pdf_name("/Parent")] = writer.root.raw_get("/Pages")
        added[pdf_name("/MediaBox")] = generic.ArrayObject(map(generic.NumberObject, (0, 0, 595, 842)))
        pages["/Kids"].append(writer.add_object(added))
        pages[pdf_name("/Count")] = generic.NumberObject(2)
        writer.update_container(pages)

    assert suspicious(bench.judge(bench.append(signed, change), trust_with_crls)["Sig1"])


def test_annotation_added(bench: Bench, signed: bytes, trust_with_crls: Path) -> None:
    def change(writer: IncrementalPdfFileWriter) -> None:
        note = generic.DictionaryObject(
            {pdf_name("/Type"): pdf_name("/Annot"), pdf_name("/Subtype"): pdf_name("/Square")}
        )
        note[pdf_name("/Rect")] = generic.ArrayObject(map(generic.NumberObject, (40, 780, 400, 820)))
        page(writer)["/Annots"].append(writer.add_object(note))
        writer.update_container(page(writer))

    assert suspicious(bench.judge(bench.append(signed, change), trust_with_crls)["Sig1"])


def test_image_freed(bench: Bench, signed: bytes, trust_with_crls: Path) -> None:
    """The «hide» of the shadow attacks: nothing is added, an object is only declared free."""
    reader = PdfFileReader(io.BytesIO(signed))
    content = reader.root["/Pages"]["/Kids"][0].raw_get("/Contents").reference
    assert suspicious(bench.judge(free(signed, content.idnum), trust_with_crls)["Sig1"])


def test_unused_object_freed(bench: Bench, pki: Pki, paper: bytes, trust_with_crls: Path) -> None:
    orphan: list[int] = []

    def litter(writer: IncrementalPdfFileWriter) -> None:
        orphan.append(writer.add_object(generic.NumberObject(7)).idnum)

    signed = bench.sign(bench.append(paper, litter), pki.anna)
    assert permitted(bench.judge(free(signed, orphan[0]), trust_with_crls)["Sig1"])


def free(data: bytes, number: int) -> bytes:
    """Append a revision that does nothing but free an object."""
    reader = PdfFileReader(io.BytesIO(data))
    at = len(data)
    size, root = reader.trailer["/Size"], reader.root_ref.idnum
    table = f"xref\n{number} 1\n0000000000 00001 f \ntrailer\n<</Size {size} /Root {root} 0 R /Prev {reader.last_startxref}>>\n"
    return data + f"{table}startxref\n{at}\n%%EOF\n".encode()


def test_empty_field_filled(bench: Bench, signed: bytes, trust_with_crls: Path) -> None:
    """Permitted by the standard; yet the signer has not seen it, so a clerk should."""
    verdict = bench.judge(bench.append(signed, fill("Empty", "MẪU")), trust_with_crls)["Sig1"]
    assert (verdict.verdict, verdict.later_changes) == ("indeterminate", "permitted")
    assert say.FIELD_FILLED % {"field": "Empty"} in verdict.reasons


def test_filled_value_replaced(bench: Bench, signed: bytes, trust_with_crls: Path) -> None:
    verdict = bench.judge(bench.append(signed, fill("Amount", "9.000.000")), trust_with_crls)["Sig1"]
    assert suspicious(verdict)
    assert say.FIELD_REPLACED % {"field": "Amount"} in verdict.reasons


def test_look_of_a_value_replaced(bench: Bench, signed: bytes, trust_with_crls: Path) -> None:
    """The «replace» of the shadow attacks: the value stays, what people see does not."""
    assert suspicious(bench.judge(bench.append(signed, repaint("Amount")), trust_with_crls)["Sig1"])


def test_signer_may_allow_form_filling(bench: Bench, pki: Pki, paper: bytes, trust_with_crls: Path) -> None:
    certified = bench.sign(paper, pki.anna, certify=True, docmdp_permissions=MDPPerm.FILL_FORMS)
    assert permitted(bench.judge(bench.append(certified, fill("Amount", "9")), trust_with_crls)["Sig1"])
    assert suspicious(bench.judge(bench.append(certified, repaint("Amount")), trust_with_crls)["Sig1"])


def test_signer_may_forbid_everything(bench: Bench, pki: Pki, paper: bytes, trust_with_crls: Path) -> None:
    certified = bench.sign(paper, pki.anna, certify=True, docmdp_permissions=MDPPerm.NO_CHANGES)
    verdict = bench.judge(bench.append(certified, fill("Empty", "MẪU")), trust_with_crls)["Sig1"]
    assert suspicious(verdict)
    assert say.FORBIDDEN_LATER in verdict.reasons
    assert permitted(bench.judge(bench.add_store(certified, pki.crls()), trust_with_crls)["Sig1"])
    assert permitted(bench.judge(bench.stamp(certified, NOW), trust_with_crls)["Sig1"])


def fill(title: str, text: str) -> Change:
    def change(writer: IncrementalPdfFileWriter) -> None:
        box = field(writer, title)
        box[pdf_name("/V")] = generic.pdf_string(text)
        look = generic.StreamObject(stream_data=f"BT ({text}) Tj ET".encode())
        box[pdf_name("/AP")] = generic.DictionaryObject({pdf_name("/N"): writer.add_object(look)})
        writer.update_container(box)

    return change


def repaint(title: str) -> Change:
    def change(writer: IncrementalPdfFileWriter) -> None:
        box = field(writer, title)
        look = generic.StreamObject(stream_data=b"BT (9.000.000) Tj ET")
        box[pdf_name("/AP")] = generic.DictionaryObject({pdf_name("/N"): writer.add_object(look)})
        writer.update_container(box)

    return change


def test_promised_object_supplied_later(bench: Bench, pki: Pki, paper: bytes, trust_with_crls: Path) -> None:
    """The signed page refers to an object that does not exist; whoever supplies it later writes on a signed page."""

    def promise(writer: IncrementalPdfFileWriter) -> None:
        first = page(writer).raw_get("/Contents")
        missing = generic.IndirectObject(900, 0, writer)
        page(writer)[pdf_name("/Contents")] = generic.ArrayObject([first, missing])
        writer.update_container(page(writer))

    signed = bench.sign(bench.append(paper, promise), pki.anna)
    assert bench.judge(signed, trust_with_crls)["Sig1"].verdict == "valid"
    verdict = bench.judge(signed + supply(signed, 900), trust_with_crls)["Sig1"]
    assert suspicious(verdict)
    assert say.HIDDEN_LATER in verdict.reasons


def supply(data: bytes, number: int) -> bytes:
    reader = PdfFileReader(io.BytesIO(data))
    content = b"BT /F1 12 Tf 50 700 Td (9.000.000) Tj ET"
    body = f"{number} 0 obj\n<</Length {len(content)}>>\nstream\n".encode() + content + b"\nendstream\nendobj\n"
    trailer = f"trailer\n<</Size {number + 1} /Root {reader.root_ref.idnum} 0 R /Prev {reader.last_startxref}>>\n"
    table = f"xref\n{number} 1\n{len(data):010d} 00000 n \n{trailer}startxref\n{len(data) + len(body)}\n%%EOF\n"
    return body + table.encode()


def test_painted_box_without_a_signature(bench: Bench, signed: bytes, trust_with_crls: Path) -> None:
    """Signature fields may be added; one that shows a picture and holds no signature is only a picture."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        append_signature_field(writer, SigFieldSpec("Overlay", box=(40, 780, 400, 820)))

    verdict = bench.judge(bench.append(signed, change), trust_with_crls)["Sig1"]
    assert suspicious(verdict)
    assert say.BOX_WITHOUT_SIGNATURE % {"field": "Overlay"} in verdict.reasons


def test_invisible_field_added(bench: Bench, signed: bytes, trust_with_crls: Path) -> None:
    def change(writer: IncrementalPdfFileWriter) -> None:
        append_signature_field(writer, SigFieldSpec("Later"))

    assert permitted(bench.judge(bench.append(signed, change), trust_with_crls)["Sig1"])


def test_prepared_field_signed(bench: Bench, pki: Pki, paper: bytes, trust_with_crls: Path) -> None:
    """As Khoso does it: both fields are made at compose, with their places, and signed one after the other."""

    def prepare(writer: IncrementalPdfFileWriter) -> None:
        append_signature_field(writer, SigFieldSpec("Sig1", box=(40, 780, 200, 820)))
        append_signature_field(writer, SigFieldSpec("Sig2", box=(400, 780, 560, 820)))

    once = bench.sign(bench.append(paper, prepare), pki.anna)
    verdicts = bench.judge(bench.sign(once, pki.binh, field="Sig2"), trust_with_crls)
    assert permitted(verdicts["Sig1"])
    assert verdicts["Sig2"].verdict == "valid"


def test_store_written_anew(bench: Bench, pki: Pki, signed: bytes, trust_with_crls: Path) -> None:
    """A VRI entry replaced by a younger one: pyHanko refuses it, but no page shows it (EN 319 142-1, 5.4.2)."""
    stored = bench.add_store(bench.sign(signed, pki.binh, field="Sig2"), pki.crls())

    def change(writer: IncrementalPdfFileWriter) -> None:
        store = writer.root["/DSS"]
        for key in store["/VRI"]:
            fresh = generic.DictionaryObject({pdf_name("/CRL"): generic.ArrayObject(list(store["/CRLs"]))})
            store["/VRI"][key] = writer.add_object(fresh)
        writer.update_container(store["/VRI"])

    verdicts = bench.judge(bench.append(stored, change), trust_with_crls)
    assert permitted(verdicts["Sig1"])
    assert permitted(verdicts["Sig2"])


def test_store_as_a_pretext(bench: Bench, pki: Pki, signed: bytes, trust_with_crls: Path) -> None:
    """The same housekeeping does not cover a changed page."""
    stored = bench.add_store(signed, pki.crls())

    def change(writer: IncrementalPdfFileWriter) -> None:
        store = writer.root["/DSS"]
        for key in store["/VRI"]:
            store["/VRI"][key] = writer.add_object(generic.DictionaryObject())
        writer.update_container(store["/VRI"])
        page(writer)[pdf_name("/Rotate")] = generic.NumberObject(180)
        writer.update_container(page(writer))

    assert suspicious(bench.judge(bench.append(stored, change), trust_with_crls)["Sig1"])


def test_taking_a_later_signature_out_is_like_cutting_it_off(
    bench: Bench, pki: Pki, signed: bytes, trust_with_crls: Path
) -> None:
    """What the first person signed is there as it was; the second signature is no longer claimed."""
    twice = bench.sign(signed, pki.binh, field="Sig2")

    def change(writer: IncrementalPdfFileWriter) -> None:
        form = writer.root["/AcroForm"]
        kept = [each for each in form["/Fields"] if each.get_object()["/T"] != "Sig2"]
        form[pdf_name("/Fields")] = generic.ArrayObject(kept)
        writer.update_container(form)

    verdicts = bench.judge(bench.append(twice, change), trust_with_crls)
    assert list(verdicts) == ["Sig1"]
    assert permitted(verdicts["Sig1"])
