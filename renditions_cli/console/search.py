"""Find an image by its key."""

from typing import Any

from renditions.records import batch_get
from renditions_cli.aws.images import record_json
from renditions_cli.aws.stack import Stack
from renditions_cli.console.messages import Refused, Request


def find(stack: Stack, request: Request) -> dict[str, Any]:
    """Return the record of an image with the execution that owns it."""
    uri = stack.image_uri(request.parameter("image"))
    record = batch_get(stack.dynamodb(), stack.outputs.images_table, [uri]).get(uri)
    if record is None:
        raise Refused(
            404, "There is no record of this image. Keys are case-sensitive and contain the whole path."
        )
    return {"image": uri, "arn": record.execution_arn, "record": record_json(record)}
