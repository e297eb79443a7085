"""What a walk over a file's structure tells before any decoder sees it."""

from collections.abc import Sequence
from dataclasses import dataclass

from renditions.imaging.formats.heif.structure import Heif
from renditions.imaging.formats.jpeg.markers import Jpeg

# A walk takes about a microsecond for each piece (chunk, block, segment) of a file. 50 MB of well-made PNG have
# 6,000, of GIF 200,000 small ones.
MOST_PIECES = 50_000


@dataclass(frozen=True, slots=True)
class Outline:
    """``frames`` are the frames or pages, 1 where only the decoder counts them.

    ``metadata`` is the bytes of EXIF, profiles, texts and the like as they would be unpacked. ``readable`` is the
    file as Pillow gets it: without ancillary parts on which it would fail. ``icc_profile`` is one of those parts.
    """

    readable: bytes
    frames: int = 1
    metadata: int = 0
    jpeg: Jpeg | None = None
    icc_profile: bytes | None = None
    heif: Heif | None = None


def without(data: bytes, left_out: Sequence[tuple[int, int]], end: int) -> bytes:
    """``data`` up to ``end`` without the parts ``left_out``, (start, end) in their order; whole without any."""
    if not left_out:
        return data
    starts, stops = [0, *(stop for _, stop in left_out)], [*(start for start, _ in left_out), end]
    return b"".join(data[start:stop] for start, stop in zip(starts, stops, strict=True))
