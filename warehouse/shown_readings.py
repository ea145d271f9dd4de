"""The chain of reads for people: entries come in; who, what, why and what came of it go out in the reader's language."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from khoso.kernel.cells import harmless
from people.models import User
from warehouse.access import visible_to
from warehouse.masking import closed_names, code_shown
from warehouse.models import Reading
from warehouse.shown_grants import full_names


@dataclass(frozen=True, slots=True)
class Named:
    """A document an entry is about, as lists call it. `name`: "" where the reader does not see it, or it is no more."""

    pk: UUID
    name: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class ShownReading:
    """An entry for people. `person`: the account, `full_name` of it; `at`: in Viet Nam; `about`: its documents, `count` in all."""

    number: int
    at: datetime
    person: str
    full_name: str
    purpose: str
    basis: str
    part: str
    via: str
    opened: bool
    about: Sequence[Named] = ()
    count: int = 0


def named(reader: User, documents: Iterable[UUID]) -> dict[UUID, Named]:
    """What documents are called on a list of this reader's; of a sensitive type only what kind of paper it is."""
    asked = set(documents)
    seen = visible_to(reader).only("name", "code", "document_type").in_bulk(list(asked))
    closed = closed_names(seen.values())
    known = {
        pk: Named(pk, closed.get(pk, one.name), (code_shown(one.code) if pk in closed else one.code) or "")
        for pk, one in seen.items()
    }
    return {pk: known.get(pk, Named(pk)) for pk in asked}


def shown_readings(rows: Iterable[Reading], about: Mapping[int, Sequence[Named]] | None = None) -> list[ShownReading]:
    """Entries in words. `about`: number of an entry → its documents, as far as they are told."""
    found = list(rows)
    people, purposes = full_names(row.person for row in found), _purposes()
    listed = about or {}
    return [
        ShownReading(
            number=row.number,
            at=localtime(row.at),
            person=row.person,
            full_name=people.get(row.person, ""),
            purpose=purposes.get(row.purpose, row.purpose),
            basis=row.basis,
            part=part_in_words(row.what),
            via=_via(row.via),
            opened=row.opened,
            about=listed.get(row.number, ()),
            count=len(listed.get(row.number, ())),
        )
        for row in found
    ]


def as_csv(rows: Iterable[ShownReading]) -> str:
    """A line for each entry and document, with a mark for its encoding; no cell begins like a formula."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(
        [
            _("Lượt số"), _("Lúc"), _("Tên tài khoản"), _("Họ và tên"), _("Giấy tờ"), _("Mã"), _("Mã trong hệ thống"),
            _("Để làm gì"), _("Phần"), _("Lý do"), _("Nhờ đâu"), _("Kết quả"),
        ]
    )  # fmt: skip
    for row in rows:
        for one in row.about:
            cells = (
                row.number, f"{row.at:%H:%M:%S %d/%m/%Y}", row.person, row.full_name, one.name, one.code, one.pk,
                row.purpose, row.part, row.basis, row.via, result_in_words(opened=row.opened),
            )  # fmt: skip
            writer.writerow([harmless(str(cell)) for cell in cells])
    return "\ufeff" + text.getvalue()


def result_in_words(*, opened: bool) -> str:
    """What came of it."""
    return _("đã mở") if opened else _("không được mở")


def _via(via: str) -> str:
    words = {"role": _("vai trò"), "grant": _("quyền được cấp"), "glass": _("mở khẩn cấp"), "cli": _("dòng lệnh")}
    return words.get(via, via)


def _purposes() -> dict[str, str]:
    return {
        "view": _("xem"),
        "review": _("xác nhận"),
        "amend": _("sửa"),
        "download": _("tải về"),
        "print": _("in"),
        "export": _("xuất bảng"),
        "reuse": _("dùng lại"),
        "certify": _("chứng thực"),
        "audit": _("kiểm tra lượt xem"),
        "list": _("xem danh sách"),
        "sensitive": _("xem dữ liệu nhạy cảm"),
        "break_glass": _("mở khẩn cấp"),
    }


def part_in_words(what: str) -> str:
    """The part of a document that was opened, in words."""
    kind, _sign, rest = what.partition("/")
    if kind == "page":
        number, _sign, size = rest.partition("/")
        parts = {"small": _("ảnh nhỏ"), "words": _("chữ"), "covered": _("phần nhạy cảm được che")}
        return ", ".join(
            [_("trang %(n)s") % {"n": number}, *(parts.get(part, part) for part in size.split("/") if part)]
        )
    if kind in {"list", "suggested"} and rest.isdecimal():
        said = _("danh sách %(n)s giấy tờ") if kind == "list" else _("gợi ý khi gõ, từ %(n)s giấy tờ")
        return said % {"n": rest}
    words = {
        "record": _("trang giấy tờ"),
        "like": _("giống thế này"),
        "type": _("loại giấy tờ"),
        "versions": _("các bản dữ liệu"),
        "data": _("dữ liệu"),
        "validity": _("hiệu lực"),
        "readings": _("ai đã xem"),
        "grants": _("quyền xem"),
        "grant": _("quyền xem"),
        "print": _("bản in") + (", " + _("phần nhạy cảm được che") if rest == "covered" else ""),
        "export": _("bảng xuất ra"),
        "pages": _("ảnh trang, mở tiếp"),
        "signed": _("bản đã ký"),
        "original": _("bản gốc"),
        "replacement": _("giấy tờ thay thế"),
        "part-of": _("thuộc về đâu"),
    }
    return words.get(kind, what)
