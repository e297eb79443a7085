"""`renditions subscribe` and `unsubscribe`, as a user calls them."""

import json
from typing import Any

import pytest

from renditions_cli.aws.queue_policies import statement_for
from renditions_cli.aws.stack import Stack
from renditions_cli.aws.subscriptions import NO_BACKFILL, Filter, Subscription
from tests.unit.cli.conftest import Command


@pytest.fixture
def topic(stack: Stack) -> str:
    """The topic that the outputs of the stack name, without subscriptions."""
    sns = stack.session.client("sns")
    arn = str(sns.create_topic(Name=stack.outputs.notifications_topic.rsplit(":", 1)[-1])["TopicArn"])
    for one in sns.list_subscriptions_by_topic(TopicArn=arn)["Subscriptions"]:
        sns.unsubscribe(SubscriptionArn=one["SubscriptionArn"])
    return arn


@pytest.fixture
def call(renditions_command: Command, stack: Stack, topic: str, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Call a command for this stack, which is found without asking again: a new session is slow."""
    monkeypatch.setattr("renditions_cli.commands.subscribe.find_stack", lambda choice: stack)
    return renditions_command


def queue(stack: Stack, name: str, statement: Any = None) -> str:
    """Make a queue with this statement in its policy. Returns its ARN."""
    sqs = stack.sqs()
    url = sqs.create_queue(QueueName=f"{name}-{stack.outputs.uploads_bucket[-12:]}")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    if statement:
        policy = {"Version": "2012-10-17", "Statement": [statement | {"Resource": arn}]}
        sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": json.dumps(policy)})
    return arn


def subscriptions(call: Command) -> list[dict[str, Any]]:
    """Return what --list --json prints."""
    found: list[dict[str, Any]] = json.loads(call("subscribe", "--list", "--json").stdout)["subscriptions"]
    return found


def test_a_webhook_gets_only_the_notices_that_it_asked_for(call: Command) -> None:
    ended = call(
        "subscribe", "https://example.org/notices", "--status", "failed", "--status", "REJECTED", "--json"
    )
    assert (ended.exit_code, ended.stderr) == (0, "")
    [one] = subscriptions(call)
    assert (one["protocol"], one["filter_policy"]) == ("https", {"status": ["FAILED", "REJECTED"]})
    assert one["raw"] is False  # the signature is in the envelope


def test_a_prefix_is_looked_for_in_the_document_and_subscribing_again_changes_the_filter(
    call: Command, stack: Stack, topic: str
) -> None:
    arn = queue(stack, "allowed", statement_for("", topic))
    assert call("subscribe", arn, "--prefix", "scans/", "--status", "COMPLETED").exit_code == 0
    [one] = subscriptions(call)
    assert one["filter_policy_scope"] == "MessageBody"
    assert one["filter_policy"] == {
        "status": ["COMPLETED"],
        "image": {"uri": [{"prefix": f"s3://{stack.outputs.uploads_bucket}/scans/"}]},
    }
    assert (one["raw"], one["advice"]) == (True, None)
    for arguments, policy in ((["--status", "FAILED"], {"status": ["FAILED"]}), ([], {})):
        assert call("subscribe", arn, *arguments).exit_code == 0
        [one] = subscriptions(call)
        assert (one["filter_policy"], one["filter_policy_scope"]) == (policy, "MessageAttributes")


def test_a_context_is_looked_for_in_the_attributes_or_with_a_prefix_in_the_document(
    call: Command, stack: Stack, topic: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "renditions_cli.commands.subscribe.read_parameters", lambda *_: {"ContextKeys": "tenant,project"}
    )
    asked = ["--context", "tenant=acme", "--context", "tenant=b=c", "--context", "project=é"]
    assert call("subscribe", "me@example.org", *asked, "--status", "FAILED").exit_code == 0
    context = {"tenant": ["acme", "b=c"], "project": ["é"]}
    assert Filter(("FAILED",), "", context).attributes() == {
        "FilterPolicy": json.dumps({"status": ["FAILED"], **context})
    }
    arn = queue(stack, "tenant", statement_for("", topic))
    assert call("subscribe", arn, *asked, "--prefix", "a/").exit_code == 0
    [one] = [one for one in subscriptions(call) if one["endpoint"] == arn]
    assert (one["filter_policy_scope"], one["filter_policy"]["context"]) == ("MessageBody", context)
    shown = call("subscribe", "--list").stdout
    assert "tenant=acme or b=c, project=é" in " ".join(shown.split())


def test_a_name_that_the_stack_does_not_pass_on_is_refused(
    call: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SNS would accept it, and the subscriber would hear nothing."""
    for known, told in (("", "It is empty now."), ("tenants", "It is tenants now.")):
        monkeypatch.setattr(
            "renditions_cli.commands.subscribe.read_parameters",
            lambda *_, known=known: {"ContextKeys": known},
        )
        ended = call("subscribe", "me@example.org", "--context", "tenant=acme")
        assert (ended.exit_code, ended.stdout) == (2, "")
        assert told in ended.stderr


def test_a_person_gets_no_notices_of_a_backfill_unless_asked_for_and_a_program_does(call: Command) -> None:
    for number, arguments in enumerate(([], ["--backfill"], ["--no-backfill", "--status", "FAILED"])):
        for endpoint in (f"ann{number}@example.org", f"https://example.org/{number}"):
            assert call("subscribe", endpoint, *arguments).exit_code == 0
    policies = {one["endpoint"]: one["filter_policy"].get("origin") for one in subscriptions(call)}
    assert [policies[f"https://example.org/{number}"] for number in range(3)] == [None, None, NO_BACKFILL]
    assert "FAILED, without backfills" in " ".join(call("subscribe", "--list").stdout.split())


def test_the_command_says_what_the_policy_of_a_queue_lacks(call: Command, stack: Stack, topic: str) -> None:
    arn = queue(stack, "deaf")
    for ended in (call("subscribe", arn), call("subscribe", "--list")):
        assert ended.exit_code == 1
        told = ended.stdout.split("Its policy must contain this statement: ")[1]
        assert json.loads(told) == statement_for(arn, topic)


def test_an_endpoint_is_unsubscribed_by_its_name_or_arn(call: Command, stack: Stack, topic: str) -> None:
    first, second = (queue(stack, name, statement_for("", topic)) for name in ("one", "two"))
    call("subscribe", first)
    call("subscribe", second)
    [arn] = [one["subscription_arn"] for one in subscriptions(call) if one["endpoint"] == second]
    assert call("unsubscribe", first).stdout == f"{first}: removed\n"
    assert call("unsubscribe", arn, "--json").exit_code == 0
    assert subscriptions(call) == []
    gone = call("unsubscribe", first)
    assert gone.exit_code == 2
    assert "There is no subscription of" in gone.stderr
    assert "Nobody has subscribed." in call("subscribe", "--list").stdout


@pytest.mark.parametrize(
    "arguments, told",
    [
        (["nobody"], "is none of https://…"),
        (["ftp://example.org"], "is none of"),
        (["https://"], "is none of"),
        (["https://[x"], "is none of"),
        (["a b@example.org"], "is none of"),
        (["me@example.org\nBcc: x@example.org"], "is none of"),
        (["arn:aws:lambda:us-east-1:123456789012:function:x"], "is not the ARN of a queue"),
        (["arn:aws:sqs"], "is not the ARN of a queue"),
        (["arn:aws:sqs:us-east-1:123456789012:a/b"], "is not the ARN of a queue"),
        (["arn:aws:sqs:us-east-1:123456789012:q.fifo"], "cannot subscribe"),
        (["https://example.org/\x1b[31m"], "is none of"),
        (["https://example.org/ü"], "is none of"),
        (["https://example.org/" + "k" * 3000], "is none of"),
        (["https://example.org", "--prefix", "k" * 1025], "longer than a key can be"),
        (["me@example.org", "--status", "DONE"], "'DONE' is not a status"),
        (["me@example.org", "--prefix", "a/"], "--prefix does not work for e-mails"),
        (["me@example.org", "--list"], "--list takes no endpoint"),
        (["me@example.org", "--context", "acme"], "is not NAME=VALUE"),
        (["me@example.org", "--context", "tenant="], "is not NAME=VALUE"),
        (["me@example.org", *(f"--context={name}=x" for name in "abcdef")], "at most 5 names"),
        ([], "Name an endpoint"),
    ],
)
def test_wrong_usage_is_one_sentence(renditions_command: Command, arguments: list[str], told: str) -> None:
    ended = renditions_command("subscribe", *arguments)
    assert (ended.exit_code, ended.stdout) == (2, "")
    assert told in ended.stderr


@pytest.mark.parametrize(
    "policy, status, taken",
    [
        ("", "COMPLETED", True),
        ('{"status": ["FAILED"]}', "COMPLETED", False),
        ('{"status": ["FAILED"]}', "FAILED", True),
        ('{"status": [{"anything-but": "FAILED"}]}', "COMPLETED", True),
        ('{"bucket": ["x"]}', "COMPLETED", True),
        ("rubbish", "COMPLETED", True),
        ("[]", "COMPLETED", True),
    ],
)
def test_a_filter_lets_a_status_through_or_not(policy: str, status: str, *, taken: bool) -> None:
    assert Subscription("sqs", "arn:aws:sqs:x:1:q", "arn:1", policy).takes(status) == taken


def test_without_a_choice_there_is_no_filter() -> None:
    assert Filter().attributes() == {}
