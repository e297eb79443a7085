"""What a backfill decides about one image, one line and one run: pure."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from renditions.reconciliation import Clock
from renditions.records import ImageRecord
from renditions.settings import Settings
from renditions.storage.objects import StoredObject
from renditions_cli.aws.backfill.estimate import AT_ONCE, OF_ONE_FUNCTION, Room, check_spend_guard
from renditions_cli.aws.backfill.judging import Judge, Limits
from renditions_cli.aws.backfill.outcomes import Outcome, result_of
from renditions_cli.aws.backfill.plan import Line, Plan, State
from renditions_cli.errors import UsageError
from tests.unit.cli.aws.backfills import FRESHNESS, any_recipes

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
KEY = "a\x1b\u2028 ü.jpg"


def stored(**changes: Any) -> StoredObject:
    return replace(StoredObject(KEY, "e1", 10, NOW - timedelta(days=2)), **changes)


def record(status: str = "COMPLETED", **changes: Any) -> ImageRecord:
    facts = {
        "image_uri": "s3://u/" + KEY,
        "etag": "e1",
        "sequencer": "0062",
        "started_at": "2026-11-28T12:00:00Z",
        "labels": {"creator": "Ann"},
    }
    return ImageRecord(**{**facts, "status": status, **changes})


@pytest.mark.parametrize(
    "one, known, state",
    [
        (stored(), None, State.MISSING),
        (stored(), record("DELETED"), State.MISSING),
        (stored(etag="e2", modified=NOW - timedelta(hours=1)), record(), State.MISSING),
        (stored(), record(format="current"), State.CURRENT),
        (stored(), record(format="stale"), State.STALE),
        (stored(), record(), State.UNKNOWN),
        (stored(), record("FAILED"), State.FAILED),
        (stored(), record("REJECTED"), State.REJECTED),
        (stored(), record("PROCESSING"), State.IN_PROGRESS),
        (stored(), record("DELETING"), State.IN_PROGRESS),
        (stored(modified=NOW), None, State.RECENT),
        (stored(modified=NOW, etag="e2"), record(format="stale"), State.RECENT),
    ],
)
def test_an_image_gets_the_state_that_says_what_it_needs(
    one: StoredObject, known: ImageRecord | None, state: State
) -> None:
    assert Judge(any_recipes()).state_of(one, known, Clock(NOW)) is state
    assert set(FRESHNESS) == {"current", "stale"}


@pytest.mark.parametrize(
    "one, storage_class, known, code",
    [
        (stored(), "STANDARD", None, ""),
        (stored(bytes=0), "STANDARD", None, "EmptyFile"),
        (stored(bytes=52_428_801), "STANDARD", None, "FileTooLarge"),
        (stored(), "DEEP_ARCHIVE", None, "ObjectArchived"),
        (stored(), "GLACIER_IR", None, ""),
        (stored(), "", record(format="PNG", width=10_000, height=6_000), "TooManyPixels"),
        (stored(), "", record(format="JPEG", width=10_000, height=6_000), ""),
        (stored(), "", record(format="PNG", width=30_001, height=1), "SideTooLong"),
        (stored(), "", record(format="GIF", width=2_000, height=2_000, frames=200), "TooManyFrames"),
        (stored(etag="e2"), "", record(format="PNG", width=10_000, height=6_000), ""),
        (stored(), "", record(format="NEW", width=1, height=1), ""),
    ],
)
def test_a_plan_says_which_images_the_limits_would_reject(
    one: StoredObject, storage_class: str, known: ImageRecord | None, code: str
) -> None:
    assert Limits(Settings()).rejection(one, storage_class, known) == code


def test_a_line_of_a_manifest_is_ascii_and_reads_back() -> None:
    line = Line.about("backfill-x-0000001", stored(), "00620", State.STALE)
    text = line.to_json()
    assert text.isascii()
    assert "\n" not in text
    assert Line.parse(text) == line
    assert (line.time, line.sequencer) == ("2026-11-27T12:00:00Z", "00620")


@pytest.mark.parametrize(
    "known, outcome, reason",
    [
        (None, Outcome.NOT_STARTED, ""),
        (record(), Outcome.NOT_STARTED, ""),
        (record(sequencer="00620"), Outcome.COMPLETED, ""),
        (record("PROCESSING", sequencer="00620"), Outcome.IN_PROGRESS, ""),
        (record("FAILED", sequencer="00620", reason_code="Oops", reason="why"), Outcome.FAILED, "Oops: why"),
        (record("REJECTED", sequencer="00620", reason_code="EmptyFile"), Outcome.REJECTED, "EmptyFile"),
        (record("DELETED", sequencer="00620"), Outcome.REPLACED, ""),
        (record(sequencer="0063"), Outcome.REPLACED, "now COMPLETED"),
    ],
)
def test_the_sequencer_of_the_record_says_whose_outcome_it_is(
    known: ImageRecord | None, outcome: Outcome, reason: str
) -> None:
    result = result_of(Line.about("n", stored(), "00620", State.STALE), known)
    assert (result.outcome, result.reason) == (outcome, reason)


@pytest.mark.parametrize(
    "room, most",
    [
        (Room(250 * AT_ONCE), 125),
        (Room(2 * AT_ONCE + 2), 1),
        (Room(1000, 20 * OF_ONE_FUNCTION), 10),
        (Room(20 * AT_ONCE, 1000), 10),
        (Room(1), 1),
    ],
)
def test_uploads_keep_half_of_the_functions(room: Room, most: int) -> None:
    assert room.most == most
    room.check(most)
    with pytest.raises(UsageError, match=f"Use at most {most}, or --force"):
        room.check(most + 1)


def plan(images: int) -> Plan:
    return Plan("p", "s", "u", "", (), "", images=images, seconds=1.0)


def test_a_run_may_not_set_off_the_spend_guard_that_pauses_uploads() -> None:
    guard = {"MaxImagesPerHour": "1000", "OnMaxImages": "pause"}
    check_spend_guard({"MaxImagesPerHour": "0", "OnMaxImages": "pause"}, plan(10**6), 10)
    check_spend_guard({**guard, "OnMaxImages": "alarm"}, plan(10**6), 10)
    check_spend_guard(guard, plan(1000), 10)
    with pytest.raises(UsageError, match="36,000 images an hour") as refused:
        check_spend_guard(guard, plan(10**6), 10)
    assert "--concurrency 1" not in json.dumps(refused.value.message).replace("--concurrency 1,", "")
