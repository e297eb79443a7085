"""XMP, IPTC-IIM and C2PA in the boxes of a JPEG 2000 file."""

from renditions.imaging.formats.embedded import Embedded
from renditions.imaging.formats.jpeg2000.boxes import boxes

_XMP = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
_IPTC = bytes.fromhex("33c7a4d2b81d4723a0baf1a3e097ad38")
_C2PA = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")


def embedded(data: bytes) -> Embedded:
    """Read the boxes of the file; a bare codestream has none."""
    found: dict[bytes, list[bytes]] = {}
    if not data.startswith(b"\xff\x4f"):
        for kind, start, end in boxes(data, 0, len(data)):
            if kind == b"jumb":
                found.setdefault(_C2PA, []).append(data[start - 8 : end])
            elif kind == b"uuid":
                found.setdefault(data[start : start + 16], []).append(data[start + 16 : end])
    return Embedded(tuple(found.get(_XMP, ())), tuple(found.get(_IPTC, ())), b"".join(found.get(_C2PA, ())))
