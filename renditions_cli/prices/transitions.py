"""Count the state transitions that AWS bills, in the definitions of the state machines themselves."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

States = Mapping[str, Any]


def count_transitions(definition: Mapping[str, Any], through: str) -> int:
    """Return how many states an execution enters on the shortest way through the state ``through`` to its end.

    AWS bills each state that is entered, a Parallel and each state in its branches included, and each retry, of which
    there are none on this way. Raises ValueError if no way leads there.
    """
    states = definition["States"]
    way = shortest_way(states, definition["StartAt"], {through})
    rest = shortest_way(states, through, {name for name, state in states.items() if _ends(state)})
    return sum(weight(states[name]) for name in [*way, *rest[1:]])


def weight(state: Mapping[str, Any]) -> int:
    """Return how many states an execution enters with ``state``: those of its branches, too."""
    return 1 + sum(_to_end(branch) for branch in state.get("Branches", ()))


def count_events(definition: Mapping[str, Any], through: str) -> int:
    """Return how many events the log of an Express execution has, on the same way."""
    states = definition["States"]
    way = shortest_way(states, definition["StartAt"], {through})
    return 2 + sum(_events(states[name]) for name in way)  # its start and its end


def _events(state: Mapping[str, Any]) -> int:
    """Count what AWS logs of a state: entry and exit, and what a Task or a Parallel does between them."""
    between = {"Task": 3, "Parallel": 2}.get(state["Type"], 0)
    inner = (one for branch in state.get("Branches", ()) for one in branch["States"].values())
    return 2 + between + sum(_events(one) for one in inner)


def _to_end(branch: Mapping[str, Any]) -> int:
    states = branch["States"]
    way = shortest_way(states, branch["StartAt"], {name for name, state in states.items() if _ends(state)})
    return sum(weight(states[name]) for name in way)


def shortest_way(states: States, start: str, goals: Collection[str]) -> list[str]:
    """Return the names from ``start`` to the nearest of ``goals``, with both. Raises ValueError if there is no way."""
    ways, seen = [[start]], {start}
    for way in ways:  # grows while it is read: breadth first
        if way[-1] in goals:
            return way
        for name in _targets(states.get(way[-1], {})):
            if name not in seen:
                seen.add(name)
                ways.append([*way, name])
    raise ValueError(f"no way leads from {start} to {' or '.join(sorted(goals)) or 'an end'}")


def _targets(state: Mapping[str, Any]) -> Iterator[str]:
    for one in (state, *state.get("Choices", ()), *state.get("Catch", ())):
        if "Next" in one:
            yield one["Next"]
    if "Default" in state:
        yield state["Default"]


def _ends(state: Mapping[str, Any]) -> bool:
    return bool(state.get("End")) or state["Type"] in {"Succeed", "Fail"}
