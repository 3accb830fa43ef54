"""A time-stamping authority (RFC 3161) of a test's own: keys made here, answers made by ``openssl ts``."""

import subprocess
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

CONFIG = """
[tsa]
serial = {folder}/serial
crypto_device = builtin
default_policy = 1.2.3.4.1
other_policies = 1.2.3.4.5
digests = sha256
signer_digest = sha256
ess_cert_id_alg = sha256
accuracy = secs:1
ordering = yes
tsa_name = yes
"""
FROM, TO = datetime(2020, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


class Authority:
    """``root`` is the certificate that whoever verifies has to trust."""

    def __init__(self, folder: Path, name: str = "Test Time Stamping", *, to: datetime = TO) -> None:
        folder.mkdir()
        self._folder = folder
        self.root = folder / "root.pem"
        (folder / "serial").write_text("01")
        (folder / "tsa.cnf").write_text(CONFIG.format(folder=folder))
        root_key, key = generate_private_key(SECP256R1()), generate_private_key(SECP256R1())
        root = _certificate(root_key, root_key, f"{name} Root", f"{name} Root", TO)
        signer = _certificate(key, root_key, name, f"{name} Root", to)
        self.root.write_bytes(root.public_bytes(Encoding.PEM))
        (folder / "signer.pem").write_bytes(signer.public_bytes(Encoding.PEM))
        (folder / "signer.key").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))

    def answer(self, request: bytes) -> bytes:
        """Return the ``TimeStampResp`` to a ``TimeStampReq``, its chain included as most authorities do."""
        file = self._folder / "request.tsq"
        file.write_bytes(request)
        command = [
            "openssl",
            "ts",
            "-reply",
            "-config",
            self._folder / "tsa.cnf",
            "-section",
            "tsa",
            "-queryfile",
            file,
        ]
        command += ["-inkey", self._folder / "signer.key", "-signer", self._folder / "signer.pem", "-chain", self.root]
        return subprocess.run([*command, "-out", "/dev/stdout"], capture_output=True, check=True).stdout


def _certificate(
    key: EllipticCurvePrivateKey, by: EllipticCurvePrivateKey, name: str, by_name: str, to: datetime
) -> x509.Certificate:
    is_root = key is by
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, by_name)]))
        .public_key(key.public_key())
        .serial_number(1 if is_root else 2)
        .not_valid_before(FROM)
        .not_valid_after(to)
        .add_extension(x509.BasicConstraints(is_root, None), critical=True)
        .add_extension(
            x509.KeyUsage(not is_root, False, False, False, False, is_root, is_root, False, False), critical=True
        )
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(by.public_key()), critical=False)
        .sign(by, hashes.SHA256())
    )
