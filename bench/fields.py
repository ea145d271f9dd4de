"""Types and fields that `khoso extract` finds, against the truth: how many are right, and whether it knows which are not.

    .venv/bin/python bench/fields.py FOLDER --truth TRUTH [--by variant] [--each] [--curve] [--transcripts FOLDER]
        [--rivals] [--ocrmypdf COMMAND]

TRUTH is JSON lines as `python -m samples.generator` writes them (`file`, `document_type`, `fields`, `optional`,
`alternatives`, `handwritten`), or a CSV of administrative letters (`file`, `so_ky_hieu`, `ngay_ban_hanh` …; `so_viet_tay`
= number and day by hand; columns named in `uncertain` are not judged).

Exact: equal but for case, spaces and final punctuation. Tolerant: names and texts may differ in a tenth of their letters;
dates, ids and numbers may not. A wrong value is one that differs or that is not printed at all. `flagged` = doubtful, so a
person looks. Handwritten values are counted apart. `--by` groups by a key of the truth instead of by type; `--each` lists
wrong and missing values; `--curve` moves the threshold of doubt: share of values accepted against share of wrong ones
among them. `--transcripts` keeps what was read, so that rules can be tried again in a second.
`--rivals`: a last row for each other program, the same rules applied to what it reads of the whole pages (`tesseract -l vie`; OCRmyPDF).
"""

import argparse
import csv
import hashlib
import json
import re
import shutil
import sys
import tempfile
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from queue import SimpleQueue
from typing import Any

sys.path.insert(
    0, str(Path(__file__).resolve().parents[1])
)  # before this folder, which holds namesakes of the packages

from bench.rivals import ocrmypdf, tesseract
from khoso.embedded import prepare_settings
from khoso.kernel.errors import Refused
from khoso.kernel.transcript import Transcript
from ocr.extraction import extract
from ocr.ports import Extraction, Field, OcrEngine
from pages.helper import Helper

LETTER = {
    "so_ky_hieu": "number",
    "ngay_ban_hanh": "issue_date",
    "co_quan_ban_hanh": "issuer",
    "co_quan_cap_tren": "superior_issuer",
    "dia_danh": "place",
    "loai_van_ban": "kind",
    "trich_yeu": "summary",
    "do_khan": "urgency",
    "chuc_vu_ky": "signer.title",
    "nguoi_ky": "signer.name",
}
EXACT = re.compile(
    r"(date|expiry|registered|last_changed|id_number|owner_id|^number|\.number|serial|register_number|code|phone|area_m2"
    r"|capital_vnd|birth_year|^year|change_count|map_sheet|sex|floors|^class)$"
)
NUMERIC = re.compile(r"(area_m2|capital_vnd|change_count|floors|map_sheet|birth_year|^year)$")
ROW = re.compile(r"\[(\d+)\]")


@dataclass(frozen=True)
class Truth:
    """What is printed on one paper. `judged`: names a reading may be judged by; None: all."""

    file: str
    document_type: str
    fields: Mapping[str, str]
    optional: frozenset[str] = frozenset()
    alternatives: Mapping[str, Sequence[str]] = field(default_factory=dict)
    handwritten: frozenset[str] = frozenset()
    judged: frozenset[str] | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)

    def judges(self, key: str) -> bool:
        """What the public surface does not name for the type is neither right nor wrong."""
        from samples.generator.interface import known  # once `main` has put the checkout on the path

        if self.judged is not None:
            return key in self.judged
        return key in self.fields or known(self.document_type, key)

    def right(self, key: str, value: str, *, tolerant: bool) -> bool:
        said = [self.fields[key], *self.alternatives.get(key, ())] if key in self.fields else []
        return any(same(key, truth, value, tolerant=tolerant) for truth in said)


def truths(path: Path) -> list[Truth]:
    """Raises `KeyError` for a file of another shape."""
    with path.open(encoding="utf-8") as lines:
        if path.suffix == ".csv":
            return [_letter(row) for row in csv.DictReader(lines)]
        return [_paper(json.loads(line)) for line in lines if line.strip()]


def _letter(row: Mapping[str, str]) -> Truth:
    columns = {column: key for column, key in LETTER.items() if column not in (row.get("uncertain") or "")}
    by_hand = {"number", "issue_date"} if row["so_viet_tay"] == "1" else ()
    fields = {key: row[column] for column, key in columns.items() if row[column]}
    judged = frozenset(columns.values())
    return Truth(
        row["file"], "administrative_document", fields, handwritten=frozenset(by_hand), judged=judged, facts=row
    )


def _paper(row: Mapping[str, Any]) -> Truth:
    return Truth(
        row["file"],
        row["document_type"],
        row["fields"],
        frozenset(row.get("optional", ())),
        row.get("alternatives", {}),
        frozenset(row.get("handwritten", ())),
        facts=row,
    )


def folded(key: str, text: str) -> str:
    """NFC, one kind of dash and quotation mark, lower case, no final punctuation; opening words of a summary and `TM.` lines off."""
    text = re.sub(r"\s+", " ", unicodedata.normalize("NFC", text)).strip(" .,;:-/").casefold()
    for old, new in (("–—", "-"), ("“”", '"'), ("’", "'")):
        text = re.sub(f"[{old}]", new, text)
    if key == "summary":
        return re.sub(r"^(v/v|về việc|về)\s+", "", text)
    if key == "signer.title":
        return re.sub(r"^.*\b(?:tm|kt|tl|tuq|q)\.\s*", "", text)
    return text.replace(" ", "") if EXACT.search(ROW.sub("[]", key)) else text


def same(key: str, truth: str, value: str, *, tolerant: bool) -> bool:
    one, other = folded(key, truth), folded(key, value)
    if one == other:
        return True
    if NUMERIC.search(ROW.sub("[]", key)):
        try:
            return float(one) == float(other)
        except ValueError:
            return False
    if EXACT.search(ROW.sub("[]", key)) or not tolerant:
        return False
    if key == "signer.title" and len(other) >= 6 and one.endswith(other):
        return True  # «CHỦ TỊCH» of «KT. … CHỦ TỊCH»
    return edits(one, other) <= 0.1 * max(len(one), len(other))


def edits(one: str, other: str) -> int:
    row = list(range(len(other) + 1))
    for i, x in enumerate(one, 1):
        last, row[0] = row[0], i
        for j, y in enumerate(other, 1):
            last, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, last + (x != y))
    return row[-1]


def aligned(truth: Truth, found: Mapping[str, Field]) -> dict[str, Field]:
    """Rows of a list paired with the true rows they resemble most, so that one missing row does not spoil the rest."""
    out = {key: value for key, value in found.items() if not ROW.search(key)}
    for base in sorted({key.partition("[")[0] for key in found if ROW.search(key)}):
        rows, true = _rows(base, found), _rows(base, truth.fields)
        likeness = sorted(
            (-sum(truth.right(f"{base}[{t}]{part}", rows[r][part].value, tolerant=True) for part in rows[r]), abs(r - t), t, r)
            for t in true
            for r in rows
        )  # fmt: skip
        pairs: dict[int, int] = {}
        for _, _, t, r in likeness:
            if r not in pairs and t not in pairs.values():
                pairs[r] = t
        spare = max(true, default=-1) + 1
        for r in sorted(rows):
            if r not in pairs:
                pairs[r], spare = spare, spare + 1
            out |= {f"{base}[{pairs[r]}]{part}": value for part, value in rows[r].items()}
    return out


def _rows(base: str, fields: Mapping[str, Any]) -> dict[int, dict[str, Any]]:
    rows: dict[int, dict[str, Any]] = defaultdict(dict)
    for key, value in fields.items():
        match = re.match(rf"{base}\[(\d+)\](.*)$", key)
        if match:
            rows[int(match[1])][match[2]] = value
    return rows


@dataclass
class Tally:
    """Counts of one group of papers."""

    papers: int = 0
    typed: int = 0
    right: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    wrong: int = 0
    wrong_unflagged: int = 0
    wrong_exactly: int = 0
    right_flagged: int = 0
    by_hand: Counter[str] = field(default_factory=Counter)

    def add(self, other: "Tally") -> None:
        for name, value in vars(other).items():
            setattr(self, name, getattr(self, name) + value)

    def f1(self, mode: str) -> float:
        wrong = self.wrong if mode == "tolerant" else self.wrong_exactly
        return 2 * self.right[mode] / max(1, 2 * self.right[mode] + wrong + self.missed[mode])

    def line(self, name: str) -> str:
        flagged = f"{self.wrong - self.wrong_unflagged}/{self.wrong}"
        return (
            f"{name:26s}{self.papers:5d}{self.typed / max(1, self.papers):8.3f}{self.f1('exact'):9.3f}"
            f"{self.f1('tolerant'):9.3f}{flagged:>12s}{self.right_flagged / max(1, self.right['tolerant']):10.3f}"
        )


@dataclass(frozen=True)
class Judged:
    """A printed value that was found: how sure, and whether it is right."""

    confidence: float
    doubtful: bool
    right: bool


def judge(truth: Truth, got: Extraction, *, each: bool) -> tuple[Tally, list[Judged]]:
    """One paper. Values by hand are kept out of the printed figures."""
    tally = Tally(papers=1, typed=int(got.document_type == truth.document_type))
    said: list[Judged] = []
    found = aligned(truth, got.fields)
    keys = [key for key in {**truth.fields, **found} if truth.judges(key)]
    for key in keys:
        value = found.get(key)
        by_hand = key in truth.handwritten or (key.startswith("owner_") and bool(truth.handwritten))
        if by_hand:
            _count_hand(tally, truth, key, value)
            continue
        if value is None:
            if key not in truth.optional:
                tally.missed.update(("exact", "tolerant"))
                _show(truth, key, "is missing", truth.fields[key], each=each)
            continue
        good = {mode: truth.right(key, value.value, tolerant=mode == "tolerant") for mode in ("exact", "tolerant")}
        for mode, is_right in good.items():
            tally.right[mode] += is_right
            tally.missed[mode] += not is_right and key in truth.fields and key not in truth.optional
        tally.wrong += not good["tolerant"]
        tally.wrong_exactly += not good["exact"]
        tally.wrong_unflagged += not good["tolerant"] and not value.doubtful
        tally.right_flagged += good["tolerant"] and value.doubtful
        said.append(Judged(value.confidence, value.doubtful, good["tolerant"]))
        if not good["tolerant"]:
            mark = "(doubtful)" if value.doubtful else "(NOT FLAGGED)"
            what = f"{value.value!r} {mark} {value.confidence:.2f}, printed"
            _show(truth, key, what, truth.fields.get(key, "–"), each=each)
        elif value.doubtful:
            _show(truth, key, f"{value.value!r} right but doubtful", ",".join(value.doubts), each=each)
    return tally, said


def _count_hand(tally: Tally, truth: Truth, key: str, value: Field | None) -> None:
    if value is None:
        tally.by_hand["missed"] += key in truth.fields
        return
    right = truth.right(key, value.value, tolerant=True)
    tally.by_hand["right" if right else "wrong"] += 1
    if not value.doubtful:
        tally.by_hand["right, not flagged" if right else "wrong, not flagged"] += 1


def _show(truth: Truth, key: str, what: str, printed: str, *, each: bool) -> None:
    if each:
        print(f"  {truth.file}: {key}: {what} {printed}")


def read_all(
    files: Sequence[Path], keep: Path, workers: int, *, reader: OcrEngine | None = None
) -> Iterator[list[Transcript]]:
    """Transcripts of each file by some reader (the configured one), read side by side, or as they were kept."""
    helpers: SimpleQueue[Helper] = SimpleQueue()
    with tempfile.TemporaryDirectory(prefix="khoso-bench-") as home, ThreadPoolExecutor(workers) as pool:
        prepare_settings(Path(home))
        for _ in range(workers):
            helpers.put(Helper())

        def one(file: Path) -> list[Transcript]:
            kept = keep / f"{_digest(file)}.json"
            if kept.is_file():
                return [Transcript.from_json(page) for page in json.loads(kept.read_text(encoding="utf-8"))]
            helper = helpers.get()
            try:
                pages = _read(file, helper, Path(home), reader)
            finally:
                helpers.put(helper)
            kept.parent.mkdir(parents=True, exist_ok=True)
            kept.write_text(json.dumps([page.to_json() for page in pages], ensure_ascii=False), encoding="utf-8")
            return pages

        yield from pool.map(one, files)
        while not helpers.empty():
            helpers.get().close()


def _digest(file: Path) -> str:
    """Of a file's bytes, or of all files of a folder: the same pages are read once, whatever they are called."""
    parts = sorted(file.iterdir()) if file.is_dir() else [file]
    return hashlib.sha256(b"".join(hashlib.sha256(part.read_bytes()).digest() for part in parts)).hexdigest()[:32]


def _read(file: Path, helper: Helper, scratch: Path, reader: OcrEngine | None) -> list[Transcript]:
    from khoso.wiring import engine_for  # after the settings are made
    from ocr.reading import read_page
    from pages.inspecting import inspect
    from pages.ports import Origin

    pages = []
    for part in sorted(file.iterdir()) if file.is_dir() else [file]:
        try:
            facts = inspect(part, helper=helper)
            for page in facts.pages:
                with tempfile.TemporaryDirectory(dir=scratch) as folder:
                    transcript = read_page(
                        part,
                        facts.kind,
                        page.number,
                        engine=reader or engine_for(helper),
                        helper=helper,
                        folder=Path(folder),
                        text_layer=facts.origin is Origin.ELECTRONIC,
                    )
                pages.append(transcript)
        except Refused as error:
            print(f"  {part.name}: {error.reason.code}", file=sys.stderr)
    return pages


def curve(said: Sequence[Judged]) -> None:
    """Risk against coverage: values accepted from a confidence on, and how many of those are wrong; and calibration."""
    print(f"\n{'accepted from':>14s}{'share accepted':>16s}{'wrong among them':>18s}")
    for least in (0.0, 0.5, 0.7, 0.8, 0.85, 0.9, 0.95, 0.97, 0.98, 0.99, 0.995):
        accepted = [value for value in said if value.confidence >= least]
        wrong = sum(not value.right for value in accepted)
        print(
            f"{least:14.3f}{len(accepted) / max(1, len(said)):15.1%} {wrong / max(1, len(accepted)):17.2%}  ({wrong} of {len(accepted)})"
        )
    print(f"\n{'confidence':>14s}{'values':>8s}{'said':>8s}{'right':>8s}")
    edges = (0.0, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 1.01)
    for low, high in pairwise(edges):
        inside = [value for value in said if low <= value.confidence < high]
        if inside:
            mean = sum(value.confidence for value in inside) / len(inside)
            share = sum(value.right for value in inside) / len(inside)
            print(f"{low:7.2f}-{min(high, 1):.2f} {len(inside):9d}{mean:8.3f}{share:8.3f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--truth", type=Path, required=True)
    parser.add_argument("--by", default="document_type")
    parser.add_argument("--each", action="store_true")
    parser.add_argument("--curve", action="store_true")
    parser.add_argument("--transcripts", type=Path)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--rivals", action="store_true")
    parser.add_argument("--ocrmypdf", default=shutil.which("ocrmypdf"), help="its command, if it is not on the path")
    asked = parser.parse_args()
    papers = truths(asked.truth)
    groups: dict[str, Tally] = defaultdict(Tally)
    total, said, mistaken = Tally(), list[Judged](), Counter[str]()
    with tempfile.TemporaryDirectory() as scratch:
        keep = asked.transcripts or Path(scratch)
        files = [asked.folder / paper.file for paper in papers]
        for paper, pages in zip(papers, read_all(files, keep, asked.workers), strict=True):
            got = extract(pages)
            tally, values = judge(paper, got, each=asked.each)
            said += values
            groups[str(paper.facts.get(asked.by, paper.document_type))].add(tally)
            total.add(tally)
            if got.document_type != paper.document_type:
                mistaken[f"{paper.file}: {paper.document_type} → {got.document_type}"] += 1
        rivals = [tesseract(), *([ocrmypdf(asked.ocrmypdf)] if asked.ocrmypdf else ())] if asked.rivals else []
        beside = {rival.name: Tally() for rival in rivals}
        for rival in rivals:
            kept = keep / rival.name.partition(" ")[0]
            for paper, pages in zip(papers, read_all(files, kept, asked.workers, reader=rival), strict=True):
                beside[rival.name].add(judge(paper, extract(pages), each=False)[0])
    print(f"\n{'':26s}papers type ok exact F1 toler.F1 wrong flagged right flagged")
    for name in sorted(groups):
        print(groups[name].line(name))
    print(total.line("all"))
    for name, tally in beside.items():
        print(tally.line(name))
    unflagged = total.wrong_unflagged / max(1, total.wrong)
    print(f"wrong values not flagged: {total.wrong_unflagged} of {total.wrong} ({unflagged:.1%}); of all values found {total.wrong_unflagged / max(1, len(said)):.2%}")  # fmt: skip
    print("by hand:", ", ".join(f"{name} {count}" for name, count in sorted(total.by_hand.items())) or "none")
    print("wrong types:", "; ".join(mistaken) or "none")
    if asked.curve:
        curve(said)


if __name__ == "__main__":
    main()
