"""Finding a deployed stack, on this machine or on AWS: its outputs, typed, and clients that reach it.

Imports the AWS SDK: load it only in a command that needs it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import boto3
from botocore.exceptions import ClientError

from cli.aws.sdk_errors import clear_aws_errors
from cli.errors import StackError, StackNotFound
from cli.local.running import find_running
from cli.local.stack import DIRECTORY, LocalStack

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_stepfunctions import SFNClient


@dataclass(frozen=True, slots=True)
class StackChoice:
    """Which stack is meant, as the command line says. None leaves it to the ordinary AWS settings."""

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
    # A stack may be without these: empty then.
    image_deleted: str = ""
    report_failures_queue: str = ""

    @classmethod
    def parse(cls, outputs: Mapping[str, str], name: str) -> Self:
        """Pick from CloudFormation's outputs. Raises StackError if the stack ``name`` is none of ours."""
        missing = sorted(output for output in OUTPUTS.values() if output not in outputs)
        if missing:
            raise StackError(
                f"The stack {name} has no output {', '.join(missing)}: it is no Renditions stack, or one whose "
                "deployment is not finished. Name the right one with --stack-name."
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
OPTIONAL_OUTPUTS = {"image_deleted": "ImageDeletedArn", "report_failures_queue": "ReportFailuresQueueUrl"}


@dataclass(frozen=True, slots=True)
class Stack:
    """A deployed stack, with a session that reaches it."""

    outputs: Outputs
    session: boto3.Session

    def s3(self) -> "S3Client":
        """A client for the two buckets."""
        return self.session.client("s3")

    def dynamodb(self) -> "DynamoDBClient":
        """A client for the images table."""
        return self.session.client("dynamodb")

    def step_functions(self) -> "SFNClient":
        """A client for the executions."""
        return self.session.client("stepfunctions")

    def sqs(self) -> "SQSClient":
        """A client for the queues of what could not be delivered."""
        return self.session.client("sqs")

    def image_uri(self, image: str) -> str:
        """``image``, a key in the uploads bucket or already an ``s3://`` URI, as the URI that names its record."""
        return image if image.startswith("s3://") else f"s3://{self.outputs.uploads_bucket}/{image}"

    def console_link(self, execution_arn: str) -> str | None:
        """The execution in the Step Functions console; None for an emulator, which has no console."""
        if ".amazonaws." not in self.step_functions().meta.endpoint_url:
            return None
        return f"{self.outputs.console_url.split('#')[0]}#/v2/executions/details/{execution_arn}"


def started_here(local: LocalStack) -> Stack:
    """The stack that this process has started."""
    return Stack(Outputs.parse(local.outputs, local.stack_name), local.session())


def find(choice: StackChoice) -> Stack:
    """The stack that is meant. Raises StackError with the next step if it is not reached."""
    return find_local() if choice.local else find_on_aws(choice)


def find_local() -> Stack:
    """The stack that `renditions up` keeps on this machine. Raises StackNotFound if there is none."""
    running = find_running(DIRECTORY)
    if running is None:
        raise StackNotFound("No local stack is running. Start one with `renditions up` in another terminal.")
    return Stack(Outputs.parse(running.outputs, running.stack_name), running.session())


def find_on_aws(choice: StackChoice) -> Stack:
    """The stack that ``choice`` names, found by the ordinary AWS settings. Raises StackError if it is not reached."""
    with clear_aws_errors():
        session = boto3.Session(profile_name=choice.profile, region_name=choice.region)
        try:
            answer = session.client("cloudformation").describe_stacks(StackName=choice.name)
        except ClientError as error:
            if (
                error.response["Error"]["Code"] == "ValidationError"
            ):  # CloudFormation's word for: does not exist
                raise stack_not_found(choice.name, session) from error
            raise
    outputs = {one["OutputKey"]: one["OutputValue"] for one in answer["Stacks"][0].get("Outputs", [])}
    return Stack(Outputs.parse(outputs, choice.name), session)


def stack_not_found(name: str, session: boto3.Session) -> StackNotFound:
    """The sentence for a stack that this account does not have."""
    return StackNotFound(
        f"There is no stack {name} in region {session.region_name} of this account. Deploy it with `make deploy`, "
        "name another with --stack-name, --region or --profile, or say --local for the stack of `renditions up`."
    )
