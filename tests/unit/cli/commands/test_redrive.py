"""`renditions redrive`, as a user calls it."""

import pytest

from renditions_cli.aws.stack import Stack
from tests.unit.cli.conftest import Command
from tests.unit.cli.stand_ins import write_record

ARN = "arn:aws:states:us-east-1:123456789012:execution:image-pipeline:one"


def test_names_together_with_all_or_neither_is_wrong_usage(renditions_command: Command) -> None:
    assert renditions_command("redrive").exit_code == 2
    assert renditions_command("redrive", "a.jpg", "--all").exit_code == 2


@pytest.mark.usefixtures("state_machines")
def test_an_image_without_a_record_is_reported_with_the_next_step(
    stack: Stack, stack_name: str, renditions_command: Command
) -> None:
    write_record(stack, "there.jpg", "COMPLETED")
    ended = renditions_command("redrive", "nowhere.jpg", "there.jpg", "--stack-name", stack_name)
    assert ended.exit_code == 2
    assert f"There is no record of {stack.image_uri('nowhere.jpg')}." in ended.stderr
    assert "renditions reconcile" in ended.stderr


def test_an_execution_that_no_longer_exists_is_reported_with_the_next_step(
    stack: Stack, stack_name: str, renditions_command: Command
) -> None:
    ended = renditions_command("redrive", ARN, "--stack-name", stack_name)
    assert ended.exit_code == 2
    assert f"There is no execution {ARN}." in ended.stderr
    assert "Use `renditions reconcile` to process the image again." in ended.stderr
