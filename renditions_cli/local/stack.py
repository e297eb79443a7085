"""The local stack: the emulator with template.yaml deployed, for the duration of a ``with`` block."""

import os
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from renditions import preset_files
from renditions.errors import InvalidSettings
from renditions_cli.errors import DeployFailed, UsageError
from renditions_cli.local.emulator import DEFAULT_PORT, PROJECT, Emulator
from renditions_cli.local.kept_state import KeptState
from renditions_cli.local.ports import HOST
from renditions_cli.local.running import RunningStack
from renditions_cli.local.session import ACCESS_KEY_ID, REGION, SECRET_ACCESS_KEY, LocalSession
from renditions_cli.local.signals import signals_as_exit

STACK_NAME = "renditions"
TEMPLATE = PROJECT / "template.yaml"
DIRECTORY = PROJECT / ".local"


class LocalStack:
    """The stack on this machine. Inside ``with`` it is ready for use; afterwards no process remains.

    ``port``: of the endpoint, 0 for any free port. ``parameters``: template parameters that differ from their defaults.
    ``directory``: for the log, temporary files and the file for other commands. ``enforce_iam``: as on AWS.
    ``state``: folder for all data, which a later stack finds there; without it, no data remains. ``listen``: the
    address of this machine on which it listens.
    Raises PortTaken, EmulatorFailed, DeployFailed, StateUnusable, UsageError.
    """

    def __init__(  # noqa: PLR0913 - one for each way in which stacks differ
        self,
        port: int = DEFAULT_PORT,
        parameters: Mapping[str, str] | None = None,
        *,
        stack_name: str = STACK_NAME,
        template: Path = TEMPLATE,
        directory: Path = DIRECTORY,
        enforce_iam: bool = True,
        state: Path | None = None,
        listen: str = HOST,
    ) -> None:
        self.state = KeptState(state) if state else None
        self.emulator = Emulator(directory, port, enforce_iam=enforce_iam, state=self.state, listen=listen)
        self.endpoint_url = self.emulator.endpoint_url
        self.region = REGION
        self.stack_name = stack_name
        self.outputs: dict[str, str] = {}
        self._parameters = dict(parameters or {})
        self._template = template
        self._directory = directory
        self._leaving = ExitStack()

    def __enter__(self) -> Self:
        if not self._template.exists():
            raise UsageError(
                f"{self._template} does not exist. The local stack needs a checkout of the project, which has it."
            )
        try:
            preset_files.load(preset_files.BEFORE_DEPLOYMENT)
        except InvalidSettings as error:
            raise UsageError(str(error)) from error
        with ExitStack() as leaving:  # if a step fails, the earlier ones are undone
            leaving.enter_context(signals_as_exit())
            if self.state:
                leaving.enter_context(self.state)
            leaving.callback(self.emulator.stop)
            self.emulator.start()
            self._deploy_first()
            self.emulator.warm()
            note = self._note()
            note.write(self._directory)
            leaving.callback(note.remove, self._directory)
            self._leaving = leaving.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._leaving.close()

    def session(self) -> LocalSession:
        """Return a boto3 session for this stack, with the rights of the account's root."""
        return LocalSession(self.endpoint_url, self.region)

    def deploy(self, parameters: Mapping[str, str] | None = None) -> dict[str, str]:
        """Create the stack, or update it to the current template and to ``parameters``. Returns the outputs."""
        # These imports take more than a second, so they happen only here, while the emulator starts.
        from renditions_cli.local.deploy import deploy
        from renditions_cli.local.template import prepare

        self._parameters |= parameters or {}
        prepared = prepare(self._template, self._parameters, self.endpoint_url)
        self.emulator.wait_until_healthy()
        self.outputs = deploy(self.session(), prepared, self.stack_name, self._parameters)
        return self.outputs

    def delete(self) -> None:
        """Delete the stack but keep the emulator running."""
        from renditions_cli.local.deploy import delete_stack

        delete_stack(self.session(), self.stack_name)

    def wait(self) -> None:
        """Block until Ctrl-C, SIGTERM or SIGHUP. Raises EmulatorFailed if the emulator exits."""
        self.emulator.wait()

    def _deploy_first(self) -> None:
        try:
            self.deploy()
        except DeployFailed as error:
            if self.state is None:
                raise
            raise DeployFailed(
                f"{error.message}\nThe state in {self.state.folder} is unchanged. Correct the parameters, use the "
                "version of Renditions that wrote it, or choose another folder for --state."
            ) from error

    def _note(self) -> RunningStack:
        return RunningStack(
            self.endpoint_url,
            self.region,
            ACCESS_KEY_ID,
            SECRET_ACCESS_KEY,
            self.stack_name,
            self.outputs,
            os.getpid(),
        )
