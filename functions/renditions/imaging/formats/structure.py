"""What a walk over the structure of a file finds, before any decoder reads the file."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PIL.ImageFile import ImageFile

from renditions.errors import MetadataTooLarge

Size = tuple[int, int]  # width and height in pixels

# A walk takes about a microsecond per part (chunk, block, segment) of a file. A well-made PNG of 50 MB has 6,000
# parts, a GIF of 50 MB 200,000 small ones.
MOST_PARTS = 50_000


def embedded_profile(image: ImageFile) -> bytes | None:
    """Return the ICC profile that Pillow found in the file, or None."""
    return image.info.get("icc_profile")


def no_others(image: ImageFile) -> int:  # noqa: ARG001 - other formats look into the file
    """Return 0: all that people would want to see is the image and its frames."""
    return 0


def nothing_to_prepare(image: ImageFile) -> None:
    """Leave the opened file as it is."""


@dataclass(frozen=True, slots=True)
class Structure:
    """The structure of one file.

    ``readable`` is the file for the decoder, without ancillary parts that would make it fail.
    ``frames`` is the number of frames or pages; 1 where only the decoder counts them.
    ``metadata`` is the size in bytes of EXIF, profiles, texts and the like, once unpacked.
    ``coefficients`` is the size in bytes of what the decoder keeps beside the pixels.
    ``sizes`` are the sizes of everything that the decoder will decode, where the file declares more than one.
    ``orientation`` is the EXIF value 1 to 8 where the container itself states it and EXIF does not count.
    ``lacks_pages``: the list of pages is broken, and there may be more.
    ``profile`` returns the ICC profile of the opened file.
    ``others`` returns how many further images of an opened file, no frames, are left out: not previews, masks or parts.
    ``prepare`` gives the opened file what its decoder needs to know besides the bytes.
    """

    readable: bytes
    frames: int = 1
    metadata: int = 0
    coefficients: int = 0
    sizes: tuple[Size, ...] = ()
    orientation: int | None = None
    lacks_pages: bool = False
    profile: Callable[[ImageFile], bytes | None] = embedded_profile
    others: Callable[[Any], int] = no_others
    prepare: Callable[[Any], None] = nothing_to_prepare


def without(data: bytes, removed: Sequence[tuple[int, int]], end: int) -> bytes:
    """Return ``data`` up to ``end`` without the ``removed`` (start, end) ranges; all of it if there are none."""
    if not removed:
        return data
    starts, stops = [0, *(stop for _, stop in removed)], [*(start for start, _ in removed), end]
    return b"".join(data[start:stop] for start, stop in zip(starts, stops, strict=True))


def too_many_parts(format_name: str, most: int) -> MetadataTooLarge:
    """Return the rejection of a file that has more parts than can be read in a moment."""
    return MetadataTooLarge(
        f"The {format_name} file is split into more than {most:,} parts, the maximum allowed. "
        "Export the image again and upload the new file."
    )
