"""PUT /api/images/{name}: upload a small file in one request, for devices that can do no more."""

import base64
from http import HTTPStatus
from time import time
from typing import TYPE_CHECKING, Any

from renditions.api import accepted, keys, stated
from renditions.api.answers import RequestError
from renditions.api.images import describe
from renditions.api.quota import check_quota, check_rate
from renditions.api.stack import Stack
from renditions.storage import web_originals
from renditions.storage.web_originals import UploadLimits

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2


def put_image(stack: Stack, subject: str, name: str, event: "APIGatewayProxyEventV2") -> dict[str, Any]:
    """Store the body as a new image. The query may state ``focus``, ``crop`` and ``preset``.

    Raises RequestError for a file that is too large or not binary, and for a wrong statement.
    """
    key = keys.new_key(subject, name, int(time() * 1000))
    data = _body(event)
    accepted.check_size(len(data), stack.settings.max_bytes)
    _check_direct(len(data))
    metadata = stated.metadata(stack, event.query_string_parameters or {})
    check_quota(stack, subject)
    check_rate(stack, subject, "uploads")
    kind = accepted.content_type(event.headers.get("content-type"))
    limits = UploadLimits(len(data), kind, metadata=metadata)
    stored = web_originals.store(stack.s3, stack.places.uploads_bucket, key, data, limits)
    return describe(stack, key, stored, None)


def _body(event: "APIGatewayProxyEventV2") -> bytes:
    """The bytes of the body. API Gateway decodes a body with the Content-Type of a text, which damages an image."""
    body = event.raw_event.get("body") or ""
    if body and not event.is_base64_encoded:
        raise RequestError(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            "BadContentType",
            "The Content-Type is that of a text. Send the file with its own, for example image/jpeg.",
        )
    return base64.b64decode(body)


def _check_direct(size: int) -> None:
    if size > accepted.MAX_DIRECT_BYTES:
        raise RequestError(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            "TooLargeForOneRequest",
            f"The file has {size:,} bytes. At most {accepted.MAX_DIRECT_BYTES:,} bytes fit into one request. "
            "Ask POST /api/uploads for a form, and upload the file with that.",
        )
