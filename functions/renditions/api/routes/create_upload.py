"""POST /api/uploads: a signed form with which the browser uploads one file to S3 itself."""

import base64
from binascii import Error as NotBase64
from collections.abc import Mapping
from time import time
from typing import Any, Final

from renditions.api import accepted, keys, stated
from renditions.api.answers import bad_request
from renditions.api.images import timestamp
from renditions.api.quota import check_quota, check_rate
from renditions.api.stack import Stack
from renditions.storage import web_originals
from renditions.storage.web_originals import UploadLimits

_SHA256_BYTES: Final = 32


def create_upload(stack: Stack, subject: str, body: Mapping[str, Any]) -> dict[str, Any]:
    """Return the form. Raises RequestError for a file that the pipeline would not accept or a user with too many."""
    key = keys.new_key(subject, body.get("name", ""), int(time() * 1000))
    content_type = accepted.content_type(body.get("type"))
    metadata = stated.metadata(stack, body)
    limits = UploadLimits(_size(stack, body), content_type, _checksum(body), metadata)
    check_quota(stack, subject)
    check_rate(stack, subject, "uploads")
    form = web_originals.sign_upload(stack.s3, stack.places.uploads_bucket, key, limits)
    return {
        "id": keys.image_id(key),
        "key": key,
        "url": form.url,
        "fields": form.fields,
        "expires_at": timestamp(form.expires_at),
    }


def _size(stack: Stack, body: Mapping[str, Any]) -> int:
    size = body.get("size")
    if isinstance(size, float) and size.is_integer():
        size = int(size)  # JSON has one kind of number: 5.0 is a whole one
    if not isinstance(size, int) or isinstance(size, bool):
        raise bad_request("BadSize", "size must be the number of bytes of the file, a whole number.")
    accepted.check_size(size, stack.settings.max_bytes)
    return size


def _checksum(body: Mapping[str, Any]) -> str:
    declared = body.get("checksum_sha256")
    if declared is None:
        return ""
    try:
        digest = base64.b64decode(declared, validate=True)
    except (NotBase64, TypeError, ValueError):
        digest = b""
    if len(digest) != _SHA256_BYTES:
        raise bad_request(
            "BadChecksum", "checksum_sha256 must be the SHA-256 of the file in base64, 44 characters."
        )
    return str(declared)
