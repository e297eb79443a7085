"""The rows of docs/operations.md, with each fault produced: `pytest tests/e2e/test_runbook.py -m long`.

The emulator has no metrics of its services, so no alarm goes off. What is tried is what comes after: the first command
names the fault, the remedy repairs it, and the end is as described. A role that loses a right and an execution that is
stopped are in test_operations.py, the limit of images in test_what_can_be_switched_on.py.
"""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.e2e.cloud import Cloud, wait_for
from tests.e2e.conftest import ROOT, Command
from tests.e2e.pictures import jpeg
from tests.e2e.test_operations import lines_of, processed
from tests.e2e.test_operators_are_told import failures_of, without_permission

pytestmark = pytest.mark.long


def physical_id(cloud: Cloud, logical_id: str) -> str:
    """Return the name of a resource of the stack."""
    client = cloud.session.client("cloudformation")
    found = client.describe_stack_resource(StackName="renditions", LogicalResourceId=logical_id)
    return str(found["StackResourceDetail"]["PhysicalResourceId"])


@contextmanager
def disabled(cloud: Cloud, *rules: str) -> Iterator[None]:
    """Disable rules for a while."""
    events = cloud.session.client("events")
    names = [physical_id(cloud, rule) for rule in rules]
    for name in names:
        events.disable_rule(Name=name)
    try:
        yield
    finally:
        for name in names:
            events.enable_rule(Name=name)


def claimed(cloud: Cloud, key: str) -> tuple[str, str]:
    """Upload an image that takes a while. Returns its URI and its execution."""
    uri = cloud.upload(key, jpeg(6000, 4000))
    return uri, wait_for(lambda: cloud.record(uri).get("execution_arn"), "the claim", 30)


def findings(renditions: Command, prefix: str, *options: str) -> set[tuple[str, str]]:
    ended = renditions("reconcile", "--prefix", prefix, "--older-than", "0", "--json", *options)
    return {(one["finding"], one["action"]) for one in lines_of(ended)[:-1]}


def error_lines(cloud: Cloud, function: str) -> list[dict[str, Any]]:
    """What the first command of some alarms prints, as far as it is ours."""
    found = cloud.session.client("logs").filter_log_events(
        logGroupName=f"/aws/lambda/renditions-{function}", filterPattern="ERROR"
    )
    return [json.loads(one["message"]) for one in found["events"] if one["message"].startswith("{")]


def test_a_report_that_was_stopped_waits_in_the_queue_and_is_replayed(
    cloud: Cloud, renditions: Command, prefix: str
) -> None:
    with disabled(cloud, "ExecutionFailedRule"):
        uri, arn = claimed(cloud, f"{prefix}a.jpg")
        cloud.executions.stop_execution(executionArn=arn)
    ended = cloud.executions.describe_execution(executionArn=arn)
    event = json.loads((ROOT / "events/execution_failed.json").read_text())
    told = ("executionArn", "stateMachineArn", "name", "status", "input")
    event["detail"] |= {name: ended[name] for name in told}
    # As the rule starts it, but stopped at once.
    machine = cloud.outputs["ExecutionFailedArn"]
    report = cloud.executions.start_execution(stateMachineArn=machine, input=json.dumps(event))
    cloud.executions.stop_execution(executionArn=report["executionArn"])
    wait_for(lambda: renditions("dlq", "list").exit_code == 1, "the message", 30)
    assert uri in renditions("dlq", "list").stdout
    assert renditions("dlq", "replay").exit_code == 0
    wait_for(lambda: failures_of(renditions, uri), "the failure", 30)
    assert renditions("dlq", "list").exit_code == 0
    assert renditions("redrive", f"{prefix}a.jpg").exit_code == 0
    assert failures_of(renditions, uri) == []


def test_lost_events_of_uploads_and_deletions_are_found(
    cloud: Cloud, renditions: Command, prefix: str
) -> None:
    gone = processed(cloud, f"{prefix}gone.jpg")
    with disabled(cloud, "ImageUploadedRule", "ImageDeletedRule"):
        lost = cloud.upload(f"{prefix}lost.jpg", jpeg(300, 200))
        cloud.s3.delete_object(Bucket=cloud.outputs["UploadsBucketName"], Key=f"{prefix}gone.jpg")
        time.sleep(1.1)
    expected = {("unrecorded", "would_start"), ("gone", "would_start")}
    assert findings(renditions, prefix, "--dry-run") == expected
    findings(renditions, prefix)
    assert cloud.outcome(lost)["status"] == "COMPLETED"
    wait_for(lambda: cloud.record(gone["image_uri"])["status"] == "DELETED", "the deletion", 30)
    assert findings(renditions, prefix, "--dry-run") == set()


def test_a_failure_that_nobody_was_told_is_settled_by_the_reconciliation(
    cloud: Cloud, renditions: Command, prefix: str
) -> None:
    """Status-change events are best effort. The record stays PROCESSING although its execution has ended."""
    with disabled(cloud, "ExecutionFailedRule"):
        uri, arn = claimed(cloud, f"{prefix}a.jpg")
        cloud.executions.stop_execution(executionArn=arn)
        time.sleep(1.1)
    assert cloud.record(uri)["status"] == "PROCESSING"
    assert renditions("failures").exit_code == 1
    assert renditions("redrive", f"{prefix}a.jpg").exit_code == 1, "refused"
    assert findings(renditions, prefix) == {("stuck", "started")}
    assert cloud.outcome(uri)["status"] == "COMPLETED"
    assert failures_of(renditions, uri) == []


def test_a_deleted_record_is_written_again(cloud: Cloud, renditions: Command, prefix: str) -> None:
    uri = processed(cloud, f"{prefix}a.jpg")["image_uri"]
    cloud.dynamodb.delete_item(TableName=cloud.outputs["ImagesTableName"], Key={"image_uri": {"S": uri}})
    assert findings(renditions, prefix) == {("unrecorded", "started")}
    assert cloud.outcome(uri)["status"] == "COMPLETED"


def test_a_reconciliation_that_lost_a_right_says_so_and_the_command_does_not_need_it(
    cloud: Cloud, renditions: Command, prefix: str
) -> None:
    with without_permission(cloud, "reconcile", "CompareAndStart"):
        answer = cloud.session.client("lambda").invoke(FunctionName="renditions-reconcile", Payload=b"{}")
        assert "FunctionError" in answer
        [line] = wait_for(lambda: error_lines(cloud, "reconcile"), "the line", 10)
        assert (line["message"], line["state"], line["error"]) == ("failed", "reconcile", "AccessDenied")
        assert findings(renditions, prefix, "--dry-run") == set()
    answer = cloud.session.client("lambda").invoke(FunctionName="renditions-reconcile", Payload=b"{}")
    assert "FunctionError" not in answer


@pytest.mark.parametrize(
    "fault, cause", [("no concurrency", "Rate Exceeded"), ("no time", "timed out after 1.00 seconds")]
)
def test_a_function_that_is_throttled_or_too_slow_is_named_and_its_images_are_redriven(
    cloud: Cloud, renditions: Command, prefix: str, fault: str, cause: str
) -> None:
    functions = cloud.session.client("lambda")
    name = "renditions-watermark-image"
    timeout = functions.get_function_configuration(FunctionName=name)["Timeout"]
    if fault == "no time":
        functions.update_function_configuration(FunctionName=name, Timeout=1)
    else:
        functions.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=0)
    try:
        uri = cloud.upload(f"{prefix}a.jpg", jpeg(9000, 9000))
        assert cloud.outcome(uri)["status"] == "FAILED"
    finally:
        functions.update_function_configuration(FunctionName=name, Timeout=timeout)
        functions.delete_function_concurrency(FunctionName=name)
    [failed] = failures_of(renditions, uri)
    assert cause in failed["cause"]
    assert renditions("redrive", f"{prefix}a.jpg").exit_code == 0
    assert cloud.outcome(uri)["status"] == "COMPLETED"


def test_a_bucket_full_of_rubbish_is_no_failure(cloud: Cloud, renditions: Command, prefix: str) -> None:
    uris = [cloud.upload(f"{prefix}{number}", b"x" * number) for number in range(40)]
    assert {one["status"] for one in cloud.outcomes(uris).values()} == {"REJECTED"}
    assert not [one for uri in uris for one in failures_of(renditions, uri)][:1]
    assert findings(renditions, prefix, "--dry-run") == set()
