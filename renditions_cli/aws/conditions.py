"""The conditions of a template: which of its resources CloudFormation makes with some values of its parameters."""

from collections.abc import Mapping
from typing import Any


def made(template: Mapping[str, Any], values: Mapping[str, str]) -> dict[str, Any]:
    """Return the resources of ``template`` that exist with these ``values``, and the defaults of other parameters."""
    defaults = {name: str(one.get("Default", "")) for name, one in template["Parameters"].items()}
    holds = holding(template["Conditions"], {**defaults, **values})
    return {name: one for name, one in template["Resources"].items() if holds.get(one.get("Condition"), True)}


def holding(conditions: Mapping[str, Any], values: Mapping[str, str]) -> dict[str, bool]:
    """Return the names of the ``conditions`` with whether they hold. ``values`` are those of all parameters."""
    return {name: _holds(condition, conditions, values) for name, condition in conditions.items()}


def _holds(condition: Any, conditions: Mapping[str, Any], values: Mapping[str, str]) -> bool:
    [(function, argument)] = condition.items()
    match function:
        case "Condition":
            return _holds(conditions[argument], conditions, values)
        case "Fn::Not":
            return not _holds(argument[0], conditions, values)
        case "Fn::And":
            return all(_holds(one, conditions, values) for one in argument)
        case "Fn::Or":
            return any(_holds(one, conditions, values) for one in argument)
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
