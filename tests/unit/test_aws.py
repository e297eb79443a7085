"""Errors of AWS services that are temporary, and those that are not."""

import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError

from renditions import aws
from renditions.errors import StorageUnavailable


def answer(code: str, status: int) -> ClientError:
    """The error that botocore raises for a response of a service."""
    response = {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(response, "GetItem")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "code, status",
    [
        ("ThrottlingException", 400),
        ("ProvisionedThroughputExceededException", 400),
        ("RequestLimitExceeded", 400),
        ("InternalServerError", 500),
    ],
)
def test_a_temporary_error_names_the_service_and_its_answer(code: str, status: int) -> None:
    with pytest.raises(StorageUnavailable) as raised, aws.retryable_errors("DynamoDB"):
        raise answer(code, status)
    assert str(raised.value) == f"DynamoDB answered {code} ({status})."


def test_a_failed_connection_names_the_service_and_the_reason() -> None:
    with pytest.raises(StorageUnavailable) as raised, aws.retryable_errors("DynamoDB"):
        raise ConnectTimeoutError(endpoint_url="https://dynamodb.us-east-1.amazonaws.com/")
    assert str(raised.value) == "The connection to DynamoDB failed: ConnectTimeoutError."


@pytest.mark.parametrize("error", [answer("AccessDeniedException", 400), KeyError("width")])
def test_any_other_error_stays_as_it_is(error: Exception) -> None:
    with pytest.raises(type(error)) as raised, aws.retryable_errors("DynamoDB"):
        raise error
    assert raised.value is error
