"""Two people at one form: what another said since it was opened, beside what was typed in it. Three ways: shown, said, typed."""

from collections.abc import Mapping
from dataclasses import replace

from django.utils.translation import gettext as _

from khoso.kernel.errors import Refused
from khoso.kernel.reasons import ReasonCode
from ocr.correcting import changed_in
from ocr.labels import label
from ocr.showing import ShownField, faulted, named, names_of, spoken
from warehouse.models import DataRecord, Document


def kept(
    document: Document,
    record: DataRecord,
    fields: list[ShownField],
    typed: dict[str, str],
    *,
    seen: int,
    fault: Refused,
) -> list[ShownField]:
    """The form again: what was typed, beside what others said meanwhile. A field both added is one of the others."""
    mine = {key.removeprefix("value:"): value for key, value in typed.items() if key.startswith("value:")}
    added = typed.get("new_field", "")
    if added in record.fields and typed.get("new_value", "").strip():
        mine[added] = typed["new_value"]
        typed.update(new_field="", new_value="")
    return faulted(merged(document, fields, mine, seen=seen), fault)


def in_this_form(fault: Refused) -> str:
    """A refusal for whoever sees the form again: what others said meanwhile stands in it already, so nothing is to be reloaded."""
    if fault.reason.code is ReasonCode.CHANGED_MEANWHILE:
        return _(
            "Giấy tờ vừa được người khác hoặc hệ thống thay đổi; phần họ đổi ghi ngay dưới tên trường. Hãy xem rồi lưu lần nữa."
        )
    return named(fault.reason)


def whole_number(text: str) -> int:
    """A number a form carries; 0 when it is none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else 0


def merged(document: Document, fields: list[ShownField], typed: Mapping[str, str], *, seen: int) -> list[ShownField]:
    """The fields of the newest record as a form shows them again that could not be saved.

    Fields left as they were shown take what others said meanwhile, and tell who; where both changed one, what was typed
    stays, and what the other said stands beside it, ready to be taken.

    Args:
        fields: of the newest record.
        typed: field → text as it came from the form.
        seen: version of the record the form was made from; 0 or an unknown one: whatever differs is shown both ways.
    """
    records = {record.version: record for record in document.records.order_by("version")}
    newest = records[max(records)]
    base = records.get(seen)
    who = _who(list(records.values()), seen)
    known = {field.name for field in fields}
    gone = [
        ShownField(name, label(name), "")
        for name in typed
        if name not in known and typed[name].strip() and (base is None or name in base.fields)
    ]
    return [_one(field, typed, base, newest, who) for field in [*fields, *gone]]


def _one(
    field: ShownField,
    typed: Mapping[str, str],
    base: DataRecord | None,
    newest: DataRecord,
    who: Mapping[str, str],
) -> ShownField:
    name = field.name
    shown, said = _text(base, name), _text(newest, name)
    mine = typed.get(name, shown if base is not None else said)
    moved = base is None or _flat(shown) != _flat(said)
    if not moved or _flat(mine) == _flat(said):
        return replace(field, value=mine)
    person = who.get(name, "") or _("người khác")
    if base is not None and _flat(mine) == _flat(shown):
        told = _("%(person)s vừa đổi; trước là «%(before)s»") if shown else _("%(person)s vừa ghi")
        return replace(field, meanwhile=told % {"person": person, "before": shown})
    told = (
        _("%(person)s vừa ghi «%(said)s»; trong ô là chữ bạn gõ")
        if said
        else _("%(person)s vừa bỏ trường này; trong ô là chữ bạn gõ")
    )
    others = tuple(dict.fromkeys((said, *field.others))) if said else field.others
    return replace(field, value=mine, others=others, meanwhile=told % {"person": person, "said": said})


def moved_since(document: Document, seen: int) -> set[str]:
    """Fields others changed since version `seen` of the record."""
    return set(_who(list(document.records.order_by("version")), seen))


def _who(records: list[DataRecord], seen: int) -> dict[str, str]:
    """Field → full name of whoever changed it last after version `seen`."""
    changed = changed_in(records)
    by = {name: record.by for record in records if record.version > seen for name in changed.get(record.version, [])}
    people = names_of(account for account in by.values() if account)
    return {name: people.get(account, account) for name, account in by.items()}


def _text(record: DataRecord | None, name: str) -> str:
    field = record.fields.get(name) if record is not None else None
    return spoken(name, str(field["value"])) if field else ""


def _flat(text: str) -> str:
    return " ".join(text.split())
