"""Originals and renditions, passed through as images and as nothing else."""

from typing import Any

from botocore.exceptions import ClientError

from renditions.contracts import bucket_and_key
from renditions_cli.aws.stack import Stack
from renditions_cli.console.messages import Refused, Request, Response

LARGEST = 25_000_000  # bytes
# What browsers show, by the names of renditions.imaging.formats. Not SVG or HTML: these can contain scripts.
CONTENT_TYPES = {
    "JPEG": "image/jpeg",
    "PNG": "image/png",
    "GIF": "image/gif",
    "BMP": "image/bmp",
    "WebP": "image/webp",
    "AVIF": "image/avif",
}
GONE = "The file no longer exists: the image was deleted or replaced."
REPLACED = "The original has been replaced by a newer upload since."
ABSENT = frozenset({"NoSuchKey", "NoSuchVersion", "NoSuchBucket", "404"})


def read_picture(stack: Stack, request: Request) -> Response:
    """Return the object ``uri``, if it is an image of this stack; ``version`` or ``etag``: only that one."""
    bucket, key = bucket_and_key(request.parameter("uri"))
    if bucket not in {stack.outputs.uploads_bucket, stack.outputs.renditions_bucket} or not key:
        raise Refused(403, "The file does not belong to this stack.")
    wanted: Any = {"Bucket": bucket, "Key": key}
    if version := request.query.get("version"):
        wanted["VersionId"] = version
    elif etag := request.query.get("etag"):
        wanted["IfMatch"] = etag
    try:
        found = stack.s3().get_object(**wanted)
    except ClientError as error:
        if error.response["Error"]["Code"] in ABSENT:
            raise Refused(404, GONE) from None
        if error.response["Error"]["Code"] in {"PreconditionFailed", "412"}:
            raise Refused(404, REPLACED) from None
        raise
    with found["Body"] as body:
        if found["ContentLength"] > LARGEST:
            raise Refused(
                413, f"The file is too large to show here: {found['ContentLength'] // 1_000_000} MB."
            )
        return as_image(body.read())


def as_image(data: bytes) -> Response:
    """Return the response with the Content-Type of what the bytes are, whatever the object claims to be."""
    from renditions.imaging.formats.recognition import format_of

    found = format_of(data)
    content_type = CONTENT_TYPES.get(found.name) if found else None
    if content_type is None:
        raise Refused(415, f"Browsers cannot show {f'{found.name} files' if found else 'this file'}.")
    return Response(200, content_type, data, {"Cache-Control": "private, max-age=600"})
