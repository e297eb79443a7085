"""``renditions verify``: compare what is stored with what the records say."""

import json
import shlex
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from botocore.config import Config
from rich.status import Status
from rich.text import Text

from renditions.freshness import Freshness, Recipes
from renditions.reconciliation import Clients, Clock, Kind, Walk
from renditions_cli.aws.deployed_recipes import read_recipes
from renditions_cli.aws.sdk_errors import readable_aws_errors
from renditions_cli.aws.stack import Stack, StackChoice, find_stack
from renditions_cli.aws.verification import Difference, Discrepancy, Scope, Verification
from renditions_cli.errors import ExitCode, StackError
from renditions_cli.prices import itemized, list_prices, total
from renditions_cli.prices.list_prices import Prices
from renditions_cli.show.console import open_consoles
from renditions_cli.show.escaping import visible
from renditions_cli.show.wording import counted, file_size

FINDING = max(len(one) for one in (*Kind, *Difference)) + 2  # columns of the longest label, and a gap


def verify(choice: StackChoice, prefix: str, scope: Scope, *, as_json: bool) -> ExitCode:
    """Compare, print each difference as it is found, and sum up. Returns OK if everything is as recorded."""
    stack = find_stack(choice)
    consoles = open_consoles(as_json=as_json)
    prices = list_prices(stack.session.region_name or "us-east-1")
    with readable_aws_errors(), consoles.progress.status("Comparing ...") as status:
        recipes, problem = known_recipes(stack)
        run = Verification(walk(stack, prefix, scope), scope, progress(status, prices), recipes)
        try:
            for one in run.run():
                if as_json:
                    consoles.results.out(json.dumps(one.to_json()), highlight=False)
                else:
                    consoles.results.print(line(one), soft_wrap=True)
        except BaseException:  # whatever ends the run
            consoles.progress.print(continuation(run.after), soft_wrap=True)
            raise
    if as_json:
        consoles.results.out(json.dumps(summary(run, prices)), highlight=False)
    else:
        for sentence in (*sentences(run, prices), *freshness(run, problem)):
            consoles.results.print(Text(sentence), soft_wrap=True)
    return ExitCode.IMAGE_FAILED if run.found else ExitCode.OK


def known_recipes(stack: Stack) -> tuple[Recipes | None, str]:
    """Return what the stack would make now, or why that is not known."""
    try:
        return read_recipes(stack), ""
    except StackError as error:
        return None, str(error)


def freshness(run: Verification, problem: str) -> Iterator[str]:
    """Yield how many images have renditions that the stack would make in another way now."""
    if problem:
        yield f"Whether renditions are stale is not known. {visible(problem)}"
    if stale := run.freshness[Freshness.STALE]:
        hint = "" if run.scope.stale else " --stale lists them."
        yield f"Stale: {counted(stale, 'image')}, of which the settings would make other renditions now.{hint}"
    if unknown := run.freshness[Freshness.UNKNOWN]:
        yield f"Without a recipe: {counted(unknown, 'record')} of earlier releases, stale or not."


def walk(stack: Stack, prefix: str, scope: Scope) -> Walk:
    """Return the walk over the images of this stack."""
    stack.uri_prefix(prefix)  # raises UsageError
    stack.uri_prefix(scope.after)
    config = Config(max_pool_connections=10 + scope.readers)
    s3 = stack.session.client("s3", config=config)
    clients = Clients(s3, stack.dynamodb(), stack.step_functions())
    return Walk(clients, stack.places, Clock(datetime.now(UTC)), prefix, stack.wanted_keys)


def progress(status: Status, prices: Prices) -> Callable[[Verification], None]:
    """Return a watcher that shows how far a run has got."""

    def show(run: Verification) -> None:
        cost = dollars(prices, run)
        status.update(
            f"{counted(run.originals, 'original')} compared, {read(run)} read, about ${cost:.2f} ..."
        )

    return show


def line(one: Discrepancy) -> Text:
    """Return ``another size  s3://…  recorded 12, found 13``."""
    known = [f"recorded {visible(one.recorded)}"] if one.recorded else []
    known += [f"found {visible(one.found)}"] if one.found else []
    text = Text.assemble((f"{one.kind:<{FINDING}}", "yellow"), visible(one.file))
    return Text.assemble(text, (f"  {', '.join(known)}", "dim")) if known else text


def sentences(run: Verification, prices: Prices) -> Iterator[str]:
    """Yield what was compared, what was found, and what it cost."""
    seen = (
        f"{counted(run.originals, 'original')} ({file_size(run.original_bytes)}), "
        f"{counted(run.renditions, 'rendition')} and {counted(run.records, 'record')} compared, {read(run)} read, "
        f"about ${dollars(prices, run):.2f} for requests."
    )
    if run.found:
        yield seen
        yield f"Found: {', '.join(f'{kind} {count}' for kind, count in run.found.most_common())}."
    elif run.originals or run.records or run.busy:
        yield f"{seen} Everything is as recorded."
    else:
        yield f"{seen} There was nothing to compare. Check the prefix."
    if run.busy:
        yield f"Not compared: {counted(run.busy, 'image')} in progress. Run the command again later."
    if run.unserved:
        yield f"Rejected or failed: {counted(run.unserved, 'image')}, compared by ETag only."
    if run.without_sha256:
        yield (
            f"Without SHA-256: {counted(run.without_sha256, 'record')} of earlier releases. Their content was read but "
            "not compared. Upload these originals again to record it."
        )
    if not run.scope.readers:
        more = total(itemized(prices, run.quantities_of_content()))
        size = run.original_bytes + run.rendition_bytes
        yield (
            f"Content was not read. --content reads {file_size(size)}, about ${more:.2f} for requests; "
            f"outside of AWS also about ${size / 1e9 * prices.dollars['s3_out_gb']:.2f} for the transfer."
        )


def summary(run: Verification, prices: Prices) -> dict[str, object]:
    """Return the last line of --json."""
    sizes = ("originals", "original_bytes", "renditions", "rendition_bytes", "records", "read", "read_bytes")
    return {
        **{name: getattr(run, name) for name in (*sizes, "busy", "unserved", "without_sha256")},
        "freshness": {one: run.freshness[one] for one in Freshness} if run.recipes else None,
        "findings": {kind.name.lower(): count for kind, count in run.found.items()},
        "request_dollars": round(dollars(prices, run), 4),
    }


def read(run: Verification) -> str:
    """Return how many bytes were read, for people."""
    return file_size(run.read_bytes)


def dollars(prices: Prices, run: Verification) -> float:
    """Return what the requests have cost so far."""
    return total(itemized(prices, run.quantities()))


def continuation(after: str) -> str:
    """Return how to continue after an interruption."""
    if not after or not after.isprintable():
        return "Run the command again to start over."
    return f"Continue with --after {shlex.quote(after)}"
