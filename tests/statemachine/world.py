"""Everything around an execution: buckets, table, topics and subscribers in moto, and the script of a case."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import uuid4

from boto3.dynamodb.types import TypeDeserializer
from moto.core import DEFAULT_ACCOUNT_ID
from moto.sns.models import sns_backends

from tests.contract import notice_schema
from tests.statemachine import definitions, functions
from tests.statemachine.definitions import Definition, Step
from tests.statemachine.engines import CREDENTIALS, Engine, aws
from tests.statemachine.history import Execution
from tests.statemachine.outcomes import Outcome
from tests.statemachine.services import Script, Services

UPLOADS, RENDITIONS, TABLE = "renditions-uploads", "renditions-renditions", "renditions-images"
CONSOLE = "https://us-east-1.console.aws.amazon.com/states/home?region=us-east-1#/v2/executions/details"
RELEASE = "1.2.3"
HINT = "To download a file: aws s3 cp ADDRESS . with ADDRESS in single quotes."
DELETIONS = "arn:aws:states:us-east-1:123456789012:stateMachine:renditions-image-deleted"
EVENTS = definitions.ROOT / "events"

Record = dict[str, Any]
Event = dict[str, Any]


@dataclass(frozen=True)
class Message:
    """A published message: ``email`` is what people get, ``body`` and ``attributes`` what programs get."""

    subject: str
    email: str
    body: str
    attributes: dict[str, str]

    @property
    def notice(self) -> dict[str, Any]:
        """The JSON for programs. Raises ValidationError if it is not exactly what docs/notice.schema.json describes."""
        document: dict[str, Any] = json.loads(self.body)
        notice_schema.validate(document)
        return document


def event(name: str) -> Event:
    """Return an event from events/."""
    found: Event = json.loads((EVENTS / f"{name}.json").read_text("utf-8"))
    return found


class World:
    """The resources of a stack in moto. All cases share it, each with its own keys."""

    def __init__(self, services: Services, engine: Engine) -> None:
        self.services = services
        self.engine = engine
        self.taken: set[Step] = set()
        self._machines: dict[str, str] = {}
        self._uploads = 0
        self.s3 = aws.client("s3", endpoint_url=services.url)
        self._dynamodb = aws.client("dynamodb", endpoint_url=services.url)
        self._sns = aws.client("sns", endpoint_url=services.url)
        self._sqs = aws.client("sqs", endpoint_url=services.url)
        self._create_storage()
        self.topics = {
            name: self._sns.create_topic(Name=name)["TopicArn"] for name in ("subscribers", "operators")
        }
        self._queues = {name: self._subscribe(arn) for name, arn in self.topics.items()}
        services.handlers = self._load()

    def _load(self, **settings: str) -> dict[str, functions.Handler]:
        environment = {
            "RENDITIONS_BUCKET": RENDITIONS,
            "IMAGES_TABLE": TABLE,
            "AWS_ENDPOINT_URL": self.services.url,
            "AWS_REGION": "us-east-1",
        }
        return functions.load(environment | settings | CREDENTIALS)

    @cache  # noqa: B019 - there is one world
    def _loaded(self, **settings: str) -> dict[str, functions.Handler]:
        return self._load(**settings)

    @contextmanager
    def deployed_with(self, **settings: str) -> Iterator[None]:
        """Run the functions with these settings besides the usual ones."""
        before, self.services.handlers = self.services.handlers, self._loaded(**settings)
        yield
        self.services.handlers = before

    def _create_storage(self) -> None:
        for bucket in (UPLOADS, RENDITIONS):
            self.s3.create_bucket(Bucket=bucket)
            self.s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
        self._dynamodb.create_table(
            TableName=TABLE,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": "image_uri", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "image_uri", "KeyType": "HASH"}],
        )

    def _subscribe(self, topic: str) -> str:
        url = self._sqs.create_queue(QueueName=topic.rpartition(":")[2])["QueueUrl"]
        arn = topic.replace(":sns:", ":sqs:")
        self._sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
        return url

    # ── What a case prepares ──────────────────────────────────────────────────────────────────────────────────

    def begin(self) -> None:
        """Start a new case, without a script and without messages."""
        self.services.script = Script()
        for topic in self.topics:
            self.received(topic)

    def upload(
        self,
        data: bytes,
        key: str = "",
        metadata: Mapping[str, str] | None = None,
        tagging: str = "",
        **changes: Any,
    ) -> Event:
        """Put an original and return the event that S3 sends. A later upload has a later sequencer."""
        key = key or f"{uuid4().hex}/beach.jpg"
        words: Any = {"Metadata": metadata or {}} | ({"Tagging": tagging} if tagging else {})
        stored = self.s3.put_object(Bucket=UPLOADS, Key=key, Body=data, **words)
        self._uploads += 1
        self.services.script.keys.add(key)
        sent = event("upload_good_image")
        sent["detail"]["bucket"]["name"] = UPLOADS
        sent["detail"]["object"] = {
            "key": key,
            "size": len(data),
            "etag": stored["ETag"].strip('"'),
            "version-id": stored["VersionId"],
            "sequencer": f"{self._uploads:018X}",
            **changes,
        }
        return sent

    def delete(self, upload: Event, version: str = "") -> Event:
        """Delete an original, or one version of it permanently, and return the event that S3 sends."""
        found = upload["detail"]["object"]
        which: Any = {"VersionId": version} if version else {}
        answer = self.s3.delete_object(Bucket=UPLOADS, Key=found["key"], **which)
        self._uploads += 1
        sent = event("object_deleted_permanently" if version else "object_deleted")
        sent["detail"]["bucket"]["name"] = UPLOADS
        sent["detail"]["object"] = {
            "key": found["key"],
            "version-id": answer["VersionId"],
            "sequencer": f"{self._uploads:018X}",
        }
        return sent

    def tags(self, key: str) -> dict[str, str]:
        """Return the tags of a rendition."""
        found = self.s3.get_object_tagging(Bucket=RENDITIONS, Key=key)["TagSet"]
        return {one["Key"]: one["Value"] for one in found}

    def files(self, upload: Event) -> set[str]:
        """Return the keys of all renditions of an upload that readers can get."""
        found = self.s3.list_objects_v2(Bucket=RENDITIONS, Prefix=upload["detail"]["object"]["key"] + "/")
        return {entry["Key"] for entry in found.get("Contents", [])}

    def versions(self, upload: Event) -> set[str]:
        """Return the keys of all renditions of an upload that exist in any version."""
        prefix = upload["detail"]["object"]["key"] + "/"
        found = self.s3.list_object_versions(Bucket=RENDITIONS, Prefix=prefix)
        return {entry["Key"] for entry in found.get("Versions", [])}

    def expiring(self, upload: Event) -> set[str]:
        """Return the keys of the renditions that are tagged to expire."""
        tags = {
            key: self.s3.get_object_tagging(Bucket=RENDITIONS, Key=key)["TagSet"]
            for key in self.files(upload)
        }
        return {key for key, tag in tags.items() if {"Key": "superseded", "Value": "true"} in tag}

    def will(self, state: str, *outcomes: Outcome) -> None:
        """Script the outcomes of the next calls of a state."""
        self.services.script.add(state, outcomes)

    # ── What happens ──────────────────────────────────────────────────────────────────────────────────────────

    def forget(self, upload: Event, *attributes: str) -> None:
        """Remove attributes of a record, as if an earlier release had written it."""
        item = self._dynamodb.get_item(TableName=TABLE, Key={"image_uri": {"S": uri(upload)}})["Item"]
        self._dynamodb.put_item(TableName=TABLE, Item={k: v for k, v in item.items() if k not in attributes})

    def run(
        self, document: object, machine: str = "image_pipeline", definition: Definition | None = None
    ) -> Execution:
        """Run an execution of a machine, or of the changed ``definition``, to its end."""
        prefix = "express-" if machine == definitions.EXPRESS else ""
        name = f"{prefix}{uuid4().hex}"
        arn = self.engine.start(self._machine(definition or definitions.read(machine)), name, document)
        return self.finish(machine, arn)

    def run_successor(self, express: Execution) -> Execution:
        """Wait for the end of the execution of image_pipeline to which an Express execution gave its image."""
        return self.finish("image_pipeline", self.successor(express.name))

    def successor(self, name: str) -> str:
        """Return the ARN of the execution of image_pipeline to which the Express execution ``name`` gives its image."""
        return f"{self._executions()}:{name}"

    def _executions(self) -> str:
        return self._machine(definitions.read("image_pipeline")).replace(":stateMachine:", ":execution:")

    def finish(self, machine: str, arn: str) -> Execution:
        """Wait for the end of an execution."""
        execution = self.engine.finish(machine, arn)
        self.taken |= execution.steps()
        return execution

    def _machine(self, definition: Definition) -> str:
        """Deploy a definition, once. Returns its ARN."""
        text = json.dumps(self._deployed(definition), ensure_ascii=False)
        if text not in self._machines:
            kind = "express-" if "${ImagePipelineExecutions}" in json.dumps(definition) else ""
            self._machines[text] = self.engine.create(f"renditions-{kind}{uuid4().hex}", json.loads(text))
        return self._machines[text]

    def _deployed(self, definition: Definition) -> Definition:
        function = "arn:aws:lambda:us-east-1:123456789012:function:"
        values = {f"{name}FunctionArn": function + name for name in functions.FILES}
        values |= {"ImagesTableName": TABLE, "UploadsBucketName": UPLOADS, "Partition": "aws"}
        values["ExecutionsConsoleUrl"] = CONSOLE
        values |= {
            "NotificationsTopicArn": self.topics["subscribers"],
            "OperatorsTopicArn": self.topics["operators"],
            "ImageDeletedArn": DELETIONS,
            "SupersededGraceDays": "7",
            "Release": RELEASE,
            "RenditionsUrl": f"s3://{RENDITIONS}",
            "RenditionsHint": HINT,
        }
        if "${ImagePipelineArn}" in json.dumps(definition):
            values["ImagePipelineArn"] = self._machine(definitions.read("image_pipeline"))
            values["ImagePipelineExecutions"] = self._executions()
        return definitions.deployed(definition, definitions.REJECTION_KEEPS | values)

    # ── What a user sees ──────────────────────────────────────────────────────────────────────────────────────

    def record(self, upload: Event) -> Record | None:
        """Return the record of an image with plain values, or None."""
        item = self._dynamodb.get_item(TableName=TABLE, Key={"image_uri": {"S": uri(upload)}}).get("Item")
        read = TypeDeserializer().deserialize
        return {name: _plain(read(value)) for name, value in item.items()} if item else None

    def received(self, topic: str) -> list[Message]:
        """Return the messages that the subscribers of a topic got since the last call."""
        return [self._message(topic, json.loads(body)) for body in self._bodies(self._queues[topic])]

    def _bodies(self, queue: str) -> Iterator[str]:
        while found := self._sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages"):
            for message in found:
                self._sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
                yield message["Body"]

    def _message(self, topic: str, envelope: dict[str, Any]) -> Message:
        # Moto sends no e-mail, but it keeps the published message with the text that SNS would send.
        sent = sns_backends[DEFAULT_ACCOUNT_ID]["us-east-1"].topics[self.topics[topic]].sent_notifications
        published = next(text for found, text, *_ in sent if found == envelope["MessageId"])
        structured = published.startswith("{")
        return Message(
            subject=envelope["Subject"],
            email=json.loads(published)["email"] if structured else published,
            body=envelope["Message"],
            attributes={
                name: value["Value"] for name, value in envelope.get("MessageAttributes", {}).items()
            },
        )


def execution_section(arn: str, record: Mapping[str, Any]) -> dict[str, Any]:
    """Return what every notice says about its execution."""
    return {
        "arn": arn,
        "console_url": f"{CONSOLE}/{arn}",
        "started_at": record["started_at"],
        "completed_at": record["completed_at"],
    }


def uri(upload: Event) -> str:
    return f"s3://{upload['detail']['bucket']['name']}/{upload['detail']['object']['key']}"


def status_change(execution: Execution, started_with: object, **changes: Any) -> Event:
    """Return the event about an execution that did not succeed. ``changes`` replace fields of its detail."""
    sent = event("execution_failed")
    sent["resources"] = [execution.arn]
    sent["detail"] |= {
        "executionArn": execution.arn,
        "name": execution.name,
        "status": execution.status,
        "input": json.dumps(started_with, ensure_ascii=False),
        "error": execution.error,
        "cause": execution.cause,
    }
    sent["detail"] |= changes
    return sent


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items()}
    if isinstance(value, str):
        return value
    return int(value) if value == int(value) else float(value)
