"""The stack that the checks look at."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import boto3

from renditions_cli.aws.resources import Resources, read_parameters, read_resources, stack_name
from renditions_cli.aws.stack import Stack, StackChoice

T = TypeVar("T")


@dataclass(slots=True)
class Target:
    """A stack with a session for its account. What is read once is kept, for other checks."""

    choice: StackChoice
    session: boto3.Session
    stack: Stack
    _kept: dict[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The name of the stack."""
        return stack_name(self.choice)

    @property
    def resources(self) -> Resources:
        """The resources of the stack. Raises botocore's errors."""
        return self.once("resources", lambda: read_resources(self.session, self.name))

    @property
    def parameters(self) -> dict[str, str]:
        """The parameters of the stack. Raises botocore's errors."""
        return self.once("parameters", lambda: read_parameters(self.session, self.name))

    def client(self, service: str) -> Any:
        """Return a client for a service."""
        return self.once(f"client {service}", lambda: self.session.client(service))  # type: ignore[call-overload]

    def once(self, name: str, read: Callable[[], T]) -> T:
        """Return what ``read`` returned the first time."""
        if name not in self._kept:
            self._kept[name] = read()
        found: T = self._kept[name]
        return found
