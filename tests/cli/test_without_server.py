"""The counter PC's package alone: `khoso` says what is missing instead of failing."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WITHOUT_DJANGO = """
import importlib.abc, importlib.util, sys
found = importlib.util.find_spec
importlib.util.find_spec = lambda name, *more: None if name == "django" else found(name, *more)
from khoso.cli import main
sys.exit(main(["find", "abc"]))
"""


def test_the_missing_server_part_is_named(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_DJANGO], capture_output=True, text=True, timeout=60, cwd=ROOT, check=False
    )
    assert done.returncode == 4
    assert "khoso[server]" in done.stderr
    assert "Traceback" not in done.stderr
