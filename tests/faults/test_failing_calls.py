"""Every call to AWS fails in every way, and the outcome is the same as without faults."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import pytest

from tests.e2e.cloud import Cloud, wait_for
from tests.e2e.pictures import jpeg
from tests.faults.calls import DOWN, Call
from tests.faults.faults import THROTTLED, CutBody, Delay, Fault, Refused, ReplyLost, Reset, Rule
from tests.faults.outcome import Outcome, files, outcome
from tests.faults.stack import FaultyStack
from tests.renditions import NAMES


@dataclass(frozen=True)
class Story:
    """An upload and its status at the end. ``trouble`` are faults that belong to the story itself."""

    name: str
    data: bytes
    ends_as: str
    trouble: Callable[[str], list[Rule]] = field(default=lambda _key: [])


def forbidden_to_read(key: str) -> list[Rule]:
    """Return a fault that no retry repairs."""
    return [Rule(Refused({"s3": (403, "AccessDenied")}), "s3", "GetObject", key, times=1000)]


PHOTO = Story("a photo is uploaded", jpeg(320, 240), "COMPLETED")
TEXT = Story("a text is uploaded", b"Buy milk.\n" * 50, "REJECTED")
DOOMED = Story("a photo that nobody may read is uploaded", jpeg(320, 240), "FAILED", forbidden_to_read)
STORIES = [PHOTO, TEXT, DOOMED]

# The way of failing, how often a call fails, and the stories for which it is quick enough for every run.
WAYS: list[tuple[str, Fault, int, list[Story]]] = [
    ("fails once", Refused(DOWN), 1, []),
    ("is throttled once", THROTTLED, 1, [TEXT]),
    ("meets a reset connection", Reset(), 1, []),
    ("is throttled five times", THROTTLED, 5, []),
    ("fails five times", Refused(DOWN), 5, []),
    ("meets a reset connection five times", Reset(), 5, []),
    ("loses its reply", ReplyLost(), 1, [PHOTO, TEXT, DOOMED]),
    ("loses its reply five times", ReplyLost(), 5, []),
    ("has a truncated reply", CutBody(), 1, []),
    ("takes three seconds longer", Delay(3), 1, []),
]


def cases() -> Iterator[Any]:
    for way, fault, times, quick in WAYS:
        for story in STORIES:
            marks = [] if story in quick else [pytest.mark.long]
            yield pytest.param(story, fault, times, marks=marks, id=f"{story.name}, {way}")


Quiet = dict[str, tuple[list[Call], Outcome]]


@pytest.fixture(scope="module")
def quiet(faulty: FaultyStack, users: Cloud) -> Quiet:
    """The calls and the outcome of each story without faults."""
    found = {}
    for story in STORIES:
        key = f"{uuid4().hex}.jpg"
        with faulty.proxy.disturbed(*story.trouble(key)):
            users.upload(key, story.data)
            result = outcome(users, key)
        assert result.record["status"] == story.ends_as
        found[story.name] = (faulty.proxy.mentioning(key), result)
    return found


@pytest.mark.parametrize("story, fault, times", list(cases()))
def test_the_outcome_is_the_same_whichever_call_fails(
    stack: FaultyStack, cloud: Cloud, quiet: Quiet, story: Story, fault: Fault, times: int
) -> None:
    """Uploads one image for each call of the story, at the same time. For each, only that call fails."""
    calls, expected = quiet[story.name]
    keys = {f"{uuid4().hex}.jpg": place for place in places(calls)}
    rules = [Rule(fault, call.service, call.operation, key, nth, times) for key, (call, nth) in keys.items()]
    rules += [rule for key in keys for rule in story.trouble(key)]
    with stack.proxy.disturbed(*rules):
        for key in keys:
            cloud.upload(key, story.data)
        found = {f"{call}, number {nth}": outcome(cloud, key) for key, (call, nth) in keys.items()}
    assert {place: result for place, result in found.items() if result != expected} == {}


def places(calls: list[Call]) -> list[tuple[Call, int]]:
    """Return each call with its number among the calls of its operation."""
    seen: Counter[str] = Counter()
    found = []
    for call in calls:
        seen[str(call)] += 1
        found.append((call, seen[str(call)]))
    return found


@pytest.mark.parametrize("times", [1, 5])
def test_a_partially_received_original_is_read_again_and_never_called_corrupt(
    stack: FaultyStack, cloud: Cloud, quiet: Quiet, times: int
) -> None:
    key = f"{uuid4().hex}.jpg"
    with stack.proxy.disturbed(Rule(CutBody(), "s3", "GetObject", key, times=times)):
        cloud.upload(key, PHOTO.data)
        assert outcome(cloud, key) == quiet[PHOTO.name][1]


def test_a_branch_that_keeps_failing_fails_the_image_until_it_runs_again(
    stack: FaultyStack, cloud: Cloud, quiet: Quiet
) -> None:
    """The files of the other branches stay, and the new execution overwrites them with the same content."""
    key = f"{uuid4().hex}.jpg"
    forbidden = Rule(Refused({"s3": (403, "AccessDenied")}), "s3", "PutObject", f"{key}/", times=1)
    with stack.proxy.disturbed(forbidden):
        uri = cloud.upload(key, PHOTO.data)
        record = cloud.outcome(uri)
    assert (record["status"], record["reason_code"]) == ("FAILED", "AccessDenied")
    assert key in cloud.operator.mentioning(key)[0]["Body"]
    wait_for(lambda: len(files(cloud, key)) == len(NAMES) - 1, "the files of the others", 15)
    kept = files(cloud, key)

    again = cloud.start(cloud.event_of(record))
    assert cloud.execution(again)["status"] == "SUCCEEDED"
    repaired = outcome(cloud, key)
    assert (repaired.record, repaired.files) == (quiet[PHOTO.name][1].record, quiet[PHOTO.name][1].files)
    assert kept.items() <= files(cloud, key).items()
