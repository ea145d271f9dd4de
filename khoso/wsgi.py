"""The WSGI application: gunicorn's `khoso.wsgi:application`. A mistaken configuration ends here, with every mistake named."""

import gc
import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from khoso.configuration import require

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "khoso.settings")
application = get_wsgi_application()
require(settings.KHOSO)
# Every page's code is loaded now and left out of garbage collection for good: looking through all of it again and again
# held up one page in some with a pause of a tenth of a second (measured with bench/pages.py).
len(get_resolver().url_patterns)
gc.collect()
gc.freeze()
