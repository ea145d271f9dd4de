"""The composition root: the only place that reads settings and names adapters. Tools are made here and handed down.

An adapter is imported where it is made: a server's libraries are loaded only where that server is configured, the
signer's only where something may be signed, so that a question to the index starts in half the time.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from khoso.configuration import Configuration
from khoso.kernel.clock import system_clock
from khoso.kernel.doorbell import Doorbell, InProcessBell, Listener, Queue
from pages.helper import Helper
from people.ports import IdentityProvider, Safe
from search.ports import SearchIndex
from warehouse.adapters.local import LocalStore
from warehouse.filing import Keeping
from warehouse.ports import ObjectStore

if TYPE_CHECKING:
    from khoso.pipeline import Tools
    from ocr.ports import OcrEngine
    from people.adapters.oidc import OidcSettings
    from search.adapters.elasticsearch import ElasticsearchIndex
    from search.adapters.elasticsearch_cluster import Address
    from signing import devca
    from signing.ports import Key
    from warehouse.adapters.s3 import S3Store
    from warehouse.adapters.s3_probe import Probe
    from warehouse.adapters.s3_talk import S3Settings

log = logging.getLogger(__name__)


class DevelopmentKeyring:
    """Keys of the development CA: everybody has one, nobody's is worth anything in law."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def root(self) -> Path:
        """The authority's certificate, made if it is not there yet: also who never signs must know whom to trust."""
        path = self._folder / "root.pem"
        return path if path.is_file() else self._authority.folder / path.name

    @cached_property
    def _authority(self) -> "devca.DevelopmentCA":
        from signing import devca

        return devca.ensure(self._folder, clock=system_clock)

    def person(self, username: str, name: str, unit: str) -> "Key | None":
        return self._authority.person_key(name, unit)

    def agency(self, name: str) -> "Key | None":
        return self._authority.agency_key(name)


def configured() -> Configuration:
    """What the operator has set."""
    made: Configuration = settings.KHOSO
    return made


def engine_for(helper: Helper) -> "OcrEngine":
    """The configured reader: one of ours by its name, or a class called with the helper.

    Raises:
        Unavailable: there is no such class.
    """
    from khoso.readers import engine_named

    return engine_named(configured().ocr_engine, helper, _)


def make_tools(helper: Helper) -> "Tools":
    """The configured tools around one helper (one thread at a time)."""
    from khoso.pipeline import Tools
    from signing.pades import PadesSigner

    home = configured().home
    keyring = DevelopmentKeyring(home / "ca")
    return Tools(
        store=open_store(),
        index=open_index(),
        engine=engine_for(helper),
        helper=helper,
        signer=PadesSigner(helper=helper),
        own_signer=PadesSigner(),
        keyring=keyring,
        doorbell=doorbell(),
        clock=system_clock,
        work=home / "work",
        agency=configured().agency_name,
        code_template=configured().code_template,
        trust=(keyring.root, *sorted((home / "trust").glob("*"))),
        keeping=keeping(),
    )


@cache
def doorbell() -> Doorbell:
    """The bell of this process: Celery's where a broker is configured. Its libraries are loaded only then."""
    if configured().redis is None:
        return InProcessBell()
    from khoso.celery import app
    from khoso.celery_bell import CeleryBell

    return CeleryBell(app)


def listener(queues: Sequence[Queue]) -> Listener:
    """What a worker listens with."""
    if configured().redis is None:
        return InProcessBell()
    from khoso.celery import app
    from khoso.celery_bell import CeleryListener

    return CeleryListener(app, queues)


def celery_workers() -> int:
    """How many stock Celery workers answer; none where no broker is configured or it is away. Takes up to a second."""
    if configured().redis is None:
        return 0
    from khoso.celery import app
    from khoso.celery_bell import answering

    return answering(app)


def keeping() -> Keeping:
    """How long filed papers are locked."""
    years = dict(configured().keep_years)
    return Keeping(years.pop(""), years)


def open_store() -> ObjectStore:
    """The configured store: a bucket on an S3 server, whose libraries are loaded only then, or a folder of the home."""
    server = configured().s3
    if server is None:
        return LocalStore(configured().home / "store")
    from warehouse.adapters.s3_talk import S3Settings

    return _bucket(
        S3Settings(
            url=f"{'https' if server.secure else 'http'}://{server.endpoint}",
            bucket=server.bucket,
            access_key=server.access_key,
            secret_key=server.secret_key,
            erasure_access_key=server.erase_access_key,
            erasure_secret_key=server.erase_secret_key,
            region=server.region,
            compliance=server.retention_mode == "COMPLIANCE",
            encrypted=server.encrypted,
            ca_file=server.ca_file,
        )
    )


def probe_of(url: str, bucket: str) -> "Probe | None":
    """A probe of a server; with an empty `bucket` of one made for it. None: no keys are set."""
    access, secret = settings.KHOSO_PROBE_KEYS
    made = configured()
    if made.s3_access_key and made.s3_secret_key:
        access, secret = made.s3_access_key, made.s3_secret_key
    if not access or not secret:
        return None
    from warehouse.adapters.s3_probe import Probe
    from warehouse.adapters.s3_talk import S3Settings

    return Probe(S3Settings(url, bucket, access, secret, region=made.s3_region, ca_file=made.ca_file))


@cache
def _bucket(server: "S3Settings") -> "S3Store":
    """One store per process: its connections and the look at its bucket are for all requests."""
    from warehouse.adapters.s3 import S3Store

    return S3Store(server)


def open_index() -> SearchIndex:
    """The configured index: Elasticsearch, whose libraries are loaded only then, or a file of the home."""
    server = configured().elasticsearch
    if server is None:
        from search.adapters.sqlite import SqliteIndex

        return SqliteIndex(configured().home / "index.sqlite3")
    from search.adapters.elasticsearch_cluster import Address

    return _index_on(
        Address(
            url=server.url, user=server.user, password=server.password, prefix=server.prefix, ca_file=server.ca_file
        )
    )


@cache
def _index_on(address: "Address") -> "ElasticsearchIndex":
    """One for each process: it keeps connections, and remembers that the server just kept silent."""
    from search.adapters.elasticsearch import ElasticsearchIndex

    return ElasticsearchIndex(address)


def open_folder(folder: Path) -> LocalStore:
    """A folder of objects that is not this Kho's own: the shelf of a backup."""
    return LocalStore(folder)


def open_safe() -> Safe:
    """Where second factors are locked: with keys of their own, else with one made of the secret key."""
    from people.adapters.safe import FernetSafe

    return FernetSafe(configured().factor_keys or (settings.SECRET_KEY,))


def identity_provider() -> IdentityProvider | None:
    """Who else vouches for people; None where nobody is configured."""
    made = configured()
    if not made.oidc_issuer:
        return None
    from people.adapters.oidc import OidcSettings

    return _provider(
        OidcSettings(
            issuer=made.oidc_issuer,
            client_id=made.oidc_client_id,
            client_secret=made.oidc_client_secret,
            name=made.oidc_name,
            levels=made.oidc_levels,
            strong_levels=made.oidc_strong_levels,
            ca_file=made.ca_file,
        )
    )


@cache
def _provider(given: "OidcSettings") -> IdentityProvider:
    """One for each process: it keeps the provider's description and keys."""
    from people.adapters.oidc import OidcProvider

    return OidcProvider(given, clock=system_clock)


@contextmanager
def tools() -> "Iterator[Tools]":
    """Tools for the length of a command; the helper ends with it."""
    with Helper() as helper:
        yield make_tools(helper)


class ToolsMiddleware:
    """Gives each request its tools, made when a view first asks (`request.tools`), and ends its helper afterwards."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        lazy = _LazyTools()
        request.tools = lazy  # type: ignore[attr-defined]
        try:
            return self._get_response(request)
        finally:
            lazy.close()


class _LazyTools:
    """Looks like Tools; makes them at the first touch. What taking a sheet in needs is there without the rest."""

    clock = staticmethod(system_clock)

    def __init__(self) -> None:
        self._helper: Helper | None = None

    @cached_property
    def _tools(self) -> "Tools":
        self._helper = Helper()
        return make_tools(self._helper)

    @cached_property
    def store(self) -> ObjectStore:
        return open_store()

    @property
    def doorbell(self) -> Doorbell:
        return doorbell()

    @property
    def safe(self) -> Safe:
        return open_safe()

    @property
    def provider(self) -> IdentityProvider | None:
        return identity_provider()

    def __getattr__(self, name: str) -> object:
        return getattr(self._tools, name)

    def close(self) -> None:
        if self._helper is not None:
            self._helper.close()
