"""What the AWS SDK raises, as a sentence that names the next step."""

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import BotoCoreError, ClientError

from cli.errors import StackError

NO_CREDENTIALS = (
    "No AWS credentials were found. Run `aws configure` or `aws sso login`, name a profile with --profile, or say "
    "--local for the stack of `renditions up`."
)
EXPIRED = "The AWS credentials have expired. Sign in again, for example with `aws sso login`, then repeat the command."
UNKNOWN_CREDENTIALS = (
    "AWS does not know these credentials. See who you are with `aws sts get-caller-identity`; a stack on this machine "
    "is reached with --local."
)
NO_REGION = "No AWS region is set. Name it with --region, or set AWS_REGION."
NO_PROFILE = "There is no such AWS profile on this machine: `aws configure list-profiles` lists them."

SENTENCES = {
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
def clear_aws_errors() -> Iterator[None]:
    """Turn every error of the AWS SDK inside the block into a StackError that says what to do."""
    try:
        yield
    except ClientError as error:
        raise StackError(refused(error)) from error
    except BotoCoreError as error:
        raise StackError(not_sent(error)) from error


def refused(error: ClientError) -> str:
    """The sentence for a request that AWS answered with an error."""
    code, message = error.response["Error"]["Code"], error.response["Error"].get("Message", "")
    if code in SENTENCES:
        return SENTENCES[code]
    if code in DENIED:
        return f"These AWS credentials may not do {error.operation_name}: {message}"
    return f"AWS refused {error.operation_name}: {message or 'without a reason'} ({code})."


def not_sent(error: BotoCoreError) -> str:
    """The sentence for a request that did not reach AWS."""
    name = type(error).__name__
    if name in SENTENCES:
        return SENTENCES[name]
    if name in UNREACHABLE:
        endpoint = error.kwargs.get("endpoint_url", "AWS").rstrip("/")
        return (
            f"Nothing answers at {endpoint}. Check the network, --region and AWS_ENDPOINT_URL; the stack on this "
            "machine is started with `renditions up`."
        )
    return f"{str(error).rstrip('.')}."  # most others say themselves what is wrong
