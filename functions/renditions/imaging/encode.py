"""The rendition's bytes. Nothing of the original's metadata is in them."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

# Imported for what it registers: without it the first picture would search all of Pillow's plugins for a writer.
# The other writers come with the readers in source.py.
from PIL import AvifImagePlugin  # noqa: F401

from renditions.contracts import Rendered
from renditions.imaging.picture import Picture


@dataclass(frozen=True, slots=True)
class Output:
    """How one output format is written. ``options`` gives Pillow's arguments for a quality of 1 to 100."""

    writer: str
    content_type: str
    extension: str
    has_alpha: bool
    options: Callable[[int], dict[str, Any]]


OUTPUTS = {
    "webp": Output("WEBP", "image/webp", "webp", True, lambda quality: {"quality": quality, "method": 4}),
    "jpeg": Output(
        "JPEG", "image/jpeg", "jpg", False,
        lambda quality: {"quality": quality, "progressive": True, "optimize": True, "subsampling": "4:2:0"},
    ),
    "png": Output("PNG", "image/png", "png", True, lambda _: {"optimize": True}),
    "avif": Output("AVIF", "image/avif", "avif", True, lambda quality: {"quality": quality}),
}  # fmt: skip


def strip_metadata(picture: Picture) -> Picture:
    """Forget EXIF, GPS, XMP, profile, comments and text: Pillow writes some of them back from ``info``."""
    bare = picture.image.copy()
    bare.info = {}
    return picture.showing(bare)


def encode(picture: Picture) -> Rendered:
    """Write the picture in the format of the settings. The pixels are sRGB, which needs no profile."""
    output = OUTPUTS[picture.settings.output_format]
    buffer = io.BytesIO()
    picture.image.save(buffer, output.writer, **output.options(picture.settings.output_quality))
    return Rendered(
        data=buffer.getvalue(),
        width=picture.image.width,
        height=picture.image.height,
        content_type=output.content_type,
        extension=output.extension,
        note=" ".join(picture.notes),
    )
