"""The JPEGs in a TIFF, one for each strip or tile: libtiff, too, takes grey for what is missing and keeps quiet."""

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

from renditions.imaging.formats.jpeg.decoder import SMALLEST, WholeJpegFile
from renditions.imaging.formats.jpeg.header import readable
from renditions.imaging.formats.jpeg.markers import declared_size, walk

_COMPRESSION, _JPEG = 259, 7
_MARKER = 2  # bytes
# Each takes some hundred microseconds: of more than this only every n-th is looked at.
_MOST_LOOKED_AT = 2_000
_MOST_SCANS = 100
_PADDING = 16  # rows and columns that a strip or tile may have beyond what is shown


def check_whole(image: TiffImageFile, data: bytes, size: tuple[int, int]) -> None:
    """Raise ValueError, or what Pillow raises, when pixels are missing in ``data``, the file of ``image``.

    ``size`` is its width and height as stored.
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
        raise ValueError("the same bytes stand for several strips")
    for start, length in islice(places, 0, None, 1 + len(places) // _MOST_LOOKED_AT):
        _check(_whole(tags.get(JPEGTABLES, b""), data[start : start + length]), largest)


def _whole(tables: bytes, stream: bytes) -> bytes:
    """A JPEG with the tables that all share."""
    return tables[:-_MARKER] + stream[_MARKER:] if tables else stream


def _check(data: bytes, largest: tuple[int, int]) -> None:
    """Decode one JPEG in little time."""
    width, height = declared_size(data)
    if width > largest[0] + _PADDING or height > largest[1] + _PADDING:
        raise ValueError("larger than its place in the picture")
    structure = walk(data, _MOST_SCANS)
    jpeg = WholeJpegFile(io.BytesIO(readable(data, structure)))
    jpeg.watch(data, structure)
    jpeg.draft(None, (max(1, width // SMALLEST), max(1, height // SMALLEST)))
    jpeg.load()
