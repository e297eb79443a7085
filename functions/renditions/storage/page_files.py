"""Requests to the bucket of the web page. They raise botocore's errors."""

import gzip
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

# Explicit, because the types that Python knows depend on the machine. A file with another ending is not published.
CONTENT_TYPES: Final[Mapping[str, str]] = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".mjs": "text/javascript; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".webmanifest": "application/manifest+json",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
}
_LICENSE: Final = "LICENSE"  # of a library, which asks to be passed on with it
# Already compressed.
_COMPRESSED: Final = {".png", ".webp", ".woff2", ".ico"}
_DEVELOPERS_ONLY: Final = {"tests", "node_modules"}


def is_published(name: str) -> bool:
    """Return whether a file of the folder web/ belongs to the page. Hidden files and documentation do not."""
    path = PurePosixPath(name)
    hidden = any(part.startswith(".") for part in path.parts)
    return (
        (path.suffix in CONTENT_TYPES or path.name == _LICENSE)
        and not hidden
        and not _DEVELOPERS_ONLY & set(path.parts[:-1])
    )


def put(s3: "S3Client", bucket: str, name: str, data: bytes) -> None:
    """Write a file of the page, compressed where that helps.

    Browsers ask for it again at each visit, and mostly get the answer "unchanged": files of two deployments never mix.
    """
    ending = PurePosixPath(name).suffix or ".txt"
    encoding: Any = {} if ending in _COMPRESSED else {"ContentEncoding": "gzip"}
    body = data if ending in _COMPRESSED else gzip.compress(data, 9, mtime=0)
    s3.put_object(
        Bucket=bucket,
        Key=name,
        Body=body,
        ContentType=CONTENT_TYPES[ending],
        CacheControl="no-cache",
        **encoding,
    )


def names(s3: "S3Client", bucket: str) -> list[str]:
    """Return the names of all files in the bucket."""
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket)
    return [one["Key"] for page in pages for one in page.get("Contents", [])]


def remove(s3: "S3Client", bucket: str, name: str) -> None:
    """Delete a file."""
    s3.delete_object(Bucket=bucket, Key=name)
