"""What was read on the pages of a document, taken from the store page by page."""

import json
from collections.abc import Iterator, Mapping

from khoso.kernel.transcript import Transcript
from warehouse.models import Document, RenditionKind
from warehouse.ports import ObjectStore
from warehouse.shelf import digest_of, read


class Pages(Mapping[int, Transcript]):
    """What was read on the pages of a document, from 1; each is taken from the store when it is first asked for."""

    def __init__(self, document: Document, store: ObjectStore) -> None:
        rows = document.renditions.all()
        self._rows = {row.part: row for row in rows if row.kind == RenditionKind.TRANSCRIPT}
        self.store = store
        self._read: dict[int, Transcript] = {}

    def __getitem__(self, number: int) -> Transcript:
        if number not in self._read:
            self._read[number] = Transcript.from_json(json.loads(read(self.store, digest_of(self._rows[number]))))
        return self._read[number]

    def __iter__(self) -> Iterator[int]:
        return iter(sorted(self._rows))

    def __len__(self) -> int:
        return len(self._rows)
