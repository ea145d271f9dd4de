"""The store of bytes behind the warehouse."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from khoso.kernel.digest import Digest

YOUNG = timedelta(hours=1)
"""Bytes come first, their row second: what was put within this time and is named by no row may be under way still."""


@dataclass(frozen=True, slots=True)
class Stored:
    """An object in the store.

    Attributes:
        version: the store's own version id, empty where it has none.
        at: when it was put for the last time, as `names` tells; exact to half of `YOUNG`.
        there: as `put` tells: there was something at its place before, which a lawful erasure may be about to remove.
    """

    digest: Digest
    size: int
    version: str = ""
    at: datetime | None = field(default=None, compare=False)
    there: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class ErasureOrder:
    """A lawful order to erase: who ordered it, why, on what basis. `reference` is the ledger event that records it."""

    by: str
    reason: str
    basis: str
    reference: str


class BlemishKind(StrEnum):
    """What is untidy in a store though no byte is lost."""

    HIDDEN = "hidden"  # somebody from outside laid a delete marker over an object
    REPLACED = "replaced"  # other bytes, written from outside, lie over an object
    SURPLUS = "surplus"  # the same bytes once more: two writers at the same moment
    LEFTOVER = "leftover"  # of an upload that broke off long ago
    FOREIGN = "foreign"  # something whose name is none of ours: never read, never removed


@dataclass(frozen=True, slots=True)
class Blemish:
    """Something untidy: what, where, and whether it was mended just now."""

    kind: BlemishKind
    what: str
    mended: bool = False


class ObjectStore(Protocol):
    """Write-once bytes named by their SHA-256."""

    def put(self, chunks: Iterable[bytes], *, digest: Digest, size: int) -> Stored:
        """Store bytes; the same twice is once. Durable when it returns, and young again unless locked.

        Raises:
            Corrupted: the chunks do not have that digest or size; nothing is stored.
            Unavailable: no space, read-only, or the store is away.
        """

    def open(self, name: Digest, *, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        """The bytes, or a range of them.

        Raises:
            Corrupted: read whole, they differ from their name; or the object is missing.
            Unavailable: the store is away.
        """

    def names(self, prefix: str = "") -> Iterator[Stored]:
        """Every object whose digest starts with `prefix`, in order."""

    def lock(self, name: Digest, *, until: datetime) -> None:
        """Forbid erasure before `until`; a lock is only ever lengthened. Raises `Corrupted` if there is no such object."""

    def locked_until(self, name: Digest) -> datetime | None:
        """When the lock ends; None while there is none."""

    def discard(self, name: Digest) -> None:
        """Remove bytes that were never locked; nothing happens if they are gone. Raises `Refused` when locked."""

    def erase(self, name: Digest, *, order: ErasureOrder) -> None:
        """Remove bytes by lawful order, locked or not."""

    def blemishes(self, *, mend: bool = False) -> Iterator[Blemish]:
        """What is untidy though every byte is there; `mend` puts it right where no lock forbids it, and loses nothing."""

    def challenge(self, now: datetime) -> None:
        """Try to delete something locked; where nobody but this program keeps locks there is nothing to try.

        Raises:
            Corrupted: it went: the store's locks do not hold.
            Unavailable: the store is away.
        """
