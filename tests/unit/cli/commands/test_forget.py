"""`renditions forget`, as a user calls it: what it shows, asks, refuses and leaves."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError
from typer.testing import Result

from renditions_cli.aws.forgetting import removal, traces
from renditions_cli.aws.forgetting.forgotten import Forgotten
from renditions_cli.aws.forgetting.originals import Originals
from renditions_cli.aws.forgetting.removal import Removal, remove_all
from renditions_cli.aws.forgetting.running import Running
from renditions_cli.aws.forgetting.traces import find_traces
from renditions_cli.aws.resources import Resources
from renditions_cli.aws.stack import Stack
from tests.unit.cli.conftest import Command
from tests.unit.cli.stand_ins import write_record

KEY = "holiday/anna \u202e.jpg"
VERSION = "0123456789abcdef"


@pytest.fixture(autouse=True)
def nothing_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    """No execution runs in moto, and no event is late."""
    monkeypatch.setattr("renditions_cli.aws.queues.WAIT_SECONDS", 0)
    monkeypatch.setattr(Running, "about", lambda *_: [])
    monkeypatch.setattr(removal, "SECONDS_FOR_LATE_EVENTS", 0)


@pytest.fixture
def image(stack: Stack) -> Stack:
    """An image of two versions with a tombstone, so that no execution is needed to delete it."""
    s3, outputs = stack.s3(), stack.outputs
    versioned: Any = {"Status": "Enabled"}
    s3.put_bucket_versioning(Bucket=outputs.renditions_bucket, VersioningConfiguration=versioned)
    for body in (b"first", b"second"):
        s3.put_object(Bucket=outputs.uploads_bucket, Key=KEY, Body=body)
        s3.put_object(Bucket=outputs.renditions_bucket, Key=f"{KEY}/{VERSION}/large.webp", Body=body)
    s3.delete_object(Bucket=outputs.renditions_bucket, Key=f"{KEY}/{VERSION}/large.webp")
    write_record(stack, KEY, "DELETED", execution_arn={"S": "arn"}, sequencer={"S": "1"})
    return stack


Forget = Callable[..., Result]


@pytest.fixture
def forget(renditions_command: Command, stack_name: str) -> Forget:
    return lambda *arguments: renditions_command("forget", *arguments, "--stack-name", stack_name)


def left(stack: Stack, bucket: str = "", key: str = KEY) -> list[tuple[str, bool]]:
    """Return the versions of an original, the oldest first, and whether each is a delete marker."""
    found = traces.original_versions(stack.s3(), bucket or stack.outputs.uploads_bucket, key)
    return [(one.version_id, one.is_marker) for one in found]


def remove(stack: Stack, found: traces.Traces) -> Forgotten:
    [result] = remove_all([Removal(stack, found, Running(stack), 1, Forgotten(found.image_uri))])
    return result


def is_recorded(stack: Stack) -> bool:
    key = {"image_uri": {"S": stack.image_uri(KEY)}}
    return "Item" in stack.dynamodb().get_item(TableName=stack.outputs.images_table, Key=key)


def deny(stack: Stack, monkeypatch: pytest.MonkeyPatch, *operations: str) -> None:
    """Refuse requests as IAM does."""
    s3 = stack.s3()

    def refused(params: Any, model: Any, **_: Any) -> None:
        error = {"Error": {"Code": "AccessDenied", "Message": "not authorized"}}
        raise ClientError(error, model.name)  # type: ignore[arg-type]

    for operation in operations:
        s3.meta.events.register(f"before-call.s3.{operation}", refused)
    monkeypatch.setattr(Stack, "s3", lambda _: s3)


def test_it_shows_what_there_is_and_removes_it_only_after_a_yes(
    image: Stack, renditions_command: Command, stack_name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("typer.confirm", lambda *_, **__: (_ for _ in ()).throw(KeyboardInterrupt))
    asked = renditions_command("forget", KEY, "--stack-name", stack_name)
    assert asked.exit_code == 130
    assert "2 versions of the original, 11 B" in asked.stdout
    assert "2 versions of renditions, 11 B" in asked.stdout
    assert "1 delete marker" in asked.stdout
    assert "\\u202e" in asked.stdout
    assert "\u202e" not in asked.stdout
    assert len(left(image)) == 2
    assert is_recorded(image)


def test_nothing_is_removed_by_a_dry_run_or_without_an_answer(image: Stack, forget: Forget) -> None:
    assert forget(KEY, "--dry-run").exit_code == 1
    assert forget(KEY).exit_code == 1  # standard input is empty
    assert forget(KEY, "--json").exit_code == 2
    assert len(left(image)) == 2


def test_everything_is_removed_and_neighbours_stay(image: Stack, forget: Forget) -> None:
    s3, outputs = image.s3(), image.outputs
    neighbours = [f"{KEY}2", f"{KEY}/more.jpg"]
    for one in neighbours:
        s3.put_object(Bucket=outputs.uploads_bucket, Key=one, Body=b"")
        s3.put_object(Bucket=outputs.renditions_bucket, Key=f"{one}/{VERSION}/large.webp", Body=b"")
    ended = forget(KEY, "--yes", "--json")
    document = json.loads(ended.stdout)
    assert ended.exit_code == 0
    assert document["images"][0]["removed"] == {
        "originals": 2,
        "delete_markers": 1,
        "renditions": 2,
        "records": 1,
    }
    assert {one["where"] for one in document["elsewhere"]} >= {"executions", "logs of the functions"}
    assert not left(image)
    assert not is_recorded(image)
    for one in neighbours:
        assert left(image, key=one)
        assert left(image, outputs.renditions_bucket, f"{one}/{VERSION}/large.webp")
    again = forget(KEY, "--yes")
    assert again.exit_code == 0
    assert "Nothing of it is here." in again.stdout


def test_an_image_that_cannot_be_inspected_is_named_and_the_others_are_removed(
    image: Stack, forget: Forget, monkeypatch: pytest.MonkeyPatch
) -> None:
    find = traces.original_versions

    def refused(s3: Any, bucket: str, key: str) -> Any:
        if key == "locked.jpg":
            raise ClientError(
                {"Error": {"Code": "AccessDenied", "Message": "not yours"}}, "ListObjectVersions"
            )
        return find(s3, bucket, key)

    monkeypatch.setattr(traces, "original_versions", refused)
    ended = forget("locked.jpg", KEY, "--yes")
    assert ended.exit_code == 1
    assert "/locked.jpg" in ended.stdout
    assert (
        "Cannot be inspected, so nothing of it is removed: These AWS credentials do not allow" in ended.stdout
    )
    assert not left(image)
    document = json.loads(forget("locked.jpg", KEY, "--yes", "--json").stdout)
    assert [one["found"] for one in document["images"]][1] == {}
    assert "ListObjectVersions" in document["images"][1]["left"][0]


def test_dead_letters_of_the_image_are_removed_and_others_stay(image: Stack, forget: Forget) -> None:
    sqs, outputs = image.sqs(), image.outputs
    for key in (KEY, "other.jpg"):
        event = {"detail": {"bucket": {"name": outputs.uploads_bucket}, "object": {"key": key}}}
        report = {"detail": {"input": json.dumps(event)}}
        for queue in (outputs.start_failures_queue, outputs.set_aside_queue):
            sqs.send_message(QueueUrl=queue, MessageBody=json.dumps(report))
    found = json.loads(forget(KEY, "--yes", "--json").stdout)["images"][0]
    assert found["removed"]["dead_letters"] == 2
    assert [one.image for one in traces.read_letters(image)] == [image.image_uri("other.jpg")] * 2


def test_an_older_version_never_becomes_current(image: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    """S3 would have it processed again."""
    older, latest = (one for one, _ in left(image))
    removed: list[str] = []
    original = Originals._remove_version

    def noted(self: Originals, bucket: str, one: traces.Version) -> bool:
        removed.append(one.version_id)
        return original(self, bucket, one)

    monkeypatch.setattr(Originals, "_remove_version", noted)
    found = find_traces(image, image.image_uri(KEY))
    remove(image, found)
    assert removed == [older, latest]


def test_what_is_locked_is_hidden_and_everything_else_is_removed(
    image: Stack, forget: Forget, monkeypatch: pytest.MonkeyPatch
) -> None:
    (older, _), _ = left(image)
    until = datetime.now(UTC) + timedelta(days=400)
    s3 = image.s3()
    lock = {"Mode": "COMPLIANCE", "RetainUntilDate": until}
    monkeypatch.setattr(s3, "get_object_lock_configuration", lambda **_: {"ObjectLockConfiguration": {}})
    monkeypatch.setattr(
        s3, "get_object_retention", lambda **one: {"Retention": lock} if one["VersionId"] == older else {}
    )
    monkeypatch.setattr(s3, "get_object_legal_hold", lambda **_: {})
    monkeypatch.setattr(Stack, "s3", lambda _: s3)
    ended = forget(KEY, "--yes")
    assert ended.exit_code == 1
    assert f"COMPLIANCE until {until:%Y-%m-%d}" in ended.stdout
    assert [one for one, is_marker in left(image) if not is_marker] == [older]
    assert left(image)[-1][1], "a delete marker is current"
    assert not is_recorded(image)
    lock["RetainUntilDate"] = datetime.now(UTC) - timedelta(days=1)
    assert forget(KEY, "--yes").exit_code == 0
    assert not left(image)


@pytest.mark.parametrize(
    "operation, what",
    [
        ("DeleteObject", "The version"),
        pytest.param("AbortMultipartUpload", "An unfinished upload", marks=pytest.mark.long),
    ],
)
def test_what_is_refused_is_named_and_the_next_run_removes_it(
    image: Stack, forget: Forget, monkeypatch: pytest.MonkeyPatch, operation: str, what: str
) -> None:
    image.s3().create_multipart_upload(Bucket=image.outputs.uploads_bucket, Key=KEY)
    with monkeypatch.context() as patched:
        deny(image, patched, operation)
        ended = forget(KEY, "--yes")
    assert ended.exit_code == 1
    assert f"Left: {what}" in ended.stdout
    assert f"do not allow {operation}" in ended.stdout
    assert forget(KEY, "--yes").exit_code == 0
    assert not left(image)
    assert not is_recorded(image)


def test_an_original_that_stays_keeps_its_record_and_renditions(
    image: Stack, forget: Forget, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reconciliation would make them again."""
    deny(image, monkeypatch, "DeleteObject")
    assert "because the original is still there" in forget(KEY, "--yes").stdout
    assert is_recorded(image)


def test_an_upload_meanwhile_stays_also_without_versions(
    stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    s3, bucket = stack.s3(), "existing-without-versions"
    s3.create_bucket(Bucket=bucket)
    s3.put_object(Bucket=bucket, Key=KEY, Body=b"first")
    found = find_traces(stack, f"s3://{bucket}/{KEY}")
    s3.put_object(Bucket=bucket, Key=KEY, Body=b"second")
    result = remove(stack, found)
    assert result.is_replaced
    assert s3.get_object(Bucket=bucket, Key=KEY)["Body"].read() == b"second"
    requests: list[Any] = []
    s3.meta.events.register(
        "provide-client-params.s3.DeleteObject", lambda params, **_: requests.append(params)
    )
    monkeypatch.setattr(Stack, "s3", lambda _: s3)
    found = find_traces(stack, f"s3://{bucket}/{KEY}")
    remove(stack, found)
    assert not left(stack, bucket)
    assert "IfMatch" in requests[0], "S3 itself compares, in the same moment"


def test_an_execution_that_does_not_end_keeps_the_record(
    image: Stack, forget: Forget, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a record it would have another one written, or leave its renditions."""
    monkeypatch.setattr(Running, "about", lambda *_: ["arn:running"])
    ended = forget(KEY, "--yes", "--timeout", "1")
    assert ended.exit_code == 1
    assert "arn:running still works on the image" in ended.stdout
    assert is_recorded(image)
    assert not left(image)


def test_edge_locations_that_may_not_be_told_are_named_with_the_command(
    image: Stack, forget: Forget, monkeypatch: pytest.MonkeyPatch
) -> None:
    resources = Resources("any", {"DeliveryDistribution": "E123"}, {})
    monkeypatch.setattr("renditions_cli.commands.forget.read_resources", lambda *_: resources)
    ended = forget(KEY, "--yes")
    assert ended.exit_code == 1
    path = "/holiday/anna%20%E2%80%AE.jpg/*"
    assert f"create-invalidation --distribution-id E123 --paths '{path}'" in ended.stdout


def test_an_image_of_another_bucket_is_refused(stack: Stack, forget: Forget) -> None:
    ended = forget("s3://other/a.jpg", "--yes")
    assert ended.exit_code == 2
    assert "is not in the uploads bucket" in ended.stderr
