"""What an operator can do from the page. ``renditions redrive`` does the same."""

import getpass
import uuid
from typing import Any

from botocore.exceptions import ClientError

from renditions_cli.aws.failures import ANOTHER_STACK, read_failures
from renditions_cli.aws.redriving import Redriver
from renditions_cli.aws.stack import Stack
from renditions_cli.console.listing import machines
from renditions_cli.console.messages import Refused, Request
from renditions_cli.console.one_execution import describe
from renditions_cli.errors import UsageError

STOPPED = "ConsoleStop"
NO_INPUT = "Step Functions did not return the input of this execution, so it cannot be started again."


def redrive(stack: Stack, request: Request) -> dict[str, Any]:
    """Redrive an execution by the rules of ``renditions redrive``, without waiting for its end."""
    outputs = stack.outputs
    redriver = Redriver(
        stack.step_functions(), stack.dynamodb(), outputs.images_table, outputs.execution_failed
    )
    try:
        [failure] = read_failures(stack, [own_execution(stack, request)])
    except UsageError as error:
        raise Refused(404, error.message) from None
    done = redriver.redrive(failure)
    return {"arn": done.arn, "done": done.action, "detail": done.detail}


def start_again(stack: Stack, request: Request) -> dict[str, Any]:
    """Start an execution of the same state machine with the same input."""
    client = stack.step_functions()
    found = describe(client, own_execution(stack, request))
    if not found.get("input"):
        raise Refused(409, NO_INPUT)
    started = client.start_execution(
        stateMachineArn=found["stateMachineArn"], name=f"again-{uuid.uuid4()}", input=found["input"]
    )
    return {"arn": started["executionArn"], "done": "started", "detail": ""}


def stop(stack: Stack, request: Request) -> dict[str, Any]:
    """Stop an execution, and leave a trace of who did it."""
    client, arn = stack.step_functions(), own_execution(stack, request)
    try:
        client.stop_execution(
            executionArn=arn, error=STOPPED, cause=f"Stopped by {_user()} in renditions console."
        )
    except ClientError as error:
        if error.response["Error"]["Code"] == "ValidationException":
            raise Refused(409, "The execution has already ended.") from None
        raise
    return {"arn": arn, "done": "stopped", "detail": ""}


def own_execution(stack: Stack, request: Request) -> str:
    """Return the execution that the body names. Raises Refused if it names none of this stack."""
    arn = request.document().get("arn")
    if not isinstance(arn, str) or ":execution:" not in arn:
        raise Refused(400, "The request names no execution.")
    machine = arn.replace(":execution:", ":stateMachine:", 1).rpartition(":")[0]
    if machine not in machines(stack.outputs).values():
        raise Refused(403, ANOTHER_STACK)
    return arn


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # no entry for this user id, as in some containers
        return "somebody"
