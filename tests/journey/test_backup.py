"""Backup and restore as an operator runs them, interrupted anywhere, on good folders and damaged ones."""

import contextlib
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from khoso.backup.folder import verify_files
from khoso.kernel.errors import Corrupted

from .conftest import AGAIN, ROOT, SAMPLE, Home

pytestmark = pytest.mark.slow


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "backup"


@pytest.fixture(scope="session")
def backed_up(filed_once, once):
    """A backup of the filed home, made once; what was said of it, and what `check` says of the home."""

    def back_up(folder):
        (made,) = filed_once[0].json("backup", folder / "backup")
        told = {**made, "check": filed_once[0].json("check")[-1]}
        (folder / "told.json").write_text(json.dumps(told), encoding="utf-8")

    folder = once("backed", back_up)
    return folder / "backup", json.loads((folder / "told.json").read_text(encoding="utf-8"))


@pytest.fixture
def backup(backed_up, folder):
    """A copy of it to do harm to."""
    shutil.copytree(backed_up[0], folder)
    return folder


@pytest.fixture
def theirs_once():
    """A folder that others may enter, as those of pytest may not be."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


class Mortals:
    """Asks for backups or restores that die."""

    def __init__(self, *words):
        self._process = subprocess.Popen(
            [sys.executable, ROOT / "tests/journey/mortal_backup.py", *map(str, words)],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._process.stdin.close()
        self._process.wait(timeout=60)
        self._process.stdout.close()

    def die(self, kind, point):
        self._process.stdin.write(f"{kind} {point}\n")
        self._process.stdin.flush()
        code = int(self._process.stdout.readline())
        assert code in {0, -signal.SIGKILL}
        return code != 0


# Where they die, one after the other in one folder: around an object, in the middle of one, at a told progress, inside a
# transaction; by growing steps, so that few deaths reach from the first write to the last.
BACKUP_DEATHS = [("stored", 1), ("put", 1), ("progress", 1), ("progress", 4), ("progress", 12), ("progress", 36)]
RESTORE_DEATHS = [
    *(("sql", 1), ("put", 1), ("stored", 1), ("stored", 1), ("put", 1)),
    *(("progress", 1), ("progress", 9), ("progress", 27), ("sql", 10), ("sql", 40), ("sql", 80)),
]


def same(restored: Home, home: Home) -> None:
    """Everything a person can ask gives the same answer."""
    there = restored.json("check")[-1]
    assert there == home.json("check")[-1]
    assert there["open"] == 0
    # The same paper twice scores the same; an index built anew may name equals in another order.
    hits, hits_there = (
        sorted(kho.json("find", "tinh trang hon nhan"), key=lambda hit: (-hit["score"], hit["document"]))
        for kho in (restored, home)
    )
    assert hits == hits_there
    assert restored.json("show", hits[0]["document"]) == home.json("show", hits[0]["document"])


def objects(folder):
    return {path.name: path for path in (folder / "objects").glob("??/??/*")}


def trials(home):
    with contextlib.closing(sqlite3.connect(home.path / "catalogue.sqlite3")) as catalogue:
        return catalogue.execute("SELECT count(*) FROM warehouse_locktrial").fetchone()[0]


def test_a_restored_kho_answers_as_the_old_one_did(filed_home, folder, prepared_once, copy_of, tmp_path):
    home, filed = filed_home
    home.run("catalogue", "load", "procedures")  # more rows than are restored at once
    (first,) = home.json("backup", folder)
    assert first["copied"] == first["objects"] == len(objects(folder))
    assert first["lost"] == []
    before = {path: path.stat().st_mtime_ns for path in objects(folder).values()}

    # The second copies what is new and touches nothing else.
    (again,) = home.json("backup", folder)
    assert (again["copied"], again["objects"]) == (0, first["objects"])
    home.json("file", SAMPLE, "--owner", "001099000001", env=AGAIN)
    (third,) = home.json("backup", folder)
    assert 0 < third["copied"] == third["objects"] - first["objects"]
    assert before == {path: path.stat().st_mtime_ns for path in before}

    restored = Home(tmp_path / "restored")
    (told,) = restored.json("restore", folder)
    assert told["documents"] == told["indexed"] == 2
    assert [trials(one) for one in (home, restored)] == [1, 0]  # that old locks held says nothing of the new store's
    same(restored, home)
    signed = tmp_path / "signed.pdf"
    restored.run("get", filed["document"], "-o", signed)
    assert {row["verdict"] for row in restored.json("verify", "--strict", signed)} == {"valid"}  # by the old root

    # An older generation can be had, too; generations that are let go of take their own objects along.
    older = copy_of(prepared_once, "older")
    (told,) = older.json("restore", folder, "--generation", first["backup"].rpartition("/")[2])
    assert told["documents"] == 1
    (fourth,) = home.json("backup", folder, "--keep", "1")
    assert fourth["removed"] == 3
    assert len(objects(folder)) == fourth["objects"]
    assert restored.json("restore", folder, "--check")[0]["good"]


def test_keys_are_left_out_unless_asked_for(filed_home, folder, prepared_once, copy_of):
    home, _ = filed_home
    told = home.run("backup", folder)
    assert "Không chép" in told.stderr
    assert not list(folder.glob("2*/keys"))
    secrets = (home.path / "secret.key").read_bytes(), (home.path / "ca" / "root.key.pem").read_bytes()
    kept = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    assert not any(secret in data for secret in secrets for data in kept)
    home.run("backup", folder, "--with-keys")
    restored = copy_of(prepared_once, "restored")
    (restored.path / "secret.key").write_text("another", encoding="ascii")
    restored.run("restore", folder)
    for name in ("secret.key", "ca/root.key.pem"):
        assert (restored.path / name).read_bytes() == (home.path / name).read_bytes()
        assert (restored.path / name).stat().st_mode & 0o077 == 0


def test_a_restore_without_the_key_says_which_locks_it_shut(home, folder, tmp_path):
    home.run(
        "manage", "shell", "-v0", "-c",
        "from khoso.wiring import open_safe; from people import factors; from people.models import User; "
        "factors.pending(User.objects.get(username='local'), safe=open_safe())",
    )  # fmt: skip
    home.run("backup", folder)
    restored = Home(tmp_path / "restored")
    told = restored.run("restore", folder)
    assert "1 mã xác thực không mở được" in told.stderr
    assert restored.json("people", "lock-factors", check=5) == [{"locked": 0, "lost": 1}]
    shutil.copyfile(home.path / "secret.key", restored.path / "secret.key")
    assert restored.json("people", "lock-factors") == [{"locked": 0, "lost": 0}]


def test_a_kho_that_is_not_empty_is_left_as_it_is(filed_home, folder, prepared_once):
    home, _ = filed_home
    before = home.json("check")[-1]
    prepared_once.run("backup", folder)
    told = home.run("restore", folder, check=3)
    assert "không ghi đè" in told.stderr
    assert home.json("check")[-1] == before


def test_a_wrong_folder_is_refused_with_what_is_there(home, backed_up, tmp_path):
    """Nothing is written there, and the sentence says what to do instead."""

    def refused(*words):
        return home.run(*words, check=3).stderr

    for command in ("backup", "restore", "migrate-home"):
        assert "thiếu tên thư mục" in home.run(command, "", check=2).stderr

    file = tmp_path / "a-file"
    file.write_text("somebody's", encoding="utf-8")
    for words in (("backup", file), ("backup", file / "below"), ("restore", file), ("restore", file, "--check")):
        assert f"{file} là một tệp, không phải thư mục" in refused(*words)
    assert file.read_text(encoding="utf-8") == "somebody's"
    assert "không có bản sao lưu" in refused("restore", tmp_path)
    assert "không có bản sao lưu" in refused("restore", tmp_path / "nowhere")

    (tmp_path / "film.part").mkdir()  # somebody's download
    half = tmp_path / "20261126T041502Z.part"
    half.mkdir()
    assert f"dở dang ({half.name})" in refused("restore", tmp_path)
    home.run("backup", tmp_path)
    assert not half.exists()
    assert (tmp_path / "film.part").is_dir()

    generation = next(backed_up[0].glob("2*Z"))
    told = refused("restore", generation)
    assert f"khoso restore {backed_up[0]} --generation {generation.name}" in told


def test_only_an_embedded_kho_moves(home, tmp_path):
    def refused(folder):
        return home.run("migrate-home", folder, check=3).stderr

    strange = tmp_path / "strange"
    strange.mkdir()
    assert "không có catalogue.sqlite3" in refused(strange)
    assert "không có catalogue.sqlite3" in refused(tmp_path / "nowhere")
    (strange / "catalogue.sqlite3").write_text("a list of books", encoding="utf-8")
    assert "không phải danh mục của Khoso" in refused(strange)
    (strange / "catalogue.sqlite3").unlink()
    with contextlib.closing(sqlite3.connect(strange / "catalogue.sqlite3")) as books:
        books.execute("CREATE TABLE book (title TEXT)")
    assert "không phải danh mục của Khoso" in refused(strange)
    assert [path.name for path in strange.iterdir()] == ["catalogue.sqlite3"]
    assert "vừa là kho cũ vừa là kho mới" in refused(home.path)


def test_a_kho_that_is_still_worked_on_neither_moves_nor_is_restored_into(filed_home, backup, tmp_path):
    """An idle worker has no job in hand, and is there all the same."""
    home, _ = filed_home
    worker = subprocess.Popen(
        [sys.executable, "-m", "khoso", "--home", home.path, "worker"],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        until = time.monotonic() + 60
        while not next(row for row in home.json("doctor", check=None) if row["part"] == "Tiến trình xử lý")[
            "detail"
        ].startswith("1 "):
            assert time.monotonic() < until
        assert "còn đang chạy" in Home(tmp_path / "new").run("migrate-home", home.path, check=3).stderr
        assert "Kho đích đang có tiến trình xử lý" in home.run("restore", backup, check=3).stderr
    finally:
        worker.terminate()
        worker.wait(timeout=30)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may become somebody else")
def test_a_place_that_may_not_be_written_or_read_is_named_with_what_to_do(home, backup, theirs_once):
    def as_nobody(*words):
        done = subprocess.run(
            [
                "setpriv",
                "--reuid",
                "65534",
                "--regid",
                "65534",
                "--clear-groups",
                sys.executable,
                "-m",
                "khoso",
                *words,
            ],
            env={
                name: value for name, value in os.environ.items() if not name.startswith(("KHOSO_", "DJANGO_", "HOME"))
            },
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert "Traceback" not in done.stderr, done.stderr
        return done

    if not all(place.stat().st_mode & 0o005 == 0o005 for place in (ROOT, *ROOT.parents)):
        pytest.skip("nobody else may read this checkout")
    theirs = theirs_once / "theirs"
    theirs.mkdir()
    os.chown(theirs, 65534, 65534)
    locked = theirs_once / "locked"
    locked.mkdir(mode=0o700)
    for words in (
        ("--home", theirs / "kho", "backup", locked / "backup"),
        ("--home", theirs / "kho", "restore", backup),
        ("--home", theirs / "kho", "migrate-home", home.path),
        ("--home", locked / "kho", "check"),
    ):
        done = as_nobody(*map(str, words))
        assert done.returncode == 4, (words, done.stderr)
        assert "Permission denied. Hãy chạy bằng tài khoản sở hữu nơi đó" in done.stderr, words


def test_a_catalogue_that_is_none_is_told_as_damage(home):
    (home.path / "catalogue.sqlite3").write_bytes(b"not a database, and long enough to be taken for one" * 100)
    for name in ("-wal", "-shm"):
        (home.path / f"catalogue.sqlite3{name}").unlink(missing_ok=True)
    assert "cơ sở dữ liệu: file is not a database" in home.run("check", check=5).stderr


def test_a_backup_inside_the_kho_is_refused(filed_home):
    home, _ = filed_home
    assert "nằm trong chính kho" in home.run("backup", home.path / "backup", check=3).stderr


@pytest.mark.parametrize(
    "harm", ["manifest.json", "tables/warehouse.document.jsonl.gz", "objects.jsonl.gz", "SHA256SUMS"]
)
@pytest.mark.parametrize("way", ["change", "remove", "cut"])
def test_a_damaged_generation_is_noticed(backup, harm, way):
    generation = next(backup.glob("2*Z"))
    verify_files(generation)
    path = generation / harm
    data = bytearray(path.read_bytes())
    if way == "remove":
        path.unlink()
    else:
        data[len(data) // 2] ^= 1
        path.write_bytes(data if way == "change" else data[:-20])
    with pytest.raises(Corrupted, match="bản sao lưu hỏng"):
        verify_files(generation)


def test_a_damaged_generation_is_refused(home, backup):
    path = next(backup.glob("2*Z")) / "tables" / "warehouse.document.jsonl.gz"
    path.write_bytes(path.read_bytes()[:-20])
    assert "bản sao lưu hỏng" in home.run("restore", backup, check=5).stderr
    assert home.json("check")[-1]["totals"]["documents"] == 0


def test_a_damaged_object_is_named_and_the_rest_can_be_had(home, backup, backed_up):
    name, path = min(objects(backup).items())
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.chmod(0o644)
    path.write_bytes(data)
    assert home.json("restore", backup, "--check", check=5)[0]["damaged"] == [name]
    told = home.run("restore", backup, check=5)
    assert name in told.stderr
    assert "vẫn trống" in told.stderr
    (rest,) = home.json("restore", backup, "--skip-damaged", check=6)
    assert rest["damaged"] == [name]
    assert rest["objects"] == backed_up[1]["objects"] - 1
    assert [row["fault"] for row in home.json("check", check=None)[:-1]] == ["missing"]


def test_bytes_the_kho_has_lost_are_told_and_the_rest_is_kept(filed_home, folder):
    home, filed = filed_home
    digest = filed["original"][0]
    (home.path / "store" / digest[:2] / digest[2:4] / digest).unlink()
    (made,) = home.json("backup", folder, check=5)
    assert made["lost"] == [digest]
    assert made["copied"] == made["objects"] > 0


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a small disk")
def test_a_full_disk_is_named_and_the_backup_taken_up_when_there_is_room(filed_home, folder):
    folder.mkdir()
    small = ["unshare", "--mount", "--propagation", "private", "sh", "-c",
             'mount -t tmpfs -o size=64k none "$1" || exit 77; shift; exec "$@"', "sh", folder]  # fmt: skip
    left = {name: value for name, value in os.environ.items() if not name.startswith(("KHOSO_", "DJANGO_"))}
    words = [sys.executable, "-m", "khoso", "--home", filed_home[0].path, "backup", folder]
    full = subprocess.run(
        [*small, *words], env=left, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    if full.returncode == 77:
        pytest.skip("no right to mount here")
    assert full.returncode == 4, full.stderr
    assert f"không dùng được {folder}: No space left on device" in full.stderr
    assert filed_home[0].json("backup", folder)[0]["documents"] == 1


def test_a_backup_killed_anywhere_is_taken_up_again(filed_home, folder):
    home, _ = filed_home
    with Mortals("backup", home.path, folder) as mortals:
        for kind, point in BACKUP_DEATHS:
            assert mortals.die(kind, point), (kind, point)
            assert not list(folder.glob("2*Z"))  # nothing half made can be taken for a backup
        assert not mortals.die("never", 0)
    assert not list(folder.glob("*.part"))
    assert not list((folder / "objects" / "incoming").glob("*"))
    (told,) = home.json("restore", folder, "--check")
    assert told["good"]


def test_a_restore_killed_anywhere_is_taken_up_again(backed_up, backup, tmp_path):
    home = Home(tmp_path / "restored")
    with Mortals("restore", home.path, backup) as mortals:
        for kind, point in RESTORE_DEATHS:
            assert mortals.die(kind, point), (kind, point)
        assert not mortals.die("never", 0)
    assert home.json("check")[-1] == backed_up[1]["check"]


def test_a_backup_of_a_kho_at_work_is_whole(filed_home, folder, prepared_once, copy_of):
    """Made while a document is on its way: it is in the backup where it stood, and goes on from there."""
    home, _ = filed_home
    filing = subprocess.Popen(
        [sys.executable, "-m", "khoso", "--home", home.path, "file", SAMPLE, "--owner", "001099000001"],
        cwd=ROOT,
        env={**os.environ, "KHOSO_WORKERS": "1", **AGAIN},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    made = []
    while filing.poll() is None and len(made) < 2:
        made += home.json("backup", folder)
        time.sleep(0.5)  # let it get on between two
    assert filing.wait(timeout=120) == 0
    restored = copy_of(prepared_once, "restored")
    restored.run("restore", folder, "--generation", made[-1]["backup"].rpartition("/")[2])
    restored.run("worker", "--until-idle", env=AGAIN)
    report = restored.json("check", check=None)
    assert {row["fault"] for row in report[:-1]} <= {"unindexed", "tail"}, report
    for hit in restored.json("find", "hôn nhân"):
        assert restored.json("show", hit["document"])[0]["state"] in {"FILED", "TO_CONFIRM"}


def test_an_embedded_home_moves(filed_home, tmp_path):
    home, _ = filed_home
    new = Home(tmp_path / "new")
    told = new.json("migrate-home", home.path)
    assert told[-1]["documents"] == 1
    same(new, home)
    assert (new.path / "secret.key").read_bytes() == (home.path / "secret.key").read_bytes()


def test_manifests_say_what_is_there(backed_up, filed_once):
    folder, _made = backed_up
    generation = next(folder.glob("2*Z"))
    manifest = json.loads((generation / "manifest.json").read_text())
    assert manifest["tables"]["warehouse.document"] == manifest["documents"] == 1
    assert not {"sessions.session", "warehouse.hold", "search.generation"} & set(manifest["tables"])
    checked = subprocess.run(["sha256sum", "--quiet", "-c", "SHA256SUMS"], cwd=generation, check=False)
    assert checked.returncode == 0
