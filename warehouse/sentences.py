"""Reasons in the reader's language."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext

from khoso.kernel.reasons import Reason


def sentence(reason: Mapping[str, Any]) -> str:
    """The sentence of a stored reason, translated."""
    return Reason.from_json(reason).sentence(gettext)
