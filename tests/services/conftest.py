"""Tests against real servers. A missing address fails the test: whoever runs these means them."""

import contextlib
import os
import uuid
from urllib.parse import urlsplit

import pytest
from elasticsearch import Elasticsearch

from search.adapters.elasticsearch import ElasticsearchIndex
from search.adapters.elasticsearch_cluster import Address
from warehouse.adapters.s3 import S3Store
from warehouse.adapters.s3_talk import S3Settings, client_for


@pytest.fixture
def needed():
    """Reads an environment variable that must be set."""

    def value(name):
        if not os.environ.get(name):
            pytest.fail(f"{name} is not set: start the servers and set the addresses they print")
        return os.environ[name]

    return value


@pytest.fixture
def s3_settings(needed):
    """A bucket of this test's own."""
    settings = S3Settings(
        url=needed("S3_ENDPOINT"),
        bucket=f"khoso-test-{uuid.uuid4().hex[:20]}",
        access_key=needed("S3_ACCESS_KEY"),
        secret_key=needed("S3_SECRET_KEY"),
        erasure_access_key=needed("S3_ACCESS_KEY"),
        erasure_secret_key=needed("S3_SECRET_KEY"),
    )
    yield settings
    empty_bucket(settings)


@pytest.fixture
def s3_store(s3_settings):
    return S3Store(s3_settings)


@pytest.fixture
def raw(s3_settings):
    """Another client, which knows nothing of Khoso."""
    return client_for(s3_settings)


def empty_bucket(settings):
    """Remove a bucket with everything in it, locked or not."""
    from minio.deleteobjects import DeleteObject
    from minio.error import S3Error

    client = client_for(settings)
    with contextlib.suppress(S3Error):
        listed = client.list_objects(settings.bucket, recursive=True, include_version=True)
        wanted = [DeleteObject(item.object_name, item.version_id) for item in listed]
        for _ in client.remove_objects(settings.bucket, wanted, bypass_governance_mode=True):
            pass
        client.remove_bucket(settings.bucket)


@pytest.fixture(scope="session")
def elasticsearch_url():
    """Where the search server is; a missing address fails."""
    if not os.environ.get("ELASTICSEARCH_URL"):
        pytest.fail("ELASTICSEARCH_URL is not set: start the server and set the address it prints")
    return os.environ["ELASTICSEARCH_URL"]


def search_address(url, **more):
    """An address with index names of its own, from one with credentials in it."""
    parts = urlsplit(url)
    return Address(
        url=f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}",
        user=parts.username or "elastic",
        password=parts.password or "",
        prefix=f"khoso-test-{uuid.uuid4().hex[:12]}",
        **more,
    )


@contextlib.contextmanager
def search_index(url, *, limits=None, address=None, **more):
    """An empty index on a server, gone afterwards with everything under its prefix."""
    address = address or search_address(url, **more)
    made = ElasticsearchIndex(address, **limits or {})
    yield made
    made.close()
    with Elasticsearch(url) as raw:
        found = raw.indices.get(index=f"{address.prefix}-*").body
        if found:
            raw.indices.delete(index=sorted(found))


@pytest.fixture
def on_postgres():
    from django.db import connection

    if connection.vendor != "postgresql":
        pytest.fail("run with --ds=tests.services.settings, as make test-services does")
