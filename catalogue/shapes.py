"""What the columns that hold lists may hold: said once, for the pages, the commands and the import alike."""

import json
import re
from collections.abc import Callable
from functools import cache
from importlib import resources
from typing import Any

from django.utils.translation import gettext as _

from catalogue.models import Dated, DocumentType, Fee, Procedure
from khoso.kernel.errors import Refused
from khoso.kernel.reasons import ReasonCode

_INDEX = re.compile(r"\[\d{1,3}\]")
_SHOWN = 80  # characters of a wrong value that are told
_LONGEST = 200  # characters of a code or a number of a law
_MOST = 10**9  # đồng, pages
_JSON = frozenset('[{"')
_REST = "*"
_TIER = re.compile(r"(\*|\d{1,9})\s*:\s*(\d[\d.]{0,12})")

Check = Callable[[str, Any, str], None]
"""Column, value, and the first part of the row's key; raises `Refused`."""


@cache
def _names() -> dict[str, list[str]]:
    """Field names by type; under `*` those every type has. `[]` stands for a number from 0 in brackets."""
    found: dict[str, list[str]] = json.loads(
        resources.files("catalogue").joinpath("data", "field_names.json").read_bytes()
    )
    return found


def known_names(slug: str) -> list[str]:
    """The field names a type of document knows; a type nobody reads yet knows those of every type."""
    return [*_names()["*"], *_names().get(slug, ())]


def _list(column: str, value: Any, example: str) -> list[Any]:
    if not isinstance(value, list):
        raise Refused(ReasonCode.NOT_A_LIST, field=column, value=_told(value), example=example)
    return value


def _told(value: Any) -> str:
    return (value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str))[:_SHOWN]


def _words(column: str, value: Any, example: str) -> list[str]:
    """A list of words, each once."""
    seen = list[str]()
    for one in _list(column, value, example):
        if not isinstance(one, str) or not one.strip() or not one.isprintable() or len(one) > _LONGEST:
            raise Refused(ReasonCode.NOT_A_LIST, field=column, value=_told(one), example=example)
        if one in seen:
            raise Refused(ReasonCode.TWICE_IN_LIST, field=column, value=_told(one))
        seen.append(one)
    return seen


def _field_names(column: str, value: Any, key: str) -> None:
    known = known_names(key)
    for name in _words(column, value, '["number", "issue_date"]'):
        if "[]" in name or _INDEX.sub("[]", name) not in known:
            raise Refused(
                ReasonCode.NO_SUCH_FIELD_NAME, field=column, value=_told(name),
                known=", ".join(one.replace("[]", "[0]") for one in known),
            )  # fmt: skip


def _codes(column: str, value: Any, _key: str) -> None:
    _words(column, value, '["258/2025/NĐ-CP"]')


def _tiers(column: str, value: Any, _key: str) -> None:
    """`[[up to page, đồng each], …]`: pages rise, the last tier has no end."""
    example = "[[2, 2000], [null, 1000]]"
    tiers, before = _list(column, value, example), 0
    for place, tier in enumerate(tiers, 1):
        last = place == len(tiers)
        if not (isinstance(tier, list) and len(tier) == len(("upto", "each")) and _whole(tier[1], least=0)):
            raise Refused(ReasonCode.BAD_TIER, field=column, value=_told(tier), example=example)
        upto = tier[0]
        if (upto is not None or not last) and (last or not _whole(upto, least=before + 1)):
            raise Refused(ReasonCode.BAD_TIER, field=column, value=_told(tier), example=example)
        before = upto or before


def _whole(value: Any, *, least: int) -> bool:
    return type(value) is int and least <= value <= _MOST


SHAPES: dict[type[Dated], dict[str, Check]] = {
    DocumentType: {"mandatory": _field_names},
    Fee: {"tiers": _tiers},
    Procedure: {"results": _codes, "laws": _codes},
}
"""Every column of lists of the code tables."""


def parsed(column: str, text: str) -> Any:
    """A list as it is typed or stands in a CSV; nothing typed is an empty list.

    Raises:
        Refused: not JSON.
    """
    try:
        return json.loads(text) if text.strip() else []
    except (ValueError, RecursionError):
        raise Refused(ReasonCode.NOT_A_LIST, field=column, value=_told(text), example='["…", "…"]') from None


def is_tiers(model: type[Dated], column: str) -> bool:
    """Whether a column holds what a fee costs by pages."""
    return SHAPES.get(model, {}).get(column) is _tiers


def as_lines(model: type[Dated], column: str, value: Any) -> str:
    """A list as people read it, a line for each: `number`, or `2: 2000` and `*: 1000` of tiers.

    Nothing for an empty list, and for what is no list its column could hold: that is shown as it is stored.
    """
    try:
        if is_tiers(model, column):
            _tiers(column, value, "")
            return "\n".join(f"{_REST if upto is None else upto}: {each}" for upto, each in value)
        lines = _words(column, value, "")
    except Refused:
        return ""
    return "" if lines and lines[0].lstrip()[:1] in _JSON else "\n".join(lines)


def typed(model: type[Dated], column: str, text: str) -> Any:
    """A list as people type it: a line for each (`as_lines`), or JSON.

    Raises:
        Refused: neither.
    """
    if text.lstrip()[:1] in _JSON:
        return parsed(column, text)
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return [_tier(column, line) for line in lines] if is_tiers(model, column) else lines


def _tier(column: str, line: str) -> list[int | None]:
    found = _TIER.fullmatch(line)
    if found is None:
        raise Refused(ReasonCode.BAD_TIER, field=column, value=line[:_SHOWN], example="[[2, 2000], [null, 1000]]")
    upto, each = found.groups()
    return [None if upto == _REST else int(upto), int(each.replace(".", ""))]


def check(model: type[Dated], column: str, value: Any, key: str) -> None:
    """Whether a column may hold a value.

    Raises:
        Refused: it may not; says the column, what is wrong and what is right.
    """
    wanted = SHAPES.get(model, {}).get(column)
    if wanted is not None:
        wanted(column, value, key)


def sentence(error: Refused) -> str:
    """What is wrong, in the reader's language."""
    return error.reason.sentence(_)
