"""The product's settings on a real PostgreSQL, for `pytest --ds=tests.services.settings`: pytest makes a database of its own."""

import os
from urllib.parse import urlsplit

_OURS = {
    "KHOSO_DATABASE_URL": os.environ["DATABASE_URL"],
    "KHOSO_SECRET_KEY": "only for tests, and long enough for them",
}
os.environ.update(_OURS)

from tests.settings import *  # noqa: F403
from tests.settings import DATABASES

for _name in _OURS:  # programs that tests start have a home, or a database, of their own
    del os.environ[_name]

# Each run its own: the server is shared by whoever works on this machine.
DATABASES["default"]["TEST"] = {
    "NAME": f"khoso_test_{urlsplit(os.environ['DATABASE_URL']).path.strip('/')}_{os.getpid()}"
}
