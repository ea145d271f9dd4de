"""The product's settings in a home of the test run's own: tests never touch anybody's real one."""

import os
import tempfile
from pathlib import Path

os.environ["KHOSO_HOME"] = tempfile.mkdtemp(prefix="khoso-test-home-")
for _name in ("work", "incoming", "store"):
    (Path(os.environ["KHOSO_HOME"]) / _name).mkdir()

from khoso.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # quick; strength is not what tests are about
DATABASES["default"]["TEST"] = {"NAME": Path(os.environ["KHOSO_HOME"]) / "tests.sqlite3"}  # noqa: F405
"""A file, as the product has it: in memory threads (a heartbeat beside a slow step) fail at each other's locks at once."""
