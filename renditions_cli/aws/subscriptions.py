"""The subscriptions of the topic of notices: list, add, change and remove them."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from renditions.contracts import BACKFILL

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient

PENDING = "PendingConfirmation"
STATUSES = ("COMPLETED", "REJECTED", "FAILED", "DELETED")
BODY = "MessageBody"
MOST_NAMES = 5  # in the filter of a subscription
# The template has the same for the e-mails of NotificationEmail. Notices of earlier releases have no origin.
NO_BACKFILL = [{"exists": False}, {"anything-but": [BACKFILL]}]


@dataclass(frozen=True, slots=True)
class Filter:
    """Which notices a subscription gets. Empty: all. ``uri_prefix`` is that of the image's URI.

    ``context`` maps names to the values of which one is asked for. ``backfill``: also those of a backfill.
    """

    statuses: tuple[str, ...] = ()
    uri_prefix: str = ""
    context: Mapping[str, Sequence[str]] = field(default_factory=dict)
    backfill: bool = True

    def attributes(self) -> dict[str, str]:
        """Return the attributes of the subscription.

        By message attributes, or by the JSON document if a prefix is asked for, because the URI is only in there.
        """
        policy: dict[str, Any] = {"status": list(self.statuses)} if self.statuses else {}
        policy |= {} if self.backfill else {"origin": NO_BACKFILL}
        context = {name: list(values) for name, values in self.context.items()}
        if not self.uri_prefix:
            policy |= context
            return {"FilterPolicy": json.dumps(policy)} if policy else {}
        policy["image"] = {"uri": [{"prefix": self.uri_prefix}]}
        policy |= {"context": context} if context else {}
        return {"FilterPolicyScope": BODY, "FilterPolicy": json.dumps(policy)}


@dataclass(frozen=True, slots=True)
class Subscription:
    """One subscription of the topic. ``policy`` is its filter, as SNS has it. ``arn`` is empty while it is pending."""

    protocol: str
    endpoint: str
    arn: str
    policy: str = ""
    scope: str = ""
    is_raw: bool = False

    @property
    def is_pending(self) -> bool:
        """Whether its owner has not confirmed it."""
        return not self.arn

    def takes(self, status: str) -> bool:
        """Return whether its filter lets notices of ``status`` through. True if that cannot be told."""
        try:
            wanted = json.loads(self.policy).get("status") if self.policy else None
        except (ValueError, AttributeError):
            return True
        return (
            not isinstance(wanted, list) or status in wanted or any(isinstance(one, dict) for one in wanted)
        )

    def to_json(self) -> dict[str, Any]:
        """Return the document for --json."""
        return {
            "endpoint": self.endpoint,
            "protocol": self.protocol,
            "subscription_arn": self.arn or None,
            "confirmed": not self.is_pending,
            "filter_policy": json.loads(self.policy) if self.policy else {},
            "filter_policy_scope": self.scope or None,
            "raw": self.is_raw,
        }


def list_subscriptions(sns: "SNSClient", topic: str) -> list[Subscription]:
    """Return the subscriptions of ``topic``. Raises botocore's errors."""
    pages = sns.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=topic)
    found = [one for page in pages for one in page["Subscriptions"]]
    return [_read(sns, one) for one in found]


def _read(sns: "SNSClient", listed: Mapping[str, Any]) -> Subscription:
    arn = listed["SubscriptionArn"]
    if not arn.startswith("arn:"):  # PendingConfirmation, or Deleted
        return Subscription(listed["Protocol"], listed["Endpoint"], "")
    try:
        attributes = sns.get_subscription_attributes(SubscriptionArn=arn)["Attributes"]
    except ClientError as error:
        if error.response["Error"]["Code"] != "NotFound":  # removed since it was listed
            raise
        attributes = {}
    return Subscription(
        listed["Protocol"],
        listed["Endpoint"],
        "" if attributes.get("PendingConfirmation") == "true" else arn,
        attributes.get("FilterPolicy", ""),
        attributes.get("FilterPolicyScope", ""),
        attributes.get("RawMessageDelivery") == "true",
    )


def subscribe(
    sns: "SNSClient", topic: str, protocol: str, endpoint: str, attributes: Mapping[str, str]
) -> str:
    """Add a subscription, or give an existing one of this endpoint these attributes. Returns its ARN."""
    existing = next(iter(matching(list_subscriptions(sns, topic), endpoint)), None)
    if existing is None or existing.is_pending:
        answer = sns.subscribe(
            TopicArn=topic,
            Protocol=protocol,
            Endpoint=endpoint,
            Attributes=dict(attributes),
            ReturnSubscriptionArn=True,
        )
        return answer["SubscriptionArn"]
    # The scope first: a policy is checked against the scope that is set. An empty policy takes everything.
    wanted = {"FilterPolicyScope": "MessageAttributes", "FilterPolicy": "{}", **attributes}
    if attributes.get("FilterPolicyScope") != existing.scope:
        sns.set_subscription_attributes(
            SubscriptionArn=existing.arn, AttributeName="FilterPolicy", AttributeValue="{}"
        )
    for name, value in wanted.items():
        sns.set_subscription_attributes(
            SubscriptionArn=existing.arn, AttributeName=name, AttributeValue=value
        )
    return existing.arn


def matching(subscriptions: Iterable[Subscription], which: str) -> list[Subscription]:
    """Return the subscriptions that ``which``, an endpoint or an ARN, names."""
    return [one for one in subscriptions if which in (one.endpoint, one.arn) and which]
