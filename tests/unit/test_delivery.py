"""Making edge locations forget a deleted image."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from renditions import delivery
from renditions.contracts import Original
from renditions.errors import StorageUnavailable


class CloudFront:
    """Notes what it is asked for, and answers with an error if there is one."""

    def __init__(self, code: str = "", status: int = 400) -> None:
        self.requests: list[dict[str, Any]] = []
        self._code, self._status = code, status

    def create_invalidation(self, **request: Any) -> None:
        self.requests.append(request)
        if self._code:
            answer: Any = {
                "Error": {"Code": self._code},
                "ResponseMetadata": {"HTTPStatusCode": self._status},
            }
            raise ClientError(answer, "CreateInvalidation")


def forget(cloudfront: Any, key: str = "a.jpg") -> bool:
    return delivery.forget(cloudfront, "D1", Original("uploads", key))


def test_one_path_covers_all_renditions_of_an_image() -> None:
    cloudfront = CloudFront()
    assert forget(cloudfront, "web/s/1/Grüße & more.jpg")
    [request] = cloudfront.requests
    assert request["DistributionId"] == "D1"
    assert request["InvalidationBatch"]["Paths"] == {
        "Quantity": 1,
        "Items": ["/web/s/1/Gr%C3%BC%C3%9Fe%20%26%20more.jpg/*"],
    }


def test_a_large_deletion_does_not_fail_because_cloudfront_is_busy() -> None:
    assert not forget(CloudFront("TooManyInvalidationsInProgress"))


def test_throttling_is_retried_by_the_state_machine() -> None:
    with pytest.raises(StorageUnavailable):
        forget(CloudFront("ThrottlingException"))


def test_a_missing_permission_is_a_failure() -> None:
    with pytest.raises(ClientError):
        forget(CloudFront("AccessDenied", 403))
