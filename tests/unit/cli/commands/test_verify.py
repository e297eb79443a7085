"""``renditions verify``: every difference between bucket and record is found, and nothing else."""

import hashlib
import json
from collections.abc import Callable
from typing import Any

import pytest

from renditions.framing import WHOLE
from renditions.freshness import Recipes
from renditions.presets import Presets
from renditions.recipe import Traits, recipe
from renditions.reconciliation import Kind
from renditions.settings import PILLOW, Settings
from renditions_cli.aws.stack import Stack
from tests.unit.cli.conftest import Command
from tests.unit.cli.stand_ins import write_record
from tests.unit.record_items import rendition

DATA = b"an original"
MADE = b"a rendition"
KEY = "scans/1912/p 1.tif"

Verify = Callable[..., tuple[int, list[Any], Any]]


@pytest.fixture
def verify(renditions_command: Command, stack: Stack, stack_name: str) -> Verify:
    """Run the command. Returns the exit status, the findings and the summary."""

    def call(*arguments: str) -> tuple[int, list[Any], Any]:
        result = renditions_command("verify", *arguments, "--json", "--stack-name", stack_name)
        documents = [json.loads(line) for line in result.stdout.splitlines()]
        return result.exit_code, documents[:-1], documents[-1]

    return call


def archived(stack: Stack, key: str = KEY, **changes: Any) -> None:
    """Store an original and a rendition, and the record of both; ``changes`` are attributes that say otherwise."""
    outputs, s3 = stack.outputs, stack.s3()
    stored = s3.put_object(Bucket=outputs.uploads_bucket, Key=key, Body=DATA)
    made = f"{key}/0123456789abcdef/large.webp"
    s3.put_object(Bucket=outputs.renditions_bucket, Key=made, Body=MADE, ContentType="image/webp")
    etag = stored["ETag"].strip('"')
    facts: dict[str, Any] = {
        "etag": {"S": etag},
        "served_etag": {"S": etag},
        "version_id": {"S": stored["VersionId"]},
        "bytes": {"N": str(len(DATA))},
        "sha256": {"S": hashlib.sha256(DATA).hexdigest()},
        "renditions": {"M": {"large": entry(outputs.renditions_bucket, made)}},
    }
    status = changes.pop("status", "COMPLETED")
    kept = {name: value for name, value in (facts | changes).items() if value is not None}
    write_record(stack, key, status, **kept)


def entry(bucket: str, key: str, **more: Any) -> dict[str, Any]:
    facts = {"bucket": {"S": bucket}, "key": {"S": key}, "bytes": {"N": str(len(MADE))}}
    return rendition("large", **{**facts, **more})


def made_key(stack: Stack) -> str:
    return f"{KEY}/0123456789abcdef/large.webp"


def test_an_archive_as_recorded_has_no_findings(
    stack: Stack, verify: Verify, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("renditions_cli.aws.verification.verification._PER_READING", 2)
    for number in range(3):
        archived(stack, f"scans/{number}.tif")
    assert verify()[:2] == (0, [])
    code, findings, summary = verify("--content")
    assert (code, findings) == (0, [])
    counts = {name: summary[name] for name in ("originals", "renditions", "records", "read", "read_bytes")}
    assert counts == {"originals": 3, "renditions": 3, "records": 3, "read": 3, "read_bytes": 3 * len(DATA)}


def test_stale_renditions_are_counted_and_reported_if_asked_for(
    stack: Stack,
    verify: Verify,
    renditions_command: Command,
    stack_name: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    recipes = Recipes(Settings(), Presets(), PILLOW)
    monkeypatch.setattr("renditions_cli.commands.verify.read_recipes", lambda _: recipes)
    size = {name: {"N": "9"} for name in ("width", "height", "frames")}
    facts = {**size, "format": {"S": "JPEG"}, "has_alpha": {"BOOL": False}}
    now = recipe(Settings(), Traits("JPEG", 9, 9, 9, has_alpha=False, framing=WHOLE), (), PILLOW, asked=False)
    for key, one in (("now.tif", now), ("stale.tif", "0" * 16)):
        archived(stack, key, recipe={"S": one}, **facts)
    archived(stack, "unknown.tif")
    code, findings, summary = verify()
    assert (code, findings) == (0, [])
    assert summary["freshness"] == {"current": 1, "stale": 1, "unknown": 1}
    code, [found], _ = verify("--stale")
    assert (code, found["finding"]) == (1, "stale")
    assert found["uri"].endswith("/stale.tif")
    told = renditions_command("verify", "--stack-name", stack_name).stdout
    assert (
        "Stale: 1 image, of which the settings would make other renditions now. --stale lists them." in told
    )
    assert "Without a recipe: 1 record of earlier releases" in told


def test_a_fact_that_differs_is_found(stack: Stack, verify: Verify) -> None:
    archived(stack, "size.tif", bytes={"N": "7"})
    archived(stack, "content.tif", sha256={"S": "0" * 64})
    archived(stack, "version.tif", version_id={"S": "another"})
    [finding] = verify()[1]
    assert (finding["finding"], finding["recorded"], finding["found"]) == ("size", "7", str(len(DATA)))
    assert finding["uri"] == finding["file"] == stack.image_uri("size.tif")
    code, findings, summary = verify("--content")
    recorded = {one["finding"]: (one["uri"].rpartition("/")[2], one["recorded"]) for one in findings}
    assert recorded == {
        "size": ("size.tif", "7"),
        "content": ("content.tif", "0" * 64),
        "version": ("version.tif", "another"),
    }
    assert (code, summary["findings"]) == (1, dict.fromkeys(recorded, 1))


def test_a_rendition_that_differs_is_found(stack: Stack, verify: Verify) -> None:
    archived(stack)
    s3, bucket, key = stack.s3(), stack.outputs.renditions_bucket, made_key(stack)
    s3.put_object(Bucket=bucket, Key=key, Body=MADE, ContentType="text/html")
    assert verify()[1] == []
    [finding] = verify("--content")[1]
    assert (finding["finding"], finding["found"]) == ("rendition_type", "text/html")
    s3.put_object(Bucket=bucket, Key=key, Body=MADE + b"!", ContentType="image/webp")
    [finding] = verify("--content")[1]
    assert (finding["finding"], finding["file"]) == ("rendition_size", f"s3://{bucket}/{key}")
    s3.delete_object(Bucket=bucket, Key=key)
    [finding] = verify("--content")[1]
    assert finding["finding"] == Kind.INCOMPLETE.name.lower()


def test_a_record_without_an_original_is_found(stack: Stack, verify: Verify) -> None:
    archived(stack)
    stack.s3().delete_object(Bucket=stack.outputs.uploads_bucket, Key=KEY)
    code, [finding], _ = verify("--content")
    assert (code, finding["finding"], finding["uri"]) == (1, "gone", stack.image_uri(KEY))


def test_an_old_original_without_a_record_is_found(
    stack: Stack, verify: Verify, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("renditions.reconciliation.comparison.Clock.is_settled", lambda _self, _moment: True)
    stack.s3().put_object(Bucket=stack.outputs.uploads_bucket, Key=KEY, Body=DATA)
    archived(stack, "scans/other.tif", etag={"S": "of an older upload"})
    kinds = {one["uri"]: one["finding"] for one in verify()[1]}
    assert kinds == {stack.image_uri(KEY): "unrecorded", stack.image_uri("scans/other.tif"): "outdated"}


def test_what_cannot_be_compared_is_counted_apart(stack: Stack, verify: Verify) -> None:
    """An original whose record is on its way, a record of an earlier release, a rejected upload."""
    stack.s3().put_object(Bucket=stack.outputs.uploads_bucket, Key="young.tif", Body=DATA)
    archived(stack, "old.tif", sha256=None, served_etag=None, version_id={"S": "null"})
    archived(stack, status="REJECTED", served_etag={"S": "before"}, bytes={"N": "1"}, sha256={"S": "0" * 64})
    code, findings, summary = verify("--content")
    assert (code, findings) == (0, [])
    apart = {name: summary[name] for name in ("busy", "without_sha256", "unserved", "read")}
    assert apart == {"busy": 1, "without_sha256": 1, "unserved": 1, "read": 1}


def test_a_prefix_and_a_key_to_continue_after(stack: Stack, verify: Verify) -> None:
    for key in ("a/1", "b/1", "b/2"):
        archived(stack, key, bytes={"N": "7"})
    assert [one["uri"] for one in verify("b/")[1]] == [stack.image_uri("b/1"), stack.image_uri("b/2")]
    assert [one["uri"] for one in verify("b/", "--after", "b/1")[1]] == [stack.image_uri("b/2")]


def test_the_text_names_the_difference_and_the_cost(
    renditions_command: Command, stack: Stack, stack_name: str
) -> None:
    archived(stack, "scans/\x1b[31m.tif", bytes={"N": "7"})
    text = renditions_command("verify", "--stack-name", stack_name).output
    assert "another size" in text
    assert "recorded 7, found 11" in text
    assert r"\x1b[31m.tif" in text
    assert "--content reads 11 B" in text


def test_a_prefix_without_images_is_not_called_as_recorded(
    renditions_command: Command, stack: Stack, stack_name: str
) -> None:
    archived(stack)
    shown = renditions_command("verify", "typo/", "--stack-name", stack_name)
    assert shown.exit_code == 0
    assert "There was nothing to compare" in shown.stderr + shown.stdout
    assert "as recorded" not in shown.stderr + shown.stdout


def test_an_interrupted_run_says_how_to_continue(
    renditions_command: Command, stack: Stack, stack_name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(_: object) -> None:
        raise KeyboardInterrupt

    archived(stack)
    monkeypatch.setattr("renditions_cli.aws.verification.verification.Verification._records", interrupt)
    result = renditions_command("verify", "--content", "--stack-name", stack_name)
    assert result.exit_code == 130
    assert f"--after '{KEY}'" in result.output
