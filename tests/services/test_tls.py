"""Every server behind TLS, its certificate judged by the roots `KHOSO_CA_FILE` names: a stranger's is refused, by each of them."""

from dataclasses import replace
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest

from khoso import postgres
from khoso.celery import make_app
from khoso.celery_bell import CeleryBell, CeleryListener
from khoso.configuration import load, require
from khoso.kernel.doorbell import Queue
from khoso.kernel.errors import Unavailable
from search.adapters.elasticsearch import ElasticsearchIndex
from warehouse.adapters.s3 import S3Store
from warehouse.shelf import put_bytes

from .conftest import empty_bucket, search_address, search_index
from .tls_line import Lines, make_authority

pytestmark = pytest.mark.services


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return make_authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def line(needed, authority):
    """Where to call a server over TLS; `None` for roots is those of the system, which do not know it."""
    names = ("DATABASE_URL", "S3_ENDPOINT", "ELASTICSEARCH_URL", "REDIS_URL")
    ports = {name: urlsplit(needed(name)).port for name in names}
    with Lines(ports.values(), authority[1], asked=ports["DATABASE_URL"]) as lines:

        def to(name, scheme):
            url = urlsplit(needed(name))
            return urlunsplit(
                url._replace(scheme=scheme, netloc=url.netloc.replace(str(url.port), str(lines.near[url.port])))
            )

        yield to


def configured(url, setting, roots):
    """What a process is told: this server and perhaps the roots."""
    given = {f"KHOSO_{setting}": url, "KHOSO_SECRET_KEY": "s" * 40}
    return require(load({**given, "KHOSO_CA_FILE": str(roots)} if roots else given))


@pytest.mark.parametrize("trusted", [True, False])
def test_postgresql(line, authority, trusted):
    url = line("DATABASE_URL", "postgresql") + "?sslmode=verify-full"
    made = configured(url, "DATABASE_URL", authority[0] if trusted else None).postgres
    place = {"HOST": made.host, "PORT": made.port, "NAME": made.name, "USER": made.user, "PASSWORD": made.password}
    place["OPTIONS"] = {**postgres.OPTIONS, **made.options, "pool": {}}
    if trusted:
        postgres.knock(place)
        return
    with pytest.raises(psycopg.OperationalError, match="certificate verify failed"):
        postgres.knock(place)


@pytest.mark.parametrize("trusted", [True, False])
def test_the_doorbell(line, authority, trusted):
    app = make_app(configured(line("REDIS_URL", "rediss"), "REDIS_URL", authority[0] if trusted else None).redis)
    app.conf.broker_transport_options = {**app.conf.broker_transport_options, "global_keyprefix": "tls-test."}
    bell, listener = CeleryBell(app), CeleryListener(app, (Queue.DESK,))
    try:
        bell.ring(Queue.DESK)
        assert any(listener.wait(2) for _ in range(5 if trusted else 1)) is trusted
    finally:
        bell.close()
        listener.close()


def test_the_store(line, authority, s3_settings):
    settings = replace(s3_settings, url=line("S3_ENDPOINT", "https"))
    with pytest.raises(Unavailable, match="certificate"):
        put_bytes(S3Store(settings), b"a page")
    try:
        store = S3Store(replace(settings, ca_file=authority[0]))
        stored = put_bytes(store, b"a page")
        assert b"".join(store.open(stored.digest)) == b"a page"
    finally:
        empty_bucket(s3_settings)


def test_the_index_and_one_in_the_clear_beside_others_with_tls(line, authority, elasticsearch_url):
    address = search_address(elasticsearch_url, ca_file=authority[0])
    with search_index(elasticsearch_url, address=address) as in_the_clear:
        generation = in_the_clear.generation()
        place = line("ELASTICSEARCH_URL", "https").rpartition("@")[2]
        address = replace(address, url=f"https://{place}")
        trusted = ElasticsearchIndex(address)
        assert trusted.generation() == generation
        trusted.close()
        stranger = ElasticsearchIndex(replace(address, ca_file=None))
        with pytest.raises(Unavailable, match=r"TlsError.*certificate verify failed"):
            stranger.generation()
        stranger.close()
