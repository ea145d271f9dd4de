"""Real units of administration (names are public facts): before 7/2025 three levels, since then two."""

import random
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from samples.generator.pools import pool

DATA = Path(__file__).parent / "data" / "places.tsv"


@dataclass(frozen=True)
class Unit:
    """A commune with what stands above it; `district` is empty since 7/2025."""

    code: str
    commune: str
    district: str
    province: str

    @property
    def upper(self) -> tuple[str, ...]:
        return tuple(filter(None, (self.district, self.province)))

    @property
    def parts(self) -> tuple[str, ...]:
        return (self.commune, *self.upper)


def lower_first(name: str) -> str:
    """`Xã Đạ Ròn` → `xã Đạ Ròn`."""
    return name[:1].lower() + name[1:]


def bare(name: str) -> str:
    """`Xã Đạ Ròn` → `Đạ Ròn`; numbered wards keep their kind."""
    for kind in ("Thành phố ", "Đặc khu ", "Tỉnh ", "Thị xã ", "Thị trấn ", "Huyện ", "Quận ", "Phường ", "Xã "):
        if name.startswith(kind) and not name[len(kind) :].isdigit():
            return name[len(kind) :]
    return name


@cache
def _rows() -> tuple[tuple[str, ...], ...]:
    lines = DATA.read_text(encoding="utf-8").splitlines()
    return tuple(tuple(line.split("\t")) for line in lines if line and not line.startswith("#"))


def draw_unit(rng: random.Random, *, old: bool, home: bool = True) -> Unit:
    """A commune; half of them (`home`) in Lâm Đồng of today, where the counters of the story stand."""
    rows = _rows()
    if home and rng.random() < 0.4:
        rows = tuple(row for row in rows if row[5] == "Tỉnh Lâm Đồng")
    code, commune, district, province, new_commune, new_province = rng.choice(rows)
    return Unit(code, commune, district, province) if old else Unit(code, new_commune, "", new_province)


def hamlet(rng: random.Random, unit: Unit) -> str:
    """What stands before the commune in an address: a house in a street in towns, a hamlet elsewhere."""
    town = unit.commune.startswith(("Phường", "Thị trấn"))
    if town and rng.random() < 0.75:
        house = f"{rng.randint(1, 399)}{rng.choice(('', '', '', 'A', 'B', f'/{rng.randint(1, 60)}'))}"
        number = rng.choice((f"Số {house}", house, f"Số nhà {house}"))
        street = rng.choice((f"đường {rng.choice(pool('places', 'streets'))}", rng.choice(pool("places", "streets"))))
        block = rng.choice(
            (
                "",
                "",
                f", tổ {rng.randint(1, 20)}",
                f", tổ dân phố {rng.randint(1, 20)}",
                f", khu phố {rng.randint(1, 9)}",
            )
        )
        return f"{number}{rng.choice((', ', ' '))}{street}{block}"
    kind = (
        rng.choice(("Tổ dân phố", "Khu phố", "Tổ"))
        if town
        else rng.choice(("Thôn", "Thôn", "Thôn", "Xóm", "Ấp", "Bản", "Buôn", "Làng"))
    )
    return f"{kind} {rng.choice((str(rng.randint(1, 15)), rng.choice(pool('places', 'hamlets'))))}"


def written(rng: random.Random, unit: Unit, *, separator: str = ", ", first: str = "") -> str:
    """An address as one prints it, from the smallest unit up."""
    parts = [lower_first(part) for part in unit.parts]
    if not first:
        parts[0] = parts[0] if rng.random() < 0.6 else unit.commune
        return separator.join(parts)
    return separator.join((first, *parts))
