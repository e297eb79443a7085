"""Entries of the images table as DynamoDB returns them."""

from typing import Any


def rendition(name: str, **more: Any) -> dict[str, Any]:
    """Return one entry of the map ``renditions``; ``more`` replaces or adds attributes."""
    entry = {
        "bucket": {"S": "made"},
        "key": {"S": f"a.jpg/0123/{name}.webp"},
        "width": {"N": "800"},
        "height": {"N": "600"},
        "bytes": {"N": "4096"},
        "content_type": {"S": "image/webp"},
        "note": {"S": ""},
    }
    return {"M": entry | more}
