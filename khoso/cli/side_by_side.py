"""Files are inspected and their pages read side by side, a helper each.

Results come in the order asked, page by page, and no more than a few wait, so that memory stays flat however long a file is.
"""

import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from khoso.cli.words import _, told
from khoso.kernel.digest import digest_file
from khoso.kernel.errors import Refused, Unavailable
from khoso.kernel.transcript import Transcript
from khoso.readers import engine_named
from ocr.keeping import KeptPages, made_from
from ocr.ports import OcrEngine
from ocr.reading import read_page
from pages.helper import Helper
from pages.inspecting import inspect
from pages.ports import FileFacts, Origin

_AHEAD = 2  # pages for each helper that may wait for the one before them


@dataclass(frozen=True, slots=True)
class Read:
    """One page of a file, or what went wrong with it; page 0 is the file as a whole. `kept`: it was read before."""

    name: str
    number: int
    last: bool
    result: Transcript | str = ""
    kept: bool = False


@contextmanager
def reader_for(engine: str, count: int, keep: Path | None) -> "Iterator[Reader]":
    """A reader with its helpers, which end with it; what was not begun yet is left when the work is broken off."""
    with ExitStack() as stack:
        helpers: SimpleQueue[Helper] = SimpleQueue()
        while helpers.qsize() < count:
            helpers.put(stack.enter_context(Helper()))
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="khoso-")))
        pool = ThreadPoolExecutor(count)
        stack.callback(pool.shutdown, wait=True, cancel_futures=True)
        yield Reader(engine, helpers, pool, count, scratch, KeptPages(keep) if keep else None)


@dataclass
class Reader:
    """Inspects files and reads their pages with some helpers."""

    engine: str
    helpers: SimpleQueue[Helper]
    pool: ThreadPoolExecutor
    count: int
    scratch: Path
    keep: KeptPages | None
    engines: dict[int, OcrEngine] = field(default_factory=dict)

    def read(self, files: Sequence[Path], wanted: range | None, opened: Callable[[Path, int], None]) -> Iterator[Read]:
        """Pages in order. `opened` is told how many pages of a file will come."""
        waiting: deque[tuple[Read, Future[Any] | None]] = deque()
        for path, inspected in self._inspected(files):
            facts = inspected.result()
            if isinstance(facts, str):
                waiting.append((Read(str(path), 0, last=True, result=facts), None))
                continue
            numbers = [page.number for page in facts.pages if wanted is None or page.number in wanted]
            if not numbers:
                waiting.append((Read(str(path), 0, last=True, result=_("tệp không có trang nào như đã chọn")), None))
                continue
            opened(path, len(numbers))
            digest = str(digest_file(path)) if self.keep else ""
            for number in numbers:
                future = self.pool.submit(self._with_helper, self._page, path, facts, number, digest)
                waiting.append((Read(str(path), number, last=number == numbers[-1]), future))
                while len(waiting) > _AHEAD * self.count:
                    yield _settled(*waiting.popleft())
        while waiting:
            yield _settled(*waiting.popleft())

    def _inspected(self, files: Sequence[Path]) -> Iterator[tuple[Path, Future[Any]]]:
        """Files with their facts to come: a few are inspected ahead, so that all helpers have work from the start."""
        ahead: deque[tuple[Path, Future[Any]]] = deque()
        for path in files:
            ahead.append((path, self.pool.submit(self._with_helper, self._inspect, path)))
            if len(ahead) > self.count:
                yield ahead.popleft()
        yield from ahead

    def _with_helper(self, work: Callable[..., Any], *arguments: Any) -> Any:
        """What the work gives, or the sentence that says what is wrong with the file or the machine."""
        helper = self.helpers.get()
        try:
            return work(helper, *arguments)
        except (Refused, Unavailable) as error:
            return told(error)
        finally:
            self.helpers.put(helper)

    def _inspect(self, helper: Helper, path: Path) -> FileFacts | str:
        return inspect(path, helper=helper, to_read=True) if path.is_file() else _("không phải là tệp đọc được")

    def _page(self, helper: Helper, path: Path, facts: FileFacts, number: int, digest: str) -> Any:
        engine, text_layer = self._engine(helper), facts.origin is Origin.ELECTRONIC
        key = made_from(digest, number, engine.name, text_layer=text_layer) if self.keep else ""
        if self.keep is not None and (kept := self.keep.get(key)) is not None:
            return kept, True
        started = time.perf_counter()
        with tempfile.TemporaryDirectory(dir=self.scratch) as folder:
            read = read_page(
                path,
                facts.kind,
                number,
                engine=engine,
                helper=helper,
                folder=Path(folder),
                text_layer=text_layer,
            )
        read = replace(read, seconds=time.perf_counter() - started)
        if self.keep is not None:
            self.keep.put(key, read)
        return read, False

    def _engine(self, helper: Helper) -> OcrEngine:
        if id(helper) not in self.engines:
            self.engines[id(helper)] = engine_named(self.engine, helper, _)
        return self.engines[id(helper)]


def _settled(page: Read, future: Future[Any] | None) -> Read:
    if future is None:
        return page
    done = future.result()
    return replace(page, result=done) if isinstance(done, str) else replace(page, result=done[0], kept=done[1])
