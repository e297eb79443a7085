"""Check of what signs content credentials: the library, the key, and the certificate, which expires."""

import base64
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from botocore.exceptions import ClientError

from renditions_cli.aws.health.deployment import has_package
from renditions_cli.aws.health.finding import Finding, Mark
from renditions_cli.aws.health.target import Target

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
    key, parameter = (target.parameters[name] for name in ("CredentialsKeyArn", "CredentialsCertificate"))
    try:
        public = target.client("kms").get_public_key(KeyId=key)["PublicKey"]
        chain = target.client("ssm").get_parameter(Name=parameter)["Parameter"]["Value"]
        certificate = first_of(chain)
        end = end_of(certificate)
    except ClientError as error:
        if error.response["Error"]["Code"] not in MISSING:
            raise
        missing = key if error.operation_name == "GetPublicKey" else parameter
        text = f"{missing} does not exist or is disabled: {CONSEQUENCE}."
        yield Finding(NAME, Mark.TO_DO, text, "Correct CredentialsKeyArn or CredentialsCertificate.")
    except (ValueError, IndexError):
        yield Finding(NAME, Mark.TO_DO, f"{parameter} has no certificate: {CONSEQUENCE}.", RENEW)
    else:
        yield _of_certificate(parameter, end, is_of_key=public in certificate)


def _of_certificate(parameter: str, end: datetime, *, is_of_key: bool) -> Finding:
    now, day = datetime.now(UTC), f"{end:%Y-%m-%d}"
    if not is_of_key:
        text = f"The first certificate in {parameter} is not that of CredentialsKeyArn: {CONSEQUENCE}."
    elif end <= now:
        text = f"The certificate in {parameter} expired on {day}: {CONSEQUENCE}."
    elif end <= now + SOON:
        text = f"The certificate in {parameter} expires on {day}. Then {CONSEQUENCE}."
    else:
        return Finding(NAME, Mark.WELL, f"renditions are signed, with a certificate until {day}")
    return Finding(NAME, Mark.TO_DO, text, RENEW)


def first_of(chain: str) -> bytes:
    """Return the first certificate of a chain in PEM. Raises ValueError, IndexError."""
    return base64.b64decode(chain.split("-----")[2], validate=False)


def end_of(certificate: bytes) -> datetime:
    """Return until when a certificate in DER is valid (RFC 5280, section 4.1). Raises ValueError, IndexError."""
    signed, _ = _element(certificate, _element(certificate, 0)[0])
    position = signed
    for _ in ("version", "serial number", "algorithm", "issuer"):
        position = _element(certificate, position)[1]
    begin, _ = _element(certificate, position)
    start, end = _element(certificate, _element(certificate, begin)[1])
    text = certificate[start:end].decode()
    year = "%y" if len(text) == len("yymmddhhmmssZ") else "%Y"
    return datetime.strptime(text, f"{year}%m%d%H%M%SZ").replace(tzinfo=UTC)


def _element(der: bytes, position: int) -> tuple[int, int]:
    """Return where the content of an element of DER begins and ends."""
    length, begin = der[position + 1], position + 2
    if length & 0x80:
        size = length & 0x7F
        length, begin = int.from_bytes(der[begin : begin + size]), begin + size
    return begin, begin + length
