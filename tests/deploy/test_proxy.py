"""The proxies' settings: right by nginx's own check, and what they let through, before a stand-in for the web process."""

import contextlib
import http.server
import json
import re
import shutil
import socket
import subprocess
import threading
import time
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).resolve().parents[2]
NGINX = shutil.which("nginx", path="/usr/sbin:/usr/bin:/sbin:/bin")
HTTP2_SINCE = (1, 25, 1)  # as a directive of its own; the image has it, Debian 12's nginx has not

pytestmark = pytest.mark.skipif(NGINX is None, reason="no nginx on this machine")


class Echo(http.server.BaseHTTPRequestHandler):
    """Answers with what it was asked."""

    def do_GET(self):
        body = json.dumps({"path": self.path, **{name.lower(): value for name, value in self.headers.items()}}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.do_GET()

    def log_message(self, *_):
        pass


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def here(text, folder, plain, tls, web):
    """The settings with this machine's places."""
    version = subprocess.run([NGINX, "-v"], capture_output=True, text=True, check=True, timeout=10).stderr
    if tuple(map(int, re.search(r"nginx/(\d+)\.(\d+)\.(\d+)", version).groups())) < HTTP2_SINCE:
        text = text.replace("http2 on;", "")
    for place, other in {
        "/run/secrets/tls_certificate": folder / "certificate.pem",
        "/run/secrets/tls_key": folder / "key.pem",
        "/etc/ssl/khoso/fullchain.pem": folder / "certificate.pem",
        "/etc/ssl/khoso/key.pem": folder / "key.pem",
        "pid /tmp/nginx.pid": f"pid {folder}/nginx.pid",
        "_temp_path /tmp/": f"_temp_path {folder}/",
        "http://web:8000": f"http://127.0.0.1:{web}",
        "http://127.0.0.1:8000": f"http://127.0.0.1:{web}",
        "listen 8080;": f"listen 127.0.0.1:{plain};",
        "listen 80;": f"listen 127.0.0.1:{plain};",
        "listen 8443 ssl;": f"listen 127.0.0.1:{tls} ssl;",
        "listen 443 ssl;": f"listen 127.0.0.1:{tls} ssl;",
    }.items():
        text = text.replace(place, str(other))
    text = re.sub(r"listen \[::\]:\d+[^;]*;", "", text)
    if "events" not in text:  # a site alone, as Debian's nginx includes it
        paths = " ".join(
            f"{name}_temp_path {folder}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        text = f"pid {folder}/nginx.pid;\nerror_log stderr warn;\nevents {{}}\nhttp {{ {paths}\n{text}\n}}"
    return text


@pytest.fixture(params=["compose", "systemd"])
def proxy(request, tmp_path):
    """(plain port, TLS port) of nginx with our settings."""
    subprocess.run(
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost"
        f" -keyout {tmp_path}/key.pem -out {tmp_path}/certificate.pem".split(),
        check=True, capture_output=True, timeout=30,
    )  # fmt: skip
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    plain, tls = free_port(), free_port()
    text = (ROOT / "deploy" / request.param / "nginx.conf").read_text(encoding="utf-8")
    settings = tmp_path / "nginx.conf"
    settings.write_text(here(text, tmp_path, plain, tls, server.server_port))
    words = [NGINX, "-e", "stderr", "-p", tmp_path, "-c", settings]
    checked = subprocess.run([*words, "-t"], capture_output=True, text=True, check=False, timeout=30)
    assert checked.returncode == 0, checked.stderr
    running = subprocess.Popen([*words, "-g", "daemon off; master_process off;"], stderr=subprocess.DEVNULL)
    try:
        until = time.monotonic() + 20
        while True:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", tls), timeout=1):
                break
            assert time.monotonic() < until
            time.sleep(0.05)
        yield request.param, plain, tls
    finally:
        running.terminate()
        running.wait(timeout=20)
        server.shutdown()
        server.server_close()


def test_the_proxy_lets_through_what_it_should(proxy):
    kind, plain, tls = proxy
    with httpx.Client(verify=False, timeout=20) as line:  # noqa: S501 - a certificate of our own
        moved = line.get(f"http://127.0.0.1:{plain}/giay-to/1?a=b", headers={"Host": "kho.example.vn"})
        assert (moved.status_code, moved.headers["location"]) == (301, "https://kho.example.vn/giay-to/1?a=b")
        if kind == "compose":
            assert line.get(f"http://127.0.0.1:{plain}/proxy-health").status_code == 204
        at = f"https://127.0.0.1:{tls}"
        claims = {"Host": "kho.example.vn", "X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "http"}
        page = line.get(f"{at}/tim?q=a%20b", headers=claims)
        told = page.json()
        assert told["path"] == "/tim?q=a%20b"
        assert told["host"] == "kho.example.vn"
        assert told["x-forwarded-for"] == "127.0.0.1"  # what a browser claims of itself does not pass
        assert told["x-forwarded-proto"] == "https"
        assert "max-age" in page.headers["strict-transport-security"]
        for address in ("/metrics", "/metrics?x=1", "/%6detrics", "//metrics", "/a/../metrics"):
            assert line.get(f"{at}{address}").status_code == 404, address
        large = line.post(f"{at}/tiep-nhan", content=b"0" * (3 << 20))  # beyond nginx's own limit of 1 MB
        assert large.status_code == 200
