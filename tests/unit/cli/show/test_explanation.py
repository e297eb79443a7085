"""The three sentences about one image."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from renditions_cli.aws.execution_history import StateVisit, VisitStatus
from renditions_cli.aws.executions import Execution
from renditions_cli.aws.image_story import ImageStory
from renditions_cli.aws.image_versions import OriginalVersion
from renditions_cli.show.explanation import explain
from tests.unit.cli.aws.test_failures import failure
from tests.unit.cli.example_outcomes import RECORD

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
OWNER = "arn:aws:states:us-east-1:1:execution:image-pipeline:one"
URI = RECORD.image_uri
WELL = replace(RECORD, execution_arn=OWNER, etag="e", completed_at="2026-01-01T11:00:00.000Z")


def version(etag: str, minutes: int) -> OriginalVersion:
    return OriginalVersion("v", NOW - timedelta(minutes=minutes), is_latest=True, bytes=1, etag=etag)


def running(visit: StateVisit) -> Execution:
    return Execution(OWNER, "RUNNING", NOW - timedelta(minutes=3), None, None, None, (visit,))


THROTTLED = StateVisit(
    "ValidateImage", NOW, None, VisitStatus.RUNNING, 5, "Lambda.TooManyRequestsException", "Rate."
)
STORIES = {
    "well": (ImageStory(URI, WELL, [version("e", 60)]), "Nothing to do."),
    "a rendition was deleted": (ImageStory(URI, WELL, [version("e", 60)], missing=["large"]), "reconcile --prefix"),
    "uploaded again": (ImageStory(URI, WELL, [version("new", 60)]), "dlq list"),
    "deletion lost": (ImageStory(URI, WELL, [replace(version("e", 60), bytes=None)]), "renditions failures"),
    "rejected": (ImageStory(URI, replace(WELL, status="REJECTED", reason="Bad.", reason_code="C")), "a corrected file"),
    "stuck": (ImageStory(URI, replace(WELL, status="PROCESSING")), "reconcile --older-than 1 --prefix"),
    "throttled": (ImageStory(URI, replace(WELL, status="PROCESSING"), executions=[running(THROTTLED)]), "quota"),
    "record deleted": (ImageStory(URI, None, [version("e", 60)], has_files=True), "writes it again"),
    "event lost": (ImageStory(URI, None, [version("e", 60)]), "dlq list"),
    "no such image": (ImageStory(URI, None, hint="Did you mean b.jpg?"), "Did you mean b.jpg?"),
    "stopped": (ImageStory(URI, WELL, failure=failure(status="ABORTED", error="Out", cause="why")), "CloudTrail"),
    "no right": (ImageStory(URI, None, failure=failure(error="AccessDenied", cause="why")), "lacks a permission"),
}  # fmt: skip


@pytest.mark.parametrize("name", STORIES)
def test_each_story_ends_with_what_to_do(name: str) -> None:
    story, remedy = STORIES[name]
    explanation = explain(story, NOW)
    assert remedy in explanation.remedy
    assert all(explanation.sentences)
    assert all(one.rstrip()[-1] in ".?" for one in explanation.sentences)
    assert explanation.is_well == (name in {"well", "rejected"})


def test_a_throttled_image_says_which_state_failed_how_often_and_why() -> None:
    story, _ = STORIES["throttled"]
    explanation = explain(story, NOW)
    assert explanation.what.endswith("has been PROCESSING for 3 min, in ValidateImage.")
    assert explanation.why == "ValidateImage failed 5 times with Lambda.TooManyRequestsException: Rate."
