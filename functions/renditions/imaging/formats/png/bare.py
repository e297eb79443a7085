"""A PNG without anything but its pixels: the same picture in fewer bytes than its file had."""

from renditions.imaging.formats.png.chunks import SIGNATURE, chunks

# All that a decoder needs; everything else is metadata, colour management or an animation's further frames.
_PIXELS = (b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND")


def bare(data: bytes) -> bytes:
    """The chunks of the PNG ``data`` that say which colour each pixel has. What follows the end is left out."""
    return SIGNATURE + b"".join(data[one.start : one.end] for one in chunks(data) if one.kind in _PIXELS)
