"""Make a key in KMS and a certificate for it, so that a stack can sign content credentials (C2PA).

The certificate comes from an authority of your own, which is made here and forgotten: readers show its name as that of
an unknown signer. For a certificate that they trust, ask an authority on the C2PA trust list, and store its chain in
the same parameter. Needs boto3, cryptography and the permissions kms:CreateKey, kms:GetPublicKey and ssm:PutParameter:

    python signing_certificate.py "Example News"

To adapt: the name of the parameter, how long the certificate is valid.
"""

import sys
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, load_der_public_key
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

PARAMETER = "/renditions/certificate"
DAYS = 365


def make(kms: Any, ssm: Any, organization: str, parameter: str = PARAMETER) -> str:
    """Return the ARN of a new key, whose certificate chain is then in ``parameter``."""
    key = kms.create_key(
        KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY", Description="Content credentials of renditions"
    )["KeyMetadata"]
    public: Any = load_der_public_key(kms.get_public_key(KeyId=key["KeyId"])["PublicKey"])
    ssm.put_parameter(Name=parameter, Type="String", Value=chain(public, organization), Overwrite=True)
    return str(key["Arn"])


def chain(public: ec.EllipticCurvePublicKey, organization: str) -> str:
    """Return a certificate of ``public`` and that of its authority in PEM, as C2PA wants them."""
    authority = ec.generate_private_key(ec.SECP256R1())
    issuer, subject = _name(organization, "Authority"), _name(organization, "Renditions")
    own = _usage(_certificate(issuer, issuer, authority.public_key(), is_authority=True), cert_sign=True)
    ski = x509.SubjectKeyIdentifier.from_public_key(authority.public_key())
    leaf = (
        _usage(_certificate(subject, issuer, public, is_authority=False), cert_sign=False)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(ski), critical=False)
    )
    signed = [one.sign(authority, hashes.SHA256()) for one in (leaf, own)]
    return "".join(one.public_bytes(Encoding.PEM).decode() for one in signed)


def _name(organization: str, common_name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organization),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def _certificate(
    subject: x509.Name, issuer: x509.Name, public: ec.EllipticCurvePublicKey, *, is_authority: bool
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=DAYS))
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
    )


def _usage(certificate: x509.CertificateBuilder, *, cert_sign: bool) -> x509.CertificateBuilder:
    usage = x509.KeyUsage(
        digital_signature=not cert_sign, key_cert_sign=cert_sign, crl_sign=cert_sign, content_commitment=False,
        key_encipherment=False, data_encipherment=False, key_agreement=False, encipher_only=False,
        decipher_only=False,
    )  # fmt: skip
    return certificate.add_extension(usage, critical=True)


if __name__ == "__main__":
    import boto3

    arn = make(boto3.client("kms"), boto3.client("ssm"), sys.argv[1])
    print(f"ContentCredentials=keep CredentialsKeyArn={arn} CredentialsCertificate={PARAMETER}")  # noqa: T201
