"""The part of Amazon States Language that AWS, aws-stepfunctions-local, moto and the local stack all run alike."""

import re
from typing import Any

import pytest

from tests.contract.asl import (
    ARGUMENT,
    INTRINSIC,
    MACHINES,
    State,
    call,
    definition,
    dynamic,
    states,
    strings,
)

# The intrinsic functions of 2020; later ones are unknown to aws-stepfunctions-local.
PORTABLE_INTRINSICS = {"Format", "JsonToString", "StringToJson", "Array"}
# $.a.b, $.a[0], $.a[*].b, the same below the context object $$, and $ itself.
PORTABLE_PATH = re.compile(r"^\$(\$\.[\w-]+)?(\.[\w-]+|\[\d+\]|\[\*\])*$")
# What every engine's context object has. Execution.StartTime is no text in some, RedriveCount is unknown to others.
PORTABLE_CONTEXT = {
    "$$.Execution.Id",
    "$$.Execution.Name",
    "$$.Execution.Input.detail.bucket.name",
    "$$.Execution.Input.detail.object.key",
    "$$.State.EnteredTime",
}
PATH_FIELDS = ("InputPath", "OutputPath", "ResultPath", "ItemsPath", "Variable")

every_state = pytest.mark.parametrize("state", states(), ids=str)


def keys(node: Any) -> set[str]:
    """Every field name below ``node``."""
    if isinstance(node, dict):
        return set(node).union(*(keys(value) for value in node.values()))
    if isinstance(node, list):
        return set().union(*(keys(value) for value in node))
    return set()


@pytest.mark.parametrize("machine", MACHINES)
def test_a_machine_is_written_in_jsonpath_without_variables(machine: str) -> None:
    unknown = {
        "QueryLanguage",
        "Assign",
        "Arguments",
        "Output",
        "Items",
        "Condition",
        "ItemProcessor",
        "ErrorPath",
    }
    assert not keys(definition(machine)) & unknown
    assert not any("{%" in text for text in strings(definition(machine)))


@every_state
def test_a_path_is_plain(state: State) -> None:
    """No recursive descent, no slice, no filter: engines answer those with null or not at all."""
    found = [state.body[field] for field in PATH_FIELDS if state.body.get(field) is not None]
    found += [
        one["Variable"]
        for rule in state.body.get("Choices", ())
        for one in [rule, *rule.get("And", ())]
        if "Variable" in one
    ]
    for expression in dynamic(state.body):
        parsed = call(expression)
        found += [expression] if parsed is None else [one for one in parsed[1] if not one.startswith("'")]
    assert [path for path in found if not PORTABLE_PATH.match(path)] == []


@every_state
def test_an_intrinsic_function_is_one_that_every_engine_knows_and_is_not_nested(state: State) -> None:
    for expression in dynamic(state.body):
        parsed = call(expression)
        assert parsed is None or parsed[0] in PORTABLE_INTRINSICS
        assert expression.count("States.") == (parsed is not None)


def formats(state: State) -> list[tuple[str, list[str]]]:
    """The template, without its quotation marks, and the arguments of each States.Format in a state."""
    found = [INTRINSIC.match(expression) for expression in dynamic(state.body)]
    calls = [match[2] for match in found if match is not None and match[1] == "Format"]
    assert all(ARGUMENT.sub("", inside).strip() == "" for inside in calls), "not read to its end"
    read = [[argument.strip() for argument in ARGUMENT.findall(inside)] for inside in calls]
    assert all(template[0] == template[-1] == "'" for template, *_ in read)
    return [(template[1:-1], arguments) for template, *arguments in read]


@pytest.mark.parametrize("state", [one for one in states() if formats(one)], ids=str)
def test_a_format_template_has_no_escapes_and_one_argument_for_each_brace_pair(state: State) -> None:
    """Engines differ in how they read backslashes and apostrophes inside a template."""
    for template, arguments in formats(state):
        assert not {"'", "\\"} & set(template)
        assert template.count("{}") == len(arguments) > 0
        placeholders_gone = re.sub(r"\$\{\w+\}", "", template.replace("{}", ""))
        assert not {"{", "}"} & set(placeholders_gone)


@every_state
def test_the_context_object_is_asked_only_for_what_every_engine_has_and_never_in_a_result_selector(
    state: State,
) -> None:
    asked = {path for text in dynamic(state.body) for path in re.findall(r"\$\$[\w.]*", text)}
    assert asked <= PORTABLE_CONTEXT
    assert not any("$$" in text for text in strings(state.body.get("ResultSelector", {})))


@pytest.mark.parametrize("state", states("Parallel"), ids=str)
def test_no_state_in_a_branch_reads_the_context_object(state: State) -> None:
    """Some engines share it between branches, so a branch may see another one's values."""
    assert not any("$$" in text for text in dynamic(state.body["Branches"]))


@pytest.mark.parametrize("state", states("Task", "Parallel"), ids=str)
def test_a_result_of_aws_is_selected_from_or_dropped(state: State) -> None:
    """Raw SDK results hold times and headers that engines write differently."""
    assert "ResultSelector" in state.body or state.body.get("ResultPath", "$") is None


@pytest.mark.parametrize("state", states(), ids=str)
def test_an_optional_field_of_the_event_is_read_only_after_a_choice_asked_whether_it_is_there(
    state: State,
) -> None:
    """The version id is missing for a bucket without versions; such a path ends an execution with States.Runtime."""
    optional = {"$.detail.object.version-id", "$.detail.cause", "$.detail.output", "$.detail.object.size"}
    assert not {path for text in dynamic(state.body) for path in re.findall(r"\$\.[\w.-]+", text)} & optional
