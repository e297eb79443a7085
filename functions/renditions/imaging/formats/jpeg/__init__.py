"""JPEG: decoded at a fraction of its size where that is enough; refused if pixels are missing."""

import re

from renditions.errors import TooManyScans
from renditions.imaging.formats.embedded import Embedded
from renditions.imaging.formats.format import Format
from renditions.imaging.formats.jpeg import header, markers
from renditions.imaging.formats.jpeg.decoder import SCALES, StrictJpegFile
from renditions.imaging.formats.structure import Structure
from renditions.settings import Settings

_START = b"\xff\xd8\xff"


def _walk(data: bytes, settings: Settings) -> Structure:
    jpeg = markers.walk(data, settings.max_jpeg_scans)
    _check_scans(jpeg.scans, settings)
    return Structure(
        readable=header.readable(data, jpeg),
        metadata=jpeg.metadata,
        coefficients=jpeg.coefficients,
        others=lambda image: image.others,
        prepare=lambda image: image.prepare(data, jpeg),
    )


def _check_scans(scans: int, settings: Settings) -> None:
    """Check how many times the decoder would pass over the pixels. Raises TooManyScans."""
    if scans > settings.max_jpeg_scans:
        raise TooManyScans(
            f"The JPEG image has more than {settings.max_jpeg_scans:,} scans, the maximum allowed. "
            "Export the image again and upload the new file."
        )


def _embedded(data: bytes) -> Embedded:
    from renditions.imaging.formats.jpeg import embedded  # noqa: PLC0415 - no start waits for it

    return embedded.embedded(data)


JPEG = Format(
    name="JPEG",
    matches=re.compile(rb"\xff\xd8\xff").match,
    declared_size=markers.declared_size,
    walk=_walk,
    load_decoder=lambda: StrictJpegFile,
    pixel_setting="MAX_JPEG_PIXELS",
    may_be_drawn=False,
    scales=SCALES,
    shrink=StrictJpegFile.shrink,
    may_have_gain_map=lambda data, image: data.find(_START, image.end) >= 0,
    embedded=_embedded,
)
