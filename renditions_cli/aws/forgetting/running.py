"""The executions that still work on an image. Whatever they have begun, they may still write."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from renditions.reconciliation.comparison import express_owner
from renditions.records import ImageRecord
from renditions_cli.aws.dead_letters import image_behind, parse_event
from renditions_cli.aws.stack import Stack

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

SECONDS_BETWEEN_CHECKS = 1.0


@dataclass(slots=True)
class Running:
    """Finds them among all executions that run. The input of each is read once, because only it names the image.

    ``started``: those that this command has started. ``ends``: when an Express execution is over at the latest, because
    Step Functions lists and describes none.
    """

    stack: Stack
    images: dict[str, str] = field(default_factory=dict)
    started: list[str] = field(default_factory=list)
    ends: dict[str, datetime] = field(default_factory=dict)
    client: "SFNClient" = field(init=False)

    def __post_init__(self) -> None:
        self.client = self.stack.step_functions()

    def about(self, image_uri: str) -> list[str]:
        """Return the ARNs of the running executions about an image. Raises botocore's errors."""
        client, outputs = self.client, self.stack.outputs
        machines = [
            one for one in (outputs.image_pipeline, outputs.image_deleted, outputs.execution_failed) if one
        ]
        found = [arn for arn in self.started if self.images[arn] == image_uri and self.is_running(arn)]
        for machine in machines:
            pages = client.get_paginator("list_executions").paginate(
                stateMachineArn=machine, statusFilter="RUNNING"
            )
            for arn in [one["executionArn"] for page in pages for one in page["executions"]]:
                if arn not in self.images:
                    self.images[arn] = image_behind(
                        parse_event(client.describe_execution(executionArn=arn).get("input") or "")
                    )
                if self.images[arn] == image_uri and arn not in found:
                    found.append(arn)
        return found

    def add(self, arn: str, image_uri: str) -> None:
        """Remember an execution that was just started: ListExecutions may not know it for a second or two."""
        self.images[arn] = image_uri
        self.started.append(arn)

    def add_express(self, record: ImageRecord) -> None:
        """Remember the Express execution that owns a record, if one does."""
        if record.execution_arn and (owner := express_owner(record)):
            self.ends[record.execution_arn] = owner.since
            self.add(record.execution_arn, record.image_uri)

    def is_running(self, arn: str) -> bool:
        """Return whether an execution runs."""
        if arn in self.ends:
            return datetime.now(UTC) < self.ends[arn]
        client = self.client
        try:
            return client.describe_execution(executionArn=arn)["status"] == "RUNNING"
        except client.exceptions.ExecutionDoesNotExist:
            return arn in self.started  # not known yet
        except client.exceptions.InvalidArn:
            return False

    def wait(self, image_uri: str, is_late: Callable[[], bool]) -> list[str]:
        """Wait until no execution works on an image. Returns those that still do so when it ``is_late``."""
        while (arns := self.about(image_uri)) and not is_late():
            time.sleep(SECONDS_BETWEEN_CHECKS)
        return arns
