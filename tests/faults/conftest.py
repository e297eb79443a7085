"""One stack with the fault proxy in it for all tests here, and for each of them a clear sky."""

from collections.abc import Iterator

import pytest

from tests.e2e.cloud import Cloud
from tests.faults.outcome import Events
from tests.faults.stack import WAIT_SCALE, FaultyStack


@pytest.fixture(scope="session")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FaultyStack]:
    """template.yaml on the emulator, every call of which goes through the fault proxy."""
    with FaultyStack(tmp_path_factory.mktemp("faulty")) as stack:
        yield stack


@pytest.fixture(scope="session")
def users(faulty: FaultyStack) -> Cloud:
    """The stack as its users reach it: past the proxy."""
    return Cloud(faulty.session(), faulty.outputs)


@pytest.fixture
def stack(faulty: FaultyStack) -> Iterator[FaultyStack]:
    """The stack, undisturbed at the beginning; what a test has ordered must have happened at its end."""
    yield faulty
    faulty.wait_in_retries(WAIT_SCALE)
    assert faulty.left_at_crash_points() == [], "ordered, but no process passed there"


@pytest.fixture
def cloud(stack: FaultyStack, users: Cloud) -> Cloud:
    return users


@pytest.fixture
def events(cloud: Cloud) -> Iterator[Events]:
    """Uploads start nothing by themselves: the test delivers their events, as often and when it likes."""
    client = cloud.session.client("events")
    rules = [rule["Name"] for rule in client.list_rules()["Rules"] if "aws.s3" in rule["EventPattern"]]
    for rule in rules:
        client.disable_rule(Name=rule)
    yield Events(cloud)
    for rule in rules:
        client.enable_rule(Name=rule)
