"""An authority of our own and a certificate for 127.0.0.1, made for one test run."""

import ipaddress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

DAY = timedelta(days=1)


class Authority:
    """Signs certificates; its own is what clients trust."""

    def __init__(self, name: str) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        building = self._building(self._name, self._key)
        building = building.add_extension(x509.BasicConstraints(ca=True, path_length=0), True)
        self._own = building.sign(self._key, hashes.SHA256())

    def trusted(self, file: Path) -> Path:
        """Write the authority's certificate."""
        file.write_bytes(self._own.public_bytes(Encoding.PEM))
        return file

    def server(self, file: Path) -> Path:
        """Write a key and a certificate for this machine into one file."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "broker")])
        here = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
        building = self._building(name, key).add_extension(here, False)
        signed = building.sign(self._key, hashes.SHA256())
        secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        chain = signed.public_bytes(Encoding.PEM) + self._own.public_bytes(Encoding.PEM)
        file.write_bytes(secret + chain)
        return file

    def _building(self, subject: x509.Name, key: ec.EllipticCurvePrivateKey):
        now = datetime.now(UTC)
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - DAY)
            .not_valid_after(now + DAY)
        )
