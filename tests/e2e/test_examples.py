"""The examples for programs beside the stack, used as their comments say: one image from the upload to the page."""

from textwrap import dedent
from typing import Any
from uuid import uuid4

import boto3
import django
import pytest
from django.conf import settings
from django.core.files.base import ContentFile

from examples.presigned_upload import SIGNING, presigned_upload
from examples.sqs_consumer import consume, create_queue
from renditions_cli.aws.queue_policies import Permitted, check_queue
from renditions_cli.local.session import ACCESS_KEY_ID, REGION, SECRET_ACCESS_KEY
from renditions_cli.local.stack import LocalStack
from tests.api.client import fetch, post_form
from tests.e2e.cloud import RENDITIONS, Cloud, wait_for
from tests.e2e.pictures import jpeg


@pytest.fixture(scope="module")
def storage(local: LocalStack) -> Any:
    """Return the Django storage with the options that its comment names."""
    if not settings.configured:
        settings.configure()
        django.setup()
    from examples.django_storage import RenditionsStorage

    return RenditionsStorage(
        bucket_name=local.outputs["UploadsBucketName"],
        images_table=local.outputs["ImagesTableName"],
        region_name=REGION,
        endpoint_url=local.endpoint_url,
        access_key=ACCESS_KEY_ID,
        secret_key=SECRET_ACCESS_KEY,
    )


def test_an_upload_through_django_has_renditions_and_its_notice_is_received(
    cloud: Cloud, storage: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    topic = cloud.outputs["NotificationsTopicArn"]
    queue = create_queue(cloud.session, topic, f"example-{uuid4().hex[:8]}")
    name = storage.save("photos/Zoë & me.jpg", ContentFile(jpeg(64, 48)))
    assert storage.rendition_url("photos/not processed yet.jpg") == ""
    assert set(wait_for(lambda: storage.renditions(name), "the renditions", 30)) == set(RENDITIONS)
    assert fetch("GET", storage.rendition_url(name, "thumbnail")).headers["content-type"] == "image/webp"
    second = storage.get_available_name(name)
    assert second != name, "nothing is replaced"
    monkeypatch.setattr(storage, "_create_session", None)
    assert storage.rendition_url(name, "large"), "a page of many images does not connect for each"
    notices: list[dict[str, Any]] = []
    wait_for(lambda: consume(cloud.session.client("sqs"), queue, notices.append, seconds=1), "the notice", 30)
    assert [(one["status"], one["image"]["uri"].rpartition("/")[2]) for one in notices] == [
        ("COMPLETED", name.rpartition("/")[2])
    ]


def test_the_settings_in_the_comment_are_those_of_a_new_django_project(storage: Any) -> None:
    from examples import django_storage

    comment = str(django_storage.__doc__)
    found: dict[str, Any] = {}
    exec(dedent(comment[comment.index("    # settings.py") : comment.index("    # a model")]), found)  # noqa: S102
    assert "staticfiles" in found["STORAGES"], "Django has no default for it beside ours"
    assert found["STORAGES"]["default"]["OPTIONS"].keys() <= storage.get_default_settings().keys()


def test_the_queue_of_the_example_has_the_policy_that_the_command_checks(cloud: Cloud) -> None:
    topic = cloud.outputs["NotificationsTopicArn"]
    name = create_queue(cloud.session, topic, f"checked-{uuid4().hex[:8]}").rpartition("/")[2]
    arn = f"arn:aws:sqs:{REGION}:000000000000:{name}"
    assert check_queue(cloud.session, arn, topic) == (Permitted.YES, "")
    cloud.session.client("sqs").create_queue(QueueName=f"{name}-silent")
    assert check_queue(cloud.session, f"{arn}-silent", topic)[0] is Permitted.NO


def test_a_presigned_form_takes_one_file_of_limited_size(cloud: Cloud) -> None:
    s3 = cloud.session.client("s3", config=SIGNING)
    metadata = {"renditions-focus": "0.4,0.3"}
    form = presigned_upload(s3, cloud.outputs["UploadsBucketName"], "zoë", "C:\\fakepath\\me.jpg", metadata)
    assert form["key"].startswith("users/zoë/")
    assert form["key"].endswith("/me.jpg")
    assert post_form(form["url"], form["fields"], b"").status == 400, "empty"
    elsewhere = form["fields"] | {"key": "users/eve/me.jpg"}
    assert post_form(form["url"], elsewhere, jpeg(64, 48)).status == 403
    refocused = form["fields"] | {"x-amz-meta-renditions-focus": "1,1"}
    assert post_form(form["url"], refocused, jpeg(64, 48)).status == 403
    assert post_form(form["url"], form["fields"], jpeg(64, 48)).status == 204
    record = cloud.outcome(f"s3://{cloud.outputs['UploadsBucketName']}/{form['key']}")
    assert (record["status"], record["focus"]) == ("COMPLETED", "0.4,0.3")


def test_a_presigned_form_leads_to_the_region_and_to_the_key_that_is_returned() -> None:
    """boto3 by itself signs for s3.amazonaws.com, which redirects while a bucket is new; browsers stop there."""
    session = boto3.Session("id", "secret", region_name="eu-central-1")
    form = presigned_upload(
        session.client("s3", config=SIGNING), "uploads", "eve", "${file${filename}name}.jpg"
    )
    assert form["url"] == "https://uploads.s3.eu-central-1.amazonaws.com/"
    assert form["key"] == form["fields"]["key"]
    assert "${" not in form["key"]
    assert presigned_upload(session.client("s3", config=SIGNING), "uploads", "eve", "")["key"].endswith(
        "/image"
    )
