"""The most that one user may have, and do in an hour: what a stolen password can cost."""

from datetime import UTC, datetime
from http import HTTPStatus

from renditions import usage
from renditions.api import keys
from renditions.api.answers import RequestError
from renditions.api.stack import Stack
from renditions.storage import web_originals


def check_rate(stack: Stack, subject: str, what: str) -> None:
    """Count one of the user's ``what`` ("uploads" or "deletions"). Raises RequestError (429) after the hour's last."""
    now = datetime.now(UTC)
    most = stack.uploads_per_hour
    if not usage.count(stack.dynamodb, stack.places.web_usage_table, subject, what, now, most):
        raise RequestError(
            HTTPStatus.TOO_MANY_REQUESTS,
            "TooManyRequests",
            f"You have made {most:,} {what} in this hour, the most allowed. Continue in {60 - now.minute} minutes.",
        )


def check_quota(stack: Stack, subject: str) -> None:
    """Raise RequestError (429) if the user has as many images as allowed.

    Counted in S3 at each request, so deleting an image makes room at once. Forms that were signed and not yet used do
    not count: a user can exceed the limit by as many uploads as an hour allows.
    """
    most = stack.images_per_user
    bucket, prefix = stack.places.uploads_bucket, keys.prefix(subject)
    if web_originals.has_at_least(stack.s3, bucket, prefix, most):
        raise RequestError(
            HTTPStatus.TOO_MANY_REQUESTS,
            "TooManyImages",
            f"You have {most:,} images, the most that one person can keep here. Delete some, then upload again.",
        )
