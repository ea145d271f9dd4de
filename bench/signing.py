"""What a PAdES signature costs beyond hashing the file.

    .venv/bin/python bench/signing.py [--rounds 10] [--megabytes 6] [--key p256|rsa2048] [--helper]

Each round composes a fresh PDF/A of about the given size (pages of noise, so that nothing compresses), hashes it once,
then prepares, signs and completes a visible conversion mark as a person of a development CA. Shown for each round: the
hash, the signature, and the difference, in milliseconds of wall and of CPU time; CPU time is what a busy machine leaves
comparable. With --helper the PDF is read in a helper process, as files of others are; CPU time is then this process's.
"""

import argparse
import hashlib
import logging
import os
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # `signing` is the package, not this file

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding
from PIL import Image

from compose.composing import Sheet, compose
from khoso.kernel.clock import system_clock
from khoso.kernel.transcript import Box, Line, Transcript, Word
from pages.helper import Helper
from pages.ports import PageImage
from signing import devca
from signing.devca import DevelopmentCA
from signing.keys import LocalKey
from signing.marks import conversion_mark
from signing.pades import PadesSigner, sign_file
from signing.ports import Key, Level

SIZE, DPI = (1654, 2339), 200.0
PERSON, UNIT = "Nguyễn Thị Bích Phượng (MẪU)", "Trung tâm Phục vụ hành chính công xã Đạ Tẻh"


def sheets(folder: Path, megabytes: float) -> list[Sheet]:
    """Pages of noise under a white head, about one megabyte each."""
    words = tuple(Word(f"chữ{n}", Box(200 + 120 * n, 400, 300 + 120 * n, 440), 0.9) for n in range(8))
    transcript = Transcript(*SIZE, DPI, (Line(words, "bench"),), "bench")
    made, size = [], 0
    while size < megabytes * 1e6:
        path = folder / f"{len(made)}.jpg"
        page = Image.new("L", SIZE, 255)
        page.paste(Image.frombytes("L", (1200, 800), os.urandom(960_000)), (200, 500))
        page.save(path, quality=85)
        size += path.stat().st_size
        made.append(Sheet(PageImage(path, *SIZE, DPI), transcript))
    return made


def rsa_key(authority: DevelopmentCA) -> Key:
    """An RSA-2048 key under the same root, as many real tokens hold."""
    private = rsa.generate_private_key(65537, 2048)
    root = x509.load_der_x509_certificate(authority.root.certificate)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, PERSON)]))
        .issuer_name(root.subject)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(system_clock() - timedelta(days=1))
        .not_valid_after(system_clock() + timedelta(days=1))
        .sign(authority.root.private, hashes.SHA256())
    )
    return LocalKey(private, certificate.public_bytes(Encoding.DER), (authority.root.certificate,))


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Milliseconds of wall and of CPU time."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return 1000 * (time.perf_counter() - wall), 1000 * (time.process_time() - cpu)


def hash_file(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--megabytes", type=float, default=6.0)
    parser.add_argument("--key", choices=["p256", "rsa2048"], default="p256")
    parser.add_argument("--helper", action="store_true")
    arguments = parser.parse_args()
    logging.disable(logging.WARNING)
    with tempfile.TemporaryDirectory() as name, Helper() as helper:
        folder = Path(name)
        authority = devca.ensure(folder / "ca", clock=system_clock)
        key = authority.person_key(PERSON, UNIT) if arguments.key == "p256" else rsa_key(authority)
        signer = PadesSigner(helper=helper if arguments.helper else None)
        captured = sheets(folder, arguments.megabytes)
        beyond = []
        for number in range(1, arguments.rounds + 1):
            now = system_clock()
            first = replace(captured[0], transcript=replace(captured[0].transcript, seconds=float(number)))
            pages = [first, *captured[1:]]
            pdf = compose(pages, folder / f"{number}.pdf", helper=helper, title=f"MẪU {number}", created=now).path
            mark = conversion_mark(PERSON, UNIT, now)
            hashed = timed(lambda pdf=pdf: hash_file(pdf))
            signed = timed(
                lambda pdf=pdf, mark=mark, now=now: sign_file(
                    pdf, signer=signer, key=key, mark=mark, level=Level.B_B, when=now
                )
            )
            beyond.append((signed[0] - hashed[0], signed[1] - hashed[1]))
            print(
                f"{number:3}  {pdf.stat().st_size / 1e6:.1f} MB  hash {hashed[0]:6.1f} ms"
                f"  signature {signed[0]:6.1f} ms  beyond {beyond[-1][0]:6.1f} ms wall, {beyond[-1][1]:6.1f} ms CPU"
            )
            pdf.unlink()
    print(
        f"median beyond hashing: {median(wall for wall, _ in beyond):.1f} ms wall, {median(cpu for _, cpu in beyond):.1f} ms CPU"
    )


if __name__ == "__main__":
    main()
