"""The errors that a command reports as a sentence instead of a traceback.

    CliError                  exit code 1 unless the class says otherwise
    ├─ UsageError         2   an argument, a file or the environment does not fit the command
    └─ StackError         3   the stack or the emulator cannot be reached or deployed
       ├─ PortTaken           another program listens on the emulator's port
       ├─ EmulatorFailed      the emulator did not start, or stopped
       ├─ StateUnusable       the folder of --state is in use, damaged, or of another version
       ├─ DeployFailed        CloudFormation rejected the template or could not create a resource
       └─ StackNotFound       there is no stack of that name, or none runs on this machine

The message says what is wrong and what to do about it.
"""

from enum import IntEnum
from typing import ClassVar


class ExitCode(IntEnum):
    """The exit status of a command."""

    OK = 0
    IMAGE_FAILED = 1
    USAGE = 2
    STACK = 3


class CliError(Exception):
    """The base class. ``exit_code`` is the status with which the command ends."""

    code: ClassVar[ExitCode] = ExitCode.IMAGE_FAILED

    def __init__(self, message: str, exit_code: ExitCode | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.exit_code = self.code if exit_code is None else exit_code


class UsageError(CliError):
    """The command cannot run with these arguments, files or settings."""

    code = ExitCode.USAGE


class StackError(CliError):
    """The stack or the emulator is not available."""

    code = ExitCode.STACK


class PortTaken(StackError):  # noqa: N818 - reads as what it is
    """Another program uses the emulator's port."""


class EmulatorFailed(StackError):  # noqa: N818 - reads as what it is
    """The emulator did not start, or stopped. The message ends with the last lines of its log."""


class StateUnusable(StackError):  # noqa: N818 - reads as what it is
    """The state that a local stack has kept cannot be used."""


class DeployFailed(StackError):  # noqa: N818 - reads as what it is
    """The deployment failed. The message lists each failed resource with its reason."""


class StackNotFound(StackError):  # noqa: N818 - reads as what it is
    """There is no such stack, or none runs on this machine."""
