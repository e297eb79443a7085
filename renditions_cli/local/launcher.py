"""The process of the emulator: ``python -m renditions_cli.local.launcher`` starts ministack with the additions below.

Each refers to a name inside ministack, so its version is pinned exactly.

* Concurrency: a gate limits how many functions run at once. Otherwise a burst of uploads starts hundreds of processes.
* Timeouts: the TimeoutSeconds of a task start when the gate admits it, because AWS has no such queue.
* Message attributes: they reach SNS, although the Step Functions of ministack drops them.
* Histories: the states of parallel branches are in them, see ``branch_history``.
* Parameters: what a task passes to its service is in the history, see ``task_parameters``.
* Map runs: they can be limited, changed and stopped, see ``map_runs``.
* Layers: ministack asks for the wrong permission to read a version of a layer.
* Rules: ministack asks for permissions on a rule under an ARN that the rule does not have.
* Batches: ministack asks for permissions on batches of messages, which IAM does not have.
* Buckets: their generated names are the same after every start, see ``bucket_names``.
* Versions: the events of S3 name the version of the object, see ``event_versions``.
* State: what ministack holds in memory outlives it, if a folder is given, see ``snapshots``.
* Sign-out: ministack has no /oauth2/revoke.
* Warm start: on the line "warm" on standard input, each deployed function starts its processes, as Lambda does for
  functions with provisioned concurrency.
* Shutdown: when standard input closes, the parent process has ended, and the emulator ends with everything it started.

``renditions_cli.local.emulator`` passes port, folders and credentials as environment variables.
"""

import os
import re
import shutil
import signal
import sys
import tempfile
import threading
from collections.abc import Callable, Coroutine, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial, reduce
from importlib.metadata import version
from itertools import repeat
from typing import Any, NoReturn
from urllib.parse import parse_qsl

from renditions_cli.local import (
    branch_history,
    bucket_names,
    event_versions,
    map_runs,
    snapshots,
    task_parameters,
)

# ruff: noqa: SLF001 - this module patches private names of ministack, see LAMBDA_NAMES

PINNED = "1.5.33"
# The names that the code below patches or uses: checked at start, so that another version fails with a sentence.
LAMBDA_NAMES = (
    "_execute_function_provided_warm", "_functions", "acquire_worker", "ensure_spawned", "release_worker",
)  # fmt: skip
STEP_FUNCTIONS_NAMES = ("_SERVICE_DISPATCH", "_invoke_resource_with_timeout")
WORKER_NAMES = ("reset",)
APP_NAMES = ("_handle_cognito_body_request",)
PERMISSION_NAMES = ("_action_from_target", "_lambda_action", "extract_resource_arn")
MESSAGE_BATCH = re.compile(r"(\w+Message(?:Visibility)?)Batch")
LAYER_VERSION = re.compile(r"/[^/]+/layers/[^/:%]+/versions/(\d+)")
SNS_PUBLISH = "arn:aws:states:::sns:publish"
WARM = "warm"
WARM_PROCESSES = 2  # per function: one upload uses that many at once on two processors
SECONDS_TO_END = 3.0

Json = dict[str, Any]
Handler = Callable[[str, Json], Any]
Task = Callable[[str, Any, float], Any]
Answer = Callable[[str, str, Json, bytes, Json], Coroutine[Any, Any, Any]]


def parallel_functions() -> int:
    """The number of functions that may run at once: LAMBDA_PARALLEL, or twice the processors of this process.

    Half of the time they wait for the emulator: with one for each processor, fifty uploads take a third longer.
    """
    if chosen := os.environ.get("LAMBDA_PARALLEL"):
        return max(1, int(chosen))
    if hasattr(os, "sched_getaffinity"):
        return 2 * len(os.sched_getaffinity(0))
    return 2 * (os.cpu_count() or 2)


def check_names(*wanted: tuple[Any, tuple[str, ...]]) -> None:
    """Raise SystemExit with a sentence if ministack lacks a name that this module uses."""
    missing = [
        f"{module.__name__}.{name}" for module, names in wanted for name in names if not hasattr(module, name)
    ]
    if missing:
        found = version("ministack")
        sys.exit(
            f"The local stack needs ministack {PINNED}, but ministack {found} is installed, which has no "
            f"{', '.join(missing)}. Run `make clean`; the next make target installs the pinned version."
        )


def gated(run: Callable[..., Any], gate: threading.BoundedSemaphore) -> Callable[..., Any]:
    """Wrap ``run`` so that each call waits for a free place in the gate."""

    def wait_then_run(*arguments: Any, **named: Any) -> Any:
        with gate:
            return run(*arguments, **named)

    return wait_then_run


def timed_from_admission(run: Task, gate: threading.BoundedSemaphore) -> Task:
    """Wrap ``run``, which executes a task within its TimeoutSeconds, so that Lambda tasks first wait for a place.

    AWS has no such queue, so the wait must not count: otherwise the last of hundreds of uploads would time out.
    """
    admitted = gated(run, gate)

    def invoke(resource: str, task_input: Any, timeout: float) -> Any:
        chosen = admitted if ":lambda:" in resource else run
        return chosen(resource, task_input, timeout)

    return invoke


def with_message_attributes(handler: Handler) -> Handler:
    """Wrap ``handler`` of sns:publish to pass MessageAttributes in the flat form that ministack's SNS reads."""

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


def with_layer_versions(action: Callable[[str, str], str | None]) -> Callable[[str, str], str | None]:
    """Wrap ``action``, which names the permission for a request to Lambda: reading a version is not listing layers."""

    def name(method: str, path: str) -> str | None:
        is_version = method == "GET" and LAYER_VERSION.fullmatch(path)
        return "GetLayerVersion" if is_version else action(method, path)

    return name


def with_batches(action: Callable[[Json], str | None]) -> Callable[[Json], str | None]:
    """Wrap ``action``, which names the permission for a request by its header: a batch needs that of one message."""

    def name(headers: Json) -> str | None:
        found = action(headers)
        batch = MESSAGE_BATCH.fullmatch(found or "")
        return batch[1] if batch else found

    return name


def with_version_numbers(resource: Callable[..., str]) -> Callable[..., str]:
    """Wrap ``resource``, which names the ARN that a request is about: that of a layer's version ends in its number."""

    def arn(service: str, method: str, path: str, *others: Any, **named: Any) -> str:
        found = resource(service, method, path, *others, **named)
        version = LAYER_VERSION.fullmatch(path) if service == "lambda" else None
        return f"{found}:{version[1]}" if version else found

    return arn


def with_rules_of_the_default_bus(resource: Callable[..., str]) -> Callable[..., str]:
    """Wrap ``resource``, which names the ARN of a request: that of a rule of the default bus does not name the bus."""

    def arn(service: str, *others: Any, **named: Any) -> str:
        found = resource(service, *others, **named)
        return found.replace(":rule/default/", ":rule/") if service == "events" else found

    return arn


def revoke_token(request: Json) -> None:
    """Revoke a refresh token."""
    # Imported at the first use: it makes an RSA key, which takes a third of a second. A test checks the name.
    from ministack.services import cognito

    cognito._revoke_token(request)


def with_revocation(answer: Answer, revoke: Callable[[Json], Any]) -> Answer:
    """Wrap ``answer``, which serves the sign-in pages, so that a page can revoke its refresh token."""

    async def serve(method: str, path: str, headers: Json, body: bytes, query: Json) -> Any:
        if (method, path) != ("POST", "/oauth2/revoke"):
            return await answer(method, path, headers, body, query)
        revoke({"Token": dict(parse_qsl(body.decode())).get("token", "")})
        return 200, {"Content-Type": "application/json"}, b""

    return serve


def warm(functions: Any, *gates: threading.BoundedSemaphore) -> None:
    """Start processes for each deployed function. A function that cannot start reports it at its first use.

    A start costs as much as a call, so it also takes a place in each gate: a call that arrives meanwhile waits for a
    process that is almost ready, instead of starting another one.
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


def shut_down(workers: Any, folder: str, save: Callable[[], None]) -> NoReturn:
    """Save, end the processes of the functions, remove the temporary folder, and end this process with its group."""
    save()
    ending = threading.Thread(target=workers.reset, daemon=True)
    ending.start()
    ending.join(SECONDS_TO_END)
    shutil.rmtree(folder, ignore_errors=True)
    if os.getpgrp() == os.getpid():  # if started by hand, the group belongs to the shell or to make
        os.killpg(os.getpgrp(), signal.SIGKILL)
    os._exit(0)


def run_commands(commands: Iterable[str], warm_up: Callable[[], None], end: Callable[[], None]) -> None:
    """Execute each line of ``commands``. When there are no more, the parent has ended: end as well."""
    for command in commands:
        if command.strip() == WARM:
            threading.Thread(target=warm_up, daemon=True).start()  # so that the end never has to wait
    end()


def create_temporary_folder() -> str:
    """Create the folder for all temporary files of this process and of the functions, so that one removal is enough."""
    folder = tempfile.mkdtemp(prefix="emulator-")
    os.environ["TMPDIR"] = tempfile.tempdir = folder
    return folder


def correct_permissions(iam_actions: Any) -> None:
    """Patch the names of permissions and resources for which ministack asks."""
    iam_actions._action_from_target = with_batches(iam_actions._action_from_target)
    iam_actions._lambda_action = with_layer_versions(iam_actions._lambda_action)
    iam_actions.extract_resource_arn = with_version_numbers(
        with_rules_of_the_default_bus(iam_actions.extract_resource_arn)
    )


def gate_functions(lambda_svc: Any, stepfunctions: Any) -> tuple[threading.BoundedSemaphore, ...]:
    """Patch Lambda and Step Functions, so that only some functions run at once. Returns the gates."""
    gate = threading.BoundedSemaphore(parallel_functions())
    lambda_svc._execute_function_provided_warm = gated(lambda_svc._execute_function_provided_warm, gate)
    # A second gate of the same size, before the first: a task that waits here must not hold a place there.
    turns = threading.BoundedSemaphore(parallel_functions())
    stepfunctions._invoke_resource_with_timeout = timed_from_admission(
        stepfunctions._invoke_resource_with_timeout, turns
    )
    return gate, turns


def main() -> None:
    """Start ministack with the additions, and serve until standard input closes."""
    folder, state = create_temporary_folder(), snapshots.prepare()
    # Imported here because ministack reads the environment during its import.
    from ministack import app
    from ministack.core import iam_actions, lambda_runtime, persistence
    from ministack.services import eventbridge, lambda_svc, s3, stepfunctions
    from ministack.services.cloudformation import provisioners

    check_names(
        (lambda_svc, LAMBDA_NAMES + snapshots.LAMBDA_NAMES),
        (stepfunctions, STEP_FUNCTIONS_NAMES + snapshots.STEP_FUNCTIONS_NAMES),
        (stepfunctions, branch_history.NAMES + map_runs.NAMES + task_parameters.NAMES),
        (lambda_runtime, WORKER_NAMES),
        (iam_actions, PERMISSION_NAMES),
        (app, APP_NAMES + snapshots.APP_NAMES),
        (persistence, snapshots.PERSISTENCE_NAMES),
        (provisioners, bucket_names.NAMES),
        (s3, event_versions.S3_NAMES + snapshots.S3_NAMES),
        (eventbridge, event_versions.EVENT_NAMES),
    )
    app._handle_cognito_body_request = with_revocation(app._handle_cognito_body_request, revoke_token)
    correct_permissions(iam_actions)
    gates = gate_functions(lambda_svc, stepfunctions)
    branch_history.install(stepfunctions)
    task_parameters.install(stepfunctions)
    map_runs.install(stepfunctions)
    bucket_names.install(provisioners)
    event_versions.install(s3, eventbridge)
    dispatch = stepfunctions._SERVICE_DISPATCH
    dispatch[SNS_PUBLISH] = with_message_attributes(dispatch[SNS_PUBLISH])
    begin, finish = snapshots.install(state, PINNED) if state else (lambda: None, lambda: None)

    def warm_up() -> None:
        begin()
        warm(lambda_svc, *gates)

    end = partial(shut_down, lambda_runtime, folder, finish)
    threading.Thread(target=run_commands, args=(sys.stdin, warm_up, end), daemon=True).start()
    app.main()


if __name__ == "__main__":
    main()
