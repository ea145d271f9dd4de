"""What the counter PC gets: the agent alone, and a guide whose commands exist."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from scanner_agents.parser import build

ROOT = Path(__file__).parents[2]
GUIDE = ROOT / "docs" / "agent.md"
HTTPX = {"anyio", "certifi", "h11", "httpcore", "httpx", "idna", "sniffio", "typing_extensions"}
HTTPX_COMMAND = {"click", "markdown_it", "mdurl", "pygments", "rich"}  # httpx loads its own command line if it can
ALLOWED = {"scanner_agents", "platformdirs", *HTTPX, *HTTPX_COMMAND}


def test_it_loads_nothing_of_the_server_and_few_packages_besides() -> None:
    code = (
        "import sys; before = set(sys.modules); import scanner_agents.cli, httpcore; print(*set(sys.modules) - before)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = {name.partition(".")[0] for name in done.stdout.split()}
    assert loaded - set(sys.stdlib_module_names) - ALLOWED == set()


def test_every_command_in_the_guide_is_understood() -> None:
    text = GUIDE.read_text(encoding="utf-8").replace("\\\n", " ")
    lines = re.findall(r"^(?:\$ |ExecStart=%h/\.local/bin/)(khoso-agent .*?)(?:\s+#.*)?$", text, re.MULTILINE)
    assert len(lines) == 11
    for line in lines:
        arguments = shlex.split(line)[1:]
        assert build(str).parse_args(arguments).command == arguments[0]


def test_every_option_of_the_guide_exists(capsys: pytest.CaptureFixture[str]) -> None:
    for command in ("watch", "status", "serve", "batch", "retry", "forget"):
        with pytest.raises(SystemExit):
            build(str).parse_args([command, "--help"])
    known = set(re.findall(r"--[a-z-]+", capsys.readouterr().out))
    assert set(re.findall(r"`(--[a-z-]+)", GUIDE.read_text(encoding="utf-8"))) <= known
