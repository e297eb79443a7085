"""`renditions list` and `renditions watch`, as a user calls them."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from renditions_cli.aws.stack import Stack
from renditions_cli.commands import watch as watching
from tests.unit.cli.conftest import Command
from tests.unit.cli.stand_ins import write_record


def write(stack: Stack, key: str, status: str, minutes: int, shard: int = 5, **more: Any) -> None:
    moment = (
        (datetime.now(UTC) - timedelta(minutes=minutes))
        .isoformat(timespec="milliseconds")
        .replace("+00:00", "Z")
    )
    attributes = {"status_shard": {"S": f"{status}#{shard}"}, "status_since": {"S": moment}}
    write_record(stack, key, status, **attributes, **more)


@pytest.fixture
def images(stack: Stack) -> Stack:
    write(stack, "scans/new.jpg", "FAILED", 5, 0, reason_code={"S": "AccessDenied"})
    write(stack, "scans/old.jpg", "FAILED", 3 * 24 * 60, 7)
    write(stack, "holiday.jpg", "FAILED", 10)
    write(stack, "scans/ready.jpg", "COMPLETED", 1)
    write_record(stack, "scans/of-an-old-release.jpg", "FAILED")
    return stack


def listed(ended: Any) -> list[str]:
    return [one["image_uri"].split("/", 3)[3] for one in json.loads(ended.stdout)["images"]]


def test_images_are_found_by_status_time_and_prefix(
    renditions_command: Command, images: Stack, stack_name: str
) -> None:
    def call(*arguments: str) -> Any:
        return renditions_command("list", *arguments, "--json", "--stack-name", stack_name)

    assert listed(call()) == ["scans/ready.jpg", "scans/new.jpg", "holiday.jpg"]
    assert listed(call("--status", "failed", "--since", "2d", "--prefix", "scans/")) == ["scans/new.jpg"]
    assert listed(call("--status", "FAILED", "--since", "7d", "--at-most", "2")) == [
        "scans/new.jpg",
        "holiday.jpg",
    ]
    assert json.loads(call("--at-most", "2").stdout)["is_complete"] is False


def test_the_list_says_how_many_there_are_and_when_there_are_more(
    renditions_command: Command, images: Stack, stack_name: str
) -> None:
    text = renditions_command("list", "--since", "7d", "--at-most", "3", "--stack-name", stack_name).stdout
    assert "FAILED      scans/new.jpg  AccessDenied\n" in text
    assert "3 images: 1 COMPLETED, 2 FAILED. There are more: raise --at-most" in text


def test_an_unknown_status_is_refused(renditions_command: Command, images: Stack, stack_name: str) -> None:
    ended = renditions_command("list", "--status", "LOST", "--stack-name", stack_name)
    assert (ended.exit_code, ended.stdout) == (2, "")
    assert "LOST is not a status. Use PROCESSING" in ended.stderr


def test_watching_prints_each_change_once_and_ends_with_rates_and_status_0(
    renditions_command: Command, images: Stack, stack_name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    readings = iter(range(3))

    def sleep(_seconds: float) -> None:
        if next(readings) == 1:
            raise KeyboardInterrupt
        write(images, "scans/evil\x1b.jpg", "REJECTED", 0, reason_code={"S": "CorruptImage"})

    monkeypatch.setattr(watching, "time", type("time", (), {"sleep": staticmethod(sleep)}))
    monkeypatch.setattr(watching, "MINUTE", timedelta(hours=1))
    ended = renditions_command("watch", "scans/", "--stack-name", stack_name)
    lines = ended.stdout.splitlines()
    assert ended.exit_code == 0
    assert [line.split()[1:3] for line in lines[:3]] == [
        ["FAILED", "scans/new.jpg"], ["COMPLETED", "scans/ready.jpg"], ["REJECTED", r"scans/evil\x1b.jpg"]]  # fmt: skip
    assert lines[3].startswith(
        "3 images: 1 COMPLETED, 1 REJECTED, 1 FAILED. In the last minute: 0.00 COMPLETED"
    )
