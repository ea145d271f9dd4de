"""Canonical JSON: the same value has the same bytes everywhere (keys sorted, no spaces, UTF-8, no floats).

The subset of RFC 8785 that the ledger and derived names need; floats are refused because their text form is where
implementations differ.
"""

import json
from typing import Any


def canonical(value: Any) -> bytes:
    """Canonical bytes of a JSON value made of dicts, lists, strings, integers, booleans and None.

    Raises:
        TypeError: a float or a non-JSON type is inside.
    """
    _no_floats(value)
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _no_floats(value: Any) -> None:
    if isinstance(value, float):
        raise TypeError("canonical JSON holds no floats: store a string or an integer")
    if isinstance(value, dict):
        for key, item in value.items():
            if not isinstance(key, str):
                raise TypeError(f"canonical JSON needs string keys, not {key!r}")
            _no_floats(item)
    elif isinstance(value, list | tuple):
        for item in value:
            _no_floats(item)
