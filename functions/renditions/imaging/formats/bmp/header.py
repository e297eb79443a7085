"""The header of a BMP."""

import struct

_CORE_HEADER = 12  # OS/2 1, with sizes of two bytes
_SHORT_HEADER = 16  # OS/2 2 without its optional fields
_USUAL_HEADER = 40
_FILE_HEADER = 14
_PROFILE_HEADER, _EMBEDDED = 124, b"DEBM"
_RLE = (1, 2)
_FIELDS = (3, 6)  # bit masks of three colours; of alpha, too


def declared_size(data: bytes) -> tuple[int, int]:
    """Return width and height. A negative height in the file means that its rows run from top to bottom."""
    size, signed = (2, False) if _length(data) == _CORE_HEADER else (4, True)
    width = int.from_bytes(data[18 : 18 + size], "little", signed=signed)
    return width, abs(int.from_bytes(data[18 + size : 18 + 2 * size], "little", signed=signed))


def stated_bytes(data: bytes) -> int:
    """Return the length of the file that its header states. Some programs write 0, or that of the header."""
    return int.from_bytes(data[2:6], "little")


def is_run_length_encoded(data: bytes) -> bool:
    """Return whether the pixels are compressed, for which BMP has one method."""
    return _length(data) >= _USUAL_HEADER and int.from_bytes(data[30:34], "little") in _RLE


def readable(data: bytes) -> bytes:
    """Return the file with a header that Pillow reads: a short one is extended with zeros."""
    if _length(data) != _SHORT_HEADER:
        return data
    longer = _USUAL_HEADER - _SHORT_HEADER
    (pixels,) = struct.unpack_from("<I", data, 10)
    start, rest = data[18 : _FILE_HEADER + _SHORT_HEADER], data[_FILE_HEADER + _SHORT_HEADER :]
    return data[:10] + struct.pack("<II", pixels + longer, _USUAL_HEADER) + start + bytes(longer) + rest


def kind(data: bytes) -> tuple[int, int]:
    """Return the bits per pixel and the number of the compression, 0 for none."""
    if _length(data) == _CORE_HEADER:
        return int.from_bytes(data[24:26], "little"), 0
    return int.from_bytes(data[28:30], "little"), int.from_bytes(data[30:34], "little")


def masks(data: bytes) -> tuple[int, int, int, int]:
    """Return the bit masks of red, green, blue and alpha, 0 for none; all 0 if the header has none."""
    bits, compression = kind(data)
    if compression not in _FIELDS or len(data) < 70:
        return 0, 0, 0, 0
    found = struct.unpack_from("<4I", data, _FILE_HEADER + _USUAL_HEADER)
    has_alpha = compression == _FIELDS[1] or _length(data) > 52
    red, green, blue, alpha = (mask & (1 << bits) - 1 for mask in found)
    return red, green, blue, alpha if has_alpha else 0


def profile(data: bytes) -> bytes | None:
    """Return the ICC profile that is embedded in a header of version 5, or None."""
    if _length(data) < _PROFILE_HEADER or data[70:74] != _EMBEDDED:
        return None
    start, size = struct.unpack_from("<II", data, 126)
    found = data[_FILE_HEADER + start : _FILE_HEADER + start + size]
    return found if start and size and len(found) == size else None


def end(data: bytes) -> int:
    """Return the offset after the header, where the palette begins."""
    return _FILE_HEADER + _length(data)


def palette_entry(data: bytes) -> int:
    """Return the number of bytes per palette entry."""
    return 3 if _length(data) == _CORE_HEADER else 4


def is_top_down(data: bytes) -> bool:
    """Return whether the first row in the file is the top row."""
    return _length(data) > _CORE_HEADER and data[25] == 0xFF


def _length(data: bytes) -> int:
    return int.from_bytes(data[14:18], "little")
