"""Start the local stack with a line on the screen while that takes its seconds."""

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from rich.console import Console

from cli.local.stack import DIRECTORY, LocalStack


@contextmanager
def started(local: LocalStack, console: Console) -> Iterator[LocalStack]:
    """The running stack. Raises what LocalStack raises."""
    with ExitStack() as block:
        with console.status("Starting AWS on this machine and deploying template.yaml ..."):
            block.enter_context(local)
        yield local


@contextmanager
def own_folder() -> Iterator[Path]:
    """A folder for a stack that no other command looks for; kept, with the emulator's log, only when it fails."""
    folder = DIRECTORY / f"run-{os.getpid()}"
    yield folder
    shutil.rmtree(folder, ignore_errors=True)
