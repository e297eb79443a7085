"""PNGs of one colour, written byte by byte, as no library writes such chunks."""

import struct
import zlib

from tests.unit.imaging.pictures import png_chunk

SIGNATURE = b"\x89PNG\r\n\x1a\n"


def plain_png(pixel: bytes, *, bits: int = 8, before: bytes = b"", colour: int = 2, side: int = 20) -> bytes:
    """Return a square PNG of one ``pixel`` with the chunks ``before`` its pixels. ``colour`` is the colour type."""
    head = struct.pack(">IIBBBBB", side, side, bits, colour, 0, 0, 0)
    rows = zlib.compress((b"\0" + pixel * side) * side)
    chunks = png_chunk(b"IHDR", head) + before + png_chunk(b"IDAT", rows) + png_chunk(b"IEND", b"")
    return SIGNATURE + chunks


def profiled(profile: bytes) -> bytes:
    """Return the chunk with an ICC ``profile``."""
    return png_chunk(b"iCCP", b"x\0\0" + zlib.compress(profile))


def gamma(value: int) -> bytes:
    """Return the chunk with the gamma ``value`` / 100,000."""
    return png_chunk(b"gAMA", struct.pack(">I", value))


def code_points(*numbers: int) -> bytes:
    """Return the chunk cICP: primaries, transfer, matrix, range."""
    return png_chunk(b"cICP", bytes(numbers))
