"""The curve of `bench/reading.py --curve`: character errors against the share of lines that both readers read.

Each line is read once by each reader; which lines would have been read again with other thresholds of doubt, and what that
would have cost in CPU, follows without reading anew. Pages a second are those of two cores at work on nothing else, without the
start of processes. What fewer second looks put at risk is the column of the specimens: names, numbers and forms, which the
language expects less than prose.
"""

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

sys.path.insert(
    0, str(Path(__file__).resolve().parents[1])
)  # before this folder, which holds namesakes of the packages

from ocr.arbiter import ENOUGH, Enough, doubtful, spaced, vouched
from ocr.both_child import read_again
from ocr.codes_child import codes_of
from ocr.language.model import language
from ocr.quick_child import quick_reader
from ocr.readers_child import careful_reader
from ocr.sight.page import Prepared, prepare
from ocr.sight.words import Reading, Said, lines_of
from pages.inside.looking import looks
from pages.inside.paper import resolution
from pages.ports import Kind

if TYPE_CHECKING:
    from reading import Page

NEVER, ALWAYS = Enough(-1.0, -1.0), Enough(2.0, 2.0)
STEPS = (
    NEVER,
    Enough(0.2, 0.5),
    Enough(0.3, 0.7),
    Enough(0.35, 0.8),
    ENOUGH,
    Enough(0.5, 0.95),
    Enough(0.8, 0.98),
    ALWAYS,
)


@dataclass(frozen=True, slots=True)
class Line:
    """A line as the quick reader alone said it and as both did, and what the second look cost."""

    words: list[Said]
    alone: Reading
    both: Reading
    seconds: float


@dataclass(frozen=True, slots=True)
class Read:
    """A page's lines; `seconds` of CPU for all but second looks."""

    group: str
    truth: tuple[str, ...]
    page: Prepared
    lines: list[Line]
    seconds: float


def print_curve(pages: "Sequence[Page]", tesseract: Callable[[], float]) -> None:
    """One row for each pair of thresholds: the least sureness of expected words and of others.

    Args:
        tesseract: CPU seconds of the program for a page.
    """
    from reading import edits, normal

    read = list(_read(pages))
    groups = sorted({page.group for page in read})
    program = tesseract()
    print(
        f"{len(read)} pages with truth; tesseract -l vie: {program:.2f} CPU s/page, {2 / program:.2f} pages/s on two cores"
    )
    print(
        "least sure       lines again  "
        + "  ".join(f"CER {group}" for group in groups)
        + "   CPU s/page  pages/s  ÷ tesseract"
    )
    for enough in STEPS:
        again = total = 0
        seconds = 0.0
        wrong, size = dict.fromkeys(groups, 0), dict.fromkeys(groups, 0)
        for page in read:
            twice = [_twice(line, enough) for line in page.lines]
            total += sum(line.alone.strip.pixels.shape[1] for line in page.lines)
            again += sum(line.alone.strip.pixels.shape[1] for line, look in zip(page.lines, twice, strict=True) if look)
            seconds += page.seconds + sum(line.seconds for line, look in zip(page.lines, twice, strict=True) if look)
            chosen = [line.both if look else line.alone for line, look in zip(page.lines, twice, strict=True)]
            text = normal("\n".join(line.text for line in lines_of(page.page, chosen)))
            for line in filter(None, map(normal, page.truth)):
                wrong[page.group] += edits(line, text)
                size[page.group] += len(line)
        cpu = seconds / len(read)
        name = "never" if enough is NEVER else "always" if enough is ALWAYS else f"{enough.expected} / {enough.other}"
        cells = "  ".join(f"{100 * wrong[group] / size[group]:{len(group) + 2}.2f} %" for group in groups)
        mark = " ← default" if enough == ENOUGH else ""
        print(
            f"{name:15s} {100 * again / total:10.0f} %  {cells} {cpu:12.3f} {2 / cpu:8.2f} {program / cpu:10.2f}{mark}"
        )


def _twice(line: Line, enough: Enough) -> bool:
    if enough is NEVER or enough is ALWAYS:
        return enough is ALWAYS
    return not line.words or any(doubtful(line.words, language(), enough))


def _read(pages: "Sequence[Page]") -> Iterator[Read]:
    quick, careful, words = quick_reader(), careful_reader(("vie",)), language()
    for page in pages:
        if page.truth is None:
            continue
        kind = Kind.JPEG if page.image.suffix == ".jpg" else Kind.PNG
        with Image.open(page.image) as image:
            dpi = resolution(*image.size, image.info.get("dpi", (0.0, 0.0))).dpi
        started = time.process_time()
        looks(str(page.image), kind.value, 1, 60.0, 60.0, str(page.image.parent), to_read=True)
        prepared = prepare(page.image, 0, dpi, 0)
        strips = list(prepared.strips())
        said = [spaced(line, words) for line in quick.read(strips)]
        codes_of(str(page.image), 0, prepared.rotation)
        seconds = time.process_time() - started
        lines = []
        for strip, line in zip(strips, said, strict=True):
            started = time.process_time()
            both = read_again(Reading(strip, line, quick.name), careful, careful.name, words)
            lines.append(Line(line, Reading(strip, vouched(line), quick.name), both, time.process_time() - started))
        yield Read(page.group, page.truth, prepared, lines, seconds)
