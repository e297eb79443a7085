"""The conditions of a template: which of its resources CloudFormation makes with some values of its parameters."""

from collections.abc import Mapping
from typing import Any


def holding(conditions: Mapping[str, Any], values: Mapping[str, str]) -> dict[str, bool]:
    """Return the names of the ``conditions`` with whether they hold. ``values`` are those of the parameters."""
    known: dict[str, bool] = {}
    for name in conditions:
        known[name] = _holds({"Condition": name}, conditions, values, known)
    return known


def _holds(
    condition: Any, conditions: Mapping[str, Any], values: Mapping[str, str], known: Mapping[str, bool]
) -> bool:
    [(function, argument)] = condition.items()
    match function:
        case "Condition":
            return known.get(argument) or _holds(conditions[argument], conditions, values, known)
        case "Fn::Not":
            return not _holds(argument[0], conditions, values, known)
        case "Fn::And":
            return all(_holds(one, conditions, values, known) for one in argument)
        case "Fn::Or":
            return any(_holds(one, conditions, values, known) for one in argument)
        case "Fn::Equals":
            left, right = (_text(one, values) for one in argument)
            return left == right
    raise ValueError(f"{function} is no function of conditions.")


def _text(value: Any, values: Mapping[str, str]) -> str:
    """Return a text, the value of a parameter, or the members of a list; ``aws`` for what depends on the region."""
    if isinstance(value, Mapping) and "Fn::Join" in value:
        between, joined = value["Fn::Join"]
        return _text(joined, values).replace(",", between)
    return str(values.get(value["Ref"], "aws")) if isinstance(value, Mapping) else str(value)
