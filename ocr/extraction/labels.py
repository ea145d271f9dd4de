"""Printed labels, and the marks they leave on a sheet where they are found."""

from dataclasses import dataclass
from functools import cached_property

from ocr.extraction.sheet import Segment
from ocr.extraction.text import squash
from ocr.extraction.values import Kind, name

SOMEONE = "*"
WITNESS = "~"


@dataclass(frozen=True)
class Label:
    """A printed label.

    Attributes:
        field: INTERFACE's name; `*` stands for the person last opened (`*.name`); `~` is a witness of the value before
            it («ghi bằng chữ»); "" for a label that only ends what stands before it.
        names: its wordings, as printed.
        kind: what its value is; None reads nothing.
        opens: the person (or thing) it begins to speak of.
        within: speaks only while one of these is open.
        wraps: its value may go on in the next rows.
        bare: may stand without a colon even when it is short.
        below: the value may stand below the label.
    """

    field: str
    names: tuple[str, ...]
    kind: Kind | None = None
    opens: str = ""
    within: tuple[str, ...] = ()
    wraps: bool = False
    bare: bool = False
    below: bool = True

    @property
    def of_person(self) -> bool:
        """Whether it begins to speak of a person (or a column of one)."""
        return bool(self.opens) and (self.kind is None or self.kind is name)

    @cached_property
    def keys(self) -> tuple[str, ...]:
        return tuple(squash(name) for name in self.names)


@dataclass(frozen=True)
class Mark:
    """A label found: pieces `start` to `end` (its tail and colon included) of a segment.

    `choices`: labels of the same wording, of which the person spoken of decides. `absorbed` is the number of the segment
    its other line stands in, when it wraps (`Nơi thường trú/tạm` / `trú`), else -1.
    """

    label: Label
    segment: Segment
    start: int
    end: int
    edits: int
    colon: bool
    who: str = ""
    absorbed: int = -1
    choices: tuple[Label, ...] = ()
    together: tuple[Label, ...] = ()
    """Several labels before one colon (`Ngày sinh, giới tính:`), in their order; `label` then takes the whole text."""

    @property
    def x(self) -> int:
        return self.segment.pieces[self.start].box.x0

    @property
    def place(self) -> tuple[int, int, int]:
        return self.segment.page, self.segment.row, self.x

    @property
    def field(self) -> str:
        return self.label.field.replace(SOMEONE, self.who)
