"""The header of a JPEG as Pillow reads it. Broken metadata never causes a rejection."""

from renditions.imaging.formats.jpeg.markers import START_OF_SCAN, Jpeg, Segment
from renditions.imaging.formats.structure import without

# Application segments → the length that Pillow expects at least. It may misread the last of them at any length.
_SHORTEST = {
    (0xE0, b"JFIF"): 7,
    (0xEE, b"Adobe"): 7,
    (0xE2, b"ICC_PROFILE\0"): 14,
    (0xED, b"Photoshop 3.0\0"): 0x10000,
}


def readable(data: bytes, structure: Jpeg) -> bytes:
    """Return the file up to the first scan, all that Pillow reads, without application segments on which it fails."""
    end = next(one.end for one in structure.segments if one.marker == START_OF_SCAN)
    found = (one for one in structure.segments if one.end <= end and _stops_pillow(one))
    return without(data, [(one.start, one.end) for one in found], end)


def _stops_pillow(segment: Segment) -> bool:
    """Return whether a segment may stop Pillow. Nothing in Photoshop's resources is needed."""
    return any(
        segment.marker == marker and segment.body.startswith(name) and len(segment.body) < length
        for (marker, name), length in _SHORTEST.items()
    )
