"""Objects and executions that cannot be read are findings, and the comparison goes on."""

from datetime import UTC, datetime

import pytest
from botocore.exceptions import ClientError

from renditions.errors import StorageUnavailable
from renditions.reconciliation import Action, Kind, Result
from tests.unit.reconciliation.conftest import VERSION, World


def actions(results: list[Result]) -> set[tuple[str, str, Action]]:
    return {(one.finding.kind.name, one.finding.key, one.action) for one in results}


@pytest.mark.parametrize(
    "status, answer", [(400, "400 Bad Request"), (403, "403 Forbidden")], ids=["SSE-C", "KMS"]
)
def test_an_original_that_cannot_be_read_is_reported_once(world: World, status: int, answer: str) -> None:
    world.complete("a.jpg", "locked.jpg", "z.jpg")
    world.record("gone.jpg", "etag")
    world.upload("new.jpg")
    world.refuse("s3.HeadObject", "locked.jpg", status)
    results = world.run()
    assert actions(results) == {
        ("UNREADABLE", "locked.jpg", Action.REPORTED),
        ("GONE", "gone.jpg", Action.STARTED),
        ("UNRECORDED", "new.jpg", Action.STARTED),
    }
    [unreadable] = [one for one in results if one.finding.kind is Kind.UNREADABLE]
    assert unreadable.to_json()["detail"] == f"HeadObject: {answer}"


@pytest.mark.parametrize("status", [None, "DELETED", "PROCESSING", "FAILED"])
def test_an_image_to_repair_that_cannot_be_read_is_reported_once(world: World, status: str | None) -> None:
    etag = world.upload("locked.jpg")
    if status:
        world.record("locked.jpg", "" if status == "DELETED" else etag, status)
    world.upload("new.jpg")
    world.refuse("s3.HeadObject", "locked.jpg", 403)
    assert actions(world.run()) == {
        ("UNREADABLE", "locked.jpg", Action.REPORTED),
        ("UNRECORDED", "new.jpg", Action.STARTED),
    }


def test_a_rendition_whose_tags_cannot_be_read_is_reported(world: World) -> None:
    [locked, orphan] = world.make("nobody.jpg")
    world.refuse("s3.GetObjectTagging", locked.rpartition("/")[2], 403)
    assert world.found() == {("UNREADABLE", locked), ("ORPHANED", orphan)}


def test_a_rendition_that_cannot_be_looked_up_is_reported_with_its_image(world: World) -> None:
    world.complete("a.jpg", "b.jpg")
    lost = f"a.jpg/{VERSION}/large.webp"
    world.clients.s3.delete_object(Bucket=world.places.renditions_bucket, Key=lost)
    world.refuse("s3.ListObjectsV2", "large.webp", 403)
    [result] = world.run()
    assert (result.finding.kind, result.finding.key) == (Kind.UNREADABLE, "a.jpg")
    assert lost in result.finding.detail


def test_an_execution_that_cannot_be_described_is_reported_with_its_image(world: World) -> None:
    """A key that the state machine used before may be disabled now."""
    locked, other = world.execution(ended=True), world.execution(ended=True)
    world.record("a.jpg", world.upload("a.jpg"), "PROCESSING", execution_arn=locked)
    world.record("b.jpg", world.upload("b.jpg"), "PROCESSING", execution_arn=other)
    world.refuse("sfn.DescribeExecution", locked.rpartition(":")[2], 400)
    assert world.found() == {("UNREADABLE", "a.jpg"), ("STUCK", "b.jpg")}


def test_an_unavailable_service_still_ends_the_run(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda _seconds: None)  # between the attempts
    world.complete("a.jpg")
    world.refuse("s3.HeadObject", "a.jpg", 503)
    with pytest.raises(StorageUnavailable):
        world.run()


def test_invalid_credentials_still_end_the_run(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.complete("a.jpg")

    def expired(*_: object) -> None:
        answer = {
            "Error": {"Code": "ExpiredToken", "Message": ""},
            "ResponseMetadata": {"HTTPStatusCode": 400},
        }
        raise ClientError(answer, "HeadObject")  # type: ignore[arg-type]

    monkeypatch.setattr("renditions.storage.objects.head", expired)
    with pytest.raises(ClientError, match="ExpiredToken"):
        world.run()


def test_foreign_files_are_one_finding_with_their_number(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("renditions.reconciliation.queries.PAGE_SIZE", 2)
    world.complete("a.jpg", "m.jpg")
    for key in ("robots.txt", "favicon.ico", "a.jpg/README", "zz/0123/thumbnail.webp", "a.jpg/Not/x.webp"):
        world.clients.s3.put_object(Bucket=world.places.renditions_bucket, Key=key, Body=b"foreign")
    [orphan, _] = world.make("nobody.jpg")
    *others, foreign = world.run()
    assert [one.finding.kind for one in others] == [Kind.ORPHANED, Kind.ORPHANED]
    assert others[0].finding.key == orphan
    assert (foreign.finding.kind, foreign.action) == (Kind.FOREIGN, Action.REPORTED)
    assert foreign.finding.detail == "the first of 5 files"


def test_the_files_of_a_failed_image_are_not_orphans(world: World) -> None:
    """A redrive continues with the branches that have finished."""
    arn = world.execution(ended=True)
    world.record("a.jpg", world.upload("a.jpg"), "FAILED", execution_arn=arn)
    world.make("a.jpg")
    assert world.found() == {("FAILED", "a.jpg")}


def test_the_renditions_that_a_rejected_upload_left_in_service_are_known(world: World) -> None:
    world.record("a.jpg", world.upload("a.jpg", b"no picture"), "REJECTED", served_etag="of the picture")
    [large, _] = world.make("a.jpg")
    assert world.found() == set()
    world.clients.s3.delete_object(Bucket=world.places.renditions_bucket, Key=large)
    [result] = world.run()
    assert (result.finding.kind, result.action) == (Kind.INCOMPLETE, Action.REPORTED), "its original is gone"


def test_an_earlier_version_that_is_current_again_is_processed(world: World) -> None:
    red = world.upload("a.jpg", b"red")
    version = world.clients.s3.put_object(Bucket=world.places.uploads_bucket, Key="a.jpg", Body=b"green")
    now = (datetime.now(UTC) + world.later / 2).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    world.record("a.jpg", version["ETag"].strip('"'), started_at=now)
    world.make("a.jpg")
    assert world.found() == set()
    world.clients.s3.delete_object(
        Bucket=world.places.uploads_bucket, Key="a.jpg", VersionId=version["VersionId"]
    )
    [result] = world.run()
    assert (result.finding.kind, result.action) == (Kind.ROLLED_BACK, Action.STARTED)
    assert world.started(result)["detail"]["object"]["etag"] == red
