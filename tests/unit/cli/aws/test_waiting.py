"""Uploading, and waiting for the outcome of this upload among others with the same key."""

from dataclasses import replace
from pathlib import Path

import pytest

from renditions_cli.aws.outcomes import Outcome
from renditions_cli.aws.stack import Stack
from renditions_cli.aws.uploading import upload
from renditions_cli.aws.waiting import upload_and_wait
from renditions_cli.files.originals import Original, find_originals
from tests.unit.cli.aws.test_failures import RECORD
from tests.unit.cli.stand_ins import image_file, write_record


class Pipeline:
    """Plays the state machine: writes the next record as soon as the file is in the bucket."""

    def __init__(self, stack: Stack, final_status: str = "COMPLETED", **attributes: str) -> None:
        self.stack = stack
        self.final_status = final_status
        self.attributes = attributes
        self.states: list[str] = []

    def __call__(self, original: Original, state: str) -> None:
        self.states.append(state)
        if state == "waiting":
            self.write(original, "PROCESSING")
        if state == "PROCESSING":
            self.write(original, self.final_status)

    def write(self, original: Original, status: str) -> None:
        head = self.stack.s3().head_object(Bucket=self.stack.outputs.uploads_bucket, Key=original.name)
        known = {"etag": head["ETag"].strip('"'), "execution_arn": "arn:new"} | self.attributes
        write_record(
            self.stack, original.name, status, **{name: {"S": value} for name, value in known.items()}
        )


def process(stack: Stack, path: Path, pipeline: Pipeline, timeout: float = 20) -> Outcome:
    return upload_and_wait(stack, find_originals([path]), "", timeout, pipeline)[0]


def test_a_file_is_uploaded_and_followed_to_its_end(stack: Stack, tmp_path: Path) -> None:
    pipeline = Pipeline(stack)
    outcome = process(stack, image_file(tmp_path / "a.png", (8, 8), "red"), pipeline)
    assert pipeline.states == ["uploading", "waiting", "PROCESSING", "COMPLETED"]
    assert (outcome.status, outcome.image_uri) == ("COMPLETED", stack.image_uri("a.png"))
    assert 0 < outcome.seconds < 20


def test_a_rejection_comes_with_its_reason(stack: Stack, tmp_path: Path) -> None:
    path = image_file(tmp_path / "a.png", (8, 8), "red")
    outcome = process(stack, path, Pipeline(stack, "REJECTED", reason="Too small.", reason_code="TooSmall"))
    assert (outcome.status, outcome.reason) == ("REJECTED", "Too small.")


def test_the_content_type_comes_from_the_name(stack: Stack, tmp_path: Path) -> None:
    process(stack, image_file(tmp_path / "a.png", (8, 8), "red"), Pipeline(stack))
    head = stack.s3().head_object(Bucket=stack.outputs.uploads_bucket, Key="a.png")
    assert head["ContentType"] == "image/png"


def test_the_record_of_an_older_upload_is_not_the_outcome(stack: Stack, tmp_path: Path) -> None:
    path = image_file(tmp_path / "a.png", (8, 8), "red")
    write_record(stack, "a.png", "COMPLETED", etag={"S": "of-the-older-one"}, execution_arn={"S": "arn:old"})
    outcome = upload_and_wait(stack, find_originals([path]), "", 1, lambda *_: None)[0]
    assert (outcome.status, outcome.reason) == ("UNFINISHED", "Still waiting after 1 s.")


def test_the_same_file_uploaded_again_waits_for_its_own_execution(stack: Stack, tmp_path: Path) -> None:
    path = image_file(tmp_path / "a.png", (8, 8), "red")
    process(stack, path, Pipeline(stack))
    again = upload_and_wait(stack, find_originals([path]), "", 1, lambda *_: None)[0]
    assert again.status == "UNFINISHED"
    assert process(stack, path, Pipeline(stack, execution_arn="arn:newer")).status == "COMPLETED"


def test_a_record_of_another_version_with_the_same_content_is_ignored(stack: Stack, tmp_path: Path) -> None:
    path = image_file(tmp_path / "a.png", (8, 8), "red")
    assert process(stack, path, Pipeline(stack, version_id="another"), timeout=1).status == "UNFINISHED"


class Interruption(Pipeline):
    """Somebody deletes or replaces the object while the command waits in ``state``."""

    def __init__(self, stack: Stack, state: str, change: str) -> None:
        super().__init__(stack)
        self.state = state
        self.change = change

    def __call__(self, original: Original, state: str) -> None:
        if state != self.state:
            super().__call__(original, state)
            return
        s3, bucket = self.stack.s3(), self.stack.outputs.uploads_bucket
        if self.change == "delete":
            s3.delete_object(Bucket=bucket, Key=original.name)
            write_record(self.stack, original.name, "DELETING", execution_arn={"S": "arn:deletion"})
        else:
            s3.put_object(Bucket=bucket, Key=original.name, Body=b"newer")
            self.attributes = {"execution_arn": "arn:newest"}
            self.write(original, "COMPLETED")


@pytest.mark.parametrize("state", ["waiting", "PROCESSING"])
@pytest.mark.parametrize("change, status", [("delete", "DELETED"), ("replace", "REPLACED")])
def test_an_image_that_is_deleted_or_replaced_meanwhile_ends_the_wait_at_once(
    stack: Stack, tmp_path: Path, state: str, change: str, status: str
) -> None:
    path = image_file(tmp_path / "a.png", (8, 8), "red")
    outcome = process(stack, path, Interruption(stack, state, change), timeout=60)
    assert (outcome.status, outcome.seconds < 10) == (status, True)
    assert outcome.reason.endswith("while this command waited.")
    assert outcome.renditions == ()


def test_a_late_record_of_an_older_event_does_not_end_the_wait(stack: Stack, tmp_path: Path) -> None:
    path = image_file(tmp_path / "a.png", (8, 8), "red")

    def older(original: Original, state: str) -> None:
        if state == "waiting":
            write_record(stack, original.name, "DELETED", execution_arn={"S": "arn:older-deletion"})

    [outcome] = upload_and_wait(stack, find_originals([path]), "", 1, older)
    assert outcome.status == "UNFINISHED"


def test_the_renditions_of_an_earlier_upload_are_not_those_of_a_rejected_one(
    stack: Stack, tmp_path: Path
) -> None:
    path = image_file(tmp_path / "a.png", (8, 8), "red")
    outcome = process(stack, path, Pipeline(stack, "REJECTED", reason="Too small."))
    served = replace(outcome, record=replace(RECORD, status="REJECTED"))
    assert served.renditions == ()
    assert (served.to_json()["width"], served.to_json()["renditions"]) == (None, {})


def test_a_record_without_a_version_matches_by_its_etag(stack: Stack, tmp_path: Path) -> None:
    path = image_file(tmp_path / "a.png", (8, 8), "red")
    assert process(stack, path, Pipeline(stack, version_id="null")).status == "COMPLETED"


def test_a_file_that_cannot_be_uploaded_does_not_stop_the_others(stack: Stack, tmp_path: Path) -> None:
    originals = find_originals([image_file(tmp_path / f"{name}.png", (8, 8), "red") for name in "abc"])
    originals[1].path.unlink()
    outcomes = upload_and_wait(stack, originals, "", 20, Pipeline(stack))
    assert [outcome.status for outcome in outcomes] == ["COMPLETED", "NOT UPLOADED", "COMPLETED"]
    assert outcomes[1].reason == "Cannot read the file: No such file or directory."


@pytest.mark.parametrize("key", ["a b+c%2Bd.png", "ünï 日本 😀.png", "[x].png"])
def test_keys_are_the_unchanged_names(stack: Stack, tmp_path: Path, key: str) -> None:
    originals = find_originals([image_file(tmp_path / key, (8, 8), "red")])
    outcomes = upload(stack, originals, "2026/", lambda *_: None)
    listed = stack.s3().list_objects_v2(Bucket=stack.outputs.uploads_bucket)["Contents"]
    assert [one["Key"] for one in listed] == [f"2026/{key}"]
    assert [outcome.status for outcome in outcomes] == ["UPLOADED"]
