"""What composing costs: milliseconds a page and the memory of the helper, as a document grows.

    .venv/bin/python bench/composing.py [--pages 1,10,100,500]

Captures are A4 at 300 dpi, grey JPEG of about 0.8 MB with 45 lines of type, and the transcript of all of it (about 500
words). Memory is the resident size of the helper process at its highest, as its host sees it (`Helper.peak`).
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

sys.path.insert(
    0, str(Path(__file__).resolve().parents[1])
)  # before this folder, which holds namesakes of the packages

from compose import liberation
from compose.composing import Sheet, compose
from khoso.kernel.clock import system_clock
from khoso.kernel.transcript import Box, Line, Transcript, Word
from pages.helper import Helper
from pages.limits import MIB
from pages.ports import PageImage

SIZE, DPI = (2480, 3508), 300.0
WORDS = ["Căn", "cứ", "Luật", "Tổ", "chức", "chính", "quyền", "địa", "phương", "ngày", "19", "tháng", "02", "năm"]


def capture(folder: Path) -> Sheet:
    """One page of type with paper grain."""
    font = ImageFont.truetype(str(liberation.find()), 50)
    page = Image.new("L", SIZE, 240)
    pen = ImageDraw.Draw(page)
    lines = []
    for row in range(45):
        x, words = 250, []
        for word in WORDS:
            box = pen.textbbox((x, 300 + 65 * row), word, font=font)
            pen.text((x, 300 + 65 * row), word, font=font, fill=20)
            words.append(Word(word, Box(*map(int, box)), 0.9))
            x += int(font.getlength(word + " "))
        lines.append(Line(tuple(words), "bench"))
    path = folder / "page.jpg"
    Image.blend(page, Image.effect_noise(SIZE, 40), 0.06).save(path, quality=80)
    return Sheet(PageImage(path, *SIZE, DPI), Transcript(*SIZE, DPI, tuple(lines), "bench"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", default="1,10,100,500")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, Helper() as helper:
        folder = Path(name)
        sheet = capture(folder)
        print(f"capture: {sheet.image.path.stat().st_size / 1e6:.1f} MB")
        compose([sheet], folder / "warm.pdf", helper=helper, title="MẪU", created=system_clock())
        for count in map(int, arguments.pages.split(",")):
            started = time.perf_counter()
            made = compose([sheet] * count, folder / "out.pdf", helper=helper, title="MẪU", created=system_clock())
            each = 1000 * (time.perf_counter() - started) / count
            print(
                f"{count:5} pages  {made.length / 1e6:7.1f} MB  {each:6.1f} ms a page  peak {helper.peak / MIB:.0f} MiB"
            )


if __name__ == "__main__":
    main()
