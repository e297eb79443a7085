"""A thousand outcomes are counted exactly, however often the stream delivers them."""

import json
import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from renditions import counting
from tests.unit.conftest import aws_session
from tests.unit.handlers.conftest import Context
from tests.unit.record_items import rendition

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

STATUSES = {"COMPLETED": 600, "REJECTED": 250, "FAILED": 100, "DELETED": 50}
REASONS = ("UnsupportedFormat", "CorruptImage", "TooManyPixels", "FromTheFuture")
Change = dict[str, Any]


def image(number: int, status: str, **more: str) -> dict[str, Any]:
    """The record of an image as the stream has it."""
    texts = {
        "image_uri": f"s3://uploads/anna/{number}.jpg",
        "status": status,
        "execution_arn": f"arn:{number}",
        "etag": f"etag-{number}",
        "sequencer": f"{number:016X}1",
        "uploaded_at": "2026-11-20T12:00:00Z",
        "started_at": "2026-11-20T12:00:01.204Z",
    }
    return {name: {"S": value} for name, value in (texts | more).items()}


def outcome(number: int, status: str) -> dict[str, Any]:
    item = image(number, status, completed_at="2026-11-20T12:00:03.000Z")
    if status == "COMPLETED":
        item |= {"width": {"N": "400"}, "height": {"N": "300"}, "bytes": {"N": "1000"}}
        item["renditions"] = {"M": {"thumbnail": rendition("thumbnail"), "medium": rendition("medium")}}
    elif status == "REJECTED":
        item["reason_code"] = {"S": REASONS[number % len(REASONS)]}
    return item


def change(sequence: int, before: dict[str, Any] | None, after: dict[str, Any]) -> Change:
    images = {"NewImage": after} | ({"OldImage": before} if before else {})
    return {
        "eventID": f"{sequence:032x}",
        "eventName": "MODIFY" if before else "INSERT",
        "dynamodb": {"SequenceNumber": str(sequence), **images},
    }


def thousand_outcomes() -> list[Change]:
    """Two changes for each image: it is claimed, and gets its outcome. Some are settled afterwards."""
    changes: list[Change] = []
    wanted = [status for status, number in STATUSES.items() for _ in range(number)]
    Random(7).shuffle(wanted)  # noqa: S311 - repeatable
    for number, status in enumerate(wanted):
        claimed, ended = image(number, "PROCESSING"), outcome(number, status)
        changes.append(change(len(changes), None, claimed))
        changes.append(change(len(changes), claimed, ended))
        if number % 10 == 0:
            changes.append(change(len(changes), ended, {**ended, "settled_by": {"S": "arn:report"}}))
    return changes


@dataclass
class Marks:
    """A table of marks in memory, with DynamoDB's conditions. It fails, and loses answers, as often as it is told."""

    chance: Random
    failing: float = 0.0
    marks: dict[str, str] = field(default_factory=dict)

    def put_item(self, Item: Any, **_: Any) -> None:  # noqa: N803 - the name that botocore has
        if self.chance.random() < self.failing:
            raise TimeoutError("DynamoDB does not answer.")
        name, by = Item["event_id"]["S"], Item["marked_by"]["S"]
        if self.marks.setdefault(name, by) != by:
            raise ClientError({"Error": {"Code": "ConditionalCheckFailedException"}}, "PutItem")


Invoke = Callable[[list[Change]], set[str]]


@pytest.fixture
def measuring(monkeypatch: pytest.MonkeyPatch) -> tuple[Invoke, Marks]:
    """The function with its table: ``invoke(changes)`` returns the sequence numbers that it reports as failed."""
    monkeypatch.setenv("MEASURED_TABLE", "measured")
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "renditions")
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "Renditions")
    from renditions.handlers import count_outcomes

    marks = Marks(Random(11))  # noqa: S311 - repeatable
    monkeypatch.setattr(count_outcomes, "DYNAMODB", marks)

    def invoke(changes: list[Change]) -> set[str]:
        answer = count_outcomes.handler({"Records": changes}, Context())
        return {one["itemIdentifier"] for one in answer["batchItemFailures"]}

    return invoke, marks


def deliver(changes: list[Change], invoke: Invoke, chance: Random) -> None:
    """As Lambda does: in order, in batches, from the first failure again, at times a batch twice or in halves."""
    position = 0
    while position < len(changes):
        batch = changes[position : position + chance.choice([1, 7, 50, 100])]
        if chance.random() < 0.2:
            invoke(batch)  # the answer is lost, so that Lambda sends the batch again
            half = len(batch) // 2
            batch = batch[:half] or batch
        failed = invoke([*batch, batch[0]] if chance.random() < 0.2 else batch)
        first = next(
            (n for n, one in enumerate(batch) if one["dynamodb"]["SequenceNumber"] in failed), len(batch)
        )
        position += first


def lines(printed: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in printed.splitlines() if line.startswith("{") and "_aws" in line]


def totals(emitted: list[dict[str, Any]]) -> Counter[str]:
    """What CloudWatch would sum up for the dimension service alone."""
    counts: Counter[str] = Counter()
    for line in emitted:
        [directive] = line["_aws"]["CloudWatchMetrics"]
        assert ["service"] in directive["Dimensions"]
        for metric in directive["Metrics"]:
            [value] = line[metric["Name"]]
            counts[metric["Name"]] += value
    return counts


def test_a_thousand_mixed_outcomes_give_exactly_those_counts(
    measuring: tuple[Invoke, Marks], capsys: pytest.CaptureFixture[str]
) -> None:
    """With records delivered twice, batches sent again, in halves, and writes that fail."""
    invoke, marks = measuring
    marks.failing = 0.02
    deliver(thousand_outcomes(), invoke, Random(3))  # noqa: S311 - repeatable
    emitted = lines(capsys.readouterr().out)
    assert totals(emitted) == {
        "Uploads": 1000,
        "Completed": 600,
        "Rejected": 250,
        "Failed": 100,
        "Deleted": 50,
        "TimeToNotice": 600 * 3000,
        "Pixels": 600 * 120_000,
        "BytesIn": 600 * 1000,
        "BytesOut": 600 * 8192,
    }
    by_reason = Counter(line["reason"] for line in emitted if "reason" in line)
    assert sum(by_reason.values()) == 250
    assert set(by_reason) == {"UnsupportedFormat", "CorruptImage", "TooManyPixels", "Other"}
    assert not any("anna" in json.dumps(line) for line in emitted)


def test_a_rejection_is_counted_in_total_and_by_its_reason(
    measuring: tuple[Invoke, Marks], capsys: pytest.CaptureFixture[str]
) -> None:
    invoke, _ = measuring
    assert invoke([change(1, image(0, "PROCESSING"), outcome(0, "REJECTED"))]) == set()
    [line] = lines(capsys.readouterr().out)
    [directive] = line["_aws"]["CloudWatchMetrics"]
    assert directive["Namespace"] == "Renditions"
    assert directive["Dimensions"] == [["service"], ["service", "reason"]]
    assert (line["service"], line["reason"]) == ("renditions", "UnsupportedFormat")
    assert line["_aws"]["Timestamp"] == 1_795_176_003_000, "when it happened, and not when it was counted"


def test_a_change_that_cannot_be_read_is_reported_and_the_others_are_counted(
    measuring: tuple[Invoke, Marks], capsys: pytest.CaptureFixture[str]
) -> None:
    invoke, _ = measuring
    poison = change(2, None, {"image_uri": {"S": "s3://uploads/anna/1.jpg"}, "status": {"S": "COMPLETED"}})
    del poison["dynamodb"]["NewImage"]["status"]
    good = [change(number, None, image(number, "PROCESSING")) for number in (1, 3)]
    assert invoke([good[0], poison, good[1]]) == {"2"}
    assert totals(lines(capsys.readouterr().out)) == {"Uploads": 2}
    assert invoke([poison]) == {"2"}, "alone too, so that Lambda can set it aside"


def test_a_mark_is_kept_for_longer_than_the_stream_and_recognizes_itself(s3_endpoint: str) -> None:
    """On DynamoDB's own conditions."""
    dynamodb: DynamoDBClient = aws_session().create_client("dynamodb", endpoint_url=s3_endpoint)  # type: ignore[assignment]
    table = uuid.uuid4().hex
    dynamodb.create_table(
        TableName=table,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "event_id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "event_id", "KeyType": "HASH"}],
    )
    now = datetime(2026, 11, 20, tzinfo=UTC)
    assert counting._is_first(dynamodb, table, "a", now) is True
    assert counting._is_first(dynamodb, table, "a", now) is False
    [item] = dynamodb.scan(TableName=table)["Items"]
    assert int(item["expires_at"]["N"]) == int((now + timedelta(days=2)).timestamp())
    dynamodb.put_item(
        TableName=table,
        Item=item,
        ConditionExpression="attribute_not_exists(event_id) OR marked_by = :mark",
        ExpressionAttributeValues={":mark": item["marked_by"]},
    )
