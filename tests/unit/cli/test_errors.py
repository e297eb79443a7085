"""The exit status of each error."""

import pytest

from renditions_cli import errors


@pytest.mark.parametrize(
    "kind, status",
    [(errors.CliError, 1), (errors.UsageError, 2), (errors.PortTaken, 3), (errors.EmulatorFailed, 3),
     (errors.DeployFailed, 3), (errors.StackNotFound, 3)],
)  # fmt: skip
def test_each_error_has_its_exit_status(kind: type[errors.CliError], status: int) -> None:
    assert kind("what happened").exit_code == status


def test_an_error_is_its_message() -> None:
    error = errors.CliError("what happened", errors.ExitCode.USAGE)
    assert (str(error), error.message, error.exit_code) == ("what happened", "what happened", 2)
