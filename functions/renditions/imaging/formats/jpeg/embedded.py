"""XMP, IPTC-IIM and C2PA in the application segments of a JPEG."""

from renditions.imaging.formats.embedded import Embedded, iptc_of_resources
from renditions.imaging.formats.jpeg.markers import START_OF_SCAN, segments

_APP1, _APP11, _APP13 = 0xE1, 0xEB, 0xED
# What does not fit into one segment (http://ns.adobe.com/xmp/extension/) is a history of edits: it is not read.
XMP_NAME = b"http://ns.adobe.com/xap/1.0/\0"
_RESOURCES = b"Photoshop 3.0\0"
_JUMBF = b"JP"
_HEADER, _LONG_HEADER = 8, 16


def embedded(data: bytes) -> Embedded:
    """Read the segments before the pixels."""
    xmp: list[bytes] = []
    resources: list[bytes] = []
    parts: dict[bytes, list[bytes]] = {}
    for segment in segments(data):
        body = segment.body
        if segment.marker == START_OF_SCAN:
            break
        if segment.marker == _APP1 and body.startswith(XMP_NAME):
            xmp.append(body[len(XMP_NAME) :])
        elif segment.marker == _APP13 and body.startswith(_RESOURCES):
            resources.append(body[len(_RESOURCES) :])
        elif segment.marker == _APP11 and body.startswith(_JUMBF):
            parts.setdefault(body[2:4], []).append(body[4:])
    iptc = iptc_of_resources(b"".join(resources))
    return Embedded(tuple(xmp), (iptc,) if iptc else (), b"".join(map(_joined, parts.values())))


def _joined(parts: list[bytes]) -> bytes:
    """Return the box of which each segment has a part: its number, the header of the whole box, some of its content."""
    ordered = sorted(parts, key=lambda part: part[:4])
    long = ordered[0][4:8] == b"\0\0\0\1"
    header = _LONG_HEADER if long else _HEADER
    return ordered[0][4 : 4 + header] + b"".join(part[4 + header :] for part in ordered)
