"""The list prices and the costs that follow from them."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from renditions_cli.aws.billed import USUAL_EVENTS, billed_checkout
from renditions_cli.errors import UsageError
from renditions_cli.prices import ImageWork, Invocation, count_transitions, image_cost, list_prices, total
from renditions_cli.prices.costs import ITEMS
from renditions_cli.prices.list_prices import FILE
from renditions_cli.prices.measured import measured
from renditions_cli.prices.transitions import count_events
from renditions_cli.prices.work import EVENT_BYTES, RENDITIONS, WRITES
from tests.renditions import NAMES
from tests.unit.conftest import ROOT

DEFINITION = json.loads((ROOT / "statemachine/image_pipeline.asl.json").read_text())
WORK = ImageWork(10, tuple(Invocation(1769, 0.3) for _ in range(5)))


def priced(tmp_path: Path, **changes: Any) -> Path:
    """Write a price file with other prices of us-east-1."""
    document = json.loads(FILE.read_text())
    document["regions"]["us-east-1"] |= changes
    file = tmp_path / "prices.json"
    file.write_text(json.dumps(document))
    return file


def test_every_price_has_a_source_and_is_part_of_one_item() -> None:
    document = json.loads(FILE.read_text())
    parts = [part for names in ITEMS.values() for part in names]
    assert len(parts) == len(set(parts))
    assert set(parts) == set(list_prices().dollars) == set(document["sources"])


def test_a_thousand_completed_images_cost_about_a_third_of_a_dollar() -> None:
    cost = total(image_cost(list_prices(), WORK)) * 1000
    assert 0.29 < cost < 0.35


def test_the_cost_of_an_image_is_the_sum_of_what_it_takes() -> None:
    items = {item.name: item for item in image_cost(list_prices(), WORK)}
    assert items["Step Functions, state transitions"].dollars == pytest.approx(0.00025)
    assert items["Lambda, duration"].quantity == pytest.approx(5 * 0.3 * 1769 / 1024)
    assert "SNS, e-mails" not in items
    with_mail = image_cost(list_prices(), ImageWork(10, WORK.invocations, emails=2))
    assert {item.name: item.dollars for item in with_mail}["SNS, e-mails"] == pytest.approx(0.00004)


def test_an_express_execution_costs_a_hundredth_of_the_transitions_and_more_for_its_log() -> None:
    standard = billed_checkout()
    express = replace(standard, workflow="express")
    before, after = (
        {item.name: item.dollars for item in image_cost(list_prices(), one.completed_image())}
        for one in (standard, express)
    )
    assert "Step Functions, state transitions" not in after
    assert 1.3e-6 < after["Step Functions, Express executions"] < 2e-6
    logged = after["CloudWatch, logs"] - before["CloudWatch, logs"]
    assert logged == pytest.approx(standard.express_events * EVENT_BYTES * 0.5e-9)
    assert sum(after.values()) < sum(before.values()) / 4


def test_the_lines_of_an_express_execution_are_counted_in_its_definition() -> None:
    """Five for each of the four tasks and the branches, four for the Parallel, two for the Choice, and its two ends."""
    definition = json.loads((ROOT / "statemachine/image_pipeline_express.asl.json").read_text())
    assert count_events(definition, "PublishCompletion") == 5 * (4 + len(NAMES)) + 4 + 2 + 2
    assert count_events(definition, "PublishCompletion") == USUAL_EVENTS


def test_x86_64_costs_a_quarter_more_per_second() -> None:
    arm, intel = (
        {
            item.name: item.dollars
            for item in image_cost(list_prices(), ImageWork(10, WORK.invocations, kind))
        }["Lambda, duration"]
        for kind in ("arm64", "x86_64")
    )
    assert intel / arm == pytest.approx(1.25, abs=0.001)


def test_the_benchmarks_take_their_prices_from_the_same_file() -> None:
    text = (ROOT / "benchmarks/summary.py").read_text()  # not imported: it needs the packages of `make bench`
    assert "DOLLARS = list_prices().dollars" in text
    assert "0.0000" not in text


def test_the_measurements_are_those_of_the_benchmarks() -> None:
    webp, unmeasured = measured("webp"), measured("auto")
    assert list(webp.seconds) == NAMES
    assert 0 < webp.seconds["thumbnail"] < webp.seconds["large"] < 2
    assert unmeasured == webp
    assert measured("jpeg").output == "jpeg"


def test_another_region_gets_these_prices_and_is_told_so() -> None:
    prices = list_prices("eu-central-1")
    assert prices.dollars == list_prices().dollars
    assert "none of eu-central-1" in prices.note
    assert "none of" not in list_prices("us-west-2").note


def test_a_price_file_of_ones_own_is_used(tmp_path: Path) -> None:
    assert list_prices("us-east-1", priced(tmp_path, log_gb=[0.63, 1])).dollars["log_gb"] == 0.63


@pytest.mark.parametrize("price", [[-1, 1], [1, 0], "much", [float("nan"), 1], [float("inf"), 1], [1]])
def test_a_price_that_is_none_is_refused(tmp_path: Path, price: Any) -> None:
    with pytest.raises(UsageError, match="must have the form of"):
        list_prices("us-east-1", priced(tmp_path, log_gb=price))


@pytest.mark.parametrize("content", ["", "[]", '{"regions": {}}', "\udcff", "[" * 100_000])
def test_a_file_that_holds_no_prices_is_refused(tmp_path: Path, content: str) -> None:
    file = tmp_path / "prices.json"
    file.write_bytes(content.encode(errors="surrogateescape"))
    with pytest.raises(UsageError):
        list_prices("us-east-1", file)


def test_a_price_that_is_missing_is_named(tmp_path: Path) -> None:
    document = json.loads(FILE.read_text())
    del document["regions"]["us-east-1"]["event"]
    file = tmp_path / "prices.json"
    file.write_text(json.dumps(document))
    with pytest.raises(UsageError, match="lacks the prices event of us-east-1"):
        list_prices("us-east-1", file)


def stored_bytes(attribute: dict[str, Any]) -> int:
    """Return what DynamoDB counts: names and values in UTF-8, half a byte per digit, and a few for a map."""
    [(kind, value)] = attribute.items()
    if kind == "M":
        return 3 + sum(1 + len(name.encode()) + stored_bytes(one) for name, one in value.items())
    return {"S": len(str(value).encode()), "N": 1 + (len(str(value)) + 1) // 2, "BOOL": 1}[kind]


def test_the_units_of_a_record_are_those_of_the_documented_example() -> None:
    """A claim takes one write unit, and the complete record one for each KB that is begun."""
    text = (ROOT / "docs/record.md").read_text()
    [item] = [json.loads(block.split("```")[0])["Item"] for block in text.split("```json\n")[1:]]
    size = stored_bytes({"M": item})
    assert 1 + -(-size // 1024) == WRITES, (
        f"The example in docs/record.md has {size} bytes. Correct RECORD_BYTES in renditions_cli/prices/work.py."
    )
    assert len(item["renditions"]["M"]) == RENDITIONS


def test_retries_and_branches_are_counted_as_aws_does() -> None:
    assert count_transitions(DEFINITION, "MakeRenditions") == count_transitions(
        DEFINITION, "PublishCompletion"
    )
    with pytest.raises(ValueError, match="no way leads"):
        count_transitions(DEFINITION, "Nowhere")
