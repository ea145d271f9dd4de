"""`khoso find`, `show`, `get`, `confirm`, `resume`: documents in the store."""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from khoso.cli.output import Output, say, say_error, seal_rest, settle
from khoso.cli.words import _
from khoso.kernel.errors import Refused, Unavailable
from khoso.kernel.reasons import ReasonCode

if TYPE_CHECKING:
    from warehouse.models import Document

_RENDITIONS = ("signed", "original", "text", "data")


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]", shared: argparse.ArgumentParser) -> None:
    """Add the commands' words."""
    find = commands.add_parser(
        "find",
        parents=[shared],
        help=_("tìm giấy tờ trong kho"),
        epilog=_("Ví dụ: khoso find quyet dinh phe duyet --from 2025-01-01"),
    )
    find.add_argument(
        "words",
        nargs="*",
        metavar="WORDS",
        help=_("từ cần tìm, có dấu hay không; cũng hiểu loại: số: cơ quan: chủ: từ: đến:"),
    )
    find.add_argument("--type", default=None, metavar="T", help=_("loại giấy tờ, ví dụ birth_certificate"))
    find.add_argument("--number", default=None, metavar="N", help=_("số, mã hoặc số định danh, đủ hoặc phần đầu"))
    find.add_argument("--owner", default=None, metavar="ID", help=_("số định danh hoặc tên chủ giấy tờ"))
    find.add_argument(
        "--from", dest="since", type=_day, default=None, metavar="DATE", help=_("từ ngày cấp (YYYY-MM-DD)")
    )
    find.add_argument("--to", dest="until", type=_day, default=None, metavar="DATE", help=_("đến ngày cấp"))
    find.add_argument(
        "--sort",
        choices=("best", "newest", "oldest", "filed", "number"),  # `search.ports.Sort`, which needs the server's part
        default="best",
        help=_("thứ tự: phù hợp nhất, mới cấp, cũ, mới lưu kho, theo số"),
    )
    find.add_argument("--limit", type=int, default=20, metavar="N", help=_("nhiều nhất bao nhiêu kết quả"))
    find.set_defaults(run=run_find)

    show = commands.add_parser(
        "show", parents=[shared], help=_("xem một giấy tờ"), epilog=_("Ví dụ: khoso show 6f1c… --json")
    )
    show.add_argument("document", metavar="ID")
    show.set_defaults(run=run_show)

    get = commands.add_parser(
        "get",
        parents=[shared],
        help=_("lấy bytes của một giấy tờ"),
        epilog=_("Ví dụ: khoso get 6f1c… --rendition signed -o giay.pdf"),
    )
    get.add_argument("document", metavar="ID")
    get.add_argument("--rendition", choices=_RENDITIONS, default="signed")
    get.add_argument("--sheet", type=int, default=1, metavar="N", help=_("tờ thứ mấy của bản gốc"))
    get.add_argument("-o", "--output", default=None, metavar="FILE", help=_("ghi ra tệp này (mặc định: đầu ra chuẩn)"))
    get.set_defaults(run=run_get)

    confirm = commands.add_parser(
        "confirm",
        parents=[shared],
        help=_("xác nhận hoặc sửa các trường còn nghi ngờ"),
        description=_(
            "Không ghi trường nào: xác nhận mọi trường đang nghi ngờ đúng như đang có. «TRƯỜNG=» (rỗng): trên giấy không có."
        ),
        epilog=_("Ví dụ: khoso confirm 6f1c… number=12/QĐ-UBND issue_date=5/2/2026 expiry="),
    )
    confirm.add_argument("document", metavar="ID")
    confirm.add_argument("values", nargs="*", metavar="FIELD=VALUE")
    confirm.add_argument("--type", default=None, metavar="T", help=_("loại giấy tờ đúng"))
    confirm.add_argument("--as", dest="user", default=None, metavar="USER", help=_("người xác nhận"))
    confirm.set_defaults(run=run_confirm)

    resume = commands.add_parser(
        "resume", parents=[shared], help=_("cho giấy tờ đang tạm dừng đi tiếp"), epilog=_("Ví dụ: khoso resume 6f1c…")
    )
    resume.add_argument("document", metavar="ID")
    resume.add_argument("--as", dest="user", default=None, metavar="USER")
    resume.set_defaults(run=run_resume)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            _("ngày cần dạng YYYY-MM-DD, không phải «%(text)s»") % {"text": text}
        ) from None


def open_document(text: str) -> "Document":
    """A document by its id or an unambiguous beginning of it.

    Raises:
        Refused: there is none, or more than one.
    """
    from warehouse.models import Document

    try:
        found = Document.objects.filter(pk=UUID(text)).first()
    except ValueError:
        near = (
            [pk for pk in Document.objects.values_list("pk", flat=True) if str(pk).startswith(text.lower())]
            if len(text) >= 4
            else []
        )
        found = Document.objects.get(pk=near[0]) if len(near) == 1 else None
    if found is None:
        raise Refused(ReasonCode.NO_SUCH_DOCUMENT, document=text)
    return found


def run_find(arguments: argparse.Namespace, home: Path, output: Output) -> int:
    """One hit a line, best first."""
    asked = (arguments.type, arguments.number, arguments.owner, arguments.since, arguments.until)
    if not arguments.words and not any(asked):
        say_error(_("Hãy gõ từ cần tìm hoặc một bộ lọc, ví dụ: khoso find quyet dinh --from 2025-01-01"))
        return 2
    from khoso.embedded import prepare

    prepare(home)
    from catalogue.models import DocumentType
    from khoso.wiring import open_index
    from people.accounts import LOCAL, by_name
    from search.covering import uncovered
    from search.filters import in_order, owned, settled, understand
    from search.ports import Hits, Query, Sort, Viewer
    from search.without_index import named
    from warehouse.access import listed
    from warehouse.models import Document

    query = Query(
        words=" ".join(arguments.words),
        document_type=arguments.type,
        number=arguments.number,
        since=arguments.since,
        until=arguments.until,
        sort=Sort(arguments.sort),
        limit=arguments.limit,
    )
    index = open_index()
    query = in_order(owned(query, arguments.owner) if arguments.owner else query)
    typed = understand(query.words, dict(DocumentType.objects.values_list("slug", "name")))
    try:
        typed = settled(typed, lambda asked: index.find(asked, viewer=Viewer()))
        found = index.find(typed.narrowed(query), viewer=Viewer())
    except Unavailable as error:
        hits = named(typed.narrowed(query), Document.objects.all())
        if not hits:
            raise
        say_error(str(error))
        say_error(_("Chỉ mục tìm kiếm không trả lời; đây là giấy tờ có đúng mã hoặc số đã gõ."))
        found = Hits(tuple(hits), len(hits))
    for lost in typed.lost:
        say_error(_("«%(text)s» không phải là bộ lọc; đã tìm như từ thường.") % {"text": lost})
    listed(by_name(LOCAL), [hit.document for hit in found.hits], via="cli")
    for hit in uncovered(found.hits):
        snippet = _marked(hit.snippet, hit.marks, ("<em>", "</em>") if output.json else _colours())
        if output.json:
            output.record(
                {
                    "document": hit.document,
                    "score": round(hit.score, 4),
                    "title": hit.title,
                    "number": hit.number,
                    "issuer": hit.issuer,
                    "issue_date": hit.issue_date.isoformat() if hit.issue_date else None,
                    "document_type": hit.document_type,
                    "owner_name": hit.owner_name,
                    "state": hit.state,
                    "snippet": snippet,
                    "validity": hit.validity,
                }
            )
        else:
            day = hit.issue_date.strftime("%d/%m/%Y") if hit.issue_date else ""
            output.line(" · ".join(filter(None, (hit.title, hit.number, day, hit.issuer, hit.owner_name))))
            if hit.places:
                output.line("    " + _("Địa danh trên giấy trước hoặc nay là:") + " " + "; ".join(hit.places))
            output.line(f"    {snippet}\n    {hit.document}")
    if not output.json:
        say(
            _("%(count)s kết quả") % {"count": found.total}
            if found.total
            else _("Không tìm thấy giấy tờ nào. Thử ít từ hơn, hoặc bỏ dấu.")
        )
    return 0


def _colours() -> tuple[str, str]:
    return ("\x1b[1m", "\x1b[0m") if sys.stdout.isatty() else ("«", "»")


def _marked(text: str, marks: tuple[tuple[int, int], ...], signs: tuple[str, str]) -> str:
    out, last = [], 0
    for start, end in marks:
        out += [text[last:start], signs[0], text[start:end], signs[1]]
        last = end
    return "".join([*out, text[last:]]).replace("\n", " ")


def run_show(arguments: argparse.Namespace, home: Path, output: Output) -> int:
    """Everything known of a document."""
    from khoso.embedded import prepare

    prepare(home)
    from khoso.kernel.clock import system_clock
    from warehouse.describing import describe

    document = open_document(arguments.document)
    _note(document, "view", "record")
    described = describe(document, now=system_clock())
    if output.json:
        output.record({"file": described["name"], **described})
        return 0
    _show(described, output)
    return 0


def _note(document: "Document", purpose: str, what: str) -> None:
    """Whoever sits at this machine's command line sees everything; the chain of reads tells that they did."""
    from khoso.kernel.clock import system_clock
    from people.accounts import LOCAL
    from warehouse import reading

    reading.note(
        at=system_clock(), person=LOCAL, document=document.pk, purpose=purpose, basis="", what=what, via="cli",
        opened=True,
    )  # fmt: skip


def _show(described: dict[str, Any], output: Output) -> None:
    from warehouse.models import State, Validity

    output.line(f"{described['name']}  [{described['document']}]")
    output.line(
        _("Trạng thái: %(state)s   Loại: %(type)s   Mã: %(code)s")
        % {
            "state": State(described["state"]).label,
            "type": described["document_type"] or "—",
            "code": described["code"] or "—",
        }
    )
    if described["validity_changes"]:
        last = described["validity_changes"][-1]
        output.line(
            _("Hiệu lực: %(validity)s từ %(since)s (%(by)s: %(why)s)")
            % {"validity": Validity(last["after"]).label, **{name: last[name] for name in ("since", "by", "why")}}
        )
    if described["reason"]:
        output.line(_("Lý do: %(sentence)s") % {"sentence": described["reason"]["sentence"]})
    names = {"dung": _("đúng"), "du": _("đủ"), "sach": _("sạch"), "song": _("sống")}
    signs = {True: "✓", False: "✗", None: "?"}
    output.line(
        _("Chất lượng:")
        + " "
        + "   ".join(f"{names[name]} {signs[holds]}" for name, holds in described["quality"].items())
    )
    doubtful = set(described["doubtful"])
    rows = [
        (
            "?" if name in doubtful else "",
            name,
            field["value"],
            f"{field['confidence']:.2f}",
            field["by"] or field["source"],
        )
        for name, field in described["fields"].items()
    ]
    if rows:
        output.table(("", _("trường"), _("giá trị"), _("tin cậy"), _("nguồn")), rows)
    missing = [name for name in described["doubtful"] if name not in described["fields"]]
    if missing:
        output.line(_("Còn thiếu:") + " " + ", ".join(missing))
    for revision in described["revisions"]:
        output.line(_("Bản %(by)s: %(sha256)s (%(length)s byte) %(signer)s") % revision)


def run_get(arguments: argparse.Namespace, home: Path, output: Output) -> int:
    """Bytes of a rendition, verified while they are read."""
    from khoso.embedded import prepare

    prepare(home)
    import json

    from khoso.wiring import open_store
    from ocr.transcripts import load_transcripts
    from warehouse.describing import newest
    from warehouse.models import RenditionKind
    from warehouse.shelf import digest_of

    document, store = open_document(arguments.document), open_store()
    _note(document, "download", arguments.rendition)
    if arguments.rendition == "text":
        pieces = iter(["\n\n".join(page.text for page in load_transcripts(store, document)).encode() + b"\n"])
    elif arguments.rendition == "data":
        record = newest(document)
        pieces = iter([json.dumps(record.fields if record else {}, ensure_ascii=False, indent=2).encode() + b"\n"])
    else:
        part = arguments.sheet if arguments.rendition == "original" else 0
        row = document.renditions.filter(kind=RenditionKind(arguments.rendition), part=part).first()
        if row is None:
            raise Refused(ReasonCode.NO_SUCH_RENDITION, rendition=arguments.rendition)
        pieces = store.open(digest_of(row))
    if arguments.output is None:
        for piece in pieces:
            sys.stdout.buffer.write(piece)
        sys.stdout.buffer.flush()
        return 0
    part_file = Path(f"{arguments.output}.part")
    with part_file.open("wb") as file:
        for piece in pieces:
            file.write(piece)
    part_file.rename(arguments.output)
    return 0


def values_in(texts: Sequence[str]) -> dict[str, str] | None:
    """`FIELD=VALUE …` by field; None when one is not of that form, which the person has been told then."""
    values: dict[str, str] = {}
    for text in texts:
        name, sign, value = text.partition("=")
        if not sign:
            say_error(_("cần TRƯỜNG=GIÁ TRỊ, không phải «%(text)s»") % {"text": text})
            return None
        values[name.strip()] = value
    return values


def run_confirm(arguments: argparse.Namespace, home: Path, output: Output) -> int:
    """Confirm, then take the document on as far as it goes."""
    from khoso.embedded import prepare

    values = values_in(arguments.values)
    if values is None:
        return 2
    prepare(home)
    from khoso.kernel.clock import system_clock
    from khoso.wiring import tools
    from ocr.cutouts import cutouts_of
    from ocr.reviewing import confirm, contradicted, latest
    from ocr.steps import reextract
    from people.accounts import LOCAL, by_name

    document = open_document(arguments.document)
    with tools() as made, tempfile.TemporaryDirectory(prefix="khoso-") as folder:
        left = confirm(
            document,
            values,
            by=by_name(arguments.user or LOCAL),
            clock=system_clock,
            rest=not values and arguments.type is None,
            as_type=arguments.type,
            cutouts=cutouts_of(document, store=made.store, helper=made.helper, folder=Path(folder)),
            reextract=partial(reextract, document, store=made.store),
        )
    alarms = [] if values else contradicted(latest(document), left)
    if alarms:
        say(
            _(
                "Chưa lưu kho: mã trên giấy ghi khác chữ in. Hãy xem bản gốc rồi ghi từng giá trị, như %(example)s; còn: %(fields)s."
            )
            % {"example": f"khoso confirm {document.pk} {alarms[0]}=…", "fields": ", ".join(alarms)}
        )
    return settled_document(document, output)


def run_resume(arguments: argparse.Namespace, home: Path, output: Output) -> int:
    """Send a parked document on."""
    from khoso.embedded import prepare

    prepare(home)
    from khoso.kernel.clock import system_clock
    from khoso.pipeline import resume
    from people.accounts import LOCAL, by_name
    from warehouse.models import State

    document = open_document(arguments.document)
    if not resume(document, actor=by_name(arguments.user or LOCAL).username, now=system_clock()):
        raise Refused(ReasonCode.NOT_NOW, state=str(State(document.state).label))
    return settled_document(document, output)


def settled_document(document: "Document", output: Output) -> int:
    """Work on one document in this process until it rests; say where it stands."""
    from khoso.housekeeping import housekeep, let_go
    from khoso.kernel.clock import system_clock
    from khoso.wiring import tools
    from khoso.worker import Worker
    from warehouse.describing import describe
    from warehouse.models import State

    with tools() as made:
        worker = Worker(made, only=[document.pk])
        worker.run(until_idle=True)
        housekeep(made, worker.name)
        let_go(made, worker.name)
    settle()
    seal_rest()
    document.refresh_from_db()
    described = describe(document, now=system_clock())
    if output.json:
        output.record({"file": described["name"], **described})
    else:
        _show(described, output)
    return 3 if document.state in {State.PARKED, State.REFUSED} else 0
