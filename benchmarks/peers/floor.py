"""The unavoidable cost: decoding at the smallest sufficient scale, and encoding.

The encoder runs with the options of ours, on pixels that are ready: nothing is resized, rotated or
converted. The result has the right size, but is no rendition.
"""

import io
from functools import lru_cache

from PIL import Image

from benchmarks.peers.serve import serve
from renditions.imaging.encode import _encoded
from renditions.imaging.encoding_plan import EncodingPlan, plan_for
from renditions.imaging.outputs import OUTPUTS
from renditions.imaging.picture import Picture
from renditions.imaging.source import read
from renditions.settings import Settings

Image.MAX_IMAGE_PIXELS = None


def rendition(original: bytes, name: str, size: int, output: str, _mark: str) -> bytes:
    """Decode one image and encode another."""
    with Image.open(io.BytesIO(original)) as opened:
        shrink = max(1.0, max(opened.size) / size)
        scale = next(divisor for divisor in (8, 4, 2, 1) if shrink >= divisor)
        opened.draft(None, (opened.width // scale, opened.height // scale))
        opened.load()
    pixels = ready(original, size)
    encoding = planned(original, name, output).encoding(pixels)
    return _encoded(pixels, OUTPUTS[output], {**encoding.options, "quality": encoding.quality(80)})


@lru_cache(maxsize=4)
def ready(original: bytes, size: int) -> Image.Image:
    """Return the finished pixels. The first request, which warms up and is not counted, makes them."""
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
