"""What a plan costs, how long it takes, and how many images at once leave uploads their share of the functions."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from renditions_cli.aws.backfill.plan import Plan, Tally
from renditions_cli.aws.billed import FUNCTIONS, Billed, billed_stack
from renditions_cli.aws.stack import Stack, StackChoice
from renditions_cli.errors import UsageError
from renditions_cli.prices import Prices, image_cost, itemized, list_prices, total
from renditions_cli.prices.list_prices import DEFAULT_REGION
from renditions_cli.prices.measured import S3_SECONDS, VALIDATE_SECONDS
from renditions_cli.simulation.workload import Speeds

if TYPE_CHECKING:
    import boto3

# The functions that work on one image at once: one for each rendition, and those of the same resource.
AT_ONCE = sum(len(names) for names in FUNCTIONS.values())
OF_ONE_FUNCTION = max(len(names) for names in FUNCTIONS.values())
CHILD_TRANSITIONS = 1  # of the child execution that starts the pipeline and waits for it


@dataclass(frozen=True, slots=True)
class Estimate:
    """What the estimate of a plan takes from the stack."""

    billed: Billed
    prices: Prices

    def fill(self, plan: Plan, tally: Tally) -> Plan:
        """Return the document of ``plan`` with what has been counted, and what it takes."""
        return replace(
            plan,
            images=tally.images,
            bytes=tally.bytes,
            counts={state.value: count for state, count in tally.counts.items()},
            would_reject=dict(tally.would_reject),
            seconds=round(seconds_of_image(self.billed), 2),
            dollars=round(dollars_of_images(self.prices, self.billed, tally.images, tally.recorded), 4),
        )

    def dollars(self, quantities: Mapping[str, float]) -> float:
        """Return what these quantities cost, price name → units."""
        return round(total(itemized(self.prices, quantities)), 4)


def read_estimate(stack: Stack, choice: StackChoice) -> Estimate:
    """Return the estimate for a stack. Raises botocore's errors."""
    return Estimate(billed_stack(stack, choice), list_prices(stack.session.region_name or DEFAULT_REGION))


def seconds_of_image(billed: Billed) -> float:
    """Return how long one image is in work: the functions one after the other, and what each state takes."""
    rendered = max(billed.measured.seconds.values()) + S3_SECONDS
    transitions = billed.transitions["REPLACED"] + CHILD_TRANSITIONS
    return VALIDATE_SECONDS + rendered + transitions * Speeds().service


def dollars_of_images(prices: Prices, billed: Billed, images: int, recorded: int) -> float:
    """Return what the images cost, of which ``recorded`` have a record, whose earlier renditions are retired.

    Nothing is uploaded, no event is sent, and no e-mail.
    """
    work = replace(billed.completed_image(), emails=0)
    work = replace(work, puts=work.puts - 1, transitions=work.transitions + CHILD_TRANSITIONS)
    event = prices.dollars["event"]
    more = billed.transitions["REPLACED"] - billed.transitions["COMPLETED"]
    again = replace(work, transitions=work.transitions + more)
    first = total(image_cost(prices, work)) - event
    return first * (images - recorded) + (total(image_cost(prices, again)) - event) * recorded


@dataclass(frozen=True, slots=True)
class Room:
    """How many functions may run at once: all together, and each by itself (0: no limit of its own)."""

    functions: int
    each: int = 0

    @property
    def most(self) -> int:
        """The images at once that leave half of the functions to uploads; at least one."""
        limits = [self.functions // 2 // AT_ONCE]
        if self.each:
            limits.append(self.each // 2 // OF_ONE_FUNCTION)
        return max(1, min(limits))

    def check(self, concurrency: int) -> None:
        """Raise UsageError if so many images at once leave uploads less than half of the functions."""
        if concurrency <= self.most:
            return
        own = f", and MaxConcurrency gives each {self.each}" if self.each else ""
        raise UsageError(
            f"{concurrency} images at once take up to {concurrency * AT_ONCE} functions. This account has "
            f"{self.functions:,} at once{own}, of which uploads should keep half. Use at most {self.most}, or --force."
        )


def room_of(session: "boto3.Session", parameters: Mapping[str, str]) -> Room:
    """Return the room of a stack. Raises botocore's errors."""
    limits = session.client("lambda").get_account_settings()["AccountLimit"]
    each = int(parameters.get("MaxConcurrency") or 0)
    # What the stack has reserved is no longer among the unreserved.
    functions = limits["UnreservedConcurrentExecutions"] + each * len(FUNCTIONS)
    return Room(functions, each)


def check_spend_guard(parameters: Mapping[str, str], plan: Plan, concurrency: int) -> None:
    """Raise UsageError if a run of the plan would trip MaxImagesPerHour, which then stops uploads too."""
    images, seconds = plan.images, plan.seconds
    limit = int(parameters.get("MaxImagesPerHour") or 0)
    an_hour = min(images, int(3600 / seconds * concurrency))
    if not limit or parameters.get("OnMaxImages") != "pause" or an_hour <= limit:
        return
    at_most = max(1, int(limit * seconds / 3600))
    raise UsageError(
        f"The run starts about {an_hour:,} images an hour. MaxImagesPerHour={limit} with OnMaxImages=pause would stop "
        f"uploads too. Use --concurrency {at_most}, or raise MaxImagesPerHour until the backfill has ended, or --force."
    )
