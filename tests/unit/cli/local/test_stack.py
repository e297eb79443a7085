"""The local stack in use: it behaves as on AWS, can be updated, and other commands find it."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from renditions_cli.errors import DeployFailed
from renditions_cli.local.deploy import delete_stack, deploy
from renditions_cli.local.running import NOTE, RunningStack, find_running
from renditions_cli.local.session import LocalSession
from renditions_cli.local.stack import LocalStack
from renditions_cli.local.template import prepare


def invoke(stack: LocalStack, output: str, **event: Any) -> dict[str, Any]:
    client = stack.session().client("lambda")
    answer = client.invoke(FunctionName=stack.outputs[output], Payload=json.dumps(event))
    return dict(json.load(answer["Payload"]))


def test_it_is_usable_at_once(small_stack: LocalStack) -> None:
    session = small_stack.session()
    session.client("s3").put_object(Bucket=small_stack.outputs["Box"], Key="a", Body=b"x")
    session.resource("dynamodb").Table(small_stack.outputs["Table"]).put_item(Item={"id": "a"})
    assert session.client("sts").get_caller_identity()["Arn"].endswith(":root")


def test_a_function_runs_the_deployed_code_under_its_own_role(small_stack: LocalStack) -> None:
    answer = invoke(small_stack, "Greet")
    assert answer["said"] == "Hello"
    assert "/.local/tmp/" in answer["file"]
    assert ":assumed-role/" in answer["role"]
    assert "GreetFunctionRole" in answer["role"]


def test_a_function_does_not_see_the_environment_of_this_machine(small_stack: LocalStack) -> None:
    assert invoke(small_stack, "Greet")["secret"] is None


def test_an_exception_keeps_its_name_and_message(small_stack: LocalStack) -> None:
    """The state machine catches by this name."""
    answer = invoke(small_stack, "Greet", unhappy=True)
    assert (answer["errorType"], answer["errorMessage"]) == ("Unhappy", "no reason")


def test_a_call_that_the_role_does_not_allow_is_denied(small_stack: LocalStack) -> None:
    answer = invoke(small_stack, "Other")
    assert answer["errorType"] == "AccessDenied"
    assert "s3:PutObject" in answer["errorMessage"]


def test_an_unknown_key_is_refused(small_stack: LocalStack) -> None:
    s3 = small_stack.session().client(
        "s3", aws_access_key_id="AKIAIOSFODNN7EXAMPLE", aws_secret_access_key="x"
    )
    with pytest.raises(ClientError, match="InvalidAccessKeyId"):
        s3.list_buckets()


def test_a_subscriber_gets_the_message_attributes_of_the_state_machine(small_stack: LocalStack) -> None:
    session = small_stack.session()
    sqs = session.client("sqs")
    queue = sqs.create_queue(QueueName="inbox")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    allowed = {"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": arn}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"Policy": policy})
    filtered = {"RawMessageDelivery": "true", "FilterPolicy": '{"status": ["COMPLETED"]}'}
    topic = small_stack.outputs["Topic"]
    session.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes=filtered)
    machine = small_stack.outputs["Machine"]
    for status in ("FAILED", "COMPLETED"):
        session.client("stepfunctions").start_execution(
            stateMachineArn=machine, input=json.dumps({"status": status})
        )
    received = sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=10, MessageAttributeNames=["All"])[
        "Messages"
    ]
    assert [one["MessageAttributes"]["status"]["StringValue"] for one in received] == ["COMPLETED"]


def test_an_update_applies_a_changed_parameter(small_stack: LocalStack) -> None:
    bucket = small_stack.outputs["Box"]
    try:
        assert small_stack.deploy({"Greeting": "Good day"})["Greeting"] == "Good day"
        assert invoke(small_stack, "Greet")["said"] == "Good day"
        assert small_stack.outputs["Box"] == bucket
    finally:
        small_stack.deploy({"Greeting": "Hello"})


def test_a_deployment_without_changes_does_nothing(small_stack: LocalStack) -> None:
    client = small_stack.session().client("cloudformation")
    before = client.describe_stack_events(StackName=small_stack.stack_name)["StackEvents"]
    outputs = dict(small_stack.outputs)
    assert small_stack.deploy() == outputs
    assert client.describe_stack_events(StackName=small_stack.stack_name)["StackEvents"] == before


def test_a_failed_deployment_lists_each_resource_with_its_reason(
    small_stack: LocalStack, tmp_path: Path
) -> None:
    template = tmp_path / "broken.yaml"
    taken = small_stack.outputs["Box"]
    template.write_text(
        f"Resources: {{Twin: {{Type: 'AWS::S3::Bucket', Properties: {{BucketName: {taken}}}}}}}"
    )
    with pytest.raises(DeployFailed, match=r"Twin \(AWS::S3::Bucket\): .*already"):
        deploy(small_stack.session(), prepare(template, {}), "broken", {})


def test_a_resource_that_cannot_be_created_is_listed_with_its_reason(
    small_stack: LocalStack, tmp_path: Path
) -> None:
    template = tmp_path / "nested.yaml"
    template.write_text(
        "Resources: {Inner: {Type: 'AWS::CloudFormation::Stack', Properties: {TemplateURL: x://y}}}"
    )
    with pytest.raises(DeployFailed, match=r"Inner \(AWS::CloudFormation::Stack\): .*x://y"):
        deploy(small_stack.session(), prepare(template, {}), "nested", {})


def test_a_rejected_template_is_reported_with_the_reason(small_stack: LocalStack, tmp_path: Path) -> None:
    template = tmp_path / "refused.yaml"
    template.write_text("Resources: {Unknown: {Type: 'AWS::Nothing::AtAll'}}")
    with pytest.raises(DeployFailed, match=r"rejected the template: .*AWS::Nothing::AtAll"):
        deploy(small_stack.session(), prepare(template, {}), "refused", {})


def test_a_deleted_stack_leaves_nothing(small_stack: LocalStack, small_project: Path) -> None:
    session = small_stack.session()
    made = deploy(session, prepare(small_project / "template.yaml", {}), "second", {})
    delete_stack(session, "second")
    delete_stack(session, "second")  # again: there is nothing to do
    assert made["Box"] not in [bucket["Name"] for bucket in session.client("s3").list_buckets()["Buckets"]]
    assert made["Table"] not in session.client("dynamodb").list_tables()["TableNames"]
    with pytest.raises(ClientError, match="does not exist"):
        session.client("cloudformation").describe_stacks(StackName="second")


def test_a_task_that_waits_for_a_place_does_not_time_out(
    small_project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Seven calls of one second each, one at a time, with a timeout of five seconds."""
    monkeypatch.setenv("LAMBDA_PARALLEL", "1")
    with LocalStack(0, template=small_project / "template.yaml", directory=tmp_path) as stack:
        client = stack.session().client("stepfunctions")
        machine = stack.outputs["Queue"]
        for _ in range(7):
            client.start_execution(stateMachineArn=machine, input='{"seconds": 1}')
        while client.list_executions(stateMachineArn=machine, statusFilter="RUNNING")["executions"]:
            time.sleep(0.2)
        executions = client.list_executions(stateMachineArn=machine)["executions"]
    assert [one["status"] for one in executions] == ["SUCCEEDED"] * 7


def test_another_command_finds_the_running_stack(small_stack: LocalStack, small_project: Path) -> None:
    found = find_running(small_project / ".local")
    assert found
    assert found.outputs == small_stack.outputs
    assert found.pid == os.getpid()
    assert found.session().client("s3").list_buckets()["Buckets"]


def test_the_file_of_the_stack_is_readable_only_by_its_owner(
    small_stack: LocalStack, small_project: Path
) -> None:
    assert (small_project / ".local" / NOTE).stat().st_mode & 0o077 == 0


def test_the_file_of_a_dead_process_counts_as_no_stack(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as dead:
        pass
    RunningStack("http://127.0.0.1:1", "us-east-1", "test", "test", "renditions", {}, dead.pid).write(
        tmp_path
    )
    assert find_running(tmp_path) is None


@pytest.mark.parametrize("text", ["", "{", "[]", '{"other": 1}'])
def test_a_file_that_cannot_be_parsed_counts_as_no_stack(tmp_path: Path, text: str) -> None:
    (tmp_path / NOTE).write_text(text)
    assert find_running(tmp_path) is None


def test_a_stack_removes_only_its_own_file(tmp_path: Path) -> None:
    ours = RunningStack("http://127.0.0.1:1", "us-east-1", "test", "test", "renditions", {}, os.getpid())
    theirs = RunningStack("http://127.0.0.1:2", "us-east-1", "test", "test", "renditions", {}, os.getpid())
    theirs.write(tmp_path)
    ours.remove(tmp_path)
    assert find_running(tmp_path) == theirs
    theirs.remove(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_second_stack_does_not_take_the_place_of_the_first(tmp_path: Path) -> None:
    first, second, third = (
        RunningStack(f"http://127.0.0.1:{port}", "us-east-1", "test", "test", "renditions", {}, os.getpid())
        for port in (1, 2, 3)
    )
    for stack in (first, second):
        stack.write(tmp_path)
    assert find_running(tmp_path) == first
    second.remove(tmp_path)
    assert find_running(tmp_path) == first
    second.write(tmp_path)
    os.utime(tmp_path / "stack-2.json", (1, 1))
    third.write(tmp_path)
    first.remove(tmp_path)
    assert find_running(tmp_path) == second
    second.remove(tmp_path)
    assert find_running(tmp_path) == third
    third.remove(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_the_aws_settings_of_this_machine_are_ignored(
    small_stack: LocalStack, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    config = tmp_path / "config"
    config.write_text("[default]\nregion = eu-west-1\nendpoint_url = http://127.0.0.1:9\n")
    for name, value in {
        "AWS_CONFIG_FILE": str(config),
        "AWS_PROFILE": "not-there",
        "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
        "HTTP_PROXY": "http://127.0.0.1:9",
        "http_proxy": "http://127.0.0.1:9",
    }.items():
        monkeypatch.setenv(name, value)
    session = LocalSession(small_stack.endpoint_url)
    assert session.client("s3").list_buckets()["Buckets"]
    assert list(session.resource("s3").buckets.all())
    assert session.region_name == "us-east-1"
