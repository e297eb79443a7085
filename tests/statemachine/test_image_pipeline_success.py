"""An upload becomes renditions, a record and a notice."""

import hashlib
import json
from io import BytesIO

import pytest
from PIL import Image as PillowImage

from renditions.contracts import Image, Rendered, Rendition
from renditions.settings import Settings
from renditions_cli.prices import count_transitions
from tests.renditions import BRANCHES, NAMES, TRANSITIONS, sizes_of
from tests.statemachine import definitions
from tests.statemachine.history import Execution
from tests.statemachine.world import (
    CONSOLE,
    HINT,
    RELEASE,
    RENDITIONS,
    UPLOADS,
    Event,
    World,
    event,
    execution_section,
    uri,
)
from tests.unit.imaging.hdr_files import ultra_hdr

WAY = ["ClaimImage", "ValidateImage", "MakeRenditions", "SaveMetadata", "IsOverwrite", "PublishCompletion"]
OVERWRITING = [*WAY[:-1], "PublishReplacement", "RetireSuperseded"]
SIZES = sizes_of(240, 160)


def assert_completed(world: World, upload: Event, execution: Execution) -> None:
    """Check the record, the files and the one message of a completed image."""
    record = world.record(upload)
    assert record is not None
    assert (record["status"], record["execution_arn"]) == ("COMPLETED", execution.arn)
    for name, (width, height) in SIZES.items():
        rendition = record["renditions"][name]
        stored = world.s3.get_object(Bucket=rendition["bucket"], Key=rendition["key"])
        body = stored["Body"].read()
        assert (
            PillowImage.open(BytesIO(body)).size
            == (width, height)
            == (rendition["width"], rendition["height"])
        )
        assert (stored["ContentType"], len(body)) == (rendition["content_type"], rendition["bytes"])
        assert rendition["key"] == f"{upload['detail']['object']['key']}/{record['version']}/{name}.webp"
    [message] = world.received("subscribers")
    assert message.attributes == {"status": "COMPLETED", "bucket": UPLOADS, "origin": "upload"}
    assert message.notice["renditions"] == record["renditions"]


def test_an_upload_becomes_all_renditions(world: World, photo: bytes) -> None:
    upload = world.upload(photo)
    execution = world.run(upload)
    assert execution.status == "SUCCEEDED"
    assert execution.path == WAY
    assert execution.branches == {*BRANCHES}
    tasks = {*WAY, *BRANCHES} - {"MakeRenditions", "IsOverwrite"}
    assert all(execution.attempts(state) == 1 for state in tasks)
    assert_completed(world, upload, execution)
    assert world.received("operators") == []


def test_a_success_costs_six_state_transitions_and_one_per_rendition(world: World, photo: bytes) -> None:
    """AWS bills each state that is entered."""
    execution = world.run(world.upload(photo))
    assert execution.status == "SUCCEEDED"
    assert len(execution.entered) == TRANSITIONS
    assert count_transitions(definitions.read("image_pipeline"), "PublishCompletion") == TRANSITIONS


def test_the_functions_return_what_their_contracts_say(world: World, photo: bytes) -> None:
    execution = world.run(world.upload(photo))
    returned = {where: json.loads(text) for where, text in execution.documents()}
    assert set(returned["TaskStateExited ValidateImage output"]["image"]) == set(Image.__annotations__)
    rendition = {*Rendition.__annotations__, *Rendered(b"", 1, 1, "", "").preview()}
    for branch in BRANCHES:
        assert set(returned[f"TaskStateExited {branch} output"]) == rendition


def test_the_record_holds_the_facts_of_the_image(world: World, photo: bytes) -> None:
    upload = world.upload(photo)
    execution = world.run(upload)
    record = world.record(upload)
    assert record is not None
    found = upload["detail"]["object"]
    assert record | {"renditions": {}} == {
        "image_uri": uri(upload),
        "status": "COMPLETED",
        "execution_arn": execution.arn,
        "etag": found["etag"],
        "served_etag": found["etag"],
        "version_id": found["version-id"],
        "sequencer": found["sequencer"],
        "version": record["version"],
        "recipe": record["recipe"],
        "origin": "upload",
        "resizer": Settings().resized_by,
        "release": RELEASE,
        "format": "JPEG",
        "width": 240,
        "height": 160,
        "bytes": len(photo),
        "sha256": hashlib.sha256(photo).hexdigest(),
        "frames": 1,
        "orientation": 1,
        "has_alpha": False,
        "taken_at": "",
        "camera": "",
        "focus": "",
        "crop": "",
        "hdr": "none",
        "hdr_stops": 0,
        "preset": "",
        "labels": "{}",
        "dominant_colour": record["dominant_colour"],
        "placeholder": record["placeholder"],
        "uploaded_at": upload["time"],
        "started_at": record["started_at"],
        "first_uploaded_at": record["started_at"],
        "status_shard": record["status_shard"],
        "status_since": record["completed_at"],
        "completed_at": record["completed_at"],
        "context": "{}",
        "context_attributes": "{}",
        "renditions": {},
    }
    assert record["started_at"] < record["completed_at"]
    assert set(record["renditions"]) == set(SIZES)
    assert set(record["renditions"]["watermark"]) == {
        "bucket",
        "key",
        "width",
        "height",
        "bytes",
        "content_type",
        "note",
        "pages",
    }


def test_an_hdr_original_becomes_jpegs_and_its_peak_is_in_record_and_notice(world: World) -> None:
    with world.deployed_with(HDR="keep"):
        upload = world.upload(ultra_hdr(240, 160))
        assert world.run(upload).path == WAY
    record, [message] = world.record(upload), world.received("subscribers")
    assert record is not None
    image = message.notice["image"]
    assert (record["hdr"], image["hdr"], record["hdr_stops"], image["hdr_stops"]) == (
        "kept",
        "kept",
        2.5,
        2.5,
    )
    assert {one["content_type"] for one in record["renditions"].values()} == {"image/jpeg"}


def test_the_email_is_a_readable_text(world: World, photo: bytes) -> None:
    upload = world.upload(photo)
    execution = world.run(upload)
    record = world.record(upload)
    assert record is not None
    [message] = world.received("subscribers")
    made = record["renditions"]
    ready = [
        line
        for name, (width, height) in SIZES.items()
        for line in (
            f"{name}: {width} x {height} pixels, {made[name]['bytes']} bytes",
            json.dumps(f"s3://{RENDITIONS}/{made[name]['key']}"),
            made[name]["note"],
        )
    ]
    assert message.subject == "Renditions: image ready"
    assert message.email.splitlines() == [
        "Your image is ready.",
        "",
        "Original:",
        json.dumps(uri(upload)),
        f"JPEG, 240 x 160 pixels, {len(photo)} bytes",
        "",
        *ready,
        HINT,
        "",
        "Execution in the AWS console:",
        f"{CONSOLE}/{execution.arn}",
    ]


def test_the_message_for_programs_is_one_json_document(world: World, photo: bytes) -> None:
    upload = world.upload(photo)
    execution = world.run(upload)
    record = world.record(upload)
    assert record is not None
    [message] = world.received("subscribers")
    assert message.notice == {
        "schema_version": "1",
        "status": "COMPLETED",
        "origin": "upload",
        "image": {
            "uri": uri(upload),
            **{
                name: record[name]
                for name in (
                    *(
                        "etag",
                        "version_id",
                        "version",
                        "recipe",
                        "format",
                        "width",
                        "height",
                        "bytes",
                        "sha256",
                        "frames",
                    ),
                    *(
                        "orientation",
                        "taken_at",
                        "camera",
                        "focus",
                        "crop",
                        "hdr",
                        "hdr_stops",
                        "preset",
                        "dominant_colour",
                        "placeholder",
                    ),
                )
            },
            "labels": {},
        },
        "context": {},
        "renditions": record["renditions"],
        "execution": execution_section(execution.arn, record),
    }


@pytest.mark.parametrize(
    "key",
    [
        event("upload_odd_key")["detail"]["object"]["key"],
        'it\'s {0} and {} \\n \\\\ "quoted".jpg',
        "a&b=c;d?e#f/../%41/$.x.jpg",
        "日本語/ملف.jpg",
        "a\u2028Your account is locked: https://evil.example/\x1b[31m.jpg",
    ],
)
def test_an_odd_key_is_kept_exactly(world: World, photo: bytes, key: str) -> None:
    upload = world.upload(photo, key)
    execution = world.run(upload)
    assert (execution.status, execution.error) == ("SUCCEEDED", None)
    record = world.record(upload)
    assert record is not None
    assert record["renditions"]["large"]["key"] == f"{key}/{record['version']}/large.webp"
    [message] = world.received("subscribers")
    assert message.notice["image"]["uri"] == f"s3://{UPLOADS}/{key}"
    assert f"Original:\n{json.dumps(f's3://{UPLOADS}/{key}')}\n" in message.email
    lines = 10 + 3 * len(NAMES)
    assert len(message.email.splitlines()) == lines, "the key made lines of its own"


def test_an_upload_without_versioning_is_processed(world: World, photo: bytes) -> None:
    upload = world.upload(photo)
    del upload["detail"]["object"]["version-id"]
    execution = world.run(upload)
    assert execution.status == "SUCCEEDED"
    [message] = world.received("subscribers")
    assert message.notice["image"]["version_id"] == "null"


def test_each_rendition_is_stored_under_its_own_name_in_any_order_of_results(
    world: World, photo: bytes
) -> None:
    """aws-stepfunctions-local returns the results of a Parallel in any order. Here the order is reversed."""
    definition = definitions.read("image_pipeline")
    definition["States"]["MakeRenditions"]["ResultSelector"] = {
        f"{name}.$": f"$[{place}]" for place, name in enumerate(reversed(NAMES))
    }
    upload = world.upload(photo)
    execution = world.run(upload, definition=definition)
    saved = next(
        text for where, text in execution.documents() if where == "TaskStateEntered SaveMetadata input"
    )
    by_position = [json.loads(saved)["renditions"][name]["name"] for name in NAMES]
    assert sorted(by_position) == sorted(NAMES)
    if world.engine.keeps_order:
        assert by_position == [*reversed(NAMES)]
    assert_completed(world, upload, execution)
