"""BMP: all kinds that are in use, with a limit on the slow ones."""

import re
from collections.abc import Callable

from PIL.ImageFile import ImageFile

from renditions.errors import FileTooLarge, UnsupportedFormat
from renditions.imaging.formats import mangled
from renditions.imaging.formats.bmp import header
from renditions.imaging.formats.format import Format
from renditions.imaging.formats.structure import Structure
from renditions.settings import Settings


def _walk(data: bytes, settings: Settings) -> Structure:
    if header.stated_bytes(data) not in (0, len(data)):
        _check_bytes(data)
    if header.is_run_length_encoded(data):
        _check_run_lengths(len(data), settings)
    profile = header.profile(data)
    return Structure(header.readable(data), metadata=len(profile or b""), profile=lambda _: profile)


def _check_bytes(data: bytes) -> None:
    """Check that no program took the file for text, which leaves a BMP readable. Raises UnsupportedFormat."""
    if mangled.may_be_text(data):
        raise UnsupportedFormat(mangled.SENTENCE)


def _check_run_lengths(size: int, settings: Settings) -> None:
    """Check the byte count of a run-length encoded file, whose decoder is slow. Raises FileTooLarge."""
    if size > settings.max_bmp_rle_bytes:
        raise FileTooLarge(
            f"The run-length encoded BMP has {size:,} bytes. At most {settings.max_bmp_rle_bytes:,} bytes are allowed. "
            "Save it as PNG and upload that file."
        )


def _decoder() -> Callable[..., ImageFile]:
    from renditions.imaging.formats.bmp.decoder import AnyBmpFile  # noqa: PLC0415 - no start waits for it

    return AnyBmpFile


BMP = Format(
    name="BMP",
    # "BM" alone would match any text that begins with it: the length of the header that follows must be a known one.
    matches=re.compile(rb"BM.{12}[\x0c\x10\x28\x34\x38\x40\x6c\x7c]\x00\x00\x00", re.DOTALL).match,
    declared_size=header.declared_size,
    walk=_walk,
    load_decoder=_decoder,
)
