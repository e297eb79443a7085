"""The rendition's bytes. Nothing of the original's metadata is in them."""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

# Imported for what it registers: without it the first picture would search all of Pillow's plugins for a writer.
# The other writers come with the readers in source.py.
from PIL import AvifImagePlugin  # noqa: F401

from renditions.contracts import Rendered
from renditions.imaging.picture import Picture


@dataclass(frozen=True, slots=True)
class Output:
    """How one output format is written. ``options`` are Pillow's, besides the quality, which PNG ignores."""

    writer: str
    content_type: str
    extension: str
    has_alpha: bool
    options: Mapping[str, Any]


_WEBP = {"method": 4}
_JPEG = {"progressive": True, "optimize": True, "subsampling": "4:2:0"}
_PNG = {"optimize": True}
OUTPUTS = {
    "webp": Output("WEBP", "image/webp", "webp", has_alpha=True, options=_WEBP),
    "jpeg": Output("JPEG", "image/jpeg", "jpg", has_alpha=False, options=_JPEG),
    "png": Output("PNG", "image/png", "png", has_alpha=True, options=_PNG),
    "avif": Output("AVIF", "image/avif", "avif", has_alpha=True, options={}),
}


def strip_metadata(picture: Picture) -> Picture:
    """Forget EXIF, GPS, XMP, profile, comments and text: Pillow writes some of them back from ``info``."""
    bare = picture.image.copy()
    bare.info = {}
    return picture.showing(bare)


def encode(picture: Picture) -> Rendered:
    """Write the picture in the format of the settings. The pixels are sRGB, which needs no profile."""
    output = OUTPUTS[picture.settings.output_format]
    buffer = io.BytesIO()
    picture.image.save(buffer, output.writer, quality=picture.settings.output_quality, **output.options)
    return Rendered(
        data=buffer.getvalue(),
        width=picture.image.width,
        height=picture.image.height,
        content_type=output.content_type,
        extension=output.extension,
        note=" ".join(picture.notes),
    )
