"""Base and gain map in one JPEG: Ultra HDR and ISO 21496-1 at once, with the index of both (MPF, CIPA DC-007)."""

import io
import struct

from PIL import Image

from renditions.imaging.formats.jpeg.embedded import XMP_NAME
from renditions.imaging.formats.jpeg.markers import header_of
from renditions.imaging.gain_map import Coding
from renditions.imaging.gain_maps import iso, xmp
from renditions.labels import Labels

_APPLICATION = range(0xE0, 0xF0)
_XMP, _ISO, _INDEX = 0xE1, 0xE2, 0xE2
_INDEX_NAME = b"MPF\0"
_PRIMARY = 0x030000  # attribute of an entry: the image to show
_NO_ATTRIBUTE = 0
_LONG, _UNDEFINED = 4, 7


def encoded_map(image: Image.Image, coding: Coding, quality: int) -> bytes:
    """Return the gain map as a JPEG. Without a profile: with one, some viewers show nothing."""
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=quality, subsampling="4:4:4", optimize=True)
    name_and_numbers = _segment(_ISO, iso.NAME + iso.composed(coding))
    return _with_segments(
        buffer.getvalue(), _segment(_XMP, XMP_NAME + xmp.map_packet(coding)) + name_and_numbers
    )


def joined(base: bytes, gain_map: bytes, labels: Labels) -> bytes:
    """Return the ``base``, a JPEG without XMP, with its labels and followed by its gain map."""
    packet = _segment(_XMP, XMP_NAME + xmp.primary_packet(labels, len(gain_map)))
    versions = _segment(_ISO, iso.NAME + iso.VERSIONS)
    begin = _end_of_applications(base) + len(packet) + len(versions)
    length = len(_index(0, 0, 0))
    # Offsets count from the byte after the name of the index.
    origin = begin + 4 + len(_INDEX_NAME)
    whole = len(base) + len(packet) + len(versions) + length
    index = _index(whole, len(gain_map), whole - origin)
    return _with_segments(base, packet + versions + index) + gain_map


def _with_segments(jpeg: bytes, segments: bytes) -> bytes:
    place = _end_of_applications(jpeg)
    return jpeg[:place] + segments + jpeg[place:]


def _end_of_applications(jpeg: bytes) -> int:
    """Return the offset after the application segments that begin the file."""
    for segment in header_of(jpeg):
        if segment.marker not in _APPLICATION:
            return segment.start
    raise ValueError("a JPEG without an image")


def _segment(marker: int, body: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body


def _index(base: int, gain_map: int, offset: int) -> bytes:
    """Return the segment that says where both images are: their lengths, and the ``offset`` of the second."""
    entries = struct.pack(">IIIHH", _PRIMARY, base, 0, 0, 0)
    entries += struct.pack(">IIIHH", _NO_ATTRIBUTE, gain_map, offset, 0, 0)
    directory, count = 8, 3  # the directory begins after the byte order and its own offset
    values = directory + 2 + 12 * count + 4
    fields = (
        struct.pack(">HHI4s", 0xB000, _UNDEFINED, 4, b"0100"),
        struct.pack(">HHII", 0xB001, _LONG, 1, 2),
        struct.pack(">HHII", 0xB002, _UNDEFINED, len(entries), values),
    )
    header = b"MM\0*" + struct.pack(">IH", directory, count)
    return _segment(_INDEX, _INDEX_NAME + header + b"".join(fields) + bytes(4) + entries)
