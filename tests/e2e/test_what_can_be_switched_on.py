"""Options that are off by default: animations, formats, presets, monitoring, digest, context, accounts, events."""

import json
import shutil
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from PIL import Image, ImageSequence
from typer.testing import CliRunner

from examples.signing_certificate import PARAMETER, make
from renditions.imaging.geometry import scaled
from renditions.logs import pseudonym
from renditions.settings import Settings
from renditions_cli.aws.stack import Outputs, Stack
from renditions_cli.aws.subscriptions import Filter
from renditions_cli.local.deploy import delete_stack, deploy
from renditions_cli.local.stack import TEMPLATE, LocalStack
from renditions_cli.local.template import prepare
from renditions_cli.main import app
from tests.e2e.cloud import RENDITIONS, Account, Cloud, Inbox, Queue, wait_for
from tests.e2e.pictures import BLUE, GREEN, RED, YELLOW, avif, close, corners, film, heic, jpeg
from tests.renditions import size_of, state_name, states_of, without
from tests.signed import Camera, noise, read

NAME = "switched-on"
TEAM, STRANGER = "111122223333", "444455556666"
PARAMETERS = {
    "Animation": "keep",
    "AnimationMaxPixels": "3500000",
    "AvifInput": "on",
    "HeicInput": "on",
    "ThumbnailFit": "cover",
    "CoverGravity": "attention",
    "Monitoring": "full",
    "MaxImagesPerHour": "1000",
    "OnMaxImages": "pause",
    "LogLevel": "DEBUG",
    "EmailDigest": "hourly",
    "NotificationEmail": "a@example.org",
    "UploaderPrincipals": f"arn:aws:iam::{TEAM}:root",
    "ReaderPrincipals": f"arn:aws:iam::{TEAM}:root",
    "SubscriberAccounts": TEAM,
    "EventBusArn": "arn:aws:events:us-east-1:000000000000:event-bus/default",
    "OutputsInParameterStore": "/renditions/test",
    "ContextKeys": "tenant,project",
    "RenditionTags": "tenant",
    "PresetByMetadata": "on",
    "ExcludeKeys": "ignored/*,*.tmp",
    "ContentCredentials": "keep",
    "Backfill": "on",
}
PRESETS = """
[shop]
prefix = "shop/"
suffix = "-packshot.jpg"
thumbnail_size = "80x60"
thumbnail_fit = "pad:#ff0000"
renditions = ["thumbnail", "large"]
[plain]
renditions = ["thumbnail"]
"""
SETTINGS = Settings(thumbnail_fit="cover")
UPRIGHT, REVERSED = (RED, GREEN, BLUE, YELLOW), (YELLOW, BLUE, GREEN, RED)


@pytest.fixture(scope="module")
def switched_on(local: LocalStack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """Deploy a stack with these options, with presets and a key for signatures, in the same account."""
    template = with_presets(tmp_path_factory.mktemp("source"))
    key = make(local.session().client("kms"), local.session().client("ssm"), "Example News")
    parameters = PARAMETERS | {"CredentialsKeyArn": key, "CredentialsCertificate": PARAMETER}
    outputs = deploy(local.session(), prepare(template, parameters), NAME, parameters)
    yield Cloud(local.session(), outputs)
    delete_stack(local.session(), NAME)


def with_presets(folder: Path) -> Path:
    """Copy what is deployed to ``folder``, with presets. Return the template."""
    for source in ("functions", "statemachine", "web"):
        shutil.copytree(
            TEMPLATE.with_name(source), folder / source, ignore=shutil.ignore_patterns("__pycache__")
        )
    (folder / "functions/renditions/presets.toml").write_text(PRESETS)
    return Path(shutil.copy(TEMPLATE, folder))


def frames_of(image: Image.Image) -> list[Image.Image]:
    return [frame.convert("RGB") for frame in ImageSequence.Iterator(image)]


@pytest.mark.parametrize("key, image_format", [("film.gif", "GIF"), ("film.avif", "AVIF")])
def test_an_animation_is_kept_in_all_renditions(switched_on: Cloud, key: str, image_format: str) -> None:
    record = switched_on.outcome(switched_on.upload(key, film(image_format=image_format)))

    assert record["status"] == "COMPLETED", record
    assert record["frames"] == 5
    for name in RENDITIONS:
        seen = switched_on.rendition(record, name)
        assert (seen.format, seen.size) == ("WEBP", size_of(name, 400, 300, SETTINGS))
        assert seen.info["loop"] == 0
        frames = frames_of(seen)
        assert len(frames) == 5
        assert seen.info["duration"] == 120
        assert all(one.tobytes() != next_.tobytes() for one, next_ in pairwise(frames))
    shown = [corners(frame) for frame in frames_of(switched_on.rendition(record, "large"))]
    expected = [UPRIGHT, REVERSED, UPRIGHT, REVERSED, UPRIGHT]
    assert all(
        close(*pair, tolerance=20)
        for one, two in zip(shown, expected, strict=True)
        for pair in zip(one, two, strict=True)
    )


def test_of_a_long_animation_only_small_renditions_move_and_notes_say_so(switched_on: Cloud) -> None:
    uri = switched_on.upload("long.gif", film(frames=18))
    record = switched_on.outcome(uri)

    counts = {name: getattr(switched_on.rendition(record, name), "n_frames", 1) for name in RENDITIONS}
    resized = {name: scaled(400, 300, spec) for name, spec in SETTINGS.renditions().items()}
    assert counts == {
        name: 18 if 18 * (400 * 300 + width * height) <= 3_500_000 else 1
        for name, (width, height) in resized.items()
    }
    assert (counts["thumbnail"], counts["large"]) == (18, 1)
    (message,) = switched_on.subscriber.mentioning(uri)
    notes = {name: made["note"] for name, made in json.loads(message["Body"])["renditions"].items()}
    assert notes == {name: made["note"] for name, made in record["renditions"].items()}
    assert notes["thumbnail"] == ""
    assert notes["large"].startswith("Only the first frame of the animation is shown: 18 frames")


@pytest.mark.parametrize("key, data, kind", [("a.avif", avif(), "AVIF"), ("IMG_1.HEIC", heic(), "HEIC")])
def test_an_avif_or_heic_photo_becomes_renditions_without_private_data(
    switched_on: Cloud, key: str, data: bytes, kind: str
) -> None:
    assert b"Secret" in data
    record = switched_on.outcome(switched_on.upload(key, data))

    assert record["status"] == "COMPLETED", record
    assert (record["format"], record["width"], record["height"]) == (kind, 640, 480)
    assert switched_on.rendition(record, "thumbnail").size == (200, 200)
    seen = corners(switched_on.rendition(record, "large"))
    assert all(close(*pair) for pair in zip(seen, UPRIGHT, strict=True)), seen
    for found in record["renditions"].values():
        stored = switched_on.s3.get_object(Bucket=found["bucket"], Key=found["key"])
        body = stored["Body"].read()
        assert stored["ContentType"] == "image/webp"
        assert b"Secret" not in body
        assert b"EXIF" not in body


def test_a_tenant_hears_of_its_own_images_and_they_have_its_tag(switched_on: Cloud) -> None:
    """With IAM enforced: ValidateImage may read tags and write the context, the others may tag renditions."""
    policy = Filter(("COMPLETED", "REJECTED"), "", {"tenant": ["acme"]}).attributes()
    acme = Inbox(switched_on.session, switched_on.outputs["NotificationsTopicArn"], **policy)
    good, other, bad = (
        switched_on.upload(key, data, Metadata={"tenant": tenant}, Tagging="project=Summer&secret=x")
        for key, data, tenant in (
            ("tenants/good.jpg", jpeg(300, 200), "acme"),
            ("tenants/other.jpg", jpeg(300, 201), "other"),
            ("tenants/bad.jpg", b"no image", "acme"),
        )
    )
    records = switched_on.outcomes([good, other, bad])
    for uri in (good, bad):
        [message] = acme.mentioning(uri)
        assert json.loads(message["Body"])["context"] == {"tenant": "acme", "project": "Summer"}
        sent = {name: one["StringValue"] for name, one in message["MessageAttributes"].items()}
        assert (sent["tenant"], sent["project"], len(sent)) == ("acme", "Summer", 5)
    switched_on.subscriber.mentioning(other)
    with pytest.raises(AssertionError, match="Timed out"):
        acme.mentioning(other, seconds=1)
    for stored in records[good]["renditions"].values():
        tags = switched_on.s3.get_object_tagging(Bucket=stored["bucket"], Key=stored["key"])["TagSet"]
        assert tags == [{"Key": "tenant", "Value": "acme"}]


def test_by_default_an_animation_is_reduced_to_its_first_frame(cloud: Cloud) -> None:
    record = cloud.outcome(cloud.upload("still.gif", film()))

    assert record["status"] == "COMPLETED", record
    assert record["frames"] == 5
    for name in RENDITIONS:
        seen = cloud.rendition(record, name)
        assert getattr(seen, "n_frames", 1) == 1
    assert all(close(*pair) for pair in zip(corners(cloud.rendition(record, "large")), UPRIGHT, strict=True))


def test_by_default_an_avif_photo_is_accepted(cloud: Cloud) -> None:
    record = cloud.outcome(cloud.upload("b.avif", avif()))

    assert (record["status"], record["format"]) == ("COMPLETED", "AVIF"), record


def test_by_default_a_heic_photo_is_rejected_by_name(cloud: Cloud) -> None:
    record = cloud.outcome(cloud.upload("IMG_2.HEIC", heic()))

    assert (record["status"], record["reason_code"]) == ("REJECTED", "UnsupportedFormat")
    assert "looks like a HEIC image" in record["reason"]


def log_lines(cloud: Cloud, function: str, image: str) -> list[dict[str, Any]]:
    """Return the lines of a function about an image, as JSON."""
    found = cloud.session.client("logs").filter_log_events(logGroupName=f"/aws/lambda/{NAME}-{function}")
    lines = [one["message"] for one in found["events"] if f'"{image}"' in one["message"]]
    return [json.loads(line) for line in lines if line.startswith("{")]


def test_an_image_is_counted_once_and_every_line_about_it_says_where_it_comes_from(
    switched_on: Cloud,
) -> None:
    uri = switched_on.upload("anna/counted.jpg", jpeg(300, 200))
    record = switched_on.outcome(uri)
    image = pseudonym(uri)

    def counted() -> list[dict[str, Any]]:
        lines = log_lines(switched_on, "count-outcomes", image)
        return lines if len(lines) >= 2 else []

    uploaded, completed = wait_for(counted, "the metrics", 30)
    assert (uploaded["Uploads"], completed["Completed"], completed["Pixels"]) == ([1], [1], [60_000])
    assert completed["service"] == NAME
    assert 0 <= completed["TimeToNotice"][0] < 60_000
    for function, states in (
        ("validate-image", {"ValidateImage"}),
        ("resize-image", {*states_of(watermarked=False)}),
        ("watermark-image", {*states_of(watermarked=True)}),
    ):

        def ended(function: str = function, states: set[str] = states) -> list[dict[str, Any]]:
            """Return the lines once all are there: those of a call come after its result."""
            lines = log_lines(switched_on, function, image)
            return lines if {one["state"] for one in lines if one["message"] == "ended"} == states else []

        lines = wait_for(ended, f"the log of {function}", 30)
        assert {line["state"] for line in lines} == states
        assert {line["execution"] for line in lines} == {record["execution_arn"]}
        assert {line["attempt"] for line in lines} == {1}
        assert {"started", "ended"} < {line["message"] for line in lines}
        assert "anna" not in json.dumps(lines)


def test_above_the_limit_processing_pauses_and_loses_nothing(
    switched_on: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    cloudwatch, events = (switched_on.session.client(name) for name in ("cloudwatch", "events"))
    rule = switched_on.outputs["ImageUploadedRuleName"]
    alarms = cloudwatch.describe_alarms(AlarmNamePrefix=f"{NAME}-ImageLimitAlarm")["MetricAlarms"]
    cloudwatch.set_alarm_state(AlarmName=alarms[0]["AlarmName"], StateValue="ALARM", StateReason="a test")
    wait_for(lambda: events.describe_rule(Name=rule)["State"] == "DISABLED", "the pause", 30)

    uri = switched_on.upload("paused.jpg", jpeg(300, 200))
    time.sleep(1.1)  # S3 has whole seconds
    assert switched_on.record(uri) == {}
    events.enable_rule(Name=rule)
    found = Stack(Outputs.parse(switched_on.outputs, NAME), switched_on.session)
    monkeypatch.setattr("renditions_cli.aws.stack.find_local_stack", lambda: found)
    CliRunner().invoke(app, ["reconcile", "--local", "--older-than", "0", "--prefix", "paused"])
    assert switched_on.outcome(uri)["status"] == "COMPLETED"


def test_a_preset_changes_and_skips_renditions_and_excluded_keys_start_nothing(
    switched_on: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    by_key, by_suffix, by_name, unknown, ignored, other = (
        switched_on.upload(key, jpeg(400, 400), Metadata={"renditions-preset": name} if name else {})
        for key, name in (
            ("shop/chair.jpg", ""),
            ("table-packshot.jpg", ""),
            ("shop/desk.jpg", "plain"),
            ("shop/lamp.jpg", "nonsense"),
            ("ignored/shop.jpg", ""),
            ("Shop/chair.jpg", ""),
        )
    )
    made = switched_on.outcomes([by_key, by_suffix, by_name, unknown, other])
    assert [made[one].get("preset") for one in (by_key, by_suffix, by_name, other)] == [
        "shop",
        "shop",
        "plain",
        "",
    ]
    assert made[unknown]["reason_code"] == "UnknownPreset"
    thumbnail = switched_on.rendition(made[by_key], "thumbnail")
    assert thumbnail.size == (80, 60)
    edge = thumbnail.convert("RGB").crop((1, 29, 3, 31)).resize((8, 8))
    assert all(close(corner, (255, 0, 0)) for corner in corners(edge))
    files = {one: {name for name, file in made[one]["renditions"].items() if file["key"]} for one in made}
    assert files[by_key] == files[by_suffix] == {"thumbnail", "large"}
    assert (files[by_name], files[other]) == ({"thumbnail"}, set(RENDITIONS))
    assert switched_on.record(ignored) == {}

    found = Stack(Outputs.parse(switched_on.outputs, NAME), switched_on.session)
    monkeypatch.setattr("renditions_cli.aws.stack.find_local_stack", lambda: found)
    shown = json.loads(CliRunner().invoke(app, ["show", "shop/chair.jpg", "--local", "--json"]).stdout)
    states = {one["state"]: one["status"] for one in shown["executions"][0]["states"]}
    assert (states["Thumbnail"], states["Large"]) == ("SUCCEEDED", "SUCCEEDED")
    assert {states[state_name(name)] for name in without("thumbnail", "large")} == {"SKIPPED"}


def test_a_backfill_processes_what_no_event_has_started_and_is_told_once(
    switched_on: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = Stack(Outputs.parse(switched_on.outputs, NAME), switched_on.session)
    monkeypatch.setattr("renditions_cli.aws.stack.find_local_stack", lambda: found)
    monkeypatch.setattr("renditions_cli.aws.resources.STACK_NAME", NAME)
    monkeypatch.setattr("renditions_cli.commands.backfill_runs.POLL_SECONDS", 0.2)
    events, rule = switched_on.session.client("events"), switched_on.outputs["ImageUploadedRuleName"]
    events.disable_rule(Name=rule)
    good, bad = (
        switched_on.upload(f"old/{name}", data)
        for name, data in (("a ü.jpg", jpeg(300, 200)), ("b", b"no image"))
    )
    events.enable_rule(Name=rule)

    def backfill(*arguments: str) -> Any:
        ended = CliRunner().invoke(app, ["backfill", *arguments, "--local", "--json"])
        return (
            [json.loads(one) for one in ended.stdout.splitlines()]
            if "report" in arguments
            else json.loads(ended.stdout)
        )

    plan = backfill("plan", "--older-than", "0", "--prefix", "old/")
    assert (plan["images"], plan["counts"]) == (2, {"missing": 2})
    ended = backfill("run", plan["id"], "--concurrency", "2", "--wait")
    assert (ended["status"], ended["counts"]["processed"]) == ("SUCCEEDED", 2)
    outcomes = {one["key"]: one["outcome"] for one in backfill("report", plan["id"])[:-1]}
    assert outcomes == {"old/a ü.jpg": "completed", "old/b": "rejected"}
    assert switched_on.record(good)["origin"] == switched_on.record(bad)["origin"] == "backfill"
    (told,) = switched_on.subscriber.mentioning(plan["id"] + '","images"')
    assert json.loads(told["Body"]).items() >= {"status": "BACKFILL_ENDED", "images": 2, "failed": 0}.items()


def test_another_account_uploads_and_reads_and_a_third_one_may_not(switched_on: Cloud) -> None:
    """In parts too, with metadata and tags. Nobody else's files can be listed, read or overwritten."""
    team, stranger = (Account(switched_on.session, account) for account in (TEAM, STRANGER))
    uploads = switched_on.outputs["UploadsBucketName"]

    assert team.may("put_object", Bucket=uploads, Key="team/a.jpg", Body=jpeg(300, 200), Tagging="team=a")
    assert team.may_upload_in_parts(uploads, "team/parts.jpg", jpeg(300, 200))
    record = switched_on.outcome(f"s3://{uploads}/team/a.jpg")
    assert record["status"] == switched_on.outcome(f"s3://{uploads}/team/parts.jpg")["status"] == "COMPLETED"
    thumbnail = record["renditions"]["thumbnail"]
    rendition = {"Bucket": thumbnail["bucket"], "Key": thumbnail["key"]}
    assert team.may("get_object", **rendition)
    for method, parameters in (
        ("get_object", {"Bucket": uploads, "Key": "team/a.jpg"}),
        ("delete_object", {"Bucket": uploads, "Key": "team/a.jpg"}),
        ("list_objects_v2", {"Bucket": uploads}),
        ("list_objects_v2", {"Bucket": rendition["Bucket"]}),
        ("put_object", {**rendition, "Body": b"x"}),
        ("delete_object", rendition),
    ):
        assert not team.may(method, **parameters), method
    assert not stranger.may("put_object", Bucket=uploads, Key="team/b.jpg", Body=jpeg(300, 200))
    assert not stranger.may_upload_in_parts(uploads, "team/b.jpg", jpeg(300, 200))
    assert not stranger.may("get_object", **rendition)


def test_each_outcome_is_an_event_on_the_bus(switched_on: Cloud, notice_schema: Draft202012Validator) -> None:
    queue = Queue(switched_on.session)
    queue.allow("events.amazonaws.com")
    events = switched_on.session.client("events")
    uris = [f"s3://{switched_on.outputs['UploadsBucketName']}/bus/{name}.jpg" for name in ("good", "bad")]
    pattern = {"source": ["renditions"], "resources": uris}
    events.put_rule(Name="outcomes", EventPattern=json.dumps(pattern))
    events.put_targets(Rule="outcomes", Targets=[{"Id": "queue", "Arn": queue.arn}])

    for key, data in (("bus/good.jpg", jpeg(300, 200)), ("bus/bad.jpg", b"no image")):
        switched_on.outcome(switched_on.upload(key, data))
    switched_on.s3.delete_object(Bucket=switched_on.outputs["UploadsBucketName"], Key="bus/good.jpg")

    wait_for(lambda: len(queue.mentioning("bus/")) >= 3, "three events", 30)
    seen = [json.loads(message["Body"]) for message in queue.mentioning("bus/")]
    assert sorted(event["detail-type"] for event in seen) == [
        "Image Completed",
        "Image Deleted",
        "Image Rejected",
    ]
    for event in seen:
        notice_schema.validate(event["detail"])
        assert event["resources"] == [event["detail"]["image"]["uri"]]


def test_outputs_are_in_parameter_store(switched_on: Cloud) -> None:
    found = switched_on.session.client("ssm").get_parameters_by_path(Path="/renditions/test")["Parameters"]
    kept = {one["Name"].rpartition("/")[2]: one["Value"] for one in found}
    assert len(kept) == 5
    assert kept.items() <= switched_on.outputs.items()


def test_the_digest_tells_of_several_images_in_one_email(switched_on: Cloud) -> None:
    """Runs last: it also counts the images of the other tests."""
    mails = Inbox(switched_on.session, switched_on.outputs["DigestTopicArn"])
    bad = switched_on.upload("digest/notes.jpg", b"no image")
    assert switched_on.outcome(bad)["status"] == "REJECTED"
    switched_on.subscriber.mentioning(bad)  # so its notice is on the way
    functions = switched_on.session.client("lambda")

    def sent() -> list[dict[str, object]]:
        answer = functions.invoke(FunctionName=f"{NAME}-send-digest", Payload=b"{}")
        assert "FunctionError" not in answer
        return [json.loads(answer["Payload"].read())]

    assert wait_for(lambda: [one for one in sent() if one.get("REJECTED")], "a digest", 10)
    (mail,) = mails.mentioning("digest/notes.jpg")
    assert "UnsupportedFormat: Not a supported image format." in mail["Body"]
    assert sent() == [{"messages": 0, "unreadable": 0}]
    sns = switched_on.session.client("sns")
    for topic, subscribed in (("DigestTopicArn", True), ("NotificationsTopicArn", False)):
        found = sns.list_subscriptions_by_topic(TopicArn=switched_on.outputs[topic])["Subscriptions"]
        assert ("a@example.org" in [one["Endpoint"] for one in found]) == subscribed


def test_the_renditions_of_a_signed_original_are_signed_and_go_with_it(switched_on: Cloud) -> None:
    uri = switched_on.upload("signed.jpg", Camera.new().sign(noise()))
    record = switched_on.outcome(uri)
    stored = {name: one["key"] for name, one in record["renditions"].items()}
    bucket = record["renditions"]["large"]["bucket"]

    def content(key: str) -> bytes:
        data: bytes = switched_on.s3.get_object(Bucket=bucket, Key=key)["Body"].read()
        return data

    for credentials in (
        read(content(stored["large"]), "image/webp"),
        read(content(stored["thumbnail"]), "image/webp", content(stored["thumbnail"] + ".c2pa")),
    ):
        assert credentials.get_validation_state() == "Valid"
        signed: Any = credentials.get_active_manifest()
        assert signed["signature_info"]["issuer"] == "Example News"
        assert signed["ingredients"][0]["relationship"] == "parentOf"
    assert len(stored) < len(switched_on.s3.list_objects_v2(Bucket=bucket, Prefix="signed.jpg/")["Contents"])

    switched_on.s3.delete_object(Bucket=switched_on.outputs["UploadsBucketName"], Key="signed.jpg")
    wait_for(
        lambda: not switched_on.s3.list_objects_v2(Bucket=bucket, Prefix="signed.jpg/").get("Contents"),
        "renditions and credentials to be removed",
        60,
    )
