"""The resources of a deployed stack by their names in the template, and its parameters."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from renditions_cli.aws.stack import StackChoice
from renditions_cli.errors import StackError
from renditions_cli.local.stack import STACK_NAME

if TYPE_CHECKING:
    import boto3


@dataclass(frozen=True, slots=True)
class Resources:
    """``physical``: the ID of each resource, ``types``: its type, both by its name in the template."""

    stack_name: str
    physical: Mapping[str, str]
    types: Mapping[str, str]

    def id_of(self, name: str) -> str:
        """Return the ID of the resource with this name in the template. Raises StackError if there is none."""
        if name not in self.physical:
            raise StackError(
                f"The stack {self.stack_name} has no {name}, so it is another stack or an older version. Check "
                "--stack-name, or run `make deploy`."
            )
        return self.physical[name]

    def of(self, kind: str) -> dict[str, str]:
        """Return the resources of a type such as ``AWS::Lambda::Function``: name in the template → ID."""
        return {name: self.physical[name] for name, one in self.types.items() if one == kind}


def stack_name(choice: StackChoice) -> str:
    """Return the name of the stack that the command line means."""
    return STACK_NAME if choice.local else choice.name


def read_resources(session: "boto3.Session", name: str) -> Resources:
    """Return the resources of the stack ``name``. Raises botocore's errors."""
    pages = session.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=name)
    found = [one for page in pages for one in page["StackResourceSummaries"]]
    return Resources(
        name,
        {one["LogicalResourceId"]: one.get("PhysicalResourceId", "") for one in found},
        {one["LogicalResourceId"]: one["ResourceType"] for one in found},
    )


def read_parameters(session: "boto3.Session", name: str) -> dict[str, str]:
    """Return the parameters of the stack ``name``. Raises botocore's errors."""
    [stack] = session.client("cloudformation").describe_stacks(StackName=name)["Stacks"]
    return {one["ParameterKey"]: one["ParameterValue"] for one in stack.get("Parameters", [])}
