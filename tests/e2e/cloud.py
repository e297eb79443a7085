"""A deployed stack as users, operators and subscribers use it, so that tests read like their stories."""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any, TypeVar
from uuid import uuid4

from boto3.dynamodb.types import TypeDeserializer
from botocore.exceptions import ClientError
from PIL import Image

from tests.renditions import NAMES

T = TypeVar("T")

FINAL = ("COMPLETED", "REJECTED", "FAILED", "DELETED")
RENDITIONS = tuple(NAMES)


class Queue:
    """An SQS queue, whose messages a test reads again and again."""

    def __init__(self, session: Any) -> None:
        self._sqs = session.client("sqs")
        self._url = self._sqs.create_queue(QueueName=f"inbox-{uuid4().hex}")["QueueUrl"]
        attributes = self._sqs.get_queue_attributes(QueueUrl=self._url, AttributeNames=["QueueArn"])
        self.arn = str(attributes["Attributes"]["QueueArn"])
        self._messages: list[dict[str, Any]] = []

    def allow(self, service: str, **condition: Any) -> None:
        """Allow a service to send messages, as every queue must that gets some."""
        statement = {
            "Effect": "Allow",
            "Principal": {"Service": service},
            "Action": "sqs:SendMessage",
            "Resource": self.arn,
            "Condition": condition,
        }
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        self._sqs.set_queue_attributes(QueueUrl=self._url, Attributes={"Policy": policy})

    def mentioning(self, text: str, seconds: float = 15, *, quiet: float = 0.0) -> list[dict[str, Any]]:
        """Return the messages with ``text`` in the body: wait for the first, then ``quiet`` seconds for more."""
        wait_for(lambda: self._receive(text), f"a message about {text}", seconds)
        end = time.monotonic() + quiet
        while time.monotonic() < end:
            self._receive(text)
        return self._receive(text)

    def _receive(self, text: str) -> list[dict[str, Any]]:
        answer = self._sqs.receive_message(
            QueueUrl=self._url, MaxNumberOfMessages=10, WaitTimeSeconds=0, MessageAttributeNames=["All"]
        )
        for message in answer.get("Messages", []):
            self._messages.append(message)
            self._sqs.delete_message(QueueUrl=self._url, ReceiptHandle=message["ReceiptHandle"])
        return [message for message in self._messages if text in message["Body"]]


class Inbox(Queue):
    """An SQS queue that is subscribed to a topic, with further ``attributes`` of the subscription."""

    def __init__(self, session: Any, topic: str, **attributes: str) -> None:
        super().__init__(session)
        self.allow("sns.amazonaws.com", ArnEquals={"aws:SourceArn": topic})
        session.client("sns").subscribe(
            TopicArn=topic,
            Protocol="sqs",
            Endpoint=self.arn,
            Attributes={"RawMessageDelivery": "true", **attributes},
        )


class Account:
    """Another account: a user there, whose own policy allows everything in S3."""

    def __init__(self, session: Any, account: str) -> None:
        # The emulator takes this key for the root of the account.
        iam = session.client("iam", aws_access_key_id=account, aws_secret_access_key="-")
        iam.create_user(UserName="somebody")
        statement = {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        iam.put_user_policy(UserName="somebody", PolicyName="everything", PolicyDocument=policy)
        key = iam.create_access_key(UserName="somebody")["AccessKey"]
        self._s3 = session.client(
            "s3", aws_access_key_id=key["AccessKeyId"], aws_secret_access_key=key["SecretAccessKey"]
        )

    def may(self, method: str, **parameters: Any) -> bool:
        """Return whether S3 allows a request."""
        return allowed(lambda: getattr(self._s3, method)(**parameters))

    def may_upload_in_parts(self, bucket: str, key: str, data: bytes) -> bool:
        """Return whether a multipart upload, here of one part, is allowed."""
        upload = {"Bucket": bucket, "Key": key}

        def all_requests() -> None:
            upload["UploadId"] = self._s3.create_multipart_upload(**upload)["UploadId"]
            part = {"ETag": self._s3.upload_part(**upload, PartNumber=1, Body=data)["ETag"], "PartNumber": 1}
            self._s3.list_parts(**upload)
            self._s3.complete_multipart_upload(**upload, MultipartUpload={"Parts": [part]})

        return allowed(all_requests)


def allowed(request: Callable[[], object]) -> bool:
    """Return whether S3 answers or denies what ``request`` asks."""
    try:
        request()
    except ClientError as error:
        if error.response["Error"]["Code"] != "AccessDenied":
            raise
        return False
    return True


@dataclass
class Cloud:
    """A deployed stack, used like its users do: with boto3 at its endpoint."""

    session: Any
    outputs: Mapping[str, str]
    subscriber: Inbox = field(init=False)
    operator: Inbox = field(init=False)

    def __post_init__(self) -> None:
        self.s3 = self.session.client("s3")
        self.dynamodb = self.session.client("dynamodb")
        self.executions = self.session.client("stepfunctions")
        self.subscriber = Inbox(self.session, self.outputs["NotificationsTopicArn"])
        self.operator = Inbox(self.session, self.outputs["OperatorsTopicArn"])

    def upload(self, key: str, data: bytes, **words: Any) -> str:
        """Put an object, as any S3 client does. Returns the URI of the image."""
        self.s3.put_object(Bucket=self.outputs["UploadsBucketName"], Key=key, Body=data, **words)
        return f"s3://{self.outputs['UploadsBucketName']}/{key}"

    def record(self, uri: str) -> dict[str, Any]:
        """Return the record of the image as plain Python, or an empty one."""
        item = self.dynamodb.get_item(
            TableName=self.outputs["ImagesTableName"], Key={"image_uri": {"S": uri}}, ConsistentRead=True
        ).get("Item", {})
        return {name: TypeDeserializer().deserialize(value) for name, value in item.items()}

    def outcome(self, uri: str, seconds: float = 60, *, etag: str | None = None) -> dict[str, Any]:
        """Wait until the record is final, and about the object with ``etag`` if given. Returns it."""

        def final() -> dict[str, Any] | None:
            record = self.record(uri)
            matches = etag is None or record.get("etag") == etag
            return record if matches and record.get("status") in FINAL else None

        return wait_for(final, f"the outcome of {uri}", seconds)

    def outcomes(self, uris: list[str], seconds: float = 120) -> dict[str, dict[str, Any]]:
        """Return the final records of many images."""
        end = time.monotonic() + seconds
        return {uri: self.outcome(uri, max(1, end - time.monotonic())) for uri in uris}

    def rendition(self, record: Mapping[str, Any], name: str) -> Image.Image:
        """Return one rendition, decoded."""
        found = record["renditions"][name]
        body = self.s3.get_object(Bucket=found["bucket"], Key=found["key"])["Body"].read()
        image = Image.open(BytesIO(body))
        image.load()
        return image

    def execution(self, arn: str, seconds: float = 30) -> dict[str, Any]:
        """Wait until the execution has ended. Returns it."""

        def ended() -> dict[str, Any] | None:
            found: dict[str, Any] = self.executions.describe_execution(executionArn=arn)
            return found if found["status"] != "RUNNING" else None

        return wait_for(ended, f"the end of {arn}", seconds)

    def event_of(self, record: Mapping[str, Any]) -> dict[str, Any]:
        """Return the event that started the execution of the record."""
        event: dict[str, Any] = json.loads(
            self.executions.describe_execution(executionArn=record["execution_arn"])["input"]
        )
        return event

    def start(self, event: Mapping[str, Any]) -> str:
        """Start the pipeline like "Start execution" in the console. Returns the ARN of the execution."""
        started = self.executions.start_execution(
            stateMachineArn=self.outputs["ImagePipelineArn"], name=uuid4().hex, input=json.dumps(event)
        )
        return str(started["executionArn"])

    def states(self, arn: str) -> Iterator[str]:
        """Yield the names of the states that an execution entered, in order."""
        for event in self.executions.get_execution_history(executionArn=arn, maxResults=1000)["events"]:
            if "stateEnteredEventDetails" in event:
                yield event["stateEnteredEventDetails"]["name"]


def wait_for(look: Callable[[], T | None], what: str, seconds: float) -> T:
    """Call ``look`` until it returns something. Fails after ``seconds``."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = look()
        if found:
            return found
        time.sleep(0.1)
    raise AssertionError(f"Timed out after {seconds:.0f} s while waiting for {what}.")
