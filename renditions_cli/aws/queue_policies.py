"""Whether the policy of a queue lets SNS send. Otherwise the queue receives nothing, and SNS reports no error."""

import json
from collections.abc import Mapping
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    import boto3

SEND = "sqs:SendMessage"
SNS = "sns.amazonaws.com"
# Conditions on the sender, whose value is known.
SOURCE = "aws:SourceArn"
OPERATORS = ("ArnEquals", "ArnLike", "StringEquals", "StringLike")


class Permitted(StrEnum):
    """Whether SNS may send to a queue. UNCLEAR: the policy has conditions that only AWS can judge."""

    YES = "yes"
    NO = "no"
    UNCLEAR = "unclear"


def statement_for(queue_arn: str, topic_arn: str) -> dict[str, Any]:
    """Return the statement that a queue's policy needs."""
    return {
        "Effect": "Allow",
        "Principal": {"Service": SNS},
        "Action": SEND,
        "Resource": queue_arn,
        "Condition": {"ArnEquals": {SOURCE: topic_arn}},
    }


def read_policy(session: "boto3.Session", queue_arn: str) -> tuple[str, str]:
    """Return the policy of a queue as text, and its KMS key or an empty text. Raises botocore's errors."""
    _, _, _, region, account, name = queue_arn.split(":", 5)
    sqs = session.client("sqs", region_name=region)
    url = sqs.get_queue_url(QueueName=name, QueueOwnerAWSAccountId=account)["QueueUrl"]
    answer = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["Policy", "KmsMasterKeyId"])
    attributes: Mapping[Any, str] = answer.get("Attributes", {})
    return attributes.get("Policy", ""), attributes.get("KmsMasterKeyId", "")


def permitted(policy: str, queue_arn: str, topic_arn: str) -> Permitted:
    """Return whether the policy lets SNS send messages of the topic to the queue."""
    try:
        statements = listed(json.loads(policy)["Statement"]) if policy else []
        found = [(one["Effect"], _applies(one, queue_arn, topic_arn)) for one in statements]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return Permitted.UNCLEAR
    denied = [applies for effect, applies in found if effect == "Deny"]
    allowed = [applies for effect, applies in found if effect == "Allow"]
    if Permitted.YES in denied or not {Permitted.YES, Permitted.UNCLEAR} & set(allowed):
        return Permitted.NO
    return (
        Permitted.YES if Permitted.YES in allowed and Permitted.UNCLEAR not in denied else Permitted.UNCLEAR
    )


def check_queue(session: "boto3.Session", queue_arn: str, topic_arn: str) -> tuple[Permitted, str]:
    """Return whether the topic may send to a queue, and what to do if not. Raises botocore's errors."""
    try:
        policy, kms_key = read_policy(session, queue_arn)
    except ClientError as error:
        code = error.response["Error"]["Code"]
        account = queue_arn.split(":")[4]
        # SQS says the same of a queue of another account, which only that account can read, and of a missing one.
        if account != topic_arn.split(":")[4]:
            statement = json.dumps(statement_for(queue_arn, topic_arn))
            remedy = f"Account {account} must see to it that its policy contains: {statement}"
            return Permitted.UNCLEAR, remedy
        if "NonExistentQueue" not in code and "QueueDoesNotExist" not in code:
            raise
        return Permitted.NO, "The queue does not exist."
    sending = permitted(policy, queue_arn, topic_arn)
    remedy = ""
    if sending is not Permitted.YES:
        statement = json.dumps(statement_for(queue_arn, topic_arn))
        remedy = f"Its policy must contain this statement: {statement}"
    if kms_key:
        remedy = f"{remedy} The policy of its KMS key must allow {SNS} kms:GenerateDataKey and kms:Decrypt."
        sending = Permitted.UNCLEAR if sending is Permitted.YES else sending
    return sending, remedy.strip()


def _applies(statement: Mapping[str, Any], queue_arn: str, topic_arn: str) -> Permitted:
    if not (
        _names_sns(statement)
        and _matches(statement.get("Action"), SEND, ignore_case=True)
        and _matches(statement.get("Resource", queue_arn), queue_arn)
    ):
        return Permitted.NO
    if {"NotAction", "NotResource", "NotPrincipal"} & set(statement):
        return Permitted.UNCLEAR
    verdicts = {
        _holds(operator, name, values, topic_arn)
        for operator, tests in (statement.get("Condition") or {}).items()
        for name, values in tests.items()
    }
    return next((one for one in (Permitted.NO, Permitted.UNCLEAR) if one in verdicts), Permitted.YES)


def _holds(operator: str, name: str, values: Any, topic_arn: str) -> Permitted:
    """Return whether a condition holds for what SNS sends: with TLS, for this topic and its account."""
    key = name.lower()
    if operator in OPERATORS and key == SOURCE.lower():
        holds = _matches(values, topic_arn)
    elif key == "aws:securetransport" and operator == "Bool":
        holds = str(listed(values)[0]).lower() == "true"
    elif key == "aws:sourceaccount" and operator == "StringEquals":
        holds = topic_arn.split(":")[4] in listed(values)
    else:
        return Permitted.UNCLEAR
    return Permitted.YES if holds else Permitted.NO


def _names_sns(statement: Mapping[str, Any]) -> bool:
    principal = statement.get("Principal")
    if principal == "*" or "NotPrincipal" in statement:
        return True
    named = principal if isinstance(principal, dict) else {}
    return SNS in listed(named.get("Service", [])) or "*" in listed(named.get("AWS", []))


def _matches(patterns: Any, value: str, *, ignore_case: bool = False) -> bool:
    """Return whether one of the patterns, with * and ?, matches."""
    if patterns is None:
        return True  # NotAction
    fold = str.lower if ignore_case else str
    return any(fnmatchcase(fold(value), fold(one).replace("[", "[[]")) for one in listed(patterns))


def listed(value: Any) -> list[Any]:
    """Return a list of what a policy has as one value or as a list."""
    return value if isinstance(value, list) else [value]
