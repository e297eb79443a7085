"""Check of what signs content credentials: the library, the key, and the certificate, which expires."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from renditions_cli.aws.health.deployment import has_package
from renditions_cli.aws.health.finding import Finding, Mark
from renditions_cli.aws.health.target import Target

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

NAME = "content credentials"
SOON = timedelta(days=30)
MISSING = {"ParameterNotFound", "NotFoundException", "DisabledException"}
CONSEQUENCE = "images with content credentials fail"
RENEW = "Store a new chain in the same parameter: docs/labels.md, Signed renditions."


def content_credentials(target: Target) -> Iterator[Finding]:
    """Yield whether a stack that signs can sign, and until when."""
    if target.parameters.get("ContentCredentials") != "keep":
        return
    if not has_package(target, "c2pa"):
        text = "ContentCredentials is keep, but the package has no C2PA library: no rendition can be made."
        yield Finding(NAME, Mark.TO_DO, text, "Run `make deploy CREDENTIALS=keep`.")
    from cryptography.x509 import load_pem_x509_certificates  # few stacks sign

    key, parameter = (target.parameters[name] for name in ("CredentialsKeyArn", "CredentialsCertificate"))
    try:
        public = target.client("kms").get_public_key(KeyId=key)["PublicKey"]
        chain = target.client("ssm").get_parameter(Name=parameter)["Parameter"]["Value"]
        certificate = load_pem_x509_certificates(chain.encode())[0]
    except ClientError as error:
        if error.response["Error"]["Code"] not in MISSING:
            raise
        missing = key if error.operation_name == "GetPublicKey" else parameter
        text = f"{missing} does not exist or is disabled: {CONSEQUENCE}."
        yield Finding(NAME, Mark.TO_DO, text, "Correct CredentialsKeyArn or CredentialsCertificate.")
    except ValueError:
        yield Finding(NAME, Mark.TO_DO, f"{parameter} has no certificate: {CONSEQUENCE}.", RENEW)
    else:
        yield _of_certificate(parameter, certificate, public)


def _of_certificate(parameter: str, certificate: "Certificate", public: bytes) -> Finding:
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    now, end = datetime.now(UTC), certificate.not_valid_after_utc
    day, its_key = f"{end:%Y-%m-%d}", certificate.public_key()
    if its_key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo) != public:
        text = f"The first certificate in {parameter} is not that of CredentialsKeyArn: {CONSEQUENCE}."
    elif end <= now:
        text = f"The certificate in {parameter} expired on {day}: {CONSEQUENCE}."
    elif end <= now + SOON:
        text = f"The certificate in {parameter} expires on {day}. Then {CONSEQUENCE}."
    else:
        return Finding(NAME, Mark.WELL, f"renditions are signed, with a certificate until {day}")
    return Finding(NAME, Mark.TO_DO, text, RENEW)
