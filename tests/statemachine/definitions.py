"""The definitions of the state machines: their text, their substitutions and all their transitions."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
MACHINES = ("image_pipeline", "image_deleted", "execution_failed")
EXPRESS = "image_pipeline_express"  # made from image_pipeline, and tested by `make express`

Definition = dict[str, Any]

# OnRejected=keep, the default.
REJECTION_KEEPS = {"RejectionPrefix": ""}


def read(machine: str) -> Definition:
    """Return the definition of a state machine, with its ``${Name}`` placeholders."""
    definition: Definition = json.loads((ROOT / f"statemachine/{machine}.asl.json").read_text("utf-8"))
    return definition


def deployed(definition: Definition, values: Mapping[str, str]) -> Definition:
    """Replace the placeholders as a deployment does. Raises KeyError for a ``${Name}`` without a value."""
    filled = substitute(definition, values)
    text = json.dumps(filled)
    if "${" in text:
        raise KeyError(text[text.index("${") :][:40])
    return filled


def substitute(definition: Definition, values: Mapping[str, str]) -> Definition:
    """Replace some placeholders."""
    text = json.dumps(definition)
    for name, value in values.items():
        text = text.replace(f"${{{name}}}", value)
    filled: Definition = json.loads(text)
    return filled


def scopes(definition: Definition) -> Iterator[Definition]:
    """Yield the machine and each branch in it: everything with StartAt and States."""
    yield definition
    for state in definition["States"].values():
        for branch in state.get("Branches", []):
            yield from scopes(branch)


def states(definition: Definition) -> dict[str, Definition]:
    """Map each name to its state, branches included."""
    return {name: state for scope in scopes(definition) for name, state in scope["States"].items()}


def retriers(definition: Definition) -> Iterator[dict[str, Any]]:
    """Yield the retriers that retry. One with MaxAttempts 0 only exempts its errors from the next one."""
    for state in states(definition).values():
        yield from (retrier for retrier in state.get("Retry", []) if retrier["MaxAttempts"])


def senders(rejection: Mapping[str, str] = REJECTION_KEEPS) -> dict[str, str]:
    """Map each update or Subject to the state that sends it. States that do the same in two machines share a name."""
    found: dict[str, str] = {}
    for machine in (*MACHINES, EXPRESS):
        for name, state in states(substitute(read(machine), rejection)).items():
            mark = mark_of(state.get("Parameters", {}))
            if mark:
                assert found.get(mark, name) == name, f"{name} and {found[mark]} both send {mark!r}"
                found[mark] = name
    return found


def mark_of(parameters: Mapping[str, Any]) -> str:
    """Return what identifies the state that sends these parameters: its Subject or its update, or nothing."""
    if "UpdateExpression" in parameters:
        return f"{parameters['UpdateExpression']} IF {parameters['ConditionExpression']}"
    return str(parameters.get("Subject", ""))


def same_error(name: str) -> str:
    """Return an error name as AWS spells it: some engines spell a service in another way, or not at all."""
    return _OTHER_SPELLINGS.get(name, name.replace("Dynamodb.", "DynamoDB."))


_OTHER_SPELLINGS = {"ExecutionAlreadyExists": "StepFunctions.ExecutionAlreadyExistsException"}


@dataclass(frozen=True, order=True)
class Step:
    """One transition of a state: ``by`` is "goes on", or the name of the error that is caught or retried."""

    machine: str
    state: str
    by: str
    to: str


def steps(machine: str) -> set[Step]:
    """Return all transitions of all states, with one for each error that is caught or retried."""
    found: set[Step] = set()
    for name, state in states(read(machine)).items():
        found |= {Step(machine, name, "goes on", target) for target in _targets(state)}
        for catcher in state.get("Catch", []):
            found |= {
                Step(machine, name, same_error(error), catcher["Next"]) for error in catcher["ErrorEquals"]
            }
        for retrier in state.get("Retry", []):
            if retrier["MaxAttempts"]:
                found |= {Step(machine, name, error, name) for error in retrier["ErrorEquals"]}
    return found


def _targets(state: Definition) -> Iterator[str]:
    if state["Type"] == "Choice":
        yield from (rule["Next"] for rule in state["Choices"])
        yield state["Default"]
    elif "Next" in state:
        yield state["Next"]
    else:
        yield "end"


def rounds(machine: str, state: str) -> Iterator[list[str]]:
    """Yield every error that a state retries, in rounds that the attempts just suffice for."""
    retriers = [one for one in read(machine)["States"][state]["Retry"] if one["MaxAttempts"]]
    left = [[name for name in one["ErrorEquals"] if name != "States.Timeout"] for one in retriers]
    while any(left):
        yield [
            name for names, one in zip(left, retriers, strict=True) for name in names[: one["MaxAttempts"]]
        ]
        left = [names[one["MaxAttempts"] :] for names, one in zip(left, retriers, strict=True)]
