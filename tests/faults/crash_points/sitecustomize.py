"""Put into a function's package by the tests, never shipped: lets its process die or hang at a named point.

Python imports this file by itself when a process starts. It wraps what a handler calls, so that after each call of
storage, inspection and decoding the process looks into the folder CRASH_POINTS for a file that tells it what to do
there. The files of a point are taken in the order of their names, each by the one process that can remove it:

    resize-image.write.001.pass    go on
    resize-image.write.002.kill    die as by kill -9, which is also how Lambda ends a process out of memory
    resize-image.write.003.hang    sleep until someone ends the process
"""

import inspect
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

FOLDER = os.environ.get("CRASH_POINTS", "")
FUNCTION = os.environ.get("AWS_LAMBDA_FUNCTION_NAME", "")


def reach(point: str) -> None:
    """Do what the next file of this point says, if there is one."""
    mine = [path for path in Path(FOLDER).iterdir() if _point_of(path) == point]
    for path in sorted(mine):
        try:
            path.unlink()
        except FileNotFoundError:
            continue  # another process took it
        _obey(path.suffix)
        return


def _point_of(path: Path) -> str:
    function, step = path.name.split(".")[:2]
    return step if FUNCTION.endswith(function) else ""


def _obey(order: str) -> None:
    if order == ".kill":
        os.kill(os.getpid(), signal.SIGKILL)
    if order == ".hang":
        time.sleep(600)


def after(step: Callable[..., Any], point: str) -> Callable[..., Any]:
    """``step``, and then the crash point."""

    def stepped(*arguments: Any, **named: Any) -> Any:
        result = step(*arguments, **named)
        reach(point)
        return result

    return stepped


def wrap_everything() -> None:
    """Put a crash point behind each step of the functions' work."""
    from renditions import imaging
    from renditions.imaging import pipeline
    from renditions.storage import originals, renditions

    for requests in (originals, renditions):
        for name, step in inspect.getmembers(requests, inspect.isfunction):
            if "s3" in inspect.signature(step).parameters and not inspect.isgeneratorfunction(step):
                setattr(requests, name, after(step, name))
    imaging.inspect = after(imaging.inspect, "decode")
    pipeline.STEPS = tuple(
        after(step, "decode") if step.__name__ == "decode" else step for step in pipeline.STEPS
    )


# Only in a function's own process; the programs that it may start have nothing to do with it.
if FOLDER and FUNCTION and "awslambdaric" in " ".join(sys.orig_argv):
    wrap_everything()
