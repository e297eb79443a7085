"""A PNG reduced to its pixels: the same image in fewer bytes."""

from renditions.imaging.formats.png.chunks import SIGNATURE, chunks

# All that a decoder needs. Everything else is metadata, colour management or the further frames of an animation.
_PIXELS = (b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND")


def stripped(data: bytes) -> bytes:
    """Return the chunks of the PNG ``data`` that give each pixel its colour, and nothing after the end."""
    return SIGNATURE + b"".join(data[one.start : one.end] for one in chunks(data) if one.kind in _PIXELS)
