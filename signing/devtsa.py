"""A time stamper for trying out levels B-T to B-LTA without a network: this machine's clock, without any value in law."""

from dataclasses import dataclass
from hashlib import sha256
from secrets import randbits

from asn1crypto import algos, cms, core, tsp, x509
from pyhanko.sign.general import as_signing_certificate_v2, simple_cms_attribute

from khoso.kernel.clock import Clock
from signing.keys import LocalKey

_POLICY = "1.3.6.1.4.1.99999.1"  # nobody's: a token must name a policy


@dataclass(frozen=True, slots=True)
class DevelopmentStamper:
    """A `TimeStamper` with a key of the development CA.

    Attributes:
        key: an elliptic curve key whose certificate is for time stamping.
        clock: the time it swears by.
    """

    key: LocalKey
    clock: Clock

    def stamp(self, digest: bytes, *, nonce: int | None = None) -> bytes:
        """See `TimeStamper.stamp`; `nonce` is the requester's, for a server that answers requests."""
        imprint = {"hash_algorithm": algos.DigestAlgorithm({"algorithm": "sha256"}), "hashed_message": digest}
        info = tsp.TSTInfo(
            {
                "version": "v1",
                "policy": _POLICY,
                "message_imprint": tsp.MessageImprint(imprint),
                "serial_number": randbits(120),
                "gen_time": self.clock().replace(microsecond=0),
                "nonce": randbits(63) if nonce is None else nonce,
            }
        )
        content = info.dump()
        owner = x509.Certificate.load(self.key.certificate)
        attributes = cms.CMSAttributes(
            [
                simple_cms_attribute("content_type", "tst_info"),
                simple_cms_attribute("message_digest", sha256(content).digest()),
                simple_cms_attribute("signing_certificate_v2", as_signing_certificate_v2(owner)),
            ]
        )
        signer = cms.SignerInfo(
            {
                "version": "v1",
                "sid": cms.SignerIdentifier(
                    {
                        "issuer_and_serial_number": cms.IssuerAndSerialNumber(
                            {"issuer": owner.issuer, "serial_number": owner.serial_number}
                        )
                    }
                ),
                "digest_algorithm": algos.DigestAlgorithm({"algorithm": "sha256"}),
                "signature_algorithm": algos.SignedDigestAlgorithm({"algorithm": "sha256_ecdsa"}),
                "signed_attrs": attributes,
                "signature": self.key.sign(attributes.dump()),
            }
        )
        data = cms.SignedData(
            {
                "version": "v3",
                "digest_algorithms": cms.DigestAlgorithms([algos.DigestAlgorithm({"algorithm": "sha256"})]),
                "encap_content_info": {"content_type": "tst_info", "content": core.ParsableOctetString(content)},
                "certificates": [
                    cms.CertificateChoices(name="certificate", value=x509.Certificate.load(one))
                    for one in (self.key.certificate, *self.key.chain)
                ],
                "signer_infos": [signer],
            }
        )
        return bytes(cms.ContentInfo({"content_type": "signed_data", "content": data}).dump())
