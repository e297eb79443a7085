"""Originals in, renditions out: the only module that talks to S3. The client is passed in."""

import hashlib
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

import botocore.session
from botocore.config import Config
from botocore.exceptions import ClientError, FlexibleChecksumError, HTTPClientError, IncompleteReadError
from botocore.exceptions import ConnectionError as NotConnectedError

from renditions.contracts import Image, Original, Rendered, Rendition, Upload
from renditions.errors import ObjectExists, SourceGone, StorageUnavailable

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import GetObjectRequestTypeDef, TagTypeDef

CACHE_FOR_EVER: Final = "public, max-age=31536000, immutable"

# S3 allows 1,024 bytes in a key. Shortened keys end in this mark, and so does no other: a key that
# already looks shortened is shortened again.
_MAX_KEY_BYTES: Final = 1024
SHORTENED: Final = re.compile(r"~[0-9a-f]{64}$")

# Of a rendition's key, what follows the original's: "/{16 hex digits}/{file name}", with room for longer names.
_LONGEST_REST: Final = 64
_VERSION: Final = re.compile(r"[0-9a-f]{16}")
_FILE: Final = re.compile(r"[a-z]+\.[a-z]+")

# The tag of a rendition that no record names any more; the lifecycle rule of the bucket knows it.
SUPERSEDED: Final["TagTypeDef"] = {"Key": "superseded", "Value": "true"}

# S3's user metadata may have 2 KB in all, and a percent-encoded key up to three.
_MAX_METADATA_BYTES: Final = 1500

# What botocore raises when its own retries are used up and no answer came, a part of one, or one that was
# damaged on its way.
_BROKEN: Final = (HTTPClientError, NotConnectedError, IncompleteReadError, FlexibleChecksumError)

_GONE: Final = {"NoSuchKey", "NoSuchVersion", "PreconditionFailed", "MethodNotAllowed", "404", "412", "405"}
_BUSY: Final = {"SlowDown", "RequestTimeout", "RequestTimeTooSkewed", "InternalError", "ServiceUnavailable"}


def connect() -> "S3Client":
    """An S3 client that gives up on a hanging connection well before the function's time is up.

    All attempts together take half a minute; after that the state machine tries again, in another place.
    botocore instead of boto3: the same client, but without the import of s3transfer at each cold start.
    """
    config = Config(connect_timeout=3, read_timeout=10, retries={"mode": "standard", "total_max_attempts": 3})
    client: S3Client = botocore.session.get_session().create_client(  # type: ignore[assignment]
        "s3", region_name=os.environ.get("AWS_REGION"), config=config
    )
    return client


def read(s3: "S3Client", upload: Upload) -> bytes:
    """The bytes of exactly the object that the event told about: by version id, else If-Match on its ETag.

    Raises SourceGone if that object is not there any more, StorageUnavailable if S3 cannot answer now.
    """
    request: GetObjectRequestTypeDef = {"Bucket": upload.bucket, "Key": upload.key}
    if upload.version_id is None:
        request["IfMatch"] = upload.etag
    else:
        request["VersionId"] = upload.version_id
    try:
        return s3.get_object(**request)["Body"].read()
    except ClientError as error:
        if _code(error) in _GONE:
            raise SourceGone(f"The original is not there any more: S3 says {_code(error)}.") from error
        raise _unavailable(error) from error
    except _BROKEN as error:
        raise _unavailable(error) from error


def read_logo(s3: "S3Client", bucket: str, key: str) -> bytes:
    """The watermark's logo. Raises ClientError if it is missing or forbidden: the operators' to put right."""
    try:
        return s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    except (ClientError, *_BROKEN) as error:
        raise _unavailable(error) from error


def write(
    s3: "S3Client", bucket: str, name: str, image: Image, version: str, rendered: Rendered
) -> Rendition:
    """Store one rendition under a key that never changes its meaning, and describe it.

    Writing the same rendition twice writes the same bytes to the same key. Raises StorageUnavailable.
    """
    key = rendition_key(image.key, version, f"{name}.{rendered.extension}")
    try:
        s3.put_object(
            Bucket=bucket,
            Key=key,
            Body=rendered.data,
            ContentType=rendered.content_type,
            CacheControl=CACHE_FOR_EVER,
            Metadata={
                "original": _ascii(image.upload().uri),
                "original-version": image.version_id,
                "version": version,
            },
        )
    except (ClientError, *_BROKEN) as error:
        raise _unavailable(error) from error
    return Rendition(
        name=name,
        bucket=bucket,
        key=key,
        width=rendered.width,
        height=rendered.height,
        bytes=len(rendered.data),
        content_type=rendered.content_type,
        note=rendered.note,
    )


def rendition_key(original: str, version: str, file_name: str) -> str:
    """``{original}/{version}/{file_name}``; a key too long for S3 is cut and ends in its digest."""
    rest = f"/{version}/{file_name}"
    room = _MAX_KEY_BYTES - len(rest.encode())
    if len(original.encode()) <= room and not SHORTENED.search(original):
        return original + rest
    digest = "~" + hashlib.sha256(original.encode()).hexdigest()
    # "ignore" drops a character that the cut went through.
    start = original.encode()[: room - len(digest)].decode(errors="ignore")
    return start + digest + rest


@dataclass(frozen=True, slots=True)
class Stored:
    """One version of one rendition's object. Only the current one is what readers get."""

    key: str
    version_id: str
    current: bool


def confirm_deleted(s3: "S3Client", original: Original) -> None:
    """Nothing, if the original's key has no current object. Raises ObjectExists if it has, or StorageUnavailable."""
    try:
        found = s3.head_object(Bucket=original.bucket, Key=original.key)
    except ClientError as error:
        if _code(error) in _GONE:
            return
        raise _unavailable(error) from error
    except _BROKEN as error:
        raise _unavailable(error) from error
    raise ObjectExists(f"The key has an object, with the ETag {found['ETag']}.")


def stored_versions(s3: "S3Client", bucket: str, original: Original) -> Iterator[Stored]:
    """Every version of every rendition of exactly this original, and none of one whose key only begins alike."""
    pages = s3.get_paginator("list_object_versions").paginate(
        Bucket=bucket, Prefix=_common_start(original.key)
    )
    try:
        for page in pages:
            for found in page.get("Versions", []):
                if is_rendition_of(original.key, found["Key"]):
                    yield Stored(found["Key"], found["VersionId"], found["IsLatest"])
    except (ClientError, *_BROKEN) as error:
        raise _unavailable(error) from error


def is_rendition_of(original: str, key: str) -> bool:
    """Whether ``key`` is what ``rendition_key`` makes of ``original`` for some version and file."""
    _, version, file_name = ["", "", *key.rsplit("/", 2)][-3:]
    named_so = _VERSION.fullmatch(version) and _FILE.fullmatch(file_name)
    return bool(named_so) and rendition_key(original, version, file_name) == key


def _common_start(original: str) -> str:
    """What the keys of all renditions of ``original`` begin with, shortened ones too."""
    if len(original.encode()) <= _MAX_KEY_BYTES - _LONGEST_REST and not SHORTENED.search(original):
        return f"{original}/"
    room = _MAX_KEY_BYTES - _LONGEST_REST - len("~") - 64
    return original.encode()[:room].decode(errors="ignore")


def remove_version(s3: "S3Client", bucket: str, stored: Stored) -> None:
    """Delete one version for ever. What was written to the same key later is another version, and stays."""
    try:
        s3.delete_object(Bucket=bucket, Key=stored.key, VersionId=stored.version_id)
    except (ClientError, *_BROKEN) as error:
        raise _unavailable(error) from error


def is_retired(s3: "S3Client", bucket: str, key: str) -> bool:
    """Whether the rendition carries the tag by which the bucket's lifecycle rule lets it expire."""
    try:
        return SUPERSEDED in s3.get_object_tagging(Bucket=bucket, Key=key)["TagSet"]
    except (ClientError, *_BROKEN) as error:
        raise _unavailable(error) from error


def retire(s3: "S3Client", bucket: str, key: str) -> None:
    """Let the rendition expire after the grace period.

    It is copied onto itself, because S3 counts its age from its last write: from now, not from when it was made.
    """
    try:
        found = s3.head_object(Bucket=bucket, Key=key)
        s3.copy_object(
            Bucket=bucket,
            Key=key,
            CopySource={"Bucket": bucket, "Key": key},
            MetadataDirective="REPLACE",  # S3 copies nothing onto itself unless something is replaced
            Metadata=found["Metadata"],
            ContentType=found["ContentType"],
            CacheControl=found["CacheControl"],
            TaggingDirective="REPLACE",
            Tagging=f"{SUPERSEDED['Key']}={SUPERSEDED['Value']}",
        )
    except (ClientError, *_BROKEN) as error:
        raise _unavailable(error) from error


def reinstate(s3: "S3Client", bucket: str, key: str) -> None:
    """Take the tag away again: the rendition is one that a record names."""
    try:
        s3.delete_object_tagging(Bucket=bucket, Key=key)
    except (ClientError, *_BROKEN) as error:
        raise _unavailable(error) from error


def _ascii(uri: str) -> str:
    """The URI as S3 metadata can carry it: percent-encoded, or its digest where that is too long."""
    encoded = quote(uri, safe="/:")
    if len(encoded) <= _MAX_METADATA_BYTES:
        return encoded
    return "sha256:" + hashlib.sha256(uri.encode()).hexdigest()


def _code(error: ClientError) -> str:
    return error.response.get("Error", {}).get("Code", "")


def _unavailable(error: Exception) -> Exception:
    """StorageUnavailable for what may pass by itself; a refusal (no such bucket, access denied) stays what it is."""
    if isinstance(error, ClientError):
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        if status < 500 and _code(error) not in _BUSY:
            return error
        return StorageUnavailable(f"S3 answered {_code(error)} ({status}).")
    return StorageUnavailable(f"The connection to S3 broke: {type(error).__name__}.")
