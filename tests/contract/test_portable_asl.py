"""The definitions use only the part of Amazon States Language that all engines run in the same way.

The engines are AWS, aws-stepfunctions-local, moto and the emulator of the local stack.
"""

import re
from typing import Any

import pytest

from tests.contract.asl import (
    INTRINSIC,
    MACHINES,
    State,
    arguments,
    call,
    definition,
    dynamic,
    lambda_tasks,
    paths,
    states,
    strings,
)
from tests.statemachine.choices import KEPT, ORIGINS

# The intrinsic functions of 2020. aws-stepfunctions-local knows no later ones.
PORTABLE_INTRINSICS = {"Format", "JsonToString", "StringToJson", "Array"}
# The exception: a random partition of the index. The tests replace it for an engine that does not know MathRandom.
SHARD = re.compile(r"States\.Format\('[A-Z]+#\{\}', States\.MathRandom\(0, 8\)\)")
# Another one: the message attributes. Nothing else joins two objects. The tests leave the context out for that engine.
MERGE = "States.JsonMerge($.attributes.context, $.attributes.own, false)"
# Two more: the origin, "upload" for an event of S3 and otherwise its source; and what a rejection keeps.
# $.a.b, $.a[0], $.a[*].b, the same in the context object $$, and $ itself.
PORTABLE_PATH = re.compile(r"^\$(\$\.[\w-]+)?(\.[\w-]+|\[\d+\]|\[\*\])*$")
# What the context object has in every engine. In some, Execution.StartTime is not a string or RedriveCount is missing.
PORTABLE_CONTEXT = {
    "$$.Execution.Id",
    "$$.Execution.Name",
    "$$.Execution.Input.detail.bucket.name",
    "$$.Execution.Input.detail.object.key",
    "$$.Execution.Input.detail.input",
    "$$.Execution.Input.source",
    "$$.State.EnteredTime",
    "$$.State.RetryCount",
}
# The exception: text that the uploader chose, in an e-mail. As JSON it can have no line ends and no controls.
ESCAPED = re.compile(
    r"States\.JsonToString\((\$[\w.]+|States\.Format\('\$\{RenditionsUrl\}/\{\}', \$[\w.]+\))\)"
)
PATH_FIELDS = ("InputPath", "OutputPath", "ResultPath", "ItemsPath", "Variable")


def expressions(state: State) -> list[str]:
    """Return the paths and calls of a state that must be portable."""
    found = dynamic(state.body)
    return [one for one in found if not SHARD.fullmatch(one) and one not in {MERGE, *ORIGINS, *KEPT.values()}]


every_state = pytest.mark.parametrize("state", states(), ids=str)


def keys(node: Any) -> set[str]:
    """Return every field name below ``node``."""
    if isinstance(node, dict):
        return set(node).union(*(keys(value) for value in node.values()))
    if isinstance(node, list):
        return set().union(*(keys(value) for value in node))
    return set()


@pytest.mark.parametrize("machine", MACHINES)
def test_a_machine_uses_jsonpath_and_no_variables(machine: str) -> None:
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
def test_every_path_is_plain(state: State) -> None:
    """No recursive descent, slices or filters: engines return null for them or fail."""
    found = [state.body[field] for field in PATH_FIELDS if state.body.get(field) is not None]
    found += [
        one["Variable"]
        for rule in state.body.get("Choices", ())
        for one in [rule, *rule.get("And", ())]
        if "Variable" in one
    ]
    for expression in expressions(state):
        found += paths(expression)
    assert [path for path in found if not PORTABLE_PATH.match(path)] == []


@every_state
def test_every_intrinsic_function_is_portable_and_nested_only_to_escape_a_name(state: State) -> None:
    for expression in expressions(state):
        plain = ESCAPED.sub("$.escaped", expression)
        parsed = call(plain)
        assert parsed is None or parsed[0] in PORTABLE_INTRINSICS
        assert plain.count("States.") == (parsed is not None)


def formats(state: State) -> list[tuple[str, list[str]]]:
    """Return the template, without its quotes, and the arguments of each States.Format in a state."""
    found = [INTRINSIC.match(expression) for expression in expressions(state)]
    calls = [match[2] for match in found if match is not None and match[1] == "Format"]
    read = [arguments(inside) for inside in calls]
    assert all(template[0] == template[-1] == "'" for template, *_ in read)
    return [(template[1:-1], values) for template, *values in read]


@pytest.mark.parametrize("state", [one for one in states() if formats(one)], ids=str)
def test_a_format_template_has_no_escapes_and_an_argument_for_each_placeholder(state: State) -> None:
    """Engines treat backslashes and apostrophes in a template in different ways."""
    for template, values in formats(state):
        assert not {"'", "\\"} & set(template)
        assert template.count("{}") == len(values) > 0
        placeholders_gone = re.sub(r"\$\{\w+\}", "", template.replace("{}", ""))
        assert not {"{", "}"} & set(placeholders_gone)


@every_state
def test_the_context_object_is_used_only_where_every_engine_has_it(state: State) -> None:
    """In no ResultSelector, and only for fields that all engines know."""
    used = {path for text in dynamic(state.body) for path in re.findall(r"\$\$[\w.]*", text)}
    assert used <= PORTABLE_CONTEXT
    assert not any("$$" in text for text in strings(state.body.get("ResultSelector", {})))


@pytest.mark.parametrize("state", states("Parallel"), ids=str)
def test_a_branch_reads_the_context_object_only_for_its_log(state: State) -> None:
    """Some engines share it between branches, so that a branch may see the number of retries of another."""
    used = [text for text in dynamic(state.body["Branches"]) if "$$" in text]
    assert used == ["$$.Execution.Id", "$$.State.RetryCount"] * len(state.body["Branches"])


@pytest.mark.parametrize("task", lambda_tasks(), ids=str)
def test_every_function_gets_what_its_log_lines_say(task: State) -> None:
    assert task.body["Parameters"]["Payload"]["task"] == {
        "execution.$": "$$.Execution.Id",
        "state": task.name,
        "attempt.$": "$$.State.RetryCount",
    }


@pytest.mark.parametrize("state", states("Task", "Parallel"), ids=str)
def test_no_state_passes_on_a_raw_result_of_aws(state: State) -> None:
    """Raw results hold times and headers, which engines format in different ways."""
    selected = "ResultSelector" in state.body or state.body.get("OutputPath") == "$.Payload"
    assert selected or state.body.get("ResultPath", "$") is None


@pytest.mark.parametrize("state", states(), ids=str)
def test_no_state_reads_an_optional_field_of_the_event(state: State) -> None:
    """A bucket without versions sends no version ID, and a missing path fails an execution with States.Runtime."""
    optional = {"$.detail.object.version-id", "$.detail.cause", "$.detail.output", "$.detail.object.size"}
    assert not {path for text in dynamic(state.body) for path in re.findall(r"\$\.[\w.-]+", text)} & optional
