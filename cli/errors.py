"""Everything that a command reports as a sentence instead of a traceback.

    CliError                  exit code 1 unless the class says otherwise
    ├─ ImagesFailed       1   an image failed, or did not finish in time
    ├─ UsageError         2   an argument, a file or the surroundings are not what the command needs
    └─ StackError         3   the stack or the emulator cannot be reached or deployed
       ├─ PortTaken           another program listens where the emulator should
       ├─ EmulatorFailed      the emulator did not start, or died
       ├─ DeployFailed        CloudFormation refused the template or could not make a resource
       └─ StackNotFound       no stack of that name, or none runs on this machine

The message says what was found and what to do about it.
"""

from enum import IntEnum
from typing import ClassVar


class ExitCode(IntEnum):
    """What the exit status of a command means."""

    OK = 0
    IMAGE_FAILED = 1
    USAGE = 2
    STACK = 3


class CliError(Exception):
    """Root of all. ``exit_code`` is the status with which the command ends."""

    code: ClassVar[ExitCode] = ExitCode.IMAGE_FAILED

    def __init__(self, message: str, exit_code: ExitCode | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.exit_code = self.code if exit_code is None else exit_code


class ImagesFailed(CliError):  # noqa: N818 - a result, not a fault of the command
    """At least one image was not made, or not in time."""


class UsageError(CliError):
    """The command cannot do what it was asked."""

    code = ExitCode.USAGE


class StackError(CliError):
    """The stack or the emulator is not there."""

    code = ExitCode.STACK


class PortTaken(StackError):  # noqa: N818 - reads as what it is
    """The emulator's port belongs to another program."""


class EmulatorFailed(StackError):  # noqa: N818 - reads as what it is
    """The emulator did not start, or died. The message ends with the last lines of its log."""


class DeployFailed(StackError):  # noqa: N818 - reads as what it is
    """CloudFormation gave up. The message lists each failed resource with its reason."""


class StackNotFound(StackError):  # noqa: N818 - reads as what it is
    """There is no such stack, or none runs on this machine."""
