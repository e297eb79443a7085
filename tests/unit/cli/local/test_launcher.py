"""The patches of the launcher to ministack."""

import asyncio
import sys
import threading
import types
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import pytest

from renditions_cli.local import launcher

if TYPE_CHECKING:
    from collections.abc import Callable


def test_no_more_functions_run_at_once_than_the_gate_has_places() -> None:
    running, most, lock, full = 0, 0, threading.Lock(), threading.Barrier(2, timeout=10)

    def run(number: int) -> int:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        full.wait()  # passes only if two are inside at once
        with lock:
            running -= 1
        return number

    through = launcher.gated(run, threading.BoundedSemaphore(2))
    results: list[int] = []
    threads = [threading.Thread(target=lambda n=n: results.append(through(n))) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert (most, sorted(results)) == (2, [0, 1, 2, 3, 4, 5])


def test_a_call_that_fails_releases_its_place() -> None:
    gate = threading.BoundedSemaphore(1)

    def fail() -> None:
        raise ValueError("from the function")

    for _ in range(2):
        with pytest.raises(ValueError, match="from the function"):
            launcher.gated(fail, gate)()


def test_the_number_of_places_can_be_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAMBDA_PARALLEL", "7")
    assert launcher.parallel_functions() == 7


def test_only_lambda_tasks_wait_for_a_place() -> None:
    gate = threading.BoundedSemaphore(1)
    run = launcher.timed_from_admission(lambda resource, _input, _timeout: (resource, gate._value), gate)
    for resource, free in {"arn:aws:states:::lambda:invoke": 0, "arn:aws:states:::sns:publish": 1}.items():
        assert run(resource, {}, 1.0) == (resource, free)


def test_message_attributes_are_passed_on_and_the_input_is_unchanged() -> None:
    task = {
        "TopicArn": "t",
        "MessageAttributes": {"status": {"DataType": "String", "StringValue": "COMPLETED"}},
    }
    publish: Callable[[str, Any], Any] = launcher.with_message_attributes(lambda _resource, given: given)
    assert publish("arn", task) == {
        "TopicArn": "t",
        "MessageAttributes.entry.1.Name": "status",
        "MessageAttributes.entry.1.Value.DataType": "String",
        "MessageAttributes.entry.1.Value.StringValue": "COMPLETED",
    }
    assert "MessageAttributes" in task


def test_a_task_without_message_attributes_is_passed_on_unchanged() -> None:
    publish = launcher.with_message_attributes(lambda _resource, given: given)
    assert publish("arn", {"TopicArn": "t"}) == {"TopicArn": "t"}


def test_the_installed_ministack_is_the_pinned_version() -> None:
    assert version("ministack") == launcher.PINNED


def test_another_version_of_ministack_is_refused_with_what_to_do() -> None:
    module = types.ModuleType("ministack.services.lambda_svc")
    with pytest.raises(SystemExit, match=r"lambda_svc\._functions\. Run `make clean`"):
        launcher.check_names((sys, ("exit",)), (module, ("_functions",)))


def test_commands_are_executed_until_the_parent_ends() -> None:
    done: list[str] = []
    warmed = threading.Event()
    launcher.run_commands(["warm\n", "unknown\n"], warmed.set, lambda: done.append("ended"))
    assert warmed.wait(10)
    assert done == ["ended"]


VERSION = "/2018-10-31/layers/page/versions/7"


@pytest.mark.parametrize(
    "asked, needed",
    [
        ("DeleteMessageBatch", "DeleteMessage"),
        ("ChangeMessageVisibilityBatch", "ChangeMessageVisibility"),
        ("BatchGetItem", "BatchGetItem"),
        (None, None),
    ],
)
def test_a_batch_of_messages_needs_the_permission_for_one(asked: str | None, needed: str | None) -> None:
    assert launcher.with_batches(lambda headers: asked)({}) == needed


def test_reading_a_version_of_a_layer_needs_its_own_permission() -> None:
    name = launcher.with_layer_versions(lambda method, path: f"{method} {path}")
    arn = launcher.with_version_numbers(lambda service, method, path, **_: "arn:layer:page")
    assert name("GET", VERSION) == "GetLayerVersion"
    assert arn("lambda", "GET", VERSION, region="r") == "arn:layer:page:7"
    for method, path in (
        ("GET", "/2018-10-31/layers"),
        ("DELETE", VERSION),
        ("GET", "/2015-03-31/functions/f"),
    ):
        assert name(method, path) == f"{method} {path}"
    assert arn("lambda", "GET", "/2018-10-31/layers") == "arn:layer:page"
    assert arn("s3", "GET", VERSION) == "arn:layer:page"


def test_a_rule_of_the_default_bus_has_no_bus_in_its_arn() -> None:
    found = "arn:aws:events:us-east-1:000000000000:rule/default/uploaded"
    arn = launcher.with_rules_of_the_default_bus(lambda service, *_, **named: found)
    assert arn("events", "POST", "/", region="r") == "arn:aws:events:us-east-1:000000000000:rule/uploaded"
    assert arn("s3", "POST", "/") == found


def test_the_name_that_revokes_a_token_exists() -> None:
    from ministack.services import cognito

    assert callable(cognito._revoke_token)


def result(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """Run a coroutine in a thread of its own: the browser of other tests leaves an event loop running in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, coroutine).result()


def test_a_refresh_token_can_be_revoked() -> None:
    revoked: list[Any] = []

    async def others(*request: Any) -> Any:
        return request

    serve = launcher.with_revocation(others, revoked.append)
    answer = result(serve("POST", "/oauth2/revoke", {}, b"client_id=c&token=a%2Fb", {}))
    assert (answer[0], revoked) == (200, [{"Token": "a/b"}])
    assert result(serve("GET", "/oauth2/revoke", {}, b"", {}))[0] == "GET"
    assert result(serve("POST", "/oauth2/token", {}, b"", {}))[1] == "/oauth2/token"
