"""The few questions about files and names that everything else asks; what differs by operating system is here only."""

import contextlib
import errno
import os
import re
import stat
import sys
import time
import unicodedata
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import IO, NamedTuple

if sys.platform != "win32":
    import fcntl
    import signal

JUNK = frozenset({"thumbs.db", "desktop.ini", "ehthumbs.db", "icon\r"})
TEMPORARY = (
    ".part",
    ".partial",
    ".tmp",
    ".temp",
    ".crdownload",
    ".download",
    ".filepart",
    ".swp",
    ".lock",
    "~",
)


_ACCESS = 0o3  # of the flags of open(2): 0 reads only
_TRIES = 10
_PAUSE = 0.03  # seconds


class Stamp(NamedTuple):
    """What tells that a file was touched: its size in bytes, times in nanoseconds and number.

    The change time is included because no program can set it back; a mere rename or chmod then costs one more
    reading, a rewriting in place can never be missed.
    """

    size: int
    modified: int
    changed: int
    number: int

    @classmethod
    def of(cls, status: os.stat_result) -> "Stamp":
        return cls(status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)


def is_temporary(name: str) -> bool:
    """A name that programs use while they still write: `.part`, `.tmp`, a trailing or leading `~`."""
    return name.startswith("~") or name.casefold().endswith(TEMPORARY)


def is_ignored(name: str) -> bool:
    """A name that never is a sheet: hidden, temporary, or litter of a file manager."""
    return name.startswith(".") or is_temporary(name) or name.casefold() in JUNK


def natural(name: str) -> tuple[list[tuple[int, int, str]], str]:
    """Sort key for names in the order people count: `trang 2` before `trang 10`, `Scan` before `Scan (2)`."""
    whole = PurePosixPath(unicodedata.normalize("NFC", name).casefold())
    stem, ending = whole.stem, whole.suffix
    parts = [part for part in re.split(r"([0-9]+)", stem) if part]
    numbered = [(0, int(part), "") if part.isascii() and part.isdigit() else (1, 0, part) for part in parts]
    return numbered, ending + "\0" + name


def open_regular(path: Path) -> IO[bytes]:
    """Open a regular file to read, never through a link and never waiting on a pipe.

    Raises:
        OSError: absent, not readable, or not a regular file (`ELOOP`, `EINVAL`).
    """
    flags = os.O_RDONLY
    for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_BINARY"):
        flags |= getattr(os, name, 0)
    number = os.open(path, flags)
    file = os.fdopen(number, "rb", buffering=0)
    if not stat.S_ISREG(os.fstat(number).st_mode):
        file.close()
        raise OSError(errno.EINVAL, "not a regular file", str(path))
    return file


def sync_folder(path: Path) -> None:
    """Make renames within a folder last through a power cut (POSIX; Windows has no such call)."""
    if sys.platform != "win32":
        number = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(number)
        finally:
            os.close(number)


def is_being_written(path: Path) -> bool:
    """Whether some program has the file open for writing, as far as that can be told.

    Linux grants a read lease only on a file nobody writes to (fcntl(2), F_SETLEASE), which is exact but only for the
    file's owner; else the open files of the processes we may look at are searched. On Windows a writer that does not
    share makes opening fail.
    """
    try:
        file = open_regular(path)
    except BlockingIOError:  # a writer holds a lease on it (a file server does)
        return True
    except PermissionError:
        return sys.platform == "win32"
    except OSError:
        return False
    with file:
        told = _lease(file.fileno())
        return _seen_in_proc(path, os.fstat(file.fileno())) if told is None else told


def _lease(number: int) -> bool | None:
    """Whether the kernel sees a writer; None if it does not tell us."""
    if sys.platform == "linux":
        try:
            # Whoever opens the file while we hold the lease makes the kernel signal us: a signal that does nothing.
            fcntl.fcntl(number, fcntl.F_SETSIG, signal.SIGURG)
            fcntl.fcntl(number, fcntl.F_SETLEASE, fcntl.F_RDLCK)
            fcntl.fcntl(number, fcntl.F_SETLEASE, fcntl.F_UNLCK)
        except OSError as error:
            return True if error.errno == errno.EAGAIN else None
        else:
            return False
    else:
        return None


def _seen_in_proc(path: Path, status: os.stat_result, proc: Path = Path("/proc")) -> bool:
    wanted = (status.st_dev, status.st_ino)
    for link in _open_files(proc, path.name):
        with contextlib.suppress(OSError, ValueError):
            found = link.stat()
            flags = re.search(
                r"^flags:\s*([0-7]+)", (link.parent.parent / "fdinfo" / link.name).read_text(), re.MULTILINE
            )
            if (found.st_dev, found.st_ino) == wanted and flags and int(flags[1], 8) & _ACCESS:
                return True
    return False


def _open_files(proc: Path, name: str) -> Iterator[Path]:
    """Links of open files with this last name. Reading a link never waits, opening one might."""
    try:
        processes = [entry for entry in proc.iterdir() if entry.name.isdigit()]
    except OSError:
        return
    for process in processes:
        with contextlib.suppress(OSError):
            for link in (process / "fd").iterdir():
                with contextlib.suppress(OSError):
                    if link.readlink().name == name:
                        yield link


class Lock:
    """Held by one process per outbox; the system lets go of it however that process ends.

    The lock file holds the process number for people to read; who holds it is known from the lock, not from the text.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._number: int | None = None

    def take(self) -> bool:
        """True if it is ours now.

        Raises:
            OSError: the lock file cannot be made.
        """
        number = os.open(self._path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600)
        for _ in range(_TRIES):  # `holder` of another process may touch it for an instant
            if _lock_whole(number):
                self._number = number
                self._write(str(os.getpid()))
                return True
            time.sleep(_PAUSE)
        os.close(number)
        return False

    def release(self) -> None:
        """Let go of it, if it is ours."""
        if self._number is not None:
            self._write("")
            os.close(self._number)
            self._number = None

    def holder(self) -> int | None:
        """Number of the process holding the lock (0 if it is not written), None if nobody does."""
        try:
            with self._path.open(encoding="ascii") as file:
                if _lock_whole(file.fileno(), shared=True):
                    return None
                text = file.read(20).strip()
        except FileNotFoundError:
            return None
        except OSError:
            return 0
        return int(text) if text.isdigit() else 0

    def _write(self, text: str) -> None:
        if self._number is None:
            return
        with contextlib.suppress(OSError):  # a full disk; the text is for people only
            os.ftruncate(self._number, 0)
            os.lseek(self._number, 0, os.SEEK_SET)
            os.write(self._number, text.encode("ascii"))


def _lock_whole(number: int, *, shared: bool = False) -> bool:
    if sys.platform == "win32":
        import msvcrt

        try:
            msvcrt.locking(number, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
    else:
        try:
            fcntl.flock(number, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True
