"""What decides how a page is read besides the readers' models, as one name: `parameters@1f3a5c7e`.

It is the digest of the program text that finds lines, cuts strips, asks the readers and chooses words, and of the
language model's data. So no constant can change without the name: pages kept under another name are read anew.
"""

import hashlib
from functools import cache
from pathlib import Path

_HERE = Path(__file__).resolve().parent
_DECIDE = ("sight/*.py", "language/*.py", "language/data/*", "upright.py", "arbiter.py", "*_child.py")


@cache
def parameters() -> str:
    """The same for the same program, on every machine."""
    digest = hashlib.sha256()
    for path in sorted(path for pattern in _DECIDE for path in _HERE.glob(pattern) if path.is_file()):
        digest.update(path.relative_to(_HERE).as_posix().encode() + b"\0" + path.read_bytes())
    return f"parameters@{digest.hexdigest()[:8]}"
