"""What the header of a BMP says."""

_CORE_HEADER = 12  # OS/2's first, with sizes of two bytes
_RLE = (1, 2)


def declared_size(data: bytes) -> tuple[int, int]:
    """Width and height; a negative height means that the rows stand from top to bottom."""
    size, signed = (2, False) if _header_length(data) == _CORE_HEADER else (4, True)
    width = int.from_bytes(data[18 : 18 + size], "little", signed=signed)
    return width, abs(int.from_bytes(data[18 + size : 18 + 2 * size], "little", signed=signed))


def is_run_length_coded(data: bytes) -> bool:
    """Whether the pixels are compressed, in the one way that a BMP knows."""
    return _header_length(data) > _CORE_HEADER and int.from_bytes(data[30:34], "little") in _RLE


def _header_length(data: bytes) -> int:
    return int.from_bytes(data[14:18], "little")
