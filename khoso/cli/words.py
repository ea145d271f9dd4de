"""The command line's language: Vietnamese in the source, English from `khoso/locale`, asked of stdlib gettext.

The help of a command must not wait for Django, so these sentences are looked up by gettext alone. What is said by the
code below (states, labels, reasons) is looked up by Django, in the language `khoso.embedded.prepare_settings` sets.
"""

import argparse
import gettext
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import khoso
from khoso.kernel.errors import Refused

LANGUAGES = ("vi", "en")
DOMAIN = "django"
SETTING = "KHOSO_LANGUAGE"
LOCALE = Path(khoso.__file__).parent / "locale"


def _(text: str) -> str:
    """A sentence of the source in the reader's language."""
    return gettext.gettext(text) if text else ""


def language(wanted: str | None, environ: Mapping[str, str]) -> str:
    """`vi` or `en`: what was asked for, else what the environment speaks; Vietnamese unless it is English."""
    if wanted:
        return wanted
    for name in (SETTING, "LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        if environ.get(name):
            return "en" if environ[name].split(":")[0].lower().startswith("en") else "vi"
    return "vi"


def wanted_language(arguments: Sequence[str]) -> str | None:
    """The value of `--lang`, wherever it stands; None if it is absent or will be found wrong later."""
    early = argparse.ArgumentParser(add_help=False, allow_abbrev=False, exit_on_error=False)
    early.add_argument("--lang")
    try:
        lang = early.parse_known_args(list(arguments))[0].lang
    except argparse.ArgumentError:
        return None
    return lang if lang in LANGUAGES else None


@contextmanager
def speaking(lang: str) -> Iterator[None]:
    """Speak `lang` within the block: argparse's own words («usage», «required») too, which ask the global gettext."""
    domain, before = gettext.textdomain(), {name: os.environ.get(name) for name in ("LANGUAGE", SETTING)}
    gettext.bindtextdomain(DOMAIN, str(LOCALE))
    gettext.textdomain(DOMAIN)
    os.environ.update(dict.fromkeys(before, lang))  # SETTING: for Django's settings and the processes started from here
    try:
        yield
    finally:
        gettext.textdomain(domain)
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def told(error: BaseException) -> str:
    """What an error says, in the reader's language. Also where Django is not there."""
    if isinstance(error, Refused):
        return error.reason.sentence(_)
    return str(error)
