"""``python -m benchmarks.libwebp``: what libwebp's parameters cost at the same SSIM, as rows of Markdown.

Each photograph is encoded with each of the parameters at several qualities. Time and bytes are interpolated at the SSIM
that method 4 gives at quality 80, and are multiples of its own: the table in docs/performance.md.
"""

import io
import sys
import time
from collections.abc import Iterable, Mapping
from math import exp, log
from typing import Any

import numpy as np
from PIL import Image

from benchmarks.photographs import fetch_photographs
from benchmarks.reference import Pixels, luma, ssim
from benchmarks.run import SCRATCH
from renditions.imaging.formats.webp.encoder import encoded

SIZES = (800, 1600)
QUALITIES = (74, 80, 86)
REFERENCE = 1  # the index of the quality whose SSIM counts
REPEAT = 2
FULL = {"filter_strength": 100}
PARAMETERS: tuple[Mapping[str, int], ...] = (
    {"method": 4},
    {"method": 4} | FULL,
    {"method": 4, "segments": 3, "sns_strength": 25} | FULL,
    {"method": 2},
    {"method": 2} | FULL,
    {"method": 2, "segments": 3, "sns_strength": 25} | FULL,
    {"method": 2, "segments": 1, "sns_strength": 0} | FULL,
    {"method": 1} | FULL,
)
Point = tuple[float, float, float]  # SSIM, log of the bytes, log of the seconds


def main() -> None:
    """Print the rows."""
    files = sorted(fetch_photographs(SCRATCH / "photographs/wallpapers").values())
    images = {size: [small(Image.open(file), size) for file in files] for size in SIZES}
    usual = {size: [points(image, PARAMETERS[0]) for image in made] for size, made in images.items()}
    for parameters in PARAMETERS:
        cells = [
            cell
            for size, made in images.items()
            for cell in compared([points(image, parameters) for image in made], usual[size])
        ]
        names = ", ".join(f"{name} {value}" for name, value in parameters.items())
        sys.stdout.write(f"| {names} | {' | '.join(cells)} |\n")
        sys.stdout.flush()


def small(photograph: Image.Image, size: int) -> Image.Image:
    """Return the photograph at ``size``, if it is larger."""
    image = photograph.convert("RGB")
    image.thumbnail((size, size), Image.Resampling.LANCZOS)
    image.info = {}
    return image


def points(image: Image.Image, parameters: Mapping[str, int]) -> list[Point]:
    """Return SSIM, bytes and time at each quality."""
    wanted = brightness(image)
    found = []
    for quality in QUALITIES:
        seconds, data = min(timed(image, {**parameters, "quality": quality}) for _ in range(REPEAT))
        made = brightness(Image.open(io.BytesIO(data)).convert("RGB"))
        found.append((ssim(made, wanted), log(len(data)), log(seconds)))
    return found


def timed(image: Image.Image, parameters: Mapping[str, Any]) -> tuple[float, bytes]:
    """Return CPU seconds and the bytes."""
    begun = time.process_time()
    data = encoded(image, **parameters)
    return time.process_time() - begun, data


def brightness(image: Image.Image) -> Pixels:
    """Return the brightness of an RGB image."""
    return luma(np.asarray(image, dtype=np.float32).transpose(2, 0, 1))


def compared(measured: Iterable[list[Point]], usual: Iterable[list[Point]]) -> tuple[str, str]:
    """Return time, and bytes with those of the worst photograph, as multiples of the usual ones at the same SSIM."""
    ratios = np.array(
        [
            [at(found, known[REFERENCE][0], index) - known[REFERENCE][index] for index in (2, 1)]
            for found, known in zip(measured, usual, strict=True)
        ]
    )
    seconds, size = np.exp(ratios.mean(axis=0))
    return f"{seconds:.2f}", f"{size:.2f} ({exp(ratios[:, 1].max()):.2f})"


def at(found: list[Point], wanted: float, index: int) -> float:
    """Return a value at the SSIM ``wanted``, by the line through the two points around it."""
    upper = next((n for n in range(1, len(found)) if found[n][0] >= wanted), len(found) - 1)
    (x0, x1), (y0, y1) = ([found[n][column] for n in (upper - 1, upper)] for column in (0, index))
    return y0 + (wanted - x0) / (x1 - x0) * (y1 - y0)


if __name__ == "__main__":
    main()
