"""``renditions subscribe`` and ``unsubscribe``: who gets the notices, and which."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from botocore.exceptions import BotoCoreError, ClientError
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from renditions_cli.aws import subscriptions
from renditions_cli.aws.queue_policies import Permitted, check_queue
from renditions_cli.aws.resources import read_parameters, stack_name
from renditions_cli.aws.sdk_errors import readable_aws_errors, request_error, response_error
from renditions_cli.aws.stack import Stack, StackChoice, find_stack
from renditions_cli.aws.subscriptions import (
    MOST_NAMES,
    NO_BACKFILL,
    STATUSES,
    Filter,
    Subscription,
    list_subscriptions,
    matching,
)
from renditions_cli.errors import ExitCode, UsageError
from renditions_cli.show.console import open_consoles, print_json
from renditions_cli.show.escaping import visible

QUEUE_ARN = re.compile(r"arn:aws[a-z-]*:sqs:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,80}")
EMAIL = re.compile(r"[^@/:]+@[^@/:]+\.[^@/:.]+")
LONGEST_ENDPOINT, LONGEST_PREFIX = 2048, 1024
PENDING = {
    "email": "SNS has sent an e-mail with a link. Notices come after its owner has opened the link.",
    "https": "SNS has sent a SubscriptionConfirmation. Notices come after the endpoint has confirmed it: "
    "examples/webhook.py does, docs/notice.md says how.",
}
PENDING["http"] = f"{PENDING['https']} Without TLS everybody on the way can read the notices."


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the command line asks for. ``prefix`` is that of keys, ``context`` has texts like ``tenant=acme``.

    ``backfill``: whether notices of a backfill come too. None: only to programs.
    """

    endpoint: str
    statuses: Sequence[str]
    prefix: str
    context: Sequence[str] = ()
    backfill: bool | None = None

    @property
    def takes_backfill(self) -> bool:
        """Whether notices of a backfill come too."""
        return protocol_of(self.endpoint) != "email" if self.backfill is None else self.backfill


def subscribe(choice: StackChoice, wanted: Wanted, *, as_json: bool) -> ExitCode:
    """Subscribe an endpoint, or change the filter of its subscription. Returns OK if nothing is left to do."""
    protocol = protocol_of(wanted.endpoint)
    statuses = tuple(dict.fromkeys(known_status(one) for one in wanted.statuses))
    if wanted.prefix and protocol == "email":
        raise UsageError(
            "--prefix does not work for e-mails: SNS looks for the key in the message, and an e-mail is plain text. "
            "Use --status, or subscribe a queue or a webhook."
        )
    if len(wanted.prefix.encode(errors="surrogatepass")) > LONGEST_PREFIX:
        raise UsageError(f"--prefix is longer than a key can be: {LONGEST_PREFIX:,} bytes.")
    context = context_of(wanted)
    stack = find_stack(choice)
    consoles = open_consoles(as_json=as_json)
    uri = stack.uri_prefix(wanted.prefix) if wanted.prefix else ""
    check_names(choice, stack, context)
    attributes = Filter(statuses, uri, context, wanted.takes_backfill).attributes()
    if protocol == "sqs":
        attributes["RawMessageDelivery"] = "true"
    topic = stack.outputs.notifications_topic
    with readable_aws_errors():
        sns = stack.session.client("sns")
        subscriptions.subscribe(sns, topic, protocol, wanted.endpoint, attributes)
        found = matching(list_subscriptions(sns, topic), wanted.endpoint)
    left = [advice(stack, one) for one in found]
    if as_json:
        print_json(consoles.results, document(found, left))
    else:
        for one, (_, text) in zip(found, left, strict=True):
            state = "pending" if one.is_pending else "confirmed"
            shown = f"{visible(one.endpoint)}: {state}, {visible(filter_of(one))}"
            consoles.results.print(shown, soft_wrap=True, markup=False)
            if text:
                consoles.results.print(text, soft_wrap=True, markup=False)
    return ExitCode.OK if all(well for well, _ in left) else ExitCode.IMAGE_FAILED


def unsubscribe(choice: StackChoice, which: str, *, as_json: bool) -> ExitCode:
    """Remove the subscriptions of an endpoint, or one by its ARN."""
    stack = find_stack(choice)
    consoles = open_consoles(as_json=as_json)
    with readable_aws_errors():
        sns = stack.session.client("sns")
        found = matching(list_subscriptions(sns, stack.outputs.notifications_topic), which)
        if not found:
            raise UsageError(
                f"There is no subscription of {which}. `renditions subscribe --list` shows them all."
            )
        removed = [one for one in found if not one.is_pending]
        for one in removed:
            sns.unsubscribe(SubscriptionArn=one.arn)
    if as_json:
        print_json(consoles.results, {"removed": [one.to_json() for one in removed]})
    else:
        consoles.results.print(f"{which}: removed" if removed else f"{which}: pending", markup=False)
        if len(removed) < len(found):
            consoles.results.print("SNS forgets a subscription that nobody confirms after two days.")
    return ExitCode.OK


def show_subscriptions(choice: StackChoice, *, as_json: bool) -> ExitCode:
    """List the subscriptions, with what keeps a queue from receiving notices. Returns OK if nothing is left to do."""
    stack = find_stack(choice)
    consoles = open_consoles(as_json=as_json)
    with readable_aws_errors():
        found = list_subscriptions(stack.session.client("sns"), stack.outputs.notifications_topic)
    left = [advice(stack, one) for one in found]
    if as_json:
        print_json(consoles.results, document(found, left))
    else:
        print_table(consoles.results, found)
        for one, (_, text) in zip(found, left, strict=True):
            if text:
                consoles.results.print(f"{visible(one.endpoint)}: {text}", soft_wrap=True, markup=False)
    return ExitCode.OK if all(well for well, _ in left) else ExitCode.IMAGE_FAILED


def advice(stack: Stack, one: Subscription) -> tuple[bool, str]:
    """Return whether notices arrive as far as this account can do something about it, and what to do or to know."""
    if one.is_pending:
        return True, PENDING.get(one.protocol, "Its owner must confirm it.")
    if one.protocol != "sqs":
        return True, ""
    try:
        sending, remedy = check_queue(stack.session, one.endpoint, stack.outputs.notifications_topic)
    except ClientError as error:
        return True, f"Could not look at the policy of the queue. {response_error(error)}"
    except BotoCoreError as error:
        return True, f"Could not look at the policy of the queue. {request_error(error)}"
    if sending is Permitted.NO:
        return False, f"The queue receives nothing. {remedy}"
    return True, f"Whether the queue receives anything cannot be told from here. {remedy}" if remedy else ""


def document(found: Sequence[Subscription], left: Sequence[tuple[bool, str]]) -> dict[str, Any]:
    """Return the document for --json."""
    pairs = zip(found, left, strict=True)
    return {"subscriptions": [one.to_json() | {"advice": text or None} for one, (_, text) in pairs]}


def print_table(console: Console, found: Sequence[Subscription]) -> None:
    """Print the subscriptions."""
    if not found:
        console.print("Nobody has subscribed.")
        return
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for heading in ("Protocol", "State", "Notices"):
        table.add_column(heading, no_wrap=heading != "Notices", overflow="fold")
    table.add_column("Endpoint", overflow="fold")
    for one in found:
        state = "pending" if one.is_pending else "confirmed"
        table.add_row(one.protocol, state, visible(filter_of(one)), visible(one.endpoint))
    console.print(table)


def filter_of(one: Subscription) -> str:
    """Return which notices a subscription gets, in words or as its policy."""
    policy: Any = one.to_json()["filter_policy"]
    if one.is_pending:
        return "not yet known"
    if not policy:
        return "all"
    try:
        words = ", ".join(policy.get("status", ["all"]))
        prefixes = [value["prefix"] for value in policy["image"]["uri"]] if "image" in policy else []
        names = policy.get("context") or {
            name: policy[name] for name in policy if name not in {"status", "image", "origin"}
        }
        backfill = ["without backfills"] if policy.get("origin") == NO_BACKFILL else []
        context = [f"{name}={' or '.join(values)}" for name, values in names.items()]
    except (KeyError, TypeError, AttributeError):
        return one.policy
    if "origin" in policy and not backfill:
        return one.policy
    return ", ".join([" below ".join([words, *prefixes]), *context, *backfill])


def protocol_of(endpoint: str) -> str:
    """Return the protocol of SNS for an endpoint. Raises UsageError."""
    if endpoint.startswith("arn:"):
        if QUEUE_ARN.fullmatch(endpoint):
            return "sqs"
        raise UsageError(
            f"{endpoint!r} is not the ARN of a queue, such as arn:aws:sqs:eu-central-1:123456789012:name. Queues whose "
            "names end in .fifo cannot subscribe."
        )
    if (
        endpoint.isascii()
        and endpoint.isprintable()
        and " " not in endpoint
        and len(endpoint) <= LONGEST_ENDPOINT
    ):
        if endpoint.startswith(("https://", "http://")) and has_host(endpoint):
            return endpoint.partition(":")[0]
        if EMAIL.fullmatch(endpoint):
            return "email"
    raise UsageError(
        f"{endpoint[:200]!r} is none of https://…, an e-mail address, and the ARN of a queue (arn:aws:sqs:…)."
    )


def context_of(wanted: Wanted) -> dict[str, list[str]]:
    """Return name → values of --context. Raises UsageError."""
    found: dict[str, list[str]] = {}
    for one in wanted.context:
        name, equals, value = one.partition("=")
        if not (name and equals and value):
            raise UsageError(f"--context {one!r} is not NAME=VALUE, such as tenant=acme.")
        found.setdefault(name, []).append(value)
    names = len(found) + bool(wanted.statuses) + bool(wanted.prefix) + (not wanted.takes_backfill)
    if names > MOST_NAMES:
        raise UsageError(
            f"SNS filters by at most {MOST_NAMES} names, and these are {names}: --context, --status and --prefix, and "
            "the origin unless there is --backfill."
        )
    return found


def check_names(choice: StackChoice, stack: Stack, names: Collection[str]) -> None:
    """Raise UsageError if the stack passes on no context of these names: the subscriber would hear nothing."""
    if not names:
        return
    with readable_aws_errors():
        known = read_parameters(stack.session, stack_name(choice)).get("ContextKeys", "").split(",")
    unknown = [name for name in names if name not in known]
    if unknown:
        passed_on = f"It is {','.join(known)}" if any(known) else "It is empty"
        raise UsageError(
            f"The stack passes on no {', '.join(unknown)}: add it to its parameter ContextKeys. {passed_on} now."
        )


def has_host(url: str) -> bool:
    """Return whether a URL names a host."""
    try:
        return bool(urlsplit(url).hostname)
    except ValueError:
        return False


def known_status(status: str) -> str:
    """Return the status in capitals. Raises UsageError if there is none of that name."""
    if status.upper() not in STATUSES:
        raise UsageError(f"{status!r} is not a status. The notices have {', '.join(STATUSES)}.")
    return status.upper()
