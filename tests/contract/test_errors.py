"""Error names are the same in errors.py, in the state machines and in the schema of the notice."""

import inspect
import re
from typing import Any

import pytest

from renditions import errors
from tests.contract import rejections
from tests.contract.asl import lambda_tasks, state, states
from tests.contract.same_for_each import report

# Names that are not ours, by their source.
STEP_FUNCTIONS = {"States.TaskFailed", "States.Timeout", "States.ALL"}  # Amazon States Language, appendix A
LAMBDA = {  # the exceptions of Lambda's API and SDK, as the service integration names them
    "Lambda.ServiceException",
    "Lambda.AWSLambdaException",
    "Lambda.SdkClientException",
    "Lambda.ClientExecutionTimeoutException",
    "Lambda.TooManyRequestsException",
    "Lambda.Unknown",  # a function that ended without an error of its own
}
RUNTIME = {  # the Lambda runtime: a crash, out of memory, no answer, a time-out
    "Runtime.ExitError",
    "Runtime.OutOfMemory",
    "Runtime.Unknown",
    "Sandbox.Timedout",
}
DYNAMODB = {
    "DynamoDB.ConditionalCheckFailedException",  # Step Functions today
    "Dynamodb.ConditionalCheckFailedException",  # aws-stepfunctions-local
    "DynamoDB.ValidationException",  # moto and the emulator
    "Dynamodb.ValidationException",
}
EXECUTIONS = {
    "StepFunctions.ExecutionAlreadyExistsException",  # Step Functions and moto
    "ExecutionAlreadyExists",  # the emulator
}
FOREIGN = STEP_FUNCTIONS | LAMBDA | RUNTIME | DYNAMODB | EXECUTIONS


def leaves(root: type[Exception]) -> set[str]:
    """Return the names of the leaf classes below ``root``: those that are raised."""
    below = root.__subclasses__()
    return {name for cls in below for name in leaves(cls)} if below else {root.__name__}


def drawn_tree() -> dict[str, str]:
    """Map each class name to its parent, as drawn in the docstring of errors.py."""
    parents: dict[str, str] = {}
    above: list[str] = []
    for line in (errors.__doc__ or "").splitlines():
        found = re.match(r"^    ((?:│  |   )*)(?:[├└]─ )?([A-Z]\w+)(?:\s|$)", line)
        if found:
            depth = len(found[1]) // 3 + ("─" in line)
            del above[depth:]
            parents[found[2]] = above[-1] if above else "Exception"
            above.append(found[2])
    return parents


def test_the_tree_in_the_docstring_matches_the_classes() -> None:
    classes = inspect.getmembers(errors, inspect.isclass)
    assert drawn_tree() == {name: cls.__bases__[0].__name__ for name, cls in classes}


def test_every_error_has_a_docstring() -> None:
    assert all(cls.__doc__ for _, cls in inspect.getmembers(errors, inspect.isclass))


@pytest.mark.parametrize("one", [one for one in states() if one.caught or one.retried], ids=str)
def test_every_caught_or_retried_error_exists(one: Any) -> None:
    assert set(one.caught) | set(one.retried) <= leaves(errors.RenditionsError) | FOREIGN


@pytest.mark.parametrize("name", ["ValidateImage", "MakeRenditions"])
def test_every_rejection_is_caught_and_recorded(name: str) -> None:
    catch = next(one for one in state(name).body["Catch"] if "CorruptImage" in one["ErrorEquals"])
    assert set(catch["ErrorEquals"]) == leaves(errors.ImageRejected)


@pytest.mark.parametrize("name", ["ValidateImage", "MakeRenditions"])
def test_a_missing_original_is_recorded_as_deleted_or_ends_as_superseded(name: str) -> None:
    catch = next(one for one in state(name).body["Catch"] if "SourceGone" in one["ErrorEquals"])
    assert catch["Next"] == "ConfirmGone"
    assert state("ConfirmGone").targets() == ["IsGone"]
    assert state("IsGone").targets() == ["RecordDeletion", "RetireOwnRenditions"]
    assert state("RetireOwnRenditions").targets() == ["Superseded", "Superseded"]


@pytest.mark.parametrize("name", ["ValidateImage", "MakeRenditions"])
def test_nothing_else_is_caught_where_renditions_are_made(name: str) -> None:
    assert set(state(name).caught) == leaves(errors.ImageRejected) | {"SourceGone"}


@pytest.mark.parametrize("task", lambda_tasks(), ids=str)
def test_a_final_error_is_never_retried(task: Any) -> None:
    final = leaves(errors.ImageRejected) | {
        "SourceGone",
        "InvalidSettings",
        "States.TaskFailed",
        "States.ALL",
    }
    assert not final & set(task.retried)


def test_every_reason_to_reject_is_listed_wherever_it_must_be() -> None:
    report(
        "The reasons are the subclasses of ImageRejected in functions/renditions/errors.py.",
        rejections.problems(),
    )


def test_the_schema_of_the_notice_lists_every_rejection(schema: dict[str, Any]) -> None:
    codes = schema["$defs"]["rejected"]["properties"]["reason"]["properties"]["code"]
    assert set(codes["enum"]) == leaves(errors.ImageRejected)
    assert all(f"{name}:" in codes["description"] for name in codes["enum"])
