"""Files are inspected and their pages read side by side, a helper each.

Results come in the order asked, page by page, and no more than a few wait, so that memory stays flat however long a file is.
"""

import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from itertools import groupby
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from khoso.cli.words import _, told
from khoso.kernel.digest import digest_file
from khoso.kernel.errors import Refused, Unavailable
from khoso.kernel.transcript import Transcript
from khoso.readers import engine_named
from ocr.halves import in_reading_order
from ocr.keeping import KeptPages, made_from
from ocr.ports import OcrEngine
from ocr.reading import read_page
from pages.helper import Helper
from pages.inspecting import inspect
from pages.ports import FileFacts, Origin
from pages.sources import PageSource, sources_of

_AHEAD = 2  # pages for each helper that may wait for the one before them


@dataclass(frozen=True, slots=True)
class Read:
    """One page of a file, or what went wrong with it; page 0 is the file as a whole. `kept`: it was read before.

    Pages are counted as they are read: the halves of an open book and cards on a sheet (`source.cut`) each are one.
    """

    name: str
    number: int
    last: bool
    result: Transcript | str = ""
    kept: bool = False
    again: bool = False  # nothing is wrong with the file: it may be tried again
    source: PageSource | None = None


@contextmanager
def reader_for(engine: str, count: int, keep: Path | None) -> "Iterator[Reader]":
    """A reader with its helpers, which end with it; what was not begun yet is left when the work is broken off, by Ctrl-C
    what was begun too.
    """
    with ExitStack() as stack:
        helpers: SimpleQueue[Helper] = SimpleQueue()
        everyone = [stack.enter_context(Helper()) for _ in range(count)]
        for helper in everyone:
            helpers.put(helper)
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="khoso-")))
        pool = ThreadPoolExecutor(count)
        stack.callback(pool.shutdown, wait=True, cancel_futures=True)
        try:
            yield Reader(engine, helpers, pool, count, scratch, KeptPages(keep) if keep else None)
        except KeyboardInterrupt:  # a large sheet may take minutes yet
            pool.shutdown(wait=False, cancel_futures=True)
            for helper in everyone:
                helper.kill()
            raise


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
        """Pages in the order in which they are read. `opened` is told how many pages of a file will come."""
        return halves_in_order(self._as_captured(files, wanted, opened), wanted)

    def _as_captured(
        self, files: Sequence[Path], wanted: range | None, opened: Callable[[Path, int], None]
    ) -> Iterator[Read]:
        waiting: deque[tuple[Read, Future[Any] | None]] = deque()
        for path, inspected in self._inspected(files):
            facts = inspected.result()
            if not isinstance(facts, FileFacts):
                waiting.append((_failed(Read(str(path), 0, last=True), facts), None))
                continue
            sources = _chosen(sources_of([facts]), wanted)
            if not sources:
                waiting.append((Read(str(path), 0, last=True, result=_("tệp không có trang nào như đã chọn")), None))
                continue
            opened(path, len(sources))
            digest = str(digest_file(path)) if self.keep else ""
            for source in sources:
                future = self.pool.submit(self._with_helper, self._page, path, facts, source, digest)
                page = Read(str(path), source.number, last=source is sources[-1], source=source)
                waiting.append((page, future))
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
        """What the work gives, or what is wrong with the file or the machine."""
        helper = self.helpers.get()
        try:
            return work(helper, *arguments)
        except (Refused, Unavailable) as error:
            return error
        finally:
            self.helpers.put(helper)

    def _inspect(self, helper: Helper, path: Path) -> FileFacts | str:
        return inspect(path, helper=helper, to_read=True) if path.is_file() else _("không phải là tệp đọc được")

    def _page(self, helper: Helper, path: Path, facts: FileFacts, source: PageSource, digest: str) -> Any:
        engine, text_layer = self._engine(helper), facts.origin is Origin.ELECTRONIC
        number, cut = source.facts.number, source.cut
        key = made_from(digest, number, engine.name, text_layer=text_layer, cut=cut) if self.keep else ""
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
                cut=cut,
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
    return _failed(page, done) if isinstance(done, Exception) else replace(page, result=done[0], kept=done[1])


def _failed(page: Read, why: Exception | str) -> Read:
    """The page, or file, with the sentence that says why it was not read."""
    if isinstance(why, str):
        return replace(page, result=why)
    return replace(page, result=told(why), again=isinstance(why, Unavailable))


def _chosen(sources: Sequence[PageSource], wanted: range | None) -> list[PageSource]:
    """The pages wanted; of a capture in halves both, since which of them is which page is known once they are read."""
    if wanted is None:
        return list(sources)
    halved = {source.facts.number for source in sources if source.number in wanted and _is_half(source)}
    return [source for source in sources if source.number in wanted or source.facts.number in halved]


def halves_in_order(pages: Iterable[Read], wanted: range | None = None) -> Iterator[Read]:
    """The same pages, the halves of each capture in the order they are read once it stands upright, numbered so.

    Args:
        wanted: numbers of the halves to give.
    """
    for half, run in groupby(pages, key=_capture):
        if half is None:
            yield from run
            continue
        halves = list(run)
        sources = [page.source for page in halves if page.source is not None]
        read = [page.result for page in halves if isinstance(page.result, Transcript)]
        order = list(in_reading_order(sources, read)) if len(read) == len(halves) else range(len(halves))
        ordered = [replace(halves[place], number=page.number) for page, place in zip(halves, order, strict=True)]
        given = [page for page in ordered if wanted is None or page.number in wanted]
        for page in given:
            yield replace(page, last=halves[-1].last and page is given[-1])


def _is_half(source: PageSource) -> bool:
    return source.cut is not None and source.cut.what == "half"


def _capture(page: Read) -> tuple[str, int] | None:
    """The capture a page is a half of."""
    return (page.name, page.source.facts.number) if page.source is not None and _is_half(page.source) else None
