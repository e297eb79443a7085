"""TIFF: one page is decoded at a time, in whatever way its samples are stored."""

import re

from renditions.imaging.formats.embedded import Embedded
from renditions.imaging.formats.format import Format
from renditions.imaging.formats.tiff import pages
from renditions.imaging.formats.tiff.decoder import AnyTiffFile
from renditions.imaging.formats.tiff.exif import TiffExif


def _embedded(data: bytes) -> Embedded:
    from renditions.imaging.formats.tiff import embedded  # noqa: PLC0415 - no start waits for it

    return embedded.embedded(data)


TIFF = Format(
    name="TIFF",
    matches=re.compile(rb"II[*+]\x00|MM\x00[*+]").match,
    declared_size=pages.declared_size,
    walk=lambda data, settings: pages.walk(data, settings.max_frames),
    load_decoder=lambda: AnyTiffFile,
    has_pages=True,
    paged=pages.paged,
    stored_size=lambda image: image.stored_size,
    samples=lambda _data, image: image.samples,
    exif=lambda _data, image: TiffExif(image),
    embedded=_embedded,
)
