"""The header of a JPEG as Pillow gets it: broken metadata never costs the picture."""

from renditions.imaging.formats.jpeg.markers import START_OF_SCAN, Jpeg, Segment
from renditions.imaging.formats.outline import without

# Application segments → how long Pillow takes them to be; the last of them it may misread at any length.
_SHORTEST = {
    (0xE0, b"JFIF"): 7,
    (0xEE, b"Adobe"): 7,
    (0xE2, b"ICC_PROFILE\0"): 14,
    (0xED, b"Photoshop 3.0\0"): 0x10000,
}


def readable(data: bytes, structure: Jpeg) -> bytes:
    """The file for Pillow, which reads up to the first scan: without application segments on which it would fail."""
    end = next(one.end for one in structure.segments if one.marker == START_OF_SCAN)
    found = (one for one in structure.segments if one.end <= end and _stops_pillow(one))
    return without(data, [(one.start, one.end) for one in found], end)


def _stops_pillow(segment: Segment) -> bool:
    """Photoshop's resources tell nothing that is needed; the others only where they are too short."""
    return any(
        segment.marker == marker and segment.body.startswith(name) and len(segment.body) < length
        for (marker, name), length in _SHORTEST.items()
    )
