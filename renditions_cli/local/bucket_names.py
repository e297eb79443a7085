"""A change to ministack: the generated name of a bucket is the same after every start of the local stack.

ministack derives the names of queues, topics and tables from the stack and the resource, but draws those of buckets.
"""

from collections.abc import Callable
from typing import Any

# ruff: noqa: SLF001 - this module patches private names of ministack

NAMES = ("_RESOURCE_HANDLERS", "_physical_name")
BUCKET = "AWS::S3::Bucket"

Create = Callable[[str, dict[str, Any], str], Any]


def install(provisioners: Any) -> None:
    """Patch the CloudFormation of ministack."""
    handler = provisioners._RESOURCE_HANDLERS[BUCKET]
    handler["create"] = with_derived_names(
        handler["create"], provisioners._physical_name, provisioners._s3._bucket_owner_account
    )


def with_derived_names(
    create: Create, derive: Callable[..., str], owner: Callable[[str], str | None]
) -> Create:
    """Wrap ``create``, which makes a bucket, so that it derives the name, unless a kept bucket has that name."""

    def bucket(logical_id: str, properties: dict[str, Any], stack_name: str) -> Any:
        name = derive(stack_name, logical_id, lowercase=True, max_len=63)
        if properties.get("BucketName") or owner(name) is not None:
            return create(logical_id, properties, stack_name)
        return create(logical_id, {**properties, "BucketName": name}, stack_name)

    return bucket
