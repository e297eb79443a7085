"""ValidateImage with the events of events/, on real bytes in a real bucket."""

import hashlib
import json
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from renditions.contracts import Image
from renditions.errors import (
    CorruptImage,
    EmptyFile,
    FileTooLarge,
    InvalidFraming,
    InvalidSettings,
    MalwareFound,
    NotScannedYet,
    SourceGone,
    UnknownPreset,
    UnsupportedFormat,
)
from renditions.labels import Labels
from renditions.settings import Settings
from renditions.storage import scans
from tests.renditions import without
from tests.unit.conftest import ROOT, Bucket, aws_session
from tests.unit.handlers.conftest import Load
from tests.unit.imaging.hdr_files import ultra_hdr
from tests.unit.imaging.labelled import labelled, packet


@pytest.fixture
def photograph(samples: Path) -> bytes:
    return (samples / "coffee-small.jpg").read_bytes()


def key_of(name: str) -> str:
    return str(json.loads((ROOT / f"events/{name}.json").read_text())["detail"]["object"]["key"])


@pytest.mark.parametrize("name", ["upload_good_image", "upload_odd_key"])
def test_the_output_for_a_good_image_has_everything_the_renditions_need(
    load: Load, uploads: Bucket, photograph: bytes, name: str
) -> None:
    event = uploads.upload(key_of(name), photograph, like=name)
    about = event["detail"]["object"]
    digest = hashlib.sha256(photograph).hexdigest()
    output = load("validate_image")(event)
    assert output == {
        "bucket": uploads.name,
        "key": key_of(name),
        "etag": about["etag"],
        "version_id": about["version-id"],
        "bytes": len(photograph),
        "digest": digest,
        "version": Settings().version(digest),
        "format": "JPEG",
        "width": 160,
        "height": 107,
        "frames": 1,
        "orientation": 1,
        "has_alpha": False,
        "taken_at": "",
        "camera": "",
        "resizer": Settings().resized_by,
        "recipe": output["recipe"],
        "pages": 1,
        "focus": "",
        "crop": "",
        "hdr": "none",
        "hdr_stops": 0,
        "labels": {},
        "tags": "",
        "preset": "",
        "overrides": {},
        "skipped": [],
    }


def test_labels_decide_the_version_and_the_setting_which(load: Load, uploads: Bucket) -> None:
    stated = "<photoshop:Credit>Agency</photoshop:Credit><dc:description>A caption</dc:description>"
    event = uploads.upload("a.jpg", labelled("JPEG", xmp=packet(stated)))
    image = load("validate_image")(event)
    assert image["labels"] == {"credit": "Agency", "caption": "A caption"}
    assert image["version"] == Settings().version(image["digest"], labels=Labels(credit="Agency"))
    assert load("validate_image", LABELS="rights")(event)["version"] == image["version"]
    off = load("validate_image", LABELS="off")(event)
    assert (off["labels"], off["version"]) == ({}, Settings().version(image["digest"]))


def test_the_output_is_an_image_in_plain_json(load: Load, uploads: Bucket, photograph: bytes) -> None:
    output = load("validate_image")(uploads.upload("beach.jpg", photograph))
    assert Image(**json.loads(json.dumps(output))).to_json() == output


def test_focus_and_crop_in_the_metadata_are_in_the_output_and_in_the_version(
    load: Load, uploads: Bucket, photograph: bytes
) -> None:
    stated = {"renditions-focus": "0.40,.3", "renditions-crop": "0,0,0.5,1", "title": "Beach"}
    output = load("validate_image")(uploads.upload("a.jpg", photograph, metadata=stated))
    plain = load("validate_image")(uploads.upload("a.jpg", photograph))
    assert (output["focus"], output["crop"]) == ("0.4,0.3", "0,0,0.5,1")
    assert (plain["focus"], plain["crop"]) == ("", "")
    assert output["digest"] == plain["digest"]
    assert output["version"] != plain["version"]


def test_hdr_counts_only_for_originals_with_a_gain_map(
    load: Load, uploads: Bucket, photograph: bytes
) -> None:
    bright, plain = uploads.upload("a.jpg", ultra_hdr(320, 240)), uploads.upload("b.jpg", photograph)
    off, keep = load("validate_image"), load("validate_image", HDR="keep")
    found = [function(event) for event in (bright, plain) for function in (off, keep)]
    assert [(one["hdr"], one["hdr_stops"]) for one in found] == [
        ("dropped", 2.5), ("kept", 2.5), ("none", 0), ("none", 0),
    ]  # fmt: skip
    versions = [one["version"] for one in found]
    assert versions[0] == Settings().version(found[0]["digest"]) != versions[1]
    assert versions[2] == versions[3]


def test_a_wrong_focus_is_rejected_but_not_before_a_wrong_file(
    load: Load, uploads: Bucket, samples: Path
) -> None:
    wrong = {"renditions-focus": "left"}
    with pytest.raises(UnsupportedFormat):
        load("validate_image")(uploads.upload("a.jpg", (samples / "notes.jpg").read_bytes(), metadata=wrong))
    with pytest.raises(InvalidFraming, match="renditions-focus is 'left', but must be x,y"):
        load("validate_image")(uploads.upload("a.jpg", (samples / "cat.gif").read_bytes(), metadata=wrong))


def test_the_version_of_the_event_counts_and_not_a_later_copy_with_other_metadata(
    load: Load, uploads: Bucket, photograph: bytes
) -> None:
    earlier = uploads.upload("a.jpg", photograph, metadata={"renditions-focus": "0,0"})
    uploads.upload("a.jpg", photograph, metadata={"renditions-focus": "1,1"})
    assert load("validate_image")(earlier)["focus"] == "0,0"


def test_a_rotated_photograph_is_measured_as_people_see_it(
    load: Load, uploads: Bucket, samples: Path
) -> None:
    output = load("validate_image")(uploads.upload("room.jpg", (samples / "living-room.jpg").read_bytes()))
    assert (output["width"], output["height"]) == (2560, 3837)


def test_the_frames_of_an_animation_are_counted(load: Load, uploads: Bucket, samples: Path) -> None:
    output = load("validate_image")(uploads.upload("cat.gif", (samples / "cat.gif").read_bytes()))
    assert (output["format"], output["frames"]) == ("GIF", 12)


def test_the_name_and_the_content_type_do_not_matter(load: Load, uploads: Bucket, samples: Path) -> None:
    event = uploads.upload("notes.txt", (samples / "fig-bowl.png").read_bytes())
    assert load("validate_image")(event)["format"] == "PNG"


def test_a_text_file_named_like_an_image_is_rejected_in_plain_words(
    load: Load, uploads: Bucket, samples: Path
) -> None:
    event = uploads.upload(
        key_of("upload_not_an_image"), (samples / "notes.jpg").read_bytes(), "upload_not_an_image"
    )
    with pytest.raises(UnsupportedFormat, match=r"JPEG, PNG.*\.$"):
        load("validate_image")(event)


def test_a_file_cut_off_in_its_header_is_rejected(load: Load, uploads: Bucket, photograph: bytes) -> None:
    with pytest.raises(CorruptImage):
        load("validate_image")(uploads.upload("beach.jpg", photograph[:100]))


def missing_object(size: int) -> dict[str, Any]:
    """The event of an object in a bucket that does not exist: reading it fails with NoSuchBucket."""
    event: dict[str, Any] = json.loads((ROOT / "events/upload_good_image.json").read_text())
    event["detail"]["object"]["size"] = size
    return event


def test_a_file_of_the_wrong_size_is_rejected_before_it_is_read(load: Load, uploads: Bucket) -> None:
    """The event names a version that does not exist, so reading it would fail."""
    for size, expected, message in ((0, EmptyFile, "empty"), (1001, FileTooLarge, r"1,001 bytes.*1,000")):
        event = uploads.upload("beach.jpg", b"pixels")
        event["detail"]["object"] |= {"size": size, "version-id": "nothing", "etag": "nothing"}
        with pytest.raises(expected, match=message):
            load("validate_image", MAX_BYTES="1000")(event)


@pytest.mark.parametrize("size", [0, 1001])
def test_a_file_of_the_wrong_size_that_was_deleted_is_gone_and_not_rejected(load: Load, size: int) -> None:
    with pytest.raises(SourceGone):
        load("validate_image", MAX_BYTES="1000")(missing_object(size))


def test_a_file_of_just_the_allowed_size_is_accepted(load: Load, uploads: Bucket, photograph: bytes) -> None:
    event = uploads.upload("beach.jpg", photograph)
    assert load("validate_image", MAX_BYTES=str(len(photograph)))(event)["bytes"] == len(photograph)


def test_an_overwritten_upload_is_validated_as_it_was_uploaded(
    load: Load, uploads: Bucket, samples: Path
) -> None:
    key = key_of("upload_overwritten")
    first = uploads.upload(key, (samples / "coffee-small.jpg").read_bytes())
    second = uploads.upload(key, (samples / "fig-bowl.png").read_bytes(), like="upload_overwritten")
    handler = load("validate_image")
    assert [handler(event)["format"] for event in (first, second, first)] == ["JPEG", "PNG", "JPEG"]


def test_an_upload_to_a_bucket_without_versioning_is_read_by_its_etag(
    load: Load, plain_uploads: Bucket, photograph: bytes
) -> None:
    event = plain_uploads.upload("beach.jpg", photograph)
    assert load("validate_image")(event)["version_id"] == "null"
    plain_uploads.put("beach.jpg", b"something else")
    with pytest.raises(SourceGone):
        load("validate_image")(event)


def test_the_version_depends_on_the_content_and_on_pixel_settings(
    load: Load, uploads: Bucket, samples: Path
) -> None:
    coffee = uploads.upload("a.jpg", (samples / "coffee-small.jpg").read_bytes())
    same = uploads.upload("b.jpg", (samples / "coffee-small.jpg").read_bytes())
    other = uploads.upload("c.png", (samples / "fig-bowl.png").read_bytes())
    by_default, smaller = load("validate_image"), load("validate_image", THUMBNAIL_SIZE="100")
    stricter = load("validate_image", THUMBNAIL_SIZE="200", MAX_SIDE="5000")
    version = by_default(coffee)["version"]
    assert by_default(same)["version"] == version
    assert by_default(other)["version"] != version
    assert smaller(coffee)["version"] != version
    assert stricter(coffee)["version"] == version


def test_invalid_settings_fail_at_start_with_all_faults_in_one_message(load: Load) -> None:
    with pytest.raises(InvalidSettings, match=r"THUMBNAIL_SIZE.*OUTPUT_FORMAT"):
        load("validate_image", THUMBNAIL_SIZE="huge", OUTPUT_FORMAT="tga")


def tag(uploads: Bucket, key: str, verdict: str) -> None:
    tags: Any = {"TagSet": [{"Key": scans.TAG, "Value": verdict}]}
    uploads.s3.put_object_tagging(Bucket=uploads.name, Key=key, Tagging=tags)


def just_now(event: dict[str, Any]) -> dict[str, Any]:
    return event | {"time": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")}


def test_with_the_malware_scan_only_a_clean_upload_is_read(
    load: Load, uploads: Bucket, photograph: bytes
) -> None:
    event = just_now(uploads.upload("beach.jpg", photograph))
    validate = load("validate_image", MALWARE_SCAN="on")
    with pytest.raises(NotScannedYet):
        validate(event)
    tag(uploads, "beach.jpg", scans.CLEAN)
    assert validate(event) == load("validate_image")(event)
    tag(uploads, "beach.jpg", "THREATS_FOUND")
    with pytest.raises(MalwareFound):
        validate(event)


def test_with_the_malware_scan_the_verdict_counts_before_every_limit(load: Load, uploads: Bucket) -> None:
    event = just_now(uploads.upload("large.jpg", b"x" * 6))
    validate = load("validate_image", MALWARE_SCAN="on", MAX_BYTES="5")
    with pytest.raises(NotScannedYet):
        validate(event)
    tag(uploads, "large.jpg", scans.CLEAN)
    with pytest.raises(FileTooLarge):
        validate(event)


def test_by_default_tags_are_not_read(load: Load, uploads: Bucket, photograph: bytes) -> None:
    event = uploads.upload("beach.jpg", photograph)
    tag(uploads, "beach.jpg", "THREATS_FOUND")
    assert load("validate_image", MALWARE_SCAN="")(event)["format"] == "JPEG"


@pytest.fixture
def with_presets(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The package has two presets."""
    file = tmp_path / "presets.toml"
    file.write_text(
        '[shop]\nprefix = "shop/"\nlarge_size = 80\nrenditions = ["thumbnail", "large"]\n[plain]\nwatermark_size = 90'
    )
    monkeypatch.setattr("renditions.preset_files.FILE", file)


@pytest.mark.usefixtures("with_presets")
def test_the_preset_of_the_key_comes_with_all_that_follows_from_it(
    load: Load, uploads: Bucket, photograph: bytes
) -> None:
    handler = load("validate_image")
    output = handler(uploads.upload("shop/a.jpg", photograph))
    digest = hashlib.sha256(photograph).hexdigest()
    assert (output["preset"], output["overrides"]) == ("shop", {"large_size": 80})
    assert output["skipped"] == without("thumbnail", "large")
    assert output["version"] == Settings(large_size=80).version(digest)
    assert Image(**json.loads(json.dumps(output))).to_json() == output
    plain = handler(uploads.upload("a.jpg", photograph, metadata={"renditions-preset": "plain"}))
    assert (plain["preset"], plain["version"]) == ("", Settings().version(digest))


@pytest.mark.usefixtures("with_presets")
def test_an_uploader_may_name_a_preset_if_the_stack_allows_it(
    load: Load, uploads: Bucket, photograph: bytes
) -> None:
    handler = load("validate_image", PRESET_BY_METADATA="on")
    stated = {"renditions-preset": "plain"}
    assert handler(uploads.upload("shop/a.jpg", photograph, metadata=stated))["preset"] == "plain"
    assert handler(uploads.upload("shop/a.jpg", photograph))["preset"] == "shop"
    with pytest.raises(UnknownPreset, match=r"'other', which is not a preset. Allowed: shop, plain"):
        handler(uploads.upload("a.jpg", photograph, metadata={"renditions-preset": "other"}))


# ── The application's own words ───────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def record(s3_endpoint: str, uploads: Bucket) -> Iterator[Callable[[], dict[str, Any]]]:
    """``record()`` returns the record of beach.jpg, which the execution arn:me owns."""
    client: Any = aws_session().create_client("dynamodb", endpoint_url=s3_endpoint)
    table, key = f"images-{uploads.name}", {"image_uri": {"S": f"s3://{uploads.name}/beach.jpg"}}
    client.create_table(
        TableName=table,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "image_uri", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "image_uri", "KeyType": "HASH"}],
    )
    client.put_item(TableName=table, Item={**key, "execution_arn": {"S": "arn:me"}, "context": {"S": "{}"}})
    yield lambda: client.get_item(TableName=table, Key=key)["Item"]
    client.delete_table(TableName=table)


@pytest.mark.parametrize(
    "verdict, owner, expected",
    [
        ("NO_THREATS_FOUND", "arn:me", '{"project":"x"}'),
        ("THREATS_FOUND", "arn:me", '{"project":"x"}'),
        ("", "arn:me", '{"project":"x"}'),
        ("NO_THREATS_FOUND", "arn:newer", "{}"),
    ],
    ids=["clean", "malware", "not scanned yet", "of another execution"],
)
def test_the_context_is_noted_whatever_the_scan_says_in_a_record_of_its_own(
    *,
    load: Load,
    uploads: Bucket,
    photograph: bytes,
    record: Callable[[], Any],
    verdict: str,
    owner: str,
    expected: str,
) -> None:
    validate = load(
        "validate_image", MALWARE_SCAN="on", CONTEXT_KEYS="project", RENDITION_TAGS="project",
        IMAGES_TABLE=f"images-{uploads.name}",
    )  # fmt: skip
    event = uploads.upload("beach.jpg", photograph)
    tags = {"project": "x", **({scans.TAG: verdict} if verdict else {})}
    uploads.s3.put_object_tagging(
        Bucket=uploads.name,
        Key="beach.jpg",
        Tagging={"TagSet": [{"Key": name, "Value": value} for name, value in tags.items()]},
    )
    event |= {"task": {"execution": owner}, "time": datetime.now(UTC).isoformat()}
    if verdict == "NO_THREATS_FOUND":
        assert validate(event)["tags"] == "project=x"
    else:
        with pytest.raises((MalwareFound, NotScannedYet)):
            validate(event)
    assert record()["context"] == {"S": expected}


def test_without_the_settings_nothing_is_read_for_the_context(
    load: Load, uploads: Bucket, photograph: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("IMAGES_TABLE", raising=False)
    for name in ("renditions.context", "renditions.storage.words"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    assert load("validate_image")(uploads.upload("beach.jpg", photograph))["tags"] == ""
    assert not {"renditions.context", "renditions.storage.words"} & set(sys.modules)
