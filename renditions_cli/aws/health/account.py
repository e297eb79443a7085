"""Checks of the account: who asks, where, at what time, and how much it may do at once."""

from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from renditions_cli.aws.billed import read_definitions, transitions_of
from renditions_cli.aws.health.finding import Finding, Mark
from renditions_cli.aws.health.target import Target
from renditions_cli.aws.resources import Resources
from renditions_cli.prices.measured import S3_SECONDS, VALIDATE_SECONDS, measured

SKEW = 60  # seconds; AWS refuses requests that are five minutes off
AT_ONCE = 100  # functions; an upload uses one per rendition at a time, and new accounts have 10 in all
# Words of the names of quotas in Service Quotas, by service: what is limited, and how to tell it from others.
RATES = {
    "states": (("startexecution", "refill"), ("statetransition", "refill")),
    "sns": (("messages published per second",),),
}
REQUEST = "If that is not enough, request an increase: https://console.aws.amazon.com/servicequotas/home"


def credentials_and_clock(target: Target) -> Iterator[Finding]:
    """Yield who asks, and how far the clock of this machine is off."""
    before = datetime.now(UTC)
    answer = target.client("sts").get_caller_identity()
    yield Finding("credentials", Mark.WELL, f"account {answer['Account']}, {answer['Arn']}")
    date = answer["ResponseMetadata"]["HTTPHeaders"].get("date")
    if date is None:
        yield Finding("clock", Mark.NOTE, "The answer had no time to compare with.")
        return
    off = abs((parsedate_to_datetime(date) - before).total_seconds())
    if off <= SKEW:
        yield Finding("clock", Mark.WELL, f"less than {SKEW} s off")
        return
    text = f"The clock of this machine is {off:.0f} s off; AWS refuses requests from 300 s on."
    yield Finding("clock", Mark.TO_DO, text, "Set it, for example with `timedatectl set-ntp true`.")


def region(target: Target) -> Iterator[Finding]:
    """Yield the region, and whether the stack is in it."""
    ours, its = target.session.region_name, target.stack.outputs.image_pipeline.split(":")[3]
    well = ours == its
    text = f"{ours}" if well else f"The session is for {ours}, but the stack is in {its}."
    yield Finding("region", Mark.WELL if well else Mark.TO_DO, text, "" if well else f"Use --region {its}.")


def concurrency(target: Target) -> Iterator[Finding]:
    """Yield how many functions may run at once, and how many uploads per second that is."""
    limit = target.client("lambda").get_account_settings()["AccountLimit"]["UnreservedConcurrentExecutions"]
    seconds = VALIDATE_SECONDS + sum(one + S3_SECONDS for one in measured("webp").seconds.values())
    text = f"{limit:,} functions at once, for about {limit / seconds:,.0f} uploads per second"
    if limit >= AT_ONCE:
        yield Finding("quota: Lambda", Mark.WELL, text)
        return
    remedy = "New accounts have few. Request an increase of Lambda's quota Concurrent executions."
    yield Finding("quota: Lambda", Mark.TO_DO, f"{text}: a burst is throttled and takes longer", remedy)


def rates(target: Target) -> Iterator[Finding]:
    """Yield what Service Quotas says about executions, transitions and notices per second."""
    if target.choice.local:
        yield Finding("quotas", Mark.NOTE, "This machine has none.")
        return
    per_image = transitions_per_image(target, target.resources)
    for service, wanted in RATES.items():
        found = quotas(target, service)
        for words in wanted:
            check = f"quota: {words[0]}"
            matching = [
                (name, value) for name, value in found.items() if all(word in fold(name) for word in words)
            ]
            if not matching:
                yield Finding(check, Mark.NOTE, "Service Quotas does not list it here.", REQUEST)
            for name, value in matching[:1]:
                images = value / per_image if words[0] == "statetransition" else value
                text = f"{name}: {value:,.0f}, for {images:,.0f} uploads per second"
                yield Finding(check, Mark.WELL, text)


def quotas(target: Target, service: str) -> dict[str, float]:
    """Return the quotas of a service by name."""
    pages = target.client("service-quotas").get_paginator("list_service_quotas").paginate(ServiceCode=service)
    return {one["QuotaName"]: float(one["Value"]) for page in pages for one in page["Quotas"]}


def fold(name: str) -> str:
    """Return a name of a quota without capitals, and without spaces inside the names of operations."""
    return (
        name.lower()
        .replace("state transition", "statetransition")
        .replace("start execution", "startexecution")
    )


def transitions_per_image(target: Target, resources: Resources) -> int:
    """Return the transitions of a completed image, counted in the deployed definition."""
    definitions: dict[str, Any] = deployed_definitions(target, resources)
    return transitions_of(definitions).get("COMPLETED", 10)


def deployed_definitions(target: Target, resources: Resources) -> dict[str, Any]:
    """Return the deployed definitions by their names in the template."""
    return target.once("definitions", lambda: read_definitions(target.stack, resources))
