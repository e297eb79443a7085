"""Signatures with the user's own key in KMS, for content credentials. The key never leaves KMS."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final, Self

from renditions import aws
from renditions.errors import InvalidSettings

if TYPE_CHECKING:
    from mypy_boto3_kms import KMSClient
    from mypy_boto3_ssm import SSMClient

_HALF: Final = 32  # bytes of each of the two numbers of a P-256 signature
_BEGIN: Final = "-----BEGIN CERTIFICATE-----"


@dataclass(frozen=True)
class Signer:
    """Signs with the key ``key_arn`` (ECC_NIST_P256). ``parameter`` of Parameter Store has the certificates."""

    key_arn: str
    parameter: str
    kms: "KMSClient"
    ssm: "SSMClient"

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Self:
        """Read where key and certificates are. Raises InvalidSettings, naming what is missing."""
        missing = [
            name for name in ("CREDENTIALS_KEY_ARN", "CREDENTIALS_CERTIFICATE") if not environ.get(name)
        ]
        if missing:
            raise InvalidSettings(f"{', '.join(missing)} must be set.")
        return cls(environ["CREDENTIALS_KEY_ARN"], environ["CREDENTIALS_CERTIFICATE"], aws.kms(), aws.ssm())

    @cached_property
    def certificates(self) -> str:
        """The chain in PEM: the key's own certificate first. Raises InvalidSettings, StorageUnavailable."""
        with aws.retryable_errors("Systems Manager"):
            found = self.ssm.get_parameter(Name=self.parameter)["Parameter"]["Value"]
        if _BEGIN not in found:
            raise InvalidSettings(
                f"The parameter {self.parameter} has no certificate. Store the chain in PEM, the key's own first."
            )
        return found

    def is_renewed(self) -> bool:
        """Read the certificates again. Returns whether they have changed. Raises as ``certificates``."""
        before: str = self.__dict__.pop("certificates", "")
        return before != self.certificates

    def sign(self, data: bytes) -> bytes:
        """Return the ES256 signature of ``data``, 64 bytes. Raises StorageUnavailable."""
        with aws.retryable_errors("KMS"):
            answer = self.kms.sign(
                KeyId=self.key_arn,
                Message=hashlib.sha256(data).digest(),  # KMS takes at most 4,096 bytes of the message itself
                MessageType="DIGEST",
                SigningAlgorithm="ECDSA_SHA_256",
            )
        return fixed_length(answer["Signature"])


def fixed_length(der: bytes) -> bytes:
    """Return the two numbers of an ECDSA signature in DER, which KMS writes, one after the other, as JOSE wants them.

    Source: RFC 3279, section 2.2.3, and RFC 7518, section 3.4.
    """
    numbers, position = b"", 2  # after the header of the sequence: on P-256 all lengths take one byte
    for _ in range(2):
        start = position + 2
        position = start + der[position + 1]
        numbers += int.from_bytes(der[start:position]).to_bytes(_HALF)
    return numbers
