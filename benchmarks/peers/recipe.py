"""Ours, by any recipe: the name of a request is the rendition, a space, and the recipe in JSON; {} for our own."""

import json
from unittest.mock import patch

from PIL.Image import Resampling

from benchmarks.peers.serve import serve
from renditions.imaging import encoding_plan, render
from renditions.imaging.encoding_plan import Encoding, _Recipe
from renditions.settings import Settings


def rendition(original: bytes, name: str, _size: int, output: str, _mark: str) -> bytes:
    """Make one rendition. SIMD resizes."""
    rendition_name, _, asked = name.partition(" ")
    recipe, settings = json.loads(asked), Settings(output_format=output, resizer="simd")
    if not recipe:
        return render(original, rendition_name, settings).data
    kernel, encoding = Resampling[recipe["kernel"]], Encoding(recipe["quality"], recipe["options"])
    chosen = _Recipe(recipe["reserve"], (kernel, encoding), (kernel, encoding))
    with patch.multiple(encoding_plan, _simd_recipe=lambda *_: chosen, _DRAWN=kernel):
        return render(original, rendition_name, settings).data


if __name__ == "__main__":
    serve(rendition)
