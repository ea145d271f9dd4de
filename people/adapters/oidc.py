"""An OpenID Connect provider (OpenID Connect Core 1.0, code flow with PKCE): the signed token alone says who came.

Signatures are judged by joserfc, claims and PKCE by Authlib's framework-free core, calls go through httpx with limits.
"""

import secrets
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeGuard
from urllib.parse import quote, urlencode, urlsplit

import httpx
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from khoso.kernel.clock import Clock
from khoso.kernel.errors import Refused, Unavailable
from khoso.kernel.reasons import ReasonCode
from people.ports import Asked, Farewell, Identity

SECONDS = 5.0  # of one call, each of connecting, writing and reading
LARGEST = 512 * 1024  # bytes of an answer
SKEW = 60  # seconds our clock and the provider's may differ
KEPT = 3600  # seconds that the provider's description and keys are believed
AGAIN = 30  # seconds before keys are fetched anew for a token nobody could read: forged ones must not make us knock
FAREWELL = "http://schemas.openid.net/event/backchannel-logout"
FAREWELL_SECONDS = 600  # how old the provider's word may be that somebody signed out
ALGORITHMS = frozenset({"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"})
"""Asymmetric ones only: `none` proves nothing, and HMAC would take the public key for a secret."""


@dataclass(frozen=True, slots=True)
class OidcSettings:
    """A provider as configured. `levels`: those accepted, none meaning any; `strong_levels` stand for a second factor."""

    issuer: str
    client_id: str
    client_secret: str
    name: str
    levels: tuple[str, ...] = ()
    strong_levels: tuple[str, ...] = ()
    ca_file: Path | None = None


class OidcProvider:
    """One provider; keeps its description and keys for an hour. Safe for several threads."""

    def __init__(self, settings: OidcSettings, *, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._lock = threading.Lock()
        self._description: tuple[datetime, Mapping[str, Any]] | None = None
        self._keys: tuple[datetime, KeySet] | None = None

    @property
    def name(self) -> str:
        return self._settings.name

    def ask(self, *, back: str) -> Asked:
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        asked = {
            "response_type": "code",
            "client_id": self._settings.client_id,
            "redirect_uri": back,
            "scope": "openid profile",
            "state": state,
            "nonce": nonce,
            "code_challenge": create_s256_code_challenge(verifier),
            "code_challenge_method": "S256",
        }
        if self._settings.levels:
            asked["acr_values"] = " ".join(self._settings.levels)
        door = self._address("authorization_endpoint")
        return Asked(f"{door}{'&' if '?' in door else '?'}{urlencode(asked)}", state, nonce, verifier, back)

    def answer(self, code: str, *, asked: Asked) -> Identity:
        given = self._exchange(code, asked)
        token = given.get("id_token")
        if not isinstance(token, str):
            raise Refused(ReasonCode.IDENTITY_UNPROVEN, detail="id_token")
        claims = self._believed(token)
        now = self._clock()
        try:
            claims.params = {
                "nonce": asked.nonce,
                "client_id": self._settings.client_id,
                "access_token": given.get("access_token"),
            }
            claims.validate(now=int(now.timestamp()), leeway=SKEW)
        except JoseError as error:
            raise Refused(ReasonCode.IDENTITY_UNPROVEN, detail=error.error) from error
        return self._identity(claims, token)

    def farewell(self, *, back: str, token: str) -> str:
        if not self._described().get("end_session_endpoint"):
            return ""
        door = self._address("end_session_endpoint")
        asked = {"client_id": self._settings.client_id, "post_logout_redirect_uri": back}
        asked |= {"id_token_hint": token} if token else {}
        return f"{door}{'&' if '?' in door else '?'}{urlencode(asked)}"

    def told(self, token: str) -> Farewell:
        claims = self._believed(token)
        now = self._clock().timestamp()
        issued, ends = claims.get("iat"), claims.get("exp")
        fault = ""
        if claims.get("iss") != self._settings.issuer:
            fault = "iss"
        elif self._settings.client_id not in _each(claims.get("aud")):
            fault = "aud"
        elif not _is_time(issued) or abs(now - issued) > FAREWELL_SECONDS:
            fault = "iat"
        elif ends is not None and (not _is_time(ends) or ends < now - SKEW):
            fault = "exp"
        elif not isinstance(claims.get("events"), Mapping) or FAREWELL not in claims["events"]:
            fault = "events"
        elif "nonce" in claims:  # else somebody's proof of identity would serve to throw them out
            fault = "nonce"
        subject, session = (claims.get(name) or "" for name in ("sub", "sid"))
        if not (isinstance(subject, str) and isinstance(session, str)) or not (subject or session):
            fault = fault or "sub"
        if fault:
            raise Refused(ReasonCode.IDENTITY_UNPROVEN, detail=fault)
        return Farewell(self._settings.issuer, subject[:255], session[:255])

    def _identity(self, claims: Mapping[str, Any], token: str) -> Identity:
        level, subject = str(claims.get("acr") or ""), claims["sub"]
        if not isinstance(subject, str) or not 0 < len(subject) <= 255:
            raise Refused(ReasonCode.IDENTITY_UNPROVEN, detail="sub")
        if self._settings.levels and level not in self._settings.levels:
            raise Refused(ReasonCode.LEVEL_TOO_LOW, level=level or "–", provider=self.name)
        return Identity(
            issuer=self._settings.issuer,
            subject=subject,
            name=str(claims.get("name") or "")[:200],
            level=level[:100],
            strong=level in self._settings.strong_levels,
            at=datetime.fromtimestamp(claims.get("auth_time") or claims["iat"], UTC),
            session=str(claims.get("sid") or "")[:255],
            token=token,
        )

    def _exchange(self, code: str, asked: Asked) -> Mapping[str, Any]:
        """The code for tokens (RFC 6749 §4.1.3), with whichever way of showing our secret the provider takes."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": asked.back,
            "code_verifier": asked.verifier,
        }
        ours, secret, basic = self._settings.client_id, self._settings.client_secret, None
        if secret and "client_secret_basic" in self._described().get(
            "token_endpoint_auth_methods_supported", ["client_secret_basic"]
        ):
            basic = httpx.BasicAuth(quote(ours, safe=""), quote(secret, safe=""))
        else:
            form |= {"client_id": ours} | ({"client_secret": secret} if secret else {})
        status, said = self._call("POST", self._address("token_endpoint"), form=form, basic=basic)
        if status != 200:
            raise Refused(ReasonCode.IDENTITY_UNPROVEN, detail=str(said.get("error") or status)[:60])
        return said

    def _believed(self, token: str) -> CodeIDToken:
        """A token's claims if one of the provider's keys signed it. Keys change: an unknown one is asked for once."""
        told = self._described().get("id_token_signing_alg_values_supported", ["RS256"])
        algorithms = sorted(ALGORITHMS & set(told))
        options: Any = {
            "iss": {"essential": True, "value": self._settings.issuer},
            "aud": {"essential": True, "value": self._settings.client_id},
        }
        for fresh in (False, True):
            try:
                read = jwt.decode(token, self._key_set(fresh=fresh), algorithms=algorithms)
            except (JoseError, ValueError) as error:
                if fresh:
                    raise Refused(ReasonCode.IDENTITY_UNPROVEN, detail="signature") from error
            else:
                return CodeIDToken(read.claims, read.header, options)
        raise AssertionError("the second look answers or refuses")

    def _key_set(self, *, fresh: bool) -> KeySet:
        with self._lock:
            if self._keys is not None and self._age(self._keys[0]) < (AGAIN if fresh else KEPT):
                return self._keys[1]
        said = self._get(self._address("jwks_uri"))
        # A kind of key we do not know is none of ours: the others still count.
        usable = [
            key for key in said.get("keys", []) if isinstance(key, dict) and key.get("kty") in {"RSA", "EC", "OKP"}
        ]
        try:
            keys = KeySet.import_key_set({"keys": usable})
        except (JoseError, ValueError, KeyError, TypeError) as error:
            raise self._away("jwks") from error
        with self._lock:
            self._keys = (self._clock(), keys)
        return keys

    def _described(self) -> Mapping[str, Any]:
        """The provider's description of itself (OpenID Connect Discovery 1.0). It must be the one configured."""
        with self._lock:
            if self._description is not None and self._age(self._description[0]) < KEPT:
                return self._description[1]
        said = self._get(f"{self._settings.issuer.rstrip('/')}/.well-known/openid-configuration")
        if said.get("issuer") != self._settings.issuer:
            raise self._away(f"issuer: {str(said.get('issuer'))[:100]}")
        with self._lock:
            self._description = (self._clock(), said)
        return said

    def _address(self, name: str) -> str:
        """An address of the provider; over TLS unless it is on this machine."""
        told = str(self._described().get(name, ""))
        if not is_safe(told):
            raise self._away(f"{name}: {told[:100]}")
        return told

    def _age(self, at: datetime) -> float:
        return (self._clock() - at).total_seconds()

    def _get(self, address: str) -> Mapping[str, Any]:
        status, said = self._call("GET", address)
        if status != 200:
            raise self._away(f"HTTP {status}")
        return said

    def _call(
        self, method: str, address: str, *, form: Mapping[str, str] | None = None, basic: httpx.BasicAuth | None = None
    ) -> tuple[int, Mapping[str, Any]]:
        """Status and JSON of an answer.

        Raises:
            Unavailable: none in time, one too large, one that is no JSON object, a fault of the server.
        """
        verify: Any = True if self._settings.ca_file is None else str(self._settings.ca_file)
        try:
            with (
                httpx.Client(timeout=SECONDS, verify=verify, follow_redirects=False, trust_env=False) as client,
                client.stream(method, address, data=form, auth=basic, headers={"Accept": "application/json"}) as answer,
            ):
                body = b""
                for piece in answer.iter_bytes():
                    body += piece
                    if len(body) > LARGEST:
                        raise self._away("too large")
            said = httpx.Response(200, content=body).json()
        except (httpx.HTTPError, ValueError) as error:
            raise self._away(type(error).__name__) from error
        if answer.status_code >= 500 or not isinstance(said, dict):
            raise self._away(f"HTTP {answer.status_code}")
        return answer.status_code, said

    def _away(self, detail: str) -> Unavailable:
        return Unavailable(f"{self.name} ({self._settings.issuer}) không trả lời đúng: {detail}")


def _each(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


def _is_time(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def is_safe(address: str) -> bool:
    """Whether an address may carry secrets: https, or plain http on this machine."""
    url = urlsplit(address)
    return bool(url.hostname) and (
        url.scheme == "https" or (url.scheme == "http" and url.hostname in {"127.0.0.1", "localhost", "::1"})
    )
