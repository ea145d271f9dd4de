"""The set in `samples/`: complete, small, marked, and told of in its truth."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from PIL import Image

HOME = Path(__file__).parents[2] / "samples"
ROWS = [json.loads(line) for line in (HOME / "truth.jsonl").read_text(encoding="utf-8").splitlines()]
PAPERS = {".pdf", ".jpg", ".png", ".tif"}


def test_every_file_has_its_truth_and_every_truth_its_file() -> None:
    named = {row["file"] for row in ROWS}
    found = {path.name for path in HOME.iterdir() if path.suffix in PAPERS}
    found |= {path.name for path in HOME.iterdir() if path.is_dir() and any(path.glob("*.jpg"))}
    assert len(named) == len(ROWS)
    assert named == found


def test_the_set_is_wide_and_small() -> None:
    assert len(ROWS) >= 18
    assert len({row["document_type"] for row in ROWS}) >= 9
    assert len({(row["document_type"], row["variant"]) for row in ROWS}) == len(ROWS)
    assert (
        sum(path.stat().st_size for path in HOME.rglob("*") if path.is_file() and "generator" not in path.parts)
        <= 12_000_000
    )


def test_all_ways_a_paper_can_come_are_shown() -> None:
    kinds = {Path(row["file"]).suffix for row in ROWS}
    assert kinds == {*PAPERS, ""}
    assert any("scan" not in row for row in ROWS)
    assert any(row["handwritten"] for row in ROWS)
    turned = [page["rotation"] for row in ROWS for page in row.get("scan", [])]
    assert {90, 180} <= set(turned)
    assert sum(text == [] for row in ROWS for text in row["page_text"]) == 1


@pytest.mark.parametrize("row", ROWS, ids=[row["file"] for row in ROWS])
def test_a_shipped_paper(row: dict[str, Any], unnamed: Callable[[str, list[str]], set[str]]) -> None:
    assert not unnamed(row["document_type"], list(row["fields"]))
    assert set(row["optional"]) <= set(row["fields"])
    assert all("MẪU - SPECIMEN" in text for text in row["page_text"] if text)
    assert pages(HOME / row["file"]) == len(row["page_text"])


def pages(path: Path) -> int:
    if path.is_dir():
        return len(list(path.glob("*.jpg")))
    if path.suffix == ".pdf":
        with pikepdf.open(path) as pdf:
            return len(pdf.pages)
    with Image.open(path) as image:
        return getattr(image, "n_frames", 1)
