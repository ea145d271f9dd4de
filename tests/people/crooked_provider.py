"""A small OpenID Connect provider that lies in one way at a time; the honest one comes from a package.

It checks what an honest one checks (client secret, PKCE, one use of a code) and signs with keys it can change.
"""

import base64
import hashlib
import hmac
import json
import threading
import time
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, RSAKey

CLIENT, SECRET = "khoso mẫu", "bí mật/:@"


@cache
def key_of(kid, owner="provider"):
    """A key with this name; made once, for that takes long."""
    return RSAKey.generate_key(2048, {"kid": kid, "use": "sig"})


class CrookedProvider:
    """Start with `with`; `authorize` plays the browser and the person."""

    def __init__(self):
        self.claims, self.header, self.description = {}, {}, {}
        self.drop, self.sign_with, self.broken = (), None, {}
        self.codes, self.asked_for_keys = {}, 0
        self.keys = [key_of("1")]
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.issuer = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self):
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()

    def turn_keys(self):
        """The provider changes its key, as all do from time to time."""
        self.keys = [ECKey.generate_key("P-256", {"kid": "2", "use": "sig"})]
        self.header = {"alg": "ES256"}

    def authorize(self, url, sub="079200000001"):
        """What the person's browser gets after they said yes: the parameters of the answer."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        assert asked["code_challenge_method"] == "S256"
        code = f"code-{len(self.codes)}"
        self.codes[code] = asked | {"sub": sub}
        return {"code": code, "state": asked["state"]}

    def _token(self, asked):
        now = int(time.time())
        claims = {
            "iss": self.issuer, "aud": CLIENT, "sub": asked["sub"], "iat": now, "exp": now + 300, "auth_time": now - 5,
            "nonce": asked["nonce"], "acr": "2", "name": "Nguyễn Thị Mẫu",
        } | self.claims  # fmt: skip
        claims = {name: value for name, value in claims.items() if name not in self.drop}
        key = self.sign_with or self.keys[0]
        header = {"alg": "RS256", "kid": key.kid} | self.header
        if header["alg"] in {"none", "HS256"}:
            text = ".".join(_base64(json.dumps(part).encode()) for part in (header, claims))
            # The public key, used as if it were a shared secret: the oldest trick with JWTs.
            mac = hmac.digest(self.keys[0].as_pem(private=False), text.encode(), "sha256")
            return f"{text}.{'' if header['alg'] == 'none' else _base64(mac)}"
        return jwt.encode(header, claims, key, algorithms=[header["alg"]])

    def _exchange(self, form, authorization):
        given = base64.b64decode(authorization.removeprefix("Basic ")).decode()
        if given != "khoso%20m%E1%BA%ABu:b%C3%AD%20m%E1%BA%ADt%2F%3A%40":
            return 401, {"error": "invalid_client"}
        asked = self.codes.pop(form["code"], None)
        if asked is None or asked["redirect_uri"] != form["redirect_uri"]:
            return 400, {"error": "invalid_grant"}
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        if _base64(digest) != asked["code_challenge"]:
            return 400, {"error": "invalid_grant"}
        return 200, {"access_token": "a", "token_type": "Bearer", "id_token": self._token(asked)}

    def _handler(provider):  # noqa: N805 - the handler has a self of its own
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                if self.path == "/.well-known/openid-configuration":
                    said = {
                        "issuer": provider.issuer,
                        "authorization_endpoint": f"{provider.issuer}/authorize",
                        "token_endpoint": f"{provider.issuer}/token",
                        "jwks_uri": f"{provider.issuer}/jwks",
                        "id_token_signing_alg_values_supported": ["RS256", "ES256", "HS256", "none"],
                    }
                    self._say(200, said | provider.description)
                else:
                    provider.asked_for_keys += 1
                    self._say(200, KeySet(provider.keys).as_dict(private=False))

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                form = {name: values[0] for name, values in parse_qs(body).items()}
                self._say(*provider._exchange(form, self.headers.get("Authorization", "")))

            def _say(self, status, said):
                status, body = provider.broken.get(urlsplit(self.path).path, (status, json.dumps(said).encode()))
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        return Handler


def _base64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
