"""The definitions of the deployed state machines, as far as the commands need them."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from renditions_cli.aws.stack import Stack


@dataclass(frozen=True, slots=True)
class Definitions:
    """The definition of each state machine of a stack, by its name, as text."""

    texts: Mapping[str, str]

    def functions(self) -> list[str]:
        """Return the names of the functions that the state machines invoke."""
        found = (
            re.findall(r'"FunctionName"\s*:\s*"[^"]*:function:([\w-]+)', one) for one in self.texts.values()
        )
        return sorted({name for names in found for name in names})

    def publications(self, machine: str) -> Mapping[str, Mapping[str, str]]:
        """Return the parameters, such as ``Subject`` and ``TopicArn``, of each state that publishes to a topic."""
        states = _states(json.loads(self.texts.get(machine, "{}")))
        found = {name: state.get("Parameters", {}) for name, state in states}
        return {name: parameters for name, parameters in found.items() if "TopicArn" in parameters}


def read_definitions(stack: Stack) -> Definitions:
    """Read the definitions. Raises ClientError."""
    client, outputs = stack.step_functions(), stack.outputs
    arns = filter(None, (outputs.image_pipeline, outputs.image_deleted, outputs.execution_failed))
    found = [client.describe_state_machine(stateMachineArn=arn) for arn in arns]
    return Definitions({one["name"]: one["definition"] for one in found})


def _states(machine: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for name, state in machine.get("States", {}).items():
        yield name, state
        for branch in state.get("Branches", ()):
            yield from _states(branch)
