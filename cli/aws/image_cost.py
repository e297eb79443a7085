"""What one image has cost, from what its executions did. Pure."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass

from cli.aws.execution_history import StateVisit
from cli.aws.executions import Execution
from renditions.records import ImageRecord

# List prices in us-east-1 in US dollars, each for one.
PRICES = {
    "transition": 0.025 / 1e3,
    "gb_second": 0.0000133334,
    "request": 0.20 / 1e6,
    "write": 0.625 / 1e6,
    "put": 0.005 / 1e3,
    "get": 0.0004 / 1e3,
    "publish": 0.50 / 1e6,
    "event": 1.00 / 1e6,
}
MEMORY_GB = 1769 / 1024  # of the functions that work on pixels; the others have less and are quick
WRITES = 2  # units for each write of a record of up to 1 KB, and its entry in the index


@dataclass(frozen=True, slots=True)
class ImageWork:
    """What the executions of one image did, in the units that AWS bills."""

    transition: int = 0
    gb_second: float = 0
    request: int = 0
    write: int = 0
    put: int = 0
    get: int = 0
    publish: int = 0
    event: int = 0

    @property
    def dollars(self) -> float:
        """What that costs at list prices."""
        quantities = asdict(self)
        return float(sum(quantities[name] * price for name, price in PRICES.items()))


def image_cost(record: ImageRecord | None, executions: Iterable[Execution]) -> float:
    """Return what an image has cost so far, in dollars at list prices, without storage, traffic and logs."""
    return image_work(record, executions).dollars


def image_work(record: ImageRecord | None, executions: Iterable[Execution]) -> ImageWork:
    """Return what the executions of an image did. A retry is a transition too, and its wait counts as work."""
    found = list(executions)
    visits = [visit for execution in found for visit in execution.visits]
    invoked = [one for one in visits if one.service == "lambda:invoke"]
    requests = sum(1 + one.retries for one in invoked)
    stored = len(record.renditions) if record else 0
    return ImageWork(
        transition=sum(1 + one.retries for one in visits),
        gb_second=sum(map(_seconds, invoked)) * MEMORY_GB,
        request=requests,
        write=WRITES * sum(1 + one.retries for one in visits if one.service == "dynamodb:updateItem"),
        put=stored + len(found),
        get=requests,
        publish=sum(1 + one.retries for one in visits if one.service == "sns:publish"),
        event=len(found),
    )


def _seconds(visit: StateVisit) -> float:
    return (visit.exited - visit.entered).total_seconds() if visit.exited else 0.0
