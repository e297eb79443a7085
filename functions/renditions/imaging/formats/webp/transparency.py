"""The flag of an animated WebP that says whether it is transparent anywhere.

Its writer sets it if a frame has transparent pixels. It forgets those that no frame covers, which some viewers then
show in black.
"""

from renditions.imaging.formats.webp.chunks import FIRST, chunks, declared_size

_ALPHA, _FLAGS = 0x10, 20  # the flag, and the offset of the byte that it is in
_CLEARED = 1  # a flag of a frame: its box is cleared afterwards

_Box = tuple[int, int, int, int]


def with_true_flag(data: bytes) -> bytes:
    """Return the animated WebP ``data`` with the flag set if pixels of its canvas are covered by no frame."""
    if data[12:16] != b"VP8X" or data[_FLAGS] & _ALPHA or not _shows_canvas(data):
        return data
    return data[:_FLAGS] + bytes((data[_FLAGS] | _ALPHA,)) + data[_FLAGS + 1 :]


def _shows_canvas(data: bytes) -> bool:
    cleared: _Box = (0, 0, *declared_size(data))
    for chunk in chunks(data, FIRST, len(data)):
        if chunk.kind != b"ANMF":
            continue
        box = _box(data, chunk.start)
        if not _covers(box, cleared):
            return True
        is_cleared = data[chunk.start + 15] & _CLEARED
        cleared = box if is_cleared else (box[0], box[1], box[0], box[1])
    return False


def _box(data: bytes, start: int) -> _Box:
    left, top, width, height = (
        int.from_bytes(data[place : place + 3], "little") for place in range(start, start + 12, 3)
    )
    return 2 * left, 2 * top, 2 * left + width + 1, 2 * top + height + 1


def _covers(box: _Box, other: _Box) -> bool:
    if other[0] == other[2]:  # nothing
        return True
    return box[0] <= other[0] and box[1] <= other[1] and box[2] >= other[2] and box[3] >= other[3]
