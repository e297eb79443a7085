"""Reads HDR files with libultrahdr and libvips, in an environment of their own, and prints what they see as JSON.

    .local/hdr/bin/python tests/hdr/readers.py ORIGINAL RENDITION TURNS LEFT TOP WIDTH HEIGHT

The part of the original that begins at LEFT and TOP, after TURNS quarter turns to the right, is averaged over blocks
and compared with the rendition: mean and 99th percentile of the difference in stops, by reader, and both peaks.
"""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import imagecodecs
import numpy as np
import pyvips
from numpy.typing import NDArray

BLACK = 1 / 64  # of white: below it, stops mean nothing


def by_libultrahdr(path: str) -> NDArray[np.float32]:
    """Return linear light, white as 1."""
    decoded: NDArray[np.float16] = imagecodecs.ultrahdr_decode(Path(path).read_bytes())
    return decoded[..., :3].astype(np.float32)


def by_libvips(path: str) -> NDArray[np.float32]:
    """Return the same."""
    decoded: NDArray[np.float32] = pyvips.Image.uhdrload(path).uhdr2scRGB().numpy()
    return decoded


def compared(
    read: Callable[[str], NDArray[np.float32]], original: str, rendition: str, turns: int, box: list[int]
) -> dict[str, float]:
    """Return what one reader sees."""
    left, top, width, height = box
    whole, made = np.rot90(read(original), -turns), read(rendition)
    shown = whole[top : top + height, left : left + width]
    block = height // made.shape[0]
    mean = shown.reshape(made.shape[0], block, made.shape[1], block, 3).mean(axis=(1, 3))
    difference = np.abs(np.log2((made + BLACK) / (mean + BLACK)))
    return {
        "peak": float(np.log2(made.max())),
        "expected": float(np.log2(shown.max())),
        "mean": float(difference.mean()),
        "worst": float(np.percentile(difference, 99)),
    }


if __name__ == "__main__":
    original, rendition, turns, *box = sys.argv[1:]
    numbers = [int(one) for one in box]
    readers = {"libultrahdr": by_libultrahdr, "libvips": by_libvips}
    seen = {name: compared(read, original, rendition, int(turns), numbers) for name, read in readers.items()}
    sys.stdout.write(json.dumps(seen))
