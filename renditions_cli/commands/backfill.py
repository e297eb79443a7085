"""``renditions backfill plan`` and ``retry``: find what is to be done, and keep it as a plan."""

import secrets
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from rich.status import Status

from renditions.reconciliation import Clock
from renditions_cli.aws.backfill.connection import MORE_CONNECTIONS, Connection
from renditions_cli.aws.backfill.estimate import read_estimate
from renditions_cli.aws.backfill.plan import DEFAULT, Line, Plan, State, new_id
from renditions_cli.aws.backfill.planning import Planning, Scope
from renditions_cli.aws.backfill.plans import manifest
from renditions_cli.aws.backfill.retrying import Retrying
from renditions_cli.aws.deployed_recipes import read_recipes
from renditions_cli.aws.resources import stack_name
from renditions_cli.aws.sdk_errors import readable_aws_errors
from renditions_cli.aws.stack import Stack, StackChoice, find_stack
from renditions_cli.errors import ExitCode
from renditions_cli.show.console import open_consoles, print_json
from renditions_cli.show.wording import counted, file_size

LABEL = max(len(one) for one in State) + 2  # columns
MEANING = {
    State.MISSING: "not processed yet, or stored again since",
    State.STALE: "made with other settings",
    State.FAILED: "failed",
    State.UNKNOWN: "recorded by an earlier release, without its settings",
    State.REJECTED: "rejected; worth another try once a limit is raised",
    State.CURRENT: "made with the present settings",
    State.IN_PROGRESS: "in work",
    State.RECENT: "just stored: the event may still arrive",
}


@dataclass(frozen=True, slots=True)
class PlanOptions:
    """What to plan. ``only``: states, or none for the default. ``older_than``: minutes.

    ``concurrency`` is for the estimate.
    """

    prefix: str
    only: tuple[str, ...]
    older_than: float
    concurrency: int
    dry_run: bool


def plan(choice: StackChoice, options: PlanOptions, *, as_json: bool) -> ExitCode:
    """Make a plan, print it, and keep it unless it is a dry run or empty. Always returns OK."""
    stack = find_stack(choice)
    stack.uri_prefix(options.prefix)  # raises UsageError
    consoles = open_consoles(as_json=as_json)
    kept = None if options.dry_run else Connection.open(stack).plans
    with readable_aws_errors(), consoles.progress.status("Reading the settings ...") as status:
        estimate, planning = read_estimate(stack, choice), start_planning(stack, options, status)
        empty = empty_plan(stack, choice, options.prefix, options.only or DEFAULT)
        lines, described = planning.lines(empty.id), lambda: estimate.fill(empty, planning.tally)
        made = kept.write(empty.id, lines, described) if kept else unkept(lines, described)
        requests = estimate.dollars(planning.quantities())
    if as_json:
        print_json(consoles.results, {**made.to_json(), "requests_dollars": requests})
        return ExitCode.OK
    for sentence in sentences(made, options, requests):
        consoles.results.print(sentence, soft_wrap=True)
    return ExitCode.OK


def start_planning(stack: Stack, options: PlanOptions, status: Status) -> Planning:
    """Return the comparison of the originals with the records and the settings of this stack."""

    def show(run: Planning) -> None:
        status.update(f"{run.objects:,} originals compared, {run.tally.images:,} to process ...")

    return Planning(
        stack.session.client("s3", config=MORE_CONNECTIONS),
        stack.session.client("dynamodb", config=MORE_CONNECTIONS),
        stack.places,
        Scope(options.prefix, stack.wanted_keys, tuple(map(State, options.only)) or DEFAULT),
        Clock(datetime.now(UTC), timedelta(minutes=options.older_than)),
        read_recipes(stack),
        show,
    )


def unkept(lines: Iterable[Line], described: Callable[[], Plan]) -> Plan:
    """Return the document of a plan without keeping it."""
    for _ in lines:
        pass
    return described()


def empty_plan(stack: Stack, choice: StackChoice, prefix: str, only: tuple[str, ...]) -> Plan:
    """Return the document of a plan that has no images yet."""
    now = datetime.now(UTC)
    return Plan(
        new_id(now, secrets.token_hex(2)),
        stack_name(choice),
        stack.outputs.uploads_bucket,
        prefix,
        only,
        now.isoformat(timespec="seconds"),
    )


def sentences(made: Plan, options: PlanOptions, requests: float) -> Iterator[str]:
    """Yield what the plan has, how long it takes, what it costs, and what to run next."""
    for state in State:
        if count := made.counts.get(state):
            mark = "✓" if state in made.only else " "
            yield f"{mark} {state.replace('_', ' '):<{LABEL}}{count:>11,}  {MEANING[state]}"
    if not made.images:
        yield "There is nothing to process."
        return
    hours, at_once = made.hours(options.concurrency), options.concurrency
    originals = sum(made.counts.values())
    yield (
        f"To process: {made.images:,} of {originals:,} originals ({file_size(made.bytes)}). "
        f"About {long_time(hours * 3600)} with {at_once} at once, and ${made.dollars:,.2f} at list prices, if they are "
        "like the benchmarks' photographs."
    )
    if made.would_reject:
        codes = ", ".join(f"{code} {count:,}" for code, count in made.would_reject.items())
        yield (
            f"Of these, the present limits reject at least {sum(made.would_reject.values()):,}: {codes}. Whether the "
            "others are images shows only when they are read."
        )
    yield f"Requests for this plan: about ${requests:.2f}."
    if options.dry_run:
        yield "Dry run: no plan was kept. Run the command without --dry-run to keep it."
    else:
        yield f"Plan {made.id}. To start: renditions backfill run {made.id} --concurrency {at_once}"


def long_time(seconds: float) -> str:
    """Return ``40 s``, ``25 min``, ``3.5 hours`` or ``12 days``."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 5400:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} hours" if seconds < 172_800 else f"{seconds / 86_400:.0f} days"


def retry(choice: StackChoice, plan_id: str, *, as_json: bool) -> ExitCode:
    """Make a plan of the images of another one that failed or did not start. Always returns OK."""
    stack = find_stack(choice)
    consoles = open_consoles(as_json=as_json)
    connection = Connection.open(stack)
    with readable_aws_errors(), consoles.progress.status("Comparing the plan with the records ..."):
        before = connection.plans.read(plan_id)
        empty = empty_plan(stack, choice, before.prefix, before.only)
        retrying = Retrying(stack.s3(), connection.outcomes)
        lines = retrying.lines(empty.id, connection.plans.lines(manifest(before.id)))
        estimate = read_estimate(stack, choice)
        made = connection.plans.write(empty.id, lines, lambda: estimate.fill(empty, retrying.tally))
    if as_json:
        print_json(consoles.results, {**made.to_json(), "gone": retrying.gone})
        return ExitCode.OK
    for sentence in retry_sentences(made, retrying.gone):
        consoles.results.print(sentence, soft_wrap=True)
    return ExitCode.OK


def retry_sentences(made: Plan, gone: int) -> Iterator[str]:
    """Yield what the new plan has, and what to run next."""
    if gone:
        yield f"{counted(gone, 'original')} no longer there."
    if not made.images:
        yield "There is nothing to try again: no image of the plan has failed, and all were started."
        return
    yield f"Originals to try again: {made.images:,} ({file_size(made.bytes)}), about ${made.dollars:,.2f}."
    yield f"Plan {made.id}. To start: renditions backfill run {made.id}"
