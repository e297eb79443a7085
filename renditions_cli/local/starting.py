"""Start the local stack for a command: with a status line, and in a separate folder."""

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from rich.console import Console

from renditions_cli.errors import StackError
from renditions_cli.local.stack import DIRECTORY, LocalStack


@contextmanager
def started(local: LocalStack, console: Console) -> Iterator[LocalStack]:
    """Start ``local`` with a status line on ``console``, and stop it at the end. Raises what LocalStack raises."""
    with ExitStack() as block:
        with console.status("Starting AWS on this machine and deploying template.yaml ..."):
            block.enter_context(local)
        yield local


@contextmanager
def private_folder() -> Iterator[Path]:
    """Provide a folder for a stack that other commands do not find. If the stack fails, it stays with the log."""
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
