"""One emulator with the real template for all end-to-end tests, with IAM enforced."""

from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from jsonschema import Draft202012Validator
from typer.testing import CliRunner, Result

from renditions_cli.aws.stack import Outputs, Stack
from renditions_cli.local.stack import LocalStack
from renditions_cli.main import app
from tests.contract.notice_schema import closed
from tests.e2e.cloud import Cloud

Command = Callable[..., Result]
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def local(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStack]:
    """Deploy template.yaml to the emulator on a free port."""
    with LocalStack(port=0, directory=tmp_path_factory.mktemp("local")) as stack:
        yield stack


@pytest.fixture(scope="session")
def cloud(local: LocalStack) -> Cloud:
    """Return the deployed stack, as its users use it."""
    return Cloud(local.session(), local.outputs)


@pytest.fixture(scope="session")
def notice_schema() -> Draft202012Validator:
    """Return the closed schema of the notice."""
    return Draft202012Validator(closed())


@pytest.fixture
def renditions(local: LocalStack, cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Run ``renditions … --local`` on the stack under test, with one session for all calls, as a new one is slow."""
    found = Stack(Outputs.parse(local.outputs, local.stack_name), cloud.session)
    monkeypatch.setattr("renditions_cli.aws.stack.find_local_stack", lambda: found)
    monkeypatch.setattr(
        "renditions_cli.aws.queues.WAIT_SECONDS", 0
    )  # this SQS is a single server, which misses no message
    monkeypatch.setattr("renditions_cli.aws.redriving.SECONDS_BETWEEN_CHECKS", 1)  # it has no quotas either
    monkeypatch.setenv("COLUMNS", "200")

    def call(*arguments: str) -> Result:
        local_option = [] if arguments[0] in {"render", "run"} else ["--local"]
        ended = CliRunner().invoke(app, [*arguments, *local_option], prog_name="renditions")
        assert ended.exception is None or isinstance(ended.exception, SystemExit), ended.exception
        return ended

    return call


@pytest.fixture
def prefix() -> str:
    """Return the prefix of the keys of one test."""
    return f"operations/{uuid4().hex[:8]}/"
