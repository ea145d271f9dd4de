"""What the agent tells: a code for machines, a Vietnamese sentence for the clerk, and what the sentence needs.

The sentences are gettext message ids of the domain `agent` (source language Vietnamese). A sentence says what
happened, what was kept and what to do. Fields are plain scalars, so that an event survives JSON and the outbox.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from scanner_agents.words import N_, Say

Scalar = str | int | float | bool
SHOWN = 300  # characters of a foreign text in one sentence


class Level(StrEnum):
    """How much an event wants to be read."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class Code(StrEnum):
    """Machine names of events. A name is never reused for another meaning."""

    # The agent itself
    STARTED = "started"
    STOPPING = "stopping"
    STOPPED = "stopped"
    TOKEN_MISSING = "token_missing"  # noqa: S105 - the name of an event
    TOKEN_OPEN = "token_open"  # noqa: S105 - the name of an event
    TOKEN_UNREADABLE = "token_unreadable"  # noqa: S105 - the name of an event
    RUNNING_ALREADY = "running_already"
    # The watched folder
    FOLDER_AWAY = "folder_away"
    FOLDER_BACK = "folder_back"
    WAITS_EMPTY = "waits_empty"
    WAITS_WRITER = "waits_writer"
    WAITS_TEMPORARY = "waits_temporary"
    WAITS_CHANGING = "waits_changing"
    SKIPPED_SPECIAL = "skipped_special"
    SKIPPED_NESTED = "skipped_nested"
    UNREADABLE = "unreadable"
    CHANGED = "changed"
    # Into the spool
    TAKEN = "taken"
    TAKEN_AGAIN = "taken_again"
    ALREADY_WAITING = "already_waiting"
    ALREADY_RECEIVED = "already_received"
    ALREADY_REFUSED = "already_refused"
    ALREADY_FORGOTTEN = "already_forgotten"
    ADOPTED = "adopted"
    SPOOL_FULL = "spool_full"
    SPOOL_TROUBLE = "spool_trouble"
    SPOOL_BACK = "spool_back"
    OUTBOX_TROUBLE = "outbox_trouble"
    OUTBOX_DAMAGED = "outbox_damaged"
    OUTBOX_NEWER = "outbox_newer"
    # Looking at a sheet
    FORMAT_UNKNOWN = "format_unknown"
    PAGE_COARSE = "page_coarse"
    PAGE_NO_DPI = "page_no_dpi"
    PAGE_SMALL = "page_small"
    FILE_CUT = "file_cut"
    # To the server
    RECEIVED = "received"
    RECEIVED_TWICE = "received_twice"
    REFUSED = "refused"
    SERVER_AWAY = "server_away"
    SERVER_BUSY = "server_busy"
    SERVER_BACK = "server_back"
    SERVER_STRANGE = "server_strange"
    NOT_ALLOWED = "not_allowed"
    REFUSED_LATER = "refused_later"
    PARKED = "parked"
    RECEIPT_MISMATCH = "receipt_mismatch"
    DIGEST_MISMATCH = "digest_mismatch"
    UPLOAD_STUCK = "upload_stuck"
    UPLOAD_UNKNOWN = "upload_unknown"
    SPOOL_DAMAGED = "spool_damaged"
    # The watched original, after the receipt
    MOVED = "moved"
    DELETED = "deleted"
    TIDY_FAILED = "tidy_failed"
    # By a person's hand
    FORGOTTEN = "forgotten"


_I, _W, _E = Level.INFO, Level.WARNING, Level.ERROR

SENTENCES: Mapping[Code, tuple[Level, str]] = MappingProxyType(
    {
        Code.STARTED: (_I, N_("Bắt đầu: theo dõi thư mục %(folder)s, gửi về %(server)s, hàng đợi tại %(queue)s.")),
        Code.STOPPING: (_I, N_("Đang dừng; mọi tờ đã nhận vẫn nằm trong hàng đợi.")),
        Code.STOPPED: (_I, N_("Đã dừng. Còn %(waiting)s giấy tờ chờ gửi, sẽ gửi tiếp ở lần chạy sau.")),
        Code.TOKEN_MISSING: (
            _W,
            N_("Chưa có mã truy cập máy chủ. Hãy dùng --token-file, --token hoặc biến KHOSO_AGENT_TOKEN."),
        ),
        Code.TOKEN_OPEN: (
            _W,
            N_("Người khác trên máy đọc được tệp mã truy cập %(path)s. Hãy chạy: chmod 600 cho tệp này."),
        ),
        Code.TOKEN_UNREADABLE: (
            _E,
            N_("Không đọc được tệp mã truy cập %(path)s (%(detail)s). Mọi tờ được giữ lại; thử lại sau."),
        ),
        Code.RUNNING_ALREADY: (
            _E,
            N_("Một khoso-agent khác (PID %(pid)s) đang dùng hàng đợi %(queue)s. Mỗi hàng đợi chỉ một chương trình."),
        ),
        Code.FOLDER_AWAY: (_E, N_("Không mở được thư mục theo dõi %(folder)s (%(detail)s). Sẽ chờ và thử lại.")),
        Code.FOLDER_BACK: (_I, N_("Đã mở lại được thư mục theo dõi %(folder)s.")),
        Code.WAITS_EMPTY: (_W, N_("%(name)s: tệp rỗng, chờ máy quét ghi xong. Nếu để lâu, hãy quét lại.")),
        Code.WAITS_WRITER: (_I, N_("%(name)s: còn chương trình đang ghi, chờ ghi xong.")),
        Code.WAITS_TEMPORARY: (_I, N_("%(name)s: thư mục còn tệp tạm, chờ thêm cho đủ tờ.")),
        Code.WAITS_CHANGING: (_I, N_("%(name)s: còn đang thay đổi, chờ ổn định.")),
        Code.SKIPPED_SPECIAL: (_W, N_("%(name)s: không phải tệp thường (liên kết, ống dẫn hay thiết bị), không gửi.")),
        Code.SKIPPED_NESTED: (
            _W,
            N_("%(name)s: thư mục nằm trong thư mục con, không gửi. Hãy để các tờ ngay trong thư mục con."),
        ),
        Code.UNREADABLE: (_E, N_("%(name)s: không đọc được (%(detail)s). Tệp để nguyên, sẽ thử lại.")),
        Code.CHANGED: (_I, N_("%(name)s: tệp đổi trong lúc sao, sẽ chờ ổn định rồi sao lại.")),
        Code.TAKEN: (_I, N_("Đã giữ «%(name)s» vào hàng đợi, số %(id)s: %(sheets)s tệp, %(size)s byte.")),
        Code.TAKEN_AGAIN: (_I, N_("«%(name)s» được đưa vào lại, số %(id)s: sẽ gửi lại.")),
        Code.ALREADY_WAITING: (_I, N_("«%(name)s» trùng với giấy tờ số %(id)s đang chờ gửi; chỉ gửi một lần.")),
        Code.ALREADY_RECEIVED: (
            _I,
            N_("«%(name)s» trùng với giấy tờ số %(id)s, máy chủ đã nhận (%(document)s); không gửi nữa."),
        ),
        Code.ALREADY_REFUSED: (
            _W,
            N_("«%(name)s» là giấy tờ số %(id)s đã bị từ chối. Muốn gửi lại: khoso-agent retry %(id)s"),
        ),
        Code.ALREADY_FORGOTTEN: (
            _I,
            N_("«%(name)s» là giấy tờ số %(id)s đã được bỏ khỏi hàng đợi theo lệnh; không gửi."),
        ),
        Code.ADOPTED: (
            _W,
            N_("Tìm thấy trong hàng đợi một tờ chưa ghi sổ, đưa vào gửi với tên «%(name)s», số %(id)s."),
        ),
        Code.SPOOL_FULL: (
            _E,
            N_("Ổ đĩa chứa hàng đợi đã đầy (%(detail)s). Tệp gốc để nguyên. Hãy dọn ổ đĩa; sẽ tự thử lại."),
        ),
        Code.SPOOL_TROUBLE: (
            _E,
            N_("Không ghi được vào hàng đợi %(path)s (%(detail)s). Tệp gốc để nguyên; sẽ tự thử lại."),
        ),
        Code.SPOOL_BACK: (_I, N_("Đã ghi lại được vào hàng đợi.")),
        Code.OUTBOX_TROUBLE: (
            _E,
            N_("Không dùng được sổ hàng đợi %(path)s (%(detail)s). Không mất gì; sẽ tự thử lại."),
        ),
        Code.OUTBOX_DAMAGED: (
            _E,
            N_("Sổ hàng đợi %(path)s bị hỏng (%(detail)s). Các tờ vẫn nằm trong thư mục spool; báo người quản trị."),
        ),
        Code.OUTBOX_NEWER: (
            _E,
            N_("Sổ hàng đợi %(path)s do bản khoso-agent mới hơn lập (%(version)s). Hãy nâng cấp chương trình."),
        ),
        Code.FORMAT_UNKNOWN: (
            _W,
            N_("%(name)s: không nhận ra JPEG, PNG, TIFF hay PDF. Vẫn giữ và gửi; máy chủ có thể từ chối."),
        ),
        Code.PAGE_COARSE: (
            _W,
            N_("%(name)s: chỉ %(dpi)s dpi, quy định ít nhất 200 dpi. Vẫn giữ và gửi; nên quét lại."),
        ),
        Code.PAGE_NO_DPI: (_W, N_("%(name)s: ảnh không ghi độ phân giải (dpi). Vẫn giữ và gửi.")),
        Code.PAGE_SMALL: (
            _W,
            N_("%(name)s: ảnh chỉ %(width)s×%(height)s điểm, quá nhỏ cho một trang. Vẫn giữ và gửi; nên quét lại."),
        ),
        Code.FILE_CUT: (_W, N_("%(name)s: cuối tệp có vẻ bị cụt. Vẫn giữ và gửi; nên mở xem lại.")),
        Code.RECEIVED: (_I, N_("Máy chủ đã nhận «%(name)s» (số %(id)s): %(document)s.")),
        Code.RECEIVED_TWICE: (_I, N_("Máy chủ đã có «%(name)s» (số %(id)s) từ trước: %(document)s.")),
        Code.REFUSED: (
            _E,
            N_("Máy chủ từ chối «%(name)s» (số %(id)s): %(detail)s [%(code)s]. Tờ vẫn được giữ trong hàng đợi."),
        ),
        Code.REFUSED_LATER: (
            _E,
            N_("Máy chủ đã xem «%(name)s» (số %(id)s) và không dùng được: %(detail)s Hãy quét lại."),
        ),
        Code.PARKED: (_W, N_("Máy chủ tạm dừng «%(name)s» (số %(id)s): %(detail)s Hãy xem trên trang Kho.")),
        Code.SERVER_AWAY: (_W, N_("Không nối được máy chủ %(server)s (%(detail)s). Không mất gì; sẽ tự thử lại.")),
        Code.SERVER_BUSY: (_W, N_("Máy chủ %(server)s báo lỗi %(status)s. Không mất gì; sẽ tự thử lại.")),
        Code.SERVER_BACK: (_I, N_("Đã nối lại được máy chủ %(server)s.")),
        Code.SERVER_STRANGE: (
            _E,
            N_("%(server)s không trả lời như máy chủ Khoso (%(detail)s). Hãy kiểm tra --server; sẽ tự thử lại."),
        ),
        Code.NOT_ALLOWED: (
            _E,
            N_(
                "Máy chủ không cho gửi (%(status)s): mã truy cập thiếu, sai hoặc hết hạn. Tờ được giữ; báo người quản trị."
            ),
        ),
        Code.RECEIPT_MISMATCH: (
            _E,
            N_(
                "Biên nhận của máy chủ cho «%(name)s» (số %(id)s) không khớp mã băm đã gửi. Tờ được giữ lại; báo người quản trị."
            ),
        ),
        Code.DIGEST_MISMATCH: (
            _W,
            N_("Máy chủ báo «%(name)s» tới nơi bị sai; bản trong hàng đợi còn nguyên, sẽ gửi lại từ đầu."),
        ),
        Code.UPLOAD_STUCK: (_W, N_("Việc gửi «%(name)s» không tiến được (%(detail)s). Tờ được giữ; sẽ tự thử lại.")),
        Code.UPLOAD_UNKNOWN: (_W, N_("Máy chủ không còn phần đã gửi của «%(name)s»; sẽ gửi lại từ đầu.")),
        Code.SPOOL_DAMAGED: (
            _E,
            N_(
                "Bản của «%(name)s» (số %(id)s) trong hàng đợi bị hỏng hoặc mất (%(sha256)s). Hãy đưa lại tệp gốc; báo người quản trị."
            ),
        ),
        Code.MOVED: (_I, N_("Đã chuyển «%(name)s» sang %(to)s.")),
        Code.DELETED: (_I, N_("Đã xóa «%(name)s» khỏi thư mục theo dõi (máy chủ đã nhận).")),
        Code.TIDY_FAILED: (_W, N_("Không dọn được «%(name)s» (%(detail)s); tệp để nguyên, không gửi lại.")),
        Code.FORGOTTEN: (_W, N_("Đã bỏ giấy tờ số %(id)s «%(name)s» khỏi hàng đợi theo lệnh.")),
    }
)


def shown(value: object) -> str:
    """A foreign text made fit for one line: control and other unprintable characters escaped, length bounded."""
    text = str(value)
    if len(text) > SHOWN:
        text = text[: SHOWN - 1] + "…"
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape", "surrogatepass").decode() for char in text
    )


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened."""

    code: Code
    fields: Mapping[str, Scalar] = field(default_factory=dict)

    @property
    def level(self) -> Level:
        return SENTENCES[self.code][0]

    def sentence(self, say: Say) -> str:
        """The sentence in the language of `say`, on one line."""
        return say(SENTENCES[self.code][1]) % {name: shown(value) for name, value in self.fields.items()}

    def to_json(self) -> dict[str, object]:
        """`{"event": code, "level": …, **fields}`; text that is not Unicode (odd file names) is made so."""
        fields = {name: clean(value) if isinstance(value, str) else value for name, value in self.fields.items()}
        return {"event": self.code.value, "level": self.level.value, **fields}

    @classmethod
    def of_json(cls, data: Mapping[str, Any]) -> "Event":
        """The event `to_json` was made from."""
        return cls(Code(data["event"]), {name: value for name, value in data.items() if name not in {"event", "level"}})

    def dumps(self) -> str:
        return json.dumps(self.to_json(), ensure_ascii=False)

    @classmethod
    def loads(cls, text: str) -> "Event":
        return cls.of_json(json.loads(text))


def event(code: Code, /, **fields: Scalar) -> Event:
    """An event with its fields by name."""
    return Event(code, MappingProxyType(fields))


def clean(text: str) -> str:
    """Text with what is not Unicode (bytes of odd file names) replaced by U+FFFD, so that UTF-8 can hold it."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
