"""An operator with the `renditions` command, from the problem to the repaired image."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import pytest
from typer.testing import Result

from tests.e2e.cloud import Cloud, wait_for
from tests.e2e.conftest import Command
from tests.e2e.pictures import jpeg


def processed(cloud: Cloud, key: str) -> dict[str, Any]:
    """Return the record of a small image that has been processed."""
    record = cloud.outcome(cloud.upload(key, jpeg(300, 200)))
    assert record["status"] == "COMPLETED"
    return record


def forget(cloud: Cloud, record: dict[str, Any]) -> None:
    """Delete the record, as if the event of this image had never started anything."""
    key = {"image_uri": {"S": record["image_uri"]}}
    cloud.dynamodb.delete_item(TableName=cloud.outputs["ImagesTableName"], Key=key)


def dead_letter(cloud: Cloud, body: str, **attributes: str) -> None:
    """Put a message into the queue as EventBridge does when a target cannot be reached."""
    details = {
        "RULE_ARN": "arn:aws:events:us-east-1:000000000000:rule/renditions-ImageUploadedRule-1",
        "TARGET_ARN": cloud.outputs["ImagePipelineArn"],
        "ERROR_CODE": "ACCESS_DENIED",
        "ERROR_MESSAGE": "The rule's role may not start the state machine.",
        "RETRY_ATTEMPTS": "185",
    } | attributes
    cloud.session.client("sqs").send_message(
        QueueUrl=cloud.outputs["StartFailuresQueueUrl"],
        MessageBody=body,
        MessageAttributes={
            name: {"DataType": "String", "StringValue": value} for name, value in details.items() if value
        },
    )


def lines_of(ended: Result) -> list[dict[str, Any]]:
    """Return the documents of --json, one per line."""
    return [json.loads(line) for line in ended.stdout.splitlines()]


@pytest.fixture
def empty_queues(cloud: Cloud) -> None:
    """Empty the dead-letter queues."""
    for output in ("StartFailuresQueueUrl", "ReportFailuresQueueUrl", "SetAsideQueueUrl"):
        cloud.session.client("sqs").purge_queue(QueueUrl=cloud.outputs[output])


@pytest.mark.usefixtures("empty_queues")
def test_dead_letters_are_listed_and_replayed_and_a_bad_one_blocks_no_other(
    cloud: Cloud, renditions: Command, prefix: str
) -> None:
    uris = [cloud.upload(f"{prefix}{number}.jpg", jpeg(300, 200)) for number in range(3)]
    records = [*cloud.outcomes(uris).values()]
    events = [cloud.event_of(record) for record in records]
    for record in records:
        forget(cloud, record)
    dead_letter(cloud, json.dumps(events[0]))
    dead_letter(cloud, "not JSON")
    dead_letter(
        cloud, json.dumps({"source": "someone", "detail-type": "Something", "detail": {}}), TARGET_ARN=""
    )
    dead_letter(cloud, json.dumps(events[1]), TARGET_ARN="")
    for _ in range(9):  # more than SQS returns at once
        dead_letter(cloud, json.dumps(events[2]))

    shown = renditions("dlq", "list")
    assert shown.exit_code == 1
    assert records[0]["image_uri"] in shown.stdout
    assert "ACCESS_DENIED" in shown.stdout
    assert "renditions-ImageUploadedRule-1" in shown.stdout
    assert "13 messages to replay. Run `renditions dlq replay`." in shown.stdout

    rehearsed = lines_of(renditions("dlq", "replay", "--dry-run", "--json"))[-1]
    assert rehearsed == {"dry_run": True, "would_start": 11, "would_set_aside": 2}

    replayed = renditions("dlq", "replay")
    assert replayed.exit_code == 1, "two messages need attention"
    assert "3 started, 8 started before, 2 set aside." in replayed.stdout
    assert {one["status"] for one in cloud.outcomes(uris).values()} == {"COMPLETED"}

    again = renditions("dlq", "replay")
    assert (again.exit_code, again.stdout) == (0, "There are no messages to replay.\n")
    aside = json.loads(renditions("dlq", "list", "--json").stdout)["set_aside"]
    assert sorted(one["set_aside_because"] for one in aside) == [
        "Not a JSON object.",
        "Not an event that this stack processes: 'Something'.",
    ]


@pytest.mark.usefixtures("empty_queues")
def test_a_replay_that_was_interrupted_starts_nothing_twice(
    cloud: Cloud, renditions: Command, prefix: str
) -> None:
    record = processed(cloud, f"{prefix}a.jpg")
    event = {**cloud.event_of(record), "id": str(uuid4())}
    dead_letter(cloud, json.dumps(event))
    first = renditions("dlq", "replay", "--json")
    dead_letter(cloud, json.dumps(event))
    second = renditions("dlq", "replay", "--json")

    assert (first.exit_code, second.exit_code) == (0, 0)
    assert [one["done"] for one in (lines_of(first)[0], lines_of(second)[0])] == ["started", "started_before"]
    assert lines_of(first)[0]["detail"] == lines_of(second)[0]["detail"]


@pytest.mark.usefixtures("empty_queues")
def test_a_failed_report_is_reported_by_a_replay(cloud: Cloud, renditions: Command, prefix: str) -> None:
    """A message in the queue of failed reports contains the event to report."""
    record = processed(cloud, f"{prefix}a.jpg")
    name = f"lost-{uuid4().hex}"
    lost = {"executionArn": f"{record['execution_arn']}-{name}", "name": name, "status": "ABORTED"}
    lost |= {
        "stateMachineArn": cloud.outputs["ImagePipelineArn"],
        "input": json.dumps(cloud.event_of(record)),
    }
    status_change = {"source": "aws.states", "detail-type": "Step Functions Execution Status Change"}
    reported = {**status_change, "id": str(uuid4()), "detail": lost}
    failed = {"stateMachineArn": cloud.outputs["ExecutionFailedArn"], "input": json.dumps(reported)}
    body = json.dumps(
        {**status_change, "id": str(uuid4()), "detail": {**failed, "error": "SNS.PublishFailed"}}
    )
    sqs = cloud.session.client("sqs")
    sqs.send_message(QueueUrl=cloud.outputs["ReportFailuresQueueUrl"], MessageBody=body)

    assert record["image_uri"] in renditions("dlq", "list").stdout
    assert renditions("dlq", "replay").exit_code == 0
    assert cloud.operator.mentioning(name)


def test_images_without_an_execution_are_found_reported_and_started_once(
    cloud: Cloud, renditions: Command, prefix: str
) -> None:
    whole, forgotten, torn = (
        processed(cloud, f"{prefix}{name}.jpg") for name in ("whole", "forgotten", "torn")
    )
    forget(cloud, forgotten)
    lost = torn["renditions"]["large"]
    cloud.s3.delete_object(Bucket=lost["bucket"], Key=lost["key"])
    time.sleep(1.1)  # times in S3 have a resolution of one second
    scope = ("--prefix", prefix, "--older-than", "0")

    left_alone = renditions("reconcile", "--prefix", prefix)
    assert left_alone.exit_code == 0, "their events may still arrive"
    rehearsed = renditions("reconcile", "--dry-run", *scope, "--json")
    *findings, summary = lines_of(rehearsed)
    assert {(one["finding"], one["uri"], one["action"]) for one in findings} == {
        ("unrecorded", forgotten["image_uri"], "would_start"),
        ("incomplete", torn["image_uri"], "would_start"),
    }
    assert (summary["objects"], summary["records"], summary["dry_run"]) == (3, 2, True)
    assert cloud.record(forgotten["image_uri"]) == {}

    done = renditions("reconcile", *scope)
    assert done.exit_code == 0
    assert (
        f"started            no record                                {forgotten['image_uri']}" in done.stdout
    )
    twice = renditions("reconcile", *scope, "--json")
    assert {one["action"] for one in lines_of(twice)[:-1]} <= {"under_way"}

    assert cloud.outcome(forgotten["image_uri"])["status"] == "COMPLETED"
    repaired = wait_for(lambda: newer(cloud, torn), "the repaired image", 60)
    assert cloud.rendition(repaired, "large").size == (300, 200)
    assert cloud.record(whole["image_uri"]) == whole
    time.sleep(1.1)
    in_order = renditions("reconcile", *scope)
    assert (in_order.exit_code, in_order.stdout) == (
        0,
        "3 objects and 3 records compared. Nothing is missing.\n",
    )


def newer(cloud: Cloud, record: dict[str, Any]) -> dict[str, Any] | None:
    """Return the record if another execution has completed it."""
    now = cloud.record(record["image_uri"])
    done = now["status"] == "COMPLETED" and now["execution_arn"] != record["execution_arn"]
    return now if done else None


def test_an_overwritten_or_deleted_image_whose_event_was_lost_is_repaired(
    cloud: Cloud, renditions: Command, prefix: str
) -> None:
    overwritten, restored, deleted = (
        processed(cloud, f"{prefix}{name}.jpg") for name in ("overwritten", "restored", "deleted")
    )
    table = cloud.outputs["ImagesTableName"]
    older, newer_upload = "2026-01-01T00:00:00.000Z", restored["completed_at"].replace("2026", "2036")
    for record, started_at in ((overwritten, older), (restored, newer_upload)):
        cloud.dynamodb.update_item(  # as if the record was about another object
            TableName=table,
            Key={"image_uri": {"S": record["image_uri"]}},
            UpdateExpression="SET etag = :other, started_at = :started_at",
            ExpressionAttributeValues={":other": {"S": "0" * 32}, ":started_at": {"S": started_at}},
        )
    cloud.s3.delete_object(Bucket=cloud.outputs["UploadsBucketName"], Key=f"{prefix}deleted.jpg")
    gone = wait_for(lambda: has_status(cloud, deleted, "DELETED"), "the deletion", 30)
    assert "renditions" in gone
    cloud.dynamodb.put_item(
        TableName=table, Item=as_item(deleted)
    )  # as if the event of the deletion had been lost
    time.sleep(1.1)

    done = renditions("reconcile", "--prefix", prefix, "--older-than", "0", "--json")
    assert {(one["finding"], one["action"]) for one in lines_of(done)[:-1]} == {
        ("outdated", "started"),
        ("rolled_back", "started"),
        ("gone", "started"),
    }
    for record in (overwritten, restored):
        repaired = wait_for(lambda record=record: newer(cloud, record), "the repaired image", 60)  # type: ignore[misc]
        assert repaired["etag"] == record["etag"]
    assert wait_for(lambda: has_status(cloud, deleted, "DELETED"), "the deletion", 30)


def has_status(cloud: Cloud, record: dict[str, Any], status: str) -> dict[str, Any] | None:
    """Return the record if it has that status."""
    now = cloud.record(record["image_uri"])
    return now if now.get("status") == status else None


def as_item(record: dict[str, Any]) -> dict[str, Any]:
    """Return the few attributes of a record that a reconciliation reads."""
    texts = ("image_uri", "etag", "sequencer", "execution_arn", "started_at", "status")
    return {name: {"S": record[name]} for name in texts} | {"renditions": {"M": {}}}


def test_the_scheduled_function_does_the_same_with_its_permissions(cloud: Cloud, prefix: str) -> None:
    processed(cloud, f"{prefix}a.jpg")
    answer = cloud.session.client("lambda").invoke(FunctionName="renditions-reconcile", Payload=b"{}")
    summary = json.loads(answer["Payload"].read())

    assert "FunctionError" not in answer, summary
    assert summary["objects"] >= 1
    assert summary["continuation"] is None


@contextmanager
def forbidden_to_write(cloud: Cloud) -> Iterator[None]:
    """Remove a permission from the function of the thumbnail for a while."""
    iam = cloud.session.client("iam")
    function = cloud.session.client("lambda").get_function(FunctionName="renditions-resize-image")
    role = function["Configuration"]["Role"].rsplit("/", 1)[1]
    policy = iam.get_role_policy(RoleName=role, PolicyName="WriteRenditions")
    iam.delete_role_policy(RoleName=role, PolicyName="WriteRenditions")
    try:
        yield
    finally:
        document = policy["PolicyDocument"]
        text = document if isinstance(document, str) else json.dumps(document)
        iam.put_role_policy(RoleName=role, PolicyName="WriteRenditions", PolicyDocument=text)


def test_a_failed_image_is_explained_and_repaired_by_a_redrive(
    cloud: Cloud, renditions: Command, prefix: str
) -> None:
    with forbidden_to_write(cloud):
        failed = cloud.outcome(cloud.upload(f"{prefix}a.jpg", jpeg(300, 200)))
    assert failed["status"] == "FAILED"

    shown = renditions("failures", "--since", "1h", "--json")
    [found] = [
        one for one in json.loads(shown.stdout)["failures"] if one["execution_arn"] == failed["execution_arn"]
    ]
    assert shown.exit_code == 1
    assert (found["image"], found["error"], found["repaired"]) == (failed["image_uri"], "AccessDenied", None)
    assert found["where"].startswith("MakeRenditions")
    assert found["advice"].startswith("A role or policy lacks a permission")
    assert len(found["cause"].encode()) <= 1024
    assert "lacks a permission" in renditions("failures").stdout

    rehearsed = renditions("redrive", f"{prefix}a.jpg", "--dry-run")
    assert "would redrive" in rehearsed.stdout
    repaired = renditions("redrive", f"{prefix}a.jpg", "--json")
    [one] = json.loads(repaired.stdout)["executions"]
    assert repaired.exit_code == 0
    assert (one["done"], one["outcome"]) == ("started_anew", "COMPLETED"), "this engine has no redrive"
    assert cloud.record(failed["image_uri"])["status"] == "COMPLETED"

    again = renditions("redrive", failed["execution_arn"])
    assert again.exit_code == 0
    reason = "Another execution of the same event owns the image, which is COMPLETED."
    assert reason in again.stdout
    assert f"  Now       {reason}" in renditions("failures", "--all").stdout
    assert failed["execution_arn"] not in renditions("failures").stdout


def test_a_stopped_execution_is_redriven(cloud: Cloud, renditions: Command, prefix: str) -> None:
    uri = cloud.upload(f"{prefix}big.jpg", jpeg(6000, 4000))
    arn = wait_for(lambda: cloud.record(uri).get("execution_arn"), "the claim", 30)
    cloud.executions.stop_execution(executionArn=arn, error="Operator", cause="Test")
    stopped = cloud.outcome(uri)
    assert (stopped["status"], stopped["reason_code"]) == ("FAILED", "ABORTED")

    ended = renditions("redrive", arn)
    assert ended.exit_code == 0, ended.stdout
    assert "started anew" in ended.stdout
    assert cloud.outcome(uri)["status"] == "COMPLETED"
