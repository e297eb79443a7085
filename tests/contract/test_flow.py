"""The flow of both state machines: where each state leads, what it waits for, what it catches and retries."""

from collections import Counter

import pytest

from tests.contract.asl import MACHINES, State, definition, lambda_tasks, scopes, states

CONDITION_FAILED = {"DynamoDB.ConditionalCheckFailedException", "Dynamodb.ConditionalCheckFailedException"}
every_state = pytest.mark.parametrize("state", states(), ids=str)
every_task = pytest.mark.parametrize("task", states("Task"), ids=str)


@pytest.mark.parametrize("machine", MACHINES)
def test_a_machine_has_a_comment_and_a_time_limit_that_outlasts_each_of_its_tasks(machine: str) -> None:
    body = definition(machine)
    tasks = [one for one in states("Task") if one.machine == machine]
    assert body["Comment"]
    assert body["TimeoutSeconds"] > max(task.body["TimeoutSeconds"] for task in tasks)


@pytest.mark.parametrize("machine", MACHINES)
def test_a_state_name_is_unique_in_the_whole_machine(machine: str) -> None:
    names = Counter(one.name for one in states() if one.machine == machine)
    assert names.most_common(1)[0][1] == 1


@every_state
def test_every_state_leads_to_states_beside_it_or_ends(state: State) -> None:
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
def test_every_task_gives_up_waiting_and_tries_again(task: State) -> None:
    assert 0 < task.body["TimeoutSeconds"] <= 300
    assert task.retried


@every_task
def test_a_retry_backs_off_with_full_jitter_up_to_a_cap_and_ends(task: State) -> None:
    for retrier in task.body["Retry"]:
        if retrier["MaxAttempts"] == 0:
            continue
        assert 1 <= retrier["MaxAttempts"] <= 10
        assert 1 <= retrier["IntervalSeconds"] <= 10
        assert retrier["BackoffRate"] >= 1.5
        assert retrier["IntervalSeconds"] < retrier["MaxDelaySeconds"] <= 120
        assert retrier["JitterStrategy"] == "FULL"


def longest_waits(task: State) -> int:
    """Seconds of all waits of a task's longest retrier, each as long as jitter lets it be."""
    sums = [0]
    for retrier in task.body["Retry"]:
        if retrier["MaxAttempts"]:
            waits = (
                min(retrier["MaxDelaySeconds"], retrier["IntervalSeconds"] * retrier["BackoffRate"] ** n)
                for n in range(retrier["MaxAttempts"])
            )
            sums.append(sum(waits))
    return max(sums)


@every_task
def test_the_retries_ride_out_a_burst_and_fit_into_the_machines_time_limit(task: State) -> None:
    """But for the one that a completion waits for: what it leaves undone, reconciling finds."""
    longest = longest_waits(task)
    assert longest <= 20 if task.name == "RetireSuperseded" else longest >= 120
    assert longest < definition(task.machine)["TimeoutSeconds"] / 3


@every_task
def test_no_error_is_in_two_retriers_of_one_task(task: State) -> None:
    names = [name for retrier in task.body["Retry"] for name in retrier["ErrorEquals"]]
    assert len(names) == len(set(names))


@every_task
def test_a_general_name_comes_after_all_specific_ones(task: State) -> None:
    """Step Functions takes the first that fits: States.TaskFailed fits nearly all, States.ALL everything."""
    general = {"States.ALL", "States.TaskFailed"}
    for field in ("Retry", "Catch"):
        handlers = [set(one["ErrorEquals"]) for one in task.body.get(field, ())]
        for position, names in enumerate(handlers):
            assert position == len(handlers) - 1 or not names & general
            assert "States.ALL" not in names or len(names) == 1


# An image is what it is without them: a rendition that is left over is shown nowhere, and found by reconciling.
LET_GO = {"RetireSuperseded", "RetireLeftovers", "RetireOwn"}


@pytest.mark.parametrize("state", states("Task", "Parallel"), ids=str)
def test_a_failure_is_not_caught_so_that_a_redrive_starts_where_it_failed(state: State) -> None:
    general = {"States.ALL", "States.TaskFailed", "States.Timeout"}
    assert general & set(state.caught) == ({"States.ALL"} if state.name in LET_GO else set())


def test_a_failure_to_let_renditions_go_leads_where_its_success_leads() -> None:
    for one in (one for one in states("Task") if one.name in LET_GO):
        assert len(set(one.targets())) == 1


@pytest.mark.parametrize("state", states("Task", "Parallel"), ids=str)
def test_an_error_is_carried_on_only_to_where_its_sentence_is_read(state: State) -> None:
    """A cause may be long. ReadVerdict takes the sentence out of it; nobody else gets one."""
    for catcher in state.body.get("Catch", ()):
        assert (catcher["ResultPath"] is None) == (catcher["Next"] != "ReadVerdict")


def conditional_tasks() -> list[State]:
    return [task for task in states("Task") if "ConditionExpression" in task.body["Parameters"]]


@pytest.mark.parametrize("task", conditional_tasks(), ids=str)
def test_a_lost_condition_is_caught_and_never_retried_under_the_names_that_engines_give_it(
    task: State,
) -> None:
    first = task.body["Retry"][0]
    assert first["MaxAttempts"] == 0
    assert set(first["ErrorEquals"]) == CONDITION_FAILED
    assert set(task.caught) == CONDITION_FAILED


def test_every_write_to_the_table_has_a_condition() -> None:
    writes = [task for task in states("Task") if ":dynamodb:" in task.body["Resource"]]
    assert [str(task) for task in writes] == [str(task) for task in conditional_tasks()]


@pytest.mark.parametrize("task", lambda_tasks(), ids=str)
def test_every_lambda_task_retries_what_lambda_itself_may_answer(task: State) -> None:
    """The four that AWS tells to retry: docs.aws.amazon.com/step-functions/latest/dg/sfn-best-practices.html."""
    assert set(task.retried) >= {
        "Lambda.ServiceException",
        "Lambda.AWSLambdaException",
        "Lambda.SdkClientException",
        "Lambda.TooManyRequestsException",
        "StorageUnavailable",
    }
