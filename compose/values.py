"""PDF values and how they are written (ISO 32000-1 §7.3), in forms that other PDF writers can be fed with too.

Python's own types stand for PDF's: `dict` (keys without slash), `list`, `int`, `float`, `bool`, `str` (a text string),
`bytes` (a byte string, written in hex); `Name` and `Ref` are the two that Python lacks.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

_REGULAR = frozenset(range(0x21, 0x7F)) - frozenset(b"#%()/<>[]{}")


class Name(str):
    """A PDF name, without its slash."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Ref:
    """An indirect reference to object `number` of this file, generation 0."""

    number: int


Value: TypeAlias = "bool | int | float | str | bytes | Ref | Sequence[Value] | Mapping[str, Value]"
Entries: TypeAlias = Mapping[str, Value]


def write_value(value: Value) -> bytes:  # noqa: PLR0911 - a line for each kind of value
    """The bytes of a value.

    Raises:
        TypeError: not one of the types above.
    """
    match value:
        case bool():
            return b"true" if value else b"false"
        case int():
            return b"%d" % value
        case float():
            return number(value)
        case Name():
            return _name(value)
        case str():
            return _text(value)
        case bytes():
            return b"<" + value.hex().encode() + b">"
        case Ref():
            return b"%d 0 R" % value.number
        case Mapping():
            return b"<<" + b" ".join(_name(key) + b" " + write_value(item) for key, item in value.items()) + b">>"
        case Sequence():
            return b"[" + b" ".join(map(write_value, value)) + b"]"
        case _:
            raise TypeError(f"no PDF value: {value!r}")


def number(value: float) -> bytes:
    """A real number with at most four decimals, never in exponent form."""
    text = f"{value:.4f}".rstrip("0").rstrip(".")
    return b"0" if text in {"-0", ""} else text.encode()


def _name(name: str) -> bytes:
    return b"/" + b"".join(bytes([byte]) if byte in _REGULAR else b"#%02X" % byte for byte in name.encode())


def _text(text: str) -> bytes:
    if text.isascii() and text.isprintable():
        escaped = text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
        return b"(" + escaped.encode() + b")"
    return b"<" + (b"\xfe\xff" + text.encode("utf-16-be")).hex().encode() + b">"
