"""Each type becomes an image, each file format opens, scans differ as they were told to."""

import io
import json
import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from PIL import Image
from pypdf import PdfReader

from pages.inside.findings import examine
from samples.generator.__main__ import main
from samples.generator.make import BACKS, KINDS, Printed, draw_scans, print_document, scan_pages, with_blank_back, write
from samples.generator.scan import FAULTS, SEVERITIES, Scan, draw_scan, faulty, jpeg, scanned

LOW = 50


def pages_of(paper: Printed, severity: str = "usual") -> tuple[list[Image.Image], list[Scan]]:
    scans = draw_scans(paper, severity, dpi=LOW, turn=False)
    return scan_pages(paper, scans), scans


@pytest.mark.parametrize("document_type", sorted(KINDS))
def test_each_type_makes_images_with_ink_on_paper(document_type: str) -> None:
    paper = print_document(document_type, 1)
    pages, _ = pages_of(paper)
    assert len(pages) == len(paper.sheets)
    for page, sheet in zip(pages, paper.sheets, strict=True):
        assert page.size == (round(sheet.width * LOW / 72), round(sheet.height * LOW / 72))
        grey = np.asarray(page.convert("L"))
        assert np.median(grey) > 170
        assert grey.min() < 120


def test_the_same_scan_twice_is_the_same() -> None:
    paper = print_document("marital_status", 4)
    first, scans = pages_of(paper)
    second, _ = pages_of(paper)
    assert jpeg(first[0], scans[0]) == jpeg(second[0], scans[0])


def test_severities_differ() -> None:
    paper = print_document("marital_status", 4)
    images = {
        severity: np.asarray(pages_of(paper, severity)[0][0].convert("L"), dtype=float) for severity in SEVERITIES
    }
    assert np.abs(images["clean"] - images["hard"]).mean() > np.abs(images["clean"] - images["usual"]).mean() * 0.5
    assert np.abs(images["clean"] - images["hard"]).mean() > 1


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_shows_and_the_rest_stays(fault: str) -> None:
    paper = print_document("marital_status", 4)
    scans = draw_scans(paper, "clean", dpi=300, turn=False)
    wrong = [faulty(how, fault) for how in scans]
    changed = {key for key in vars(scans[0]) if getattr(scans[0], key) != getattr(wrong[0], key)}
    assert changed == set(FAULTS[fault])
    if fault not in {"200dpi", "jpeg"}:  # whose sizes and bytes differ, not what the scanner saw
        small = [replace(how, dpi=2 * LOW) for how in (scans[0], wrong[0])]
        usual, bad = (np.asarray(scan_pages(paper, [how])[0], dtype=float) for how in small)
        assert np.abs(usual - bad).max() > 10


def test_a_turned_page_lies_on_its_side() -> None:
    page = Image.new("RGB", (80, 120), "white")
    assert scanned(page, Scan(rotation=90, dpi=LOW)).size == (120, 80)
    assert Scan(rotation=90).facts()["rotation"] == 90
    paper = print_document("health_certificate", 2, variant="gksk_tt32")
    assert draw_scans(paper, "usual", turn=True)[-1].rotation in {90, 180, 270}


def test_one_stack_of_paper_has_one_colour() -> None:
    paper = print_document("land_certificate", 11, variant="gcn_2009")
    assert len({how.paper for how in draw_scans(paper, "hard")}) == 1


def test_the_back_of_a_sheet_shows_only_faintly() -> None:
    paper = with_blank_back(print_document("marital_status", 4))
    pages, _ = pages_of(paper)
    back = np.asarray(pages[-1].convert("L"), dtype=float)
    assert np.median(back) - np.percentile(back, 1) < 60


@pytest.mark.parametrize(("back", "blank"), [("blank", True), ("stamped", False)])
def test_inspection_tells_a_blank_back_from_a_stamped_one(back: str, blank: bool) -> None:  # noqa: FBT001
    paper = BACKS[back](print_document("marital_status", 4))
    scans = draw_scans(paper, "hard", dpi=150)
    found = examine(np.asarray(scan_pages(paper, scans)[-1].convert("RGB")), 150)
    assert found.blank is blank


def test_grain_and_light_are_as_told() -> None:
    page = Image.new("RGB", (400, 600), "white")
    quiet = np.asarray(scanned(page, Scan(dpi=LOW, seed=3)), dtype=float)
    grainy = np.asarray(scanned(page, Scan(dpi=LOW, seed=3, noise=6.0)), dtype=float)
    lit = np.asarray(scanned(page, Scan(dpi=LOW, seed=3, light=0.2)), dtype=float)
    assert quiet.std() < 5 < 255 - lit.min()
    assert grainy.std() > quiet.std()


def test_hard_scans_are_harder_on_average() -> None:
    rng = random.Random(5)  # noqa: S311
    usual = [draw_scan(rng, "usual").noise for _ in range(50)]
    hard = [draw_scan(rng, "hard").noise for _ in range(50)]
    assert sum(hard) > sum(usual)


@pytest.fixture(scope="module")
def two_pages() -> Printed:
    paper = print_document("health_certificate", 2, variant="gksk_tt32")
    assert len(paper.sheets) == 2
    return paper


@pytest.mark.parametrize("form", ["pdf", "tiff", "folder", "text", "signed", "png", "jpeg"])
def test_each_format_opens_with_all_its_pages(form: str, two_pages: Printed, tmp_path: Path) -> None:
    paper = two_pages
    if form in {"png", "jpeg", "signed"}:
        paper = print_document("administrative_document", 8, variant="quyet_dinh")
    scans = draw_scans(paper, "usual", dpi=LOW, turn=False)
    truth = write(paper, tmp_path, "giay", form=form, scans=scans)
    path = tmp_path / truth["file"]
    assert count(path) == len(truth["page_text"])
    assert ("scan" in truth) == (form not in {"text", "signed"})


def count(path: Path) -> int:
    if path.is_dir():
        return sum(page.read_bytes().startswith(b"\xff\xd8") for page in path.iterdir())
    if path.suffix == ".pdf":
        with pikepdf.open(path) as pdf:
            return len(pdf.pages)
    with Image.open(path) as image:
        image.load()
        return getattr(image, "n_frames", 1)


def test_scans_lie_in_the_pdf_as_they_were_coded(two_pages: Printed, tmp_path: Path) -> None:
    scans = draw_scans(two_pages, "usual", dpi=LOW, turn=False)
    truth = write(two_pages, tmp_path, "giay", form="pdf", scans=scans)
    with pikepdf.open(tmp_path / truth["file"]) as pdf:
        image = pdf.pages[0].Resources.XObject.Im0
        raw = image.read_raw_bytes()
        inches = float(pdf.pages[0].MediaBox[2]) / 72
    with Image.open(io.BytesIO(raw)) as picture:
        assert picture.format == "JPEG"
        assert picture.width / inches == pytest.approx(LOW, rel=0.01)


def test_an_electronic_original_carries_its_text(tmp_path: Path) -> None:
    paper = print_document("administrative_document", 8, variant="quyet_dinh")
    truth = write(paper, tmp_path, "qd", form="text", scans=[])
    text = " ".join(PdfReader(tmp_path / truth["file"]).pages[0].extract_text().split())
    assert "MẪU - SPECIMEN" in text
    assert truth["fields"]["number"] in text
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in text


def test_a_sealed_original_is_the_same_each_time(tmp_path: Path) -> None:
    paper = print_document("marital_status", 4)
    first = write(paper, tmp_path, "mot", form="signed", scans=[])
    second = write(paper, tmp_path, "hai", form="signed", scans=[])
    data = (tmp_path / first["file"]).read_bytes()
    assert data == (tmp_path / second["file"]).read_bytes()
    assert data.count(b"/ByteRange") == 1


def test_the_command_writes_files_and_their_truth(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(
        [
            str(tmp_path),
            "--total",
            "3",
            "--type",
            "diploma",
            "--type",
            "marital_status",
            "--dpi",
            "40",
            "--severity",
            "clean",
        ]
    )
    rows = [json.loads(line) for line in (tmp_path / "truth.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [row["document_type"] for row in rows] == ["diploma", "marital_status", "diploma"]
    assert all((tmp_path / row["file"]).is_file() for row in rows)
    assert capsys.readouterr().out.count("clean") == 3


def test_the_command_lists_layouts_and_wants_a_folder(capsys: pytest.CaptureFixture[str]) -> None:
    main(["--list"])
    assert "birth_certificate gks_2020" in capsys.readouterr().out
    with pytest.raises(SystemExit):
        main([])


def test_scan_facts_tell_what_is_unusual() -> None:
    how = replace(Scan(), fold="thirds", staple=True)
    assert how.facts() == {
        "skew": 0.0,
        "blur": 0.0,
        "noise": 0.0,
        "jpeg": 85,
        "dpi": 300,
        "rotation": 0,
        "fold": "thirds",
        "staple": True,
    }
