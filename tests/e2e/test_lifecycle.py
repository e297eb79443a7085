"""A second stack in the same account: other settings, an update, and a deletion."""

import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from renditions_cli.local.deploy import delete_stack, deploy
from renditions_cli.local.stack import TEMPLATE, LocalStack
from renditions_cli.local.template import prepare
from tests.e2e.cloud import Cloud
from tests.e2e.pictures import jpeg

NAME = "second"


def deploy_second(local: LocalStack, **parameters: str) -> dict[str, str]:
    """Create or update the second stack. Returns its outputs."""
    return deploy(local.session(), prepare(TEMPLATE, parameters), NAME, parameters)


@pytest.fixture(scope="module")
def second(local: LocalStack) -> Iterator[Cloud]:
    """Deploy a stack with a small thumbnail, JPEG output and an e-mail address."""
    outputs = deploy_second(local, ThumbnailSize="64", OutputFormat="jpeg", NotificationEmail="a@example.org")
    yield Cloud(local.session(), outputs)
    delete_stack(local.session(), NAME)


def test_the_parameters_apply_to_the_renditions(second: Cloud) -> None:
    record = second.outcome(second.upload("a.jpg", jpeg(640, 320)))

    thumbnail = second.rendition(record, "thumbnail")
    assert (thumbnail.format, thumbnail.size) == ("JPEG", (64, 32))
    assert record["renditions"]["thumbnail"]["key"].endswith("/thumbnail.jpg")


def test_the_owner_of_the_stack_is_subscribed_by_email(second: Cloud) -> None:
    answer = second.session.client("sns").list_subscriptions_by_topic(
        TopicArn=second.outputs["NotificationsTopicArn"]
    )

    assert ("email", "a@example.org") in [(s["Protocol"], s["Endpoint"]) for s in answer["Subscriptions"]]


def test_an_update_applies_to_new_images_and_keeps_old_renditions(local: LocalStack, second: Cloud) -> None:
    before = second.outcome(second.upload("b.jpg", jpeg(640, 320)))
    deploy_second(local, ThumbnailSize="96", OutputFormat="png")
    after = second.outcome(second.upload("c.jpg", jpeg(640, 320)))

    assert second.rendition(after, "thumbnail").size == (96, 48)
    assert second.rendition(after, "thumbnail").format == "PNG"
    assert second.rendition(before, "thumbnail").size == (64, 32)
    assert after["version"] != before["version"], "the same bytes with other settings are another version"


def test_a_logo_in_the_uploads_bucket_becomes_the_watermark(local: LocalStack, second: Cloud) -> None:
    logo = BytesIO()
    Image.new("RGBA", (120, 60), (255, 0, 255, 255)).save(logo, "PNG")
    second.outcome(second.upload("brand/logo.png", logo.getvalue()))
    deploy_second(
        local, WatermarkText="", WatermarkLogoKey="brand/logo.png", WatermarkPosition="top-left",
        WatermarkOpacity="100",
        WatermarkMargin="0", WatermarkScale="20", OutputFormat="png",
    )  # fmt: skip
    record = second.outcome(second.upload("d.jpg", jpeg(800, 500)))

    assert record["status"] == "COMPLETED", record
    assert second.rendition(record, "watermark").convert("RGB").getpixel((20, 20)) == (255, 0, 255)


def names(session: Any) -> set[str]:
    """Return the names of everything in the account that a stack could leave behind."""
    c = session.client
    found = [bucket["Name"] for bucket in c("s3").list_buckets()["Buckets"]]
    found += c("dynamodb").list_tables()["TableNames"]
    found += [topic["TopicArn"] for topic in c("sns").list_topics()["Topics"]]
    found += c("sqs").list_queues().get("QueueUrls", [])
    found += [machine["name"] for machine in c("stepfunctions").list_state_machines()["stateMachines"]]
    found += [function["FunctionName"] for function in c("lambda").list_functions()["Functions"]]
    found += [rule["Name"] for rule in c("events").list_rules()["Rules"]]
    found += [role["RoleName"] for role in c("iam").list_roles()["Roles"]]
    found += [group["logGroupName"] for group in c("logs").describe_log_groups()["logGroups"]]
    found += [alarm["AlarmName"] for alarm in c("cloudwatch").describe_alarms()["MetricAlarms"]]
    return set(found)


def test_a_deleted_stack_leaves_its_images_and_records_and_nothing_else(local: LocalStack) -> None:
    session = local.session()
    before = names(session)
    deploy(session, prepare(TEMPLATE, {}), "third", {})
    during = names(session)
    delete_stack(session, "third")

    assert len(during - before) >= 20
    left = {name for name in names(session) - before if "third" in name}
    assert {re.sub(r"-[0-9a-fA-F]+$", "", name) for name in left} == {
        "third-ImagesTable",
        "third-uploadsbucket",
        "third-renditionsbucket",
    }
