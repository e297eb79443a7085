"""The distribution that delivers renditions: what its edge locations hold beyond the life of a file."""

from typing import TYPE_CHECKING, Final
from urllib.parse import quote
from uuid import uuid4

from aws_lambda_powertools import Logger
from botocore.exceptions import ClientError

from renditions import aws
from renditions.contracts import Original
from renditions.storage import keys

if TYPE_CHECKING:
    from mypy_boto3_cloudfront import CloudFrontClient
    from mypy_boto3_cloudfront.type_defs import InvalidationBatchTypeDef

# CloudFront works on 15 invalidations with a wildcard at a time. Waiting for a place would keep the state machine
# running for hours after a large deletion, so one that finds none is left out: docs/web.md says what follows.
_NO_PLACE: Final = {"TooManyInvalidationsInProgress"}
logger = Logger(child=True)


def path_of(original: Original) -> str:
    """Return the path of all renditions of an original, with CloudFront's wildcard."""
    return f"/{quote(keys.common_prefix(original.key), safe='/~')}*"


def forget(cloudfront: "CloudFrontClient", distribution: str, original: Original) -> bool:
    """Make all edge locations drop the renditions of a deleted original. Returns whether they will do so at once.

    If not, they ask S3 again within a day, as the distribution's cache policy says. Call it after the files are
    removed: an edge location could fetch them again otherwise. Raises StorageUnavailable.
    """
    batch: InvalidationBatchTypeDef = {
        "Paths": {"Quantity": 1, "Items": [path_of(original)]},
        "CallerReference": uuid4().hex,
    }
    try:
        with aws.retryable_errors("CloudFront"):
            cloudfront.create_invalidation(DistributionId=distribution, InvalidationBatch=batch)
    except ClientError as error:
        if aws.error_code(error) not in _NO_PLACE:
            raise
        logger.warning(
            "edge locations keep a deleted image for up to a day", extra={"because": aws.error_code(error)}
        )
        return False
    return True
