"""``renditions cost``: what the stack costs, item by item, estimated from its settings or from what it really did."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from renditions.settings import Settings
from renditions_cli.aws.billed import Billed, billed_checkout, billed_stack
from renditions_cli.aws.resources import read_resources, stack_name
from renditions_cli.aws.sdk_errors import readable_aws_errors
from renditions_cli.aws.stack import StackChoice, find_stack
from renditions_cli.aws.usage import Usage, usage_on_aws, usage_on_this_machine
from renditions_cli.errors import ExitCode
from renditions_cli.files.presets import preset_named, read_presets
from renditions_cli.prices import Item, Prices, image_cost, itemized, list_prices, total
from renditions_cli.prices.list_prices import DEFAULT_REGION, FILE
from renditions_cli.show.console import open_consoles, print_json

DAYS_A_MONTH = 30
GB = 1e9
NOT_INCLUDED = (
    "Not included: taxes, data transfer to viewers (with Delivery), users and requests of the web page, retries, cold "
    "starts, point-in-time recovery, and renditions of overwritten images until they expire."
)


@dataclass(frozen=True, slots=True)
class Bill:
    """What something costs: items by column. ``columns`` are headings → items, ``notes`` sentences."""

    columns: Mapping[str, Sequence[Item]]
    notes: Sequence[str]

    @property
    def names(self) -> list[str]:
        """The names of all items, in their order on the bill."""
        return list(dict.fromkeys(item.name for items in self.columns.values() for item in items))


@dataclass(frozen=True, slots=True)
class CostOptions:
    """``images``: uploads a day. ``days``: how far back to look with ``from_stack``. ``prices``: another price file.

    ``preset``: the one that all images have. ``workflow``: standard or express, None for that of the stack.
    """

    images: float
    days: float
    from_stack: bool
    undeployed: bool
    prices: Path | None
    preset: str | None = None
    workflow: str | None = None


def show_cost(choice: StackChoice, options: CostOptions, *, as_json: bool) -> ExitCode:
    """Show the estimate, or the cost of the last days. Always returns OK."""
    consoles = open_consoles(as_json=as_json)
    if options.undeployed:
        billed, usage, region = billed_checkout(), None, choice.region or DEFAULT_REGION
    else:
        stack = find_stack(choice)
        region = stack.session.region_name or DEFAULT_REGION
        with readable_aws_errors(), consoles.progress.status("Reading the stack ..."):
            billed, usage = billed_stack(stack, choice), None
            if options.from_stack:
                resources = read_resources(stack.session, stack_name(choice))
                read = usage_on_this_machine if choice.local else usage_on_aws
                usage = read(stack, resources, billed, options.days)
    if options.preset is not None:
        billed = replace(billed, skipped=preset_named(read_presets(Settings()), options.preset).skipped)
    if options.workflow:
        billed = replace(billed, workflow=options.workflow)
    prices = list_prices(region, options.prices or FILE)
    bill = bill_of_usage(prices, billed, usage) if usage else estimate(prices, billed, options.images)
    if as_json:
        print_json(consoles.results, document(prices, billed, bill, usage, options.images))
    else:
        print_bill(consoles.results, billed, bill)
    return ExitCode.OK


def estimate(prices: Prices, billed: Billed, images: float) -> Bill:
    """Return what 1,000 images, a day and a month of ``images`` a day cost."""
    one = image_cost(prices, billed.completed_image())
    stored = itemized(prices, {"s3_gb_month": billed.measured.stored_bytes / GB})
    standing = itemized(prices, billed.standing)
    month = [*(item.times(images * DAYS_A_MONTH) for item in [*one, *stored]), *standing]
    return Bill(
        {
            "1,000 images": [item.times(1000) for item in one],
            f"A day of {images:,.0f}": [item.times(images) for item in one],
            "A month": month,
        },
        (
            prices.note,
            f"Settings: {billed.source}, {billed.architecture}, {billed.output_format}, Workflow={billed.workflow}.",
            f"CPU: the photographs of `make bench`, 2 to 50 megapixels, as {billed.measured.output}.",
            "The month stores the images of 30 days, originals of 4 MB included; each further month adds as many.",
            NOT_INCLUDED,
        ),
    )


def bill_of_usage(prices: Prices, billed: Billed, usage: Usage) -> Bill:
    """Return what the usage cost, for the days, for 1,000 images and for a month at that rate."""
    items = itemized(prices, usage.quantities)
    standing = itemized(prices, billed.standing)
    days = "1 day" if usage.days == 1 else f"{usage.days:g} days"
    columns = {days: [*items, *(item.times(usage.days / DAYS_A_MONTH) for item in standing)]}
    if usage.images:
        columns["1,000 images"] = [item.times(1000 / usage.images) for item in items]
    columns["A month"] = [item.times(DAYS_A_MONTH / usage.days) for item in columns[days]]
    counted = f"{usage.images:,.0f} images in {days}."
    return Bill(columns, (counted, prices.note, *usage.notes, NOT_INCLUDED))


def print_bill(console: Console, billed: Billed, bill: Bill) -> None:
    """Print the bill as a table, with its sum and its notes."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_footer=True)
    table.add_column("US dollars", "Sum")
    for heading, items in bill.columns.items():
        table.add_column(heading, dollars(total(items)), justify="right", no_wrap=True)
    sums = {heading: by_name(items) for heading, items in bill.columns.items()}
    for name in bill.names:
        table.add_row(name, *(dollars(found[name]) if name in found else "–" for found in sums.values()))
    console.print(table)
    console.print("Transitions: " + ", ".join(f"{one} {n}" for one, n in billed.transitions.items()) + ".")
    for note in bill.notes:
        console.print(note, soft_wrap=True)


def by_name(items: Sequence[Item]) -> dict[str, float]:
    """Return the dollars of each item."""
    return {item.name: item.dollars for item in items}


def dollars(amount: float) -> str:
    """Return an amount with as many digits as say something: ``1,234.50``, ``0.0013``, ``<0.0001``."""
    if 0 < amount < 0.0001:
        return "<0.0001"
    return f"{amount:,.2f}" if amount >= 10 or amount == 0 else f"{amount:,.4f}"


def document(
    prices: Prices, billed: Billed, bill: Bill, usage: Usage | None, images: float
) -> dict[str, Any]:
    """Return the document for --json."""
    return {
        "currency": "USD",
        "prices": {"region": prices.region, "asked": prices.asked, "checked": prices.checked.isoformat()},
        "settings": {
            "source": billed.source,
            "architecture": billed.architecture,
            "output_format": billed.output_format,
            "workflow": billed.workflow,
            "memory_mb": dict(billed.memory),
            "transitions": dict(billed.transitions),
        },
        "usage": {"days": usage.days, "images": usage.images, "quantities": dict(usage.quantities)} if usage else None,
        "images_a_day": None if usage else images,
        "costs": {heading: by_name(items) for heading, items in bill.columns.items()},
        "sums": {heading: total(items) for heading, items in bill.columns.items()},
        "notes": list(bill.notes),
    }  # fmt: skip
