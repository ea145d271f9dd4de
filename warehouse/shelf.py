"""Bytes between the store and a working folder."""

import heapq
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from khoso.kernel.digest import Digest, as_digest, chunks_of, digest_bytes, digest_file
from khoso.kernel.errors import Corrupted
from warehouse.models import Document, Rendition, RenditionKind, Revision
from warehouse.ports import ObjectStore, Stored

LOOKED_FOR = 5
"""Newest objects by which a store is told from another Kho's."""


def put_bytes(store: ObjectStore, data: bytes) -> Stored:
    """Store bytes held in memory."""
    return store.put([data], digest=digest_bytes(data), size=len(data))


def put_file(store: ObjectStore, path: Path) -> Stored:
    """Store a file, streaming."""
    return store.put(chunks_of(path), digest=digest_file(path), size=path.stat().st_size)


def fetch(store: ObjectStore, digest: Digest, folder: Path) -> Path:
    """A readable copy of an object in a working folder, made once; reading verifies the digest.

    Raises:
        Corrupted: the stored bytes differ from their name.
    """
    path = folder / digest
    if not path.exists():
        part = folder / f"{digest}.part"
        with part.open("wb") as file:
            for piece in store.open(digest):
                file.write(piece)
        part.rename(path)
    return path


def read(store: ObjectStore, digest: Digest) -> bytes:
    """An object's bytes in memory: for transcripts and other small things."""
    return b"".join(store.open(digest))


def rendition(document: Document, kind: RenditionKind, part: int = 0) -> Rendition:
    """A rendition that must be there. Raises `Corrupted` if it is not."""
    row = document.renditions.filter(kind=kind, part=part).first()
    if row is None:
        raise Corrupted(f"document {document.pk} has no {kind.value} {part}")
    return row


def digest_of(row: Rendition) -> Digest:
    """The digest of a rendition."""
    return as_digest(row.digest)


def another_kho(store: ObjectStore) -> int:
    """How many of the newest objects the catalogue names were looked for in vain; 0 as soon as one of them is there.

    Bytes come before their row, so an own store has them. One that has none is another bucket or folder, or was emptied.

    Raises:
        Unavailable: the store is away.
    """
    newest = list(Rendition.objects.order_by("-pk").values_list("digest", flat=True)[:LOOKED_FOR])
    return 0 if any(is_there(store, as_digest(digest)) for digest in newest) else len(newest)


def is_there(store: ObjectStore, digest: Digest) -> bool:
    """Whether the store has an object, whatever its bytes are. Raises `Unavailable`."""
    try:
        next(iter(store.open(digest, length=1)), b"")
    except Corrupted:
        return False
    return True


def named() -> Iterator[tuple[Digest, int, bool]]:
    """Every object the catalogue names, in the order of digests: (digest, size, needed).

    What only an earlier revision names is not needed: it is a prefix of the last one, and housekeeping lets go of it.
    """
    needed = Rendition.objects.order_by("digest").values_list("digest", "size").distinct()
    earlier = Revision.objects.order_by("digest").values_list("digest", "size").distinct()
    rows = heapq.merge(
        ((digest, 0, size) for digest, size in needed.iterator()),
        ((digest, 1, size) for digest, size in earlier.iterator()),
    )
    for digest, group in groupby(rows, key=lambda row: row[0]):
        _, rank, size = next(group)
        yield as_digest(digest), size, rank == 0
