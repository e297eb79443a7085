"""An upload as its owner, a subscriber and an operator see it."""

import json
from io import BytesIO
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from jsonschema import Draft202012Validator
from PIL import Image

from renditions_cli.local.stack import LocalStack
from tests.e2e.cloud import RENDITIONS, Cloud
from tests.e2e.pictures import BLUE, GREEN, RED, YELLOW, close, corners, jpeg, quarters
from tests.renditions import sizes_of

SAMPLES = Path(__file__).parents[2] / "samples"


def test_a_photograph_becomes_renditions_a_record_and_a_notice(
    cloud: Cloud, notice_schema: Draft202012Validator
) -> None:
    uri = cloud.upload("holiday/beach.jpg", jpeg(2400, 1200))
    record = cloud.outcome(uri)

    assert record["status"] == "COMPLETED"
    assert (record["format"], record["width"], record["height"], record["frames"]) == ("JPEG", 2400, 1200, 1)
    assert {name: cloud.rendition(record, name).size for name in RENDITIONS} == sizes_of(2400, 1200)
    (message,) = cloud.subscriber.mentioning("holiday/beach.jpg", quiet=1)
    notice = json.loads(message["Body"])
    notice_schema.validate(notice)
    assert notice["status"] == "COMPLETED"
    assert notice["renditions"] == record["renditions"]
    assert {name: value["StringValue"] for name, value in message["MessageAttributes"].items()} == {
        "status": "COMPLETED",
        "bucket": cloud.outputs["UploadsBucketName"],
        "origin": "upload",
    }
    assert cloud.execution(record["execution_arn"])["status"] == "SUCCEEDED"


def test_a_rendition_has_its_metadata_and_never_expires_from_a_cache(cloud: Cloud) -> None:
    record = cloud.outcome(cloud.upload("headers/ö.jpg", jpeg(640, 480)))

    found = record["renditions"]["thumbnail"]
    head = cloud.s3.head_object(Bucket=found["bucket"], Key=found["key"])
    assert found["key"] == f"headers/ö.jpg/{record['version']}/thumbnail.webp"
    assert head["ContentType"] == found["content_type"] == "image/webp"
    assert head["CacheControl"] == "public, max-age=31536000, immutable"
    assert head["Metadata"]["original"].endswith("/headers/%C3%B6.jpg")
    assert head["ContentLength"] == found["bytes"]


@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
def test_a_rotated_photograph_becomes_upright(cloud: Cloud, orientation: int) -> None:
    record = cloud.outcome(cloud.upload(f"turned/{orientation}.jpg", jpeg(1200, 800, orientation)))

    turns = {1: (RED, GREEN, BLUE, YELLOW), 3: (YELLOW, BLUE, GREEN, RED)}
    turns |= {6: (BLUE, RED, YELLOW, GREEN), 8: (GREEN, YELLOW, RED, BLUE)}
    assert (record["width"], record["height"]) == ((1200, 800) if orientation < 5 else (800, 1200))
    for name in ("thumbnail", "large"):
        seen = corners(cloud.rendition(record, name))
        assert all(close(*pair) for pair in zip(seen, turns[orientation], strict=True)), (name, seen)


def test_no_rendition_contains_the_metadata_of_the_camera(cloud: Cloud) -> None:
    record = cloud.outcome(cloud.upload("private.jpg", jpeg(1000, 700, orientation=6)))

    for found in record["renditions"].values():
        body = cloud.s3.get_object(Bucket=found["bucket"], Key=found["key"])["Body"].read()
        assert not Image.open(BytesIO(body)).getexif()
        assert b"ecret" not in body


def test_transparency_is_kept(cloud: Cloud) -> None:
    record = cloud.outcome(cloud.upload("fig-bowl.png", (SAMPLES / "fig-bowl.png").read_bytes()))

    thumbnail = cloud.rendition(record, "thumbnail")
    assert thumbnail.mode == "RGBA"
    assert thumbnail.getpixel((0, 0))[3] == 0  # type: ignore[index]


@pytest.mark.parametrize("sample", ["living-room.jpg", "paint-brushes.jpg", "cat.gif", "coffee-small.jpg"])
def test_each_sample_photograph_looks_like_itself(cloud: Cloud, sample: str) -> None:
    record = cloud.outcome(cloud.upload(f"samples/{sample}", (SAMPLES / sample).read_bytes()))

    assert record["status"] == "COMPLETED"
    thumbnail = cloud.rendition(record, "thumbnail")
    assert thumbnail.mode == "RGB"
    assert max(thumbnail.size) == 200 or record["width"] < 200
    darkest, brightest = thumbnail.convert("L").getextrema()
    assert brightest - darkest > 100, "a photograph is not one flat colour"  # type: ignore[operator]


def test_a_small_image_is_not_enlarged_and_gets_no_watermark(cloud: Cloud) -> None:
    record = cloud.outcome(cloud.upload("icon.jpg", jpeg(90, 60)))

    assert {name: cloud.rendition(record, name).size for name in RENDITIONS} == sizes_of(90, 60)
    assert record["renditions"]["watermark"]["note"]
    assert not record["renditions"]["large"]["note"]


def test_the_watermark_is_on_its_rendition_and_only_in_its_corner(cloud: Cloud) -> None:
    record = cloud.outcome(cloud.upload("marked.jpg", jpeg(1600, 1000)))

    plain, marked = (cloud.rendition(record, name).convert("RGB") for name in ("large", "watermark"))
    corner = (1000, 800, 1600, 1000)
    assert plain.crop(corner).tobytes() != marked.crop(corner).tobytes()
    assert all(close(*pair) for pair in zip(corners(marked)[:3], (RED, GREEN, BLUE), strict=True))


@pytest.mark.parametrize(
    "key, data, code",
    [
        ("notes.jpg", b"Buy milk.\n" * 50, "UnsupportedFormat"),
        ("empty.png", b"", "EmptyFile"),
        ("cut-off.jpg", jpeg(2000, 1500)[:9000], "CorruptImage"),
    ],
)
def test_a_bad_file_is_rejected_with_a_sentence(
    cloud: Cloud, notice_schema: Draft202012Validator, key: str, data: bytes, code: str
) -> None:
    uri = cloud.upload(key, data)
    record = cloud.outcome(uri)

    assert (record["status"], record["reason_code"]) == ("REJECTED", code)
    assert record["reason"].endswith(".")
    assert record["renditions"] == {}
    notice = json.loads(cloud.subscriber.mentioning(uri)[0]["Body"])
    notice_schema.validate(notice)
    assert notice["reason"] == {"code": code, "sentence": record["reason"]}
    assert cloud.execution(record["execution_arn"])["status"] == "SUCCEEDED"


def test_a_folder_that_is_created_in_the_console_starts_nothing(cloud: Cloud) -> None:
    folder = cloud.upload("folder/", b"")
    after = cloud.upload("after-the-folder.jpg", jpeg(300, 200))

    assert cloud.outcome(after)["status"] == "COMPLETED"
    assert cloud.record(folder) == {}


@pytest.mark.parametrize(
    "key",
    [
        "with space.jpg",
        "a+b.jpg",
        "100%25 %2B.jpg",
        "Zoë/día 🎉.jpg",
        'it\'s "quoted".jpg',
        "{}/{0}$.jpg",
        "k" * 1024,
    ],
)
def test_an_unusual_key_is_kept_exactly(cloud: Cloud, key: str) -> None:
    uri = cloud.upload(key, jpeg(300, 200))
    record = cloud.outcome(uri)

    assert (record["status"], record["image_uri"]) == ("COMPLETED", uri)
    assert cloud.rendition(record, "thumbnail").size == (200, 133)


def test_an_overwritten_image_shows_its_newest_version(cloud: Cloud) -> None:
    uri = cloud.upload("again.jpg", jpeg(800, 600))
    first = cloud.outcome(uri)
    buffer = BytesIO()
    quarters(500, 500).save(buffer, "PNG")
    cloud.upload("again.jpg", buffer.getvalue())
    etag = cloud.s3.head_object(Bucket=cloud.outputs["UploadsBucketName"], Key="again.jpg")["ETag"].strip('"')
    second = cloud.outcome(uri, etag=etag)

    assert (second["format"], second["width"]) == ("PNG", 500)
    assert second["version"] != first["version"]
    assert cloud.rendition(second, "large").size == (500, 500)


def test_a_duplicate_event_changes_nothing_and_sends_no_notice(cloud: Cloud) -> None:
    uri = cloud.upload("twice.jpg", jpeg(400, 300))
    record = cloud.outcome(uri)
    again = cloud.start(cloud.event_of(record))

    assert cloud.execution(again)["status"] == "SUCCEEDED"
    assert cloud.record(uri) == record
    assert len(cloud.subscriber.mentioning("twice.jpg", quiet=1.5)) == 1


def test_twenty_uploads_at_once_all_complete(cloud: Cloud) -> None:
    uris = [cloud.upload(f"burst/{number}.jpg", jpeg(640, 480, shade=number)) for number in range(20)]

    outcomes = cloud.outcomes(uris)
    assert [outcome["status"] for outcome in outcomes.values()] == ["COMPLETED"] * 20
    assert len({outcome["renditions"]["large"]["key"] for outcome in outcomes.values()}) == 20


def test_the_buckets_are_not_public(cloud: Cloud, local: LocalStack) -> None:
    record = cloud.outcome(cloud.upload("secret.jpg", jpeg(300, 300)))

    found = record["renditions"]["thumbnail"]
    for path in (f"{cloud.outputs['UploadsBucketName']}/secret.jpg", f"{found['bucket']}/{found['key']}"):
        with pytest.raises(HTTPError, match="403"):
            urlopen(f"{local.endpoint_url}/{path}", timeout=5)  # noqa: S310 - our own emulator
