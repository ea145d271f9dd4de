"""Pages read before, in a folder of the reader's own: a long work goes on where it stopped, and nothing is read twice.

A page is known by the digest of its file's bytes, its number and the name of the reader, which holds the digests of its
models and the version of its parameters: whatever would read otherwise, reads anew.
"""

import json
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from khoso.kernel.digest import digest_bytes
from khoso.kernel.transcript import Transcript
from pages.ports import Cut


@dataclass(frozen=True, slots=True)
class KeptPages:
    """Transcripts in a folder, readable by their owner alone: they hold what the papers say."""

    folder: Path

    def get(self, made_from: str) -> Transcript | None:
        """The page made from this; None when it is not there or cannot be used."""
        try:
            return Transcript.from_json(json.loads(self._path(made_from).read_text(encoding="utf-8")))
        except (OSError, ValueError, KeyError, TypeError, IndexError):
            return None

    def put(self, made_from: str, transcript: Transcript) -> None:
        """Keep a page, whole or not at all. Raises `OSError` where the folder takes nothing."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor, part = tempfile.mkstemp(dir=self.folder, prefix=".part-")
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(transcript.to_json(), file, ensure_ascii=False)
        Path(part).replace(self._path(made_from))

    def _path(self, made_from: str) -> Path:
        return self.folder / f"{digest_bytes(made_from.encode())}.json"


def made_from(file: str, number: int, engine: str, *, text_layer: bool, cut: Cut | None = None) -> str:
    """What a page's transcript follows from: digest of the file, its page and part, reader, and whether its own text was believed."""
    part = f":{cut.box}" if cut else ""
    return f"{file}:{number}:{engine}:{'text' if text_layer else 'pixels'}{part}"
