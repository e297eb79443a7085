"""Quantities times prices, item by item."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from renditions_cli.prices.list_prices import Prices
from renditions_cli.prices.work import ImageWork

# Each item of a bill, and the prices that it adds up: the names of list_prices.json.
ITEMS: Mapping[str, tuple[str, ...]] = {
    "Step Functions, state transitions": ("state_transition",),
    "Step Functions, Express executions": ("express_request", "express_gb_second"),
    "Lambda, duration": ("lambda_gb_second_arm64", "lambda_gb_second_x86_64"),
    "Lambda, requests": ("lambda_request",),
    "S3, requests": ("s3_put", "s3_get"),
    "S3, transfer to the internet": ("s3_out_gb",),
    "S3, storage for a month": ("s3_gb_month",),
    "DynamoDB, writes and reads": ("dynamodb_write", "dynamodb_read"),
    "EventBridge, events": ("event",),
    "SNS, notices": ("sns_publish",),
    "SNS, e-mails": ("sns_email",),
    "SNS, webhooks": ("sns_https",),
    "SQS, requests": ("sqs_request",),
    "CloudWatch, logs": ("log_gb",),
    "CloudWatch, alarms and dashboards": ("alarm_month", "composite_alarm_month", "dashboard_month"),
    "X-Ray, traces": ("trace",),
}


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a bill: how many units, and what they cost in dollars."""

    name: str
    quantity: float
    dollars: float

    def times(self, factor: float) -> "Item":
        """Return the item for ``factor`` times as much."""
        return Item(self.name, self.quantity * factor, self.dollars * factor)


def itemized(prices: Prices, quantities: Mapping[str, float]) -> list[Item]:
    """Return the items that ``quantities``, price name → units, cost. Items of nothing are left out."""
    items = []
    for name, parts in ITEMS.items():
        used = {part: quantities[part] for part in parts if quantities.get(part)}
        if used:
            cost = sum(units * prices.dollars[part] for part, units in used.items())
            items.append(Item(name, sum(used.values()), cost))
    return items


def image_cost(prices: Prices, work: ImageWork) -> list[Item]:
    """Return the itemized cost of one image."""
    return itemized(prices, work.quantities())


def total(items: Iterable[Item]) -> float:
    """Return the sum in dollars."""
    return sum(one.dollars for one in items)
