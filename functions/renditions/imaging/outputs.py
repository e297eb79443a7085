"""The formats in which renditions are written."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Output:
    """How one output format is written.

    ``writer`` is Pillow's name for it. ``options`` are those that depend on neither the image nor its encoding plan.
    """

    writer: str
    content_type: str
    extension: str
    has_alpha: bool
    keeps_animations: bool = False
    options: Mapping[str, Any] = field(default_factory=dict)


_WEBP = Output("WEBP", "image/webp", "webp", has_alpha=True, keeps_animations=True)
_JPEG_OPTIONS = {"progressive": True, "optimize": True}
OUTPUTS = {
    "webp": _WEBP,
    "jpeg": Output("JPEG", "image/jpeg", "jpg", has_alpha=False, options=_JPEG_OPTIONS),
    "png": Output("PNG", "image/png", "png", has_alpha=True, options={"optimize": True}),
    "avif": Output("AVIF", "image/avif", "avif", has_alpha=True),
    "auto": _WEBP,
}
