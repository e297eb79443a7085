"""JPEG 2000, encoded by OpenJPEG and put into boxes by hand, valid or not."""

import struct
from typing import Any

from PIL import Image

from renditions.imaging.formats.jpeg2000 import boxes
from renditions.settings import Settings
from tests.unit.imaging.pictures import encoded

ON = Settings(jpeg2000_input="on")
SIGNATURE = b"\0\0\0\x0cjP  \r\n\x87\n"
_SIZE = struct.Struct(">I")


def codestream(image: Image.Image, **options: Any) -> bytes:
    """Return ``image`` as OpenJPEG writes it, without loss unless ``options`` say otherwise, and without boxes."""
    whole = encoded(image, "JPEG2000", **options)
    return whole[slice(*boxes.read(whole).codestreams[0])]


def box(kind: bytes, *contents: bytes) -> bytes:
    content = b"".join(contents)
    return _SIZE.pack(8 + len(content)) + kind + content


def ihdr(stream: bytes) -> bytes:
    """Return the box that repeats what ``stream`` declares."""
    left, top, right, bottom = (_SIZE.unpack_from(stream, at)[0] for at in (16, 20, 8, 12))
    components = int.from_bytes(stream[40:42], "big")
    return box(b"ihdr", struct.pack(">IIHBBBB", bottom - top, right - left, components, stream[42], 7, 0, 0))


def enumerated(number: int) -> bytes:
    return box(b"colr", b"\1\0\0", _SIZE.pack(number))


def profiled(profile: bytes) -> bytes:
    return box(b"colr", b"\2\0\0", profile)


def palette(*colours: tuple[int, ...]) -> bytes:
    """Return the boxes of a palette for the only component."""
    columns = len(colours[0])
    mapping = b"".join(bytes((0, 0, 1, column)) for column in range(columns))
    head = struct.pack(">HB", len(colours), columns) + bytes((7,)) * columns
    return box(b"pclr", head, *(bytes(one) for one in colours)) + box(b"cmap", mapping)


def channels(*entries: tuple[int, int, int]) -> bytes:
    """Return the box that says of each channel (number, kind, colour) what it holds."""
    return box(b"cdef", struct.pack(">H", len(entries)), *(struct.pack(">HHH", *one) for one in entries))


def jp2(stream: bytes, *header: bytes, more: bytes = b"") -> bytes:
    """Return a file of ``stream`` with these boxes in its header, and ``more`` boxes after it."""
    return (
        SIGNATURE
        + box(b"ftyp", b"jp2 ", bytes(4), b"jp2 ")
        + box(b"jp2h", ihdr(stream), *header)
        + box(b"jp2c", stream)
        + more
    )


def declaring(stream: bytes, size: tuple[int, int], tile: tuple[int, int]) -> bytes:
    """Return ``stream`` with a header that declares other sizes."""
    return changed(stream, b"\xff\x51", 6, struct.pack(">8I", *size, 0, 0, *tile, 0, 0))


def changed(stream: bytes, marker: bytes, at: int, new: bytes) -> bytes:
    """Return ``stream`` with other bytes ``at`` a distance after the first ``marker``."""
    start = stream.index(marker) + at
    return stream[:start] + new + stream[start + len(new) :]


def with_segments(stream: bytes, segments: bytes) -> bytes:
    """Return ``stream`` with more marker segments at the end of its header."""
    end = stream.index(b"\xff\x90")
    return stream[:end] + segments + stream[end:]


def ways_of_coding(count: int) -> bytes:
    """Return as many marker segments COC for the first component, each with precincts of other sizes."""
    sizes = (number.to_bytes(2, "big") for number in range(0x7777, 0x7777 + count))
    return b"".join(b"\xff\x53" + struct.pack(">HBBBBBBB", 11, 0, 1, 1, 4, 4, 0, 1) + one for one in sizes)


def subsampled(luminance: Image.Image, *differences: Image.Image, by: tuple[int, int] = (2, 2)) -> bytes:
    """Return a codestream of these components, of which the differences are smaller ``by`` so much across and down.

    They have as many bits as the modes. Pillow cannot write that. Component by component (CPRL), the coded bytes simply
    follow each other.
    """
    streams = [codestream(one, progression="CPRL", num_resolutions=3) for one in (luminance, *differences)]
    coded = [stream[stream.index(b"\xff\x93") + 2 : -2] for stream in streams]
    first = streams[0]
    tile = first.index(b"\xff\x90")
    sizes = bytes((first[42], 1, 1)) + bytes((first[42], *by)) * len(differences)
    size = (
        first[:4] + struct.pack(">H", 38 + len(sizes)) + first[6:40] + struct.pack(">H", len(streams)) + sizes
    )
    part = first[tile : first.index(b"\xff\x93") + 2]
    body = b"".join(coded)
    return (
        size + first[45:tile] + part[:6] + _SIZE.pack(len(part) + len(body)) + part[10:] + body + b"\xff\xd9"
    )
