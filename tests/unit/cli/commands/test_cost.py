"""`renditions cost`, as a user calls it: for the checkout, and with what CloudWatch counted."""

import json
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from renditions_cli.aws.billed import Billed, billed_checkout
from renditions_cli.aws.resources import Resources
from renditions_cli.aws.stack import Stack
from renditions_cli.aws.subscriptions import Subscription
from renditions_cli.aws.usage import usage_on_aws
from renditions_cli.commands.cost import bill_of_usage, estimate
from renditions_cli.prices import list_prices, total
from tests.renditions import TRANSITIONS
from tests.unit.cli.aws.test_health import OUTPUTS
from tests.unit.cli.conftest import Command

MAIL = Subscription("email", "me@example.org", "arn:1")


checkout = cache(billed_checkout)  # reading the template takes a while


def billed(*subscriptions: Subscription) -> Billed:
    """Return what the checkout would deploy, with these subscriptions."""
    return replace(checkout(), indexes=0, subscriptions=subscriptions)


def test_the_checkout_is_estimated_without_a_stack_or_credentials(renditions_command: Command) -> None:
    ended = renditions_command("cost", "--undeployed", "--images", "2000", "--json")
    assert (ended.exit_code, ended.stderr) == (0, "")
    document = json.loads(ended.stdout)
    sums = document["sums"]
    assert sums["A day of 2,000"] == pytest.approx(2 * sums["1,000 images"])
    assert document["settings"]["transitions"]["COMPLETED"] == TRANSITIONS
    assert document["settings"]["memory_mb"]["ResizeImageFunction"] == 1769
    for heading, items in document["costs"].items():
        assert sums[heading] == pytest.approx(sum(items.values()))


def test_the_table_has_a_line_for_each_item_and_says_where_its_prices_are_from(
    renditions_command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("renditions_cli.commands.cost.billed_checkout", checkout)
    shown = renditions_command("cost", "--undeployed").stdout
    assert f"Step Functions, state transitions         {TRANSITIONS * 0.025:.4f}" in shown
    assert "checked on 2026-11-29" in shown
    assert "Not included:" in shown


@pytest.mark.parametrize(
    "arguments, told",
    [
        (["--undeployed", "--local"], "--undeployed looks at no stack"),
        (["--undeployed", "--from-stack"], "--undeployed looks at no stack"),
        (["--undeployed", "--prices", "nowhere.json"], "Cannot read nowhere.json"),
        (["--images", "-1"], "Invalid value"),
        (["--images", "nan"], "Invalid value"),
        (["--images", "inf"], "Invalid value"),
        (["--days", "0"], "Invalid value"),
        (["--days", "nan"], "Invalid value"),
    ],
)
def test_wrong_usage_is_one_sentence(
    renditions_command: Command, monkeypatch: pytest.MonkeyPatch, arguments: list[str], told: str
) -> None:
    monkeypatch.setattr("renditions_cli.commands.cost.billed_checkout", checkout)
    ended = renditions_command("cost", *arguments)
    assert (ended.exit_code, ended.stdout) == (2, "")
    assert told in " ".join(ended.stderr.replace("│", " ").split())


def test_emails_are_billed_for_those_who_get_them() -> None:
    without, with_mail, others = (
        total(estimate(list_prices(), billed(*ones), 1000).columns["1,000 images"])
        for ones in (
            (),
            (MAIL,),
            (Subscription("email", "x", ""), Subscription("email", "y", "arn:2", '{"status": ["FAILED"]}')),
        )
    )
    assert with_mail - without == pytest.approx(0.02)
    assert others == without


def test_an_index_of_the_table_is_billed_with_each_write() -> None:
    plain, indexed = (
        total(estimate(list_prices(), replace(billed(), indexes=n), 1000).columns["1,000 images"])
        for n in (0, 1)
    )
    assert indexed - plain == pytest.approx(3 * 0.625e-6 * 1000)


class Counters:
    """A session whose CloudWatch counted 1,000 images a day, and 300 MB of logs."""

    def client(self, service: str) -> Any:
        return self

    def get_paginator(self, operation: str) -> Any:
        return self

    def paginate(self, **arguments: Any) -> list[dict[str, Any]]:
        return [{"MetricDataResults": [self.result(query) for query in arguments["MetricDataQueries"]]}]

    def result(self, query: Any) -> dict[str, Any]:
        metric = query["MetricStat"]["Metric"]
        [value] = [one["Value"] for one in metric["Dimensions"]][:1]
        daily = {
            ("ExecutionsStarted", "arn:pipeline"): [1000.0],
            ("Invocations", "resize"): [3000.0],
            ("Duration", "resize"): [600_000.0],  # 0.2 s each
            ("IncomingBytes", "/logs"): [1e8, 2e8],
            ("NumberOfMessagesPublished", "notices"): [1000.0],
            ("ConsumedWriteCapacityUnits", "images"): [4000.0],
        }
        return {"Id": query["Id"], "Values": daily.get((metric["MetricName"], value), [])}

    def get_function_configuration(self, **_: Any) -> dict[str, int]:
        return {"MemorySize": 1769}

    def describe_table(self, **_: Any) -> dict[str, Any]:
        return {"Table": {"GlobalSecondaryIndexes": [{"IndexName": "by_status"}]}}

    def get_metric_statistics(self, **_: Any) -> dict[str, Any]:
        return {"Datapoints": []}


def test_what_cloudwatch_counted_is_billed() -> None:
    session: Any = Counters()
    stack = Stack(OUTPUTS, session)
    kinds = {
        "ImagePipeline": ("AWS::StepFunctions::StateMachine", "arn:pipeline"),
        "ResizeImageFunction": ("AWS::Lambda::Function", "resize"),
        "ResizeImageLogs": ("AWS::Logs::LogGroup", "/logs"),
        "NotificationsTopic": ("AWS::SNS::Topic", "arn:aws:sns:us-east-1:1:notices"),
        "UploadsBucket": ("AWS::S3::Bucket", "uploads"),
    }
    resources = Resources(
        "x",
        {name: physical for name, (_, physical) in kinds.items()},
        {name: kind for name, (kind, _) in kinds.items()},
    )
    usage = usage_on_aws(stack, resources, billed(MAIL), 1)
    assert usage.images == 1000
    assert usage.quantities["state_transition"] == 1_000 * TRANSITIONS
    assert usage.quantities["lambda_gb_second_arm64"] == pytest.approx(600 * 1769 / 1024)
    assert usage.quantities["log_gb"] == pytest.approx(0.3)
    assert usage.quantities["dynamodb_write"] == 8000  # of the table, and of its index
    assert usage.quantities["sns_email"] == 1000
    bill = bill_of_usage(list_prices(), billed(MAIL), usage)
    assert set(bill.columns) == {"1 day", "1,000 images", "A month"}
    month, day = (total(bill.columns[name]) for name in ("A month", "1 day"))
    assert month == pytest.approx(30 * day)
