"""A big-endian BigTIFF, which Pillow takes for a classic TIFF, made a classic TIFF of its first page."""

import struct

_LONGS = {16: 4, 17: 9, 18: 13}  # types of eight bytes → the same of four
_HEAD = b"MM\0+"
_INLINE = 4  # a value of up to so many bytes is in the directory itself


def as_classic(data: bytes, sizes: dict[int, int]) -> bytes:
    """Return ``data`` with a classic header and directory; unchanged if it is not a big-endian BigTIFF.

    ``sizes`` maps each type to the bytes per value. Raises ValueError for a directory that is cut off or whose values
    are larger than the file.
    """
    if not data.startswith(_HEAD):
        return data
    try:
        return _with_classic_directory(data, sizes)
    except struct.error as fault:
        raise ValueError("a directory is cut off") from fault


def _with_classic_directory(data: bytes, sizes: dict[int, int]) -> bytes:
    (position,) = struct.unpack_from(">Q", data, 8)
    (count,) = struct.unpack_from(">Q", data, position)
    directory, values = [struct.pack(">H", count)], bytearray()
    values_start = len(data) + 2 + 12 * count + 4
    entries = data[position + 8 : position + 8 + 20 * count]
    for tag, kind, number, field in struct.iter_unpack(">HHQ8s", entries):
        size = sizes.get(kind, 1) * number
        (offset,) = struct.unpack(">Q", field)
        directory.append(struct.pack(">HHI", tag, _LONGS.get(kind, kind), number))
        if size > len(field) and kind not in _LONGS:  # stays where it is
            directory.append(struct.pack(">I", offset))
            continue
        content = field[:size] if size <= len(field) else data[offset : offset + size]
        if kind in _LONGS:
            content = struct.pack(f">{number}I", *struct.unpack(f">{number}Q", content))
        if len(content) <= _INLINE:
            directory.append(content.ljust(_INLINE, b"\0"))
        else:
            directory.append(struct.pack(">I", values_start + len(values)))
            values += content
        if len(values) > len(data):
            raise ValueError("more values than the file has")
    return b"".join((b"MM\0*", struct.pack(">I", len(data)), data[8:], *directory, bytes(4), values))
