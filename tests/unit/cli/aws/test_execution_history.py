"""Reading the history of an execution."""

from datetime import UTC, datetime, timedelta
from typing import Any

from renditions_cli.aws.execution_history import StateVisit, current_states, state_visits

START = datetime(2026, 1, 1, 12, tzinfo=UTC)


def plain(number: int, before: int, kind: str, **details: Any) -> dict[str, Any]:
    event = {
        "id": number,
        "previousEventId": before,
        "type": kind,
        "timestamp": START + timedelta(seconds=number),
    }
    return event | ({f"{kind[0].lower()}{kind[1:]}EventDetails": details} if details else {})


def entered(number: int, before: int, state: str, kind: str = "Task") -> dict[str, Any]:
    details = {"name": state, "input": '{"in": 1}'}
    return plain(number, before, f"{kind}StateEntered") | {"stateEnteredEventDetails": details}


def exited(number: int, before: int, state: str, kind: str = "Task") -> dict[str, Any]:
    details = {"name": state, "output": '{"out": 1}'}
    return plain(number, before, f"{kind}StateExited") | {"stateExitedEventDetails": details}


BRANCHES = [
    plain(1, 0, "ExecutionStarted"),
    entered(2, 0, "ClaimImage"),
    exited(3, 2, "ClaimImage"),
    entered(4, 3, "MakeRenditions", "Parallel"),
    plain(5, 4, "ParallelStateStarted"),
    entered(6, 5, "Thumbnail"),
    entered(7, 5, "Watermark"),
    plain(8, 7, "TaskScheduled"),
    plain(9, 6, "TaskScheduled"),
    plain(10, 9, "TaskFailed", error="Lambda.TooManyRequestsException", cause="Rate exceeded."),
    plain(11, 8, "TaskFailed", error="MemoryError", cause='{"errorMessage": "No room."}'),
    plain(12, 10, "TaskScheduled"),
    plain(13, 12, "TaskSucceeded"),
    exited(14, 13, "Thumbnail"),
]
FAILED = [*BRANCHES, plain(15, 11, "ParallelStateFailed"), plain(16, 15, "ExecutionFailed")]


def by_name(visits: list[StateVisit]) -> dict[str, StateVisit]:
    return {one.name: one for one in visits}


def test_each_visit_has_its_times_retries_errors_and_documents() -> None:
    visits = by_name(state_visits(FAILED, "FAILED"))
    assert list(visits) == ["ClaimImage", "MakeRenditions", "Thumbnail", "Watermark"]
    thumbnail, watermark = visits["Thumbnail"], visits["Watermark"]
    assert (thumbnail.status, thumbnail.retries, thumbnail.within) == ("SUCCEEDED", 1, "MakeRenditions")
    assert (thumbnail.error, thumbnail.cause) == ("Lambda.TooManyRequestsException", "Rate exceeded.")
    assert (thumbnail.entered.second, thumbnail.exited and thumbnail.exited.second) == (6, 14)
    assert (thumbnail.input, thumbnail.output) == ('{"in": 1}', '{"out": 1}')
    assert (watermark.status, watermark.error, watermark.cause) == ("FAILED", "MemoryError", "No room.")
    assert (watermark.retries, watermark.exited, watermark.output) == (0, None, None)
    assert visits["MakeRenditions"].status == "FAILED"


def test_a_failed_execution_ended_in_the_branch_that_failed() -> None:
    assert current_states(state_visits(FAILED, "FAILED")) == "MakeRenditions / Watermark"


def test_a_branch_that_was_stopped_because_of_another_is_aborted() -> None:
    history = [*BRANCHES[:-3], plain(12, 9, "TaskStateAborted"), plain(13, 11, "ParallelStateFailed")]
    visits = by_name(state_visits(history, "FAILED"))
    assert (visits["Thumbnail"].status, visits["Watermark"].status) == ("ABORTED", "FAILED")


def test_a_stopped_execution_ended_in_all_states_that_it_had_not_left() -> None:
    history = [*BRANCHES[:9], plain(10, 0, "ExecutionAborted", cause="By hand.")]
    visits = state_visits(history, "ABORTED")
    assert current_states(visits) == "MakeRenditions / Thumbnail, MakeRenditions / Watermark"
    assert {one.status for one in visits} == {"SUCCEEDED", "ABORTED"}


def test_a_running_execution_waits_for_its_retry() -> None:
    visits = by_name(state_visits(BRANCHES[:10], "RUNNING"))
    assert {visits[name].status for name in ("MakeRenditions", "Thumbnail", "Watermark")} == {"RUNNING"}


def test_an_error_that_was_caught_does_not_count_as_a_failure() -> None:
    history = [*BRANCHES, plain(15, 11, "ParallelStateFailed"), exited(16, 15, "MakeRenditions", "Parallel")]
    visits = by_name(state_visits([*history, entered(17, 16, "ReadVerdict", "Pass")], "RUNNING"))
    assert (visits["MakeRenditions"].status, visits["MakeRenditions"].error) == ("CAUGHT", "MemoryError")
    assert visits["Watermark"].status == "FAILED"
    assert (visits["ReadVerdict"].status, visits["ReadVerdict"].within) == ("RUNNING", "")


def test_a_state_that_failed_without_a_task_has_the_error_of_the_execution() -> None:
    history = [entered(1, 0, "ReadUpload", "Pass"), plain(2, 1, "ExecutionFailed", error="States.Runtime")]
    [visit] = state_visits(history, "FAILED")
    assert (visit.status, visit.error) == ("FAILED", "States.Runtime")


def test_a_redriven_execution_goes_on_in_the_state_that_failed() -> None:
    history = [*FAILED, plain(17, 16, "ExecutionRedriven"), plain(18, 11, "TaskScheduled")]
    assert by_name(state_visits(history, "RUNNING"))["Watermark"].status == "RUNNING"
    history += [
        plain(19, 18, "TaskSucceeded"),
        exited(20, 19, "Watermark"),
        plain(21, 20, "ParallelStateSucceeded"),
    ]
    visits = by_name(state_visits([*history, exited(22, 21, "MakeRenditions", "Parallel")], "SUCCEEDED"))
    assert (visits["Watermark"].status, visits["Watermark"].retries) == ("SUCCEEDED", 1)
    assert visits["MakeRenditions"].status == "SUCCEEDED"


def test_the_service_of_a_task_and_the_requests_to_it_are_known() -> None:
    failed, done = (
        '{"errorMessage": "No.", "requestId": "r-1"}',
        '{"SdkResponseMetadata": {"RequestId": "r-2"}}',
    )
    history = [
        entered(1, 0, "ValidateImage"),
        plain(2, 1, "TaskScheduled", resourceType="lambda", resource="invoke", parameters="{}"),
        plain(3, 2, "TaskFailed", error="MemoryError", cause=failed),
        plain(4, 3, "TaskScheduled", resource="arn:aws:states:::lambda:invoke"),
        plain(5, 4, "TaskSucceeded", output=done),
    ]
    [running], [visit] = state_visits(history[:2], "RUNNING"), state_visits(history, "RUNNING")
    assert (running.service, visit.service) == ("lambda:invoke", "lambda:invoke")
    assert (visit.requests, visit.result) == (("r-1", "r-2"), done)


def test_without_links_an_event_counts_for_the_last_open_state() -> None:
    history = [{**one, "previousEventId": 0} for one in BRANCHES if "Watermark" not in str(one)]
    assert current_states(state_visits(history, "FAILED")) == "MakeRenditions"


def test_a_branch_that_returns_a_rendition_without_a_file_was_skipped() -> None:
    skipped = exited(14, 13, "Thumbnail")
    skipped["stateExitedEventDetails"]["output"] = '{"name": "medium", "key": ""}'
    assert by_name(state_visits([*BRANCHES[:-1], skipped], "RUNNING"))["Thumbnail"].status == "SKIPPED"
    assert by_name(state_visits(BRANCHES, "RUNNING"))["Thumbnail"].status == "SUCCEEDED"
