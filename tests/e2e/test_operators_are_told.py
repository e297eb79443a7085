"""What the command says about failures, unreadable objects and other people's changes is true."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

from tests.e2e.cloud import Cloud, wait_for
from tests.e2e.conftest import Command
from tests.e2e.pictures import jpeg
from tests.e2e.test_operations import lines_of, processed


@contextmanager
def without_permission(cloud: Cloud, function: str, policy: str) -> Iterator[None]:
    """Take a policy from the role of a function for a while."""
    iam = cloud.session.client("iam")
    found = cloud.session.client("lambda").get_function(FunctionName=f"renditions-{function}")
    role = found["Configuration"]["Role"].rsplit("/", 1)[1]
    document = iam.get_role_policy(RoleName=role, PolicyName=policy)["PolicyDocument"]
    iam.delete_role_policy(RoleName=role, PolicyName=policy)
    try:
        yield
    finally:
        text = document if isinstance(document, str) else json.dumps(document)
        iam.put_role_policy(RoleName=role, PolicyName=policy, PolicyDocument=text)


def failures_of(renditions: Command, uri: str, *options: str) -> list[dict[str, Any]]:
    """Return the failures of one image."""
    listed = json.loads(renditions("failures", "--since", "1h", "--json", *options).stdout)["failures"]
    return [one for one in listed if one["image"] == uri]


@pytest.mark.parametrize("by", ["key", "arn"])
def test_a_deletion_that_failed_is_listed_and_redriven(
    cloud: Cloud, renditions: Command, prefix: str, by: str
) -> None:
    """The record still says COMPLETED, and another execution owns it, but the original is gone."""
    key = f"{prefix}a.jpg"
    record = processed(cloud, key)
    uri = record["image_uri"]
    with without_permission(cloud, "confirm-deleted", "LookAtUploads"):
        cloud.s3.delete_object(Bucket=cloud.outputs["UploadsBucketName"], Key=key)
        [failed] = wait_for(lambda: failures_of(renditions, uri), "the failed deletion", 60)
    assert (failed["where"], failed["repaired"], failed["record_status"]) == (
        "ConfirmDeleted",
        None,
        "COMPLETED",
    )
    assert renditions("failures").exit_code == 1

    name = key if by == "key" else failed["execution_arn"]
    repaired = renditions("redrive", name, "--json")
    [one] = json.loads(repaired.stdout)["executions"]
    assert (repaired.exit_code, one["done"], one["outcome"]) == (0, "started_anew", "DELETED")
    assert cloud.record(uri)["status"] == "DELETED"
    assert failures_of(renditions, uri) == []
    assert [one["repaired"] is not None for one in failures_of(renditions, uri, "--all")] == [True]

    again = renditions("redrive", failed["execution_arn"])
    assert (again.exit_code, "skipped" in again.stdout) == (0, True)
    notices = [json.loads(one["Body"])["status"] for one in cloud.subscriber.mentioning(uri, quiet=1)]
    assert notices.count("DELETED") == 1


def test_an_input_that_is_no_event_is_listed_and_not_started_again(cloud: Cloud, renditions: Command) -> None:
    pipeline = cloud.outputs["ImagePipelineArn"]
    arn = cloud.executions.start_execution(stateMachineArn=pipeline, input="null")["executionArn"]
    cloud.executions.stop_execution(executionArn=arn)
    cloud.execution(arn)
    refused = renditions("redrive", arn, "--json")
    [one] = json.loads(refused.stdout)["executions"]
    assert (refused.exit_code, one["done"]) == (1, "refused")
    assert "not an event of this stack" in one["detail"]


@pytest.fixture
def locked(cloud: Cloud, prefix: str) -> Iterator[str]:
    """Upload an object that only its uploader can read. Returns its URI."""
    bucket, key = cloud.outputs["UploadsBucketName"], f"{prefix}locked.jpg"
    cloud.s3.put_object(
        Bucket=bucket, Key=key, Body=jpeg(300, 200), SSECustomerAlgorithm="AES256", SSECustomerKey="k" * 32
    )
    uri = f"s3://{bucket}/{key}"
    cloud.outcome(uri)
    yield uri
    for version in cloud.s3.list_object_versions(Bucket=bucket, Prefix=key)["Versions"]:
        cloud.s3.delete_object(Bucket=bucket, Key=key, VersionId=version["VersionId"])


def test_an_object_that_cannot_be_read_does_not_end_the_reconciliation_of_the_others(
    cloud: Cloud, renditions: Command, prefix: str, locked: str
) -> None:
    whole = processed(cloud, f"{prefix}whole.jpg")
    lost = whole["renditions"]["large"]
    cloud.s3.delete_object(Bucket=lost["bucket"], Key=lost["key"])
    ended = renditions("reconcile", "--prefix", prefix, "--older-than", "0", "--json")
    *findings, summary = lines_of(ended)
    found = {(one["finding"], one["uri"], one["action"]) for one in findings}
    assert {("unreadable", locked, "reported"), ("incomplete", whole["image_uri"], "started")} <= found
    assert (ended.exit_code, summary["findings"]["unreadable"]) == (1, {"reported": 1})
    assert summary["records"] == 2

    answer = cloud.session.client("lambda").invoke(FunctionName="renditions-reconcile", Payload=b"{}")
    told = json.loads(answer["Payload"].read())
    assert "FunctionError" not in answer, told
    assert told["findings"]["unreadable"]["reported"] >= 1
    assert told["continuation"] is None


def test_foreign_files_are_reported_once_and_are_nobodys_task(
    cloud: Cloud, renditions: Command, prefix: str
) -> None:
    bucket = cloud.outputs["RenditionsBucketName"]
    for name in ("robots.txt", "nested/index.html"):
        cloud.s3.put_object(Bucket=bucket, Key=f"{prefix}{name}", Body=b"foreign")
    ended = renditions("reconcile", "--prefix", prefix, "--older-than", "0", "--json")
    [foreign, summary] = lines_of(ended)
    assert (ended.exit_code, foreign["finding"], foreign["detail"]) == (0, "foreign", "the first of 2 files")
    assert summary["findings"] == {"foreign": {"reported": 2}}


@pytest.mark.parametrize("change, status", [("delete", "DELETED"), ("replace", "REPLACED")])
def test_an_upload_says_at_once_that_its_image_was_deleted_or_replaced(
    cloud: Cloud, renditions: Command, prefix: str, tmp_path: Path, change: str, status: str
) -> None:
    bucket, key = cloud.outputs["UploadsBucketName"], f"{prefix}big.jpg"
    (tmp_path / "big.jpg").write_bytes(jpeg(6000, 4000))
    uri = f"s3://{bucket}/{key}"

    def interfere() -> None:
        wait_for(lambda: cloud.record(uri).get("status") == "PROCESSING", "the claim", 30)
        if change == "delete":
            cloud.s3.delete_object(Bucket=bucket, Key=key)
        else:
            cloud.s3.put_object(Bucket=bucket, Key=key, Body=jpeg(300, 200))

    other = threading.Thread(target=interfere)
    other.start()
    ended = renditions("upload", str(tmp_path / "big.jpg"), "--prefix", prefix, "--json")
    other.join()
    [image] = json.loads(ended.stdout)["images"]
    assert (ended.exit_code, image["status"], image["seconds"] < 30) == (1, status, True)
    assert image["reason"].endswith("while this command waited.")


def one_document(ended: Result) -> Any:
    """Parse the whole output."""
    return json.loads(ended.stdout)


def one_document_per_line(ended: Result) -> Any:
    """Parse each line, and fail if there is none."""
    return lines_of(ended)[0]


@pytest.mark.parametrize(
    "parse, arguments",
    [
        pytest.param(one_document, ["run", "FILE", "FILE2", "--out", "FOLDER"], marks=pytest.mark.long),
        (one_document, ["upload", "FILE", "FILE2", "--prefix", "PREFIX"]),
        (one_document, ["upload", "FILE", "--prefix", "PREFIX", "--no-wait"]),
        (one_document, ["status", "a.jpg", "b.jpg", "unknown.jpg"]),
        (one_document, ["status", "unknown.jpg"]),
        (one_document, ["failures", "--since", "1h", "--all"]),
        (one_document, ["redrive", "--all", "--dry-run"]),
        (one_document, ["dlq", "list"]),
        (one_document_per_line, ["dlq", "replay", "--dry-run"]),
        (one_document_per_line, ["reconcile", "--dry-run", "--prefix", "PREFIX", "--older-than", "0"]),
        (one_document_per_line, ["render", "FILE", "FILE2", "--out", "FOLDER"]),
    ],
    ids=lambda one: " ".join(one) if isinstance(one, list) else "",
)
def test_json_is_one_document_or_one_per_line(
    cloud: Cloud,
    renditions: Command,
    prefix: str,
    tmp_path: Path,
    parse: Callable[[Result], Any],
    arguments: list[str],
) -> None:
    for name in ("a.jpg", "b.jpg"):
        (tmp_path / name).write_bytes(jpeg(300, 200))
    cloud.upload(f"{prefix}c.jpg", jpeg(300, 200))
    known = {
        "FILE": tmp_path / "a.jpg",
        "FILE2": tmp_path / "b.jpg",
        "FOLDER": tmp_path / "out",
        "PREFIX": prefix,
    }
    ended = renditions(*(str(known.get(one, one)) for one in arguments), "--json")
    assert ended.exit_code in {0, 1}
    assert isinstance(parse(ended), dict)
