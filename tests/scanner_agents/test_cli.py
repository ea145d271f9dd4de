"""The command line: exit codes, both languages, machine output, and what a person may do to the queue."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from scanner_agents.cli import main
from scanner_agents.files import Lock
from scanner_agents.outbox import Outbox
from scanner_agents.records import State
from tests.scanner_agents.kho import DOCUMENTS, Fault, Kho

PACE = [
    "--settle",
    "0",
    "--quiet",
    "0",
    "--interval",
    "0.01",
    "--patience",
    "0.3",
    "--retry-first",
    "0.01",
    "--retry-most",
    "0.02",
]
ROOT = Path(__file__).parents[2]


class Run:
    """Runs commands on one queue."""

    def __init__(self, folder: Path, queue: Path, kho: Kho, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self.queue, self.kho, self._capsys = folder, queue, kho, capsys
        self.out = self.err = ""

    def __call__(self, *arguments: str, lang: str = "vi") -> int:
        try:
            code = main([*arguments, "--queue", str(self.queue), "--lang", lang])
        except SystemExit as stopped:
            code = int(stopped.code or 0)
        self.out, self.err = self._capsys.readouterr()
        return code

    def once(self, *more: str, lang: str = "vi") -> int:
        return self("watch", str(self.folder), "--server", self.kho.url, "--once", *PACE, *more, lang=lang)

    def objects(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]


@pytest.fixture
def run(
    folder: Path, queue: Path, kho: Kho, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Run:
    monkeypatch.delenv("KHOSO_AGENT_TOKEN", raising=False)
    return Run(folder, queue, kho, capsys)


def test_done(run: Run) -> None:
    (run.folder / "a.pdf").write_bytes(b"x")
    assert run.once("--desk", "Quầy 3", "--dossier", "H36.12-230101-0001", "--owner", "001", "--owner-name", "MẪU") == 0
    assert run.kho.bodies[0]["desk"] == "Quầy 3"
    assert run.kho.bodies[0]["owner_name"] == "MẪU"
    assert "Máy chủ đã nhận «a.pdf»" in run.out
    assert run.once() == 0


def test_events_for_machines(run: Run) -> None:
    (run.folder / os.fsdecode(b"\xff\n.pdf")).write_bytes(b"x")
    assert run.once("--json") == 0
    told = run.objects()
    assert [line["event"] for line in told] == ["started", "token_missing", "taken", "format_unknown", "received"]
    assert told[2]["name"] == "\ufffd\n.pdf"
    assert all(line["time"] for line in told)


def test_server_away(run: Run) -> None:
    (run.folder / "a.pdf").write_bytes(b"x")
    run.kho.stop()
    assert run.once() == 4
    assert "còn 1 giấy tờ chưa gửi được" in run.err


def test_all_refused_or_some(run: Run) -> None:
    run.kho.refuse = lambda body: ("too_coarse", "100 dpi") if body["sheets"][0]["name"] == "bad.pdf" else None
    (run.folder / "bad.pdf").write_bytes(b"bad")
    assert run.once() == 3
    assert run.once() == 0
    assert run("retry") == 0
    (run.folder / "good.pdf").write_bytes(b"good")
    (run.folder / "bad.pdf").unlink()
    (run.folder / "new").mkdir()
    (run.folder / "new" / "bad.pdf").write_bytes(b"also bad")
    assert run.once() == 6


def test_some_not_taken(run: Run) -> None:
    (run.folder / "empty.pdf").touch()
    (run.folder / "good.pdf").write_bytes(b"x")
    (run.folder / "link.pdf").symlink_to("good.pdf")
    assert run.once() == 6
    assert "empty.pdf" in run.err
    assert "link.pdf" not in run.err
    assert len(run.kho.documents) == 1


def test_a_damaged_copy_or_outbox(run: Run) -> None:
    (run.folder / "a.pdf").write_bytes(b"x")
    run.kho.stop()
    run.once()
    (run.folder / "a.pdf").unlink()
    for copy in (run.queue / "spool").iterdir():
        copy.write_bytes(b"y")
    run.kho.start()
    assert run.once() == 5
    for path in run.queue.glob("outbox.sqlite3*"):
        path.unlink()
    (run.queue / "outbox.sqlite3").write_bytes(b"garbage" * 1000)
    assert run.once() == 5
    assert run("status") == 5
    assert "bị hỏng" in run.err


def test_the_folder_is_absent_or_no_folder(run: Run) -> None:
    run.folder.rmdir()
    assert run.once() == 4
    run.folder.write_bytes(b"")
    assert run.once() == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--server", "http://kho.example.vn"], "https"),
        (["--chunk", "1"], "1K"),
        (["--settle", "-1"], "giây"),
        (["--timeout", "0"], "giây"),
        (["--settle", "nan"], "giây"),
        (["--token", "a b"], "ASCII"),
        (["--ca", "/nonexistent"], "--ca"),
        (["--after", "burn"], "burn"),
    ],
)
def test_wrong_usage(run: Run, arguments: list[str], said: str) -> None:
    assert run.once(*arguments) == 2
    assert said in run.err


def test_queue_folder_and_place_to_move_to_must_not_meet(run: Run, tmp_path: Path) -> None:
    run.queue = run.folder / "queue"
    assert run.once() == 2
    run.queue = run.folder.parent
    assert run.once() == 2
    run.queue = tmp_path / "q"
    assert run.once("--move-to", str(run.folder)) == 2
    assert run.once("--move-to", str(run.folder / "sent")) == 2
    assert run.once("--move-to", str(run.folder / "_da-gui" / "x")) == 0
    assert run.once("--move-to", str(tmp_path / "sent")) == 0


@pytest.mark.parametrize("how", ["option", "file", "environment"])
def test_the_token_comes_from_where_it_may(run: Run, how: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run.kho.token = "secret"
    (run.folder / "a.pdf").write_bytes(b"x")
    (tmp_path / "token").write_text("secret\n")
    (tmp_path / "token").chmod(0o600)
    assert run.once() == 4
    if how == "environment":
        monkeypatch.setenv("KHOSO_AGENT_TOKEN", "secret")
    given = {"option": ["--token", "secret"], "file": ["--token-file", str(tmp_path / "token")], "environment": []}
    assert run.once(*given[how]) == 0
    assert "secret" not in run.out + run.err


def test_a_token_no_header_can_carry_in_the_environment(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KHOSO_AGENT_TOKEN", "không")
    assert run.once() == 2


# status, retry, forget


def test_no_queue_yet(run: Run) -> None:
    for command in (["status"], ["retry"], ["forget", "1", "--yes"]):
        assert run(*command) == 3
        assert "chưa có hàng đợi" in run.err
    assert not list(run.queue.iterdir())


def test_a_batch_named_at_the_desk_goes_with_the_papers(run: Run) -> None:
    run.once()
    assert run("batch", "Hộp 12", "--dossier", "H36.12-230101-0001") == 0
    assert "«Hộp 12», hồ sơ H36.12-230101-0001" in run.out
    (run.folder / "a.pdf").write_bytes(b"x")
    assert run.once("--desk", "3") == 0
    assert (run.kho.bodies[0]["batch"], run.kho.bodies[0]["dossier"]) == ("Hộp 12", "H36.12-230101-0001")
    assert run("batch", "--json") == 0
    assert run.objects() == [{"batch": "Hộp 12", "dossier": "H36.12-230101-0001"}]
    assert run("status", lang="en") == 0
    assert "batch «Hộp 12»" in run.out
    assert run("batch", "--end") == 0
    assert "không có lô nào" in run.out
    (run.folder / "b.pdf").write_bytes(b"y")
    run.once("--batch", "lô chung")
    assert run.kho.bodies[1]["batch"] == "lô chung"
    (run.folder / "c.pdf").write_bytes(b"z")
    run.once()
    assert "batch" not in run.kho.bodies[2]


@pytest.mark.parametrize(
    "arguments",
    [
        ["batch", "x" * 101],
        ["batch", " "],
        ["batch", "Hộp 12", "--dossier", "X" * 61],
        ["batch", "--dossier", "X"],
        ["batch", "Hộp 12", "--end"],
    ],
)
def test_a_batch_the_kho_would_refuse_is_wrong_usage(run: Run, arguments: list[str]) -> None:
    run.once()
    assert run(*arguments) == 2
    assert run("batch", "--json") == 0
    assert run.objects() == [{"batch": None, "dossier": None}]


def test_status_for_machines(run: Run) -> None:
    run.kho.faults.append(Fault(f"POST {DOCUMENTS}", times=1, status=422, body=b'{"code": "blurred", "detail": "m"}'))
    (run.folder / "a.pdf").write_bytes(b"refused")
    run.once("--desk", "3")
    (run.folder / "b.pdf").write_bytes(b"received")
    run.once()
    run.kho.stop()
    (run.folder / "c.pdf").write_bytes(b"waiting")
    run.once()
    assert run("status", "--json") == 0
    refused, received, waiting, summary = run.objects()
    assert (refused["state"], refused["reason"]["code"], refused["desk"]) == ("refused", "blurred", "3")
    assert received["state"] == "received"
    assert received["document"] == next(iter(run.kho.documents.values()))["document"]
    assert (waiting["state"], waiting["attempts"], waiting["sheets"][0]["size"]) == ("sending", 3, 7)
    assert waiting["reason"]["event"] == "server_away"
    counts = summary["summary"]["counts"]
    assert (counts["refused"], counts["received"], counts["sending"]) == (1, 1, 1)
    assert summary["summary"]["running"] is False
    assert summary["summary"]["server_trouble"]["event"] == "server_away"


@pytest.mark.parametrize(
    ("lang", "said"), [("vi", ["bị từ chối", "mờ quá", "đang chạy"]), ("en", ["refused", "is running"])]
)
def test_status_for_people(run: Run, lang: str, said: list[str]) -> None:
    run.kho.refuse = lambda _: ("blurred", "mờ quá")
    (run.folder / "a\x1b[2J.pdf").write_bytes(b"x")
    run.once()
    (run.folder / "b.pdf").write_bytes(b"y")
    run.kho.stop()
    run.once()
    lock = Lock(run.queue / "agent.lock")
    assert lock.take()
    assert run("status", lang=lang) == 0
    lock.release()
    assert all(text in run.out for text in [*said, f"PID {os.getpid()}"])
    assert "\x1b" not in run.out


def test_status_asks_the_server(run: Run) -> None:
    (run.folder / "a.pdf").write_bytes(b"x")
    run.once()
    assert run("status", "--json", "--server", run.kho.url) == 0
    assert run.objects()[0]["server_state"] == "FILED"
    run.kho.documents.clear()
    assert run("status", "--json", "--server", run.kho.url) == 0
    assert run.objects()[0]["server_state"] == "?"
    run.kho.stop()
    assert run("status", "--json", "--server", run.kho.url) == 0
    assert run.objects()[0]["server_state"] == "RECEIVED"
    assert "Không nối được" in run.err


def test_status_shows_the_last_received_or_all(run: Run) -> None:
    for number in range(12):
        (run.folder / f"{number}.pdf").write_bytes(b"%d" % number)
    run.once()
    assert run("status", "--json") == 0
    assert len(run.objects()) == 10 + 1
    assert run("status", "--json", "--all") == 0
    assert len(run.objects()) == 12 + 1


def test_retry(run: Run) -> None:
    run.kho.refuse = lambda _: ("x", "")
    for name in ("a", "b"):
        (run.folder / name).write_bytes(name.encode())
    run.once()
    assert run("retry", "1", "9") == 6
    assert "số 9" in run.err
    assert run("retry", "9") == 3
    assert run("retry", "--json") == 0
    assert run.objects() == [{"retried": [1, 2]}]
    assert "không có khoso-agent nào đang chạy" in run.err
    run.kho.refuse = lambda _: None
    assert run.once() == 0
    assert len(run.kho.documents) == 2


class Keyboard(io.StringIO):
    """A person at a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("typed", "more", "code"),
    [
        (Keyboard("1\n"), [], 0),
        (Keyboard("\n"), [], 3),
        (Keyboard("y\n"), [], 3),
        (Keyboard("2\n"), [], 3),
        (Keyboard(""), [], 3),
        (io.StringIO("1\n"), [], 2),
        (io.StringIO(""), ["--yes"], 0),
    ],
)
def test_forget_only_if_a_person_really_means_it(
    run: Run, typed: io.StringIO, more: list[str], code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    (run.folder / "a.pdf").write_bytes(b"x")
    run.kho.stop()
    run.once()
    typed.seek(0)
    monkeypatch.setattr("sys.stdin", typed)
    assert run("forget", "1", *more) == code
    with Outbox(run.queue) as outbox:
        forgotten = outbox.counts()[State.FORGOTTEN]
    assert forgotten == (code == 0)
    assert bool(list((run.queue / "spool").iterdir())) == (code != 0)
    run.kho.start()
    assert run.once() == 0
    assert len(run.kho.documents) == (code != 0)


def test_what_is_not_in_the_queue_cannot_be_forgotten(run: Run) -> None:
    (run.folder / "a.pdf").write_bytes(b"x")
    run.once()
    assert run("forget", "1", "--yes") == 3
    assert run("forget", "7", "--yes") == 3


@pytest.mark.parametrize("command", [[], ["watch"], ["status"], ["batch"], ["retry"], ["forget"]])
@pytest.mark.parametrize(("lang", "example"), [("vi", "ví dụ:\n  khoso-agent"), ("en", "examples:\n  khoso-agent")])
def test_help_has_examples_in_both_languages(run: Run, command: list[str], lang: str, example: str) -> None:
    assert run(*command, "--help", lang=lang) == 0
    assert example in run.out


def test_global_options_stand_before_or_after_the_command(
    folder: Path, queue: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "a").write_bytes(b"x")
    arguments = ["--queue", str(queue), "--lang", "en", "--json"]
    Outbox(queue).close()
    assert main([*arguments, "status"]) == 0
    before = capsys.readouterr().out
    assert main(["status", *arguments]) == 0
    assert capsys.readouterr().out == before


def test_a_log_nobody_reads_any_more_stops_nothing(folder: Path, queue: Path, kho: Kho) -> None:
    (folder / "a.pdf").write_bytes(b"x")
    command = [sys.executable, "-m", "scanner_agents", "watch", str(folder), "--server", kho.url, "--queue", str(queue)]
    with subprocess.Popen(
        [*command, "--once", *PACE], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as agent:
        assert agent.stdout
        agent.stdout.close()
        agent.wait(30)
    assert len(kho.documents) == 1
