"""``renditions dlq list`` and ``renditions dlq replay``: the events in the dead-letter queues."""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime

from rich.text import Text

from renditions_cli.aws.causes import shortened
from renditions_cli.aws.dead_letters import DeadLetter
from renditions_cli.aws.queues import receive, release
from renditions_cli.aws.replay import ReplayAction, Replayed, rehearse, replay, replayed_queues
from renditions_cli.aws.sdk_errors import readable_aws_errors
from renditions_cli.aws.stack import Stack, StackChoice, find_stack
from renditions_cli.errors import ExitCode
from renditions_cli.show.console import open_consoles, print_json
from renditions_cli.show.escaping import visible
from renditions_cli.show.wording import age, counted

LABEL = 10  # columns
ACTION = max(len(one) for one in ReplayAction) + 2
STYLES = {
    ReplayAction.STARTED: "green",
    ReplayAction.STARTED_BEFORE: "green",
    ReplayAction.SET_ASIDE: "yellow",
    ReplayAction.KEPT: "bold red",
    ReplayAction.WOULD_START: "cyan",
    ReplayAction.WOULD_SET_ASIDE: "yellow",
}
GOOD = frozenset({ReplayAction.STARTED, ReplayAction.STARTED_BEFORE})
NOTHING_TO_REPLAY = "There are no messages to replay."


def show_dead_letters(choice: StackChoice, *, as_json: bool) -> ExitCode:
    """List the messages to replay, oldest first, then those set aside. Returns OK if there is nothing to replay."""
    stack = find_stack(choice)
    consoles = open_consoles(as_json=as_json)
    with readable_aws_errors(), consoles.progress.status("Reading the queues ..."):
        letters = read(stack, *replayed_queues(stack), stack.outputs.set_aside_queue)
    waiting = [one for one in letters if one.queue_url != stack.outputs.set_aside_queue]
    aside = [one for one in letters if one.queue_url == stack.outputs.set_aside_queue]
    if as_json:
        messages = {"messages": waiting, "set_aside": aside}
        document = {name: [one.to_json() for one in letters] for name, letters in messages.items()}
        print_json(consoles.results, document)
    else:
        for line in listing(waiting, aside):
            consoles.results.print(line, soft_wrap=True)
    return ExitCode.IMAGE_FAILED if waiting else ExitCode.OK


def read(stack: Stack, *queues: str) -> list[DeadLetter]:
    """Return all messages of these queues, oldest first. They stay there."""
    sqs = stack.sqs()
    letters: list[DeadLetter] = []
    try:
        letters.extend(receive(sqs, *queues))
    finally:
        release(sqs, letters)
    return sorted(letters, key=lambda one: one.sent)


def listing(waiting: list[DeadLetter], aside: list[DeadLetter]) -> Iterator[Text]:
    """Yield the lines to print."""
    for letter in (*waiting, *aside):
        yield from message_lines(letter)
    if waiting:
        yield Text(f"{counted(len(waiting), 'message')} to replay. Run `renditions dlq replay`.", "yellow")
    else:
        yield Text(NOTHING_TO_REPLAY)
    if aside:
        yield Text(f"{counted(len(aside), 'message')} set aside. To read the full text, run")
        yield Text(f"  aws sqs receive-message --max-number-of-messages 10 --queue-url {aside[0].queue_url}")


def message_lines(letter: DeadLetter) -> Iterator[Text]:
    """Yield the lines for one message."""
    yield Text(visible(letter.title), "bold")
    waits = f"{age(letter.sent, datetime.now(UTC))} in {letter.queue}, received {counted(letter.received, 'time')}"
    facts = (
        ("Error", letter.error),
        ("Message", shortened(letter.message)),
        ("Rule", letter.rule),
        ("Set aside", letter.attributes.get("SET_ASIDE_BECAUSE", "")),
        ("Waiting", waits),
    )
    for label, value in facts:
        if value:
            yield Text.assemble((f"  {label:<{LABEL}}", "dim"), visible(value))
    yield Text()


def replay_dead_letters(choice: StackChoice, *, dry_run: bool, as_json: bool) -> ExitCode:
    """Replay the messages; with ``dry_run``, show what would be done. Returns OK if nothing is left to do."""
    stack = find_stack(choice)
    consoles = open_consoles(as_json=as_json)
    counts: Counter[ReplayAction] = Counter()
    with readable_aws_errors():
        for one in rehearse(stack) if dry_run else replay(stack):
            counts[one.action] += 1
            if as_json:
                consoles.results.out(json.dumps(one.to_json()), highlight=False)
            else:
                consoles.results.print(replayed_line(one), soft_wrap=True)
    if as_json:
        summary = {action.replace(" ", "_"): count for action, count in counts.items()}
        consoles.results.out(json.dumps({"dry_run": dry_run, **summary}), highlight=False)
    else:
        for sentence in summary_lines(counts, stack):
            consoles.results.print(sentence, soft_wrap=True)
    return ExitCode.OK if set(counts) <= GOOD else ExitCode.IMAGE_FAILED


def replayed_line(one: Replayed) -> Text:
    """Return ``started  s3://…  arn:…``: the action, the image, and the execution or the reason."""
    action = (f"{one.action:<{ACTION}}", STYLES[one.action])
    return Text.assemble(action, visible(one.letter.title), (f"  {visible(one.detail)}", "dim"))


def summary_lines(counts: Counter[ReplayAction], stack: Stack) -> Iterator[Text]:
    """Yield the number of messages per action, and the next steps."""
    if not counts:
        yield Text(NOTHING_TO_REPLAY)
        return
    yield Text(", ".join(f"{counts[action]} {action}" for action in ReplayAction if counts[action]) + ".")
    if counts[ReplayAction.SET_ASIDE]:
        yield Text(
            f"Messages that were set aside stay for 14 days in {stack.outputs.set_aside_queue}", "yellow"
        )
    if counts[ReplayAction.KEPT]:
        yield Text(
            "Messages that were kept are still in the queue. Fix the errors above, then replay again.",
            "bold red",
        )
    if counts[ReplayAction.STARTED]:
        yield Text("Use `renditions status IMAGE` to see the result for an image.")
    if counts[ReplayAction.WOULD_START] or counts[ReplayAction.WOULD_SET_ASIDE]:
        yield Text("Dry run: nothing was changed. Run the command without --dry-run to replay.", "yellow")
