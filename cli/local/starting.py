"""Start the local stack with a line on the screen while that takes its seconds."""

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from rich.console import Console

from cli.errors import StackError
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
    """A folder for a stack that no other command looks for; kept when the stack fails, because of its log."""
    folder = DIRECTORY / f"run-{os.getpid()}"
    kept = False
    try:
        yield folder
    except StackError:
        kept = True
        raise
    finally:
        if not kept:
            shutil.rmtree(folder, ignore_errors=True)
