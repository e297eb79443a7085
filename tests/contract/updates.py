"""What an update of the stack from one template to another does to its resources and parameters."""

import re
from collections.abc import Iterator
from typing import Any

from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER

# What people keep, subscribe to, or have links to.
STATEFUL = frozenset({
    "AWS::CloudFront::Distribution",
    "AWS::Cognito::UserPool",
    "AWS::DynamoDB::Table",
    "AWS::Logs::LogGroup",
    "AWS::S3::Bucket",
    "AWS::SNS::Topic",
    "AWS::SQS::Queue",
    "AWS::StepFunctions::StateMachine",
})  # fmt: skip
ALWAYS_NEW = "AWS::Lambda::LayerVersion"  # one for each content, by design
_REGION = "us-east-1"

Template = dict[str, Any]


def lost_resources(old: Template, new: Template) -> dict[str, str]:
    """Map each resource that the update removes or replaces to the reason. Both templates are translated from SAM."""
    found = {}
    for name, resource in old["Resources"].items():
        if resource["Type"] != ALWAYS_NEW and (reason := _reason(name, resource, old, new)):
            found[name] = reason
    return found


def _reason(name: str, resource: dict[str, Any], old: Template, new: Template) -> str:
    other = new["Resources"].get(name)
    if other is None:
        return "is removed"
    if other["Type"] != resource["Type"]:
        return f"becomes {other['Type']}"
    if _condition(resource, old) != _condition(other, new):
        return "has another condition"
    if resource.get("DeletionPolicy") != other.get("DeletionPolicy"):
        return "has another DeletionPolicy"
    changed = [
        path
        for path in fixed_properties(resource["Type"])
        if _at(resource.get("Properties", {}), path) != _at(other.get("Properties", {}), path)
    ]
    return f"is replaced, because {', '.join(changed)} changes" if changed else ""


def fixed_properties(kind: str) -> list[str]:
    """Return the properties that CloudFormation cannot change in place, as ``A`` or ``A/B``."""
    if kind.startswith("Custom::"):
        return ["ServiceToken"]
    schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema(_REGION, kind).schema
    listed = [*schema.get("createOnlyProperties", []), *schema.get("conditionalCreateOnlyProperties", [])]
    return [path.removeprefix("/properties/") for path in listed]


def changed_parameters(old: Template, new: Template) -> dict[str, str]:
    """Map each parameter to what is no longer as it was: its default, or a value that was allowed."""
    found = {}
    for name, one in old["Parameters"].items():
        if name in new["Parameters"] and (faults := [*_narrower(one, new["Parameters"][name])]):
            found[name] = " and ".join(faults)
    return found


def _narrower(old: dict[str, Any], new: dict[str, Any]) -> Iterator[str]:
    if str(old.get("Default")) != str(new.get("Default")):
        yield f"Default {old.get('Default')} becomes {new.get('Default')}"
    if refused := [value for value in _allowed(old) if not _accepts(new, value)]:
        yield f"{', '.join(refused)} is no longer allowed"
    if old.get("AllowedPattern", new.get("AllowedPattern")) != new.get("AllowedPattern"):
        yield "AllowedPattern changes"


def _allowed(parameter: dict[str, Any]) -> list[str]:
    """Return every allowed value, or the ends of the range. Whatever a pattern allows is not tried."""
    if "AllowedValues" in parameter:
        return [str(value) for value in parameter["AllowedValues"]]
    if "AllowedPattern" in parameter:
        return []
    ends = [str(parameter[rule]) for rule in ("MinValue", "MaxValue") if rule in parameter]
    return [*ends, "x" * parameter["MaxLength"]] if "MaxLength" in parameter else ends


def _accepts(parameter: dict[str, Any], value: str) -> bool:
    if "AllowedValues" in parameter:
        return value in map(str, parameter["AllowedValues"])
    if "AllowedPattern" in parameter:
        return re.fullmatch(parameter["AllowedPattern"], value) is not None
    if "MinValue" in parameter or "MaxValue" in parameter:
        number = float(value)
        return bool(parameter.get("MinValue", number) <= number <= parameter.get("MaxValue", number))
    return bool(len(value) <= parameter.get("MaxLength", len(value)))


def _condition(resource: dict[str, Any], template: Template) -> Any:
    return template.get("Conditions", {}).get(resource.get("Condition"))


def _at(properties: Any, path: str) -> Any:
    for name in path.split("/"):
        if not isinstance(properties, dict):
            return None
        properties = properties.get(name)
    return properties
