"""A safe of Fernet keys (AES-128-CBC with HMAC-SHA-256): the newest locks, all unlock."""

import base64
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from khoso.kernel.errors import Corrupted

_INFO = b"khoso second factors 1"


class FernetSafe:
    """Made of texts of at least 32 characters, newest first; each gives one key by HKDF (RFC 5869)."""

    def __init__(self, secrets: Sequence[str]) -> None:
        self._keys = [Fernet(_key(secret)) for secret in secrets]
        self._all = MultiFernet(self._keys)

    def lock(self, secret: str) -> str:
        return self._all.encrypt(secret.encode()).decode("ascii")

    def unlock(self, locked: str) -> str:
        try:
            return self._all.decrypt(locked.encode()).decode()
        except InvalidToken as error:
            raise Corrupted(
                "a second factor's secret was locked with a key that is not there (KHOSO_FACTOR_KEYS)"
            ) from error

    def is_newest(self, locked: str) -> bool:
        try:
            self._keys[0].decrypt(locked.encode())
        except InvalidToken:
            return False
        return True


def _key(secret: str) -> bytes:
    made = HKDF(algorithm=SHA256(), length=32, salt=None, info=_INFO).derive(secret.encode())
    return base64.urlsafe_b64encode(made)
