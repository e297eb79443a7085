"""Animated files of kinds that Pillow does not write, and what a viewer shows of them, composed with numpy."""

import io
import random
import struct
import zlib
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from renditions.contracts import Rendered
from renditions.imaging import render
from renditions.settings import Settings
from tests.unit.imaging.pictures import encoded, photograph, png_chunk

Pixels = NDArray[np.uint8]
KEEP, CLEAR, RESTORE = range(3)
PALETTE = (
    (220, 30, 30),
    (30, 200, 30),
    (30, 30, 220),
    (230, 220, 20),
    (0, 0, 0),
    (255, 255, 255),
    (9, 9, 9),
    (90, 60, 30),
)
TRANSPARENT = 6
SIZE = (40, 30)
TIMES = [100, 0, 10, 250, 70]  # milliseconds

PHOTOGRAPHS = [photograph(180, 120, seed) for seed in range(5)]


@dataclass(frozen=True)
class Part:
    """One stored frame: RGBA ``pixels`` whose left and top are ``at``, shown for ``delay`` units of its format."""

    pixels: Pixels
    at: tuple[int, int] = (0, 0)
    delay: int = 10
    disposal: int = KEEP
    blended: bool = True


def flat_part(
    colour: tuple[int, ...], size: tuple[int, int], at: tuple[int, int] = (0, 0), disposal: int = KEEP
) -> Part:
    """Return a part of one colour."""
    pixels = np.empty((size[1], size[0], 4), np.uint8)
    pixels[...] = (*colour, 255) if len(colour) == 3 else colour
    return Part(pixels, at, disposal=disposal)


def some_parts(seed: int, size: tuple[int, int], alphas: tuple[int, ...], *, whole_first: bool) -> list[Part]:
    """Return six parts with blocks in the colours of the palette, with all disposals, in random places."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    width, height = size
    parts = []
    for number in range(6):
        is_whole = number == 0 and whole_first
        across, down = (width, height) if is_whole else (chance.randint(9, width), chance.randint(9, height))
        pixels = np.zeros((down, across, 4), np.uint8)
        for left in range(0, across, 8):
            for top in range(0, down, 8):
                pixels[top : top + 8, left : left + 8] = (
                    *chance.choice(PALETTE[:TRANSPARENT]),
                    chance.choice(alphas),
                )
        at = (chance.randint(0, width - across), chance.randint(0, height - down))
        parts.append(
            Part(pixels, at, chance.choice((0, 1, 3, 50)), chance.randrange(3), chance.random() < 0.6)
        )
    return parts


def shown(parts: list[Part], size: tuple[int, int]) -> list[Pixels]:
    """Return what a viewer shows after each part, in RGBA."""
    canvas = np.zeros((size[1], size[0], 4), np.uint8)
    frames = []
    for part in parts:
        before = canvas.copy()
        (left, top), (down, across) = part.at, part.pixels.shape[:2]
        below = canvas[top : top + down, left : left + across]
        pixels = part.pixels[: below.shape[0], : below.shape[1]]
        below[...] = _over(below, pixels) if part.blended else pixels
        frames.append(canvas.copy())
        if part.disposal == CLEAR:
            below[...] = 0
        elif part.disposal == RESTORE:
            canvas = before
    return frames


def _over(below: Pixels, above: Pixels) -> Pixels:
    low, high = below / 255.0, above / 255.0
    alpha = high[..., 3:] + low[..., 3:] * (1 - high[..., 3:])
    mixed = high[..., :3] * high[..., 3:] + low[..., :3] * low[..., 3:] * (1 - high[..., 3:])
    colour = np.divide(mixed, alpha, out=np.zeros_like(mixed), where=alpha > 0)
    mixed = np.rint(np.concatenate([colour, alpha], axis=-1) * 255)
    return np.asarray(mixed, dtype=np.uint8)


def gif(size: tuple[int, int], parts: list[Part], loop: int | None = None) -> bytes:
    """Return a GIF with one palette and transparency. It has no loop count if ``loop`` is None."""
    data = b"GIF89a" + struct.pack("<HHBBB", *size, 0x80 | 2, 3, 0) + bytes(sum(PALETTE, ()))
    if loop is not None:
        data += b"!\xff\x0bNETSCAPE2.0\x03\x01" + struct.pack("<H", loop) + b"\0"
    for part in parts:
        indices = np.full(part.pixels.shape[:2], TRANSPARENT, np.uint8)
        for index, colour in enumerate(PALETTE):
            indices[(part.pixels[..., :3] == colour).all(axis=-1) & (part.pixels[..., 3] > 0)] = index
        # most files state no disposal (0)
        data += b"!\xf9\x04" + struct.pack(
            "<BHBB", (0, 2, 3)[part.disposal] << 2 | 1, part.delay, TRANSPARENT, 0
        )
        data += b"," + struct.pack("<HHHHB", *part.at, *indices.shape[::-1], 0) + _packed(indices)
    return data + b";"


def _packed(indices: Pixels) -> bytes:
    """Return LZW data that starts anew before its codes get longer."""
    bits = "".join(f"{value:04b}"[::-1] for value in _codes(indices.ravel()))
    packed = bytes(int(bits[start : start + 8][::-1], 2) for start in range(0, len(bits), 8))
    blocks = [packed[start : start + 255] for start in range(0, len(packed), 255)]
    return b"\3" + b"".join(bytes((len(block),)) + block for block in blocks) + b"\0"


def _codes(indices: Pixels) -> list[int]:
    clear, end = 8, 9
    codes = []
    for number, index in enumerate(indices):
        if number % 6 == 0:
            codes.append(clear)
        codes.append(int(index))
    return [*codes, end]


def apng(
    size: tuple[int, int],
    parts: list[Part],
    plays: int = 0,
    per_second: int = 100,
    default: Pixels | None = None,
) -> bytes:
    """Return an animated PNG in RGBA. ``default`` is an image for viewers without animation, and no frame."""
    data = b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", struct.pack(">IIBBBBB", *size, 8, 6, 0, 0, 0))
    data += png_chunk(b"acTL", struct.pack(">II", len(parts), plays))
    data += b"" if default is None else png_chunk(b"IDAT", _rows(default))
    number = 0
    for part in parts:
        box = (*part.pixels.shape[1::-1], *part.at)
        control = struct.pack(">IIIIIHHBB", number, *box, part.delay, per_second, part.disposal, part.blended)
        data += png_chunk(b"fcTL", control)
        is_default = number == 0 and default is None
        pixels = _rows(part.pixels)
        data += (
            png_chunk(b"IDAT", pixels)
            if is_default
            else png_chunk(b"fdAT", struct.pack(">I", number + 1) + pixels)
        )
        number += 1 if is_default else 2
    return data + png_chunk(b"IEND", b"")


def _rows(pixels: Pixels) -> bytes:
    return zlib.compress(b"".join(b"\0" + row.tobytes() for row in pixels))


def timeline(data: bytes) -> list[tuple[int, Image.Image]]:
    """Return the frames of an animated file, each with the millisecond at which it ends."""
    image, end, frames = Image.open(io.BytesIO(data)), 0, []
    for number in range(getattr(image, "n_frames", 1)):
        image.seek(number)
        image.load()
        end += int(image.info.get("duration", 0))
        frames.append((end, image.convert("RGBA")))
    return frames


def durations(data: bytes) -> list[int]:
    """Return the duration of each frame in milliseconds."""
    ends = [0, *(end for end, _ in timeline(data))]
    return [after - before for before, after in pairwise(ends)]


def plays(webp: bytes) -> int:
    """Return how many times the animation is played, 0 for endlessly, from its ANIM chunk."""
    start = webp.index(b"ANIM")
    return int.from_bytes(webp[start + 12 : start + 14], "little")


def animated(frames: list[Image.Image], image_format: str = "WEBP", **options: Any) -> bytes:
    """Return a file of ``frames``, as Pillow writes it."""
    return encoded(
        frames[0], image_format, save_all=True, append_images=frames[1:], **{"duration": 40, **options}
    )


def rendered_animation(data: bytes, rendition: str = "thumbnail", **settings: Any) -> Rendered:
    """Return the rendition of ``data`` with all its frames, if they are kept."""
    return render(data, rendition, Settings(**{"animation": "keep", **settings}))
