"""Everything that a stack knows about one image."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar

from botocore.exceptions import ClientError

from renditions.contracts import bucket_and_key
from renditions.freshness import Freshness
from renditions.records import ImageRecord, batch_get
from renditions_cli.aws.causes import json_object
from renditions_cli.aws.definitions import Definitions, read_definitions
from renditions_cli.aws.deployed_recipes import read_recipes
from renditions_cli.aws.execution_history import VisitStatus
from renditions_cli.aws.execution_search import FoundExecutions, find_executions
from renditions_cli.aws.executions import EXPRESS, Execution, read_execution
from renditions_cli.aws.express import read_owner
from renditions_cli.aws.failures import FAILED_STATUSES, Failure, read_failures
from renditions_cli.aws.image_cost import image_cost
from renditions_cli.aws.image_versions import OriginalVersion, list_versions
from renditions_cli.aws.images import may_have_record
from renditions_cli.aws.log_lines import LogLine, read_log_lines
from renditions_cli.aws.missing_records import where_to_look
from renditions_cli.aws.sdk_errors import response_error
from renditions_cli.aws.stack import Stack
from renditions_cli.errors import StackError

AT_ONCE = 8
MOST_FILES = 1000  # of one listing; if an image has more, none is called missing
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Notice:
    """A message that an execution published: when, by which state, its subject, the name of the topic, and its ID."""

    time: datetime
    state: str
    subject: str
    topic: str
    message_id: str

    def to_json(self) -> dict[str, Any]:
        """Return the document for --json, with the time in ISO 8601."""
        return {
            "time": self.time.isoformat(),
            "state": self.state,
            "subject": self.subject,
            "topic": self.topic,
            "message_id": self.message_id or None,
        }


@dataclass(frozen=True, slots=True)
class ImageStory:
    """One image. Executions and lines are in order, the oldest first.

    ``skipped``: executions that may be about it too, but were not looked at. ``failure``: the owner of the record, if
    it ended badly. ``missing``: the names of renditions in the record whose files do not exist. ``has_files``: whether
    there are renditions under this key. ``problems``: what could not be read, and why. ``hint``: what to do if there
    is no such image. ``is_wanted``: whether the rule of uploads lets its events pass. ``freshness``: of the renditions;
    None also if this command cannot tell.
    """

    image_uri: str
    record: ImageRecord | None
    versions: Sequence[OriginalVersion] = ()
    executions: Sequence[Execution] = ()
    skipped: int = 0
    failure: Failure | None = None
    missing: Sequence[str] = ()
    has_files: bool = False
    notices: Sequence[Notice] = ()
    lines: Sequence[LogLine] = ()
    problems: Sequence[str] = ()
    hint: str = ""
    is_wanted: bool = True
    freshness: Freshness | None = None

    @property
    def key(self) -> str:
        """The key in the uploads bucket."""
        return bucket_and_key(self.image_uri)[1]

    @property
    def original(self) -> OriginalVersion | None:
        """The current original; None if there is none."""
        return next((one for one in self.versions if one.is_latest and not one.is_deletion), None)

    @property
    def owner(self) -> Execution | None:
        """The execution that owns the record."""
        arn = self.record and self.record.execution_arn
        return next((one for one in self.executions if one.arn == arn), None)

    @property
    def dollars(self) -> float:
        """What the image has cost so far."""
        return image_cost(self.record, self.executions)


@dataclass(slots=True)
class Reader:
    """Reads a story piece by piece. What cannot be read is a problem, and does not end the command."""

    stack: Stack
    image_uri: str
    problems: list[str]

    def attempt(self, read: Callable[[], T], instead: T) -> T:
        """Return what ``read`` returns, or ``instead`` if AWS refuses it."""
        try:
            return read()
        except ClientError as error:
            self.problems.append(response_error(error))
            return instead

    def record(self) -> ImageRecord | None:
        """Return the record. Raises ClientError: without the right to read records, there is no story."""
        if not may_have_record(self.image_uri):
            return None
        table = self.stack.outputs.images_table
        return batch_get(self.stack.dynamodb(), table, [self.image_uri]).get(self.image_uri)

    def versions(self) -> list[OriginalVersion]:
        """Return the versions of the original; none in a bucket of others."""
        bucket, key = bucket_and_key(self.image_uri)
        if bucket != self.stack.outputs.uploads_bucket or not key:
            return []
        return self.attempt(lambda: list_versions(self.stack.s3(), bucket, key), [])

    def executions(self, found: FoundExecutions, record: ImageRecord | None) -> list[Execution]:
        """Return these executions with the data of their histories."""
        client = self.stack.step_functions()

        def read(arn: str) -> Execution | None:
            if record and arn == record.execution_arn:
                return self.attempt(lambda: read_owner(self.stack, record, with_data=True), None)
            return self.attempt(lambda: read_execution(client, arn, with_data=True), None)

        with ThreadPoolExecutor(AT_ONCE) as pool:
            return [one for one in pool.map(read, found.arns) if one]

    def files(self) -> frozenset[str]:
        """Return up to MOST_FILES keys of renditions of this image."""
        bucket, (_, key) = self.stack.outputs.renditions_bucket, bucket_and_key(self.image_uri)

        def read() -> frozenset[str]:
            answer = self.stack.s3().list_objects_v2(Bucket=bucket, Prefix=f"{key}/", MaxKeys=MOST_FILES)
            return frozenset(one["Key"] for one in answer.get("Contents", []))

        return self.attempt(read, frozenset())


def read_story(stack: Stack, image_uri: str, *, with_logs: bool) -> ImageStory:
    """Return the story of one image. Raises ClientError if not even its record can be read."""
    reader = Reader(stack, image_uri, [])
    record = reader.record()
    versions = reader.versions()
    found = reader.attempt(
        lambda: find_executions(stack, image_uri, record, [one.modified for one in versions]),
        FoundExecutions((record.execution_arn,) if record and record.execution_arn else ()),
    )
    executions = reader.executions(found, record)
    files = reader.files() if versions or record else frozenset()
    definitions = reader.attempt(lambda: read_definitions(stack), Definitions({}))
    lines: list[LogLine] = []
    if with_logs:
        functions = definitions.functions()
        lines = reader.attempt(lambda: read_log_lines(stack, functions, image_uri, executions), lines)
    story = ImageStory(
        image_uri=image_uri,
        record=record,
        versions=versions,
        executions=executions,
        skipped=found.skipped,
        missing=_missing(record, files),
        has_files=bool(files),
        notices=sorted(_notices(executions, definitions), key=lambda one: one.time),
        lines=lines,
        is_wanted=bucket_and_key(image_uri)[1] in stack.wanted_keys,
        freshness=_freshness(stack, record),
    )
    failure = reader.attempt(lambda: _failure(stack, story), None)
    is_known = record or versions or executions
    hint = "" if is_known else reader.attempt(lambda: where_to_look(stack, image_uri), "")
    return replace(story, failure=failure, hint=hint, problems=tuple(dict.fromkeys(reader.problems)))


def _freshness(stack: Stack, record: ImageRecord | None) -> Freshness | None:
    if record is None or not record.recipe:
        return None
    try:
        return read_recipes(stack).judge(record)
    except StackError:  # functions of another version, or no right to read their settings
        return None


def _failure(stack: Stack, story: ImageStory) -> Failure | None:
    """Return the owner of the record, or the last execution of an image without a record, if it ended badly."""
    last = story.owner if story.record else next(iter(story.executions[-1:]), None)
    if last is None or last.status not in FAILED_STATUSES:
        return None
    return read_failures(stack, [last.arn])[0]


def _missing(record: ImageRecord | None, files: frozenset[str]) -> list[str]:
    """Return the names of the renditions whose files were not found. A long key has a folder of another name."""
    if record is None or len(files) == MOST_FILES:
        return []
    return [
        one.name
        for one in record.renditions
        if one.key not in files and one.key.startswith(f"{bucket_and_key(record.image_uri)[1]}/")
    ]


def _notices(executions: Sequence[Execution], definitions: Definitions) -> Iterator[Notice]:
    """Yield what the executions published. The parameters are in the history, or at least in the definition."""
    for execution in executions:
        publications = definitions.publications(execution.machine.removesuffix(EXPRESS))
        for visit in execution.visits:
            if visit.service == "sns:publish" and visit.status is VisitStatus.SUCCEEDED:
                parameters = {**publications.get(visit.name, {}), **json_object(visit.parameters)}
                yield Notice(
                    time=visit.exited or visit.entered,
                    state=visit.name,
                    subject=parameters.get("Subject", ""),
                    topic=parameters.get("TopicArn", "").rpartition(":")[2],
                    message_id=json_object(visit.result).get("MessageId", ""),
                )
