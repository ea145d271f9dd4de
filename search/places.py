"""Places: the fields and text of a document come in, the other names of the places it speaks of go out.

On 1 July 2025 some 10,000 communes became 3,321 and 63 provinces 34 (Nghị quyết 202/2025/QH15 and those that follow it). A
paper says what a place was called on its day; people ask by the name they know. So a document with an old name is found
by the new ones (all of them where a unit was divided), and one with a new name by the old ones, district and province
included.

Only real places count, since most names are common words as well (Hòa Bình, Đoàn Kết, Tân Lập):

- in running text a name stands behind its kind and begins with a capital: «phường Cầu Dền», never «hòa bình»;
- in fields that hold addresses and issuers a name may stand alone between commas;
- where several units of the country bear the name, the one counts whose district or province stands behind it, or else
  elsewhere in the document; if that leaves more than one, none does;
- a province tells what it became, and not what it was made of: every paper of the new Lâm Đồng is not one of Bình Thuận.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

from django.db.models import CharField
from django.db.models.functions import Cast

from catalogue.asking import became, formerly, full_name, unit
from catalogue.models import AdministrativeUnit, CatalogueChange, Level, Succession
from khoso.kernel.clock import day_of, system_clock, today
from search.folding import fold, words

MERGED = date(2025, 7, 1)
MOST = 60
"""Names of one document: a list of a whole district is no longer about its places."""

REACH = 200_000
"""Letters of a full text that are looked at."""

_KIND = re.compile(r"(?<!\w)(xã|phường|thị\s+trấn|đặc\s+khu|tỉnh|thành\s+phố|tp|tt|p|x)(?!\w)[.\s]*", re.IGNORECASE)
_SHORT = {"p": "phường", "x": "xã", "tt": "thị trấn", "tp": "thành phố"}
_LONGEST = 6  # words of a name
_MOST_CHANGES = 4  # that are followed back
_BEHIND = 160  # letters behind a kind: the name, and what may say where it lies
_ADDRESSES = re.compile(r"(^|\.)(address|residence|home_town|birth_place|place|permanent|temporary|current|issuer)$")
_ITS_KIND = re.compile(r"^(?:thành phố|thị xã|thị trấn|đặc khu|tỉnh|quận|huyện|phường|xã) ")
_PART = re.compile(r"[,;\n–]|\s-\s")


class _Unit(NamedTuple):
    """A unit by what its name says. `above`: accented names of its district and province, full and bare."""

    level: str
    code: str
    valid_from: date
    valid_to: date | None
    above: tuple[tuple[str, str], ...]


class _Row(NamedTuple):
    """A unit as its table has it; days as ISO 8601, `valid_to` empty while it lasts. Thousands are read, few are needed."""

    level: str
    code: str
    name: str
    parent: str
    valid_from: str
    valid_to: str | None


class _Names:
    """Every province and commune of any day by its accented name; what stands above one is looked up when it is asked for."""

    def __init__(self, rows: Iterable[_Row]) -> None:
        self._by_code: dict[tuple[str, str], list[_Row]] = defaultdict(list)
        self._full: dict[str, list[_Row]] = defaultdict(list)
        self._bare: dict[str, list[_Row]] = defaultdict(list)
        self._made: dict[_Row, _Unit] = {}
        for row in rows:
            self._by_code[row.level, row.code].append(row)
            if row.level == Level.DISTRICT:
                continue
            folded = _joined(row.name)
            self._full[folded].append(row)
            if not (name := _bare(folded)).isdigit():
                self._bare[name].append(row)

    def __bool__(self) -> bool:
        return bool(self._full)

    def full(self, name: str) -> tuple[_Unit, ...]:
        """Units of a name with its kind («phường cầu dền»)."""
        return tuple(self._unit(row) for row in self._full.get(name, ()))

    def bare(self, name: str) -> tuple[_Unit, ...]:
        """Units of a name without its kind."""
        return tuple(self._unit(row) for row in self._bare.get(name, ()))

    def _unit(self, row: _Row) -> _Unit:
        if row not in self._made:
            ends = date.fromisoformat(row.valid_to) if row.valid_to else None
            last = (ends - timedelta(days=1) if ends else date.max).isoformat()
            above = tuple(self._above(row.parent, last))
            self._made[row] = _Unit(row.level, row.code, date.fromisoformat(row.valid_from), ends, above)
        return self._made[row]

    def _above(self, parent: str, day: str) -> Iterator[tuple[str, str]]:
        """Names, full and bare, of the district and province above, as things stood on a day."""
        while parent:
            level = Level.DISTRICT if len(parent) == 3 else Level.PROVINCE
            rows = self._by_code.get((level, parent), ())
            held = next(
                (row for row in rows if row.valid_from <= day and (not row.valid_to or day < row.valid_to)), None
            )
            if held is None:
                return
            name = _joined(held.name)
            yield name, _bare(name)
            parent = held.parent


class _Mention(NamedTuple):
    """Units that may be meant at one place of a document, and the words behind it. `bare`: it stands without its kind."""

    units: tuple[_Unit, ...]
    behind: str
    bare: bool = False


class PlaceNames(NamedTuple):
    """The names of the tables as they were at one moment."""

    made: tuple[int, int]
    names: _Names


def names_now() -> PlaceNames:
    """What `other_names` needs. Asks the database whether somebody changed the tables, and keeps them in the process."""
    made = _version()
    return PlaceNames(made, _names(made))


def other_names(
    fields: Mapping[str, str], body: str, issued: date | None, known: PlaceNames | None = None
) -> tuple[str, ...]:
    """Former and present names of the places in a document, full: «Phường Cầu Dền, Quận Hai Bà Trưng, Thành phố Hà Nội».

    Args:
        fields: field name → value.
        body: full text.
        issued: day of issue; decides which of two units of one name is meant.
        known: what `names_now` gave, for whoever asks about many documents; None: as the tables are now.
    """
    made, names = names_now() if known is None else known
    if not names:
        return ()
    addresses = [value for name, value in fields.items() if _ADDRESSES.search(name)]
    mentions = [mention for text in addresses for mention in _in_address(text, names)]
    mentions += [mention for text in (*fields.values(), body[:REACH]) for mention in _in_text(text, names)]
    everything = f" {' '.join(_joined(text) for text in (*addresses, body[:2000]))} "
    found: dict[str, None] = {}
    for mention in dict.fromkeys(mentions):
        meant = _meant(mention, everything, issued)
        if meant is not None:
            found.update(dict.fromkeys(_others(meant.level, meant.code, meant.valid_to, made)))
    if not found:
        return ()
    said = f" {_joined(' / '.join((*fields.values(), body[:REACH])))} "
    return tuple(name for name in found if not _says(said, name))[:MOST]


def _says(said: str, name: str) -> bool:
    """Does the document itself hold every part of a full name? A unit that kept its name has no other."""
    return all(f" {_bare(_joined(part))} " in said for part in name.split(","))


def _in_address(text: str, names: _Names) -> Iterator[_Mention]:
    """The first part of an address that is a name, with or without its kind."""
    parts = [_joined(part) for part in _PART.split(text)]
    for at, part in enumerate(parts):
        behind = f" {' '.join(parts[at + 1 :])} "
        if units := names.full(part):
            yield _Mention(units, behind)
            return
        # Without its kind a name is one only where everything above it is named behind it.
        inside = tuple(one for one in names.bare(part) if _fits(one, behind, bare=True) == len(one.above) > 0)
        if inside:
            yield _Mention(inside, behind, bare=True)
            return


def _in_text(text: str, names: _Names) -> Iterator[_Mention]:
    """Kinds with a name behind them, the longest there is."""
    for match in _KIND.finditer(text):
        kind = fold(match[1]).accented
        kind = _SHORT.get(kind, " ".join(kind.split()))
        behind = text[match.end() : match.end() + _BEHIND]
        if not behind[:1].isupper() and not behind[:1].isdigit():
            continue  # «xã hội», «phường tôi»
        said = [accented for _, accented in words(behind)]
        for count in range(min(_LONGEST, len(said)), 0, -1):
            units = names.full(" ".join((kind, *said[:count])))
            if units:
                yield _Mention(units, f" {' '.join(said[count:])} ")
                break


def _meant(mention: _Mention, everything: str, issued: date | None) -> _Unit | None:
    """The unit that is meant, None if that cannot be told."""
    if mention.bare and issued is not None:
        # «Hai Bà Trưng, Hà Nội» was a district before it was a ward: no paper names a unit that is still to come.
        mention = mention._replace(units=tuple(one for one in mention.units if one.valid_from <= issued))
        if not mention.units:
            return None
    for context, bare in ((mention.behind, True), (everything, False)):
        rated = [(_fits(one, context, bare=bare), one) for one in mention.units]
        most = max(fit for fit, _ in rated)
        best = [one for fit, one in rated if fit == most]
        if most and len(best) > 1 and issued is not None:
            best = [one for one in best if _in_force(one, issued)] or best
        if len(best) == 1 and (most or len(mention.units) == 1):
            return best[0]
        if most and len({one.code for one in best}) == 1 and issued is None:
            return best[0]
    on_day = [one for one in mention.units if issued is not None and _in_force(one, issued)]
    return on_day[0] if len(on_day) == 1 and len({one.above[-1:] for one in mention.units}) == 1 else None


def _fits(one: _Unit, context: str, *, bare: bool) -> int:
    """How many of the units above it are named; `bare`: a name without its kind counts too."""
    return sum(f" {name if bare else full} " in context for full, name in one.above)


def _in_force(one: _Unit, day: date) -> bool:
    return one.valid_from <= day and (one.valid_to is None or day < one.valid_to)


@lru_cache(maxsize=4096)
def _others(level: str, code: str, ended: date | None, _made: tuple[int, int]) -> tuple[str, ...]:
    """What else a unit is or was called."""
    today = day_of(system_clock())
    at = Level(level)
    names: list[str] = []
    if ended is not None:
        heirs = [heir for heir, _default in became(at, code, since=ended - timedelta(days=1), on=today)]
        rows = [row for heir in heirs if (row := unit(at, heir, today)) is not None]
        names += [full_name(row, today) for row in rows]
    if at is not Level.PROVINCE:
        last = today if ended is None else ended - timedelta(days=1)
        names += [full_name(row, _last_day(row)) for row in _before(at, code, last)]
    return tuple(dict.fromkeys(names))


def _before(level: Level, code: str, on: date, changes: int = _MOST_CHANGES) -> Iterator[AdministrativeUnit]:
    """The units that went into one, and what went into those before."""
    for row in formerly(level, code, on=on):
        if row.valid_to is not None:
            yield row
            if changes > 1:
                yield from _before(level, row.code, _last_day(row), changes - 1)


def _last_day(row: AdministrativeUnit) -> date:
    return row.valid_to - timedelta(days=1) if row.valid_to else today()


def _version() -> tuple[int, int]:
    """Changes whenever somebody changes the tables."""
    changed = CatalogueChange.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    last = Succession.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    return changed, last


@lru_cache(maxsize=1)
def _names(_made: tuple[int, int]) -> _Names:
    """Every province and commune of any day."""
    days = (Cast(name, CharField()) for name in ("valid_from", "valid_to"))
    rows = AdministrativeUnit.objects.values_list("level", "code", "name", "parent", *days)
    return _Names(_Row(*row) for row in rows.iterator())


def _joined(text: str) -> str:
    return " ".join(accented for _, accented in words(text))


def _bare(folded: str) -> str:
    """The accented name without its kind."""
    return _ITS_KIND.sub("", folded)
