"""«Đúng, đủ, sạch, sống» as pure functions: what each says of a document, with its reasons.

True, False, or None while it cannot be said yet. The words are the law's aim for the data store (DOMAIN §1).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from khoso.kernel.clock import day_of
from khoso.kernel.doubts import WORTH_A_LOOK

CHECK_PERIOD = timedelta(days=30)
"""How old the last look at a document's bytes may be (QCVN 12:2026/BCA asks for an integrity mechanism; the period is a setting (?))."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """One of the four, with machine-readable reasons for anything but True."""

    holds: bool | None
    reasons: tuple[str, ...] = ()


def holds_back(field: Mapping[str, Any]) -> bool:
    """Whether a value alone stops its paper: doubtful for any other reason than that an eye would not hurt."""
    return bool(field["doubtful"]) and set(field.get("doubts", ())) != {WORTH_A_LOOK}


def holding(fields: Mapping[str, Mapping[str, Any]], absent: Mapping[str, str], mandatory: Iterable[str]) -> list[str]:
    """Names for which a paper waits: what holds it back, then mandatory ones that were not found."""
    held = [name for name, field in fields.items() if holds_back(field)]
    return [*held, *(name for name in mandatory if name not in fields and name not in absent)]


def doubts_of(
    fields: Mapping[str, Mapping[str, Any]], absent: Mapping[str, str], mandatory: Iterable[str]
) -> list[str]:
    """Names a person should look at: those for which a paper waits, then those worth a look."""
    held = holding(fields, absent, mandatory)
    return [*held, *(name for name, field in fields.items() if field["doubtful"] and not holds_back(field))]


def correct(fields: Mapping[str, Mapping[str, Any]] | None, verdicts: Sequence[Mapping[str, Any]]) -> Judgement:
    """Đúng: each field passed its validators or a named person confirmed it; no signature is proven wrong.

    A value that is only worth a look passed them.
    """
    if fields is None:
        return Judgement(None)
    reasons = [f"doubtful:{name}" for name, field in fields.items() if holds_back(field)]
    reasons += [f"signature:{verdict.get('field', '')}" for verdict in verdicts if verdict["verdict"] == "invalid"]
    return Judgement(not reasons, tuple(reasons))


def complete(
    fields: Mapping[str, Mapping[str, Any]] | None,
    mandatory: Iterable[str],
    *,
    pages: int | None,
    pages_read: int,
    renditions: Iterable[str],
) -> Judgement:
    """Đủ: every page captured and read, mandatory fields present, the renditions a filed document needs present."""
    if fields is None or pages is None:
        return Judgement(None)
    reasons = [f"missing:{name}" for name in mandatory if name not in fields]
    if pages_read != pages:
        reasons.append(f"pages:{pages_read}/{pages}")
    reasons += [f"rendition:{kind}" for kind in ("original", "signed") if kind not in set(renditions)]
    return Judgement(not reasons, tuple(reasons))


def clean(*, filed: bool, duplicates: Iterable[str]) -> Judgement:
    """Sạch: no other live document says the same of the same owner."""
    if not filed:
        return Judgement(None)
    reasons = [f"duplicate:{other}" for other in duplicates]
    return Judgement(not reasons, tuple(reasons))


def alive(
    *, filed: bool, validity: str, valid_until: date | None, indexed: bool, checked_at: datetime | None, now: datetime
) -> Judgement:
    """Sống: valid today, findable now, bytes looked at within the period."""
    if not filed:
        return Judgement(None)
    reasons = []
    if validity != "active" or (valid_until is not None and valid_until < day_of(now)):
        reasons.append(f"validity:{validity if validity != 'active' else 'expired'}")
    if not indexed:
        reasons.append("not_indexed")
    if checked_at is None or now - checked_at > CHECK_PERIOD:
        reasons.append("not_checked")
    return Judgement(not reasons, tuple(reasons))
