"""GET /api/images/{id}: one image."""

from typing import Any

from renditions import records
from renditions.api import keys
from renditions.api.answers import not_found
from renditions.api.images import describe
from renditions.api.stack import Stack
from renditions.storage import web_originals


def get_image(stack: Stack, subject: str, image: str) -> dict[str, Any]:
    """Return the image. Raises RequestError (404) if this user never had it."""
    key = keys.owned_key(subject, image)
    stored = web_originals.find(stack.s3, stack.places.uploads_bucket, key)
    record = records.get(stack.dynamodb, stack.places.images_table, stack.places.uri(key))
    if stored is None and record is None:
        raise not_found()
    return describe(stack, key, stored, record)
