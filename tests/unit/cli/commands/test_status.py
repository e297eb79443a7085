"""`renditions status`, as a user calls it."""

import json

from renditions_cli.aws.stack import Stack
from tests.unit.cli.aws.test_images import COMPLETED
from tests.unit.cli.conftest import Command
from tests.unit.cli.stand_ins import write_record


def test_the_record_and_the_uris_of_the_renditions_are_shown(
    renditions_command: Command, stack: Stack, stack_name: str
) -> None:
    attributes = {name: value for name, value in COMPLETED.items() if name not in {"image_uri", "status"}}
    write_record(stack, "a.jpg", "COMPLETED", **attributes)
    ended = renditions_command("status", "a.jpg", "--stack-name", stack_name)
    assert ended.exit_code == 0
    assert "1600 x 1067 JPEG, 181 kB" in ended.stdout
    assert "s3://made/a.jpg/0123/thumbnail.webp\n" in ended.stdout


def test_json_is_one_document_with_plain_numbers(
    renditions_command: Command, stack: Stack, stack_name: str
) -> None:
    gone = "arn:aws:states:us-east-1:123456789012:execution:image-pipeline:long-ago"
    write_record(
        stack, "a.jpg", "REJECTED", reason={"S": "Empty."}, bytes={"N": "12"}, execution_arn={"S": gone}
    )
    ended = renditions_command("status", stack.image_uri("a.jpg"), "--json", "--stack-name", stack_name)
    [document] = json.loads(ended.stdout)["images"]
    assert (document["image"]["bytes"], document["image"]["reason"], document["execution"]) == (
        12,
        "Empty.",
        None,
    )
    assert ended.exit_code == 1


def test_an_unknown_image_gets_the_most_similar_key_as_a_suggestion(
    renditions_command: Command, stack: Stack, stack_name: str
) -> None:
    stack.s3().put_object(Bucket=stack.outputs.uploads_bucket, Key="2026/holiday.jpg", Body=b"x")
    ended = renditions_command("status", "2026/hoilday.jpg", "--stack-name", stack_name)
    assert ended.exit_code == 1
    assert "There is no image 2026/hoilday.jpg. Did you mean 2026/holiday.jpg?" in ended.stdout


def test_an_image_without_a_record_yet_gets_the_advice_to_wait(
    renditions_command: Command, stack: Stack, stack_name: str
) -> None:
    stack.s3().put_object(Bucket=stack.outputs.uploads_bucket, Key="a.jpg", Body=b"x")
    ended = renditions_command("status", "a.jpg", "--stack-name", stack_name)
    assert "a.jpg is uploaded but has no record yet." in ended.stdout


def test_an_image_in_another_bucket_gets_the_name_of_ours(
    renditions_command: Command, stack: Stack, stack_name: str
) -> None:
    ended = renditions_command("status", "s3://elsewhere/a.jpg", "--stack-name", stack_name)
    assert (ended.exit_code, stack.outputs.uploads_bucket in ended.stdout) == (1, True)


def test_json_is_one_document_for_several_images_known_or_not(
    renditions_command: Command, stack: Stack, stack_name: str
) -> None:
    write_record(stack, "a.jpg", "COMPLETED")
    ended = renditions_command("status", "a.jpg", "nowhere.jpg", "--json", "--stack-name", stack_name)
    known, unknown = json.loads(ended.stdout)["images"]
    assert (ended.exit_code, ended.stderr) == (1, "")
    assert (known["image"]["status"], known["message"]) == ("COMPLETED", None)
    assert (unknown["image_uri"], unknown["image"]) == (stack.image_uri("nowhere.jpg"), None)
    assert "There is no image nowhere.jpg." in unknown["message"]
