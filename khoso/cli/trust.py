"""`khoso trust`: the roots signatures may end at: which there are, and one more by its published fingerprint."""

import argparse
from pathlib import Path

from khoso.cli.output import Output
from khoso.cli.words import _


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]", shared: argparse.ArgumentParser) -> None:
    """Add the command's words."""
    trust = commands.add_parser(
        "trust",
        parents=[shared],
        help=_("các chứng thư gốc được tin cậy; thêm một chứng thư theo dấu vân tay"),
        description=_(
            "Không có tệp: liệt kê. Có tệp: tin chứng thư gốc ấy, nếu dấu vân tay đúng như nơi phát hành công bố."
        ),
        epilog=_("Ví dụ: khoso trust goc.pem --sha256 f04ba4b4… --why 'công bố trên trang của nơi phát hành'"),
    )
    trust.add_argument("file", nargs="?", default=None, metavar="FILE", help=_("chứng thư gốc, PEM hoặc DER"))
    trust.add_argument("--sha256", default="", metavar="HEX", help=_("dấu vân tay nơi phát hành công bố"))
    trust.add_argument("--family", default="other", metavar="NAME", help=_("hệ thống, ví dụ vgca, national"))
    trust.add_argument("--why", default="", metavar="TEXT", help=_("lấy dấu vân tay ở đâu"))
    trust.add_argument("--as", dest="user", default=None, metavar="USER", help=_("người thêm"))
    trust.set_defaults(run=run)


def run(arguments: argparse.Namespace, home: Path, output: Output) -> int:
    """List, or add one."""
    from khoso.embedded import prepare

    prepare(home)
    from catalogue.models import TrustRoot
    from khoso.kernel.clock import system_clock
    from people.accounts import LOCAL, by_name
    from signing.trusting import bring_root, kept_roots
    from warehouse.validity import reason_given

    folder = home / "trust"
    if arguments.file is not None:
        bring_root(
            Path(arguments.file).read_bytes(),
            fingerprint=arguments.sha256,
            family=arguments.family,
            folder=folder,
            by=by_name(arguments.user or LOCAL).username,
            at=system_clock(),
            why=reason_given(arguments.why),
        )
    kept = set(kept_roots(folder))
    rows = list(TrustRoot.objects.order_by("name", "valid_from"))
    for row in rows if output.json else ():
        until = row.valid_to.isoformat() if row.valid_to else None
        output.record(
            {
                "sha256": row.sha256,
                "name": row.name,
                "family": row.family,
                "since": row.valid_from.isoformat(),
                "until": until,
                "trusted": row.sha256 in kept,
                "source": row.source,
            }
        )
    if not output.json:
        output.table(
            (_("tên"), _("đến"), _("đang tin"), "SHA-256"),
            [
                (
                    row.name,
                    row.valid_to.strftime("%d/%m/%Y") if row.valid_to else "",
                    _("có") if row.sha256 in kept else _("chưa: thiếu tệp"),
                    row.sha256,
                )
                for row in rows
            ],
        )
    return 0
