"""Malformed and malicious files against the helper processes: `python bench/hostile.py PATH_TO_HOSTILE`.

Every file in the folder is inspected and, if it goes on, each of its pages turned into an image. The table shows the
outcome beside `expected.csv` (columns file, content, reference, pages, note): files of foreign formats must be refused
as such by their content, files that fail in a reference decoder must be refused with a reason, files that decode there
must go on with as many pages or be refused for what is true of them. Exit status 1 on a contradiction, or if a process
or a temporary folder is left behind.
"""

import argparse
import csv
import os
import resource
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(
    0, str(Path(__file__).resolve().parents[1])
)  # before this folder, which holds namesakes of the packages

from khoso.kernel.errors import Refused, Unavailable
from khoso.kernel.reasons import Reason, ReasonCode
from pages.helper import Helper
from pages.images import page_image
from pages.inspecting import inspect
from pages.limits import LEAST_SIDES, MIB, Limits
from pages.processes import tree_of

FOREIGN = {ReasonCode.FORMAT_NOT_ACCEPTED, ReasonCode.UNKNOWN_FORMAT}
# True of files although a decoder gets pixels out of them.
POLICY = {
    ReasonCode.TOO_COARSE,
    ReasonCode.ALL_BLANK,
    ReasonCode.ENCRYPTED,
    ReasonCode.DECOMPRESSION_BOMB,
    ReasonCode.TOO_SLOW,
    ReasonCode.TOO_MUCH_MEMORY,
    ReasonCode.TOO_MANY_PAGES,
}
DAMAGED_THOUGH_DECODED = {
    "qpdf__bad-data-out.pdf": "the only content stream is broken LZW: a decoder shows an empty page"
}


class WatchedHelper(Helper):
    """Remembers the highest peak of several calls."""

    highest = 0

    def call(self, function: str, limits: Limits, /, **arguments: Any) -> Any:
        """As the helper's, noting the peak."""
        try:
            return super().call(function, limits, **arguments)
        finally:
            self.highest = max(self.highest, self.peak)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file. `reason` None: it went on with `pages` pages, all of which gave an image."""

    pages: int
    flags: tuple[str, ...]
    reason: Reason | None
    seconds: float
    peak: int


def run(path: Path, helper: WatchedHelper, *, images: bool) -> Outcome:
    """Inspect one file and make its page images."""
    started = time.monotonic()
    helper.highest = 0
    pages, reason = 0, None
    flags: tuple[str, ...] = ()
    try:
        facts = inspect(path, helper=helper)
        pages, flags = len(facts.pages), tuple(flag.code.value for flag in facts.flags)
        with tempfile.TemporaryDirectory(prefix="khoso-bench-") as folder:
            for page in facts.pages if images else ():
                made = page_image(path, facts.kind, page.number, helper=helper, folder=Path(folder))
                if made.path != path.resolve():
                    made.path.unlink()
    except Refused as error:
        reason = error.reason
    return Outcome(pages, flags, reason, time.monotonic() - started, helper.highest)


def contradiction(expected: dict[str, str], outcome: Outcome) -> str:
    """What is wrong with an outcome; empty if nothing is."""
    reason = outcome.reason
    if expected["content"] == "other":
        return "" if reason is not None and reason.code in FOREIGN else "a foreign format was not refused as one"
    if expected["reference"] == "fails":
        return "" if reason is not None else "went on although no decoder reads it"
    if reason is not None:
        return "" if is_true(reason, expected) else f"refused as {reason.code} although it decodes"
    stated = int(expected["pages"] or outcome.pages)
    return "" if outcome.pages == stated else f"{outcome.pages} pages for {stated}"


def is_true(reason: Reason, expected: dict[str, str]) -> bool:
    """The reason holds of a file although a decoder gets pixels out of it."""
    if reason.code is ReasonCode.TOO_SMALL:
        sides = sorted((int(reason.params["width"]), int(reason.params["height"])))
        return sides[0] < LEAST_SIDES[0] or sides[1] < LEAST_SIDES[1]
    if reason.code is ReasonCode.FORMAT_NOT_ACCEPTED:
        return expected["content"] == "png" and int(expected["pages"]) > 1  # a moving picture
    if reason.code is ReasonCode.DAMAGED:
        return expected["file"] in DAMAGED_THOUGH_DECODED
    return reason.code in POLICY


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="with the files and expected.csv")
    parser.add_argument("--no-images", action="store_true", help="inspect only")
    options = parser.parse_args()
    with (options.folder / "expected.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    with tempfile.TemporaryDirectory(prefix="khoso-bench-") as private:
        tempfile.tempdir = private  # so that what is left behind is seen
        return measure(options.folder, rows, images=not options.no_images)


def measure(folder: Path, rows: list[dict[str, str]], *, images: bool) -> int:
    """Print the table and the totals; the exit status."""
    started, tally, wrong, highest = time.monotonic(), Counter[str](), 0, 0
    print(f"{'file':52} {'expected':12} {'outcome':10} {'reason or flags':44} {'s':>6} {'MiB':>5}")
    with WatchedHelper() as helper:
        for row in rows:
            try:
                outcome = run(folder / row["file"], helper, images=images)
            except Unavailable as error:
                print(f"{row['file']}: {error}", file=sys.stderr)
                return 4
            against = contradiction(row, outcome)
            wrong += bool(against)
            highest = max(highest, outcome.peak)
            tally[outcome.reason.code.value if outcome.reason else "goes on"] += 1
            print(line(row, outcome), against and f"CONTRADICTION: {against}")
    left = len(list(tree_of(os.getpid()))) - 1
    litter = list(Path(tempfile.gettempdir()).iterdir())
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = used.ru_utime + used.ru_stime
    print(
        f"\n{len(rows)} files in {time.monotonic() - started:.1f} s ({cpu:.1f} s of CPU in helpers), highest peak {highest / MIB:.0f} MiB"
    )
    print(", ".join(f"{count} {name}" for name, count in tally.most_common()))
    print(f"contradictions: {wrong}; processes left: {left}; temporary files left: {len(litter)}")
    return 1 if wrong or left or litter else 0


def line(row: dict[str, str], outcome: Outcome) -> str:
    """One row of the table."""
    expected = "refuse" if row["content"] == "other" else f"{row['reference']} {row['pages']}"
    if outcome.reason is None:
        result, why = f"{outcome.pages} pages", ", ".join(outcome.flags)
    else:
        result = "refused"
        why = ": ".join([outcome.reason.code.value, *(str(value) for value in outcome.reason.params.values())])
    return f"{row['file'][:52]:52} {expected:12} {result:10} {why[:44]:44} {outcome.seconds:6.1f} {outcome.peak / MIB:5.0f}"


if __name__ == "__main__":
    sys.exit(main())
