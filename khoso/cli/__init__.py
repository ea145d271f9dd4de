"""The command line. Each command is one small module: its words, its help with an example, and a call to verbs below."""

import argparse
import contextlib
import errno
import importlib.util
import logging
import os
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

from khoso import __version__
from khoso.cli import (
    accounts,
    amending,
    auditing,
    backups,
    board,
    demo,
    documents,
    erasing,
    filing,
    operating,
    preparing,
    probing,
    reading,
    report,
    separator,
    signatures,
    tables,
    trust,
)
from khoso.cli.output import Output, say_error
from khoso.cli.words import LANGUAGES, _, language, speaking, told, wanted_language
from khoso.configuration import Misconfigured, load
from khoso.kernel.errors import Corrupted, Refused, Unavailable

DONE, USAGE, REFUSED, UNAVAILABLE, CORRUPTED, SOME_FAILED = 0, 2, 3, 4, 5, 6
INTERRUPTED, TERMINATED = 130, 143


class Terminated(KeyboardInterrupt):
    """SIGTERM: everything ends in order, as after Ctrl-C."""


_CODES: dict[type[BaseException], int] = {
    Refused: REFUSED,
    Unavailable: UNAVAILABLE,
    Corrupted: CORRUPTED,
    Misconfigured: USAGE,
    OSError: UNAVAILABLE,
    Terminated: TERMINATED,
    KeyboardInterrupt: INTERRUPTED,
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; the exit codes are those of INTERFACE §1."""
    given = list(sys.argv[1:] if argv is None else argv)
    lang = language(wanted_language(given), os.environ)
    with speaking(lang):
        return _run(_parser().parse_args(given), lang)


def _run(arguments: argparse.Namespace, lang: str) -> int:
    if getattr(arguments, "run", None) is None:
        _parser().print_help()
        return USAGE
    if importlib.util.find_spec("django") is None:
        say_error(_("chỉ mới cài phần của máy ở quầy (khoso-agent); cài đủ: pip install 'khoso[server]'"))
        return UNAVAILABLE
    given = getattr(arguments, "home", None)
    home = Path(given).expanduser().absolute() if given else load(os.environ).home
    os.environ["KHOSO_HOME"] = str(home)
    logging.captureWarnings(capture=True)
    output = Output(json=getattr(arguments, "json", False), language=lang)
    try:
        with _ended_in_order():
            return int(arguments.run(arguments, home, output))
    except BrokenPipeError:  # `khoso find … | head`: the reader has seen enough
        with contextlib.suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except (Exception, KeyboardInterrupt) as error:
        meant = _meant(error)
        if not isinstance(meant, tuple(_CODES)):
            raise
        say_error(_sentence(meant, home))
        return next(code for kind, code in _CODES.items() if isinstance(meant, kind))


@contextlib.contextmanager
def _ended_in_order() -> Iterator[None]:
    """A SIGTERM breaks off a command as Ctrl-C does, unless the command or whoever called has another use for it."""
    if threading.current_thread() is not threading.main_thread() or signal.getsignal(signal.SIGTERM) != signal.SIG_DFL:
        yield
        return
    signal.signal(signal.SIGTERM, _terminate)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _terminate(_signal: int, _frame: object) -> None:
    raise Terminated


def _meant(error: BaseException) -> BaseException:
    """A database's own error as what happens next: it is away, or its bytes are wrong. Anything else stays what it is."""
    if "django.db" not in sys.modules:
        return error
    from django.db import DatabaseError, InterfaceError, OperationalError

    detail = f"{_('cơ sở dữ liệu')}: {next(iter(str(error).strip().splitlines()), '')}"
    if isinstance(error, (InterfaceError, OperationalError)):
        return Unavailable(detail)
    if type(error) is DatabaseError:  # «file is not a database», «disk image is malformed»
        return Corrupted(detail)
    return error


def _sentence(error: BaseException, home: Path) -> str:
    if isinstance(error, OSError):
        said = _("không dùng được %(path)s: %(detail)s") % {
            "path": error.filename or home,
            "detail": error.strerror or error,
        }
        advice = _advice(error.errno)
        return f"{said}. {advice}" if advice else said
    if isinstance(error, KeyboardInterrupt):
        return _("đã dừng theo yêu cầu; những gì đã nhận vẫn còn, chạy lại để tiếp tục")
    if isinstance(error, Unavailable):
        return _("tạm thời chưa làm được, chưa mất gì; hãy thử lại sau: %(detail)s") % {"detail": told(error)}
    if isinstance(error, Corrupted):
        return _("DỮ LIỆU SAI KHÁC, báo người quản trị ngay: %(detail)s") % {"detail": told(error)}
    return told(error)


def _advice(number: int | None) -> str:
    """What to do about an operating system's error; empty where its own words are all there is to say."""
    if number in {errno.EACCES, errno.EPERM}:
        return _("Hãy chạy bằng tài khoản sở hữu nơi đó, hoặc cấp quyền cho tài khoản này, rồi chạy lại.")
    if number in {errno.ENOSPC, errno.EDQUOT}:
        return _("Hãy giải phóng ổ đĩa rồi chạy lại; phần đã làm vẫn còn.")
    if number == errno.EROFS:
        return _("Nơi đó chỉ cho đọc; hãy chọn nơi ghi được.")
    return ""


def _shared(*, top: bool) -> argparse.ArgumentParser:
    """Global options, taken before or after the command."""
    default: object = None if top else argparse.SUPPRESS
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument(
        "--home",
        default=default,
        metavar="DIR",
        help=_("thư mục của kho (mặc định: $KHOSO_HOME hoặc thư mục dữ liệu XDG)"),
    )
    shared.add_argument(
        "--json",
        action="store_true",
        default=False if top else argparse.SUPPRESS,
        help=_("in JSON, mỗi dòng một đối tượng"),
    )
    shared.add_argument(
        "--lang",
        choices=LANGUAGES,
        default=default,
        help=_("ngôn ngữ (mặc định: tiếng Việt, hoặc tiếng Anh khi LANG là tiếng Anh)"),
    )
    return shared


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="khoso",
        description=_("Kho số: số hóa giấy tờ tại bộ phận một cửa: quét, đọc, bóc tách, ký số, lưu kho, tìm lại."),
        parents=[_shared(top=True)],
    )
    parser.add_argument("--version", action="version", version=f"khoso {__version__}")
    commands = parser.add_subparsers(title=_("lệnh"), metavar=_("LỆNH"))
    for module in (
        filing,
        reading,
        documents,
        amending,
        signatures,
        auditing,
        report,
        separator,
        board,
        accounts,
        operating,
        preparing,
        backups,
        probing,
        erasing,
        tables,
        trust,
        demo,
    ):
        module.add(commands, _shared(top=False))
    return parser
