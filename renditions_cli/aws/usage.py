"""What a stack really did in the last days: from CloudWatch on AWS, from what is there on this machine."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from renditions_cli.aws.billed import EXPRESS, Billed, memory_of
from renditions_cli.aws.failures import list_recent
from renditions_cli.aws.resources import Resources
from renditions_cli.aws.stack import Stack
from renditions_cli.prices.work import RENDITIONS, TRACED, Invocation

if TYPE_CHECKING:
    import boto3

FUNCTION, MACHINE, LOGS, BUCKET, TOPIC = (
    "AWS::Lambda::Function", "AWS::StepFunctions::StateMachine", "AWS::Logs::LogGroup", "AWS::S3::Bucket",
    "AWS::SNS::Topic",
)  # fmt: skip
# Which outcome an execution of a state machine is counted as.
COUNTED_AS = {"ImagePipeline": "COMPLETED", "ImageDeleted": "DELETED", "ExecutionFailed": "FAILED"}
# Namespace and name of a metric, its dimension, and the type of the resources that have it. CloudWatch knows a state
# machine by its ARN, and a topic by the last part of its ARN.
SOURCES = (
    ("AWS/States", "ExecutionsStarted", "StateMachineArn", MACHINE),
    ("AWS/Lambda", "Invocations", "FunctionName", FUNCTION),
    ("AWS/Lambda", "Duration", "FunctionName", FUNCTION),
    ("AWS/Logs", "IncomingBytes", "LogGroupName", LOGS),
    ("AWS/SNS", "NumberOfMessagesPublished", "TopicName", TOPIC),
)
QUERIES_AT_A_TIME = 500  # the most that GetMetricData takes
BILLED_DURATION = re.compile(r"Billed Duration: (\d+) ms\tMemory Size: (\d+) MB")
GB = 1e9
ESTIMATED = (
    "Step Functions counts no transitions and S3 no requests of one stack: each execution of the image pipeline is "
    "counted as that of a completed image."
)
LOCAL = "This machine has no CloudWatch metrics: DynamoDB, SNS and X-Ray are estimated for each execution."


@dataclass(frozen=True, slots=True)
class Usage:
    """What was used in ``days``: price name → units. ``images``: executions of the image pipeline that started."""

    days: float
    images: float
    quantities: Mapping[str, float]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric of CloudWatch with its dimensions. Its values are summed."""

    namespace: str
    name: str
    dimensions: Mapping[str, str]


def usage_on_aws(stack: Stack, resources: Resources, billed: Billed, days: float) -> Usage:
    """Return what CloudWatch counted. Raises botocore's errors."""
    session = stack.session
    started, invoked, lasted, logged, published = (
        _read(session, days, _metrics(resources, *source)) for source in SOURCES
    )
    table = _read(session, days, _table_metrics(stack))
    notices = published.get("NotificationsTopic", 0)
    quantities = {
        **_of_executions(started, billed),
        "lambda_request": sum(invoked.values()),
        f"lambda_gb_second_{billed.architecture}": sum(
            Invocation(memory_of(session, resources.id_of(name)), milliseconds / 1000).gb_seconds
            for name, milliseconds in lasted.items()
            if milliseconds
        ),
        "log_gb": sum(logged.values()) / GB,
        "dynamodb_write": _with_prefix(table, "write"),
        "dynamodb_read": _with_prefix(table, "read"),
        "sns_publish": sum(published.values()),
        "sns_email": notices * billed.listeners("COMPLETED", "email", "email-json"),
        "sns_https": notices * billed.listeners("COMPLETED", "http", "https"),
        "s3_gb_month": _stored(session, resources) * days / 30,
    }
    return Usage(days, _images(started), quantities, (ESTIMATED,))


def usage_on_this_machine(stack: Stack, resources: Resources, billed: Billed, days: float) -> Usage:
    """Return what the executions and the logs of the local stack show."""
    since = datetime.now(UTC) - timedelta(days=days)
    client = stack.step_functions()
    started = {
        name: float(sum(1 for _ in list_recent(client, arn, None, since)))
        for name, arn in resources.of(MACHINE).items()
    }
    reports, logged = [], 0.0
    for group in resources.of(LOGS).values():
        for message in _messages(stack.session, group, since):
            logged += len(message)
            if found := BILLED_DURATION.search(message):
                reports.append(Invocation(int(found[2]), int(found[1]) / 1000))
    ended = _images(started)
    work = billed.completed_image()
    quantities = {
        **_of_executions(started, billed),
        "lambda_request": len(reports),
        f"lambda_gb_second_{billed.architecture}": sum(one.gb_seconds for one in reports),
        "log_gb": logged / GB,
        "dynamodb_write": ended * work.writes,
        "sns_publish": ended,
        "sns_email": ended * work.emails,
        "sns_https": ended * work.https,
        "s3_gb_month": sum(_bytes_of(stack, name) for name in resources.of(BUCKET).values()) / GB * days / 30,
    }
    return Usage(days, ended, quantities, (ESTIMATED, LOCAL))


def _of_executions(started: Mapping[str, float], billed: Billed) -> dict[str, float]:
    """Return what follows from the number of executions of each state machine."""
    images, express = _images(started), started.get(EXPRESS, 0)
    one = replace(billed, workflow="express").completed_image().quantities()
    transitions = (
        number * billed.transitions[COUNTED_AS[name]]
        for name, number in started.items()
        if name in COUNTED_AS
    )
    return {
        "state_transition": sum(transitions),
        "express_request": express,
        "express_gb_second": express * one["express_gb_second"],
        "event": images + started.get("ImageDeleted", 0),
        "s3_put": images * (1 + RENDITIONS),
        "s3_get": images * (1 + RENDITIONS),
        "trace": sum(started.values()) * TRACED,
    }


def _images(started: Mapping[str, float]) -> float:
    """Return how many executions uploads have started. An image that is handed over counts as two."""
    return started.get("ImagePipeline", 0) + started.get(EXPRESS, 0)


def _metrics(resources: Resources, namespace: str, name: str, dimension: str, kind: str) -> dict[str, Metric]:
    """Return a metric for each resource of a type, by its name in the template."""
    found = resources.of(kind)
    values = {
        one: physical.rsplit(":", 1)[-1] if kind == TOPIC else physical for one, physical in found.items()
    }
    return {one: Metric(namespace, name, {dimension: value}) for one, value in values.items()}


def _table_metrics(stack: Stack) -> dict[str, Metric]:
    """Return the metrics of the images table and of its indexes, which are billed like tables."""
    table = stack.outputs.images_table
    described = stack.dynamodb().describe_table(TableName=table)["Table"]
    places = [{"TableName": table}] + [
        {"TableName": table, "GlobalSecondaryIndexName": index["IndexName"]}
        for index in described.get("GlobalSecondaryIndexes", [])
    ]
    kinds = {"write": "ConsumedWriteCapacityUnits", "read": "ConsumedReadCapacityUnits"}
    return {
        f"{kind}{number}": Metric("AWS/DynamoDB", name, place)
        for number, place in enumerate(places)
        for kind, name in kinds.items()
    }


def _with_prefix(values: Mapping[str, float], prefix: str) -> float:
    return sum(value for name, value in values.items() if name.startswith(prefix))


def _read(session: "boto3.Session", days: float, metrics: Mapping[str, Metric]) -> dict[str, float]:
    """Return the sum of each metric over the last ``days``, rounded up to whole hours."""
    end = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    names = list(metrics)
    totals = dict.fromkeys(names, 0.0)
    for first in range(0, len(names), QUERIES_AT_A_TIME):
        part = names[first : first + QUERIES_AT_A_TIME]
        queries = [_query(f"m{number}", metrics[name]) for number, name in enumerate(part)]
        paginator = session.client("cloudwatch").get_paginator("get_metric_data")
        for page in paginator.paginate(
            MetricDataQueries=queries, StartTime=end - timedelta(days=days), EndTime=end
        ):
            for result in page["MetricDataResults"]:
                totals[part[int(result["Id"][1:])]] += sum(result["Values"])
    return totals


def _query(identifier: str, metric: Metric) -> Any:
    dimensions = [{"Name": name, "Value": value} for name, value in metric.dimensions.items()]
    return {
        "Id": identifier,
        "MetricStat": {
            "Metric": {"Namespace": metric.namespace, "MetricName": metric.name, "Dimensions": dimensions},
            "Period": 3600,
            "Stat": "Sum",
        },
    }


def _stored(session: "boto3.Session", resources: Resources) -> float:
    """Return the GB in the buckets, which S3 measures once a day."""
    end = datetime.now(UTC)
    total = 0.0
    for bucket in resources.of(BUCKET).values():
        points = session.client("cloudwatch").get_metric_statistics(
            Namespace="AWS/S3",
            MetricName="BucketSizeBytes",
            Dimensions=[{"Name": "BucketName", "Value": bucket}, {"Name": "StorageType", "Value": "StandardStorage"}],
            StartTime=end - timedelta(days=3),
            EndTime=end,
            Period=86400,
            Statistics=["Average"],
        )["Datapoints"]  # fmt: skip
        if points:
            total += max(points, key=lambda point: point["Timestamp"])["Average"]
    return total / GB


def _messages(session: "boto3.Session", group: str, since: datetime) -> Iterator[str]:
    pages = (
        session.client("logs")
        .get_paginator("filter_log_events")
        .paginate(logGroupName=group, startTime=int(since.timestamp() * 1000))
    )
    return (event["message"] for page in pages for event in page["events"])


def _bytes_of(stack: Stack, bucket: str) -> int:
    pages = stack.s3().get_paginator("list_object_versions").paginate(Bucket=bucket)
    return sum(one["Size"] for page in pages for one in page.get("Versions", []))
