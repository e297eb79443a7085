"""``renditions simulate``: how a burst of uploads fares with the quotas of an account, and what it costs."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from rich.bar import Bar
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from renditions.settings import Settings
from renditions_cli.aws.billed import Billed, billed_checkout, billed_stack, read_definitions
from renditions_cli.aws.resources import read_resources, stack_name
from renditions_cli.aws.sdk_errors import readable_aws_errors
from renditions_cli.aws.stack import StackChoice, find_stack
from renditions_cli.errors import ExitCode, UsageError
from renditions_cli.files.presets import preset_named, read_presets
from renditions_cli.local.emulator import PROJECT
from renditions_cli.prices import image_cost, list_prices, total
from renditions_cli.prices.list_prices import DEFAULT_REGION
from renditions_cli.prices.measured import measured_originals
from renditions_cli.prices.work import Invocation
from renditions_cli.show.console import open_consoles, print_json
from renditions_cli.show.wording import duration
from renditions_cli.simulation.burst import START, TRANSITION, Burst, Deployed
from renditions_cli.simulation.quotas import ACCOUNTS, Quotas
from renditions_cli.simulation.timeline import Moment
from renditions_cli.simulation.workflow import DYNAMODB, LAMBDA, SNS, steps_through
from renditions_cli.simulation.workload import LOCAL, MIXES, Workload, uploads_per_second

LINES = 20
BAR = 24  # columns
MOST_UPLOADS = 1e9
STATE = "PublishCompletion"
WAITING_FOR = {
    START: "StartExecution of Step Functions",
    TRANSITION: "state transitions of Step Functions",
    LAMBDA: "Lambda: functions at once, or new execution environments",
    DYNAMODB: "write units of the DynamoDB table",
    SNS: "Publish of SNS",
}
NOT_SIMULATED = (
    "Simulated: completed uploads of distinct keys at an even rate, these quotas, cold starts, and the Retry of the "
    "definition. Not simulated: how EventBridge spaces its repetitions, failures, quotas of S3 and KMS, and what else "
    "runs in the account."
)


@dataclass(frozen=True, slots=True)
class SimulateOptions:
    """What to simulate. ``concurrency``: functions at once, or None for that of ``account``.

    ``preset``: the one that all images have.
    """

    rate: str
    minutes: float
    size_mix: str
    account: str
    concurrency: int | None
    seed: int
    from_stack: bool
    preset: str | None = None


def simulate(choice: StackChoice, options: SimulateOptions, *, as_json: bool) -> ExitCode:
    """Simulate and show a burst. Returns IMAGE_FAILED if an upload would fail."""
    consoles = open_consoles(as_json=as_json)
    billed, deployed = _of_stack(choice) if options.from_stack else _of_checkout()
    if options.preset is not None:
        skipped = preset_named(read_presets(Settings()), options.preset).skipped
        billed = replace(billed, skipped=skipped)
    burst = _burst(options, billed, deployed)
    with Progress(
        console=consoles.progress, transient=True, disable=not consoles.progress.is_terminal
    ) as progress:
        task = progress.add_task("Simulating ...", total=1.0)
        burst.run(lambda share: progress.update(task, completed=share))
    costs = {} if burst.quotas.queues else _costs(billed, burst, choice.region or DEFAULT_REGION)
    if as_json:
        print_json(consoles.results, _document(options, burst, costs))
    else:
        _print(consoles.results, options, burst, costs)
    return ExitCode.IMAGE_FAILED if burst.timeline.failed else ExitCode.OK


def _burst(options: SimulateOptions, billed: Billed, deployed: Deployed) -> Burst:
    seconds = options.minutes * 60
    uploads = round(uploads_per_second(options.rate) * seconds)
    if not 1 <= uploads <= MOST_UPLOADS:
        raise UsageError(
            f"--rate {options.rate} for {options.minutes:g} minutes are {uploads:,} uploads. Simulate 1 to "
            f"{MOST_UPLOADS:,.0f}."
        )
    quotas = ACCOUNTS[options.account]
    if quotas.queues:
        deployed = replace(deployed, speeds=LOCAL)
    if options.concurrency:
        quotas = replace(quotas, concurrency=options.concurrency)
    originals = [
        {name: seconds for name, seconds in one.items() if name not in billed.skipped}
        for one in measured_originals(billed.output_format, MIXES[options.size_mix])
    ]
    return Burst(Workload(uploads, seconds, originals), deployed, quotas, options.seed)


def _of_checkout() -> tuple[Billed, Deployed]:
    billed = billed_checkout()
    definition = json.loads((PROJECT / "statemachine" / "image_pipeline.asl.json").read_text("utf-8"))
    memory = {f"${{{function}Arn}}": megabytes for function, megabytes in billed.memory.items()}
    return billed, Deployed(steps_through(definition, STATE), memory)


def _of_stack(choice: StackChoice) -> tuple[Billed, Deployed]:
    stack = find_stack(choice)
    with readable_aws_errors():
        billed = billed_stack(stack, choice)
        resources = read_resources(stack.session, stack_name(choice))
        steps = steps_through(read_definitions(stack, resources)["ImagePipeline"], STATE)
    by_name = {resources.id_of(function): megabytes for function, megabytes in billed.memory.items()}
    targets = {call.target for step in steps for call in step.calls if call.service == LAMBDA}
    return billed, Deployed(steps, {target: by_name[target.rpartition(":")[2]] for target in targets})


def _costs(billed: Billed, burst: Burst, region: str) -> dict[str, float]:
    """Return dollars: of all uploads without a repeated call, and of the transitions of the repeated ones."""
    prices = list_prices(region)
    invocations = [
        Invocation(burst.deployed.memory[function], seconds / burst.simulated)
        for function, seconds in burst.function_seconds.items()
    ]
    work = replace(billed.completed_image(), invocations=tuple(invocations))
    uploads = burst.workload.uploads
    repeated = sum(burst.refused.values()) * burst.share
    return {
        "uploads": total(image_cost(prices, work)) * uploads,
        "repeated calls": repeated * prices.dollars["state_transition"],
    }


def _print(console: Console, options: SimulateOptions, burst: Burst, costs: Mapping[str, float]) -> None:
    timeline, quotas = burst.timeline, burst.quotas
    console.print(_table(timeline.moments(LINES)))
    for sentence in _sentences(burst, costs):
        console.print(sentence, soft_wrap=True)
    console.print(_limits(options, quotas), soft_wrap=True)
    if burst.share > 1:
        console.print(f"Each simulated upload stands for {burst.share:,.0f}.")
    console.print(NOT_SIMULATED, soft_wrap=True)


def _limits(options: SimulateOptions, quotas: Quotas) -> str:
    if quotas.queues:
        return f"The local stack: {quotas.concurrency:,} functions at once. Other calls wait for their turn."
    return (
        f"Quotas ({options.account}): {quotas.start_rate:,.0f} starts and {quotas.transition_rate:,.0f} transitions "
        f"per second, {quotas.concurrency:,} functions at once. `renditions doctor` shows yours."
    )


def _table(moments: Sequence[Moment]) -> Table:
    most = max(one.waiting for one in moments) or 1
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for heading in ("After", "Uploads", "Completed", "Failed", "Functions", "In progress"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("", width=BAR)
    for one in moments:
        numbers = (one.uploaded, one.completed, one.failed, one.running, one.waiting)
        table.add_row(
            duration(one.seconds),
            *(f"{number:,.0f}" for number in numbers),
            Bar(most, 0, one.waiting, width=BAR),
        )
    return table


def _sentences(burst: Burst, costs: Mapping[str, float]) -> list[str]:
    timeline, uploads = burst.timeline, burst.workload.uploads
    failed = len(timeline.failed) * burst.share
    first = (
        f"{uploads:,} uploads in {duration(burst.workload.seconds)}: all have their outcome after "
        f"{duration(timeline.seconds)}. {failed:,.0f} fail."
    )
    said = [first]
    if timeline.latencies:
        half, most = timeline.latency(50), timeline.latency(99)
        said.append(f"From upload to notice: {duration(half)} for half of them, {duration(most)} for 99 %.")
    waited = [(seconds, what) for what, seconds in burst.waited.items() if seconds / burst.simulated >= 1]
    for seconds, what in sorted(waited, reverse=True):
        said.append(f"Waiting for {WAITING_FOR[what]}: {duration(seconds / burst.simulated)} per upload.")
    spent = sum(costs.values())
    if not costs:
        return said
    said.append(
        f"Cost at list prices: ${spent:,.2f}, of which ${costs['repeated calls']:,.2f} for calls that were refused and "
        f"repeated; ${spent / uploads * 1000:,.3f} per 1,000 uploads."
    )
    return said


def _document(options: SimulateOptions, burst: Burst, costs: Mapping[str, float]) -> dict[str, Any]:
    timeline = burst.timeline
    return {
        "uploads": burst.workload.uploads,
        "seconds": timeline.seconds,
        "completed": len(timeline.completed) * burst.share,
        "failed": len(timeline.failed) * burst.share,
        "latency_seconds": {f"p{percent}": timeline.latency(percent) for percent in (50, 90, 99)},
        "refused_calls": {service: number * burst.share for service, number in burst.refused.items()},
        "waited_seconds_per_upload": {what: one / burst.simulated for what, one in burst.waited.items()},
        "transitions": burst.transitions * burst.share,
        "cost_dollars": dict(costs),
        "account": options.account,
        "quotas": asdict(burst.quotas),
        "size_mix": options.size_mix,
        "share": burst.share,
        "moments": [asdict(one) for one in timeline.moments(5 * LINES)],
        "notes": [NOT_SIMULATED],
    }
