"""A reader that reads the same letter from every page at once: what is tried here is not the reading.

Selected by `KHOSO_OCR_ENGINE=quick_reader:QuickReader` with this folder on the path.
"""

from khoso.kernel.transcript import Box, Line, Transcript, Word

LETTER = """ỦY BAN NHÂN DÂN CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
XÃ MẪU Độc lập - Tự do - Hạnh phúc
Số: 24/TTr-UBND Xã Mẫu, ngày 07 tháng 02 năm 2025
TỜ TRÌNH
Về việc phê duyệt kế hoạch thử nghiệm
Kính gửi: Ủy ban nhân dân huyện Mẫu
Ủy ban nhân dân xã kính trình kế hoạch thử nghiệm."""
PITCH, LETTER_WIDTH, CONFIDENCE = 60, 16, 0.97


class QuickReader:
    """An `OcrEngine`."""

    name = "quick-1/vie"

    def __init__(self, helper):
        pass

    def read(self, page, *, languages=("vie",)):
        lines = []
        for number, text in enumerate(LETTER.splitlines(), start=2):
            words, x = [], 100
            for word in text.split():
                box = Box(x, number * PITCH, x + LETTER_WIDTH * len(word), number * PITCH + PITCH // 2)
                words.append(Word(word, box, CONFIDENCE))
                x = box.x1 + LETTER_WIDTH
            lines.append(Line(tuple(words), self.name))
        return Transcript(page.width, page.height, page.dpi, tuple(lines), self.name)
