"""The most images that one user may have: what a forgotten or stolen password can cost."""

from http import HTTPStatus

from renditions.api import keys
from renditions.api.answers import RequestError
from renditions.api.stack import Stack
from renditions.storage import web_originals


def check_quota(stack: Stack, subject: str) -> None:
    """Raise RequestError (429) if the user has as many images as allowed.

    Counted in S3 at each request, so deleting an image makes room at once. Forms that were signed and not yet used do
    not count: a user can exceed the limit by as many as the API signs in the 15 minutes that a form is valid.
    """
    most = stack.images_per_user
    bucket, prefix = stack.places.uploads_bucket, keys.prefix(subject)
    if web_originals.has_at_least(stack.s3, bucket, prefix, most):
        raise RequestError(
            HTTPStatus.TOO_MANY_REQUESTS,
            "TooManyImages",
            f"You have {most:,} images, the most that one person can keep here. Delete some, then upload again.",
        )
