"""`khoso verify` and `khoso seal`: signatures of any PDF."""

import argparse
import tempfile
from pathlib import Path

from khoso.cli.output import Output, say_error
from khoso.cli.words import _, told
from khoso.kernel.errors import Refused, Unavailable


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]", shared: argparse.ArgumentParser) -> None:
    """Add the commands' words."""
    verify = commands.add_parser(
        "verify",
        parents=[shared],
        help=_("kiểm tra mọi chữ ký số trong PDF"),
        epilog=_("Ví dụ: khoso verify *.pdf --trust ca/ --strict"),
    )
    verify.add_argument("files", nargs="+", metavar="FILE")
    verify.add_argument(
        "--trust", action="append", default=[], metavar="DIR", help=_("thư mục hoặc tệp chứng thư gốc được tin cậy")
    )
    verify.add_argument(
        "--strict", action="store_true", help=_("mã thoát 3 trừ khi mọi tệp đều có chữ ký và đều hợp lệ")
    )
    verify.set_defaults(run=run_verify)
    seal = commands.add_parser(
        "seal",
        parents=[shared],
        help=_("ký số một PDF"),
        epilog=_("Ví dụ: khoso seal quyet-dinh.pdf -o quyet-dinh.ky.pdf"),
    )
    seal.add_argument("file", metavar="FILE")
    seal.add_argument("-o", "--output", required=True, metavar="OUT")
    seal.add_argument("--as", dest="user", default=None, metavar="USER")
    seal.add_argument("--level", choices=("B-B", "B-T", "B-LT", "B-LTA"), default="B-B")
    seal.set_defaults(run=run_seal)


def run_verify(arguments: argparse.Namespace, home: Path, output: Output) -> int:
    """One line per signature."""
    from khoso.embedded import prepare_settings

    prepare_settings(home)
    from khoso.kernel.clock import system_clock
    from khoso.kernel.phrases import retold
    from pages.helper import Helper
    from signing.verification.sentences import SENTENCES
    from signing.verifying import signed_validly, to_json, verify

    trust = [Path(item) for item in arguments.trust] or _trusted_here(home)
    failed, all_valid = 0, True
    with Helper() as helper:
        for name in arguments.files:
            try:
                verdicts = verify(Path(name), trust=trust, helper=helper, now=system_clock())
            except (Refused, OSError) as error:
                failed += 1
                if output.json:
                    output.record({"file": name, "error": told(error)})
                say_error(f"{name}: {told(error)}")
                continue
            all_valid = all_valid and signed_validly(verdicts)
            if not verdicts:
                output.record({"file": name, "signatures": 0}) if output.json else output.line(
                    f"{name}: " + _("không có chữ ký")
                )
            for verdict in verdicts:
                described = to_json(verdict, name)
                described["reasons"] = [retold(reason, SENTENCES, _) for reason in described["reasons"]]
                if output.json:
                    output.record(described)
                else:
                    output.line(
                        f"{name}: {described['field']}: {described['verdict']} · {described['signer']} · {described['signing_time']}"
                    )
                    for reason in described["reasons"]:
                        output.line(f"    {reason}")
    if failed:
        return 3 if len(arguments.files) == 1 else 6
    return 3 if arguments.strict and not all_valid else 0


def _trusted_here(home: Path) -> list[Path]:
    """What this Kho trusts: its own root and the folder of roots, without those somebody ended in the code table."""
    from django.conf import settings
    from django.db import DatabaseError

    from khoso.kernel.clock import today
    from signing.trusting import still_trusted

    found = [path for path in (home / "ca" / "root.pem", home / "trust") if path.exists()]
    database = settings.DATABASES["default"]
    if "sqlite" in database["ENGINE"] and not Path(database["NAME"]).exists():
        return found  # no Kho here yet, so nobody ended anything
    try:
        return still_trusted(found, today())
    except DatabaseError:
        say_error(_("không đọc được danh mục gốc tin cậy: gốc đã bị rút cũng đang được tính; hãy thử lại sau"))
        return found


def run_seal(arguments: argparse.Namespace, home: Path, output: Output) -> int:
    """Sign as the development identity; the output is the input with an incremental update appended."""
    from khoso.embedded import prepare

    prepare(home)
    from khoso.kernel.clock import rfc3339, system_clock
    from khoso.wiring import tools
    from people.accounts import LOCAL, by_name
    from signing.pades import sign_file
    from signing.ports import Level, Mark, Place

    user, source = by_name(arguments.user or LOCAL), Path(arguments.file)
    if not source.is_file():
        say_error(f"{source}: " + _("không phải là tệp đọc được"))
        return 3
    with tools() as made:
        unit = user.unit.name if user.unit else ""
        key = made.keyring.person(user.username, user.get_full_name(), unit)
        if key is None:
            raise Unavailable(_("chưa có khóa ký cho người này"))
        now = system_clock()
        mark = Mark(Place.SCANNER, (f"Ký bởi: {user.get_full_name()}", f"Thời gian: {rfc3339(now)}"))
        tail = sign_file(source, signer=made.signer, key=key, mark=mark, level=Level(arguments.level), when=now)
    out = Path(arguments.output)
    with tempfile.NamedTemporaryFile(dir=out.absolute().parent, delete=False) as file:
        file.write(source.read_bytes() + tail.data)
    Path(file.name).chmod(0o644)
    Path(file.name).replace(out)
    if output.json:
        output.record({"file": str(out), "appended": len(tail.data), "level": arguments.level})
    return 0
