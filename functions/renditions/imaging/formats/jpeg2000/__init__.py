"""JPEG 2000 (ISO/IEC 15444-1), in boxes (JP2, JPX) or as a bare codestream. Off by default.

Only the codestream reaches OpenJPEG. The boxes, with their colours, palettes and channels, are read here. No start
waits for this package: only such a file loads more of it.
"""

import re
from collections.abc import Callable

from PIL.ImageFile import ImageFile

from renditions.imaging.formats.embedded import Embedded
from renditions.imaging.formats.format import Format
from renditions.imaging.formats.structure import Size, Structure
from renditions.settings import Settings


def _size(data: bytes) -> Size:
    from renditions.imaging.formats.jpeg2000 import walk  # noqa: PLC0415 - only for such a file

    return walk.declared_size(data)


def _walk(data: bytes, _settings: Settings) -> Structure:
    from renditions.imaging.formats.jpeg2000 import walk  # noqa: PLC0415 - the same

    return walk.walk(data)


def _decoder() -> Callable[..., ImageFile]:
    from renditions.imaging.formats.jpeg2000.decoder import CodestreamFile  # noqa: PLC0415 - the same

    return CodestreamFile


def _embedded(data: bytes) -> Embedded:
    from renditions.imaging.formats.jpeg2000 import embedded  # noqa: PLC0415 - no start waits for it

    return embedded.embedded(data)


JPEG2000 = Format(
    name="JPEG2000",
    matches=re.compile(rb"\0\0\0\x0cjP  \r\n\x87\n|\xff\x4f\xff\x51").match,
    declared_size=_size,
    walk=_walk,
    load_decoder=_decoder,
    is_enabled=lambda settings: settings.jpeg2000_input == "on",
    pixel_setting="MAX_JPEG2000_PIXELS",
    decoder_pixel_bytes=20,  # up to four components of 4 bytes, and the rows of a tile as bytes
    stored_size=lambda image: image.stored_size,
    scales=(32, 16, 8, 4, 2),
    shrink=lambda image, scale: image.shrink(scale),
    embedded=_embedded,
)
