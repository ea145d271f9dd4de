"""`khoso probe-store`: is an S3 server fit to hold the Kho?"""

import argparse
from dataclasses import asdict
from pathlib import Path
from urllib.parse import urlsplit

from khoso.cli.output import Output, Progress, say_error
from khoso.cli.words import _


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]", shared: argparse.ArgumentParser) -> None:
    """Add the command's words."""
    probe = commands.add_parser(
        "probe-store",
        parents=[shared],
        help=_("máy chủ S3 có giữ được kho không?"),
        description=_(
            "Thử từng tính chất mà kho cần. Khóa lấy từ S3_ACCESS_KEY và S3_SECRET_KEY (hoặc KHOSO_S3_…). "
            "Không nêu ngăn (bucket) thì tạo một ngăn thử rồi xóa. Mã thoát: 0 dùng được, 3 không dùng được."
        ),
        epilog=_("Ví dụ: khoso probe-store https://s3.example.vn:9000/kho"),
    )
    probe.add_argument("url", metavar="URL[/BUCKET]")
    probe.set_defaults(run=run_probe)


def run_probe(arguments: argparse.Namespace, home: Path, output: Output) -> int:
    """A row per property; exit 0 when every needed one is there, 3 when not."""
    from khoso.embedded import prepare_settings

    url = urlsplit(arguments.url)
    bucket = url.path.strip("/")
    if url.scheme not in {"http", "https"} or not url.hostname or "/" in bucket or url.username:
        say_error(_("địa chỉ phải có dạng https://máy:9000 hoặc https://máy:9000/bucket"))
        return 2
    prepare_settings(home)
    from khoso.wiring import probe_of

    probe = probe_of(f"{url.scheme}://{url.netloc}", bucket)
    if probe is None:
        say_error(_("thiếu khóa: đặt S3_ACCESS_KEY và S3_SECRET_KEY trong môi trường"))
        return 2
    progress = Progress()
    findings = []
    for finding in probe.run():
        progress.show(finding.check)
        findings.append(finding)
        if output.json:
            output.record(asdict(finding))
    progress.clear()
    fit = all(finding.fit for finding in findings if finding.needed)
    if output.json:
        output.record({"url": probe.settings.url, "bucket": probe.settings.bucket, "fit": fit})
    else:
        output.table(
            ("", _("tính chất"), _("kết quả")),
            [(_mark(finding.fit, finding.needed), finding.check, finding.detail) for finding in findings],
        )
        output.line(
            _("Dùng được để giữ kho.")
            if fit
            else _("KHÔNG dùng được để giữ kho: các dòng ✗ phải được khắc phục trước.")
        )
    return 0 if fit else 3


def _mark(fit: bool, needed: bool) -> str:  # noqa: FBT001 - two columns of a table
    return "✓" if fit else "✗" if needed else "!"
