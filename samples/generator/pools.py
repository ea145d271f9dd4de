"""Words to draw from, kept as data in `data/pools.toml`."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data" / "pools.toml"


@cache
def _all() -> dict[str, Any]:
    return tomllib.loads(DATA.read_text(encoding="utf-8"))


@cache
def pool(section: str, name: str) -> tuple[str, ...]:
    """The entries of one pool.

    Raises:
        KeyError: there is no such pool.
    """
    return tuple(entry.strip() for entry in _all()[section][name].replace("\n", "").split("|"))


@cache
def names_in(section: str) -> tuple[str, ...]:
    """The names of a section's pools."""
    return tuple(_all()[section])
