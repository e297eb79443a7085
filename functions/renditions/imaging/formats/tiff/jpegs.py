"""The JPEGs in a TIFF, one per strip or tile. libtiff, too, fills missing pixels with grey and does not report it."""

import io
from itertools import islice

from PIL.TiffImagePlugin import (
    JPEGTABLES,
    ROWSPERSTRIP,
    STRIPBYTECOUNTS,
    STRIPOFFSETS,
    TILEBYTECOUNTS,
    TILELENGTH,
    TILEOFFSETS,
    TILEWIDTH,
    TiffImageFile,
)

from renditions.imaging.formats.jpeg.decoder import SMALLEST, StrictJpegFile
from renditions.imaging.formats.jpeg.header import readable
from renditions.imaging.formats.jpeg.markers import declared_size, walk

_COMPRESSION, _JPEG = 259, 7
_MARKER = 2  # bytes
# Checking one takes some hundred microseconds: of more than this only every n-th is checked.
_MOST_CHECKED = 2_000
_MOST_SCANS = 100
_PADDING = 16  # rows and columns of a strip or tile that may lie outside the image


def check_whole(image: TiffImageFile, data: bytes, size: tuple[int, int]) -> None:
    """Check that no pixel is missing in ``data``, the file of ``image``, whose stored size is ``size``.

    Raises ValueError or what Pillow raises.
    """
    tags = image.tag_v2
    if tags.get(_COMPRESSION) != _JPEG:
        return
    offsets, lengths = STRIPOFFSETS, STRIPBYTECOUNTS
    largest = size[0], min(size[1], tags.get(ROWSPERSTRIP, size[1]))
    if TILEOFFSETS in tags:
        offsets, lengths = TILEOFFSETS, TILEBYTECOUNTS
        largest = tags[TILEWIDTH], tags[TILELENGTH]
    places = list(zip(tags[offsets], tags[lengths], strict=True))
    if sum(length for _, length in places) > len(data):
        raise ValueError("several strips share the same bytes")
    for start, length in islice(places, 0, None, 1 + len(places) // _MOST_CHECKED):
        _check(_with_tables(tags.get(JPEGTABLES, b""), data[start : start + length]), largest)


def _with_tables(tables: bytes, stream: bytes) -> bytes:
    """Return a complete JPEG, with the tables that all strips share."""
    return tables[:-_MARKER] + stream[_MARKER:] if tables else stream


def _check(data: bytes, largest: tuple[int, int]) -> None:
    """Decode one JPEG at the smallest scale, which is quick."""
    width, height = declared_size(data)
    if width > largest[0] + _PADDING or height > largest[1] + _PADDING:
        raise ValueError("larger than its place in the image")
    structure = walk(data, _MOST_SCANS)
    jpeg = StrictJpegFile(io.BytesIO(readable(data, structure)))
    jpeg.watch(data, structure)
    jpeg.draft(None, (max(1, width // SMALLEST), max(1, height // SMALLEST)))
    jpeg.load()
