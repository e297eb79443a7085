"""Everything about one execution: its definition, its states, its events, and the record of its image."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from renditions.records import batch_get
from renditions_cli.aws.advice import advice
from renditions_cli.aws.causes import error_message
from renditions_cli.aws.dead_letters import parse_event
from renditions_cli.aws.execution_history import Event, StateVisit, read_events, state_visits
from renditions_cli.aws.failures import FAILED_STATUSES, make_failures
from renditions_cli.aws.images import may_have_record, record_json
from renditions_cli.aws.sdk_errors import concerns_every_request, response_error
from renditions_cli.aws.stack import Stack
from renditions_cli.console.listing import machines
from renditions_cli.console.messages import Refused, Request
from renditions_cli.console.subject import image_of_input, original_of_input, reported_execution

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

NO_EXECUTION = (
    "There is no such execution in this account and region. Step Functions deletes executions 90 days after their end, "
    "or with their state machine. `renditions status KEY` shows what the record of an image says."
)
NO_DEFINITION = "The state machine no longer exists, so there is no graph."

Document = dict[str, Any]


def read_execution(stack: Stack, request: Request) -> Document:
    """Return the document of the execution ``arn``. Raises Refused if it does not exist."""
    client = stack.step_functions()
    found = describe(client, request.parameter("arn"))
    events = until_stopped(read_events(client, found["executionArn"], with_data=True))
    definition, definition_error = read_definition(client, found["executionArn"])
    record, record_error = read_record(stack, found)
    return {
        "execution": summary(stack, found),
        "failure": read_failure(stack, found),
        "definition": definition,
        "definition_error": definition_error,
        "visits": [visit_json(one) for one in state_visits(events, found["status"])],
        "events": list(map(event_json, events)),
        "record": record,
        "record_error": record_error,
    }


def describe(client: "SFNClient", arn: str) -> Document:
    """Return what Step Functions says about an execution. Raises Refused if there is none."""
    try:
        return {**client.describe_execution(executionArn=arn)}
    except (client.exceptions.ExecutionDoesNotExist, client.exceptions.InvalidArn):
        raise Refused(404, NO_EXECUTION) from None


def until_stopped(events: list[Event]) -> list[Event]:
    """Return the events up to the one that stopped the execution: an emulator lets tasks go on that run already."""
    kinds = [event["type"] for event in events]
    is_final = "ExecutionAborted" in kinds and "ExecutionRedriven" not in kinds
    return events[: kinds.index("ExecutionAborted") + 1] if is_final else events


def summary(stack: Stack, found: Mapping[str, Any]) -> Document:
    """Return the facts of an execution, and what its input is about."""
    event = parse_event(found.get("input") or "")
    names = {arn: name for name, arn in machines(stack.outputs).items()}
    return {
        "arn": found["executionArn"],
        "name": found["name"],
        "machine": found["stateMachineArn"],
        "machine_name": names.get(found["stateMachineArn"]),  # null for a state machine of another stack
        "status": found["status"],
        "started": found["startDate"],
        "stopped": found.get("stopDate"),
        "redrives": found.get("redriveCount", 0),
        "error": found.get("error"),
        "cause": error_message(found.get("cause")),
        "input": found.get("input"),
        "output": found.get("output"),
        "image": image_of_input(event),
        "original": original_of_input(event),
        "reports": reported_execution(event),
        "console_url": stack.console_link(found["executionArn"]),
    }


def read_failure(stack: Stack, found: Mapping[str, Any]) -> Document | None:
    """Return what to do about an execution that failed, or why nothing is left to do; None if it did not fail."""
    if found["status"] not in FAILED_STATUSES:
        return None
    try:
        [failure] = make_failures(stack, [found])
    except ClientError as error:
        return {"advice": advice(error_name(found)), "repaired": "", "note": response_error(error)}
    return {
        "advice": failure.hopeless or advice(error_name(found)),
        "repaired": failure.repaired,
        "note": "",
    }


def error_name(found: Mapping[str, Any]) -> str:
    """Return the name under which there is advice: of an execution that was ended from outside, its status."""
    return found["status"] if found["status"] != "FAILED" else found.get("error") or ""


def read_definition(client: "SFNClient", arn: str) -> tuple[Any, str]:
    """Return the definition with which the execution runs, and a sentence if there is none."""
    try:
        found = client.describe_state_machine_for_execution(executionArn=arn)
    except client.exceptions.StateMachineDoesNotExist:
        return None, NO_DEFINITION
    except ClientError as error:
        if concerns_every_request(error):
            raise
        return None, response_error(error)
    definition = parse_event(found["definition"])
    return definition, "" if definition else "The definition is not a JSON document."


def read_record(stack: Stack, found: Mapping[str, Any]) -> tuple[Document | None, str]:
    """Return the current record of the image, and a sentence if it cannot be read."""
    image = image_of_input(parse_event(found.get("input") or ""))
    if not may_have_record(image):
        return None, ""
    try:
        record = batch_get(stack.dynamodb(), stack.outputs.images_table, [image]).get(image)
    except ClientError as error:
        return None, response_error(error)
    return record_json(record) if record else None, ""


def visit_json(visit: StateVisit) -> Document:
    """Return one visit of a state, with its input and output as text."""
    return {
        **visit.to_json(),
        "advice": advice(visit.error) if visit.error and visit.status == "FAILED" else None,
        "input": visit.input,
        "output": visit.output,
    }


def event_json(event: Event) -> Document:
    """Return one event of the history, its details without the name that depends on its type."""
    details: Iterable[Any] = (value for name, value in event.items() if name.endswith("EventDetails"))
    return {
        "id": event["id"],
        "previous": event.get("previousEventId") or None,
        "type": event["type"],
        "time": event["timestamp"],
        "details": next(iter(details), {}),
    }
