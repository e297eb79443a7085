"""Switching the web page and delivery on and off on a deployed stack."""

from pathlib import Path

import pytest

from renditions_cli.local.stack import LocalStack


def resources(stack: LocalStack) -> dict[str, str]:
    """Map the logical ID of each resource of the stack to its physical ID."""
    listed = stack.session().client("cloudformation").describe_stack_resources(StackName=stack.stack_name)
    return {one["LogicalResourceId"]: one["PhysicalResourceId"] for one in listed["StackResources"]}


def test_the_web_page_comes_and_goes_without_a_trace(tmp_path: Path) -> None:
    with LocalStack(0, directory=tmp_path) as stack:
        off = resources(stack)
        assert not {"WebUrl", "DeliveryUrl"} & set(stack.outputs)

        stack.deploy({"Web": "on"})
        on = resources(stack)
        assert on.items() > off.items(), "nothing else is replaced"
        stack.deploy({"WebImagesPerUser": "5"})
        assert resources(stack) == on

        stack.deploy({"Web": "off", "Delivery": "public"})
        added = set(resources(stack)) - set(off)
        assert added == {"DeliveryCache", "DeliveryDistribution", "DeliveryHeaders", "DeliveryOriginAccess"}
        assert "DeliveryUrl" in stack.outputs
        assert "WebUrl" not in stack.outputs

        stack.deploy({"Delivery": "off"})
        assert resources(stack) == off


@pytest.mark.long
def test_a_stack_with_the_web_page_can_be_deleted(tmp_path: Path) -> None:
    with LocalStack(0, {"Web": "on"}, directory=tmp_path) as stack:
        buckets = stack.session().client("s3").list_buckets
        assert len(buckets()["Buckets"]) == 4
        stack.delete()
        left = "those of originals, renditions and artifacts are left, and that of the page is not"
        assert len(buckets()["Buckets"]) == 3, left


@pytest.mark.parametrize("parameters", [{"Web": "maybe"}, {"Delivery": "signed"}])
def test_a_value_that_does_not_exist_is_refused(tmp_path: Path, parameters: dict[str, str]) -> None:
    from renditions_cli.errors import DeployFailed

    with (
        pytest.raises(DeployFailed, match=next(iter(parameters))),
        LocalStack(0, parameters, directory=tmp_path),
    ):
        pass
