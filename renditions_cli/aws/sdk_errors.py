"""The errors of the AWS SDK as sentences that say what to do next."""

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from renditions.errors import StorageUnavailable
from renditions_cli.errors import StackError

NO_CREDENTIALS = (
    "No AWS credentials were found. Run `aws configure` or `aws sso login`, choose a profile with --profile, or use "
    "--local for the stack of `renditions up`."
)
EXPIRED = "The AWS credentials have expired. Sign in again, for example with `aws sso login`, and repeat the command."
UNKNOWN_CREDENTIALS = (
    "AWS does not recognize these credentials. Check them with `aws sts get-caller-identity`. For the stack on this "
    "machine, use --local."
)
NO_REGION = "No AWS region is set. Use --region, or set AWS_REGION."
NO_PROFILE = (
    "There is no such AWS profile on this machine. List the profiles with `aws configure list-profiles`."
)

MESSAGES = {
    "NoCredentialsError": NO_CREDENTIALS,
    "PartialCredentialsError": NO_CREDENTIALS,
    "CredentialRetrievalError": NO_CREDENTIALS,
    "TokenRetrievalError": EXPIRED,
    "SSOTokenLoadError": EXPIRED,
    "UnauthorizedSSOTokenError": EXPIRED,
    "ProfileNotFound": NO_PROFILE,
    "NoRegionError": NO_REGION,
    "InvalidRegionError": NO_REGION,
    "ExpiredToken": EXPIRED,
    "ExpiredTokenException": EXPIRED,
    "RequestExpired": EXPIRED,
    "InvalidClientTokenId": UNKNOWN_CREDENTIALS,
    "UnrecognizedClientException": UNKNOWN_CREDENTIALS,
    "InvalidAccessKeyId": UNKNOWN_CREDENTIALS,
    "SignatureDoesNotMatch": UNKNOWN_CREDENTIALS,
}
UNREACHABLE = ("EndpointConnectionError", "ConnectTimeoutError", "ConnectionClosedError", "ReadTimeoutError")
DENIED = ("AccessDenied", "AccessDeniedException")


@contextmanager
def readable_aws_errors() -> Iterator[None]:
    """Turn every error of the AWS SDK inside the block into a StackError that says what to do."""
    try:
        yield
    except ClientError as error:
        raise StackError(response_error(error)) from error
    except BotoCoreError as error:
        raise StackError(request_error(error)) from error
    except ResponseParserError as error:
        raise StackError("The answer of AWS could not be read. Try again in a few minutes.") from error
    except StorageUnavailable as error:
        raise StackError(f"{error} Try again in a few minutes.") from error


def concerns_every_request(error: ClientError) -> bool:
    """Return whether other requests would fail too: invalid credentials, no permission, a service that is unavailable.

    Otherwise only one object or execution is affected, and a command goes on with the others.
    """
    code = error.response["Error"]["Code"]
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return code in MESSAGES or code in DENIED or "Throttl" in code or status >= 500


def response_error(error: ClientError) -> str:
    """Return the sentence for a request that AWS answered with an error."""
    code, message = error.response["Error"]["Code"], error.response["Error"].get("Message", "")
    if code in MESSAGES:
        return MESSAGES[code]
    if code in DENIED:
        return f"These AWS credentials do not allow {error.operation_name}: {message}"
    return f"{error.operation_name} failed: {message.rstrip('.') or 'no message'} ({code})."


def request_error(error: BotoCoreError) -> str:
    """Return the sentence for a request that did not reach AWS."""
    name = type(error).__name__
    if name in MESSAGES:
        return MESSAGES[name]
    if name in UNREACHABLE:
        endpoint = error.kwargs.get("endpoint_url", "AWS").rstrip("/")
        return (
            f"Could not connect to {endpoint}. Check the network, --region and AWS_ENDPOINT_URL. "
            "`renditions up` starts the stack on this machine."
        )
    return f"{str(error).rstrip('.')}."  # most other errors already describe the problem
