"""Rejected originals are deleted after RejectedDays, and nothing else is."""

import importlib
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from renditions.reconciliation.expiry import expire_rejected
from tests.unit.cli.conftest import TEMPLATE
from tests.unit.reconciliation.conftest import World
from tests.unit.reconciliation.test_function import Context

OLD = "2026-01-01T00:00:00.000Z"
BEFORE = datetime(2026, 6, 1, tzinfo=UTC)


@pytest.fixture
def indexed(world: World) -> Iterator[World]:
    """The same stack with a table that has the index by status."""
    resources: Any = TEMPLATE["Resources"]
    name = uuid4().hex
    world.clients.dynamodb.create_table(TableName=name, **resources["ImagesTable"]["Properties"])
    world.places = replace(world.places, images_table=name)
    yield world
    world.clients.dynamodb.delete_table(TableName=name)


def reject(world: World, key: str, etag: str, since: str = OLD, **more: str) -> None:
    world.record(
        key, etag, **({"status": "REJECTED", "status_shard": "REJECTED#3", "status_since": since} | more)
    )


def expired(world: World, *, late: bool = False) -> list[tuple[str, str]]:
    found = expire_rejected(world.clients, world.places, BEFORE, lambda: late)
    return [(uri.removeprefix(world.places.uri("")), refusal) for uri, refusal in found]


def bodies(world: World, key: str) -> list[bytes]:
    """All versions of an original, the newest first."""
    s3, bucket = world.clients.s3, world.places.uploads_bucket
    listed = s3.list_object_versions(Bucket=bucket, Prefix=key)
    assert not listed.get("DeleteMarkers")
    found = [one["VersionId"] for one in listed.get("Versions", []) if one["Key"] == key]
    return [s3.get_object(Bucket=bucket, Key=key, VersionId=one)["Body"].read() for one in found]


def test_a_rejected_original_is_deleted_and_the_image_before_it_is_current_again(indexed: World) -> None:
    indexed.upload("a.jpg", b"good")
    reject(indexed, "a.jpg", indexed.upload("a.jpg", b"bad"))
    reject(indexed, "odd +%/ü.jpg", indexed.upload("odd +%/ü.jpg", b"bad"), status_shard="REJECTED#8")
    assert sorted(expired(indexed)) == [("a.jpg", ""), ("odd +%/ü.jpg", "")]
    assert bodies(indexed, "a.jpg") == [b"good"]
    assert bodies(indexed, "odd +%/ü.jpg") == []
    assert [uri for uri, _ in expired(indexed)] == [], "a second run finds nothing"


def test_everything_else_stays(indexed: World) -> None:
    reject(indexed, "new.jpg", indexed.upload("new.jpg"), since="2026-06-02T00:00:00.000Z")
    reject(indexed, "replaced.jpg", indexed.upload("replaced.jpg", b"bad"))
    indexed.upload("replaced.jpg", b"better")
    reject(indexed, "corrected.jpg", indexed.upload("corrected.jpg"), status="COMPLETED")
    reject(indexed, "failed.jpg", indexed.upload("failed.jpg"), status="FAILED", status_shard="FAILED#3")
    reject(indexed, "gone.jpg", "755f")
    in_use = indexed.upload("in use.jpg")
    reject(indexed, "in use.jpg", in_use, served_etag=in_use, origin="backfill")
    assert expired(indexed) == []
    for key in ("new.jpg", "replaced.jpg", "corrected.jpg", "failed.jpg", "in use.jpg"):
        assert bodies(indexed, key), key


def test_without_versions_only_the_rejected_object_is_deleted(indexed: World) -> None:
    bucket = f"existing-{uuid4().hex}"
    indexed.clients.s3.create_bucket(Bucket=bucket)
    indexed.places = replace(indexed.places, uploads_bucket=bucket)
    reject(indexed, "a.jpg", indexed.upload("a.jpg", b"bad"))
    requests: list[Any] = []
    events = indexed.clients.s3.meta.events
    events.register("provide-client-params.s3.DeleteObject", lambda params, **_: requests.append(params))
    assert expired(indexed) == [("a.jpg", "")]
    assert "IfMatch" in requests[0], "an upload in this moment stays"
    assert bodies(indexed, "a.jpg") == []


def test_a_refusal_keeps_no_other_original(indexed: World) -> None:
    for key in ("a.jpg", "b.jpg"):
        reject(indexed, key, indexed.upload(key))
    indexed.refuse("s3.DeleteObject", "a.jpg", 403)
    assert sorted(expired(indexed)) == [("a.jpg", "DeleteObject: 403 Forbidden"), ("b.jpg", "")]


def test_a_run_that_is_late_leaves_the_rest(indexed: World) -> None:
    reject(indexed, "a.jpg", indexed.upload("a.jpg"))
    assert expired(indexed, late=True) == []
    assert bodies(indexed, "a.jpg")


@pytest.mark.parametrize("days, left", [("0", 1), ("30", 0)])
def test_the_scheduled_function_does_it_if_the_stack_has_the_option(
    indexed: World, monkeypatch: pytest.MonkeyPatch, days: str, left: int
) -> None:
    since = datetime.now(UTC) - timedelta(days=31)
    reject(indexed, "a.jpg", indexed.upload("a.jpg"), since=f"{since:%Y-%m-%dT%H:%M:%S}.000Z")
    for name in indexed.places.__slots__:
        monkeypatch.setenv(name.upper(), getattr(indexed.places, name))
    monkeypatch.setenv("REJECTED_DAYS", days)
    monkeypatch.delitem(sys.modules, "renditions.handlers.reconcile", raising=False)
    importlib.import_module("renditions.handlers.reconcile").handler({}, Context(left=800_000))
    assert len(bodies(indexed, "a.jpg")) == left
