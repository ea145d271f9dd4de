"""Several readers behind one port: when one crashes, hangs, runs out of memory, is missing or talks nonsense, the next reads."""

import logging
from dataclasses import replace

from khoso.kernel.errors import Refused, Unavailable
from khoso.kernel.reasons import ReasonCode
from khoso.kernel.transcript import Transcript
from ocr.ports import OcrEngine
from ocr.sound import require_sound
from pages.ports import PageImage

log = logging.getLogger(__name__)

_THE_READERS_DOING = {
    ReasonCode.DECODER_CRASHED,
    ReasonCode.TOO_MUCH_MEMORY,
    ReasonCode.TOO_SLOW,
    ReasonCode.NOTHING_READ,
}


class FirstToRead:
    """Asks the best reader first. Another one is asked only where the failure may be the reader's own, never for a file
    that cannot be decoded; a failure is never an empty text.
    """

    def __init__(self, *readers: OcrEngine) -> None:
        self._readers = readers

    @property
    def name(self) -> str:
        """Of the first reader that is there. Raises `Unavailable` if none is."""
        missing: list[str] = []
        for reader in self._readers:
            try:
                return reader.name
            except Unavailable as error:
                missing.append(str(error))
        raise Unavailable("; ".join(missing))

    def read(self, page: PageImage, *, languages: tuple[str, ...] = ("vie",)) -> Transcript:
        """See `OcrEngine.read`; `Transcript.notes` names the readers that failed."""
        first: Refused | Unavailable | None = None
        notes: list[str] = []
        for reader in self._readers:
            try:
                read = require_sound(reader.read(page, languages=languages))
            except Refused as error:
                if error.reason.code not in _THE_READERS_DOING:
                    raise
                first, note = first or error, error.reason.code.value
            except Unavailable as error:
                first, note = first or error, "unavailable"
            else:
                return replace(read, notes=(*read.notes, *notes)) if notes else read
            log.warning("reader_failed", extra={"reader": type(reader).__name__, "why": note})
            notes.append(f"reader_failed:{type(reader).__name__}:{note}")
        if first is None:
            raise Unavailable("no reader is configured")
        raise first
