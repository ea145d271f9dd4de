"""Makes `data/places.tsv` from public lists of administrative units; run when units change.

    python -m ocr.extraction.build_places LEGACY.csv UNITS.json > ocr/extraction/data/places.tsv

LEGACY.csv: columns old_province, old_district, old_commune (units until 30/6/2025). UNITS.json: provinces with `FullName`
and `Wards` (units since 1/7/2025). A line is province, district (empty since 7/2025), communes joined by `;`.
"""

import csv
import json
import sys
from pathlib import Path

from ocr.extraction.text import clean


def build(legacy: Path, units: Path) -> list[str]:
    """The lines of the data file, sorted."""
    communes: dict[tuple[str, str], set[str]] = {}
    with legacy.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            place = clean(row["old_province"]), clean(row["old_district"])
            communes.setdefault(place, set()).add(clean(row["old_commune"]))
    for province in json.loads(units.read_text(encoding="utf-8")):
        for ward in province["Wards"]:
            communes.setdefault((clean(province["FullName"]), ""), set()).add(clean(ward["FullName"]))
    return [
        f"{province}\t{district}\t{';'.join(sorted(names - {''}))}"
        for (province, district), names in sorted(communes.items())
    ]


def main() -> None:
    """Writes the lines to standard output."""
    legacy, units = sys.argv[1:]
    sys.stdout.write("\n".join(build(Path(legacy), Path(units))) + "\n")


if __name__ == "__main__":
    main()
