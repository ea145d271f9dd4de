"""The set that is shipped in `samples/`: which layouts, in which file formats, with which misfortunes."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from samples.generator.make import draw_scans, print_document, with_blank_back, write
from samples.generator.scan import Scan

HOME = Path(__file__).parent.parent


@dataclass(frozen=True)
class Specimen:
    """One shipped document.

    Attributes:
        layout: variant of the type. form: file format of `make.FORMATS`.
        scan: changes to the drawn scans, by attribute of `Scan`.
        turn: degrees the last page lies turned. back: the blank back of the last sheet was scanned too.
    """

    document_type: str
    layout: str
    seed: int
    form: str = "pdf"
    dpi: int = 300
    severity: str = "usual"
    turn: int = 0
    back: bool = False
    scan: tuple[tuple[str, Any], ...] = ()

    @property
    def name(self) -> str:
        return f"{self.document_type}_{self.layout}"


SET = (
    Specimen("administrative_document", "quyet_dinh", 8, "signed"),
    Specimen("administrative_document", "thong_bao", 2, "text"),
    Specimen("administrative_document", "cong_van", 11),
    Specimen("administrative_document", "to_trinh", 1, dpi=200),
    Specimen("administrative_document", "quyet_dinh_danh_sach", 7, dpi=200, turn=90),
    Specimen("birth_certificate", "gks_2020", 2, dpi=200),
    Specimen("birth_certificate", "tlks", 3),
    Specimen("birth_certificate", "gks_2006", 5, "jpeg", dpi=200),
    Specimen("marriage_certificate", "gcnkh_2020", 1, dpi=200),
    Specimen("marriage_certificate", "tlkh", 2, "jpeg"),
    Specimen("death_extract", "tlkt_2020", 4, scan=(("fold", "thirds"),)),
    Specimen("marital_status", "xntthn_2020", 2),
    Specimen("marital_status", "xntthn_2025", 3, "png", dpi=200, severity="clean"),
    Specimen("residence_confirmation", "ct07_2023", 1, dpi=200, back=True, scan=(("show_through", 0.06),)),
    Specimen("land_certificate", "gcn_2024", 3, "folder", dpi=200),
    Specimen("land_certificate", "gcn_2009", 3, "tiff", dpi=200),
    Specimen("business_registration", "dn_tnhh1tv", 3),
    Specimen("business_registration", "hkd_moi", 2, dpi=200),
    Specimen("construction_permit", "gpxd_nha_o", 8, dpi=200, turn=180),
    Specimen("diploma", "dai_hoc_song_ngu", 3, dpi=200),
    Specimen("diploma", "thpt", 2, dpi=200),
    Specimen("application_form", "tk_khai_sinh", 2, dpi=200),
    Specimen("application_form", "don_dat_dai", 3),
    Specimen("power_of_attorney", "guq_canhan", 6),
    Specimen("health_certificate", "gksk_tt32", 6, dpi=200),
    Specimen("contract", "hd_tang_cho", 4, dpi=200),
    Specimen("criminal_record", "phieu_so_1", 2, severity="hard", dpi=200),
    Specimen("driving_licence", "gplx_2025", 2),
)


def _thrifty(how: Scan, specimen: Specimen) -> Scan:
    """Less grain than the drawn scan has: noise is what JPEG spends its bytes on, and the set has to stay small."""
    how = replace(how, noise=min(how.noise, 1.2 if specimen.severity != "hard" else 2.5), jpeg=min(how.jpeg, 60))
    return replace(how, **dict(specimen.scan))


def make(specimen: Specimen, folder: Path) -> dict[str, Any]:
    """Write one specimen; returns its line of the truth."""
    printed = print_document(specimen.document_type, specimen.seed, variant=specimen.layout)
    if specimen.back:
        printed = with_blank_back(printed)
    scans = [_thrifty(how, specimen) for how in draw_scans(printed, specimen.severity, dpi=specimen.dpi, turn=False)]
    if specimen.turn:
        scans[-1] = replace(scans[-1], rotation=specimen.turn)
    return write(printed, folder, specimen.name, form=specimen.form, scans=scans)


def make_all(folder: Path = HOME) -> Iterator[str]:
    """Replace the whole set and its truth; gives the name of each file when it is there."""
    truth = folder / "truth.jsonl"
    if truth.exists():
        for line in truth.read_text(encoding="utf-8").splitlines():
            old = folder / json.loads(line)["file"]
            shutil.rmtree(old) if old.is_dir() else old.unlink(missing_ok=True)
    lines = []
    for specimen in SET:
        lines.append(make(specimen, folder))
        yield lines[-1]["file"]
    truth.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")
