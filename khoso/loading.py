"""Whatever a worker will need, loaded before it forks: see `khoso.nursery`."""

import importlib

from django.db import connections

from ocr.extraction import places as places_on_paper
from ocr.extraction import vocabulary
from search import places as places_searched_for

_LIBRARIES = ("compose.textlayer", "khoso.worker", "search.adapters.sqlite", "signing.pades", "signing.devca")


def load_libraries() -> None:
    """What needs no database."""
    for name in _LIBRARIES:
        importlib.import_module(name)
    places_on_paper.load()
    vocabulary.load()


def load_tables() -> None:
    """What is kept of the code tables; afterwards no connection is left open."""
    try:
        places_searched_for.names_now()
    finally:
        for connection in connections.all():
            connection.close()
            close_pool = getattr(connection, "close_pool", None)  # PostgreSQL's has threads
            if close_pool is not None:
                close_pool()
