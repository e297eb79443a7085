"""What one image has cost, from what its executions did. Pure."""

from collections.abc import Iterable, Mapping

from renditions.records import ImageRecord
from renditions_cli.aws.execution_history import StateVisit, VisitStatus
from renditions_cli.aws.executions import Execution
from renditions_cli.prices import itemized, list_prices, total
from renditions_cli.prices.work import EXPRESS_MB

MEMORY_GB = 1769 / 1024  # of the functions that work on pixels; the others have less and are quick
WRITES = 3  # units for each write: the record, and its old and its new entry in the index


def image_cost(record: ImageRecord | None, executions: Iterable[Execution]) -> float:
    """Return what an image has cost so far, in dollars at list prices, without storage, traffic and logs."""
    return total(itemized(list_prices(), image_quantities(record, executions)))


def image_quantities(record: ImageRecord | None, executions: Iterable[Execution]) -> Mapping[str, float]:
    """Return how many units of each price the executions took. A retry is a transition too, and its wait is work."""
    found = list(executions)
    visits = [visit for execution in found for visit in execution.visits]
    requests = _attempts(visits, "lambda:invoke")
    express = [one for one in found if one.is_express]
    standard = [visit for one in found if not one.is_express for visit in one.visits]
    return {
        "state_transition": sum(1 + one.retries for one in standard),
        "express_request": len(express),
        "express_gb_second": sum(map(_duration, express)) * EXPRESS_MB / 1024,
        "lambda_gb_second_arm64": sum(map(_seconds, visits)) * MEMORY_GB,
        "lambda_request": requests,
        "dynamodb_write": WRITES * _attempts(visits, "dynamodb:updateItem"),
        "s3_put": len(found) + (sum(one.files for one in record.renditions) if record else 0),
        "s3_get": requests - sum(visit.status is VisitStatus.SKIPPED for visit in visits),
        "sns_publish": _attempts(visits, "sns:publish"),
        "event": len(found),
    }


def _attempts(visits: Iterable[StateVisit], service: str) -> int:
    return sum(1 + one.retries for one in visits if one.service == service)


def _duration(execution: Execution) -> float:
    return (execution.stopped - execution.started).total_seconds() if execution.stopped else 0.0


def _seconds(visit: StateVisit) -> float:
    """Return the time in a function; 0 for any other state."""
    if visit.service != "lambda:invoke" or visit.exited is None:
        return 0.0
    return (visit.exited - visit.entered).total_seconds()
