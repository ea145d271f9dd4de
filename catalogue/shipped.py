"""The code tables and the files they ship in: one list, for loading, importing, editing and the pages."""

import csv
import io
import json
import lzma
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import resources
from typing import Any

from catalogue.folding import bare_name, fold
from catalogue.models import (
    AdministrativeUnit,
    Attestation,
    Component,
    Dated,
    DocumentType,
    Fee,
    Procedure,
    RefusalReason,
    ResultType,
    SpecialDay,
    Succession,
    TrustRoot,
    WorkingHours,
)

Row = dict[str, Any]
UNITS_SOURCE = "vietnamese-provinces-database 2026-07-25; vietnamadminunits 1.0.4"
PORTAL_SOURCE = "Cổng dịch vụ công quốc gia, 7/2026"


@dataclass(frozen=True, slots=True)
class Table:
    """A code table: its name in addresses and commands, its model, its shipped rows."""

    name: str
    model: type[Dated]
    shipped: Callable[[], Iterator[Row]]

    def columns(self) -> tuple[str, ...]:
        """What a row says besides how it came here."""
        return tuple(f.name for f in self.model._meta.concrete_fields if f.name not in {"id", "edited"})  # noqa: SLF001


def _bytes(name: str) -> bytes:
    data = resources.files("catalogue").joinpath("data", name).read_bytes()
    return lzma.decompress(data) if name.endswith(".xz") else data


def _json(name: str) -> Callable[[], Iterator[Row]]:
    return lambda: iter(json.loads(_bytes(name)))


def read_csv(text: str) -> Iterator[Row]:
    """Rows of a CSV whose head names the columns; an empty or missing cell is left to the column's default."""
    lines = csv.reader(io.StringIO(text))
    head = next(lines, [])
    for cells in filter(None, lines):
        row: Row = {key: cell for key, cell in zip(head, cells, strict=False) if cell}
        if len(cells) > len(head):  # whoever reads the row refuses it: no column has such a name
            row[f"+{len(cells) - len(head)}"] = cells
        yield row


def _units() -> Iterator[Row]:
    for row in read_csv(_bytes("administrative_units.csv.xz").decode()):
        yield row | {"source": UNITS_SOURCE}


def _successions() -> Iterator[Row]:
    for row in read_csv(_bytes("successions.csv.xz").decode()):
        yield row | {"source": UNITS_SOURCE}


def _result_types() -> Iterator[Row]:
    for row in read_csv(_bytes("result_types.csv.xz").decode()):
        yield row | {"source": PORTAL_SOURCE}


def _procedures() -> Iterator[Row]:
    for line in _bytes("procedures.jsonl.xz").decode().splitlines():
        row = json.loads(line)
        del row["components"]
        yield row | {"source": PORTAL_SOURCE}


def _components() -> Iterator[Row]:
    for line in _bytes("procedures.jsonl.xz").decode().splitlines():
        row = json.loads(line)
        for number, (kind, name, shown, originals, copies, form) in enumerate(row["components"], 1):
            yield {
                "procedure": row["code"],
                "set": "published",
                "number": number,
                "kind": kind,
                "name": name,
                "shown": bool(shown),
                "originals": originals,
                "copies": copies,
                "form": form,
                "source": PORTAL_SOURCE,
            }
    for mapped in json.loads(_bytes("counter_components.json")):
        for number, component in enumerate(mapped["components"], 1):
            yield {"procedure": mapped["procedure"], "set": "mapped", "number": number, **component}


TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        Table("document_types", DocumentType, _json("document_types.json")),
        Table("administrative_units", AdministrativeUnit, _units),
        Table("successions", Succession, _successions),
        Table("result_types", ResultType, _result_types),
        Table("procedures", Procedure, _procedures),
        Table("components", Component, _components),
        Table("fees", Fee, _json("fees.json")),
        Table("refusal_reasons", RefusalReason, _json("refusal_reasons.json")),
        Table("attestations", Attestation, _json("attestations.json")),
        Table("special_days", SpecialDay, _json("special_days.json")),
        Table("working_hours", WorkingHours, _json("working_hours.json")),
        Table("trust_roots", TrustRoot, _json("trust_roots.json")),
    )
}


def derivations(model: type[Dated]) -> dict[str, tuple[str, Callable[[str], str]]]:
    """Columns made from others: name → (column it is made from, how)."""
    if model is AdministrativeUnit:
        return {"folded": ("name", bare_name)}
    if model is Procedure:
        return {"folded": ("name", fold)}
    return {}
