"""What the functions logged about an execution.

A line belongs to an execution if it names it, if it names a request of its history, or the version of its image. All
other lines of the same request belong to it too.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from renditions.logs import pseudonym
from renditions_cli.aws.causes import json_object
from renditions_cli.aws.execution_history import StateVisit
from renditions_cli.aws.executions import Execution
from renditions_cli.aws.stack import Stack

if TYPE_CHECKING:
    from mypy_boto3_logs import CloudWatchLogsClient

BEFORE, AFTER = timedelta(seconds=5), timedelta(seconds=15)  # clocks differ, and lines arrive late
MOST_TERMS = 12  # of a filter, which has at most 1,024 characters
REQUEST = re.compile(r"\b(?:RequestId:? ?)([0-9a-f]{8}-[0-9a-f-]{27})")
# Where a line names its request: Powertools, the runtime, and the platform.
REQUEST_FIELDS = ("function_request_id", "requestId", "AWSRequestId")


@dataclass(frozen=True, slots=True)
class LogLine:
    """A line of a function's log. ``fields`` are those of a JSON line; empty for plain text."""

    time: datetime
    function: str
    request_id: str
    text: str
    fields: Mapping[str, Any]

    @property
    def level(self) -> str:
        """The level of the line: INFO, WARNING, ERROR; empty if it has none."""
        if found := self.fields.get("level"):
            return str(found)
        return "ERROR" if self.text.startswith("[ERROR]") else ""

    @property
    def is_platform(self) -> bool:
        """Whether Lambda wrote the line, not the function: a start, an end, a report."""
        return str(self.fields.get("type", "")).startswith("platform.") or bool(
            re.match(r"(START|END|REPORT|INIT_START) ", self.text)
        )

    def to_json(self) -> dict[str, Any]:
        """Return the document for --json, with the time in ISO 8601."""
        return {
            "time": self.time.isoformat(),
            "function": self.function,
            "request_id": self.request_id or None,
            "level": self.level or None,
            "text": self.text,
        }


def read_log_lines(
    stack: Stack, functions: Collection[str], image_uri: str, executions: Iterable[Execution]
) -> list[LogLine]:
    """Return the lines of these functions about these executions, in order. Raises ClientError."""
    logs = stack.logs()
    lines: dict[tuple[Any, ...], LogLine] = {}
    for execution in executions:
        for line in _lines_of(logs, functions, image_uri, execution):
            lines[line.time, line.function, line.request_id, line.text] = line
    return sorted(lines.values(), key=lambda one: one.time)


def _lines_of(
    logs: "CloudWatchLogsClient", functions: Collection[str], image_uri: str, execution: Execution
) -> Iterator[LogLine]:
    wanted = Wanted.of(image_uri, execution)
    begin = execution.started - BEFORE
    end = (execution.stopped or datetime.now(UTC)) + AFTER

    def read(function: str) -> list[LogLine]:
        found = list(_filtered(logs, function, begin, end, wanted.terms()))
        requests = wanted.requests | {one.request_id for one in found if wanted.names(one)} - {""}
        if new := sorted(requests - wanted.requests):
            found += _filtered(logs, function, begin, end, _request_terms(new))
        return [one for one in found if one.request_id in requests or wanted.names(one)]

    with ThreadPoolExecutor(len(functions) or 1) as pool:
        for lines in pool.map(read, functions):
            yield from lines


@dataclass(frozen=True, slots=True)
class Wanted:
    """What names an execution in a line."""

    execution: str
    image: str
    requests: frozenset[str]
    versions: frozenset[str]

    @classmethod
    def of(cls, image_uri: str, execution: Execution) -> "Wanted":
        """Return what the history of the execution has."""
        requests = {one for visit in execution.visits for one in visit.requests}
        versions = {version for visit in execution.visits for version in _versions(visit)}
        return cls(execution.arn, pseudonym(image_uri), frozenset(requests), frozenset(versions))

    def terms(self) -> list[str]:
        """Return the terms of a filter."""
        named = [f'($.execution = "{self.execution}")']
        named += [f'($.version = "{one}")' for one in sorted(self.versions)]
        return named + _request_terms(sorted(self.requests))

    def names(self, line: LogLine) -> bool:
        """Whether a line names this execution, or its image if it names no execution."""
        fields = line.fields
        if fields.get("execution"):
            return bool(fields["execution"] == self.execution)
        return fields.get("image") == self.image or fields.get("version") in self.versions


def _versions(visit: StateVisit) -> Iterator[str]:
    """Yield the version of the image that a function returned."""
    payload = json_object(visit.result).get("Payload")
    if isinstance(payload, dict) and isinstance(payload.get("version"), str):
        yield payload["version"]


def _request_terms(requests: Iterable[str]) -> list[str]:
    fields = ("function_request_id", "requestId", "record.requestId")
    return [f'($.{field} = "{one}")' for one in requests for field in fields]


def _filtered(
    logs: "CloudWatchLogsClient", function: str, begin: datetime, end: datetime, terms: list[str]
) -> Iterator[LogLine]:
    """Yield the lines of a function that fit one of ``terms``. An engine may ignore these."""
    for start in range(0, len(terms), MOST_TERMS):
        pages = logs.get_paginator("filter_log_events").paginate(
            logGroupName=f"/aws/lambda/{function}",
            startTime=round(begin.timestamp() * 1000),
            endTime=round(end.timestamp() * 1000),
            filterPattern="{ " + " || ".join(terms[start : start + MOST_TERMS]) + " }",
        )
        try:
            yield from _parsed(function, (event for page in pages for event in page["events"]))
        except ClientError as error:
            if error.response["Error"]["Code"] != "ResourceNotFoundException":
                raise
            return  # the function has never run


def _parsed(function: str, events: Iterable[Mapping[str, Any]]) -> Iterator[LogLine]:
    """Yield lines. One that does not name its request, such as one of a traceback, belongs to that of the line before.

    The lines of one stream are in order, those of several are mixed.
    """
    request_of: dict[str, str] = defaultdict(str)
    for event in events:
        text = event["message"].rstrip("\n")
        fields = json_object(text)
        stream = event.get("logStreamName", "")
        request_of[stream] = _request_in(text, fields) or request_of[stream]
        moment = datetime.fromtimestamp(event["timestamp"] / 1000, UTC)
        yield LogLine(moment, function, request_of[stream], text, fields)


def _request_in(text: str, fields: Mapping[str, Any]) -> str:
    record = fields.get("record")
    for source in (fields, record if isinstance(record, dict) else {}):
        for name in REQUEST_FIELDS:
            if isinstance(source.get(name), str):
                return str(source[name])
    found = REQUEST.search(text)
    return found[1] if found else ""
