"""TIFF: one page is decoded at a time, in whatever way its samples are stored.

No start waits for this package: only such a file loads more of it.
"""

import re
from collections.abc import Callable
from typing import Any

from PIL.ImageFile import ImageFile

from renditions.imaging.formats.embedded import Embedded
from renditions.imaging.formats.format import Exif, Format
from renditions.imaging.formats.paged_file import PagedFile
from renditions.imaging.formats.structure import Size, Structure
from renditions.settings import Settings


def _size(data: bytes) -> Size:
    from renditions.imaging.formats.tiff import pages  # noqa: PLC0415 - only for such a file

    return pages.declared_size(data)


def _walk(data: bytes, settings: Settings) -> Structure:
    from renditions.imaging.formats.tiff import pages  # noqa: PLC0415 - the same

    return pages.walk(data, settings.max_frames)


def _paged(data: bytes, settings: Settings) -> PagedFile:
    from renditions.imaging.formats.tiff import pages  # noqa: PLC0415 - the same

    return pages.paged(data, settings)


def _decoder() -> Callable[..., ImageFile]:
    from renditions.imaging.formats.tiff.decoder import AnyTiffFile  # noqa: PLC0415 - the same

    return AnyTiffFile


def _exif(_data: bytes, image: Any) -> Exif:
    from renditions.imaging.formats.tiff.exif import TiffExif  # noqa: PLC0415 - the same

    return TiffExif(image)


def _embedded(data: bytes) -> Embedded:
    from renditions.imaging.formats.tiff import embedded  # noqa: PLC0415 - the same

    return embedded.embedded(data)


TIFF = Format(
    name="TIFF",
    matches=re.compile(rb"II[*+]\x00|MM\x00[*+]").match,
    declared_size=_size,
    walk=_walk,
    load_decoder=_decoder,
    has_pages=True,
    paged=_paged,
    stored_size=lambda image: image.stored_size,
    samples=lambda _data, image: image.samples,
    exif=_exif,
    embedded=_embedded,
)
