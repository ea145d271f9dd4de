"""Inspecting whole files through a helper, and the judging of what was seen."""

import io
import subprocess
import sys
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name
from PIL import Image, ImageDraw, ImageFilter

from khoso.kernel.errors import Refused, Unavailable
from khoso.kernel.reasons import ReasonCode
from pages.helper import Helper
from pages.images import page_image
from pages.inspecting import inspect, judge
from pages.ports import FileFacts, Kind, Origin
from tests.pages.making import Maker


def refusal(path: Path, helper: Helper) -> ReasonCode:
    with pytest.raises(Refused) as refused:
        inspect(path, helper=helper)
    assert refused.value.reason.sentence()
    return refused.value.reason.code


def codes(facts: FileFacts) -> list[list[ReasonCode]]:
    return [[flag.code for flag in page.flags] for page in facts.pages]


@pytest.mark.parametrize(("form", "kind"), [("JPEG", Kind.JPEG), ("PNG", Kind.PNG), ("TIFF", Kind.TIFF)])
def test_image_files_are_paper(make: Maker, helper: Helper, form: str, kind: Kind) -> None:
    path = make.save(make.a4(), "giay.dat", format=form, dpi=(200, 200))
    facts = inspect(path, helper=helper)
    assert (facts.kind, facts.origin, facts.size, facts.signatures) == (kind, Origin.PAPER, path.stat().st_size, 0)
    (page,) = facts.pages
    assert (page.number, page.width, page.height, page.dpi_source, page.source) == (1, 1654, 2338, "file", "as_is")
    assert page.dpi == pytest.approx(200, abs=0.1)
    assert not page.text
    assert codes(facts) == [[]]
    assert FileFacts.from_json(facts.to_json()) == facts


def test_pages_of_a_tiff_are_judged_one_by_one(make: Maker, helper: Helper) -> None:
    blank = Image.new("L", (1654, 2338), 244)
    blurred = make.a4().filter(ImageFilter.GaussianBlur(3))
    path = make.save(
        make.a4(), "a.tif", save_all=True, append_images=[blank, blurred], dpi=(200, 200), compression="tiff_deflate"
    )
    facts = inspect(path, helper=helper)
    assert codes(facts) == [[], [ReasonCode.BLANK_PAGE], [ReasonCode.BLURRED]]
    assert [page.number for page in facts.pages] == [1, 2, 3]


def test_a_scanned_pdf_is_paper_with_the_resolution_of_its_picture(make: Maker, helper: Helper) -> None:
    path, _ = make.scan_pdf("a.pdf", extra=b"BT 3 Tr /F0 12 Tf 100 700 Td (SPECIMEN) Tj ET", fonts={"F0": b""})
    facts = inspect(path, helper=helper)
    (page,) = facts.pages
    assert facts.origin is Origin.PAPER
    assert (page.width, page.height, page.source, page.dpi_source, page.text) == (1654, 2338, "as_is", "file", False)
    assert page.dpi == pytest.approx(200, abs=0.5)


def test_pixels_taken_for_points_are_put_right(make: Maker, helper: Helper) -> None:
    image = make.a4()
    path = make.pdf("a.pdf", b"1654 0 0 2338 0 0 cm /Im0 Do", size=image.size, images=[(make.jpeg(image), image.size)])
    (page,) = inspect(path, helper=helper).pages
    assert page.dpi_source == "estimated"
    assert page.dpi == pytest.approx(200, rel=0.01)


def test_text_and_drawings_make_an_electronic_original(make: Maker, helper: Helper) -> None:
    path = make.pdf("a.pdf", b"BT /F0 12 Tf 100 700 Td (SPECIMEN) Tj ET", fonts={"F0": b""})
    facts = inspect(path, helper=helper)
    (page,) = facts.pages
    assert (facts.origin, page.text, page.source, page.dpi, page.dpi_source) == (
        Origin.ELECTRONIC,
        True,
        "rendered",
        300,
        "rendered",
    )
    assert (page.width, page.height) == (2481, 3508)
    drawing = inspect(make.pdf("b.pdf", b"100 100 m 400 600 l S"), helper=helper)
    assert (drawing.origin, drawing.pages[0].text) == (Origin.ELECTRONIC, False)


def signed(path: Path) -> Path:
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        field = pdf.make_indirect(Dictionary(FT=Name.Sig, T="f", V=Dictionary(Type=Name.Sig)))
        pdf.Root.AcroForm = Dictionary(Fields=Array([field]))
        pdf.save(path)
    return path


def test_a_signed_scan_is_electronic_and_its_coarseness_only_flagged(make: Maker, helper: Helper) -> None:
    path, _ = make.scan_pdf("a.pdf", make.a4(dpi=100))
    assert refusal(path, helper) is ReasonCode.TOO_COARSE
    facts = inspect(signed(path), helper=helper)
    assert (facts.origin, facts.signatures) == (Origin.ELECTRONIC, 1)
    assert codes(facts) == [[ReasonCode.FOREIGN_COARSE]]


def test_a_landscape_page_names_the_edge_as_people_see_it(make: Maker, helper: Helper) -> None:
    page = make.a4()
    shifted = Image.new("RGB", page.size, "#f6f6f2")
    shifted.paste(page, (-206, 0))  # the first letters of all lines lie over the left edge
    path, _ = make.scan_pdf("a.pdf", shifted, keys={"Rotate": 90})
    (flag,) = inspect(path, helper=helper).pages[0].flags
    assert (flag.code, flag.params["edge"]) == (ReasonCode.CUT_OFF, "trên")


def test_captures_are_refused_for_how_they_were_made(make: Maker, helper: Helper) -> None:
    assert refusal(make.save(make.a4(dpi=150), "a.jpg", dpi=(150, 150)), helper) is ReasonCode.TOO_COARSE
    assert refusal(make.save(make.page((300, 400), dpi=100), "b.png"), helper) is ReasonCode.TOO_SMALL
    assert (
        refusal(make.save(Image.new("RGB", (1654, 2338), "white"), "c.jpg", dpi=(200, 200)), helper)
        is ReasonCode.ALL_BLANK
    )


def test_files_are_refused_for_what_they_are(make: Maker, helper: Helper) -> None:
    gif = io.BytesIO()
    make.a4().convert("P").save(gif, format="GIF")
    assert refusal(make.write("a.pdf", gif.getvalue()), helper) is ReasonCode.FORMAT_NOT_ACCEPTED
    assert refusal(make.write("b.pdf", b""), helper) is ReasonCode.EMPTY_FILE
    assert refusal(make.write("c.pdf", b"SPECIMEN " * 100), helper) is ReasonCode.UNKNOWN_FORMAT
    locked = make.pdf("d.pdf", encryption=pikepdf.Encryption(user="mở", owner="chủ"))
    assert refusal(locked, helper) is ReasonCode.ENCRYPTED
    assert refusal(make.pdf("e.pdf"), helper) is ReasonCode.ALL_BLANK


def test_a_file_too_large_is_not_even_opened(make: Maker, helper: Helper) -> None:
    path = make.path("a.pdf")
    with path.open("wb") as file:
        file.truncate((2 << 30) + 1)
    assert refusal(path, helper) is ReasonCode.TOO_LARGE


def test_an_absent_file_is_unavailable(make: Maker, helper: Helper) -> None:
    with pytest.raises(Unavailable):
        inspect(make.path("none.pdf"), helper=helper)


def test_a_truncated_picture_on_one_page_names_the_page(make: Maker, helper: Helper) -> None:
    image = make.a4()
    data = make.jpeg(image)
    path = make.pdf(
        "a.pdf", b"595.28 0 0 841.89 0 0 cm /Im0 Do", images=[(data[: len(data) // 2], image.size)], pages=2
    )
    with pytest.raises(Refused, match="trang 1"):
        inspect(path, helper=helper)


def test_a_broken_table_of_contents_is_repaired(make: Maker, helper: Helper) -> None:
    path, _ = make.scan_pdf("a.pdf")
    path.write_bytes(path.read_bytes().replace(b"startxref", b"startxxxx"))
    assert inspect(path, helper=helper).origin is Origin.PAPER


def test_lost_pages_are_noticed(make: Maker, helper: Helper) -> None:
    path = make.pdf("a.pdf", b"BT /F0 12 Tf 100 700 Td (SPECIMEN) Tj ET", fonts={"F0": b""}, pages=3)
    with pikepdf.open(path) as pdf:
        pdf.save(path.with_name("b.pdf"), qdf=True, static_id=True, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    data = path.with_name("b.pdf").read_bytes()
    first = data.index(b"/Type /Page\n")
    start, end = data.rindex(b"<<", 0, first), data.index(b"endobj", first)
    path.write_bytes(data[:start] + b"(lost) ".ljust(end - start) + data[end:])
    assert refusal(path, helper) is ReasonCode.DAMAGED


def test_active_content_and_restrictions_are_flagged_on_the_file(make: Maker, helper: Helper) -> None:
    path, _ = make.scan_pdf("a.pdf")
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        pdf.attachments["danh-sach.xlsx"] = b"SPECIMEN"
        pdf.Root.OpenAction = Dictionary(S=Name.JavaScript, JS="app.alert(1)")
        pdf.save(path, encryption=pikepdf.Encryption(user="", owner="chủ", allow=pikepdf.Permissions(extract=False)))
    facts = inspect(path, helper=helper)
    assert facts.origin is Origin.PAPER
    assert {flag.code: flag.params["what"] for flag in facts.flags} == {
        ReasonCode.ACTIVE_CONTENT: "JavaScript, tệp đính kèm: danh-sach.xlsx",
        ReasonCode.RESTRICTED: "sao chép",
    }


def test_a_jpeg_without_its_end_mark_is_taken_and_said_to_be_so(make: Maker, helper: Helper, tmp_path: Path) -> None:
    path = make.write("a.jpg", make.jpeg(make.a4(), dpi=(200, 200))[:-2])
    facts = inspect(path, helper=helper)
    assert [flag.code for flag in facts.flags] == [ReasonCode.NO_END_MARK]
    image = page_image(path, Kind.JPEG, 1, helper=helper, folder=tmp_path)
    assert image.path.read_bytes() == path.read_bytes() + b"\xff\xd9"
    whole = make.write("b.jpg", make.jpeg(make.a4(), dpi=(200, 200)))
    assert inspect(whole, helper=helper).flags == ()


def seen(**changes: Any) -> dict[str, Any]:
    findings = {"blank": False, "cut": [], "blurred": False, "dark": False, **changes.pop("findings", {})}
    page = {"number": 1, "width": 2480, "height": 3508, "dpi": 300.0, "dpi_source": "file", "source": "as_is"}
    return {**page, "text": False, "paper": True, "image_dpi": 300.0, "findings": findings, **changes}


OVERVIEW = {"kind": "application/pdf", "pages": 1, "signatures": 0, "active": [], "restrictions": [], "attachments": []}


def test_one_electronic_page_makes_the_file_electronic() -> None:
    assert judge(1, OVERVIEW, [seen(), seen(number=2, paper=False, image_dpi=None)]).origin is Origin.ELECTRONIC
    assert judge(1, OVERVIEW, [seen(), seen(number=2)]).origin is Origin.PAPER


def test_all_blank_is_refused_unless_signed() -> None:
    blank = seen(findings={"blank": True})
    with pytest.raises(Refused):
        judge(1, OVERVIEW, [blank, blank])
    assert codes(judge(1, OVERVIEW, [seen(), blank])) == [[], [ReasonCode.BLANK_PAGE]]
    assert codes(judge(1, {**OVERVIEW, "signatures": 1}, [blank])) == [[ReasonCode.BLANK_PAGE]]


def test_quality_is_flagged_on_paper_only() -> None:
    poor = seen(findings={"cut": ["top", "left"], "blurred": True, "dark": True})
    facts = judge(1, OVERVIEW, [poor])
    assert codes(facts) == [[ReasonCode.CUT_OFF, ReasonCode.BLURRED, ReasonCode.TOO_DARK]]
    assert facts.pages[0].flags[0].params["edge"] == "trên, trái"
    assert codes(judge(1, {**OVERVIEW, "signatures": 1}, [poor])) == [[]]


def test_two_hundred_dpi_has_the_tolerance_of_cut_paper() -> None:
    assert judge(1, OVERVIEW, [seen(image_dpi=197.0)]).origin is Origin.PAPER
    with pytest.raises(Refused):
        judge(1, OVERVIEW, [seen(image_dpi=190.0)])


def test_the_host_loads_no_decoder() -> None:
    loaded = "import sys, pages.images, pages.inspecting; print([m for m in ('cv2', 'PIL', 'pikepdf', 'pypdf', 'numpy') if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", loaded], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2]
    )
    assert done.stdout.strip() == "[]"


def test_a_file_that_is_only_read_is_not_judged(make, helper):
    path = make.path("to_read.jpg")
    drawn = Image.new("RGB", (2480, 3508), "white")
    for row in range(300, 3000, 70):
        for left in range(300, 2100, 44):
            ImageDraw.Draw(drawn).rectangle((left, row, left + 24, row + 36), fill="black")
    drawn.resize((1240, 1754)).save(path, dpi=(150, 150))
    with pytest.raises(Refused, match="150 dpi"):
        inspect(path, helper=helper, to_read=True)
    drawn.filter(ImageFilter.GaussianBlur(6)).save(path, dpi=(300, 300))
    flags = {flag.code for flag in inspect(path, helper=helper).pages[0].flags}
    assert ReasonCode.BLURRED in flags
    (page,) = inspect(path, helper=helper, to_read=True).pages
    assert (page.width, page.dpi, page.flags, page.cuts) == (2480, 300.0, (), ())
    path.write_bytes(path.read_bytes()[:-5000])
    with pytest.raises(Refused) as refused:
        inspect(path, helper=helper, to_read=True)
    assert refused.value.reason.code is ReasonCode.DAMAGED
