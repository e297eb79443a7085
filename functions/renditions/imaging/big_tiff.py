"""A big-endian BigTIFF, which Pillow takes for an ordinary TIFF, made one: only its first page, and the same pixels."""

import struct

_LONGS = {16: 4, 17: 9, 18: 13}  # types of eight bytes → the same of four
_HEAD = b"MM\0+"


def as_ordinary(data: bytes, sizes: dict[int, int]) -> bytes:
    """``data`` with an ordinary header and directory, or as it is where it needs none.

    ``sizes`` are the bytes of one value by its type. Raises struct.error for a directory that is cut off.
    """
    if not data.startswith(_HEAD):
        return data
    (position,) = struct.unpack_from(">Q", data, 8)
    (count,) = struct.unpack_from(">Q", data, position)
    directory, values = struct.pack(">H", count), b""
    behind = len(data) + 2 + 12 * count + 4
    entries = data[position + 8 : position + 8 + 20 * count]
    for tag, kind, number, field in struct.iter_unpack(">HHQ8s", entries):
        size = sizes.get(kind, 1) * number
        (offset,) = struct.unpack(">Q", field)
        content = field[:size] if size <= len(field) else data[offset : offset + size]
        if kind in _LONGS:
            content = struct.pack(f">{number}I", *struct.unpack(f">{number}Q", content))
        short = content.ljust(4, b"\0") if len(content) <= 4 else struct.pack(">I", behind + len(values))
        directory += struct.pack(">HHI", tag, _LONGS.get(kind, kind), number) + short
        values += content if len(content) > 4 else b""
    return b"MM\0*" + struct.pack(">I", len(data)) + data[8:] + directory + bytes(4) + values
