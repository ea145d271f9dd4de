"""What arguments may be, for parsers of several commands."""

import argparse

from khoso.cli.words import _


def count(text: str, *, most: int | None = None) -> int:
    """How many of something, at least one."""
    found = int(text) if text.isascii() and text.isdigit() else 0
    if found >= 1 and (most is None or found <= most):
        return found
    if most is None:
        raise argparse.ArgumentTypeError(_("cần một số từ 1, không phải %(text)s") % {"text": repr(text)})
    raise argparse.ArgumentTypeError(
        _("cần một số từ 1 đến %(most)s, không phải %(text)s") % {"most": most, "text": repr(text)}
    )
