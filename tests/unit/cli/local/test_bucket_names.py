"""The generated names of buckets, which the local stack derives as ministack does those of other resources."""

from typing import Any

import pytest

from renditions_cli.local.bucket_names import with_derived_names
from renditions_cli.local.stack import LocalStack


def created_as(properties: dict[str, Any], owners: dict[str, str]) -> str | None:
    """Return the name that a bucket is created with, None if ministack draws one."""
    create = with_derived_names(
        lambda _id, given, _stack: given.get("BucketName"),
        lambda stack, logical_id, **_: f"{stack}-{logical_id}".lower(),
        owners.get,
    )
    name: str | None = create("Box", properties, "small")
    return name


@pytest.mark.parametrize(
    "properties, owners, name",
    [({}, {}, "small-box"), ({}, {"small-box": "000000000000"}, None), ({"BucketName": "mine"}, {}, "mine")],
    ids=["derived", "drawn if a kept bucket has the name", "given"],
)
def test_a_bucket_gets_the_same_name_every_time(
    properties: dict[str, Any], owners: dict[str, str], name: str | None
) -> None:
    assert created_as(properties, owners) == name


def test_a_deployed_bucket_has_the_derived_name(small_stack: LocalStack) -> None:
    from ministack.services.cloudformation.provisioners import _physical_name

    derived = _physical_name(small_stack.stack_name, "Box", lowercase=True, max_len=63)
    assert small_stack.outputs["Box"] == derived
