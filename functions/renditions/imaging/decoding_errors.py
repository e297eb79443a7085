"""Damaged images: every way in which Pillow fails on bad bytes becomes one rejection."""

from collections.abc import Iterator
from contextlib import contextmanager

from PIL import _imaging as core

from renditions.errors import CorruptImage, RenditionsError
from renditions.imaging.silence_warnings import SILENCED

# Pillow's codecs report a lack of memory by a number, which Pillow turns into this text.
_NO_MEMORY = core.getcodecstatus(-9)


@contextmanager
def decoding(format_name: str) -> Iterator[None]:
    """Turn every error of Pillow on bad bytes into CorruptImage. MemoryError is passed on.

    What Pillow warns about is either ignored on purpose or becomes a rejection, so that the log stays clean.
    """
    try:
        with SILENCED:
            yield
    except (MemoryError, RenditionsError):
        raise
    except Exception as fault:
        if isinstance(fault, OSError) and str(fault).startswith(_NO_MEMORY):
            raise MemoryError(str(fault)) from fault
        raise CorruptImage(
            f"The {format_name} image is damaged or incomplete. Export the image again and upload the new file."
        ) from fault
