"""Finding a stack."""

import os
from pathlib import Path

import pytest

from renditions_cli.aws.stack import Outputs, Stack, StackChoice, find_stack
from renditions_cli.errors import StackError, StackNotFound
from renditions_cli.local.running import RunningStack
from tests.unit.cli.conftest import Command


def test_a_deployed_stack_is_found_by_its_outputs(stack: Stack) -> None:
    assert stack.outputs.uploads_bucket in {one["Name"] for one in stack.s3().list_buckets()["Buckets"]}
    assert stack.dynamodb().describe_table(TableName=stack.outputs.images_table)


def test_requests_about_executions_slow_down_when_they_are_throttled(stack: Stack) -> None:
    retries = vars(stack.step_functions().meta.config)["retries"]
    assert retries == {"mode": "adaptive", "total_max_attempts": 10}


def test_an_image_is_named_by_its_key_or_its_uri(stack: Stack) -> None:
    uri = f"s3://{stack.outputs.uploads_bucket}/a b/ü%2B.jpg"
    assert stack.image_uri("a b/ü%2B.jpg") == stack.image_uri(uri) == uri


def test_a_missing_stack_is_reported_with_the_next_step(stack: Stack) -> None:
    with pytest.raises(StackNotFound, match=r"no stack elsewhere in region us-east-1.*make deploy.*--local"):
        find_stack(StackChoice("elsewhere"))


def test_a_stack_without_our_outputs_is_refused_with_their_names() -> None:
    with pytest.raises(StackError, match="The stack other has no output ConsoleUrl, ExecutionFailedArn, "):
        Outputs.parse({"UploadsBucketName": "in"}, "other")


def test_an_unreachable_endpoint_is_reported_in_a_sentence(
    stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    with pytest.raises(StackError, match=r"Could not connect to http://127\.0\.0\.1:9\."):
        find_stack(StackChoice())


@pytest.mark.parametrize(
    "unset,choice,sentence",
    [
        (["AWS_REGION", "AWS_DEFAULT_REGION"], StackChoice(), "No AWS region is set"),
        (
            ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"],
            StackChoice(),
            "No AWS credentials",
        ),
        ([], StackChoice(profile="nobody"), "no such AWS profile"),
    ],
)
def test_missing_aws_settings_are_reported_in_a_sentence(
    renditions_command: Command,
    monkeypatch: pytest.MonkeyPatch,
    unset: list[str],
    choice: StackChoice,
    sentence: str,
) -> None:
    for name in unset:
        monkeypatch.delenv(name)
    with pytest.raises(StackError, match=sentence):
        find_stack(choice)


def test_the_local_stack_is_found_by_its_file(
    renditions_command: Command, stack: Stack, s3_endpoint: str, tmp_path: Path
) -> None:
    outputs = {
        "UploadsBucketName": "in",
        "RenditionsBucketName": "made",
        "ImagesTableName": "images",
        "ImagePipelineArn": "arn:pipeline",
        "ExecutionFailedArn": "arn:failed",
        "StartFailuresQueueUrl": "https://queue",
        "SetAsideQueueUrl": "https://aside",
        "NotificationsTopicArn": "arn:topic",
        "ConsoleUrl": "https://console",
    }
    RunningStack(s3_endpoint, "us-east-1", "key", "secret", "renditions", outputs, os.getpid()).write(
        tmp_path
    )
    found = find_stack(StackChoice(local=True))
    assert found.outputs.uploads_bucket == "in"
    assert found.s3().meta.endpoint_url == s3_endpoint


def test_a_missing_local_stack_is_reported_with_the_next_step(renditions_command: Command) -> None:
    with pytest.raises(StackNotFound, match="renditions up"):
        find_stack(StackChoice(local=True))


def test_an_emulator_has_no_console_link(stack: Stack) -> None:
    assert stack.console_link("arn:aws:states:us-east-1:1:execution:p:e") is None


def test_the_console_link_of_an_express_execution_has_the_time_of_its_claim(
    stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_ENDPOINT_URL")
    arn = "arn:aws:states:us-east-1:1:express:m:e:id"
    link = stack.console_link(arn, "1970-01-01T00:00:07.250Z") or ""
    assert link.endswith(f"#/express-executions/details/{arn}?startDate=7250")
    assert "?startDate=" in (stack.console_link(arn) or "")


def test_on_aws_the_console_link_opens_the_execution(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ENDPOINT_URL")
    link = stack.console_link("arn:aws:states:us-east-1:1:execution:p:e")
    home = "https://us-east-1.console.aws.amazon.com/states/home?region=us-east-1"
    assert link == f"{home}#/v2/executions/details/arn:aws:states:us-east-1:1:execution:p:e"
