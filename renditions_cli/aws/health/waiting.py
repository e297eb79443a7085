"""Checks of what waits for somebody: alarms, dead letters, subscriptions."""

from collections.abc import Iterator

from renditions_cli.aws.health.finding import Finding, Mark
from renditions_cli.aws.health.target import Target
from renditions_cli.aws.queue_policies import Permitted, check_queue
from renditions_cli.aws.subscriptions import Subscription, list_subscriptions

ALARM, COMPOSITE = "AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm"
NAMES_AT_A_TIME = 100  # the most that DescribeAlarms takes
MESSAGES = "ApproximateNumberOfMessages"
# The queues in which messages wait for an operator, by their names in the template, and what to do.
DEAD_LETTERS = {
    "StartFailuresQueue": "`renditions dlq list`, remove the cause, then `renditions dlq replay`.",
    "ReportFailuresQueue": "`renditions dlq list`, remove the cause, then `renditions dlq replay`.",
    "SetAsideQueue": "`renditions dlq list`; docs/operations.md says what to do with messages set aside.",
    "UndeliveredEventsQueue": "UndeliveredEventsAlarm in docs/operations.md says what to do.",
}
TOPICS = {
    "NotificationsTopic": "Nobody gets notices.",
    "OperatorsTopic": "Nobody is notified of failures and alarms.",
    "DigestTopic": "Nobody gets the digest.",
}


def alarms(target: Target) -> Iterator[Finding]:
    """Yield each alarm that is in ALARM."""
    resources = target.resources
    logical = {physical: name for kind in (ALARM, COMPOSITE) for name, physical in resources.of(kind).items()}
    # CloudFormation knows a composite alarm by its ARN.
    names = {physical.rsplit(":alarm:", 1)[-1]: name for physical, name in logical.items()}
    ringing = 0
    for start in range(0, len(names), NAMES_AT_A_TIME):
        part = list(names)[start : start + NAMES_AT_A_TIME]
        answer = target.client("cloudwatch").describe_alarms(
            AlarmNames=part, AlarmTypes=["MetricAlarm", "CompositeAlarm"], StateValue="ALARM"
        )
        for one in [*answer.get("MetricAlarms", []), *answer.get("CompositeAlarms", [])]:
            ringing += 1
            name = names.get(one["AlarmName"], one["AlarmName"])
            remedy = one.get("AlarmDescription", "") or "docs/operations.md says what it means."
            yield Finding("alarms", Mark.TO_DO, f"{name} is in ALARM.", remedy)
    if not ringing:
        yield Finding("alarms", Mark.WELL, f"{len(names)} alarms, none in ALARM")


def dead_letters(target: Target) -> Iterator[Finding]:
    """Yield each queue in which messages wait for an operator."""
    waiting = False
    for name, remedy in DEAD_LETTERS.items():
        url = target.resources.physical.get(name)
        if not url:
            continue
        answer = target.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=[MESSAGES])
        if number := int(answer["Attributes"][MESSAGES]):
            waiting = True
            yield Finding("dead letters", Mark.TO_DO, f"About {number:,} messages wait in {name}.", remedy)
    if not waiting:
        yield Finding("dead letters", Mark.WELL, "none")


def subscriptions(target: Target) -> Iterator[Finding]:
    """Yield subscriptions that are pending or receive nothing, and topics that nobody listens to."""
    for name, silence in TOPICS.items():
        topic = target.resources.physical.get(name)
        if not topic:
            continue
        found = list_subscriptions(target.client("sns"), topic)
        problems = [problem for one in found if (problem := _problem(target, name, topic, one))]
        yield from problems
        if not any(not one.is_pending for one in found):
            remedy = "`renditions subscribe me@example.org`"
            if name != "NotificationsTopic":
                parameter = "OperatorEmail" if name == "OperatorsTopic" else "NotificationEmail"
                remedy = f"`make deploy PARAMETERS='{parameter}=me@example.org'`"
            mark = Mark.NOTE if name == "NotificationsTopic" or target.choice.local else Mark.TO_DO
            yield Finding("subscriptions", mark, f"{name} has no confirmed subscription. {silence}", remedy)
        elif not problems:
            yield Finding("subscriptions", Mark.WELL, f"{name}: {len(found)}, all confirmed")


def _problem(target: Target, name: str, topic: str, one: Subscription) -> Finding | None:
    """Return what keeps a subscription from getting messages, or None."""
    if one.is_pending:
        text = f"{one.endpoint} has not confirmed its subscription of {name}."
        remedy = (
            "Its owner opens the link in the e-mail, or its endpoint confirms. SNS forgets it after two days."
        )
        return Finding("subscriptions", Mark.TO_DO, text, remedy)
    if one.protocol != "sqs":
        return None
    sending, remedy = check_queue(target.session, one.endpoint, topic)
    if sending is Permitted.YES:
        return None
    mark = Mark.TO_DO if sending is Permitted.NO else Mark.NOTE
    text = (
        "receives nothing" if sending is Permitted.NO else "may receive nothing; it cannot be told from here"
    )
    return Finding("subscriptions", mark, f"{one.endpoint} of {name} {text}.", remedy)
