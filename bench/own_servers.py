"""Places of a benchmark's own on the servers the environment names: database, bucket, index; gone afterwards.

The servers are those of `make test-services`: DATABASE_URL, REDIS_URL, S3_ENDPOINT, S3_ACCESS_KEY, S3_SECRET_KEY and
ELASTICSEARCH_URL; the keys must be allowed to pass locks, or the bucket stays.
"""

import contextlib
import os
import secrets
from collections.abc import Iterator
from urllib.parse import urlsplit


@contextlib.contextmanager
def own_places(purpose: str) -> Iterator[dict[str, str]]:
    """Khoso's settings for an empty database, a bucket that is not there yet, and an index of its own."""
    import psycopg
    from elasticsearch import Elasticsearch

    name = f"khoso_{purpose}_{secrets.token_hex(4)}"
    bucket, at = name.replace("_", "-"), os.environ["DATABASE_URL"]
    with psycopg.connect(at, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")  # type: ignore[call-overload]  # a name of our own
    try:
        yield {
            "KHOSO_DATABASE_URL": urlsplit(at)._replace(path=f"/{name}").geturl(),
            "KHOSO_SECRET_KEY": secrets.token_hex(32),
            "KHOSO_STORE_URL": f"{os.environ['S3_ENDPOINT']}/{bucket}",
            "KHOSO_S3_ACCESS_KEY": os.environ["S3_ACCESS_KEY"],
            "KHOSO_S3_SECRET_KEY": os.environ["S3_SECRET_KEY"],
            "KHOSO_ELASTICSEARCH_URL": os.environ["ELASTICSEARCH_URL"],
            "KHOSO_ELASTICSEARCH_PREFIX": bucket,
            "KHOSO_REDIS_URL": os.environ["REDIS_URL"],
        }
    finally:
        with psycopg.connect(at, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")  # type: ignore[call-overload]
        _empty(bucket)
        search = Elasticsearch(os.environ["ELASTICSEARCH_URL"], request_timeout=30)
        for index in search.indices.get(index=f"{bucket}*", expand_wildcards="all", ignore_unavailable=True):
            search.indices.delete(index=index, ignore_unavailable=True)
        search.close()


def _empty(bucket: str) -> None:
    from minio import Minio

    store = urlsplit(os.environ["S3_ENDPOINT"])
    keys = os.environ["S3_ACCESS_KEY"], os.environ["S3_SECRET_KEY"]
    client = Minio(endpoint=store.netloc, access_key=keys[0], secret_key=keys[1], secure=store.scheme == "https")
    if not client.bucket_exists(bucket_name=bucket):
        return
    for item in client.list_objects(bucket_name=bucket, recursive=True, include_version=True):
        client._execute(  # noqa: SLF001 - the client's own call has no way past a lock
            "DELETE",
            bucket,
            item.object_name,
            query_params={"versionId": str(item.version_id)},
            headers={"x-amz-bypass-governance-retention": "true"},
        )
    client.remove_bucket(bucket_name=bucket)
