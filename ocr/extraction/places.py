"""Administrative units of Viet Nam, old and new: an address comes in; what of it is a known place, and small misreadings mended, go out.

The names are those until 30/6/2025 (province, district, commune) and since 1/7/2025 (province, commune). They serve to
judge reading, not to tell which unit a place belongs to today: that is the catalogue's.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

from ocr.extraction.text import distance, fold, is_upper, letters, squash

_LEVELS = {
    "tinh": 1, "thanh pho": 1, "tp": 1, "quan": 2, "q": 2, "huyen": 2, "h": 2, "thi xa": 2, "tx": 2, "thanh pho ": 2,
    "phuong": 3, "p": 3, "xa": 3, "x": 3, "thi tran": 3, "tt": 3, "dac khu": 3,
}  # fmt: skip
_SPELLED = {
    "tinh": "tỉnh", "thanh pho": "thành phố", "quan": "quận", "huyen": "huyện", "thi xa": "thị xã", "phuong": "phường", "xa": "xã", "thi tran": "thị trấn", "dac khu": "đặc khu",
}  # fmt: skip
_FULL = {"tp": "thanh pho", "q": "quan", "h": "huyen", "tx": "thi xa", "p": "phuong", "x": "xa", "tt": "thi tran"}
_UNIT = re.compile(
    r"(?<![\w'])(?:(tinh|thanh pho|tp|quan|huyen|thi xa|tx|phuong|xa|thi tran|tt|dac khu)\s+|(tp|q|h|tx|p|x|tt)\.\s*)(?=[\w'])"
)
_RENAMED = {"tỉnh thừa thiên huế": "Thành phố Huế", "tỉnh đắc lắc": "Tỉnh Đắk Lắk", "tỉnh đắc nông": "Tỉnh Đắk Nông"}


@dataclass
class _Unit:
    """A province or district with what lies in it, by folded name."""

    name: str
    parts: dict[str, list["_Unit"]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PlaceRead:
    """`text`: as read, misread unit names mended. `known`: spans of `text` that name known units. `mended`, `strange`: counts of units."""

    text: str
    known: tuple[tuple[int, int], ...]
    mended: int
    strange: int
    province: str = ""


def read_place(text: str) -> PlaceRead:
    """Check an address, part by part from its end, against the known units."""
    parts = _components(text)
    province: _Unit | None = None
    district: _Unit | None = None
    done: list[tuple[str, str, int | None]] = []
    mended = strange = 0
    for index, (before, part) in enumerate(reversed(parts)):
        level, start, unit, changed = _unit_in(part, province, district, last=index <= 1)
        if unit is None:
            strange += level > 0
            done.append((before, part, None))
            continue
        if level == 1:
            province = unit
        elif level == 2:
            district = unit
        mended += changed != part
        done.append((before, changed, start))
    return _assembled(done[::-1], mended, strange, province)


def _components(text: str) -> list[tuple[str, str]]:
    """Parts with what parts them from the one before: a comma, a dash before a unit, or the unit's word alone."""
    folded = fold(text)
    cuts = [(m.start(), m.end(), ", ") for m in re.finditer(r"\s*[,;]\s*", text)]
    cuts += [(m.start(), m.end(), " - ") for m in re.finditer(r" - (?=tinh |huyen |thanh pho )", folded)]
    for unit in _UNIT.finditer(folded):
        word = re.search(r"(\S+)\s+$", text[: unit.start()])
        if word and (word[1][0].isupper() or word[1][0].isdigit()) and not word[1].endswith((",", ";", "-", ".")):
            cuts.append((word.end(1), unit.start(), " "))
    parts, place, before = [], 0, ""
    for start, end, mark in sorted(cuts):
        if start >= place:
            parts.append((before, text[place:start].strip()))
            place, before = end, mark
    parts.append((before, text[place:].strip()))
    return [(mark, part) for mark, part in parts if part]


def _assembled(
    parts: list[tuple[str, str, int | None]], mended: int, strange: int, province: _Unit | None
) -> PlaceRead:
    known, text = [], ""
    for before, part, start in parts:
        text += before if text else ""
        if start is not None:
            known.append((len(text) + start, len(text) + len(part)))
        text += part
    return PlaceRead(text, tuple(known), mended, strange, province.name if province else "")


def _unit_in(
    part: str, province: _Unit | None, district: _Unit | None, *, last: bool
) -> tuple[int, int, _Unit | None, str]:
    """Level (0: names no unit), where the unit starts, the unit if known, the component mended."""
    seen = 0
    for match in _UNIT.finditer(fold(part)):
        short = match[1] or match[2]
        kind = _FULL.get(short, short)
        name = part[match.end() :]
        for level, units in _candidates(kind, province, district):
            unit = _nearest(kind, name, units)
            seen = seen or level
            if unit:
                return (
                    level,
                    match.start(),
                    unit,
                    part[: match.start()] + _spelled(part[match.start() : match.end()], short, name, unit.name),
                )
    if last and province is None:
        unit = _nearest("", part, _country().values())
        if unit:
            bare = re.sub(r"^(?:Tỉnh|Thành phố) ", "", unit.name)
            return 1, 0, unit, part if letters(part) == letters(bare) else _case_like(part, bare)
    return seen, 0, None, part


def _candidates(
    kind: str, province: _Unit | None, district: _Unit | None
) -> Iterator[tuple[int, Iterable[list[_Unit]]]]:
    if kind in {"tinh", "thanh pho"} and province is None:
        yield 1, _country().values()
    if kind != "tinh" and (_LEVELS[kind] == 2 or kind == "thanh pho"):
        yield 2, province.parts.values() if province else _districts().values()
    if _LEVELS[kind] == 3:
        if district:
            yield 3, district.parts.values()
        elif province:
            yield 3, _within(province)


def _within(province: _Unit) -> list[list[_Unit]]:
    """Communes of a province: those straight below it and those of its districts."""
    return [
        *province.parts.values(),
        *(units for districts in province.parts.values() for d in districts for units in d.parts.values()),
    ]


def _nearest(kind: str, name: str, groups: Iterable[list[_Unit]]) -> _Unit | None:
    """The unit of this kind with this name; else the only one a letter or two away.

    A name that some unit of the country bears letter by letter is no misreading of another's: people write the commune of
    before a merger under the province of after it.
    """
    key = squash(name)
    if not key:
        return None
    near: list[tuple[int, int, _Unit]] = []
    limit = 0 if not kind or any(c.isdigit() for c in key) or len(key) < 3 else max(1, len(key) // 6)
    if kind in _SPELLED and letters(f"{_SPELLED[kind]} {name}") in _names():
        limit = 0
    for group in groups:
        for unit in group:
            unit_kind, bare = _split(unit.name)
            if kind not in {"", unit_kind}:
                continue
            away = distance(key, squash(bare), limit)
            if away <= limit:
                near.append((away, 0 if letters(name) == letters(bare) else 1, unit))
    if not near:
        return None
    near.sort(key=lambda item: item[:2])
    best = [item for item in near if item[:2] == near[0][:2]]
    return best[0][2] if len({squash(item[2].name) for item in best}) == 1 else None


@cache
def _split(name: str) -> tuple[str, str]:
    """`Thị trấn Liên Nghĩa` → (`thi tran`, `Liên Nghĩa`)."""
    match = _UNIT.match(fold(name))
    return (match[1] or match[2], name[match.end() :]) if match else ("", name)


def _spelled(kind_read: str, short: str, name_read: str, unit_name: str) -> str:
    """The unit as printed: its own spelling where the reader differs in letters, the reader's where only case or tone place differ."""
    _, bare = _split(unit_name)
    whole = letters(name_read) == letters(bare) and len(name_read.split()) == len(bare.split())
    name = name_read if whole else _case_like(name_read, bare)
    if short in _SPELLED and letters(kind_read.strip()) != letters(_SPELLED[short]):
        kind_read = (
            _case_like(kind_read, _SPELLED[short])
            if is_upper(kind_read) or kind_read[:1].islower()
            else _SPELLED[short].capitalize()
        )
    gap = "" if kind_read.rstrip().endswith(".") and not kind_read.endswith(" ") else " "
    return kind_read.rstrip() + gap + name.strip()


def _case_like(read: str, spelling: str) -> str:
    return spelling.upper() if is_upper(read) else spelling


_LEVEL = "tỉnh|thành phố|quận|huyện|thị xã|phường|xã|thị trấn|đặc khu"
_NAMED = re.compile(rf"\b((?:{_LEVEL})\s+[^,;()–-]+?)(?=\s+(?:{_LEVEL})\s|\s*[,;()–-]|\s*$)")


_NO_UNIT = re.compile(r"\bxã hội\b|\bhợp tác xã\b|\b(?:tỉnh|huyện|quận|xã|phường|thị|thành) (?:ủy|uỷ|đoàn|đội)\b")


def strangeness(text: str, *, whole: bool = False) -> float:
    """1 if a text names a unit nobody knows (half a name, a misread one), 0.5 if one is known with other marks alone, else 0.

    `whole`: the text is a unit's name without its level. What lies in what is not asked: offices often leave that out.
    """
    plain = _NO_UNIT.sub(" ", text.casefold())
    found = [(text, "")] if whole else [(match[1], plain[match.start() :]) for match in _NAMED.finditer(plain)]
    worst = 0.0
    for name, rest in found:
        if letters(name) not in _names() and letters(rest.strip()) not in _names():  # `phường Xuân Trường - Đà Lạt`
            worst = max(worst, 0.5 if squash(name) in _names() else 1.0)
    return worst


@cache
def _names() -> frozenset[str]:
    """All units with and without their level, as `letters` spells them and without marks."""
    lines = files("ocr.extraction").joinpath("data", "places.tsv").read_text(encoding="utf-8").splitlines()
    named = {name for line in lines for name in re.split(r"[\t;]", line) if name} | set(_RENAMED)
    bare = {re.sub(rf"^(?:{_LEVEL})\s+", "", name.casefold()) for name in named}
    return frozenset(spelled for name in named | bare for spelled in (letters(name), squash(name)))


def load() -> None:
    """Load the places of the country, before a process forks into several that will need them."""
    _districts()


@cache
def _country() -> dict[str, list[_Unit]]:
    provinces: dict[str, _Unit] = {}
    lines = files("ocr.extraction").joinpath("data", "places.tsv").read_text(encoding="utf-8").splitlines()
    for line in lines:
        province_name, district_name, communes = line.split("\t")
        province = provinces.setdefault(letters(province_name), _Unit(province_name))
        parent = province
        if district_name:
            parent = _Unit(district_name)
            province.parts.setdefault(squash(district_name), []).append(parent)
        for commune in communes.split(";"):
            if commune:
                parent.parts.setdefault(squash(commune), []).append(_Unit(commune))
    for old, new in _RENAMED.items():
        provinces[letters(old)] = _Unit(old.title(), provinces[letters(new)].parts)
    return {key: [unit] for key, unit in provinces.items()}


@cache
def _districts() -> dict[str, list[_Unit]]:
    everywhere: dict[str, list[_Unit]] = {}
    for (province,) in _country().values():
        for key, units in province.parts.items():
            everywhere.setdefault(key, []).extend(u for u in units if u.parts)
    return everywhere
