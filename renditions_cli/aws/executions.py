"""The execution that processed an image, as Step Functions describes it."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from renditions_cli.aws.causes import error_message
from renditions_cli.aws.execution_history import StateVisit, current_states, read_events, state_visits
from renditions_cli.aws.sdk_errors import concerns_every_request

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient


EXPRESS = "-express"  # the suffix of a state machine whose states do what those of the machine without it do


@dataclass(frozen=True, slots=True)
class Execution:
    """One execution of the state machine, with its states in order.

    ``cause`` is the message of a function's error, or the cause that Step Functions gives.
    """

    arn: str
    status: str
    started: datetime
    stopped: datetime | None
    error: str | None
    cause: str | None
    visits: tuple[StateVisit, ...]

    @property
    def machine(self) -> str:
        """The name of the state machine."""
        return machine_of(self.arn)

    @property
    def is_express(self) -> bool:
        """Whether its state machine is the Express version of another, which has its name without the suffix."""
        return self.machine.endswith(EXPRESS)

    def to_json(self) -> dict[str, Any]:
        """Return the document for --json, with times in ISO 8601."""
        return {
            "arn": self.arn,
            "machine": self.machine,
            "status": self.status,
            "started": self.started.isoformat(),
            "stopped": self.stopped.isoformat() if self.stopped else None,
            "error": self.error,
            "cause": self.cause,
            "states": [visit.to_json() for visit in self.visits],
        }


def has_express_arn(execution_arn: str) -> bool:
    """Return whether this is the ARN of an Express execution on AWS. On the local stack, they have the usual form."""
    return ":express:" in execution_arn


def machine_of(execution_arn: str) -> str:
    """Return the name of the state machine in the ARN of an execution.

    That of an Express execution ends in an ID after its name.
    """
    if has_express_arn(execution_arn):
        execution_arn = execution_arn.rpartition(":")[0]
    return execution_arn.rpartition(":")[0].rpartition(":")[2]


def read_execution(step_functions: "SFNClient", arn: str, *, with_data: bool = False) -> Execution | None:
    """Return the execution, or None if Step Functions has deleted it, which it does 90 days after the end.

    ``with_data`` also reads the inputs, outputs, parameters and results of its states.
    """
    try:
        found = step_functions.describe_execution(executionArn=arn)
    except step_functions.exceptions.ExecutionDoesNotExist:
        return None
    return Execution(
        arn=arn,
        status=found["status"],
        started=found["startDate"],
        stopped=found.get("stopDate"),
        error=found.get("error"),
        cause=error_message(found.get("cause")),
        visits=tuple(state_visits(read_events(step_functions, arn, with_data=with_data), found["status"])),
    )


def read_failed_states(client: "SFNClient", arn: str, status: str) -> str:
    """Return the state in which the execution ended; an empty string if Step Functions refuses its history."""
    try:
        return current_states(state_visits(read_events(client, arn), status))
    except ClientError as error:
        if concerns_every_request(error):
            raise
        return ""
