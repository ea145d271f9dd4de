"""The WSGI application: gunicorn's `khoso.wsgi:application`. A mistaken configuration ends here, with every mistake named.

So does the store of another Kho: pages must not take papers into it. Where the store or the catalogue is away at the start
nothing is judged, and `/readyz` does so later.
"""

import contextlib
import gc
import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import Error, connection
from django.urls import get_resolver

from khoso.configuration import require
from khoso.embedded import require_own_store

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "khoso.settings")
application = get_wsgi_application()
require(settings.KHOSO)

from khoso.wiring import open_store, tools  # noqa: E402 - its models need what was just set up

with contextlib.suppress(Error):
    require_own_store(open_store())
connection.close()
# Every page's code is loaded now and left out of garbage collection for good: looking through all of it again and again
# held up one page in some with a pause of a tenth of a second (measured with bench/pages.py). The same for what the first
# upload would wait for, half a second on slow cores: the libraries of the store and of signing.
len(get_resolver().url_patterns)
with tools():
    pass
gc.collect()
gc.freeze()
