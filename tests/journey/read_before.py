"""The default reader, which reads no page a second time in a run: what most journeys try is not the reading.

Selected by `KHOSO_OCR_ENGINE`; what was read is kept in the folder `READ_BEFORE`, one transcript for each page image.
"""

import json
import os
from pathlib import Path

from khoso.kernel.digest import digest_bytes
from khoso.kernel.transcript import Transcript
from khoso.readers import ENGINES

NAME, FOLDER = f"{__name__}:ReadBefore", "READ_BEFORE"


class ReadBefore:
    """An `OcrEngine`: its name, its lines and its notes are those of the default reader."""

    def __init__(self, helper):
        self._reader, self._folder = ENGINES["both"](helper), Path(os.environ[FOLDER])
        self.name = self._reader.name

    def read(self, page, *, languages=("vie",)):
        kept = self._folder / f"{digest_bytes(page.path.read_bytes())}-{page.frame}.json"
        if not kept.exists():
            transcript = self._reader.read(page, languages=languages)
            new = kept.with_suffix(f".{os.getpid()}")
            new.write_text(json.dumps(transcript.to_json()), encoding="utf-8")
            new.rename(kept)
        return Transcript.from_json(json.loads(kept.read_text(encoding="utf-8")))
