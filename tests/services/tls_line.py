"""A line that speaks TLS to whoever calls and passes everything on in the clear: real servers behind TLS without settings of their own."""

import asyncio
import contextlib
import ssl
import threading
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

SSL_REQUEST = bytes.fromhex("0000000804d2162f")
"""What PostgreSQL's clients ask before TLS begins (protocol 3.0, SSLRequest); the answer is `S`."""


def make_authority(folder):
    """An authority and a certificate of 127.0.0.1; the PEM files of its root and of the certificate with its key."""
    root, leaf = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "SPECIMEN root of tests")])
    now = datetime.now(UTC)

    def build(key, subject):
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=2))
        )

    signer = x509.SubjectKeyIdentifier.from_public_key(root.public_key())
    usage = x509.KeyUsage(
        digital_signature=True,
        key_cert_sign=True,
        crl_sign=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
    rooted = (
        build(root, name)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(signer, critical=False)
        .sign(root, hashes.SHA256())
    )
    certificate = (
        build(leaf, x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")]))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(signer), critical=False)
        .sign(root, hashes.SHA256())
    )
    shown, held = folder / "root.pem", folder / "server.pem"
    shown.write_bytes(rooted.public_bytes(Encoding.PEM))
    held.write_bytes(
        leaf.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + certificate.public_bytes(Encoding.PEM)
    )
    return shown, held


class Lines:
    """TLS lines to some ports of this machine; `near[port]` is where to call. `asked`: the port whose clients ask first, PostgreSQL's."""

    def __init__(self, ports, certificate, *, asked):
        self._ports, self._asked = ports, asked
        self._context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self._context.load_cert_chain(certificate)
        self.near, self._servers = {}, []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="tls lines", daemon=True)

    def __enter__(self):
        self._thread.start()
        for port in self._ports:
            self.near[port] = asyncio.run_coroutine_threadsafe(self._open(port), self._loop).result(10)
        return self

    def __exit__(self, *_):
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    async def _end(self):
        for server in self._servers:
            server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        await asyncio.sleep(0.1)  # transports that were ended close at the loop's next turns

    async def _open(self, port):
        context = None if port == self._asked else self._context
        server = await asyncio.start_server(
            lambda reader, writer: self._serve(port, reader, writer), "127.0.0.1", 0, ssl=context
        )
        self._servers.append(server)
        return server.sockets[0].getsockname()[1]

    async def _serve(self, port, reader, writer):
        far = None
        try:
            if port == self._asked:
                if await reader.readexactly(8) != SSL_REQUEST:
                    return  # in the clear: refused, as a server does that wants TLS
                writer.write(b"S")
                await writer.drain()
                await writer.start_tls(self._context)
            far = await asyncio.open_connection("127.0.0.1", port)
            await asyncio.gather(self._pass(reader, far[1]), self._pass(far[0], writer))
        except (OSError, asyncio.IncompleteReadError):  # ssl.SSLError is an OSError
            pass
        finally:
            writer.transport.abort()
            if far is not None:
                far[1].transport.abort()

    async def _pass(self, reader, writer):
        with contextlib.closing(writer):
            while chunk := await reader.read(65536):
                writer.write(chunk)
                await writer.drain()
