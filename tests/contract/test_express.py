"""Workflow=express: off without a trace, made from the image pipeline, and over before AWS ends it."""

import copy
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

from renditions.reconciliation.comparison import LONGEST_EXPRESS
from tests.contract import express_in_definitions as made
from tests.contract.asl import definition, strings
from tests.contract.conftest import DEFAULTS, ROOT, evaluated, read_whole_template, with_conditions
from tests.contract.same_for_each import report
from tests.contract.test_permissions import INTEGRATIONS, grants, logical_id

EXPRESS: dict[str, Any] = definition(made.NAME)
STATES: dict[str, Any] = EXPRESS["States"]
OWN = {
    "ImagePipelineExpress", "ImagePipelineExpressRole", "ImagePipelineExpressLogs", "ImagePipelineExpressFailedAlarm",
    "ImagePipelineExpressTimedOutAlarm",
}  # fmt: skip


def test_the_express_version_is_what_the_image_pipeline_makes_it() -> None:
    report("It follows statemachine/image_pipeline.asl.json.", made.problems())


def test_a_change_of_the_image_pipeline_is_found() -> None:
    changed = copy.deepcopy(made.read("image_pipeline"))
    changed["States"]["PublishCompletion"]["Parameters"]["Subject"] = "Another"
    assert made.express(changed) != EXPRESS


# ── Five minutes ──────────────────────────────────────────────────────────────────────────────────────────────────


def longest(state: dict[str, Any]) -> float:
    """Return the most seconds that a state takes: each attempt to its time-out, and the waits between them.

    A throttled call of a function has not run, so that it takes no time.
    """
    branches = [longest(one) for branch in state.get("Branches", ()) for one in branch["States"].values()]
    attempts, waits = 1, 0.0
    for retrier in state.get("Retry", ()):
        attempts += retrier["MaxAttempts"] if retrier["ErrorEquals"] != made.THROTTLED else 0
        for number in range(retrier["MaxAttempts"]):
            wait = retrier["IntervalSeconds"] * retrier["BackoffRate"] ** number
            waits += min(wait, retrier["MaxDelaySeconds"])
    seconds: int = state.get("TimeoutSeconds", 0)
    return max(branches, default=0.0) + attempts * seconds + waits


def ways(name: str) -> Iterator[float]:
    """Yield the seconds of each way from a state to an end."""
    state = STATES[name]
    named = [state, *state.get("Choices", ()), *state.get("Catch", ()), {"Next": state.get("Default")}]
    following = {one["Next"] for one in named if one.get("Next")}
    if not following:
        yield longest(state)
    for other in following:
        for rest in ways(other):
            yield longest(state) + rest


def test_every_way_through_it_ends_before_aws_ends_it() -> None:
    """Ten seconds are left for the states themselves."""
    assert LONGEST_EXPRESS.total_seconds() == EXPRESS["TimeoutSeconds"] == made.LONGEST
    assert 200 < max(ways("ClaimImage")) <= made.LONGEST - 10


def test_only_the_states_that_hand_over_can_fail() -> None:
    final = {name for name, one in STATES.items() if one["Type"] in {"Succeed", "Choice"}}
    caught = {
        name
        for name, one in STATES.items()
        if "States.ALL" in [error for catcher in one.get("Catch", ()) for error in catcher["ErrorEquals"]]
    }
    assert set(STATES) - final - caught == {"ReleaseFirstClaim", "ReleaseClaim", "StartStandard"}


def test_its_page_names_the_alarms_and_the_first_command_of_each() -> None:
    text = (ROOT / "docs/express.md").read_text()
    for name, one in on().items():
        if one["Type"] == "AWS::CloudWatch::Alarm" and "Express" in name:
            assert f"| *{name}* |" in text
            assert "`renditions reconcile`" in one["Properties"]["AlarmDescription"]


# ── What is deployed ──────────────────────────────────────────────────────────────────────────────────────────────


@cache
def deployed(workflow: str) -> dict[str, Any]:
    """Return the resources of the template with this value of the parameter."""
    decided = {"StartsExpress": workflow == "express", "HasExpress": workflow != "standard"}
    found: dict[str, Any] = with_conditions(read_whole_template(), DEFAULTS | decided)["Resources"]
    return found


def on() -> dict[str, Any]:
    return deployed("express")


def changed_by(workflow: str) -> set[str]:
    """Return the resources of every stack that are not what they are by default."""
    off, chosen = deployed("standard"), deployed(workflow)
    assert set(chosen) - set(off) == OWN
    return {name for name in off if off[name] != chosen[name]}


def test_without_it_nothing_of_it_is_deployed() -> None:
    assert read_whole_template()["Parameters"]["Workflow"]["Default"] == "standard"
    off = deployed("standard")
    assert not OWN & set(off)
    assert "Express" not in str(off["ImageUploadedRule"]) + str(off["ImageUploadedRuleRole"])


def test_it_changes_what_uploads_start_and_nothing_else() -> None:
    changed = {"ImageUploadedRule", "ImageUploadedRuleRole", "ImageLimitAlarm", "UnwellAlarm"}
    assert changed_by("express") == changed
    express = on()
    [target] = express["ImageUploadedRule"]["Properties"]["Targets"]
    assert target["Arn"] == {"Ref": "ImagePipelineExpress"}
    assert target["DeadLetterConfig"]
    assert grants(express["ImageUploadedRuleRole"]) == {("states:StartExecution", "ImagePipelineExpress")}


def test_while_it_is_drained_uploads_start_the_image_pipeline_and_it_still_exists() -> None:
    assert changed_by("drain") == {"UnwellAlarm"}


def test_the_rule_that_follows_up_executions_gets_no_event_of_an_express_execution() -> None:
    """AWS sends none. The local stack does, and execution_failed cannot redrive it."""
    machines = on()["ExecutionFailedRule"]["Properties"]["EventPattern"]["detail"]["stateMachineArn"]
    assert {"Ref": "ImagePipelineExpress"} not in machines


def test_its_role_allows_what_its_definition_does_and_no_more() -> None:
    resources = on()
    machine = resources["ImagePipelineExpress"]["Properties"]
    needed = set()
    for task in made.tasks(STATES):
        action, parameter = INTEGRATIONS[task["Resource"]]
        placeholder = task["Parameters"][parameter][2:-1]
        needed.add((action, logical_id(machine["DefinitionSubstitutions"][placeholder])))
    assert grants(resources["ImagePipelineExpressRole"]) == needed


def test_its_placeholders_and_substitutions_match() -> None:
    machine = on()["ImagePipelineExpress"]["Properties"]
    used = {name for text in strings(EXPRESS) for name in re.findall(r"\$\{(\w+)\}", text)}
    assert used == set(machine["DefinitionSubstitutions"])
    assert machine["DefinitionUri"] == f"statemachine/{made.NAME}.asl.json"
    assert machine["Type"] == "EXPRESS"


@pytest.mark.parametrize("with_data", [True, False])
def test_its_log_has_its_whole_history_and_data_only_on_request(*, with_data: bool) -> None:
    logging = evaluated(
        on()["ImagePipelineExpress"]["Properties"]["Logging"], {"LogsExecutionData": with_data}
    )
    assert (logging["Level"], logging["IncludeExecutionData"]) == ("ALL", with_data)


@pytest.mark.parametrize("parameter, value", [("ReconcileSchedule", ""), ("MalwareScan", "off")])
def test_it_needs_a_schedule_and_cannot_wait_for_a_scan(parameter: str, value: str) -> None:
    rule = read_whole_template()["Rules"]["ExpressNeedsASchedule"]
    assert rule["RuleCondition"] == {"Fn::Equals": [{"Ref": "Workflow"}, "express"]}
    asserted = str([one["Assert"] for one in rule["Assertions"]])
    assert str({"Fn::Equals": [{"Ref": parameter}, value]}) in asserted
