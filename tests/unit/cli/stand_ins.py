"""Stand-ins: records as the pipeline writes them, image files as users have them."""

from pathlib import Path
from typing import Any

from PIL import Image

from renditions_cli.aws.stack import Stack


def write_record(stack: Stack, key: str, status: str, **attributes: Any) -> None:
    """Write a record as the pipeline does, with ``attributes`` in the form of DynamoDB."""
    item: dict[str, Any] = {
        "image_uri": {"S": stack.image_uri(key)},
        "status": {"S": status},
        "renditions": {"M": {}},
    }
    stack.dynamodb().put_item(TableName=stack.outputs.images_table, Item=item | attributes)


def image_file(path: Path, size: tuple[int, int], colour: str, mode: str = "RGB") -> Path:
    """Write an image of one colour."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new(mode, size, colour).save(path)
    return path
