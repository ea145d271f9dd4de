"""Draws what the docs show of the code's own tables: the journey, the settings. `--check` fails when a page is old."""

import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

DOCS = Path(__file__).resolve().parent.parent / "docs"


def _journey() -> str:
    from khoso.pipeline import drawing

    return f"```mermaid\n{drawing()}\n```"


def _settings() -> str:
    from khoso.configuration import table

    return table()


DRAWN: tuple[tuple[str, str, str, Callable[[], str]], ...] = (
    ("architecture.md", "<!-- drawn by deploy/draw.py -->\n", "\n<!-- end of drawing -->", _journey),
    ("operating.md", "<!-- settings, from khoso/configuration.py -->\n", "\n<!-- end of settings -->", _settings),
)


def main() -> int:
    """Returns 1 when `--check` finds an old page."""
    os.environ["KHOSO_HOME"] = tempfile.gettempdir()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "khoso.settings")
    import django

    django.setup()
    old = 0
    for name, opening, closing, draw in DRAWN:
        page = DOCS / name
        text = page.read_text(encoding="utf-8")
        before, rest = text.split(opening)
        after = rest.split(closing)[1]
        new = before + opening + draw() + closing + after
        if "--check" not in sys.argv:
            page.write_text(new, encoding="utf-8")
        elif new != text:
            sys.stderr.write(f"docs/{name} shows an old table: run `.venv/bin/python deploy/draw.py`\n")
            old = 1
    return old


if __name__ == "__main__":
    sys.exit(main())
