"""Measures how well a search index ranks: nDCG at 10 and mean reciprocal rank over questions judged by hand.

    python bench/relevance.py [--each]
    ELASTICSEARCH_URL=http://user:password@host:9200 python bench/relevance.py

The questions, judgements and documents are those of `tests/search/judged.py`. Each question is asked as a careful person
types it, with tones, and as a hurried one does, without: the second may lose at most 5 % of nDCG. The embedded index is
measured always, Elasticsearch (under index names of its own, deleted afterwards) where its address is set.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex
from urllib.parse import urlsplit

from django.conf import settings
from elasticsearch import Elasticsearch

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from search.adapters.elasticsearch import ElasticsearchIndex
from search.adapters.elasticsearch_cluster import Address
from search.adapters.sqlite import SqliteIndex
from search.ports import SearchIndex
from tests.search.judged import DEPTH, MOST_LOST, documents, judgements, measure, toneless


@contextmanager
def embedded() -> Iterator[SearchIndex]:
    with tempfile.TemporaryDirectory() as folder:
        made = SqliteIndex(Path(folder) / "index.sqlite3")
        yield made
        made.close()


@contextmanager
def server(url: str) -> Iterator[SearchIndex]:
    """An index of its own on a server, gone afterwards."""
    place, prefix = urlsplit(url), f"khoso-relevance-{token_hex(6)}"
    address = Address(
        f"{place.scheme}://{place.hostname}:{place.port}", place.username or "", place.password or "", prefix
    )
    made = ElasticsearchIndex(address)
    try:
        yield made
    finally:
        made.close()
        with Elasticsearch(url, request_timeout=60) as raw:
            found = raw.indices.get(index=f"{prefix}-*").body
            if found:
                raw.indices.delete(index=sorted(found))


def main() -> int:
    settings.configure(USE_I18N=False)
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--each", action="store_true", help="every question below 1, with and without tones")
    given = parser.parse_args()
    judged, held = judgements(), documents()
    print(f"{len(judged)} questions, {sum(len(one.grades) for one in judged)} judgements, {len(held)} documents")
    print(f"{'index':<15}{'':8}{f'nDCG@{DEPTH}':>9}{'MRR':>8}{'lost':>8}")
    url = os.environ.get("ELASTICSEARCH_URL", "")
    kept = True
    for name, make in (("SQLite", embedded()), *((("Elasticsearch", server(url)),) if url else ())):
        with make as index:
            index.put(held)
            toned, bare = (measure(index, judged, held, typed) for typed in (str, toneless))
        lost = 1 - bare.ndcg / toned.ndcg
        kept = kept and lost <= MOST_LOST
        print(f"{name:<15}{'tones':<8}{toned.ndcg:>9.4f}{toned.mrr:>8.4f}")
        print(f"{'':<15}{'none':<8}{bare.ndcg:>9.4f}{bare.mrr:>8.4f}{lost:>8.2%}")
        if given.each:
            for typed in sorted(toned.each, key=lambda typed: toned.each[typed] + bare.each[typed]):
                if min(toned.each[typed], bare.each[typed]) < 1:
                    print(f"    {toned.each[typed]:.3f} {bare.each[typed]:.3f}  {typed}")
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
