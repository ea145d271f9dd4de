"""A document in a person's words: its fields, its qualities, the verdicts on its signatures, what happened to it."""

import contextlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from catalogue.asking import document_type
from khoso.kernel.clock import day_of
from khoso.kernel.errors import Refused
from khoso.kernel.phrases import retold
from khoso.kernel.reasons import Reason
from ocr.correcting import changed_in, next_rows
from ocr.extraction.checks import normalise
from ocr.extraction.forms import FORMS
from ocr.labels import doubt, label
from ocr.reviewing import DISAGREE
from people.models import User
from warehouse.models import DataRecord, Document, LedgerEvent, Validity
from warehouse.quality import Judgement, doubts_of, holds_back
from warehouse.sentences import sentence

_FIRST = ("title", "number", "issue_date", "issuer", "owner_name", "owner_id", "summary")
_SEXES = {"male": _l("Nam"), "female": _l("Nữ")}
_QUALITIES = {"dung": _l("đúng"), "du": _l("đủ"), "sach": _l("sạch"), "song": _l("sống")}
_OF_GRANTS = frozenset({"granted", "grant_revoked", "glass_broken", "glass_seen"})
MOST_VERSIONS = 200
"""Versions of one document that are listed; nobody corrects a paper so often."""
CELL = re.compile(r"(\w+)\[(\d+)\](.*)")
"""A field of a list's row: the list, the place, the rest."""
_DAY = re.compile(r"(\d{4})-(\d{2})(?:-(\d{2}))?")


@dataclass(frozen=True, slots=True)
class ShownField:
    """A field on screen. `box` is `x0,y0,x1,y1` in pixels of page `page`; `why` the doubts; `source` who says so.
    `light`: only worth a look. `others`: what else was read or said there, ready to be taken. `meanwhile`: what others did to it since the form was
    opened; `fault`: why what was typed there cannot be saved. `row`: of which row of a list it is the first cell shown, `members[2].`.
    """

    name: str
    label: str
    value: str
    doubtful: bool = False
    light: bool = False
    missing: bool = False
    page: int | None = None
    box: str = ""
    confidence: str = ""
    why: str = ""
    source: str = ""
    technical: str = ""
    others: tuple[str, ...] = ()
    meanwhile: str = ""
    fault: str = ""
    row: str = ""


def spoken(name: str, value: str) -> str:
    """A stored value as people write it: `2026-02-05` → `05/02/2026`, `female` → `Nữ`. `normalise` takes it back."""
    if name.endswith(".sex") and value in _SEXES:
        return str(_SEXES[value])
    day = _DAY.fullmatch(value)
    return "/".join(part for part in reversed(day.groups()) if part) if day else value


def shown_fields(record: DataRecord, mandatory: list[str]) -> list[ShownField]:
    """Fields for the screen: doubtful and missing ones first, then the nine, then the rest as they were found."""
    first = doubts_of(record.fields, record.absent, mandatory)
    names = [*first, *(n for n in _FIRST if n in record.fields and n not in first)]
    names += [name for name in _in_columns(record) if name not in names]
    people = names_of(field["by"] for field in record.fields.values() if field["by"])
    rows: dict[str, str] = {}
    for name in names[len(first) :]:
        if cell := CELL.fullmatch(name):
            rows.setdefault(f"{cell[1]}[{cell[2]}].", name)
    heads = {name: row for row, name in rows.items()}
    return [
        replace(_shown(name, record.fields.get(name), people, doubtful=name in first), row=heads.get(name, ""))
        for name in names
    ]


def _in_columns(record: DataRecord) -> list[str]:
    """All fields as they were found, the cells of a list's rows together and in the order of its columns."""
    form = FORMS.get(record.document_type)
    columns = {name: place for place, name in enumerate(form.fields if form else ())}
    found = {name: place for place, name in enumerate(record.fields)}
    firsts: dict[str, int] = {}
    for name, place in found.items():
        firsts.setdefault(name.partition("[")[0], place)

    def key(name: str) -> tuple[int, int, int]:
        cell = CELL.fullmatch(name)
        if cell is None:
            return found[name], 0, 0
        return firsts[cell[1]], int(cell[2]), columns.get(f"{cell[1]}[]{cell[3]}", len(columns))

    return sorted(record.fields, key=key)


def _shown(name: str, field: Mapping[str, Any] | None, people: Mapping[str, str], *, doubtful: bool) -> ShownField:
    if field is None:
        return ShownField(name, label(name), "", doubtful, missing=True, why=doubt("missing"))
    by = field["by"]
    return ShownField(
        name=name,
        label=label(name),
        value=spoken(name, field["value"]),
        doubtful=doubtful,
        light=doubtful and not holds_back(field),
        page=field["page"],
        box=",".join(map(str, field["box"] or ())),
        confidence=f"{100 * field['confidence']:.0f} %",
        why="; ".join(doubt(word) for word in field["doubts"]),
        others=tuple(spoken(name, other) for other in others_of(name, field)),
        source=_("%(person)s xác nhận") % {"person": people.get(by, by)} if by else _("máy đọc"),
        technical=" · ".join(filter(None, (field["source"], field["rule"], field["engine"]))),
    )


def others_of(name: str, field: Mapping[str, Any]) -> list[str]:
    """Other values for a field, as they are stored: its print where a code or a person says otherwise, what the person
    before said, what the other reader read.
    """
    said = [word.partition("=")[2] for word in field["doubts"] if word.startswith(DISAGREE) and "=" in word]
    if field["text"] and field["doubtful"]:
        with contextlib.suppress(Refused):
            said.append(normalise("", name, field["text"]))
    said += field.get("alternatives", ())
    return [other for other in dict.fromkeys(said) if other and other != field["value"]][:3]


def shown_qualities(judgements: Mapping[str, Judgement]) -> list[dict[str, Any]]:
    """The four qualities: name, True, False or None, and why in words."""
    return [
        {
            "name": _QUALITIES[name],
            "holds": judgement.holds,
            "why": "; ".join(_why(reason) for reason in judgement.reasons),
        }
        for name, judgement in judgements.items()
    ]


def _why(reason: str) -> str:
    kind, _sign, what = reason.partition(":")
    words = {
        "doubtful": _("còn nghi ngờ: %(what)s"),
        "missing": _("thiếu: %(what)s"),
        "signature": _("chữ ký sai: %(what)s"),
        "pages": _("mới đọc %(what)s trang"),
        "rendition": _("thiếu bản: %(what)s"),
        "duplicate": _("trùng với giấy tờ %(what)s"),
        "validity": _("hiệu lực: %(what)s"),
        "not_indexed": _("chưa vào chỉ mục tìm kiếm"),
        "not_checked": _("lâu chưa đối chiếu byte"),
    }
    named = {
        "expired": _("hết hiệu lực"),
        "replaced": _("đã thay thế"),
        "revoked": _("đã thu hồi"),
        "original": _("bản gốc"),
        "signed": _("bản đã ký"),
    }
    told = named.get(what) or (label(what) if kind in {"doubtful", "missing"} else what)
    return words.get(kind, kind) % {"what": told} if kind in words else reason


def shown_verdicts(verdicts: Iterable[Mapping[str, Any]], sentences: Iterable[str]) -> list[dict[str, Any]]:
    """Verdicts on signatures: one plain sentence each, then what stands behind it.

    `sentences`: the templates reasons are made of, so that they can be told in the reader's language.
    """
    words = {
        "valid": _("Chữ ký hợp lệ: nội dung còn nguyên, người ký được nơi tin cậy xác nhận."),
        "invalid": _("Chữ ký KHÔNG hợp lệ: đừng dùng giấy tờ này khi chưa làm rõ."),
        "indeterminate": _("Chưa kết luận được về chữ ký này."),
    }
    intact = {
        "intact": _("Nội dung còn nguyên như lúc ký."),
        "modified": _("Nội dung đã bị sửa sau khi ký."),
        "unreadable": _("Không đọc được chữ ký."),
    }
    shown = []
    for verdict in verdicts:
        reasons = [retold(reason, sentences, _) for reason in verdict["reasons"]]
        facts = [intact.get(verdict.get("integrity", ""), ""), _time_of(verdict), *reasons]
        shown.append(
            {
                "kind": verdict["verdict"],
                "sentence": words.get(verdict["verdict"], verdict["verdict"]),
                "signer": verdict["signer"] or verdict["field"],
                "facts": [fact for fact in dict.fromkeys(facts) if fact],
                "technical": " · ".join(
                    str(verdict[name]) for name in ("field", "profile", "algorithm", "issuer") if verdict.get(name)
                ),
            }
        )
    return shown


def _time_of(verdict: Mapping[str, Any]) -> str:
    if not verdict.get("signing_time"):
        return ""
    moment = timezone.localtime(datetime.fromisoformat(verdict["signing_time"]))
    words = {"time": date_format(moment, "H:i d/m/Y")}
    if verdict.get("time_source") == "timestamp":
        return _("Ký lúc %(time)s, theo dấu thời gian.") % words
    return _("Ký lúc %(time)s, giờ do máy người ký ghi.") % words


def shown_history(document: Document) -> list[dict[str, Any]]:
    """What the ledger tells of a document, in words, oldest first."""
    events = list(LedgerEvent.objects.filter(document=document.pk).order_by("id"))
    told = [json.loads(event.body)["body"].get("person", "") for event in events if event.kind in _OF_GRANTS]
    people = names_of([*(event.actor for event in events), *told])
    return [
        {
            "at": event.at,
            "what": _event(event.kind),
            "detail": _detail(event, people),
            "who": _("hệ thống") if event.actor == "system" else people.get(event.actor, event.actor),
            "sealed": event.batch_id is not None,
        }
        for event in events
    ]


@dataclass(frozen=True, slots=True)
class ShownVersion:
    """A version in a person's words: who made it, when and why, and which fields it changed."""

    number: int
    at: datetime
    who: str
    why: str
    changed: str


def shown_versions(document: Document) -> list[ShownVersion]:
    """The versions of a document's data, newest first."""
    records = sorted(document.records.all(), key=lambda record: record.version)[-MOST_VERSIONS:]
    changed = changed_in(records)
    people = names_of(record.by for record in records if record.by)
    return [
        ShownVersion(
            record.version,
            record.created_at,
            people.get(record.by, record.by) if record.by else _("máy đọc"),
            record.why,
            ", ".join(label(name) for name in changed.get(record.version, [])),
        )
        for record in reversed(records)
    ]


def named(reason: Reason) -> str:
    """A refusal with the field's name as the clerk knows it."""
    params = {name: label(str(value)) if name == "field" else value for name, value in reason.params.items()}
    return sentence(Reason(reason.code, params).to_json())


def faulted(fields: Iterable[ShownField], error: Refused | None) -> list[ShownField]:
    """The fields, with the refusal beside the one it speaks of."""
    name = error.reason.params.get("field") if error is not None else None
    return [replace(field, fault=named(error.reason)) if error and field.name == name else field for field in fields]


def new_rows(record: DataRecord, typed: Mapping[str, str]) -> list[dict[str, Any]]:
    """For each list of the type one more row to type, with what was typed there; open if something was."""
    rows = []
    for names in next_rows(record):
        cells = [{"name": name, "label": label(name), "value": typed.get(f"value:{name}", "")} for name in names]
        rows.append(
            {
                "name": label(names[0]).partition(":")[0],
                "cells": cells,
                "open": any(cell["value"].strip() for cell in cells),
            }
        )
    return rows


def names_of(accounts: Iterable[str]) -> dict[str, str]:
    """Account → full name."""
    wanted = {account for account in accounts if account != "system"}
    if not wanted:
        return {}
    return {user.username: user.get_full_name() for user in User.objects.filter(username__in=wanted)}


def _detail(event: LedgerEvent, people: Mapping[str, str]) -> str:
    body = json.loads(event.body)["body"]
    if event.kind == "validity":
        return _("%(validity)s từ %(day)s") % {
            "validity": Validity(body["validity"]).label,
            "day": spoken("since", body["since"]),
        }
    if event.kind == "retyped":
        before, after = (_(document_type(body[name], day_of(event.at)).name) for name in ("before", "document_type"))
        return f"{before} → {after}"
    if event.kind in _OF_GRANTS:
        until = timezone.localtime(datetime.fromisoformat(body["until"]))
        words = {"person": people.get(body["person"], body["person"]), "until": date_format(until, "H:i d/m/Y")}
        return _("cho %(person)s, đến %(until)s") % words
    if event.kind == "regrouped":
        before, after = (", ".join(f"{first}–{last}" for first, last in body[name]) for name in ("parts", "documents"))
        return _("trang %(before)s → %(after)s") % {"before": before, "after": after}
    if event.kind == "turned":
        words = {"page": body["page"], "degrees": body["degrees"]}
        return (
            _("trang %(page)s, %(degrees)s°") % words
            if body["degrees"] is not None
            else _("trang %(page)s, để máy xem chiều") % words
        )
    fields = body.get("fields")
    return ", ".join(label(name) for name in fields) if isinstance(fields, list) else ""


def _event(kind: str) -> str:
    words = {
        "received": _("Nhận giấy tờ"),
        "inspect": _("Kiểm tra tệp"),
        "read": _("Đọc chữ"),
        "separate": _("Xét tách văn bản"),
        "turned": _("Xoay lại trang, đọc lại"),
        "uncut": _("Bỏ cắt ảnh, đọc lại nguyên tờ"),
        "split_off": _("Tách ra từ chồng giấy"),
        "regrouped": _("Người chia lại văn bản"),
        "parted_off": _("Thành văn bản riêng do người chia lại"),
        "compose": _("Lập PDF/A hai lớp"),
        "sign": _("Ký số hóa"),
        "adopt": _("Nhận bản điện tử gốc"),
        "extract": _("Bóc tách dữ liệu"),
        "weigh": _("Xét độ chắc chắn"),
        "corrected": _("Sửa dữ liệu sau khi lưu kho"),
        "retyped": _("Đổi loại giấy tờ sau khi lưu kho"),
        "validity": _("Đổi hiệu lực"),
        "confirmed": _("Xác nhận dữ liệu"),
        "code": _("Cấp mã"),
        "seal": _("Ký số cơ quan"),
        "file": _("Lưu kho"),
        "parked": _("Tạm dừng"),
        "refused": _("Từ chối"),
        "resumed": _("Cho đi tiếp"),
        "granted": _("Cấp quyền xem"),
        "grant_revoked": _("Thu hồi quyền xem"),
        "glass_broken": _("Mở khẩn cấp"),
        "glass_seen": _("Lãnh đạo đã xem lần mở khẩn cấp"),
        "erasure_ordered": _("Hủy theo quyết định"),
        "bytes_erased": _("Xóa byte khỏi kho"),
    }
    return words.get(kind, kind)
