"""How long somebody worked on a review: what their browser counted comes in, the seconds that can be true come out.

The browser counts seconds in which the page was shown and a sign of life (key, mouse, scrolling) was no older than a minute.
It is believed only up to the time since the page was handed out; `indicators` believes it only up to the time since the
step before. Without a script, by command and by API nothing is counted: then the time is unknown, not nought.
"""

import re
from datetime import datetime
from uuid import UUID

from django.core import signing

_SALT = "ocr.attention"
_SECONDS = re.compile(r"[0-9]{1,6}")


def handed_out(document: UUID, *, now: datetime) -> str:
    """What a review page carries so that the time it was handed out is known when it comes back."""
    return signing.dumps([str(document), now.timestamp()], salt=_SALT)


def attended(document: UUID, handed: str, counted: str, *, now: datetime) -> float | None:
    """Seconds somebody worked on the page; None where nothing believable tells.

    Args:
        handed: what `handed_out` made.
        counted: whole seconds, as the browser says.
    """
    try:
        known, at = signing.loads(handed, salt=_SALT)
    except signing.BadSignature:
        return None
    if known != str(document) or not _SECONDS.fullmatch(counted):
        return None
    return min(float(counted), max(0.0, now.timestamp() - float(at)))
