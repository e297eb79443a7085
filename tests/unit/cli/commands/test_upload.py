"""`renditions upload`, as a user calls it."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from renditions.context import Words
from renditions_cli.aws.stack import Stack, StackChoice
from renditions_cli.commands.upload import refuse_what_is_ignored
from renditions_cli.errors import UsageError
from tests.unit.cli.conftest import Command
from tests.unit.cli.stand_ins import image_file


def test_an_upload_without_waiting_shows_where_the_files_are(
    renditions_command: Command, stack: Stack, stack_name: str, tmp_path: Path
) -> None:
    image_file(tmp_path / "photos/a.png", (8, 8), "red")
    ended = renditions_command(
        "upload", "photos", "--prefix", "2026/", "--no-wait", "--json", "--stack-name", stack_name
    )
    assert ended.exit_code == 0
    [image] = json.loads(ended.stdout)["images"]
    assert (image["status"], image["image_uri"]) == ("UPLOADED", stack.image_uri("2026/photos/a.png"))


def test_focus_and_crop_become_metadata_of_the_object(
    renditions_command: Command, stack: Stack, stack_name: str, tmp_path: Path
) -> None:
    image_file(tmp_path / "a.png", (8, 8), "red")
    where = ("--no-wait", "--stack-name", stack_name)
    assert (
        renditions_command("upload", "a.png", "--focus", "0.40, 0.3", "--crop", "0,0,1,.5", *where).exit_code
        == 0
    )
    found = stack.s3().head_object(Bucket=stack.outputs.uploads_bucket, Key="a.png")
    assert found["Metadata"] == {"renditions-focus": "0.4,0.3", "renditions-crop": "0,0,1,0.5"}
    refused = renditions_command("upload", "a.png", "--focus", "40%,30%", *where)
    assert refused.exit_code == 2
    assert "--focus is '40%,30%', but must be x,y: two numbers from 0 to 1" in refused.stderr


def test_other_metadata_is_stored_as_s3_returns_it(
    renditions_command: Command, stack: Stack, stack_name: str, tmp_path: Path
) -> None:
    image_file(tmp_path / "a.png", (8, 8), "red")
    where = ("--no-wait", "--stack-name", stack_name)
    given = ("--metadata", "Product=Stuhl, grün", "--metadata", "tenant=a=b")
    assert renditions_command("upload", "a.png", *given, *where).exit_code == 0
    found = stack.s3().head_object(Bucket=stack.outputs.uploads_bucket, Key="a.png")["Metadata"]
    assert Words(found, {}).chosen(("product", "tenant")) == {"product": "Stuhl, grün", "tenant": "a=b"}


@pytest.mark.usefixtures("stack")
@pytest.mark.parametrize(
    "given, said",
    [
        (("--preset", "shop"), "PresetByMetadata is off"),
        (("--metadata", "tenant"), "is not NAME=VALUE"),
        (("--metadata", "a b=c"), "is not NAME=VALUE"),
        (("--metadata", "a=b\nc"), "is not NAME=VALUE"),
        (("--metadata", "renditions-focus=1,1"), "is for --focus, --crop and --preset"),
        (("--metadata", f"a={'x' * 2048}"), "S3 takes at most 2,048"),
    ],
)
def test_metadata_that_the_stack_or_s3_would_not_take_is_refused(
    renditions_command: Command, stack_name: str, tmp_path: Path, given: tuple[str, ...], said: str
) -> None:
    image_file(tmp_path / "a.png", (8, 8), "red")
    ended = renditions_command("upload", "a.png", *given, "--no-wait", "--stack-name", stack_name)
    assert ended.exit_code == 2
    assert said in " ".join(ended.stderr.split())


def test_a_key_that_the_stack_leaves_out_is_not_waited_for(stack: Stack) -> None:
    shop = replace(stack, outputs=replace(stack.outputs, include_keys="shop/*"))
    refuse_what_is_ignored(shop, StackChoice(), ["shop/a.jpg"], {})
    with pytest.raises(UsageError, match=r"leave b\.jpg out"):
        refuse_what_is_ignored(shop, StackChoice(), ["shop/a.jpg", "b.jpg"], {})


def test_an_upload_that_does_not_finish_in_time_is_status_1(
    renditions_command: Command, stack: Stack, stack_name: str, tmp_path: Path
) -> None:
    image_file(tmp_path / "a.png", (8, 8), "red")
    ended = renditions_command("upload", "a.png", "--timeout", "1", "--stack-name", stack_name)
    assert ended.exit_code == 1
    assert "Still waiting after 1 s." in ended.stdout
