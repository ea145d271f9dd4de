"""PAdES signatures as incremental updates (ETSI EN 319 142-1): prepared here, signed wherever the key lives, completed here.

All are approval signatures: a certifying one would forbid the marks that come after it. The file itself is only read.
"""

from base64 import b64decode, b64encode
from collections.abc import Callable
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from khoso.kernel.errors import Refused, Unavailable
from khoso.kernel.reasons import ReasonCode
from pages.helper import Helper
from pages.limits import SIGN_FILE
from signing.ports import Key, Level, Mark, Prepared, RevocationSource, Signer, Tail, TimeStamper
from signing.writing.cms import DIGEST, check_certificate, check_signature, signed_attributes, signed_data
from signing.writing.extending import add_proofs, certificates_in, prepare_stamp
from signing.writing.preparing import prepare

_CMS_FRAME = 2048  # bytes: signature value, attributes and structure, without certificates
_STAMP_ROOM = 12 * 1024  # bytes; tokens of public authorities carry their chain, 5 to 8 kB


class PadesSigner:
    """A `Signer`. Baseline level B-B needs nothing; the higher ones need a time stamper, B-LT and B-LTA proofs too.

    Args:
        helper: reads PDFs in its child process, as files of others must be, and lets marks find their place in them.
            Without one they are read in this process, meant for what Khoso composed itself, and a field that has to
            be added is invisible.
        stamper: gives RFC 3161 time stamps.
        revocation: gives proofs that certificates are not revoked.
    """

    def __init__(
        self,
        *,
        helper: Helper | None = None,
        stamper: TimeStamper | None = None,
        revocation: RevocationSource | None = None,
    ) -> None:
        self._helper = helper
        self._stamper = stamper
        self._revocation = revocation

    def prepare(
        self, pdf: Path, mark: Mark, level: Level, *, certificate: bytes, chain: tuple[bytes, ...], when: datetime
    ) -> Prepared:
        """See `Signer.prepare`.

        Raises:
            Refused: `CERTIFICATE_UNUSABLE`, `NO_EMPTY_FIELD`, `DOCUMENT_LOCKED`, `ENCRYPTED`, `DAMAGED`,
                `MARK_TOO_LONG` or `MARK_UNPRINTABLE`.
            Unavailable: the level needs a service that is not configured, or the file is not there.
        """
        self._check_able(level)
        check_certificate(certificate, when)
        reserved = _CMS_FRAME + len(certificate) + sum(map(len, chain)) + (0 if level is Level.B_B else _STAMP_ROOM)
        made = self._run(
            prepare,
            path=str(pdf.absolute()),
            place=mark.place.value,
            lines=list(mark.lines),
            when=when.isoformat(),
            reserved=reserved,
            foreign=self._helper is not None,
        )
        return Prepared(
            source=pdf,
            source_length=made["source_length"],
            tail=b64decode(made["tail"]),
            to_sign=signed_attributes(bytes.fromhex(made["digest"]), certificate),
            digest_algorithm=DIGEST,
            state={
                "level": level.value,
                "start": made["start"],
                "end": made["end"],
                "visible": made["visible"],
                "certificate": b64encode(certificate).decode(),
                "chain": [b64encode(one).decode() for one in chain],
            },
        )

    def complete(self, prepared: Prepared, signature: bytes) -> Tail:
        """See `Signer.complete`; any signer with the same services can complete what another prepared.

        Raises:
            Refused: `SIGNING_FAILED`: the value is not the certificate owner's, or a time stamp is larger than its room.
            Unavailable: a time stamp or a proof is not to be had now.
        """
        state = prepared.state
        level = Level(state["level"])
        self._check_able(level)
        certificate, chain = b64decode(state["certificate"]), tuple(map(b64decode, state["chain"]))
        check_signature(signature, prepared.to_sign, certificate)
        stamp = b"" if level is Level.B_B else self._stamp(sha256(signature).digest())
        value = signed_data(
            attributes=prepared.to_sign, signature=signature, certificate=certificate, chain=chain, stamp=stamp
        )
        tail = _filled(prepared.tail, state["start"], state["end"], value)
        if level in {Level.B_LT, Level.B_LTA}:
            tail = self._with_proofs(prepared.source, tail, (certificate, *chain, *certificates_in(stamp)))
        if level is Level.B_LTA:
            tail = self._with_stamp(prepared.source, tail)
        return Tail(source_length=prepared.source_length, data=tail)

    def _check_able(self, level: Level) -> None:
        if level is not Level.B_B and self._stamper is None:
            raise Unavailable(f"level {level.value} needs a time stamping authority, and none is configured")
        if level in {Level.B_LT, Level.B_LTA} and self._revocation is None:
            raise Unavailable(f"level {level.value} needs a source of revocation proofs, and none is configured")

    def _stamp(self, digest: bytes) -> bytes:
        assert self._stamper is not None  # noqa: S101 - `_check_able` was asked
        return self._stamper.stamp(digest)

    def _with_proofs(self, source: Path, tail: bytes, certificates: tuple[bytes, ...]) -> bytes:
        assert self._revocation is not None  # noqa: S101 - `_check_able` was asked
        distinct = tuple(dict.fromkeys(certificates))
        proofs = self._revocation.proofs(distinct)
        extended = self._run(
            add_proofs,
            path=str(source.absolute()),
            tail=b64encode(tail).decode(),
            certificates=[b64encode(one).decode() for one in distinct],
            crls=[b64encode(one).decode() for one in proofs.crls],
            ocsps=[b64encode(one).decode() for one in proofs.ocsps],
        )
        return b64decode(extended["tail"])

    def _with_stamp(self, source: Path, tail: bytes) -> bytes:
        arguments = {"path": str(source.absolute()), "tail": b64encode(tail).decode(), "reserved": _STAMP_ROOM}
        made = self._run(prepare_stamp, **arguments)
        token = self._stamp(bytes.fromhex(made["digest"]))
        return _filled(b64decode(made["tail"]), made["start"], made["end"], token)

    def _run(self, function: Callable[..., dict[str, Any]], **arguments: Any) -> dict[str, Any]:
        """In the helper if there is one, else here."""
        if self._helper is None:
            return function(**arguments)
        name = f"{function.__module__}:{function.__name__}"
        answer: dict[str, Any] = self._helper.call(name, SIGN_FILE, **arguments)
        return answer


def sign_file(pdf: Path, *, signer: Signer, key: Key, mark: Mark, level: Level, when: datetime) -> Tail:
    """Prepare, sign and complete in one go, with a key that answers at once.

    Args:
        pdf: the file; it is only read, and the result is to be appended to it.
        when: aware; the claimed time of signing.

    Raises:
        Refused, Unavailable: as the signer and the key say.
    """
    prepared = signer.prepare(pdf, mark, level, certificate=key.certificate, chain=key.chain, when=when)
    return signer.complete(prepared, key.sign(prepared.to_sign))


def _filled(tail: bytes, start: int, end: int, value: bytes) -> bytes:
    """The tail with `value` written in hex into the room between `<` and `>`."""
    written = value.hex().encode()
    if len(written) > end - start - 2:
        raise Refused(ReasonCode.SIGNING_FAILED, detail=f"chữ ký dài {len(value)} byte, quá chỗ dành sẵn")
    return tail[: start + 1] + written + tail[start + 1 + len(written) :]
