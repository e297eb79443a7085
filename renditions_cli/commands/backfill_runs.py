"""``renditions backfill run``, ``resume``, ``status``, ``throttle`` and ``pause``."""

import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Any

from renditions_cli.aws.backfill.connection import Connection
from renditions_cli.aws.backfill.estimate import check_spend_guard, room_of
from renditions_cli.aws.backfill.outcomes import Outcome
from renditions_cli.aws.backfill.plan import Plan
from renditions_cli.aws.backfill.plans import manifest
from renditions_cli.aws.backfill.runs import RUNNING, SUCCEEDED, Counts, Run
from renditions_cli.aws.resources import read_parameters, stack_name
from renditions_cli.aws.sdk_errors import readable_aws_errors
from renditions_cli.aws.stack import StackChoice, find_stack
from renditions_cli.errors import CliError, ExitCode
from renditions_cli.show.console import Consoles, open_consoles, print_json
from renditions_cli.show.escaping import visible
from renditions_cli.show.wording import age, counted, duration

POLL_SECONDS = 2.0
NONE_RUNNING = "No backfill is running. `renditions backfill status` shows the one that ran last."
NONE_YET = "No backfill has run yet. `renditions backfill plan` makes a plan."


@dataclass(frozen=True, slots=True)
class RunOptions:
    """``concurrency``: images in work at once, 0 for as many as before. ``force``: even if uploads get less."""

    concurrency: int
    force: bool
    wait: bool


def run_plan(choice: StackChoice, plan_id: str, options: RunOptions, *, as_json: bool) -> ExitCode:
    """Start a plan, or what is left of it. Returns OK if it runs; with ``wait`` if it has ended without a failure."""
    connection, consoles = Connection.open(find_stack(choice)), open_consoles(as_json=as_json)
    with readable_aws_errors():
        plan = connection.plans.read(plan_id)
        run = started(choice, connection, plan, options)
        return show_started(connection, consoles, plan, run, options, as_json=as_json)


def resume(choice: StackChoice, options: RunOptions, *, as_json: bool) -> ExitCode:
    """Start what is left of the plan that ran last. Returns the same as ``run_plan``."""
    connection, consoles = Connection.open(find_stack(choice)), open_consoles(as_json=as_json)
    with readable_aws_errors():
        last = connection.runs.latest()
        if last is None:
            raise CliError(NONE_YET)
        plan = connection.plans.read(last.plan)
        options = replace(options, concurrency=options.concurrency or last.concurrency)
        run = started(choice, connection, plan, options)
        return show_started(connection, consoles, plan, run, options, as_json=as_json)


def started(choice: StackChoice, connection: Connection, plan: Plan, options: RunOptions) -> Run | None:
    """Start a plan unless it is running. Returns its run, or None if nothing of it is left."""
    running = connection.runs.running()
    if running and running.plan != plan.id:
        raise CliError(
            f"The plan {running.plan} is running, and only one can. Wait for its end, or stop it with `renditions "
            "backfill pause`."
        )
    if running:
        return running
    if not options.force:
        parameters = read_parameters(connection.stack.session, stack_name(choice))
        room_of(connection.stack.session, parameters).check(options.concurrency)
        check_spend_guard(parameters, plan, options.concurrency)
    last = connection.runs.latest(plan.id)
    number, key = (last.number + 1 if last else 1), manifest(plan.id)
    if last:
        key = manifest(plan.id, number)
        results = connection.outcomes.of(connection.plans.lines(manifest(plan.id)))
        left = (one.line for one in results if one.outcome is Outcome.NOT_STARTED)
        if not connection.plans.write_lines(key, left):
            return None
    return connection.runs.read(connection.runs.start(plan.id, number, key, options.concurrency))


def show_started(
    connection: Connection,
    consoles: Consoles,
    plan: Plan,
    run: Run | None,
    options: RunOptions,
    *,
    as_json: bool,
) -> ExitCode:
    """Say what is running, or wait for its end."""
    if run is None:
        if as_json:
            print_json(consoles.results, {"plan": plan.id, "status": None})
        else:
            consoles.results.print(f"Nothing of the plan {plan.id} is left to start.")
        return ExitCode.OK
    if options.wait:
        run = wait(connection, consoles, run)
        show(consoles, run, as_json=as_json)
        failed = run.status != SUCCEEDED or (run.counts and run.counts.failed)
        return ExitCode.IMAGE_FAILED if failed else ExitCode.OK
    if as_json:
        print_json(consoles.results, run_json(run))
    else:
        consoles.results.print(
            f"The plan {plan.id} is running, with {counted(run.concurrency, 'image')} at once. See "
            "`renditions backfill status`.",
            soft_wrap=True,
        )
    return ExitCode.OK


def wait(connection: Connection, consoles: Consoles, run: Run) -> Run:
    """Show how far a run is until it ends. Returns it as it is then."""
    with consoles.progress.status("Starting ...") as status:
        while run.status == RUNNING:
            time.sleep(POLL_SECONDS)
            run = connection.runs.read(run.arn)
            status.update(" ".join(progress(run)) or "Starting ...")
    return run


def show_status(choice: StackChoice, plan_id: str, *, as_json: bool) -> ExitCode:
    """Show how far a plan is, or the one that ran last. Returns OK unless the run has failed."""
    connection, consoles = Connection.open(find_stack(choice)), open_consoles(as_json=as_json)
    with readable_aws_errors():
        plan = connection.plans.read(plan_id) if plan_id else None
        run = connection.runs.latest(plan_id)
    if run is None and plan is None:
        raise CliError(NONE_YET)
    if run:
        show(consoles, run, as_json=as_json)
        return ExitCode.OK if run.status in {RUNNING, SUCCEEDED} or run.is_paused else ExitCode.IMAGE_FAILED
    if as_json:
        print_json(consoles.results, {"plan": plan_id, "status": None})
    else:
        consoles.results.print(f"The plan {plan_id} has not been started: renditions backfill run {plan_id}")
    return ExitCode.OK


def show_plans(choice: StackChoice, *, as_json: bool) -> ExitCode:
    """List the plans of the stack, the newest first. Always returns OK."""
    connection, consoles = Connection.open(find_stack(choice)), open_consoles(as_json=as_json)
    with readable_aws_errors():
        plans = [connection.plans.read(one) for one in connection.plans.ids()]
    if as_json:
        print_json(consoles.results, {"plans": [one.to_json() for one in plans]})
        return ExitCode.OK
    for one in plans:
        what = f"{one.images:>9,}  {', '.join(one.only)}  {visible(one.prefix)}"
        consoles.results.print(f"{one.id}  {what}".rstrip(), soft_wrap=True)
    if not plans:
        consoles.results.print("There are no plans. `renditions backfill plan` makes one.")
    return ExitCode.OK


def throttle(choice: StackChoice, concurrency: int, *, force: bool, as_json: bool) -> ExitCode:
    """Change the images at once of the running backfill. Always returns OK."""
    connection, consoles = Connection.open(find_stack(choice)), open_consoles(as_json=as_json)
    with readable_aws_errors():
        run = running_one(connection)
        if not force and concurrency > run.concurrency:
            parameters = read_parameters(connection.stack.session, stack_name(choice))
            room_of(connection.stack.session, parameters).check(concurrency)
            check_spend_guard(parameters, connection.plans.read(run.plan), concurrency)
        connection.runs.throttle(run, concurrency)
    if as_json:
        print_json(consoles.results, run_json(replace(run, concurrency=concurrency)))
    else:
        consoles.results.print(f"At most {counted(concurrency, 'image')} at once from now on.")
    return ExitCode.OK


def pause(choice: StackChoice, *, as_json: bool) -> ExitCode:
    """Start no further image. Always returns OK."""
    connection, consoles = Connection.open(find_stack(choice)), open_consoles(as_json=as_json)
    with readable_aws_errors():
        run = running_one(connection)
        connection.runs.stop(run)
        run = connection.runs.read(run.arn)
    if as_json:
        print_json(consoles.results, run_json(run))
    else:
        consoles.results.print(
            f"The plan {run.plan} is paused. Images in work finish. To continue: renditions backfill resume",
            soft_wrap=True,
        )
    return ExitCode.OK


def running_one(connection: Connection) -> Run:
    """Return the run that is going on. Raises CliError if there is none."""
    run = connection.runs.running()
    if run is None:
        raise CliError(NONE_RUNNING)
    return run


def show(consoles: Consoles, run: Run, *, as_json: bool) -> None:
    """Print one run."""
    if as_json:
        print_json(consoles.results, run_json(run))
        return
    for sentence in (*heading(run), *progress(run), *next_steps(run)):
        consoles.results.print(sentence, soft_wrap=True)


def heading(run: Run) -> Iterator[str]:
    """Yield which plan it is, its status and its time."""
    now = datetime.now(UTC)
    if run.stopped:
        took = duration((run.stopped - run.started).total_seconds())
        yield f"Plan {run.plan}: {run.state}, ended {age(run.stopped, now)} ago after {took}."
    else:
        yield f"Plan {run.plan}: {run.state} for {age(run.started, now)}, {counted(run.concurrency, 'image')} at once."


def progress(run: Run) -> Iterator[str]:
    """Yield how many images are done, in work and waiting, and how long the rest takes."""
    counts = run.counts
    if counts is None:
        return
    done = counts.processed + counts.failed
    yield f"{done:,} of {counts.images:,} done, {counts.failed:,} failed."
    if run.status == RUNNING:
        left = seconds_left(run, counts)
        rest = f" About {duration(left)} left." if left else ""
        yield f"{counts.running:,} in work, {counts.pending:,} waiting.{rest}"
    elif counts.pending:
        yield f"{counts.pending:,} were not done when it was stopped."


def seconds_left(run: Run, counts: Counts) -> float | None:
    """Return how long the rest takes at the speed so far; None before the first image is done."""
    done = counts.processed + counts.failed
    passed = (datetime.now(UTC) - run.started).total_seconds()
    return (counts.images - done) * passed / done if done else None


def next_steps(run: Run) -> Iterator[str]:
    """Yield what to run next, if there is anything to do."""
    if run.status == RUNNING:
        return
    if run.status != SUCCEEDED:
        yield "To continue: renditions backfill resume"
    else:
        yield f"What became of each image: renditions backfill report {run.plan}"
        if run.counts and run.counts.failed:
            yield f"To try the failed ones again: renditions backfill retry {run.plan}"


def run_json(run: Run) -> dict[str, Any]:
    """Return the document about a run."""
    left = seconds_left(run, run.counts) if run.counts and run.status == RUNNING else None
    return {
        "plan": run.plan,
        "run": run.number,
        "status": run.state,
        "concurrency": run.concurrency,
        "started": run.started.isoformat(),
        "stopped": run.stopped.isoformat() if run.stopped else None,
        "counts": asdict(run.counts) if run.counts else None,
        "seconds_left": round(left) if left else None,
        "execution_arn": run.arn,
    }
