"""The commands as a user calls them: what they print and with which status they end."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from cli.aws.stack import Stack
from tests.unit.cli.aws.test_images import COMPLETED
from tests.unit.cli.conftest import Command
from tests.unit.cli.stand_ins import picture, record
from tests.unit.conftest import ROOT


@pytest.mark.parametrize(
    "command", ["run", "render", "up", "upload", "status", "reconcile", "failures", "redrive"]
)
def test_help_has_examples_and_the_exit_codes(renditions_command: Command, command: str) -> None:
    shown = renditions_command(command, "--help")
    assert shown.exit_code == 0
    assert f"renditions {command}" in shown.output.split("Examples")[1]
    assert "3  the stack cannot be reached" in shown.output.split("Exit status")[1]


def test_help_does_not_wait_for_the_aws_sdk_the_emulator_or_pillow() -> None:
    code = "import sys, cli.main; print({'boto3', 'botocore', 'PIL', 'ministack', 'moto'} & set(sys.modules))"
    loaded = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    assert loaded.stdout == "set()\n"


def test_python_m_cli_is_the_same_command() -> None:
    shown = subprocess.run(
        [sys.executable, "-m", "cli", "--help"],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    assert "Usage: renditions" in shown.stdout


@pytest.mark.parametrize("command", ["run", "up"])
def test_a_parameter_without_a_value_is_named_before_anything_starts(
    renditions_command: Command, command: str
) -> None:
    ended = renditions_command(command, "--parameter", "HeicInput")
    assert (ended.exit_code, ended.stdout) == (2, "")
    assert ended.stderr.startswith("--parameter HeicInput is not NAME=VALUE.")


@pytest.mark.parametrize("command", ["run", "upload"])
def test_a_missing_file_is_named_before_anything_starts(renditions_command: Command, command: str) -> None:
    ended = renditions_command(command, "nowhere.jpg")
    assert (ended.exit_code, ended.stdout) == (2, "")
    assert ended.stderr == "No such file or folder: nowhere.jpg. Nothing was started.\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ["run", "--timeout", "0"],
        ["up", "--port", "70000"],
        ["upload"],
        ["status"],
        ["dance"],
        ["run", "--what"],
    ],
)
def test_wrong_usage_is_status_2(renditions_command: Command, arguments: list[str]) -> None:
    assert renditions_command(*arguments).exit_code == 2


def test_run_refuses_an_output_folder_that_is_a_file(renditions_command: Command, tmp_path: Path) -> None:
    picture(tmp_path / "a.png", (8, 8), "red")
    ended = renditions_command("run", "a.png", "--out", ".")
    assert ended.exit_code == 2
    assert "a.png is a file, but would be the folder of renditions. Choose another --out." in ended.stderr


def test_no_stack_is_status_3_and_says_what_to_do(
    renditions_command: Command, stack: Stack, tmp_path: Path
) -> None:
    picture(tmp_path / "a.png", (8, 8), "red")
    ended = renditions_command("upload", "a.png", "--stack-name", "elsewhere")
    assert ended.exit_code == 3
    assert "There is no stack elsewhere in region us-east-1" in ended.stderr


def test_no_local_stack_is_status_3(renditions_command: Command) -> None:
    ended = renditions_command("status", "a.jpg", "--local")
    assert (ended.exit_code, ended.stderr.count("renditions up")) == (3, 1)


def test_upload_without_waiting_tells_where_the_files_went(
    renditions_command: Command, stack: Stack, stack_name: str, tmp_path: Path
) -> None:
    picture(tmp_path / "photos/a.png", (8, 8), "red")
    ended = renditions_command(
        "upload", "photos", "--prefix", "2026/", "--no-wait", "--json", "--stack-name", stack_name
    )
    assert ended.exit_code == 0
    [image] = json.loads(ended.stdout)["images"]
    assert (image["status"], image["image_uri"]) == ("UPLOADED", stack.image_uri("2026/photos/a.png"))


def test_upload_that_does_not_finish_in_time_is_status_1(
    renditions_command: Command, stack: Stack, stack_name: str, tmp_path: Path
) -> None:
    picture(tmp_path / "a.png", (8, 8), "red")
    ended = renditions_command("upload", "a.png", "--timeout", "1", "--stack-name", stack_name)
    assert ended.exit_code == 1
    assert "Still waiting after 1 s." in ended.stdout


def test_status_shows_the_record_and_where_the_renditions_are(
    renditions_command: Command, stack: Stack, stack_name: str
) -> None:
    attributes = {name: value for name, value in COMPLETED.items() if name not in {"image_uri", "status"}}
    record(stack, "a.jpg", "COMPLETED", **attributes)
    ended = renditions_command("status", "a.jpg", "--stack-name", stack_name)
    assert ended.exit_code == 0
    assert "1600 x 1067 JPEG, 181 kB" in ended.stdout
    assert "s3://made/a.jpg/0123/thumbnail.webp\n" in ended.stdout


def test_status_in_json_is_one_document_with_plain_numbers(
    renditions_command: Command, stack: Stack, stack_name: str
) -> None:
    gone = "arn:aws:states:us-east-1:123456789012:execution:image-pipeline:long-ago"
    record(stack, "a.jpg", "REJECTED", reason={"S": "Empty."}, bytes={"N": "12"}, execution_arn={"S": gone})
    ended = renditions_command("status", stack.image_uri("a.jpg"), "--json", "--stack-name", stack_name)
    document = json.loads(ended.stdout)
    assert (document["image"]["bytes"], document["image"]["reason"], document["execution"]) == (
        12,
        "Empty.",
        None,
    )
    assert ended.exit_code == 1


def test_status_of_an_unknown_image_suggests_the_nearest_key(
    renditions_command: Command, stack: Stack, stack_name: str
) -> None:
    stack.s3().put_object(Bucket=stack.outputs.uploads_bucket, Key="2026/holiday.jpg", Body=b"x")
    ended = renditions_command("status", "2026/hoilday.jpg", "--stack-name", stack_name)
    assert ended.exit_code == 1
    assert "There is no image 2026/hoilday.jpg. Did you mean 2026/holiday.jpg?" in ended.stdout


def test_status_of_an_image_that_was_just_uploaded_says_to_wait(
    renditions_command: Command, stack: Stack, stack_name: str
) -> None:
    stack.s3().put_object(Bucket=stack.outputs.uploads_bucket, Key="a.jpg", Body=b"x")
    ended = renditions_command("status", "a.jpg", "--stack-name", stack_name)
    assert "a.jpg is uploaded, but has no record yet" in ended.stdout


def test_status_of_an_image_in_another_bucket_names_ours(
    renditions_command: Command, stack: Stack, stack_name: str
) -> None:
    ended = renditions_command("status", "s3://elsewhere/a.jpg", "--stack-name", stack_name)
    assert (ended.exit_code, stack.outputs.uploads_bucket in ended.stdout) == (1, True)
