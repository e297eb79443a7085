"""Find a deployed stack, on this machine or on AWS: its outputs, typed, and clients for its services.

Imports the AWS SDK: load it only in a command that needs it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Self

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from renditions.contracts import bucket_and_key
from renditions.places import Places
from renditions.wanted_keys import WantedKeys
from renditions_cli.aws.executions import has_express_arn
from renditions_cli.aws.sdk_errors import readable_aws_errors
from renditions_cli.errors import StackError, StackNotFound, UsageError
from renditions_cli.files.keys import key_fault
from renditions_cli.local.running import find_running
from renditions_cli.local.stack import DIRECTORY, LocalStack

if TYPE_CHECKING:
    from mypy_boto3_cloudfront import CloudFrontClient
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_logs import CloudWatchLogsClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_stepfunctions import SFNClient


# DescribeExecution and GetExecutionHistory have quotas of 10 to 20 requests a second in an account, which state
# machines and people share. In this mode botocore slows down when it is throttled, and tries for minutes.
PATIENT = Config(retries={"mode": "adaptive", "total_max_attempts": 10})


@dataclass(frozen=True, slots=True)
class StackChoice:
    """The stack that the command line names. None means the default of the AWS settings."""

    name: str = "renditions"
    profile: str | None = None
    region: str | None = None
    local: bool = False


@dataclass(frozen=True, slots=True)
class Outputs:
    """The outputs of the stack that the command uses."""

    uploads_bucket: str
    renditions_bucket: str
    images_table: str
    image_pipeline: str
    execution_failed: str
    notifications_topic: str
    start_failures_queue: str
    set_aside_queue: str
    console_url: str
    # Not every stack has these; empty if not.
    image_deleted: str = ""
    report_failures_queue: str = ""
    web_url: str = ""
    web_user_pool: str = ""
    version: str = ""
    include_keys: str = ""
    exclude_keys: str = ""
    image_backfill: str = ""
    backfill_bucket: str = ""

    @classmethod
    def parse(cls, outputs: Mapping[str, str], name: str) -> Self:
        """Parse CloudFormation's outputs. Raises StackError if ``name`` is not a Renditions stack."""
        missing = sorted(output for output in OUTPUTS.values() if output not in outputs)
        if missing:
            raise StackError(
                f"The stack {name} has no output {', '.join(missing)}. It is not a Renditions stack, or its deployment "
                "is not complete. Choose another stack with --stack-name."
            )
        there = {**OUTPUTS, **{name: one for name, one in OPTIONAL_OUTPUTS.items() if one in outputs}}
        return cls(**{name: outputs[output] for name, output in there.items()})


OUTPUTS = {
    "uploads_bucket": "UploadsBucketName",
    "renditions_bucket": "RenditionsBucketName",
    "images_table": "ImagesTableName",
    "image_pipeline": "ImagePipelineArn",
    "execution_failed": "ExecutionFailedArn",
    "notifications_topic": "NotificationsTopicArn",
    "start_failures_queue": "StartFailuresQueueUrl",
    "set_aside_queue": "SetAsideQueueUrl",
    "console_url": "ConsoleUrl",
}
OPTIONAL_OUTPUTS = {
    "image_deleted": "ImageDeletedArn",
    "report_failures_queue": "ReportFailuresQueueUrl",
    "web_url": "WebUrl",
    "web_user_pool": "WebUserPoolId",
    "version": "Version",
    "include_keys": "IncludeKeys",
    "exclude_keys": "ExcludeKeys",
    "image_backfill": "ImageBackfillArn",
    "backfill_bucket": "BackfillBucketName",
}


@dataclass(frozen=True, slots=True)
class Stack:
    """A deployed stack, with a session for its account and region."""

    outputs: Outputs
    session: boto3.Session

    @property
    def wanted_keys(self) -> WantedKeys:
        """The keys that start the pipeline."""
        return WantedKeys.parse(self.outputs.include_keys, self.outputs.exclude_keys)

    @property
    def places(self) -> Places:
        """Where the stack keeps originals, renditions and records, and what processes and deletes images."""
        outputs = self.outputs
        return Places(
            outputs.uploads_bucket,
            outputs.renditions_bucket,
            outputs.images_table,
            outputs.image_pipeline,
            outputs.image_deleted,
        )

    def s3(self) -> "S3Client":
        """Return a client for the two buckets."""
        return self.session.client("s3")

    def dynamodb(self) -> "DynamoDBClient":
        """Return a client for the images table."""
        return self.session.client("dynamodb")

    def step_functions(self) -> "SFNClient":
        """Return a client for the executions, which adapts to the quotas of the account."""
        return self.session.client("stepfunctions", config=PATIENT)

    def sqs(self) -> "SQSClient":
        """Return a client for the dead-letter queues."""
        return self.session.client("sqs")

    def logs(self) -> "CloudWatchLogsClient":
        """Return a client for the logs of the functions."""
        return self.session.client("logs")

    def cognito(self) -> "CognitoIdentityProviderClient":
        """Return a client for the users of the web page."""
        return self.session.client("cognito-idp")

    def cloudfront(self) -> "CloudFrontClient":
        """Return a client for the distribution of the renditions."""
        return self.session.client("cloudfront")

    def image_uri(self, image: str) -> str:
        """Return the URI of an image, ``s3://bucket/key``; ``image`` is a key in the uploads bucket or a URI.

        Raises UsageError if S3 cannot have such an object.
        """
        uri = image if image.startswith("s3://") else f"s3://{self.outputs.uploads_bucket}/{image}"
        bucket, key = bucket_and_key(uri)
        if not bucket or not key:
            raise UsageError(f"{image or 'An empty key'} is not an image. Use a key, or s3://bucket/key.")
        if fault := key_fault(key):
            raise UsageError(f"{image:.80} is not the key of an image: {fault}.")
        return uri

    def uri_prefix(self, prefix: str) -> str:
        """Return the start of the URIs of the images whose keys start with ``prefix``. Raises UsageError."""
        if fault := key_fault(prefix):
            raise UsageError(f"No key can start with {prefix:.80}: {fault}.")
        return f"s3://{self.outputs.uploads_bucket}/{prefix}"

    def console_link(self, execution_arn: str, started_at: str | None = None) -> str | None:
        """Return the link to the execution in the Step Functions console; None for an emulator, which has none.

        ``started_at``: of its claim. The console finds an Express execution by it.
        """
        if ".amazonaws." not in self.step_functions().meta.endpoint_url:
            return None
        page = f"{self.outputs.console_url.split('#')[0]}#"
        if not has_express_arn(execution_arn):
            return f"{page}/v2/executions/details/{execution_arn}"
        started = datetime.fromisoformat(started_at) if started_at else datetime.now(UTC)
        milliseconds = round(started.timestamp() * 1000)
        return f"{page}/express-executions/details/{execution_arn}?startDate={milliseconds}"


def stack_of(local: LocalStack) -> Stack:
    """Return the stack that this process runs."""
    return Stack(Outputs.parse(local.outputs, local.stack_name), local.session())


def find_stack(choice: StackChoice) -> Stack:
    """Find the stack that ``choice`` names. Raises StackError if it cannot be reached."""
    return find_local_stack() if choice.local else find_stack_on_aws(choice)


def find_local_stack() -> Stack:
    """Find the stack that `renditions up` runs on this machine. Raises StackNotFound if there is none."""
    running = find_running(DIRECTORY)
    if running is None:
        raise StackNotFound("No local stack is running. Start one with `renditions up` in another terminal.")
    return Stack(Outputs.parse(running.outputs, running.stack_name), running.session())


def find_stack_on_aws(choice: StackChoice) -> Stack:
    """Find the stack with the usual AWS settings. Raises StackError if it cannot be reached."""
    with readable_aws_errors():
        session = boto3.Session(profile_name=choice.profile, region_name=choice.region)
        try:
            answer = session.client("cloudformation").describe_stacks(StackName=choice.name)
        except ClientError as error:
            if (
                error.response["Error"]["Code"] == "ValidationError"
            ):  # CloudFormation's code for: does not exist
                raise stack_not_found(choice.name, session) from error
            raise
    outputs = {one["OutputKey"]: one["OutputValue"] for one in answer["Stacks"][0].get("Outputs", [])}
    return Stack(Outputs.parse(outputs, choice.name), session)


def stack_not_found(name: str, session: boto3.Session) -> StackNotFound:
    """Return the error for a stack that this account does not have."""
    return StackNotFound(
        f"There is no stack {name} in region {session.region_name} of this account. Deploy it with `make deploy`, "
        "choose another with --stack-name, --region or --profile, or use --local for the stack of `renditions up`."
    )
