"""A complete reconciliation, on a stack with faults."""

from datetime import timedelta
from itertools import count

import pytest

from renditions.reconciliation import Action, Position, Reconciliation, Result, preview, start
from renditions.storage import scans
from renditions.wanted_keys import WantedKeys
from tests.unit.reconciliation.conftest import VERSION, World

# "a!" comes between "a" and "a/…": the order of the renditions is not that of the uploads.
ODD_KEYS = ("a", "a!", "a!b/c.jpg", "a.jpg", "b/ö +.jpg", "b//x", "k" * 1024, "k" * 1023 + "l", "z")


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages so small that a few objects make many."""
    monkeypatch.setattr("renditions.reconciliation.queries.PAGE_SIZE", 2)


@pytest.mark.usefixtures("small_pages")
def test_nothing_is_found_in_a_stack_without_faults(world: World) -> None:
    world.complete(*ODD_KEYS)
    whole = Reconciliation(world.walk(), start, lambda _: False)
    assert list(whole.run(Position())) == []
    assert (whole.objects, whole.records, whole.continuation) == (len(ODD_KEYS), len(ODD_KEYS), None)


def test_what_starts_nothing_is_no_finding(world: World) -> None:
    """A folder that the console makes, and the object with which GuardDuty tries its rights."""
    world.upload("folder/", b"")
    world.upload(scans.VALIDATION_OBJECT, b"x")
    world.upload(f"in/{scans.VALIDATION_OBJECT}", b"x")
    assert world.found(preview) == {("UNRECORDED", f"in/{scans.VALIDATION_OBJECT}")}


def test_a_key_that_the_rule_leaves_out_is_no_finding_even_with_an_older_record(world: World) -> None:
    world.complete("cache/old.jpg")
    world.upload("cache/old.jpg")
    world.upload("cache/a.jpg")
    world.upload("a.jpg")
    assert world.found(preview, wanted=WantedKeys.parse("", "cache/*")) == {("UNRECORDED", "a.jpg")}


@pytest.mark.usefixtures("small_pages")
def test_each_fault_is_found_once_whatever_is_around_it(world: World) -> None:
    world.complete(*ODD_KEYS)
    world.upload("m/forgotten.jpg")
    world.record("m/other.jpg", "an older etag")
    world.upload("m/other.jpg")
    world.record("m/deleted.jpg", "", "DELETED")
    world.upload("m/deleted.jpg")
    failed = world.execution(ended=True)
    world.record("m/failed.jpg", world.upload("m/failed.jpg"), "FAILED", execution_arn=failed)
    world.record("m/forgotten-failure.jpg", world.upload("m/forgotten-failure.jpg"), "FAILED")
    world.record("gone.jpg", "etag")
    torn = world.make("torn.jpg")
    world.record("torn.jpg", world.upload("torn.jpg"))
    world.clients.s3.delete_object(Bucket=world.places.renditions_bucket, Key=torn[0])
    world.clients.s3.delete_object(Bucket=world.places.renditions_bucket, Key=f"a/{VERSION}/thumbnail.webp")
    [left, _] = world.make("y/nobody.jpg")
    assert world.found(preview) == {
        ("UNRECORDED", "m/forgotten.jpg"),
        ("OUTDATED", "m/other.jpg"),
        ("REVIVED", "m/deleted.jpg"),
        ("FAILED", "m/failed.jpg"),
        ("STUCK", "m/forgotten-failure.jpg"),
        ("GONE", "gone.jpg"),
        ("INCOMPLETE", "torn.jpg"),
        ("INCOMPLETE", "a"),
        ("ORPHANED", left),
        ("ORPHANED", f"y/nobody.jpg/{VERSION}/thumbnail.webp"),
    }


@pytest.mark.usefixtures("small_pages")
def test_a_run_that_stops_anywhere_continues_from_there(world: World) -> None:
    world.complete("a", "c", "e")
    for key in ("b", "d", "f", "zz"):
        world.upload(key)
    for number in range(4):
        world.make(f"c/nobody-{number}.jpg")
    world.make("g/nobody.jpg")
    world.record("gone.jpg", "etag")
    whole = {(one.finding.kind, one.finding.uri) for one in world.run(preview)}

    pieces: list[Result] = []
    position: Position | None = Position()
    runs = 0
    while position is not None:
        looks = count()
        part = Reconciliation(world.walk(), preview, lambda _, looks=looks: next(looks) >= 5)  # type: ignore[misc]
        pieces += part.run(Position.from_json(position.to_json()))
        position = part.continuation
        runs += 1
        assert runs < 30
    assert runs > 2
    assert {(one.finding.kind, one.finding.uri) for one in pieces} == whole


def test_a_missing_execution_is_started_once(world: World) -> None:
    world.upload("new.jpg")
    [first] = world.run()
    [second] = world.run()
    assert first.action is Action.STARTED
    assert second.execution_arn == first.execution_arn
    event = world.started(first)
    assert event["detail"]["object"]["key"] == "new.jpg"
    assert event["detail"]["object"]["version-id"]
    machine = world.places.image_pipeline_arn
    listed = world.clients.step_functions.list_executions(stateMachineArn=machine)["executions"]
    assert len(listed) == 1


def test_an_execution_that_ended_without_effect_is_started_again(world: World) -> None:
    world.upload("new.jpg")
    [first] = world.run()
    world.clients.step_functions.stop_execution(executionArn=first.execution_arn)
    [second] = world.run()
    assert second.action is Action.STARTED
    assert second.execution_arn == f"{first.execution_arn}-2"

    world.clients.step_functions.stop_execution(executionArn=second.execution_arn)
    world.later = timedelta()
    world.run()
    listed = world.clients.step_functions.list_executions(stateMachineArn=world.places.image_pipeline_arn)
    assert len(listed["executions"]) == 2, "it has just ended: its last write may not be in the record yet"


def test_an_image_in_work_is_stuck_only_if_its_execution_has_ended(world: World) -> None:
    etag = world.upload("a.jpg")
    world.record("a.jpg", etag, "PROCESSING", execution_arn=world.execution(ended=False))
    assert world.found() == set()
    world.record("a.jpg", etag, "PROCESSING", execution_arn=world.execution(ended=True))
    assert world.found() == {("STUCK", "a.jpg")}
    world.record("a.jpg", etag, "PROCESSING", execution_arn=world.execution(ended=True) + "0")
    assert world.found(preview) == {("STUCK", "a.jpg")}


def test_an_image_that_an_express_execution_left_unfinished_is_stuck_without_asking(world: World) -> None:
    arn = world.places.image_pipeline_arn.replace(":stateMachine:", ":express:") + "-express:name:id"
    world.record("a.jpg", world.upload("a.jpg"), "PROCESSING", execution_arn=arn)
    assert world.found() == {("STUCK", "a.jpg")}


def test_a_deletion_without_an_event_starts_the_deletion_state_machine(world: World) -> None:
    world.record("a.jpg", world.upload("a.jpg"))
    world.clients.s3.delete_object(Bucket=world.places.uploads_bucket, Key="a.jpg")
    [result] = world.run()
    event = world.started(result)
    assert world.places.image_deleted_arn.rsplit(":", 1)[-1] in result.execution_arn
    assert (event["detail-type"], event["detail"]["object"]["sequencer"]) == ("Object Deleted", "0062E90")


def test_a_deletion_is_only_reported_if_no_state_machine_handles_it(world: World) -> None:
    world.record("a.jpg", "etag")
    world.places = type(world.places)(*(getattr(world.places, name) for name in world.places.__slots__[:4]))
    [result] = world.run()
    assert (result.finding.kind.name, result.action) == ("GONE", Action.REPORTED)


def test_an_image_being_deleted_is_left_to_its_execution(world: World) -> None:
    world.record("a.jpg", "", "DELETING", execution_arn=world.execution(ended=False))
    assert world.found() == set()
    world.record("a.jpg", "", "DELETING", execution_arn=world.execution(ended=True))
    assert world.found() == {("GONE", "a.jpg")}


def test_retired_and_not_yet_recorded_renditions_are_not_orphans(world: World) -> None:
    world.complete("a.jpg")
    for key in world.make("a.jpg", "f" * 16):
        world.clients.s3.put_object_tagging(
            Bucket=world.places.renditions_bucket,
            Key=key,
            Tagging={"TagSet": [{"Key": "superseded", "Value": "true"}]},
        )
    world.record("b.jpg", world.upload("b.jpg"), "PROCESSING", execution_arn=world.execution(ended=False))
    world.make("b.jpg")
    assert world.found() == set()


def test_orphans_are_found_among_renditions_with_shortened_keys(world: World) -> None:
    world.complete("k" * 1024)
    old = world.make("k" * 1024, "f" * 16)
    assert world.found() == {("ORPHANED", key) for key in old}


def test_an_image_repaired_since_it_was_listed_is_not_started(world: World) -> None:
    world.upload("a.jpg")
    walk = world.walk()
    [page] = [page for page in walk.pages(Position()) if page.findings]
    world.complete("a.jpg")
    assert start(walk, page.findings[0]) is None


def test_a_prefix_limits_the_comparison_to_its_images(world: World) -> None:
    world.upload("one/a.jpg")
    world.upload("two/a.jpg")
    world.record("two/gone.jpg", "etag")
    assert [one.finding.key for one in world.run(preview, prefix="one/")] == ["one/a.jpg"]
