"""Servers of one's own, reached through a slow line each, and what can be done to them."""

import contextlib
import hashlib
import os
import random
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from base64 import b64encode
from pathlib import Path

import httpx

ROOT = Path(__file__).resolve().parents[2]
TOOLS = ROOT.parent / "shared" / "services"
SHARED = Path(os.environ.get("KHOSO_SERVICES", "/var/tmp/khoso-services"))
USED = tuple(os.environ.get("KHOSO_FAULT_SERVERS", "postgres,redis,minio,elasticsearch").split(","))
PASSWORD, OTHER = "khoso-test-only", "another-password"
FAULTS = {"crash": 5, "freeze": 30, "slow": 12, "full": 10, "refuse": 10}
"""How many seconds each lasts."""
CHOSEN = {name: FAULTS[name] for name in os.environ.get("KHOSO_FAULTS", ",".join(FAULTS)).split(",")}
VARIABLES = {"postgres": "PG_PORT", "redis": "REDIS_PORT", "minio": "MINIO_PORT", "elasticsearch": "ES_PORT"}
SIZES = {"postgres": "400m", "redis": "16m", "minio": "400m", "elasticsearch": "600m"}
BESIDE = {"minio": 1, "elasticsearch": 100}
"""A second port some servers take, so much above the first."""
FIRST_PORT, LAST_PORT, LANES = 16_000, 32_000, 4


def free_ports(wanted):
    """Ports nobody listens on, each so many above the one it belongs to: `wanted` has a tuple of distances for each.

    They lie below those the system hands out by itself, so that nobody takes them meanwhile, and each lane of a run takes them
    from a range of its own: two that looked at the same time found the same.
    """
    lane = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % LANES
    each = (LAST_PORT - FIRST_PORT) // LANES
    hand, taken, found = random.SystemRandom(), set(), []
    for distances in wanted:
        while True:
            port = FIRST_PORT + lane * each + hand.randrange(each - max(distances))
            ports = {port + distance for distance in distances}
            if not ports & taken and not any(map(_listens, ports)):
                break
        taken |= ports
        found.append(port)
    return found


def _listens(port):
    with socket.socket() as probe:
        return not probe.connect_ex(("127.0.0.1", port))


class Servers:
    """Some of the four servers, from a folder and on ports of their own, their data on small file systems.

    Raises:
        RuntimeError: on entering: there is no right to mount, so no disk could be filled.
    """

    def __init__(self, names, faults):
        self.names, self._faults = names, faults
        self._lines = {}

    def __enter__(self):
        self._choose_ports()
        self.home = Path(tempfile.mkdtemp(prefix="servers-", dir=os.environ.get("KHOSO_FAULT_HOME", "/var/tmp")))
        self.home.chmod(0o755)
        (self.home / "programs").mkdir()
        self._programs()
        try:
            for name in self.names:
                self._disk(name)
                if name == "elasticsearch":
                    self._elastic_account(PASSWORD)
                self.up(name)
                self._line(name)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for line in self._lines.values():
            line.kill()
            line.communicate()
        for name in self.names:
            with contextlib.suppress(RuntimeError, subprocess.SubprocessError):
                self._tool("fault", "thaw", name)
            with contextlib.suppress(subprocess.SubprocessError):
                self._tool("down", name, check=False)
            if os.path.ismount(self.home / "data" / name):
                subprocess.run(["umount", "-l", self.home / "data" / name], check=False)
        shutil.rmtree(self.home, ignore_errors=True)

    def _choose_ports(self):
        found = free_ports([wanted for name in self.names for wanted in ((0, BESIDE.get(name, 0)), (0,))])
        self.ports = dict(zip(self.names, found[::2], strict=True))
        self._near = dict(zip(self.names, found[1::2], strict=True))

    def _disk(self, name):
        data = self.home / "data" / name
        data.mkdir(parents=True)
        if "full" in self._faults:
            mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZES[name]}", "none", data]
            done = subprocess.run(mount, capture_output=True, text=True, check=False)
            if done.returncode:
                raise RuntimeError(
                    f"no small disk that could be full (leave «full» out of KHOSO_FAULTS): {done.stderr}"
                )

    def _programs(self):
        """The same programs; Elasticsearch keeps its settings beside its program, so it is copied."""
        for program in ("minio",):
            link = self.home / "programs" / program
            if not link.exists() and (SHARED / "programs" / program).exists():
                link.symlink_to(SHARED / "programs" / program)
        for source in (SHARED / "programs").glob("elasticsearch-*"):
            target = self.home / "programs" / source.name
            if "elasticsearch" in self.names and not target.exists():
                shutil.copytree(source, target, symlinks=True)
                shutil.rmtree(target / "config" / "elasticsearch.keystore", ignore_errors=True)

    def _tool(self, tool, *words, check=True):
        ports = {VARIABLES[name]: str(port) for name, port in self.ports.items()}
        # A search server that lives for minutes costs two fifths less where its code is compiled once and not made better.
        heap = {"ES_HEAP": f"{os.environ.get('ES_HEAP', '512m')} -XX:TieredStopAtLevel=1"}
        done = subprocess.run(
            [TOOLS / tool, *words],
            env={**os.environ, **ports, **heap, "KHOSO_SERVICES": str(self.home)},
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )
        if check and done.returncode:
            raise RuntimeError(f"{tool} {words}: {done.stderr}")
        return done.stdout

    def await_well(self, name):
        """After a freeze: until it answers again (Elasticsearch first notices how long it slept)."""
        if name == "elasticsearch":
            self._elastic("GET", "/_cluster/health?wait_for_status=yellow&timeout=15s", None)

    def up(self, name):
        """Start it; one that is still starting when the tool's patience ends (a busy machine) is awaited again."""
        for last in (False, False, True):
            try:
                self._tool("up", name)
            except RuntimeError as error:
                if last:
                    raise RuntimeError(f"{error}{self._complaints(name)}") from error
            else:
                return

    def _complaints(self, name):
        """What its log says is wrong: the last lines the tool shows seldom do."""
        log = self.home / "logs" / f"{name}.log"
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines() if log.exists() else []
        wrong = [line[:300] for line in lines if re.search("ERROR|FATAL|Exception|already in use", line)]
        return "\n".join(["", str(log), *wrong[:10]])

    def _line(self, name):
        line = subprocess.Popen(
            [sys.executable, Path(__file__).with_name("line.py"), str(self._near[name]), str(self.ports[name])],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        line.stdout.readline()
        self._lines[name] = line

    def delay(self, name, seconds):
        self._lines[name].stdin.write(f"{seconds}\n")
        self._lines[name].stdin.flush()

    def environment(self, database, bucket):
        """Khoso's settings for these servers, through their lines."""
        at = {name: f"127.0.0.1:{self._near.get(name)}" for name in VARIABLES}
        every = {
            "postgres": {
                "KHOSO_DATABASE_URL": f"postgresql://khoso:{PASSWORD}@{at['postgres']}/{database}",
                "KHOSO_SECRET_KEY": "only-for-tests-" * 4,
            },
            "minio": {
                "KHOSO_STORE_URL": f"http://{at['minio']}/{bucket}",
                "KHOSO_S3_ACCESS_KEY": "worker",
                "KHOSO_S3_SECRET_KEY": PASSWORD,
            },
            "elasticsearch": {
                "KHOSO_ELASTICSEARCH_URL": f"http://worker:{PASSWORD}@{at['elasticsearch']}",
                "KHOSO_ELASTICSEARCH_PREFIX": bucket,
            },
            "redis": {"KHOSO_REDIS_URL": f"redis://:{PASSWORD}@{at['redis']}/0"},
        }
        return {key: value for name in self.names for key, value in every[name].items()}

    # Getting ready

    def get_ready(self, tag):
        """A database of its own; the bucket is made by whoever first uses it."""
        if "postgres" in self.names:
            self._sql(f'CREATE DATABASE "{tag}"')
            # Its small disk is to be filled by us, not by a gigabyte of write-ahead log.
            self._sql("ALTER SYSTEM SET max_wal_size = '96MB'")
            self._sql("SELECT pg_reload_conf()")
        if "minio" in self.names:
            self._make_key()

    def _make_key(self):
        """A key of the object store that is not its root, so that it can be refused."""
        allowed = {"Effect": "Allow", "Action": ["s3:*"], "Resource": ["arn:aws:s3:::*"]}
        admin = self._minio_admin()
        admin.policy_add("worker", policy={"Version": "2012-10-17", "Statement": [allowed]})
        admin.user_add("worker", PASSWORD)
        admin.policy_set("worker", user="worker")

    # Bad days: each returns what ends it

    def crash(self, name):
        self._tool("fault", "crash", name)
        return lambda: self.up(name)

    def freeze(self, name):
        self._tool("fault", "freeze", name)
        return lambda: self._tool("fault", "thaw", name)

    def slow(self, name):
        self.delay(name, 0.3)
        return lambda: self.delay(name, 0)

    def full(self, name):
        if name == "redis":  # it keeps nothing on disk: its memory is what can be full
            self._redis("CONFIG", "SET", "maxmemory", "1")
            return lambda: self._redis("CONFIG", "SET", "maxmemory", "0")
        data = self.home / "data" / name
        ballast = data / "ballast"
        if shutil.disk_usage(data).free == 0:
            raise AssertionError(f"{name} filled its disk by itself: {self._largest(data)}")
        # Unbuffered: a buffer that the full disk did not take would be written once more, and fail, as the file closes
        with contextlib.suppress(OSError), ballast.open("wb", buffering=0) as file:
            while file.write(b"\0" * 65536):
                pass

        def free():
            ballast.unlink(missing_ok=True)
            with contextlib.suppress(RuntimeError):
                self.up(name)  # PostgreSQL and Elasticsearch end themselves when they cannot write what they must
            if name == "elasticsearch":
                self._elastic("POST", "/_cluster/reroute?retry_failed=true", {})

        return free

    def _largest(self, folder):
        found = sorted(((one.stat().st_size, str(one)) for one in folder.rglob("*") if one.is_file()), reverse=True)
        return found[:8]

    def refuse(self, name):
        return getattr(self, f"_refuse_{name}")()

    def _refuse_postgres(self):
        def password(word):
            self._sql(f"ALTER USER khoso PASSWORD '{word}'", superuser=True)
            self._sql(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename='khoso' AND pid<>pg_backend_pid()",
                superuser=True,
            )

        password(OTHER)
        return lambda: password(PASSWORD)

    def _refuse_minio(self):
        self._minio_admin().user_disable("worker")
        return lambda: self._minio_admin().user_enable("worker")

    def _refuse_elasticsearch(self):
        self._elastic_account(OTHER)
        return lambda: self._elastic_account(PASSWORD)

    def _elastic_account(self, password):
        """An account in Elasticsearch's own files, which it reads again every five seconds."""
        salt = os.urandom(32)
        hashed = b64encode(hashlib.pbkdf2_hmac("sha512", password.encode(), salt, 10_000, 32)).decode()
        (config,) = (self.home / "programs").glob("elasticsearch-*/config")
        for name, text in {
            "users": f"worker:{{PBKDF2}}10000${b64encode(salt).decode()}${hashed}\n",
            "users_roles": "superuser:worker\n",
        }.items():
            (config / name).write_text(text)
            (config / name).chmod(0o644)
        time.sleep(7 if self.running("elasticsearch") else 0)

    def running(self, name):
        return (self.home / "run" / f"{name}.pid").exists()

    def _refuse_redis(self):
        self._redis("CONFIG", "SET", "requirepass", OTHER)
        self._redis("CLIENT", "KILL", "TYPE", "normal", password=OTHER, check=False)
        return lambda: self._redis("CONFIG", "SET", "requirepass", PASSWORD, password=OTHER)

    # Speaking to the servers themselves, past the slow lines

    def _sql(self, statement, *, superuser=False):
        """`superuser`: by another account, whose password nobody changes."""
        import psycopg

        user = "root_of_tests" if superuser else "khoso"
        at = f"postgresql://{user}:{PASSWORD}@127.0.0.1:{self.ports['postgres']}/postgres"
        if superuser and not hasattr(self, "_super"):
            self._super = True
            with contextlib.suppress(psycopg.errors.DuplicateObject):
                self._sql(f"CREATE ROLE root_of_tests SUPERUSER LOGIN PASSWORD '{PASSWORD}'")
        with psycopg.connect(at, autocommit=True, connect_timeout=10) as connection:
            connection.execute(statement)

    def _minio_admin(self):
        from minio.credentials import StaticProvider
        from minio.minioadmin import MinioAdmin

        return MinioAdmin(
            endpoint=f"127.0.0.1:{self.ports['minio']}", credentials=StaticProvider("khoso", PASSWORD), secure=False
        )

    def _redis(self, *words, password=PASSWORD, check=True):
        subprocess.run(
            ["redis-cli", "-p", str(self.ports["redis"]), "-a", password, "--no-auth-warning", *words],
            check=check,
            capture_output=True,
            timeout=20,
        )

    def _elastic(self, method, path, body, *, password=PASSWORD):
        for left in range(30, 0, -1):
            try:
                httpx.request(
                    method,
                    f"http://127.0.0.1:{self.ports['elasticsearch']}{path}",
                    json=body,
                    auth=("elastic", password),
                    timeout=20,
                ).raise_for_status()
            except httpx.HTTPError:
                if left == 1:
                    raise
                time.sleep(1)
            else:
                return
