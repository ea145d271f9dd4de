"""Draws the journey into docs/architecture.md from the code's own table; `--check` fails when the drawing is old."""

import os
import sys
import tempfile
from pathlib import Path

PAGE = Path(__file__).resolve().parent.parent / "docs" / "architecture.md"
OPEN, CLOSE = "<!-- drawn by deploy/draw.py -->\n```mermaid\n", "\n```\n<!-- end of drawing -->"


def main() -> int:
    """Returns 1 when `--check` finds an old drawing."""
    os.environ["KHOSO_HOME"] = tempfile.gettempdir()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "khoso.settings")
    import django

    django.setup()
    from khoso.pipeline import drawing

    text = PAGE.read_text(encoding="utf-8")
    before, rest = text.split(OPEN)
    _old, after = rest.split(CLOSE)
    new = before + OPEN + drawing() + CLOSE + after
    if "--check" in sys.argv:
        if new != text:
            sys.stderr.write("docs/architecture.md shows an old journey: run `.venv/bin/python deploy/draw.py`\n")
        return int(new != text)
    PAGE.write_text(new, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
