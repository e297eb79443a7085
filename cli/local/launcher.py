"""The emulator's process: ``python -m cli.local.launcher`` starts ministack here, with what it lacks put right.

Five things are added, each by its name inside ministack, which is why its version is pinned exactly:

* a gate: at most so many functions run at once, as a burst of uploads would otherwise start hundreds of processes;
* fair time: a task's TimeoutSeconds begin when the gate lets it in, as there is no such queue on AWS;
* message attributes: ministack's Step Functions drops those of sns:publish;
* warming: on the line "warm" from its standard input each deployed function gets its processes, as Lambda does for
  functions with provisioned concurrency;
* the leash: when its standard input closes, the process that started it has gone, and everything ends with it.

Its surroundings (port, folders, credentials) come from ``cli.local.emulator`` as environment variables.
"""

import os
import shutil
import signal
import sys
import tempfile
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial, reduce
from importlib.metadata import version
from itertools import repeat
from typing import Any, NoReturn

# ruff: noqa: SLF001 - the names with underscores are what this module is about, see LAMBDA_NAMES

PINNED = "1.5.33"
# What the code below takes hold of: checked at start, so that another version fails with a sentence.
LAMBDA_NAMES = (
    "_execute_function_provided_warm", "_functions", "acquire_worker", "ensure_spawned", "release_worker",
)  # fmt: skip
STEP_FUNCTIONS_NAMES = ("_SERVICE_DISPATCH", "_invoke_resource_with_timeout")
WORKER_NAMES = ("reset",)
SNS_PUBLISH = "arn:aws:states:::sns:publish"
WARM = "warm"
WARM_PROCESSES = 2  # of each function: what one upload uses at the same time on two processors
SECONDS_TO_END = 3.0

Json = dict[str, Any]
Handler = Callable[[str, Json], Any]
Task = Callable[[str, Any, float], Any]


def parallel_functions() -> int:
    """How many functions may run at once: LAMBDA_PARALLEL, else the processors that this process may use."""
    if chosen := os.environ.get("LAMBDA_PARALLEL"):
        return max(1, int(chosen))
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 2


def check_names(*wanted: tuple[Any, tuple[str, ...]]) -> None:
    """Raise SystemExit with one sentence if ministack lacks a name that is used here."""
    missing = [
        f"{module.__name__}.{name}" for module, names in wanted for name in names if not hasattr(module, name)
    ]
    if missing:
        found = version("ministack")
        sys.exit(
            f"This launcher is made for ministack {PINNED}, but ministack {found} is installed and has no "
            f"{', '.join(missing)}: `make clean` and the next make target install the pinned one."
        )


def gated(run: Callable[..., Any], gate: threading.BoundedSemaphore) -> Callable[..., Any]:
    """``run``, but only while one of the gate's places is free; others wait their turn."""

    def wait_then_run(*arguments: Any, **named: Any) -> Any:
        with gate:
            return run(*arguments, **named)

    return wait_then_run


def timed_from_its_turn(run: Task, gate: threading.BoundedSemaphore) -> Task:
    """``run``, which carries out a task within its TimeoutSeconds, but for Lambda only once there is a place.

    On AWS there is no queue, so the time in ours must not count: the last of hundreds of uploads would time out.
    """
    in_turn = gated(run, gate)

    def invoke(resource: str, task_input: Any, timeout: float) -> Any:
        chosen = in_turn if ":lambda:" in resource else run
        return chosen(resource, task_input, timeout)

    return invoke


def with_message_attributes(handler: Handler) -> Handler:
    """``handler`` of sns:publish, given MessageAttributes in the flat form that ministack's SNS reads."""

    def publish(resource: str, parameters: Json) -> Any:
        flat = dict(parameters)
        attributes = flat.pop("MessageAttributes", None) or {}
        for number, (name, attribute) in enumerate(attributes.items(), start=1):
            entry = f"MessageAttributes.entry.{number}"
            flat[f"{entry}.Name"] = name
            flat[f"{entry}.Value.DataType"] = attribute["DataType"]
            flat[f"{entry}.Value.StringValue"] = str(attribute.get("StringValue", ""))
        return handler(resource, flat)

    return publish


def warm(functions: Any, *gates: threading.BoundedSemaphore) -> None:
    """Start processes of each deployed function. One that cannot start says so at its first use.

    Starting one costs as much as running one, so it needs a place at each of the gates too: a call that comes meanwhile
    waits for a process that is nearly ready instead of starting one more.
    """
    warm_one = reduce(gated, gates, _warm_one)
    records = list(functions._functions.to_dict().values())
    with ThreadPoolExecutor(max_workers=parallel_functions()) as pool:
        for _ in range(WARM_PROCESSES):
            pool.map(warm_one, repeat(functions), records)


def _warm_one(functions: Any, record: Json) -> None:
    config = record["config"]
    worker, _how = functions.acquire_worker(config["FunctionName"], config, record["code_zip"])
    try:
        functions.ensure_spawned(worker)
    finally:
        functions.release_worker(worker)


def end_everything(workers: Any, folder: str) -> NoReturn:
    """End the functions' processes, remove the temporary folder, then end this process and its whole group."""
    ending = threading.Thread(target=workers.reset, daemon=True)
    ending.start()
    ending.join(SECONDS_TO_END)
    shutil.rmtree(folder, ignore_errors=True)
    if os.getpgrp() == os.getpid():  # not so when started by hand: the group is then the shell's or make's
        os.killpg(os.getpgrp(), signal.SIGKILL)
    os._exit(0)


def obey(commands: Iterable[str], warm_up: Callable[[], None], end: Callable[[], None]) -> None:
    """Carry out each line of ``commands``; end when there are no more: whoever wrote them has gone."""
    for command in commands:
        if command.strip() == WARM:
            threading.Thread(target=warm_up, daemon=True).start()  # the end is never kept waiting
    end()


def own_temporary_folder() -> str:
    """A new folder for what this process and the functions put down for a while; theirs alone, so it can be removed."""
    folder = tempfile.mkdtemp(prefix="emulator-")
    os.environ["TMPDIR"] = tempfile.tempdir = folder
    return folder


def main() -> None:
    """Start ministack with the additions, and serve until standard input closes."""
    folder = own_temporary_folder()
    # Imported only now: ministack reads the environment while it is imported.
    from ministack.app import main as serve
    from ministack.core import lambda_runtime
    from ministack.services import lambda_svc, stepfunctions

    check_names(
        (lambda_svc, LAMBDA_NAMES), (stepfunctions, STEP_FUNCTIONS_NAMES), (lambda_runtime, WORKER_NAMES)
    )
    gate = threading.BoundedSemaphore(parallel_functions())
    lambda_svc._execute_function_provided_warm = gated(lambda_svc._execute_function_provided_warm, gate)
    # A gate of its own with as many places, passed before the other one: who waits here must not hold a place there.
    turns = threading.BoundedSemaphore(parallel_functions())
    stepfunctions._invoke_resource_with_timeout = timed_from_its_turn(
        stepfunctions._invoke_resource_with_timeout, turns
    )
    dispatch = stepfunctions._SERVICE_DISPATCH
    dispatch[SNS_PUBLISH] = with_message_attributes(dispatch[SNS_PUBLISH])
    warm_up, end = partial(warm, lambda_svc, gate, turns), partial(end_everything, lambda_runtime, folder)
    threading.Thread(target=obey, args=(sys.stdin, warm_up, end), daemon=True).start()
    serve()


if __name__ == "__main__":
    main()
