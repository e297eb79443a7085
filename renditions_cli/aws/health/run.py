"""Run all checks. An error in one does not keep the others from running."""

from collections.abc import Callable, Iterator, Mapping

import boto3
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from renditions_cli.aws.health import (
    account,
    content_credentials,
    deployment,
    event_bus,
    originals,
    waiting,
)
from renditions_cli.aws.health.finding import Finding, Mark
from renditions_cli.aws.health.package import PackageUnreadable
from renditions_cli.aws.health.rights import action_of
from renditions_cli.aws.health.target import Target
from renditions_cli.aws.sdk_errors import DENIED, request_error, response_error
from renditions_cli.aws.stack import StackChoice, find_stack
from renditions_cli.errors import CliError

Check = Callable[[Target], Iterator[Finding]]

CHECKS: Mapping[str, Check] = {
    "credentials": account.credentials_and_clock,
    "region": account.region,
    "stack": deployment.stack_status,
    "release": deployment.release,
    "version": deployment.version,
    "workflow": deployment.workflow,
    "rules": deployment.rules,
    originals.NAME: originals.uploads,
    "alarms": waiting.alarms,
    "dead letters": waiting.dead_letters,
    "subscriptions": waiting.subscriptions,
    event_bus.NAME: event_bus.event_bus,
    "HEIC": deployment.heic_decoder,
    content_credentials.NAME: content_credentials.content_credentials,
    "quota: Lambda": account.concurrency,
    "quotas": account.rates,
}


def examine(choice: StackChoice) -> Iterator[Finding]:
    """Yield what all checks find. A check that cannot look says so, and the others go on."""
    try:
        stack = find_stack(choice)
    except CliError as error:
        yield from without_stack(choice, error)
        return
    target = Target(choice, stack.session, stack)
    for name, check in CHECKS.items():
        yield from careful(name, lambda check=check: check(target))  # type: ignore[misc]


def without_stack(choice: StackChoice, error: CliError) -> Iterator[Finding]:
    """Yield who asks, if that can be told, and why the stack cannot be found."""
    if not choice.local:

        def who() -> Iterator[Finding]:
            session = boto3.Session(profile_name=choice.profile, region_name=choice.region)
            answer = session.client("sts").get_caller_identity()
            yield Finding("credentials", Mark.WELL, f"account {answer['Account']}, {answer['Arn']}")

        yield from careful("credentials", who)
    yield Finding("stack", Mark.BLIND, error.message)


def careful(name: str, look: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    """Yield what a check finds, and at an error why it could not look further."""
    try:
        yield from look()
    except ClientError as error:
        code, operation = error.response["Error"]["Code"], error.operation_name
        if code in DENIED or code in {"AuthorizationError", "UnauthorizedOperation"}:
            yield Finding(
                name, Mark.BLIND, f"needs {action_of(operation)}", "docs/operations.md has the policy."
            )
        else:
            yield Finding(name, Mark.BLIND, response_error(error))
    except BotoCoreError as error:
        yield Finding(name, Mark.BLIND, request_error(error))
    except (PackageUnreadable, CliError) as error:
        yield Finding(name, Mark.BLIND, str(error))
    except (
        ResponseParserError,
        KeyError,
        ValueError,
        TypeError,
    ) as error:  # an answer or a stack of another form than expected
        yield Finding(name, Mark.BLIND, f"met something unexpected: {type(error).__name__} {error}")
