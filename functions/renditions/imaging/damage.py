"""Damaged pictures: every way in which Pillow fails on bad bytes, as one rejection."""

from collections.abc import Iterator
from contextlib import contextmanager

from PIL import _imaging as core

from renditions.errors import CorruptImage, RenditionsError
from renditions.imaging.quiet import QUIET

# Pillow's codecs tell by a number that they got no memory, and Pillow turns the number into this text.
_NO_MEMORY = core.getcodecstatus(-9)


@contextmanager
def decoding(image_format: str) -> Iterator[None]:
    """Turn every way in which Pillow fails on bad bytes into CorruptImage. MemoryError stays what it is.

    What Pillow warns about is either ignored on purpose or ends as a rejection: the log stays clean.
    """
    try:
        with QUIET:
            yield
    except (MemoryError, RenditionsError):
        raise
    except Exception as fault:
        if isinstance(fault, OSError) and str(fault).startswith(_NO_MEMORY):
            raise MemoryError(str(fault)) from fault
        raise CorruptImage(
            f"The {image_format} picture is damaged or cut off, and only whole pictures are accepted: "
            "save or export it again and upload that file."
        ) from fault
