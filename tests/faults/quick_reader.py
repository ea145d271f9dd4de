"""A reader that reads the same letter from every page at once: what is tried here is not the reading.

Selected by `KHOSO_OCR_ENGINE=quick_reader:QuickReader` with this folder on the path. A page whose file says so in a JPEG
comment is read with one word nobody can be sure of, so that its document waits for a person.
"""

from khoso.kernel.transcript import Box, Line, Transcript, Word

DOUBTFUL = b"khoso: smudged"
LETTER: tuple[tuple[tuple[int, str], ...], ...] = (
    ((150, "ỦY BAN NHÂN DÂN"), (800, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")),
    ((200, "XÃ HÒA NINH"), (880, "Độc lập - Tự do - Hạnh phúc")),
    ((150, "Số: 24/TTr-UBND"), (850, "Hòa Ninh, ngày 07 tháng 02 năm 2025")),
    (),
    ((740, "TỜ TRÌNH"),),
    ((560, "Về việc phê duyệt kế hoạch thử nghiệm"),),
    (),
    ((500, "Kính gửi: Ủy ban nhân dân huyện Di Linh"),),
    ((200, "Ủy ban nhân dân xã kính trình kế hoạch thử nghiệm năm 2025 như sau."),),
    (),
    ((980, "TM. ỦY BAN NHÂN DÂN"),),
    ((1050, "CHỦ TỊCH"),),
)
"""Rows of cells: where a text begins, in pixels at 200 dpi, and the text."""
PITCH, LETTER_WIDTH, TALL, SURE, UNSURE = 60, 15, 32, 0.995, 0.4


class QuickReader:
    """An `OcrEngine`."""

    name = "quick-1/vie"

    def __init__(self, helper):
        pass

    def read(self, page, *, languages=("vie",)):
        with page.path.open("rb") as file:
            unsure = "24/TTr-UBND" if DOUBTFUL in file.read(4096) else None
        lines = []
        for number, row in enumerate(LETTER, start=2):
            words = []
            for start, text in row:
                x = start
                for word in text.split():
                    box = Box(x, number * PITCH, x + LETTER_WIDTH * len(word), number * PITCH + TALL)
                    words.append(Word(word, box, UNSURE if word == unsure else SURE))
                    x = box.x1 + LETTER_WIDTH // 2
            if words:
                lines.append(Line(tuple(words), self.name))
        return Transcript(page.width, page.height, page.dpi, tuple(lines), self.name)
