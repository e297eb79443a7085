"""`renditions doctor` and `renditions cost` on the local stack, with each fault produced for real."""

import json
from typing import Any

from renditions_cli.aws.billed import STANDING
from renditions_cli.aws.conditions import made
from renditions_cli.aws.resources import read_parameters, read_resources
from renditions_cli.local.stack import TEMPLATE
from renditions_cli.local.template import load
from tests.e2e.cloud import Cloud
from tests.e2e.conftest import Command
from tests.e2e.pictures import jpeg


def to_do(renditions: Command) -> list[str]:
    """Return what the doctor says needs doing."""
    ended = renditions("doctor", "--json")
    findings: list[dict[str, Any]] = json.loads(ended.stdout)["findings"]
    found = [f"{one['check']}: {one['text']}" for one in findings if one["mark"] == "to do"]
    assert ended.exit_code == bool(found)
    assert not [one for one in findings if one["mark"] == "could not look"], findings
    return found


def test_the_doctor_finds_each_fault_and_is_content_after_its_repair(
    cloud: Cloud, renditions: Command
) -> None:
    """Other tests may leave alarms and dead letters."""
    physical = read_resources(cloud.session, "renditions").physical
    events, watch, sqs = (cloud.session.client(name) for name in ("events", "cloudwatch", "sqs"))
    rule = physical["ImageDeletedRule"].rsplit("|", 1)[-1]
    alarm = {"AlarmName": physical["SetAsideAlarm"], "StateReason": "a test"}
    url = sqs.create_queue(QueueName="deaf")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]

    events.disable_rule(Name=rule)
    watch.set_alarm_state(**alarm, StateValue="ALARM")
    sqs.send_message(QueueUrl=physical["SetAsideQueue"], MessageBody="{}")
    assert renditions("subscribe", arn).exit_code == 1
    found = "\n".join(to_do(renditions))
    assert "rules: ImageDeletedRule is disabled" in found
    assert "alarms: SetAsideAlarm is in ALARM." in found
    assert "messages wait in SetAsideQueue" in found
    assert f"subscriptions: {arn} of NotificationsTopic receives nothing." in found

    events.enable_rule(Name=rule)
    watch.set_alarm_state(**alarm, StateValue="OK")
    sqs.purge_queue(QueueUrl=physical["SetAsideQueue"])
    assert renditions("unsubscribe", arn).exit_code == 0
    sqs.delete_queue(QueueUrl=url)
    assert [one for one in to_do(renditions) if not one.startswith(("alarms", "dead letters"))] == []


def test_the_cost_of_what_the_local_stack_did_is_itemized(
    cloud: Cloud, renditions: Command, prefix: str
) -> None:
    cloud.outcome(cloud.upload(f"{prefix}a.jpg", jpeg()))
    ended = renditions("cost", "--from-stack", "--json")
    assert ended.exit_code == 0, ended.output
    document = json.loads(ended.stdout)
    used = document["usage"]["quantities"]
    assert used["state_transition"] >= 10 * (document["usage"]["images"] >= 1)
    assert used["lambda_request"] >= 5
    assert 0 < used["lambda_gb_second_arm64"] < 1000
    assert used["s3_gb_month"] > 0
    assert 0.2 < document["sums"]["1,000 images"] < 2


def test_the_conditions_hold_that_cloudformation_says_hold(cloud: Cloud) -> None:
    """`renditions cost --undeployed` counts the alarms that a deployment would make."""
    template, existing = load(TEMPLATE), read_resources(cloud.session, "renditions").types
    expected = set(made(template, read_parameters(cloud.session, "renditions")))
    watched = {name for name, one in template["Resources"].items() if one["Type"] in STANDING}
    assert expected & watched == set(existing) & watched
