"""Executions that a backfill starts for images that are there: what they may take over, and what stays meanwhile."""

from collections.abc import Iterator
from datetime import datetime
from unittest import mock

import pytest

from renditions.contracts import BACKFILL
from renditions.reconciliation.events import object_created
from renditions.records import ImageRecord
from renditions.storage.objects import StoredObject
from tests.statemachine import definitions
from tests.statemachine.outcomes import BUG, After
from tests.statemachine.test_image_deleted import again
from tests.statemachine.test_image_pipeline_races import assert_nothing_happens
from tests.statemachine.test_image_pipeline_success import OVERWRITING
from tests.statemachine.test_image_pipeline_tidying import done, named
from tests.statemachine.world import UPLOADS, Event, Record, World, status_change

__all__ = ["done"]


@pytest.fixture
def event(world: World, done: Event) -> Iterator[Event]:
    """The event of a backfill for a completed image, after a setting has changed."""
    planned_event = planned(world, done)
    with world.deployed_with(OUTPUT_QUALITY="50"):
        yield planned_event


def recorded(world: World, upload: Event) -> Record:
    record = world.record(upload)
    assert record is not None
    return record


def planned(world: World, upload: Event) -> Event:
    """Return the event with which a backfill processes an image again, planned now."""
    found, record = upload["detail"]["object"], recorded(world, upload)
    modified = datetime.fromisoformat(upload["time"])
    stored = StoredObject(found["key"], found["etag"], found["size"], modified, found["version-id"])
    seen = ImageRecord(record["image_uri"], record["status"], sequencer=record["sequencer"])
    return object_created(UPLOADS, stored, seen, origin=BACKFILL)


def test_a_backfill_makes_the_renditions_again_once_and_serves_the_old_ones_until_then(
    world: World, done: Event, event: Event
) -> None:
    before, old = recorded(world, done), named(world, done)
    world.will("Watermark", After(lambda: assert_serves(world, done, before)))
    assert world.run(event).path == OVERWRITING
    after, [message] = recorded(world, done), world.received("subscribers")
    assert (before["origin"], after["origin"]) == ("upload", "backfill")
    assert message.notice["origin"] == message.attributes["origin"] == "backfill"
    assert before["recipe"] != after["recipe"] == message.notice["image"]["recipe"]
    assert world.expiring(done) == old
    assert not old & named(world, done)
    assert_nothing_happens(world, event)


def assert_serves(world: World, upload: Event, before: Record) -> None:
    """Check that the record names the renditions of ``before``, with their facts."""
    now = recorded(world, upload)
    served = ("renditions", "served_etag", "version", "recipe", "width", "placeholder")
    assert {name: now[name] for name in served} == {name: before[name] for name in served}
    assert world.expiring(upload) & named(world, upload) == set()
    assert named(world, upload) <= world.files(upload)


def test_what_a_tighter_limit_rejects_in_a_backfill_stays_in_use_even_with_the_setting_remove(
    world: World, done: Event
) -> None:
    before, event = recorded(world, done), planned(world, done)
    definition = definitions.substitute(definitions.read("image_pipeline"), {"RejectionPrefix": "no_"})
    senders = definitions.senders({"RejectionPrefix": "no_"})
    with (
        world.deployed_with(MAX_JPEG_PIXELS="1"),
        mock.patch.object(world.services, "states", world.services.states | senders),
    ):
        assert world.run(event, definition=definition).path[-1] == "Rejected"
    after, [message] = recorded(world, done), world.received("subscribers")
    assert (after["status"], after["reason_code"]) == ("REJECTED", "TooManyPixels")
    assert after["served_etag"] == after["etag"] == before["etag"]
    assert message.subject == "Renditions: image rejected, previous one kept"
    assert message.notice["origin"] == "backfill"
    assert message.notice["served"] == {"etag": before["etag"], "version": before["version"]}
    assert_serves(world, done, before)
    assert_nothing_happens(world, event)


def test_what_fails_in_a_backfill_stays_in_use_and_the_same_event_tries_again(
    world: World, done: Event, event: Event
) -> None:
    before = recorded(world, done)
    world.will("Watermark", BUG)
    failed = world.run(event)
    world.run(status_change(failed, event), "execution_failed")
    [message] = world.received("subscribers")
    assert message.notice["origin"] == message.attributes["origin"] == "backfill"
    assert recorded(world, done)["status"] == "FAILED"
    assert_serves(world, done, before)
    assert world.run(event).path == OVERWRITING
    assert recorded(world, done)["status"] == "COMPLETED"


def test_an_upload_during_a_backfill_wins_and_the_plan_no_longer_holds(
    world: World, done: Event, event: Event, photo: bytes
) -> None:
    newer = again(world, done, photo + b"\0")
    world.will("ValidateImage", After(lambda: assert_ends(world, newer)))
    assert world.run(event).path[-1] == "Superseded"
    assert recorded(world, done)["etag"] == newer["detail"]["object"]["etag"]
    assert recorded(world, done)["origin"] == "upload"
    assert_nothing_happens(world, event)


def assert_ends(world: World, upload: Event) -> None:
    assert world.run(upload).path == OVERWRITING
