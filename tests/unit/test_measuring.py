"""What a change of a record counts for."""

from dataclasses import replace
from typing import Any

import pytest

from renditions.contracts import Rendition
from renditions.errors import ImageRejected
from renditions.logs import pseudonym
from renditions.measuring import OTHER, REASONS, UNITS, Measurement, measure
from renditions.records import ImageRecord

CLAIMED = ImageRecord(
    image_uri="s3://uploads/holiday/anna.jpg",
    status="PROCESSING",
    execution_arn="arn:first",
    etag="755f",
    sequencer="0062E9",
    uploaded_at="2026-11-20T12:00:00Z",
    started_at="2026-11-20T12:00:01.204Z",
)
MADE = tuple(
    Rendition(name, "made", f"key/{name}.webp", 200, 150, size, "image/webp", "")
    for name, size in (("large", 3000), ("thumbnail", 500))
)
COMPLETED = replace(
    CLAIMED,
    status="COMPLETED",
    completed_at="2026-11-20T12:00:03.417Z",
    format="JPEG",
    width=4000,
    height=3000,
    bytes=2483921,
    renditions=MADE,
)
FAILED = replace(
    CLAIMED, status="FAILED", completed_at="2026-11-20T12:00:09.000Z", reason_code="Lambda.Unknown"
)
REJECTED = replace(FAILED, status="REJECTED", reason_code="UnsupportedFormat")


def counted(before: ImageRecord | None, after: ImageRecord | None) -> set[str]:
    """The metrics that are counts."""
    measured = measure(before, after)
    return {name for name in measured.values if UNITS[name] == "Count"} - {"Pixels"} if measured else set()


def of(before: ImageRecord | None, after: ImageRecord) -> Measurement:
    measured = measure(before, after)
    assert measured is not None
    return measured


def test_a_success_counts_once_with_its_time_and_sizes() -> None:
    assert counted(None, CLAIMED) == {"Uploads"}
    measured = of(CLAIMED, COMPLETED)
    assert measured.values == {
        "Completed": 1,
        "TimeToNotice": 3417,
        "Pixels": 12_000_000,
        "BytesIn": 2483921,
        "BytesOut": 3500,
    }
    assert measured.moment.isoformat() == "2026-11-20T12:00:03.417000+00:00"
    assert measured.facts == {
        "image": pseudonym(CLAIMED.image_uri),
        "execution": "arn:first",
        "outcome": "Completed",
        "format": "JPEG",
    }


def test_a_record_that_expires_or_is_removed_counts_for_nothing() -> None:
    assert measure(replace(COMPLETED, status="DELETED", expires_at=1), None) is None
    assert measure(COMPLETED, None) is None


def test_no_part_of_the_key_is_measured() -> None:
    for before, after in ((None, CLAIMED), (CLAIMED, COMPLETED), (CLAIMED, FAILED), (CLAIMED, REJECTED)):
        assert "anna" not in str(of(before, after))


@pytest.mark.parametrize(
    "before, after, expected",
    [
        (CLAIMED, FAILED, {"Failed"}),
        (CLAIMED, REJECTED, {"Rejected"}),
        (COMPLETED, replace(COMPLETED, settled_by="arn:other"), set()),
        (CLAIMED, replace(CLAIMED, context={"tenant": "acme"}), set()),
        (FAILED, replace(COMPLETED, completed_at="2026-11-20T14:00:00Z"), {"Completed"}),
        (FAILED, replace(CLAIMED, execution_arn="arn:anew"), set()),
        (COMPLETED, replace(CLAIMED, execution_arn="arn:repair", sequencer="0062E90"), set()),
        (COMPLETED, replace(CLAIMED, execution_arn="arn:newer", sequencer="0062F1"), {"Uploads"}),
        (
            COMPLETED,
            replace(CLAIMED, execution_arn="arn:lost", etag="9a8f", sequencer="0062E90"),
            {"Uploads"},
        ),
        (None, FAILED, {"Uploads", "Failed"}),
        (COMPLETED, replace(COMPLETED, status="DELETING", etag=None, execution_arn="arn:d"), set()),
        (replace(COMPLETED, status="DELETING", etag=None), replace(FAILED, status="DELETED"), {"Deleted"}),
        (COMPLETED, None, set()),
    ],
    ids=[
        *("failed", "rejected", "only settled", "context noted", "redriven", "started anew", "repaired"),
        *("overwritten", "newer upload found later", "died before the claim", "deletion begun", "deleted"),
        "record removed",
    ],
)
def test_a_change_counts_for(
    before: ImageRecord | None, after: ImageRecord | None, expected: set[str]
) -> None:
    assert counted(before, after) == expected


def test_a_reason_is_one_of_a_bounded_set() -> None:
    """Each is a metric that AWS bills. An error's name is a fact, and no dimension."""
    assert of(CLAIMED, REJECTED).reason == "UnsupportedFormat"
    assert of(CLAIMED, replace(REJECTED, reason_code="FromTheFuture")).reason == OTHER
    assert (of(CLAIMED, FAILED).reason, of(CLAIMED, FAILED).facts["error"]) == ("", "Lambda.Unknown")
    assert {one.__name__ for one in ImageRejected.__subclasses__()} | {OTHER} == REASONS


@pytest.mark.parametrize(
    "change",
    [
        {"uploaded_at": None},
        {"uploaded_at": "2025-11-20T12:00:00Z"},
        {"uploaded_at": "2026-11-20T12:00:04Z"},
    ],
    ids=["older release", "repaired a year later", "clocks that differ"],
)
def test_a_time_that_says_nothing_is_left_out(change: dict[str, Any]) -> None:
    measured = of(CLAIMED, replace(COMPLETED, **change))
    assert "TimeToNotice" not in measured.values
    assert measured.values["Completed"] == 1


def test_a_backfill_counts_apart_and_what_fails_in_it_as_a_failure() -> None:
    claimed = replace(CLAIMED, origin="backfill")
    assert counted(None, claimed) == set()
    for ended, metric in ((COMPLETED, "Backfilled"), (REJECTED, "Backfilled"), (FAILED, "Failed")):
        measured = of(claimed, replace(ended, origin="backfill"))
        assert (measured.values, measured.reason) == ({metric: 1}, "")
    assert of(claimed, replace(COMPLETED, origin="reconciliation")).values["Completed"] == 1
