"""Makes a function crash or hang at a named point. The tests add this file to the package, it is never shipped.

Python imports it when a process starts. It wraps the functions that a handler calls. After each call of storage,
inspection and decoding, the process looks for a file in the folder CRASH_POINTS that says what to do. The files of a
point are taken in the order of their names, each by the one process that manages to remove it:

    resize-image.write.001.pass    continue
    resize-image.write.002.kill    end as by kill -9, which is also how Lambda ends a process without memory
    resize-image.write.003.hang    sleep until the process is ended
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
    """Obey the next file of this point, if there is one."""
    orders = [path for path in Path(FOLDER).iterdir() if _point_of(path) == point]
    for path in sorted(orders):
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
    """Wrap ``step``, so that the crash point follows it."""

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


# Only in the process of a function, not in programs that it starts.
if FOLDER and FUNCTION and "awslambdaric" in " ".join(sys.orig_argv):
    wrap_everything()
