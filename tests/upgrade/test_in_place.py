"""The previous release on the local stack, with images in every status, is updated in place: `make upgrade`.

The emulator cannot redrive, so `renditions redrive` starts the failed execution again with its input. On AWS a redrive
goes on with the old state machine and the new functions, as the execution does that is running during the update.
"""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from releasing import snapshot
from releasing.versions import project_version, released, sections
from renditions_cli.aws.stack import Outputs, Stack
from renditions_cli.local.deploy import deploy
from renditions_cli.local.stack import TEMPLATE, LocalStack
from renditions_cli.local.template import prepare
from renditions_cli.main import app
from tests.contract.updates import ALWAYS_NEW
from tests.e2e.cloud import Cloud, wait_for
from tests.e2e.pictures import jpeg
from tests.e2e.test_operators_are_told import without_permission

pytestmark = [pytest.mark.long, pytest.mark.timeout(300)]

ROOT = TEMPLATE.parent
CURRENT = project_version(ROOT)
PREVIOUS = next(one for one in released(ROOT) if one != CURRENT)
KEPT = {"ThumbnailSize": "64"}  # a choice of the first deployment
# Made anew by every update, or described by it.
MAY_CHANGE = {ALWAYS_NEW}


@dataclass
class Story:
    """A stack that was updated, and what it had before."""

    local: LocalStack
    cloud: Cloud
    old: Path
    records: dict[str, dict[str, Any]] = field(default_factory=dict)
    files: dict[tuple[str, str], bytes] = field(default_factory=dict)
    resources: dict[str, str] = field(default_factory=dict)
    notices: dict[str, list[Any]] = field(default_factory=dict)

    def deploy(self, template: Path) -> None:
        """Update the stack to another template."""
        prepared = prepare(template, KEPT, self.local.endpoint_url)
        self.local.outputs = deploy(self.local.session(), prepared, self.local.stack_name, KEPT)

    def remember(self) -> None:
        """Note what must be intact after the update."""
        for name, record in self.records.items():
            self.notices[name] = self.told(record)
            for one in record["renditions"].values():
                self.files[one["bucket"], one["key"]] = self.read(one["bucket"], one["key"])
        self.resources = self.physical()

    def told(self, record: dict[str, Any]) -> list[Any]:
        """Return the notices about an image."""
        return [one["Body"] for one in self.cloud.subscriber.mentioning(record["image_uri"])]

    def read(self, bucket: str, key: str) -> bytes:
        """Return a file."""
        return bytes(self.cloud.s3.get_object(Bucket=bucket, Key=key)["Body"].read())

    def physical(self) -> dict[str, str]:
        """Map the resources of the stack to their names on AWS."""
        pages = self.cloud.session.client("cloudformation").get_paginator("list_stack_resources")
        return {
            one["LogicalResourceId"]: one["PhysicalResourceId"]
            for page in pages.paginate(StackName=self.local.stack_name)
            for one in page["StackResourceSummaries"]
            if one["ResourceType"] not in MAY_CHANGE
        }


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    """Deploy the previous release, use it, and update it while an execution is running."""
    folder = tmp_path_factory.mktemp("upgrade")
    old = snapshot.unpack(ROOT, PREVIOUS, folder / "old") / "template.yaml"
    with LocalStack(port=0, parameters=KEPT, template=old, directory=folder / "local") as local:
        made = Story(local, Cloud(local.session(), local.outputs), old)
        made.records = used(made.cloud)
        running = begun(made.cloud)
        made.remember()
        made.deploy(TEMPLATE)
        released_again(made.cloud)
        made.records["running"] = made.cloud.outcome(running)
        yield made


def used(cloud: Cloud) -> dict[str, dict[str, Any]]:
    """Return the records of an image in each status."""
    records = {"completed": cloud.outcome(cloud.upload("completed.jpg", jpeg(640, 480)))}
    records["rejected"] = cloud.outcome(cloud.upload("rejected.jpg", b"no image"))
    overwritten = cloud.outcome(cloud.upload("served.jpg", jpeg(640, 480, shade=1)))
    cloud.upload("served.jpg", b"no image either")
    records["served"] = wait_for(
        lambda: found if (found := cloud.record(overwritten["image_uri"]))["status"] == "REJECTED" else None,
        "the rejection",
        30,
    )
    gone = cloud.outcome(cloud.upload("deleted.jpg", jpeg(640, 480, shade=2)))
    cloud.s3.delete_object(Bucket=cloud.outputs["UploadsBucketName"], Key="deleted.jpg")
    records["deleted"] = wait_for(
        lambda: found if (found := cloud.record(gone["image_uri"]))["status"] == "DELETED" else None,
        "the deletion",
        30,
    )
    with without_permission(cloud, "resize-image", "WriteRenditions"):
        records["failed"] = cloud.outcome(cloud.upload("failed.jpg", jpeg(640, 480, shade=3)), 120)
    assert {name: record["status"] for name, record in records.items()} == {
        "completed": "COMPLETED",
        "rejected": "REJECTED",
        "served": "REJECTED",
        "deleted": "DELETED",
        "failed": "FAILED",
    }
    return records


def begun(cloud: Cloud) -> str:
    """Upload an image whose watermark waits, because Lambda throttles its function. Returns its URI.

    The other functions are idle again: the emulator stops those that work during an update, which Lambda does not.
    """
    cloud.session.client("lambda").put_function_concurrency(
        FunctionName="renditions-watermark-image", ReservedConcurrentExecutions=0
    )
    uri = cloud.upload("running.jpg", jpeg(640, 480, shade=4))
    request = {"Bucket": cloud.outputs["RenditionsBucketName"], "Prefix": "running.jpg/"}
    wait_for(lambda: cloud.s3.list_objects_v2(**request)["KeyCount"] == 3, "the other renditions", 60)
    assert cloud.record(uri)["status"] == "PROCESSING"
    return uri


def released_again(cloud: Cloud) -> None:
    """Let the function of ``begun`` run."""
    cloud.session.client("lambda").delete_function_concurrency(FunctionName="renditions-watermark-image")


def test_every_record_and_every_file_is_as_it_was(story: Story) -> None:
    for name, record in story.records.items():
        if name not in {"running", "failed"}:
            assert story.cloud.record(record["image_uri"]) == record
    assert len(story.files) == 2 * 4
    assert {place: story.read(*place) for place in story.files} == story.files


def test_no_resource_has_been_replaced(story: Story) -> None:
    after = story.physical()
    assert {name: after.get(name) for name in story.resources} == story.resources


def test_an_execution_that_was_running_has_ended_well(story: Story) -> None:
    """It went on with the state machine of the previous release, which has its own idea of the record."""
    record = story.records["running"]
    assert record["status"] == "COMPLETED", record.get("reason")
    assert story.cloud.execution(record["execution_arn"])["status"] == "SUCCEEDED"
    assert story.cloud.rendition(record, "watermark").size == (640, 480)


def test_notices_are_sent_once_and_the_subscription_stays(story: Story) -> None:
    time.sleep(1)
    for name, before in story.notices.items():
        if name != "failed":
            assert story.told(story.records[name]) == before
    fresh = story.cloud.outcome(story.cloud.upload("fresh.jpg", jpeg(640, 480, shade=5)))
    [notice] = story.told(fresh)
    assert json.loads(notice)["status"] == "COMPLETED"


def test_the_choices_of_the_first_deployment_hold_and_versions_as_announced(
    story: Story,
) -> None:
    """The same original gets the same keys, so caches and links stay right, unless UPGRADING.md says otherwise."""
    again = story.cloud.outcome(story.cloud.upload("again.jpg", jpeg(640, 480)))
    assert again["release"] == CURRENT == story.local.outputs["Version"]
    assert story.cloud.rendition(again, "thumbnail").width == 64
    is_kept = again["version"] == story.records["completed"]["version"]
    assert is_kept == ("- **Renditions:** unchanged." in sections(ROOT / "UPGRADING.md")[CURRENT])


def test_the_command_shows_old_images_and_repairs_an_old_failure(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = Stack(Outputs.parse(story.local.outputs, story.local.stack_name), story.cloud.session)
    monkeypatch.setattr("renditions_cli.aws.stack.find_local_stack", lambda: found)
    monkeypatch.setenv("COLUMNS", "200")
    for name in ("completed.jpg", "rejected.jpg", "served.jpg", "deleted.jpg"):
        shown = CliRunner().invoke(app, ["show", name, "--local"])
        assert shown.exception is None or isinstance(shown.exception, SystemExit)
        assert name in shown.stdout
        assert "Not read" not in shown.stdout
    failed = story.records["failed"]["image_uri"]
    repaired = CliRunner().invoke(app, ["redrive", "failed.jpg", "--local"])
    assert repaired.exit_code == 0, repaired.output
    assert story.cloud.outcome(failed)["status"] == "COMPLETED"


def test_the_way_back_keeps_what_the_new_release_made(story: Story) -> None:
    """Last, because it deploys the previous release again."""
    fresh = story.cloud.outcome(story.cloud.upload("before.jpg", jpeg(640, 480, shade=6)))
    story.deploy(story.old)
    assert story.cloud.record(fresh["image_uri"]) == fresh
    later = story.cloud.outcome(story.cloud.upload("later.jpg", jpeg(640, 480, shade=7)))
    assert later["status"] == "COMPLETED"
    assert "release" not in later
    assert {name: story.physical().get(name) for name in story.resources} == story.resources
