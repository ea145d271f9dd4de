"""The agent's language: Vietnamese in the source, English through stdlib gettext (domain `agent`)."""

import gettext
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

Say = Callable[[str], str]
"""Translates a sentence of the source into the reader's language."""

DOMAIN = "agent"
LOCALE = Path(__file__).parent / "locale"
LANGUAGES = ("vi", "en")


def N_(text: str) -> str:  # noqa: N802 - gettext's own name for "translate later"
    """Marks a sentence for the catalogue; whoever shows it translates it."""
    return text


def language(wanted: str | None, environ: Mapping[str, str]) -> str:
    """`vi` or `en`: what was asked for, else what the environment speaks; Vietnamese unless it is English."""
    if wanted:
        return wanted
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        if environ.get(name):
            return "en" if environ[name].split(":")[0].lower().startswith("en") else "vi"
    return "vi"


def voice(lang: str) -> Say:
    """The translator for `vi` or `en`."""
    return gettext.translation(DOMAIN, localedir=LOCALE, languages=[lang], fallback=True).gettext


@contextmanager
def speaking(lang: str) -> Iterator[Say]:
    """Speak `lang` within the block.

    argparse asks the global gettext for its own words («usage», «required»), so the global domain and language are
    set for the block too and put back afterwards.
    """
    domain, before = gettext.textdomain(), os.environ.get("LANGUAGE")
    gettext.bindtextdomain(DOMAIN, str(LOCALE))
    gettext.textdomain(DOMAIN)
    os.environ["LANGUAGE"] = lang
    try:
        yield voice(lang)
    finally:
        gettext.textdomain(domain)
        if before is None:
            del os.environ["LANGUAGE"]
        else:
            os.environ["LANGUAGE"] = before
