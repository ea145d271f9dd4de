"""What a reading lacked, as a person is told it: the machine words of `Transcript.notes` come in, phrases go out."""

from collections.abc import Callable

_PHRASES = {
    "reader_missing": "máy chủ thiếu bộ đọc %(about)s nên chỉ một bộ đọc đã đọc: hãy xem kỹ hơn",
    "reader_failed": "bộ đọc chính không đọc được trang này, bộ đọc khác đã đọc thay: hãy xem kỹ hơn",
    "codes_unread": "chưa dò được mã QR và mã vạch trên trang này: hãy xem kỹ hơn",
}


def in_words(note: str, translated: Callable[[str], str]) -> str:
    """A note in the reader's language; one that nobody has words for stands for itself.

    Args:
        translated: gives a phrase of `khoso.kernel.phrases` in that language.
    """
    kind, _colon, about = note.partition(":")
    phrase = _PHRASES.get(kind)
    return translated(phrase) % {"about": about} if phrase else note
