"""One stack with the fault proxy for all tests, and no faults at the start of each."""

from collections.abc import Iterator

import pytest

from tests.e2e.cloud import Cloud
from tests.faults.outcome import Events
from tests.faults.stack import WAIT_SCALE, FaultyStack


@pytest.fixture(scope="session")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FaultyStack]:
    """The template deployed on the emulator, with all calls through the fault proxy."""
    with FaultyStack(tmp_path_factory.mktemp("faulty")) as stack:
        yield stack


@pytest.fixture(scope="session")
def users(faulty: FaultyStack) -> Cloud:
    """The stack as its users reach it: without the proxy."""
    return Cloud(faulty.session(), faulty.outputs)


@pytest.fixture
def stack(faulty: FaultyStack) -> Iterator[FaultyStack]:
    """The stack without faults. At the end of a test, every scheduled crash must have happened."""
    yield faulty
    faulty.wait_in_retries(WAIT_SCALE)
    assert faulty.left_at_crash_points() == [], "scheduled, but no process got there"


@pytest.fixture
def cloud(stack: FaultyStack, users: Cloud) -> Cloud:
    return users


@pytest.fixture
def events(cloud: Cloud) -> Iterator[Events]:
    """The rules are off: the test itself delivers the events, at any time and any number of times."""
    client = cloud.session.client("events")
    rules = [
        rule["Name"] for rule in client.list_rules()["Rules"] if "aws.s3" in rule.get("EventPattern", "")
    ]
    for rule in rules:
        client.disable_rule(Name=rule)
    yield Events(cloud)
    for rule in rules:
        client.enable_rule(Name=rule)
