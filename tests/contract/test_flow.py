"""The flow of the state machines: where each state leads, its time limit, what it retries and catches."""

from collections import Counter
from typing import Any

import pytest

from renditions.storage import scans
from tests.contract.asl import MACHINES, State, definition, lambda_tasks, scopes, states
from tests.renditions import NAMES, state_name

# As AWS spells it, and as aws-stepfunctions-local does.
CONDITION_FAILED = ["DynamoDB.ConditionalCheckFailedException", "Dynamodb.ConditionalCheckFailedException"]
REFUSED = ["DynamoDB.ValidationException", "Dynamodb.ValidationException"]
BACKOFF = {"IntervalSeconds": 2, "BackoffRate": 2, "MaxDelaySeconds": 60, "JitterStrategy": "FULL"}
THROTTLED = "Lambda.TooManyRequestsException"
# For a verdict of the malware scan: soon at first, then every half minute, for half an hour in all.
SCANNING = {
    "ErrorEquals": ["NotScannedYet"],
    "IntervalSeconds": 5,
    "BackoffRate": 2,
    "MaxDelaySeconds": 30,
    "MaxAttempts": 61,
}
# Pages that a call had no time for: at once, however many there are, within the 25,000 events of a history.
PAGING: dict[str, Any] = {
    "ErrorEquals": ["PagesLeft"],
    "IntervalSeconds": 1,
    "BackoffRate": 1,
    "MaxAttempts": 1000,
}
# What sends a notice.
CHANNELS = [
    f"arn:${{Partition}}:states:::{one}" for one in ("sns:publish", "sqs:sendMessage", "events:putEvents")
]
every_state = pytest.mark.parametrize("state", states(), ids=str)
every_task = pytest.mark.parametrize("task", states("Task"), ids=str)


@pytest.mark.parametrize("machine", MACHINES)
def test_a_machine_has_a_time_limit(machine: str) -> None:
    assert definition(machine)["TimeoutSeconds"] == 24 * 3600


@pytest.mark.parametrize("machine", MACHINES)
def test_a_state_name_is_unique_in_the_whole_machine(machine: str) -> None:
    names = Counter(one.name for one in states() if one.machine == machine)
    assert names.most_common(1)[0][1] == 1


@every_state
def test_every_state_ends_or_leads_to_states_in_its_scope(state: State) -> None:
    assert set(state.targets()) <= set(state.scope["States"])
    ends = state.body.get("End", False) or state.kind in {"Succeed", "Fail"}
    goes_on = "Next" in state.body or state.kind == "Choice"
    assert ends != goes_on


@pytest.mark.parametrize("machine", MACHINES)
def test_every_state_is_reached_from_the_start_of_its_scope(machine: str) -> None:
    for scope in scopes(definition(machine)):
        here = {one.name: one for one in states() if one.machine == machine and one.scope is scope}
        reached = {scope["StartAt"]}
        while found := {target for name in reached for target in here[name].targets()} - reached:
            reached |= found
        assert reached == set(here)


@pytest.mark.parametrize("choice", states("Choice"), ids=str)
def test_every_choice_has_a_default(choice: State) -> None:
    assert "Default" in choice.body


@every_task
def test_every_task_has_a_timeout_and_is_retried(task: State) -> None:
    assert task.body["TimeoutSeconds"] == (300 if ":lambda:" in task.body["Resource"] else 60)
    assert task.retried


@every_task
def test_a_retry_doubles_its_waits_up_to_a_minute_with_full_jitter(task: State) -> None:
    """The attempts bridge minutes of throttling. A killed process gets two more, as memory would run out again."""
    others = [
        one for one in task.body["Retry"] if one not in (SCANNING, PAGING) and not is_for_throttling(one)
    ]
    for retrier in (one for one in others if one["MaxAttempts"]):
        assert {name: retrier[name] for name in BACKOFF} == BACKOFF
        killed = "Runtime.ExitError" in retrier["ErrorEquals"]
        table_or_topic = "States.TaskFailed" in retrier["ErrorEquals"]
        assert retrier["MaxAttempts"] == (2 if killed else 10 if table_or_topic else 8)


def is_for_throttling(retrier: dict[str, Any]) -> bool:
    return THROTTLED in retrier["ErrorEquals"]


def longest_wait(retrier: dict[str, Any]) -> int:
    """Return the seconds that a retrier waits in all, with the longest jitter."""
    waits = (
        min(retrier["MaxDelaySeconds"], retrier["IntervalSeconds"] * retrier["BackoffRate"] ** n)
        for n in range(retrier["MaxAttempts"])
    )
    return sum(waits)


@every_task
def test_the_retries_outlast_a_burst_and_fit_into_the_time_limit_of_the_machine(task: State) -> None:
    waits = [longest_wait(one) for one in task.body["Retry"] if one["MaxAttempts"] and one != PAGING]
    assert 120 <= max(waits) < definition(task.machine)["TimeoutSeconds"] / 3


@pytest.mark.parametrize("task", lambda_tasks(), ids=str)
def test_throttling_has_a_retrier_of_its_own_that_lasts_for_hours(task: State) -> None:
    """With full jitter a wait is half as long on average. Three tasks follow each other at most."""
    [retrier] = [one for one in task.body["Retry"] if is_for_throttling(one)]
    assert retrier["ErrorEquals"] == [THROTTLED]
    assert {name: retrier[name] for name in BACKOFF} == BACKOFF | {"MaxDelaySeconds": 120}
    assert longest_wait(retrier) / 2 > 2 * 3600
    assert 3 * longest_wait(retrier) < definition(task.machine)["TimeoutSeconds"]


def test_only_the_branches_are_called_again_for_the_pages_that_are_left() -> None:
    again = {task.name for task in states("Task") if PAGING in task.body["Retry"]}
    assert again == {state_name(name) for name in NAMES}
    events = 3 * PAGING["MaxAttempts"] * len(NAMES)
    assert events < 25_000, (
        "Lower MaxAttempts of PagesLeft, here and in the first branch, then run `make format`."
    )


def test_only_validate_image_waits_for_a_scan_for_half_an_hour_at_most() -> None:
    waiting = [task for task in states("Task") if "NotScannedYet" in task.retried]
    assert [str(task) for task in waiting] == ["image_pipeline.ValidateImage"]
    assert SCANNING in waiting[0].body["Retry"]
    assert 29 * 60 < longest_wait(SCANNING) <= scans.LONGEST_SCAN.total_seconds()


@every_task
def test_no_error_is_in_two_retriers_of_a_task(task: State) -> None:
    names = [name for retrier in task.body["Retry"] for name in retrier["ErrorEquals"]]
    assert len(names) == len(set(names))


@every_task
def test_a_general_error_name_comes_after_all_specific_ones(task: State) -> None:
    """The first match counts: States.TaskFailed matches nearly every error, States.ALL every one."""
    general = {"States.ALL", "States.TaskFailed"}
    for field in ("Retry", "Catch"):
        handlers = [set(one["ErrorEquals"]) for one in task.body.get(field, ())]
        for position, names in enumerate(handlers):
            assert position == len(handlers) - 1 or not names & general
            assert "States.ALL" not in names or len(names) == 1


# An image is complete without them: no record names a leftover rendition, and reconciliation finds it.
MAY_FAIL = {"RetireSuperseded", "RetireLeftovers", "RetireOwnRenditions", "TidyRenditions"}


@pytest.mark.parametrize("state", states("Task", "Parallel"), ids=str)
def test_a_failure_is_not_caught_so_a_redrive_starts_where_it_failed(state: State) -> None:
    general = {"States.ALL", "States.TaskFailed", "States.Timeout"}
    assert general & set(state.caught) == ({"States.ALL"} if state.name in MAY_FAIL else set())


@pytest.mark.parametrize("record, publish, tidy", [
    ("SaveMetadata", "PublishCompletion", None),
    ("SaveMetadata", "PublishReplacement", "RetireSuperseded"),
    ("RecordRejection", "PublishRejection", "RetireLeftovers"),
    ("RecordRejection", "PublishRejectionPreviousServed", "RetireLeftovers"),
])  # fmt: skip
def test_a_notice_follows_its_record_directly_and_files_are_retired_after_it(
    record: str, publish: str, tidy: str | None
) -> None:
    """Only a Choice, which takes no time, may be between the two, and only further channels before the files."""
    by_name = {one.name: one for one in states() if one.machine == "image_pipeline"}
    choice = by_name[by_name[record].body["Next"]]
    assert choice.kind == "Choice"
    assert publish in choice.targets()
    after = by_name[publish].body.get("Next")
    while after and by_name[after].body["Resource"] in CHANNELS:
        after = by_name[after].body.get("Next")
    assert after == tidy, (
        f"{publish} leads to {after}, not to {tidy}. Only states of CHANNELS may be between them."
    )


def test_a_failure_to_retire_renditions_leads_where_a_success_leads() -> None:
    for one in (one for one in states("Task") if one.name in MAY_FAIL):
        assert len(set(one.targets())) == 1


@pytest.mark.parametrize("state", states("Task", "Parallel"), ids=str)
def test_an_error_is_passed_on_to_read_verdict_only(state: State) -> None:
    """A cause may be long. Only ReadVerdict needs it, for the sentence in it."""
    for catcher in state.body.get("Catch", ()):
        assert (catcher["ResultPath"] is None) == (catcher["Next"] != "ReadVerdict")


def conditional_tasks() -> list[State]:
    return [task for task in states("Task") if "ConditionExpression" in task.body["Parameters"]]


@pytest.mark.parametrize("task", conditional_tasks(), ids=str)
def test_a_failed_condition_is_caught_and_never_retried_nor_is_a_permanent_refusal(task: State) -> None:
    assert task.body["Retry"][0] == {"ErrorEquals": [*CONDITION_FAILED, *REFUSED], "MaxAttempts": 0}
    assert [catcher["ErrorEquals"] for catcher in task.body["Catch"]] == [CONDITION_FAILED]


def test_every_write_to_the_table_has_a_condition() -> None:
    writes = [task for task in states("Task") if ":dynamodb:" in task.body["Resource"]]
    assert [str(task) for task in writes] == [str(task) for task in conditional_tasks()]


@pytest.mark.parametrize("task", lambda_tasks(), ids=str)
def test_every_lambda_task_retries_the_errors_of_the_services_behind_it(task: State) -> None:
    """The four of Lambda: docs.aws.amazon.com/step-functions/latest/dg/sfn-best-practices.html."""
    assert set(task.retried) >= {
        "Lambda.ServiceException",
        "Lambda.AWSLambdaException",
        "Lambda.SdkClientException",
        "Lambda.TooManyRequestsException",
        "StorageUnavailable",
    }
