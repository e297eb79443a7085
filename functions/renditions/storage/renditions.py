"""Requests to the renditions bucket."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, quote, urlencode

from botocore.exceptions import ClientError

from renditions import aws, page_keys
from renditions.contracts import Image, Original, Rendered, Rendition
from renditions.storage import keys, objects

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import TagTypeDef

CACHE_CONTROL: Final = "public, max-age=31536000, immutable"

# The tag of a rendition that no record names any more. The bucket's lifecycle rule deletes the renditions that have it.
SUPERSEDED: Final["TagTypeDef"] = {"Key": "superseded", "Value": "true"}

# What a copy with new metadata must repeat. A file that something else wrote, such as a backup, may lack any of them.
_COPIED: Final = (
    "Metadata",
    "ContentType",
    "CacheControl",
    "ContentDisposition",
    "ContentEncoding",
    "ContentLanguage",
)

_CREDENTIALS: Final = "application/c2pa"

# Half of the shortest grace period, and far longer than the next call of a branch takes to come.
_STAYING: Final = timedelta(hours=12)
_LISTED: Final = 1000  # keys, the most that S3 lists at once

# S3 allows 2 KB for all user metadata, and percent-encoding makes a key up to three times as long.
_MAX_METADATA_BYTES: Final = 1500


@dataclass(frozen=True, slots=True)
class StoredVersion:
    """One version of one rendition's object. Readers get the current one."""

    key: str
    version_id: str
    current: bool


def write(  # noqa: PLR0913 - what a file is of, and what it is
    s3: "S3Client",
    bucket: str,
    name: str,
    image: Image,
    version: str,
    rendered: Rendered,
    *,
    page: int = 1,
    pages: str = "",
) -> Rendition:
    """Store one rendition of a page under a key whose content never changes, and describe it.

    ``pages``: the further pages that are stored, as the record has them.
    Writing the same rendition again writes the same bytes to the same key. Of a signed one, those that were written
    first stay, with the tags of the last. Raises StorageUnavailable.
    """
    key = page_keys.key_of_page(_first_key(image, version, f"{name}.{rendered.extension}"), page)
    common: Any = {
        "Bucket": bucket,
        "CacheControl": CACHE_CONTROL,
        "Metadata": {
            "original": _metadata_value(image.upload().uri),
            "original-version": image.version_id,
            "version": version,
            "sha256": hashlib.sha256(rendered.data).hexdigest(),
        },
        **({"Tagging": image.tags} if image.tags else {}),
    }
    with aws.retryable_errors("S3"):
        if rendered.sidecar:
            s3.put_object(Key=key + keys.SIDECAR, Body=rendered.sidecar, ContentType=_CREDENTIALS, **common)
        _put(s3, rendered, key=key, **common)
    return Rendition(
        name=name,
        bucket=bucket,
        key=key,
        width=rendered.width,
        height=rendered.height,
        bytes=len(rendered.data),
        content_type=rendered.content_type,
        note=rendered.note,
        pages=pages,
    )


def _put(s3: "S3Client", rendered: Rendered, *, key: str, **common: Any) -> None:
    once: Any = {"IfNoneMatch": "*"} if rendered.is_signed else {}
    try:
        s3.put_object(Key=key, Body=rendered.data, ContentType=rendered.content_type, **common, **once)
    except ClientError as error:
        if aws.error_code(error) != "PreconditionFailed":
            raise
        if "Tagging" in common:
            tags: Any = [{"Key": name, "Value": value} for name, value in parse_qsl(common["Tagging"])]
            s3.put_object_tagging(Bucket=common["Bucket"], Key=key, Tagging={"TagSet": tags})


def stored_pages(
    s3: "S3Client", bucket: str, file_name: str, image: Image, version: str, now: datetime | None = None
) -> set[int]:
    """Return the numbers of the further pages of a rendition that are stored. Raises StorageUnavailable.

    Empty if the newest is from an earlier upload of the same content: all may be retired, and about to expire.
    """
    first = _first_key(image, version, file_name)
    stem, _, extension = page_keys.key_of_page(first, 2).rpartition("0002.")
    with aws.retryable_errors("S3"):
        listed = [one for page in objects.pages(s3, bucket, stem, "", _LISTED) for one in page]
    found = {page_keys.page_of(one.key)[1]: one for one in listed if one.key.endswith(f".{extension}")}
    newest = max((one.modified for one in found.values()), default=None)
    is_recent = newest is not None and newest > (now or datetime.now(UTC)) - _STAYING
    return set(found) - {1} if is_recent else set()


def _first_key(image: Image, version: str, file_name: str) -> str:
    spare = len(page_keys.SUFFIX) if image.pages > 1 else 0
    return keys.rendition_key(image.key, version, file_name, spare=spare)


def missing_keys(s3: "S3Client", bucket: str, made: Rendition) -> list[str]:
    """Return the files of a rendition that do not exist. Raises botocore's errors."""
    if not made.pages:
        return [] if objects.exists(s3, bucket, made.key) else [made.key]
    prefix = made.key.rpartition(".")[0]
    stored = {one.key for page in objects.pages(s3, bucket, prefix, "", _LISTED) for one in page}
    return [key for key in (made.key, *made.further_keys) if key not in stored]


def versions(s3: "S3Client", bucket: str, original: Original) -> Iterator[StoredVersion]:
    """Yield every version of every rendition of ``original``, and none of an original whose key starts the same.

    Raises StorageUnavailable.
    """
    pages = s3.get_paginator("list_object_versions").paginate(
        Bucket=bucket, Prefix=keys.common_prefix(original.key)
    )
    with aws.retryable_errors("S3"):
        for page in pages:
            for found in page.get("Versions", []):
                if keys.is_rendition_of(original.key, found["Key"]):
                    yield StoredVersion(found["Key"], found["VersionId"], found["IsLatest"])


def remove_version(s3: "S3Client", bucket: str, stored: StoredVersion) -> None:
    """Delete one version permanently. What is written to the same key later is another version, and stays.

    Raises StorageUnavailable.
    """
    with aws.retryable_errors("S3"):
        s3.delete_object(Bucket=bucket, Key=stored.key, VersionId=stored.version_id)


def retire(s3: "S3Client", bucket: str, key: str, tags: "Sequence[TagTypeDef]" = ()) -> None:
    """Let the rendition, which has these tags, expire after the grace period. Raises StorageUnavailable.

    The object is copied onto itself, because S3 counts its age from the last write. So the period starts now.
    """
    with aws.retryable_errors("S3"):
        found: dict[str, Any] = {**s3.head_object(Bucket=bucket, Key=key)}
        s3.copy_object(
            Bucket=bucket,
            Key=key,
            CopySource={"Bucket": bucket, "Key": key},
            MetadataDirective="REPLACE",  # S3 refuses to copy an object onto itself without a change
            **{header: found[header] for header in _COPIED if header in found},
            TaggingDirective="REPLACE",
            Tagging=urlencode([(one["Key"], one["Value"]) for one in (*tags, SUPERSEDED)]),
        )


def reinstate(s3: "S3Client", bucket: str, key: str, tags: "Sequence[TagTypeDef]" = (SUPERSEDED,)) -> None:
    """Take SUPERSEDED from the tags of a rendition that a record names again. Raises StorageUnavailable."""
    others = [one for one in tags if one != SUPERSEDED]
    with aws.retryable_errors("S3"):
        if others:
            s3.put_object_tagging(Bucket=bucket, Key=key, Tagging={"TagSet": others})
        else:
            s3.delete_object_tagging(Bucket=bucket, Key=key)


def read_tags(s3: "S3Client", bucket: str, key: str) -> "list[TagTypeDef]":
    """Return the tags of the rendition. With SUPERSEDED it expires. Raises StorageUnavailable."""
    with aws.retryable_errors("S3"):
        return s3.get_object_tagging(Bucket=bucket, Key=key)["TagSet"]


def is_retired_or_gone(s3: "S3Client", bucket: str, key: str) -> bool:
    """Return whether the rendition has that tag or was deleted since it was listed. Raises botocore's errors."""
    try:
        return SUPERSEDED in s3.get_object_tagging(Bucket=bucket, Key=key)["TagSet"]
    except ClientError as error:
        if aws.is_not_found(error):
            return True
        raise


def _metadata_value(uri: str) -> str:
    """The URI in ASCII, as S3 metadata requires: percent-encoded, or its digest if that is too long."""
    encoded = quote(uri, safe="/:")
    if len(encoded) <= _MAX_METADATA_BYTES:
        return encoded
    return "sha256:" + hashlib.sha256(uri.encode()).hexdigest()
