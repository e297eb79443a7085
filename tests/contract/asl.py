"""A reader of Amazon States Language: states, paths and intrinsic functions of all three state machines."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

DEFINITIONS = Path(__file__).parents[2] / "statemachine"
MACHINES = ("image_pipeline", "image_deleted", "execution_failed")

# "States.Format('…', $.a, $.b)": the name and the arguments.
INTRINSIC = re.compile(r"^States\.(\w+)\((.*)\)$", re.DOTALL)
# Part of the arguments: a quoted string, a bracket, a comma, or anything else.
PART = re.compile(r"'[^']*'|[(),]|[^'(),]+", re.DOTALL)


@dataclass(frozen=True)
class State:
    """One state of a machine. ``scope`` is the machine or branch that holds it, where its Next is looked up."""

    machine: str
    name: str
    body: dict[str, Any]
    scope: dict[str, Any]

    @property
    def kind(self) -> str:
        return str(self.body["Type"])

    @property
    def caught(self) -> list[str]:
        return [name for catcher in self.body.get("Catch", ()) for name in catcher["ErrorEquals"]]

    @property
    def retried(self) -> list[str]:
        """The errors that are retried. A retrier with MaxAttempts 0 only exempts its errors from the next one."""
        retriers = (one for one in self.body.get("Retry", ()) if one.get("MaxAttempts", 3) > 0)
        return [name for retrier in retriers for name in retrier["ErrorEquals"]]

    def targets(self) -> list[str]:
        """The states that can follow this one."""
        choices = self.body.get("Choices", ())
        named = [self.body, *choices, *self.body.get("Catch", ())]
        found = [one["Next"] for one in named if "Next" in one]
        return found + ([self.body["Default"]] if "Default" in self.body else [])

    def __str__(self) -> str:
        return f"{self.machine}.{self.name}"


@cache
def definition(machine: str) -> dict[str, Any]:
    """Return the definition of a state machine, with its ``${Name}`` placeholders."""
    parsed: dict[str, Any] = json.loads((DEFINITIONS / f"{machine}.asl.json").read_text())
    return parsed


def scopes(body: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the machine and each branch in it: everything with a StartAt."""
    yield body
    for state in body["States"].values():
        for branch in state.get("Branches", ()):
            yield from scopes(branch)


def states(*kinds: str) -> list[State]:
    """Return the states of all machines, or only those of the given types."""
    found = [
        State(machine, name, body, scope)
        for machine in MACHINES
        for scope in scopes(definition(machine))
        for name, body in scope["States"].items()
    ]
    return [state for state in found if not kinds or state.kind in kinds]


def state(name: str) -> State:
    """Return the first state with this name."""
    return next(one for one in states() if one.name == name)


def lambda_tasks() -> list[State]:
    """Return the tasks that invoke a function."""
    return [
        one for one in states("Task") if one.body["Resource"] == "arn:${Partition}:states:::lambda:invoke"
    ]


def strings(node: Any) -> Iterator[str]:
    """Yield every string value below ``node``."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict):
        for value in node.values():
            yield from strings(value)
    elif isinstance(node, list):
        for value in node:
            yield from strings(value)


def dynamic(node: Any) -> Iterator[str]:
    """Yield the values of all fields whose name ends in ``.$``: paths and intrinsic functions."""
    if isinstance(node, list):
        for value in node:
            yield from dynamic(value)
    elif isinstance(node, dict):
        for key, value in node.items():
            if key.endswith(".$"):
                yield value
            else:
                yield from dynamic(value)


def call(expression: str) -> tuple[str, list[str]] | None:
    """Return the name and the arguments of an intrinsic function, or None for a path."""
    found = INTRINSIC.match(expression)
    if found is None:
        return None
    return found[1], arguments(found[2])


def arguments(text: str) -> list[str]:
    """Return the arguments of an intrinsic function: quoted strings, paths, and calls of other functions."""
    found, depth = [""], 0
    for part in PART.findall(text):
        depth += (part == "(") - (part == ")")
        if part == "," and depth == 0:
            found.append("")
        else:
            found[-1] += part
    return [one.strip() for one in found]


def paths(expression: str) -> list[str]:
    """Return the paths in a path or in a call, those of the calls in it included."""
    parsed = call(expression)
    if parsed is None:
        return [expression]
    return [path for one in parsed[1] if not one.startswith("'") for path in paths(one)]


def evaluate(expression: str, document: dict[str, Any]) -> Any:
    """Evaluate a path ``$.a.b``, or a Format or JsonToString of such values, as Step Functions does."""
    parsed = call(expression)
    if parsed is None:
        value: Any = document
        for field in expression.split(".")[1:]:
            value = value[field]
        return value
    name, given = parsed
    if name == "JsonToString":
        return json.dumps(evaluate(given[0], document))
    values = [evaluate(argument, document) for argument in given[1:]]
    return given[0].strip("'").format(*values)
