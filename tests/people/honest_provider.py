"""An OpenID Connect provider from a package (oidc-provider-mock), in a process of its own on this machine."""

import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager


@contextmanager
def honest_provider():
    """The provider's address, once it answers."""
    words = [sys.executable, "-m", "oidc_provider_mock", "--host", "127.0.0.1", "--port", "0"]
    with subprocess.Popen(words, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True) as process:
        try:
            told = next(part for line in process.stderr for part in line.split() if part.startswith("http://127"))
            address, deadline = told.rstrip("/"), time.monotonic() + 20
            while time.monotonic() < deadline:
                try:
                    urllib.request.urlopen(address, timeout=2).close()  # noqa: S310 - our own
                    break
                except (urllib.error.URLError, OSError):
                    time.sleep(0.05)
            yield address
        finally:
            process.terminate()
