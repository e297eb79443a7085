"""What one image has cost."""

from datetime import UTC, datetime, timedelta

import pytest

from renditions.contracts import Rendition
from renditions.records import ImageRecord
from renditions_cli.aws.execution_history import StateVisit
from renditions_cli.aws.executions import Execution
from renditions_cli.aws.image_cost import image_cost, image_quantities

START = datetime(2026, 1, 1, 12, tzinfo=UTC)


def visit(service: str, retries: int = 0) -> StateVisit:
    return StateVisit("S", START, START + timedelta(seconds=2), retries=retries, service=service)


def test_each_attempt_is_a_transition_and_each_service_has_its_own_price() -> None:
    visits = (visit("lambda:invoke", 2), visit("dynamodb:updateItem"), visit("sns:publish"), visit(""))
    execution = Execution("arn:e", "SUCCEEDED", START, START, None, None, visits)
    units = image_quantities(None, [execution])
    assert (units["state_transition"], units["lambda_request"]) == (6, 3)
    assert (units["dynamodb_write"], units["sns_publish"], units["event"]) == (3, 1, 1)
    assert units["lambda_gb_second_arm64"] == pytest.approx(2 * 1769 / 1024)
    assert image_cost(None, [execution]) == pytest.approx(6 * 25e-6, rel=0.5)
    assert image_cost(None, []) == 0


def test_each_page_of_a_rendition_is_a_file() -> None:
    made = [Rendition(n, "r", f"{n}.webp", 9, 9, 9, "image/webp", "", pages="2-400,402-500") for n in "ab"]
    record = ImageRecord("s3://in/volume.tif", "COMPLETED", renditions=(*made,))
    assert image_quantities(record, [])["s3_put"] == 2 * 499


def test_an_express_execution_has_no_transitions_and_costs_its_time() -> None:
    arn = "arn:aws:states:us-east-1:1:execution:renditions-image-pipeline-express:e"
    execution = Execution(
        arn, "SUCCEEDED", START, START + timedelta(seconds=4), None, None, (visit("sns:publish"),)
    )
    units = image_quantities(None, [execution])
    assert (units["state_transition"], units["express_request"], units["sns_publish"]) == (0, 1, 1)
    assert units["express_gb_second"] == 4 * 64 / 1024
