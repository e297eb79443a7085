"""What others would make: records as the pipeline writes them, pictures as users have them."""

from pathlib import Path
from typing import Any

from PIL import Image

from cli.aws.stack import Stack


def record(stack: Stack, key: str, status: str, **attributes: Any) -> None:
    """Write what the pipeline would write: ``attributes`` as DynamoDB spells them."""
    item: dict[str, Any] = {
        "image_uri": {"S": stack.image_uri(key)},
        "status": {"S": status},
        "renditions": {"M": {}},
    }
    stack.dynamodb().put_item(TableName=stack.outputs.images_table, Item=item | attributes)


def picture(path: Path, size: tuple[int, int], colour: str, mode: str = "RGB") -> Path:
    """A file of one colour."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new(mode, size, colour).save(path)
    return path
