"""DELETE /api/images/{id}: delete an original for good. Its renditions follow, by the deletion machine."""

from renditions.api import keys
from renditions.api.answers import not_found
from renditions.api.quota import check_rate
from renditions.api.stack import Stack
from renditions.storage import web_originals


def delete_image(stack: Stack, subject: str, image: str) -> None:
    """Delete every version of the original. Raises RequestError (404) if there is none, (429) for too many."""
    key = keys.owned_key(subject, image)
    check_rate(stack, subject, "deletions")
    if not web_originals.remove_all_versions(stack.s3, stack.places.uploads_bucket, key):
        raise not_found()
