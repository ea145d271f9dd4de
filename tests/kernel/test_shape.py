"""The shape of the project itself: what is shipped, what is said, what may run."""

import configparser
import json
import subprocess
import sys
from importlib import resources
from pathlib import Path

import pytest

from khoso.kernel.reasons import SENTENCES, Reason, ReasonCode

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("code", list(ReasonCode))
def test_every_reason_has_a_sentence_that_ends(code):
    assert SENTENCES[code].endswith((".", ")", "%(detail)s"))


def test_reasons_survive_json():
    reason = Reason(ReasonCode.TOO_COARSE, {"page": 1, "dpi": 96, "least": 200})
    again = Reason.from_json(json.loads(json.dumps(reason.to_json())))
    assert again == reason
    assert "96 dpi" in again.sentence()


def test_the_agent_loads_nothing_of_the_server():
    seen = "import sys; import scanner_agents.cli; print(*(m.split('.')[0] for m in sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", seen], capture_output=True, text=True, timeout=60, check=True, cwd=ROOT
    )
    assert not {"django", "khoso", "ninja", "cv2", "pyhanko"} & set(done.stdout.split())


def test_the_wheel_carries_no_tests_and_all_data():
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg")
    wanted = setup["options.packages.find"]["include"].split()
    assert not {"tests*", "docs*", "bench*", "samples*"} & set(wanted)
    assert resources.files("catalogue").joinpath("data/document_types.json").is_file()


def test_the_help_of_every_command_has_an_example():
    top = subprocess.run(
        [sys.executable, "-m", "khoso", "--help"], capture_output=True, text=True, timeout=60, check=True, cwd=ROOT
    )
    for command in (
        "file",
        "read",
        "extract",
        "confirm",
        "correct",
        "validity",
        "board",
        "trust",
        "find",
        "show",
        "get",
        "verify",
        "seal",
        "serve",
        "check",
        "reindex",
        "backup",
        "restore",
        "migrate-home",
        "prepare",
        "doctor",
        "probe-store",
    ):
        assert command in top.stdout
        helped = subprocess.run(
            [sys.executable, "-m", "khoso", command, "--help"],
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
            cwd=ROOT,
        )
        assert "Ví dụ: khoso" in helped.stdout, command
