"""The WSGI application: gunicorn's `khoso.wsgi:application`. A mistaken configuration ends here, with every mistake named."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from khoso.configuration import require

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "khoso.settings")
application = get_wsgi_application()
require(settings.KHOSO)
