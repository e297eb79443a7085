"""pyvips: its thumbnail operation, which shrinks on load, rotates and converts to sRGB itself."""

from typing import Any

import pyvips

from benchmarks.peers.serve import serve

MARGIN = 0.03
OPTIONS: dict[str, dict[str, Any]] = {
    "webp": {"Q": 80, "keep": 0},
    "jpeg": {"Q": 80, "keep": 0, "background": [255, 255, 255], "optimize_coding": True, "interlace": True},
}
SUFFIX = {"webp": ".webp", "jpeg": ".jpg"}


def rendition(original: bytes, _name: str, size: int, output: str, mark: str) -> bytes:
    """Make one rendition, without libvips' cache of operations."""
    header = pyvips.Image.new_from_buffer(original, "")
    # With a profile for the output, libvips also converts images without a profile, which takes three times as long.
    colour = {"output_profile": "srgb"} if "icc-profile-data" in header.get_fields() else {}
    picture = pyvips.Image.thumbnail_buffer(original, size, height=size, size="down", **colour)
    if mark:
        text = pyvips.Image.new_from_file(mark)
        margin = round(min(picture.width, picture.height) * MARGIN)
        left, top = picture.width - text.width - margin, picture.height - text.height - margin
        picture = picture.composite2(text, "over", x=left, y=top).flatten()
    made: bytes = picture.write_to_buffer(SUFFIX[output], **OPTIONS[output])
    return made


if __name__ == "__main__":
    pyvips.cache_set_max(0)
    serve(rendition)
