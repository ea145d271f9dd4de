"""The command line's words: every option, its help and an example each."""

import argparse
import math
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import platformdirs

from scanner_agents import __version__
from scanner_agents.address import Address, BadAddress, token_text
from scanner_agents.settings import Settings
from scanner_agents.tidy import SENT, After
from scanner_agents.words import LANGUAGES, Say

SMALLEST_CHUNK, LARGEST_CHUNK = 1 << 10, 64 << 20
T = TypeVar("T")
_UNITS = {"K": 1 << 10, "M": 1 << 20, "G": 1 << 30}


def default_queue() -> Path:
    """Where the outbox lives unless told otherwise: `$KHOSO_AGENT_QUEUE`, else the user's data directory."""
    named = os.environ.get("KHOSO_AGENT_QUEUE")
    return Path(named) if named else platformdirs.user_data_path("khoso-agent", appauthor=False)


def wanted_language(arguments: Sequence[str]) -> str | None:
    """The value of `--lang`, wherever it stands; None if it is absent or will be found wrong later."""
    early = argparse.ArgumentParser(add_help=False, allow_abbrev=False, exit_on_error=False)
    early.add_argument("--lang")
    try:
        lang = early.parse_known_args(list(arguments))[0].lang
    except argparse.ArgumentError:
        return None
    return lang if lang in LANGUAGES else None


def build(say: Say) -> argparse.ArgumentParser:
    """The parser of `khoso-agent`."""
    common = _common(say)
    parser = argparse.ArgumentParser(
        prog="khoso-agent",
        parents=[common],
        allow_abbrev=False,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description=say(
            "Chuyển tờ quét từ máy ở quầy về Kho số. Tờ đã nhận được giữ trên đĩa của máy này cho tới khi máy chủ"
            "\nxác nhận đúng mã băm; mất mạng, mất điện hay tắt ngang đều không mất tờ."
        ),
        epilog=say(
            "ví dụ:\n  khoso-agent watch ~/Quet --server https://kho.example.vn --token-file ~/.khoso-token\n  khoso-agent status"
        ),
    )
    parser.add_argument(
        "--version", action="version", version=f"khoso-agent {__version__}", help=say("in số phiên bản rồi thoát")
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar=say("LỆNH"), title=say("các lệnh"))
    new = _Maker(commands, common)
    _watch(new, say)
    _status(new, say)
    _serve(new, say)
    _batch(new, say)
    _retry(new, say)
    _forget(new, say)
    return parser


@dataclass(frozen=True, slots=True)
class _Maker:
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]"
    common: argparse.ArgumentParser

    def __call__(self, name: str, *, text: str, example: str) -> argparse.ArgumentParser:
        parser = self.commands.add_parser(
            name,
            parents=[self.common],
            allow_abbrev=False,
            help=text,
            description=text,
            epilog=example,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        parser.set_defaults(own=parser)  # whose usage line stands over its errors
        return parser


def _common(say: Say) -> argparse.ArgumentParser:
    """Options that may stand before or after the command; absent ones leave no trace, so that neither place wins."""
    common = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    common.add_argument(
        "--queue",
        type=Path,
        metavar="DIR",
        help=say("thư mục hàng đợi (mặc định: $KHOSO_AGENT_QUEUE hoặc thư mục dữ liệu của người dùng)"),
    )
    common.add_argument("--json", action="store_true", help=say("in kết quả cho máy đọc, mỗi dòng một đối tượng JSON"))
    common.add_argument(
        "--lang", choices=LANGUAGES, help=say("ngôn ngữ (mặc định: tiếng Việt, hoặc tiếng Anh khi LANG là tiếng Anh)")
    )
    return common


def _watch(new: _Maker, say: Say) -> None:
    parser = new(
        "watch",
        text=say("theo dõi một thư mục và gửi mọi tờ quét được đưa vào đó"),
        example=say(
            "ví dụ:"
            "\n  khoso-agent watch ~/Quet --server https://kho.example.vn --token-file ~/.khoso-token --desk quay-03"
            "\n  khoso-agent watch ~/Quet --server https://kho.example.vn --once --json"
            "\n"
            "\nMỗi tệp trong thư mục là một giấy tờ; mỗi thư mục con là một giấy tờ gồm nhiều tờ, xếp theo số tự nhiên."
            "\nTên tạm (.part, .tmp, ~), tệp ẩn, liên kết đều được bỏ qua."
            "\nmã thoát: 0 xong, 2 sai cách dùng, 3 bị từ chối, 4 chưa gửi được (chạy lại), 5 hàng đợi bị hỏng, 6 một phần không xong"
        ),
    )
    parser.add_argument("folder", type=Path, metavar="DIR", help=say("thư mục máy quét ghi vào"))
    _server_options(parser, say, required=True)
    labels = parser.add_argument_group(say("thông tin gửi kèm"))
    labels.add_argument("--desk", default="", metavar="NAME", help=say("tên quầy"))
    labels.add_argument(
        "--batch", default="", metavar="NAME", help=say("tên lô cho mọi giấy tờ đưa vào, khi quầy chưa mở lô nào")
    )
    labels.add_argument("--dossier", default="", metavar="CODE", help=say("mã hồ sơ cho mọi giấy tờ đưa vào"))
    labels.add_argument("--component", default="", metavar="CODE", help=say("mã thành phần hồ sơ"))
    labels.add_argument("--owner", default="", metavar="ID", help=say("số định danh của chủ giấy tờ"))
    labels.add_argument("--owner-name", default="", metavar="NAME", help=say("họ tên chủ giấy tờ"))
    labels.add_argument(
        "--dossier-from-name",
        action="store_true",
        help=say("lấy mã hồ sơ ở đầu tên tệp hoặc thư mục (<mã hồ sơ>.<số thứ tự>)"),
    )
    originals = parser.add_argument_group(say("tệp gốc"))
    originals.add_argument(
        "--after",
        choices=[after.value for after in After],
        default=After.LEAVE.value,
        help=say("khi máy chủ đã nhận: để nguyên (leave, mặc định), chuyển đi (move) hay xóa (delete)"),
    )
    originals.add_argument(
        "--move-to",
        type=Path,
        metavar="DIR",
        help=say("nơi chuyển tới, cùng ổ đĩa (mặc định: DIR/%(sent)s)") % {"sent": SENT},
    )
    _pace_options(parser, say)
    parser.add_argument("--once", action="store_true", help=say("gửi những gì đang có rồi thoát"))


def _server_options(parser: argparse.ArgumentParser, say: Say, *, required: bool) -> None:
    group = parser.add_argument_group(say("máy chủ"))
    group.add_argument(
        "--server", required=required, metavar="URL", help=say("địa chỉ máy chủ, ví dụ https://kho.example.vn")
    )
    tokens = group.add_mutually_exclusive_group()
    tokens.add_argument(
        "--token",
        type=_typed(token_text, say("mã truy cập chỉ gồm chữ, số, dấu ASCII và không có dấu cách")),
        help=say("mã truy cập; người khác trên máy có thể thấy, nên dùng --token-file hoặc biến KHOSO_AGENT_TOKEN"),
    )
    tokens.add_argument(
        "--token-file", type=Path, metavar="FILE", help=say("tệp chứa mã truy cập, đọc lại mỗi lần gửi")
    )
    group.add_argument(
        "--ca",
        type=Path,
        metavar="FILE",
        help=say("chứng thư (PEM) của nơi cấp chứng thư máy chủ; khi có, chỉ tin nơi này"),
    )
    group.add_argument(
        "--insecure-http", action="store_true", help=say("cho phép http không mã hóa tới máy khác; chỉ để thử nghiệm")
    )


def _pace_options(parser: argparse.ArgumentParser, say: Say) -> None:
    group = parser.add_argument_group(say("nhịp làm việc (giây)"))
    seconds = _typed(_seconds, say("phải là số giây, từ 0 trở lên"))
    positive = _typed(_positive, say("phải là số giây lớn hơn 0"))
    default = Settings.__dataclass_fields__
    for name, kind, text in (
        ("settle", seconds, say("tệp phải nằm yên bao lâu mới coi là ghi xong")),
        ("quiet", seconds, say("thư mục con phải nằm yên bao lâu mới coi là đủ tờ")),
        ("interval", positive, say("khoảng cách giữa hai lần nhìn thư mục")),
        ("patience", seconds, say("với --once: chờ tối đa bao lâu tệp còn đang thay đổi")),
        ("timeout", positive, say("chờ máy chủ tối đa bao lâu cho mỗi lần đọc hay ghi")),
    ):
        value = default[name].default
        group.add_argument(
            f"--{name}",
            type=kind,
            default=value,
            metavar="S",
            help=say("%(what)s (mặc định %(value)s)") % {"what": text, "value": f"{value:g}"},
        )
    group.add_argument(
        "--retry-first",
        type=positive,
        default=1.0,
        metavar="S",
        help=say("chờ bao lâu sau lần hỏng đầu tiên (mặc định 1); các lần sau gấp đôi"),
    )
    group.add_argument(
        "--retry-most",
        type=positive,
        default=60.0,
        metavar="S",
        help=say("chờ lâu nhất giữa hai lần thử (mặc định 60; gấp năm khi cần người sửa)"),
    )
    group.add_argument(
        "--chunk",
        type=_typed(_size, say("phải là số byte từ 1K đến 64M, ví dụ 512K")),
        default=1 << 20,
        metavar="BYTES",
        help=say("mỗi lần gửi bao nhiêu byte (mặc định 1M)"),
    )


def _status(new: _Maker, say: Say) -> None:
    parser = new(
        "status",
        text=say("xem hàng đợi: tờ nào đang chờ, tờ nào bị từ chối và vì sao"),
        example=say(
            "ví dụ:\n  khoso-agent status\n  khoso-agent status --all --json\n  khoso-agent status --server https://kho.example.vn"
        ),
    )
    parser.add_argument(
        "--all", action="store_true", help=say("kể cả mọi giấy tờ máy chủ đã nhận (mặc định: 10 giấy tờ gần nhất)")
    )
    _server_options(parser, say, required=False)


def _serve(new: _Maker, say: Say) -> None:
    parser = new(
        "serve",
        text=say("xem hàng đợi và đặt tên lô trên trình duyệt của máy này; trang tự làm mới"),
        example=say("ví dụ:\n  khoso-agent serve\n  khoso-agent serve --port 8800"),
    )
    port = _typed(_port, say("phải là số cổng từ 0 đến 65535"))
    parser.add_argument("--port", type=port, default=8766, metavar="N", help=say("cổng trên 127.0.0.1 (mặc định 8766)"))


def _batch(new: _Maker, say: Say) -> None:
    parser = new(
        "batch",
        text=say("đặt tên lô cho chồng giấy sắp quét; không có tên thì xem lô đang mở"),
        example=say(
            "ví dụ:\n  khoso-agent batch 'Hộp 12'\n  khoso-agent batch 'Hộp 12' --dossier H36.12-261122-0001\n  khoso-agent batch --end"
        ),
    )
    what = parser.add_mutually_exclusive_group()
    what.add_argument("name", nargs="?", default="", metavar="NAME", help=say("tên lô, tối đa 100 ký tự"))
    what.add_argument("--end", action="store_true", help=say("kết thúc lô đang mở"))
    parser.add_argument("--dossier", default="", metavar="CODE", help=say("mã hồ sơ của cả chồng giấy"))


def _retry(new: _Maker, say: Say) -> None:
    parser = new(
        "retry",
        text=say("gửi lại ngay những gì đang chờ hoặc bị từ chối"),
        example=say("ví dụ:\n  khoso-agent retry\n  khoso-agent retry 12 15"),
    )
    parser.add_argument("ids", nargs="*", type=int, metavar="ID", help=say("số giấy tờ (mặc định: tất cả)"))


def _forget(new: _Maker, say: Say) -> None:
    parser = new(
        "forget",
        text=say("bỏ một giấy tờ khỏi hàng đợi và xóa bản giữ của nó; phải xác nhận"),
        example=say("ví dụ:\n  khoso-agent forget 12\n  khoso-agent forget 12 --yes"),
    )
    parser.add_argument("id", type=int, metavar="ID", help=say("số giấy tờ"))
    parser.add_argument("--yes", action="store_true", help=say("xác nhận ngay trên dòng lệnh: xóa vĩnh viễn bản giữ"))


def address_of(parser: argparse.ArgumentParser, text: str, *, insecure: bool, say: Say) -> Address:
    """The checked address, or the parser's usage error."""
    try:
        return Address.parse(text, insecure_http=insecure)
    except BadAddress as error:
        parser.error(f"--server: {say(str(error))}")


def _typed(convert: Callable[[str], T], otherwise: str) -> Callable[[str], T]:
    def checked(text: str) -> T:
        try:
            return convert(text)
        except ValueError:
            raise argparse.ArgumentTypeError(otherwise) from None

    return checked


def _seconds(text: str) -> float:
    value = float(text)
    if not (math.isfinite(value) and value >= 0):
        raise ValueError
    return value


def _positive(text: str) -> float:
    value = _seconds(text)
    if value <= 0:
        raise ValueError
    return value


def _port(text: str) -> int:
    value = int(text)
    if not 0 <= value <= 65535:
        raise ValueError
    return value


def _size(text: str) -> int:
    unit = _UNITS.get(text[-1:].upper(), 1)
    value = int(text[:-1] if unit > 1 else text) * unit
    if not SMALLEST_CHUNK <= value <= LARGEST_CHUNK:
        raise ValueError
    return value
