"""The cluster: calls with time limits, errors in Khoso's words, and which index is the one in use.

Names, for a `prefix` and the make of documents (`elasticsearch_document.MAKE`):

- `<prefix>-entries-m1-<token>`: an index. Its `_meta` holds its generation.
- `<prefix>-entries-m1`: the alias of the one that answers. Its make is in its name: a program never asks an index of
  another make, and two programs can run side by side during an upgrade.
- `<prefix>-entries-m1-next`: the alias of the one being built beside it.
- `<index>-put`: each index's own alias. Writes go through it alone and demand an alias, so that writing to an index
  that is gone fails instead of making one with a guessed mapping.
"""

import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from typing import Any

from django.utils.translation import gettext as _
from elastic_transport import ConnectionError as CannotConnect
from elastic_transport import ConnectionTimeout, TlsError, TransportError
from elasticsearch import ApiError, Elasticsearch, NotFoundError, OrjsonSerializer

from khoso.kernel.errors import Unavailable
from search.adapters.elasticsearch_document import BUILDING, MAKE, SETTLED, mapping, settings
from search.ports import SHARED

SEARCH_SECONDS = 5.0
WRITE_SECONDS = 30.0
PAUSE, LONGEST_PAUSE = 3.0, 15.0
"""Seconds after a call that got no answer in which nobody else waits for one either; doubled each time up to the second."""

FEW_SEGMENTS = 4
LARGEST_SEGMENT = 5 << 30
"""Segments an index that takes another's place has, and the bytes above which the server merges none by itself: of a
million entries (7 GB) the 95th percentile of questions was 66 ms with 23 segments, 50 ms with 6 (`bench/search.py`).
"""
GATHER_SECONDS = 1800.0

_LOOK_AGAIN = 0.2
_IDLE_LOOKS = 5
"""Seconds between two looks, and looks without any merging after which no more is to come."""
_RETRIES = 2
_BUSY = (429, 502, 503, 504)


class Gone(Exception):
    """The index asked is not there (any more). Never leaves the adapter."""


class Starting(Gone):
    """It is there and not open yet: just made, or the server just started."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where the cluster is and how to sign in.

    Attributes:
        url: `https://host:9200`, without credentials.
        prefix: what the names of our indexes start with.
        ca_file: PEM of the authority that signed the server's certificate, where it is not a public one.
        shards: of a new index; one holds some tens of millions of documents.
    """

    url: str
    user: str = "elastic"
    password: str = ""
    prefix: str = "khoso"
    ca_file: Path | None = None
    shards: int = 1


class Cluster:
    """One cluster and our indexes in it. Safe for threads; a forked process connects anew."""

    def __init__(self, address: Address) -> None:
        self._address = address
        self.alias = f"{address.prefix}-entries-m{MAKE}"
        self.next_alias = f"{self.alias}-next"
        self._client: tuple[int, Elasticsearch] | None = None
        self._silences = 0
        self._silent_until = 0.0

    @property
    def _connected(self) -> Elasticsearch:
        if self._client is None or self._client[0] != os.getpid():
            security: dict[str, Any] = {}
            if self._address.password:
                security["basic_auth"] = (self._address.user, self._address.password)
            if self._address.ca_file is not None and self._address.url.startswith("https:"):  # one for all servers
                security["ca_certs"] = str(self._address.ca_file)
            client = Elasticsearch(
                self._address.url,
                request_timeout=SEARCH_SECONDS,
                retry_on_timeout=False,
                retry_on_status=_BUSY,
                max_retries=_RETRIES,
                serializers={"application/json": OrjsonSerializer()},
                **security,
            )
            self._client = os.getpid(), client
        return self._client[1]

    @contextmanager
    def asking(self) -> Iterator[Elasticsearch]:
        """A client for questions: short patience. Neither this nor `writing` has any just after the cluster kept silent.

        Raises:
            Unavailable: no answer in time, refused, overloaded, blocked.
            Gone: the index is not there.
        """
        with self._translated():
            yield self._connected

    @contextmanager
    def writing(self) -> Iterator[Elasticsearch]:
        """A client for writes and for work on whole indexes: more patience. Raises as `asking`."""
        with self._translated():
            yield self._connected.options(request_timeout=WRITE_SECONDS)

    @contextmanager
    def _translated(self) -> Iterator[None]:
        if time.monotonic() < self._silent_until:
            raise Unavailable(self._said(_("vừa không trả lời; đang chờ vài giây trước khi hỏi lại")))
        try:
            yield
        except (ConnectionTimeout, CannotConnect) as error:
            self._silent_until = time.monotonic() + min(PAUSE * 2**self._silences, LONGEST_PAUSE)
            self._silences = min(self._silences + 1, 10)
            kind = type(error).__name__
            if isinstance(error, TlsError):  # what is wrong with the certificate, not only that something is
                kind = f"{kind}: {error.message}"
            raise Unavailable(self._said(_("không trả lời (%(detail)s)") % {"detail": kind})) from error
        except NotFoundError as error:
            raise Gone(str(error)) from error
        except ApiError as error:
            said = self._said_of(error.status_code, _cause(error.body))
            if said is None:
                raise
            raise Unavailable(said) from error
        except TransportError as error:
            raise Unavailable(self._said(_("trả lời không hiểu được (%(detail)s)") % {"detail": error})) from error
        else:
            self._silences, self._silent_until = 0, 0.0

    def refuse(self, status: int, cause: Mapping[str, Any]) -> None:
        """Raise what an error inside an answer (of one document, of one search) means."""
        if cause.get("type") in {"index_not_found_exception", "alias_not_found"} or (
            status == 404 and "index" in str(cause.get("type"))
        ):
            raise Gone(str(cause.get("reason")))
        if status == 503 and cause.get("type") == "search_phase_execution_exception":
            raise Starting(str(cause.get("reason")))
        said = self._said_of(status, cause)
        raise Unavailable(said or self._said(_("không nhận dữ liệu (%(detail)s)") % {"detail": cause.get("reason")}))

    def _said_of(self, status: int, cause: Mapping[str, Any]) -> str | None:
        """What people are told; None: a bug of ours."""
        reason = str(cause.get("reason", ""))
        if cause.get("type") == "cluster_block_exception":
            return self._said(
                _("đang chỉ cho đọc, thường vì ổ đĩa gần đầy; hãy giải phóng ổ đĩa (%(detail)s)") % {"detail": reason}
            )
        if status in {401, 403}:
            return self._said(_("từ chối đăng nhập; hãy kiểm tra tên và mật khẩu trong cấu hình"))
        if status in _BUSY or status >= 500:
            return self._said(_("đang quá tải hoặc chưa sẵn sàng (%(detail)s)") % {"detail": reason or status})
        return None

    def _said(self, what: str) -> str:
        said = _("Máy chủ tìm kiếm %(url)s %(what)s. Giấy tờ trong kho vẫn an toàn và sẽ được đưa vào chỉ mục sau.")
        return said % {"url": self._address.url, "what": what}

    def current(self) -> str:
        """The index that answers; made if there is none.

        Raises:
            Unavailable: there is one of another make only, and it must be rebuilt (`khoso reindex`).
        """
        found = self._index_of(self.alias)
        if found is not None:
            return found
        others = self.other_makes()
        if others:
            said = _(
                "Chỉ mục tìm kiếm %(others)s thuộc phiên bản khác của chương trình (cần %(alias)s)."
                " Hãy chạy «khoso reindex»; giấy tờ trong kho vẫn an toàn."
            )
            raise Unavailable(said % {"others": ", ".join(others), "alias": self.alias})
        self.create(f"{self.alias}-1", self.alias)
        return self._index_of(self.alias) or self._adopt(f"{self.alias}-1")

    def await_open(self) -> None:
        """Wait a little for the index in use to open."""
        with self.asking() as client:
            client.options(ignore_status=408).cluster.health(
                index=self.alias, wait_for_status="yellow", timeout=f"{int(SEARCH_SECONDS) - 1}s"
            )

    def next(self) -> str | None:
        """The index being built beside the one in use."""
        return self._index_of(self.next_alias)

    def open_indexes(self) -> list[str]:
        """Every index that is to be written to: the one in use and the one being built."""
        with self.asking() as client:
            found = self._aliases(client, self.alias, self.next_alias)
        if not any(self.alias in aliases for aliases in found.values()):
            raise Gone(self.alias)
        return sorted(found)

    def other_makes(self) -> list[str]:
        """Aliases in use of indexes of other makes."""
        names = f"{self._address.prefix}-entries-m*"
        with self.asking() as client:
            found = client.indices.get_alias(name=names, ignore_unavailable=True).body
        aliases = {alias for one in found.values() for alias in one["aliases"]}
        return sorted(alias for alias in aliases if alias != self.alias and alias.count("-") == self.alias.count("-"))

    def create(self, index: str, *aliases: str, generation: str = "") -> None:
        """Make an empty index under these aliases; nothing if another process just made it."""
        with self.writing() as client:
            answer = client.options(ignore_status=400).indices.create(
                index=index,
                aliases={alias: {} for alias in (*aliases, f"{index}-put")},
                mappings=mapping(generation or SHARED + token_hex(8)),
                settings=settings(shards=self._address.shards),
                wait_for_active_shards=1,
            )
        cause = _cause(answer.body)
        if cause and cause.get("type") != "resource_already_exists_exception":
            raise Unavailable(self._said(_("không tạo được chỉ mục (%(detail)s)") % {"detail": cause.get("reason")}))

    def generation(self, index: str) -> str:
        """The name an index was given when it was made."""
        with self.asking() as client:
            body = client.indices.get_mapping(index=index).body
        (one,) = body.values()
        return str(one["mappings"].get("_meta", {}).get("generation", index))

    def swap(self, index: str) -> None:
        """From now on this one answers, in one step; those before it are deleted."""
        with self.writing() as client:
            before = [one for one in self._named(client, self.alias, *self.other_makes()) if one != index]
            actions: list[dict[str, Any]] = [
                {"remove": {"index": f"{self.alias}-*", "alias": name, "must_exist": False}}
                for name in (self.alias, self.next_alias)
            ]
            client.indices.update_aliases(actions=[*actions, {"add": {"index": index, "alias": self.alias}}])
            if before:
                client.indices.delete(index=before, ignore_unavailable=True)

    def hurry(self, index: str) -> None:
        """From now on this index is written to as fast as it can be; what was written may be lost with the server."""
        with self.writing() as client:
            client.indices.put_settings(index=index, settings=BUILDING)

    def settle(self, index: str) -> None:
        """What was written to this index is durable, and what will be."""
        with self.writing() as client:
            client.indices.put_settings(index=index, settings=SETTLED)
            client.indices.flush(index=index, wait_if_ongoing=True)

    def gather(self, index: str) -> None:
        """Put what was written to this index together in few segments, so that each word of a question is looked up in few
        places. What takes longer than `GATHER_SECONDS` the server ends alone.
        """
        with self.writing() as client:
            size = client.indices.stats(index=index, metric="store")["_all"]["primaries"]["store"]["size_in_bytes"]
            few = max(FEW_SEGMENTS, -(-int(size) // LARGEST_SEGMENT))
            client.indices.forcemerge(index=index, max_num_segments=few, wait_for_completion=False)
        until, idle = time.monotonic() + GATHER_SECONDS, 0
        while idle < _IDLE_LOOKS and time.monotonic() < until:
            time.sleep(_LOOK_AGAIN)
            with self.writing() as client:
                told = client.indices.stats(index=index, metric=["merge", "segments"])["_all"]["primaries"]
            if told["segments"]["count"] <= few:
                return
            # Others write to it meanwhile: it need not ever be as few.
            idle = 0 if told["merges"]["current"] else idle + 1

    def delete(self, index: str) -> None:
        with self.writing() as client:
            client.indices.delete(index=index, ignore_unavailable=True)

    def refresh(self, *indexes: str) -> None:
        """Make what was written there findable."""
        with self.writing() as client:
            client.indices.refresh(index=list(indexes))

    def close(self) -> None:
        if self._client is not None and self._client[0] == os.getpid():
            self._client[1].close()
        self._client = None

    def _adopt(self, index: str) -> str:
        """Our index stands there without its alias (somebody took it away): it gets it back."""
        with self.writing() as client:
            client.indices.put_alias(index=index, name=self.alias)
        return index

    def _index_of(self, alias: str) -> str | None:
        with self.asking() as client:
            found = self._named(client, alias)
        return found[0] if found else None

    def _named(self, client: Elasticsearch, *aliases: str) -> list[str]:
        return sorted(self._aliases(client, *aliases))

    @staticmethod
    def _aliases(client: Elasticsearch, *aliases: str) -> Mapping[str, frozenset[str]]:
        """Index → those of these aliases it has. The answer to some missing ones is 404 with those that are there."""
        found = client.options(ignore_status=404).indices.get_alias(name=list(aliases)).body
        return {
            index: frozenset(one["aliases"])
            for index, one in found.items()
            if isinstance(one, dict) and "aliases" in one
        }


def _cause(body: object) -> Mapping[str, Any]:
    """The cause inside an error's body."""
    error = body.get("error") if isinstance(body, dict) else None
    return error if isinstance(error, dict) else {}
