"""``renditions dlq list`` and ``renditions dlq replay``."""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime

from rich.text import Text

from cli.aws.dead_letters import DeadLetter
from cli.aws.queues import receive, release
from cli.aws.replay import Done, queues, rehearse, replay
from cli.aws.sdk_errors import clear_aws_errors
from cli.aws.stack import Stack, StackChoice, find
from cli.errors import ExitCode
from cli.show.console import print_json, screens
from cli.show.wording import age, counted, cut

LABEL = 10  # columns
STYLES = {
    Done.STARTED: "green",
    Done.BEFORE: "green",
    Done.SET_ASIDE: "yellow",
    Done.KEPT: "bold red",
    Done.WOULD_START: "cyan",
    Done.WOULD_SET_ASIDE: "yellow",
}
GOOD = frozenset({Done.STARTED, Done.BEFORE})


def show_dead_letters(choice: StackChoice, *, as_json: bool) -> ExitCode:
    """Show what waits, oldest first, and what was set aside. OK if nothing waits."""
    stack = find(choice)
    screen = screens(as_json=as_json)
    with clear_aws_errors(), screen.progress.status("Reading the queues ..."):
        waiting = [letter for queue in queues(stack) for letter in read(stack, queue)]
        aside = read(stack, stack.outputs.set_aside_queue)
    if as_json:
        messages = {"messages": waiting, "set_aside": aside}
        document = {name: [one.to_json() for one in letters] for name, letters in messages.items()}
        print_json(screen.results, document)
    else:
        for line in listing(waiting, aside):
            screen.results.print(line, soft_wrap=True)
    return ExitCode.IMAGE_FAILED if waiting else ExitCode.OK


def read(stack: Stack, queue: str) -> list[DeadLetter]:
    """All messages of a queue, oldest first. They stay in it."""
    sqs = stack.sqs()
    letters: list[DeadLetter] = []
    try:
        letters.extend(receive(sqs, queue))
    finally:
        release(sqs, letters)
    return sorted(letters, key=lambda one: one.sent)


def listing(waiting: list[DeadLetter], aside: list[DeadLetter]) -> Iterator[Text]:
    """The lines to print."""
    for letter in (*waiting, *aside):
        yield from entry(letter)
    if waiting:
        yield Text(f"{counted(len(waiting), 'message')} to replay: `renditions dlq replay`.", "yellow")
    else:
        yield Text("No event waits.")
    if aside:
        yield Text(
            f"{counted(len(aside), 'message')} set aside: no event of this stack. Look at the bodies with"
        )
        yield Text(f"  aws sqs receive-message --max-number-of-messages 10 --queue-url {aside[0].queue_url}")


def entry(letter: DeadLetter) -> Iterator[Text]:
    """One message."""
    yield Text(letter.image or f"message {letter.message_id}", "bold")
    waits = f"{age(letter.sent, datetime.now(UTC))} in {letter.queue}, received {counted(letter.received, 'time')}"
    facts = (
        ("Error", letter.error),
        ("Message", cut(letter.message)),
        ("Rule", letter.rule),
        ("Set aside", letter.attributes.get("SET_ASIDE_BECAUSE", "")),
        ("Waits", waits),
    )
    for label, value in facts:
        if value:
            yield Text.assemble((f"  {label:<{LABEL}}", "dim"), value)
    yield Text()


def replay_dead_letters(choice: StackChoice, *, dry_run: bool, as_json: bool) -> ExitCode:
    """Replay, or say with ``dry_run`` what would be done. OK if nothing is left for a person."""
    stack = find(choice)
    screen = screens(as_json=as_json)
    counts: Counter[Done] = Counter()
    with clear_aws_errors():
        for one in rehearse(stack) if dry_run else replay(stack):
            counts[one.done] += 1
            about = one.letter.image or f"message {one.letter.message_id}"
            if as_json:
                screen.results.out(json.dumps(one.to_json()), highlight=False)
            else:
                text = Text.assemble((f"{one.done:<16}", STYLES[one.done]), about, (f"  {one.detail}", "dim"))
                screen.results.print(text, soft_wrap=True)
    if as_json:
        summary = {done.replace(" ", "_"): count for done, count in counts.items()}
        screen.results.out(json.dumps({"dry_run": dry_run, **summary}), highlight=False)
    else:
        for sentence in summary_lines(counts, stack):
            screen.results.print(sentence, soft_wrap=True)
    return ExitCode.OK if set(counts) <= GOOD else ExitCode.IMAGE_FAILED


def summary_lines(counts: Counter[Done], stack: Stack) -> Iterator[Text]:
    """How many of each, and what to do about those that were not started."""
    if not counts:
        yield Text("No event waits.")
        return
    yield Text(", ".join(f"{counts[done]} {done}" for done in Done if counts[done]) + ".")
    if counts[Done.SET_ASIDE]:
        yield Text(f"Set aside: kept for 14 days in {stack.outputs.set_aside_queue}", "yellow")
    if counts[Done.KEPT]:
        yield Text("Kept: still in the queue. Put right what the lines say, then replay again.", "bold red")
    if counts[Done.STARTED]:
        yield Text("`renditions status IMAGE` shows what becomes of each.")
    if counts[Done.WOULD_START] or counts[Done.WOULD_SET_ASIDE]:
        yield Text("Nothing was done. Call without --dry-run to do it.", "yellow")
