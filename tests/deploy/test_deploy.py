"""What operators are given is right by its own tools: compose file, Dockerfiles, systemd units, and the settings in them."""

import configparser
import logging
import os
import re
import shutil
import subprocess
import sys
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest
from ruamel.yaml import YAML

from khoso import serving
from khoso.configuration import load

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
COMPOSE = ROOT / "docker-compose.yml"
EMBEDDED = ROOT / "deploy/compose/embedded.yml"
UNITS = sorted((ROOT / "deploy/systemd").glob("*.service")) + sorted((ROOT / "deploy/systemd").glob("*.timer"))
ONCE = {"prepare", "keys"}
MENDS_ITSELF = {"worker", "sweeper"}
"""No address to ask: a step that is stuck ends its process, and the container is started anew."""


@pytest.fixture(scope="module")
def compose():
    return YAML(typ="safe").load(COMPOSE.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def secrets(tmp_path_factory):
    """The folder of secrets as the first `make up` makes it."""
    root = tmp_path_factory.mktemp("checkout")
    (root / "deploy").mkdir()
    shutil.copy(ROOT / "deploy/up", root / "deploy/up")
    for _ in range(2):
        before = {path.name: path.read_bytes() for path in (root / "deploy/secrets").glob("*")}
        subprocess.run([root / "deploy/up", "--secrets-only"], check=True, capture_output=True, timeout=60)
        after = {path.name: path.read_bytes() for path in (root / "deploy/secrets").glob("*")}
        assert before in ({}, after)  # a second run changes nothing
    return root / "deploy/secrets"


def run(*words):
    return subprocess.run(list(map(str, words)), capture_output=True, text=True, timeout=120, check=False, cwd=ROOT)


@pytest.mark.parametrize("path", [COMPOSE, EMBEDDED], ids=lambda path: path.name)
def test_compose_files_follow_the_specification(path):
    done = run(BIN / "check-jsonschema", "--builtin-schema", "vendor.compose-spec", path)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("path", ["deploy/Dockerfile", "deploy/compose/minio.Dockerfile"])
def test_dockerfiles_pass_their_linter(path):
    done = run(BIN / "hadolint", path)
    assert (done.returncode, done.stdout) == (0, ""), done.stdout


@pytest.fixture(scope="module")
def try_image():
    loader = SourceFileLoader("try_image", str(ROOT / "deploy/try_image"))
    module = module_from_spec(spec_from_loader(loader.name, loader, origin=loader.path))
    module.__file__ = loader.path
    sys.modules[loader.name] = module  # where its dataclasses look for their types
    loader.exec_module(module)
    yield module
    del sys.modules[loader.name]


@pytest.mark.parametrize("path", ["deploy/Dockerfile", "deploy/compose/minio.Dockerfile"])
def test_the_images_can_be_tried_without_containers(try_image, path):
    """`deploy/try_image` knows every instruction there is, and how to make every image they begin with."""
    found = list(try_image.instructions((ROOT / path).read_text()))
    assert {word for word, _ in found} <= try_image.Follower.KNOWN
    assert [rest for word, rest in found if word == "RUN"]
    assert not [rest for word, rest in found if rest.endswith("\\") or rest.startswith("#")]
    bases = [rest.split(" AS ")[0] for word, rest in found if word == "FROM"]
    assert set(bases) <= {"debian:12-slim", "golang:1.25-bookworm"}


def test_lines_that_go_on_and_comments_in_between_are_put_together(try_image):
    text = '# what\nFROM a AS b\nRUN one \\\n # why\n && two\n\nCMD ["x"]\n'
    assert [(word, rest.split()) for word, rest in try_image.instructions(text)] == [
        ("FROM", ["a", "AS", "b"]), ("RUN", ["one", "&&", "two"]), ("CMD", ['["x"]'])
    ]  # fmt: skip


class Engine:
    """Stands where `docker` would, and writes down what it is asked; `fails` ends «compose up» badly."""

    def __init__(self, folder, *, fails=False):
        self.root = folder / "checkout"
        (self.root / "deploy").mkdir(parents=True)
        shutil.copy(ROOT / "deploy/up", self.root / "deploy/up")
        self._asked = folder / "asked"
        (folder / "bin").mkdir()
        docker = folder / "bin/docker"
        docker.write_text(
            f'#!/bin/sh\necho "$KHOSO_HOST|$*" >>{self._asked}\n'
            f'case "$*" in *" up "*) exit {int(fails)};; *logs*) echo "first account";; esac\n'
        )
        docker.chmod(0o755)
        self._path = f"{folder}/bin:{os.environ['PATH']}"

    def up(self, **env):
        left = {name: value for name, value in os.environ.items() if name != "KHOSO_HOST"}
        return subprocess.run(
            [self.root / "deploy/up"],
            env={**left, "PATH": self._path, **env},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def asked(self):
        asked = self._asked.read_text().splitlines()
        self._asked.unlink()
        return asked


def test_make_up_starts_everything_and_keeps_the_name_for_every_later_command(tmp_path):
    engine = Engine(tmp_path)
    done = engine.up(KHOSO_HOST="kho.example.vn")
    assert done.returncode == 0, done.stderr
    assert "first account" in done.stdout
    assert "https://kho.example.vn/" in done.stdout
    assert engine.asked() == [
        "kho.example.vn|compose version",
        "kho.example.vn|compose up --build --detach --wait",
        "kho.example.vn|compose logs --no-log-prefix --no-color prepare",
    ]
    with (engine.root / ".env").open("a") as file:
        file.write("COMPOSE_PROFILES=x\n")
    assert "https://kho.example.vn/" in engine.up().stdout  # no name given: the one it was started with
    assert "https://other.example.vn/" in engine.up(KHOSO_HOST="other.example.vn").stdout
    assert sorted((engine.root / ".env").read_text().splitlines()) == [
        "COMPOSE_PROFILES=x",
        "KHOSO_HOST=other.example.vn",
    ]


def test_make_up_says_what_is_missing_and_what_did_not_start(tmp_path):
    engine = Engine(tmp_path, fails=True)
    done = engine.up()
    assert done.returncode == 1
    assert "docker compose logs NAME" in done.stderr
    assert engine.asked()[-1] == "localhost|compose ps --all"
    (tmp_path / "bin/docker").write_text("#!/bin/sh\nexit 127\n")
    shutil.rmtree(engine.root / "deploy/secrets")
    done = engine.up()
    assert done.returncode == 1
    assert "docker compose version" in done.stderr
    assert not (engine.root / "deploy/secrets").exists()


def test_what_several_users_read_is_not_given_to_a_program_that_refuses_such_files(compose, secrets):
    """Elasticsearch's image ends when the file of its password may be read by others (`must have file permissions 400 or 600`)."""
    assert (secrets / "elasticsearch_password").stat().st_mode & 0o044
    service = compose["services"]["elasticsearch"]
    assert "ELASTIC_PASSWORD_FILE" not in service["environment"]
    words = service["entrypoint"][2].replace("$$", "$").replace("/run/secrets", str(secrets))
    shown = words.replace("exec /usr/local/bin/docker-entrypoint.sh eswrapper", "printenv ELASTIC_PASSWORD")
    done = subprocess.run([*service["entrypoint"][:2], shown], capture_output=True, text=True, timeout=20, check=True)
    assert done.stdout.strip() == (secrets / "elasticsearch_password").read_text()


def test_every_service_has_no_more_than_it_needs(compose):
    for name, service in compose["services"].items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert not re.match(r"(0|root)(:|$)", service["user"]), name
        assert "mem_limit" in service or name in ONCE, name
        assert "pids_limit" in service or name in ONCE, name
        assert "healthcheck" in service or name in ONCE | MENDS_ITSELF, name
        assert ("ports" in service) == (name == "proxy"), name
        assert service["networks"] == (["inside", "outside"] if name == "proxy" else ["inside"]), name
        image = service["image"].rpartition("/")[2]
        assert ":" in image, name
        assert not image.endswith(":latest"), name
    assert compose["networks"]["inside"]["internal"] is True


def test_what_services_name_is_there(compose):
    volumes, used = set(compose["volumes"]), set()
    for name, service in compose["services"].items():
        assert set(service.get("secrets", [])) <= set(compose["secrets"]), name
        for mount in service.get("volumes", []):
            source = mount.split(":")[0]
            if source.startswith("."):
                assert (ROOT / source).is_file(), source
            else:
                used.add(source)
        for other, how in service.get("depends_on", {}).items():
            wanted = "service_completed_successfully" if other in ONCE else "service_healthy"
            assert how == {"condition": wanted}, (name, other)
            assert other in ONCE or "healthcheck" in compose["services"][other]
        if "build" in service:
            assert (ROOT / service["build"]["context"] / service["build"]["dockerfile"]).is_file()
    assert used == volumes


def test_no_password_is_written_down(compose, secrets):
    text = COMPOSE.read_text(encoding="utf-8")
    for name, service in compose["services"].items():
        for variable, value in service.get("environment", {}).items():
            secret = re.search(r"PASSWORD|SECRET|TOKEN", variable)
            assert not secret or (variable.endswith("_FILE") and value.startswith("/run/secrets/")), (name, variable)
            if variable.endswith("_FILE"):
                assert Path(value).name in service["secrets"], (name, variable)
        for place in re.findall(
            r"/run/secrets/(\w+)", "".join(str(service.get(part)) for part in ("entrypoint", "command", "healthcheck"))
        ):
            assert place in service["secrets"], (name, place)
    files = {Path(entry["file"]) for entry in compose["secrets"].values()}
    assert {path.name for path in files} == {path.name for path in secrets.iterdir()}
    assert {str(path.parent) for path in files} == {"deploy/secrets"}
    assert secrets.stat().st_mode & 0o077 == 0
    values = [path.read_text() for path in secrets.iterdir() if not path.name.startswith("tls")]
    assert len(set(values)) == len(values)
    assert min(map(len, values)) == 64
    assert not any(value in text for value in values)
    for ignore in (".gitignore", ".dockerignore"):
        assert re.search(r"^deploy/secrets/?$", (ROOT / ignore).read_text(), re.MULTILINE)


def test_the_settings_of_every_process_are_right(compose, secrets):
    for name in ("web", "worker", "sweeper", "prepare"):
        environment = compose["services"][name]["environment"]
        made = load(
            {key: value.replace("/run/secrets", str(secrets)) for key, value in environment.items()}
            | {"KHOSO_ORIGINS": "https://localhost", "KHOSO_HOSTS": "localhost"}
        )
        assert made.mistakes == (), name
        services = compose["services"]
        assert made.postgres.host in services
        assert made.postgres.password == (secrets / "database_password").read_text()
        assert made.s3.endpoint.split(":")[0] in services
        assert made.s3.secret_key == (secrets / "s3_secret_key").read_text()
        assert made.elasticsearch.url == "http://elasticsearch:9200"
        assert (secrets / "redis_password").read_text() in made.redis
        assert made.s3_erase_secret_key == ""  # no process has the key that undoes locks
        assert (made.tls, made.log_format) == (True, "json")


def test_the_images_hold_what_the_services_call(compose):
    dockerfile = (ROOT / "deploy/Dockerfile").read_text()
    assert f"USER {compose['services']['web']['user']}" in dockerfile
    assert f"USER {compose['services']['minio']['user']}" in (ROOT / "deploy/compose/minio.Dockerfile").read_text()
    assert compose["services"]["minio"]["command"][0] == "server"
    for name in ("web", "worker", "sweeper", "prepare"):
        assert (BIN / compose["services"][name]["command"][0]).is_file()
    assert (ROOT / compose["services"]["keys"]["command"][1].removeprefix("/opt/khoso/")).is_file()


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd on this machine")
def test_units_pass_systemds_own_check(tmp_path):
    for path in UNITS:
        (tmp_path / path.name).write_text(path.read_text().replace("/opt/khoso/.venv/bin", str(BIN)))
    done = run("systemd-analyze", "verify", "--man=no", *sorted(tmp_path.iterdir()))
    ours = [line for line in done.stderr.splitlines() if "khoso" in line]
    assert (done.returncode, ours) == (0, []), done.stderr


def test_who_reloads_gunicorn_is_told_to_restart_it(caplog):
    serving.on_reload(SimpleNamespace(log=logging.getLogger("gunicorn.error")))
    assert "restart" in caplog.text


def gunicorn(home, *words):
    """Serves the pages as the unit does, with further words, until it ends."""
    return subprocess.run(
        [BIN / "gunicorn", *words, "--config", "python:khoso.serving", "khoso.wsgi:application"],
        env={name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
        | {"KHOSO_HOME": str(home)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_gunicorn_does_not_load_the_program_before_it_forks(tmp_path):
    done = gunicorn(tmp_path, "--preload", "--bind", "127.0.0.1:0")
    assert (done.returncode, "share connections" in done.stderr) == (1, True), done.stderr


def test_units_are_hardened_and_call_what_is_there():
    for path in UNITS:
        unit = configparser.ConfigParser(strict=False, interpolation=None)
        unit.optionxform = str
        unit.read(path)
        if path.suffix == ".timer":
            assert path.with_suffix(".service") in UNITS
            continue
        service = unit["Service"]
        assert service["User"] == "khoso"
        assert "ExecReload" not in service, "it would take neither new settings nor all of a new version"
        assert service["NoNewPrivileges"] == "yes"
        assert service["ProtectSystem"] == "strict"
        assert (BIN / Path(service["ExecStart"].split()[0]).name).is_file()
        assert "MemoryMax" in service


def test_the_example_of_settings_is_right(tmp_path):
    lines = (ROOT / "deploy/systemd/khoso.env.example").read_text().splitlines()
    environment = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    for name, place in environment.items():
        if name.endswith("_FILE"):
            file = tmp_path / Path(place).name
            file.write_text("x" * 40)
            environment[name] = str(file)
    assert load(environment).mistakes == ()


def test_pages_are_served_as_gunicorn_is_told(tmp_path):
    """Gunicorn takes its settings, and its settings only."""
    from gunicorn.config import KNOWN_SETTINGS

    import khoso.serving

    known = {setting.name for setting in KNOWN_SETTINGS}
    told = {
        name
        for name, value in vars(khoso.serving).items()
        if not name.startswith("__") and not callable(value) and not isinstance(value, ModuleType)
    }
    assert {"bind", "logconfig_dict"} <= told <= known
    done = gunicorn(tmp_path, "--check-config")
    assert done.returncode == 0, done.stderr
