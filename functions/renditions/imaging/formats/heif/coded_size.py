"""The size in pixels that a coded stream declares. A decoder reserves that much, whatever the container declares.

Each stream is also searched for zeros where none can be: an interrupted download often ends in them, and the decoders
would show something grey.
"""

from collections.abc import Iterator

from renditions.imaging.formats.heif.boxes import Reader, unsupported
from renditions.imaging.formats.structure import Size

_SEQUENCE_HEADER = 1  # the OBU type of AV1
_SEQUENCE_PARAMETERS = 33  # the NAL unit type of HEVC
_SEPARATE_PLANES = 3
# A sequence header has some dozens of bytes; at most this many are read.
_LONGEST_HEADER = 4096
# The most that libde265 takes at once. Phones split an image into tiles of some 100 kB.
_LONGEST_UNIT = 16_777_216
# Arithmetic coding produces bytes that look random, never so many zeros in a row.
_ZEROED = bytes(64)
# These never occur within a unit of HEVC.
_FORBIDDEN = (b"\0\0\0", b"\0\0\1", b"\0\0\2")


class _Bits:
    """Reads ``data`` bit by bit. Raises ValueError at the end."""

    def __init__(self, data: bytes) -> None:
        self._value, self._left = int.from_bytes(data, "big"), 8 * len(data)

    def take(self, count: int) -> int:
        self._left -= count
        if self._left < 0:
            raise ValueError("a header is cut off")
        return self._value >> self._left & ((1 << count) - 1)

    def golomb(self) -> int:
        """Read a number of any length (Exp-Golomb), preceded by as many zeros as it has bits after the first."""
        zeros = 0
        while not self.take(1):
            zeros += 1
        return (1 << zeros) - 1 + self.take(zeros)


def av1_sizes(reader: Reader, data: bytes) -> Iterator[Size]:
    """Yield the size in each sequence header of the AV1 stream ``data``. Raises ValueError for a damaged stream."""
    if _ZEROED in data:
        raise ValueError("a part is zeroed")
    place = 0
    while place < len(data):
        reader.count()
        kind, has_extension, has_size = data[place] >> 3 & 15, data[place] >> 2 & 1, data[place] >> 1 & 1
        place += 1 + has_extension
        size, place = _leb128(data, place) if has_size else (len(data) - place, place)
        if kind == _SEQUENCE_HEADER:
            yield _av1_size(_Bits(data[place : place + min(size, _LONGEST_HEADER)]))
        place += size


def _leb128(data: bytes, place: int) -> tuple[int, int]:
    """Return a number in groups of seven bits, and the offset after it."""
    value = 0
    for shift in range(0, 56, 7):
        value |= (data[place] & 0x7F) << shift
        place += 1
        if not data[place - 1] & 0x80:
            break
    return value, place


def _av1_size(bits: _Bits) -> Size:
    bits.take(4)  # profile, still_picture
    if bits.take(1):  # a reduced header
        bits.take(5)
    else:
        _skip_timing(bits)
    width_bits, height_bits = 1 + bits.take(4), 1 + bits.take(4)
    return 1 + bits.take(width_bits), 1 + bits.take(height_bits)


def _skip_timing(bits: _Bits) -> None:
    has_model, delay_bits = 0, 0
    if bits.take(1):
        bits.take(64)
        if bits.take(1):
            bits.golomb()
        has_model = bits.take(1)
        if has_model:
            delay_bits = 1 + bits.take(5)
            bits.take(42)
    has_delays = bits.take(1)
    for _ in range(1 + bits.take(5)):  # operating points
        bits.take(12)
        if bits.take(5) > 7:
            bits.take(1)
        if has_model and bits.take(1):
            bits.take(2 * delay_bits + 1)
        if has_delays and bits.take(1):
            bits.take(4)


def hevc_sizes(reader: Reader, configuration: bytes, data: bytes) -> Iterator[Size]:
    """Yield the size in each sequence parameter set of the HEVC stream ``data`` and of its ``configuration``.

    Raises ValueError for a damaged stream.
    """
    for unit in (*_configured(configuration), *_units(reader, data, 1 + (configuration[21] & 3))):
        if unit[0] >> 1 & 63 == _SEQUENCE_PARAMETERS:
            yield _hevc_size(_Bits(unit[2:].replace(b"\0\0\3", b"\0\0")))


def _configured(data: bytes) -> Iterator[bytes]:
    place = 23
    for _ in range(data[22]):
        count = int.from_bytes(data[place + 1 : place + 3], "big")
        place += 3
        for _ in range(count):
            size = int.from_bytes(data[place : place + 2], "big")
            yield data[place + 2 : place + 2 + min(size, _LONGEST_HEADER)]
            place += 2 + size


def _units(reader: Reader, data: bytes, width: int) -> Iterator[bytes]:
    place = 0
    while place < len(data):
        reader.count()
        size = int.from_bytes(data[place : place + width], "big")
        place += width
        if size == 0 or place + size > len(data):
            raise ValueError("a unit is cut off")
        if size > _LONGEST_UNIT:
            raise unsupported(reader.format_name, f"an image in units of more than {_LONGEST_UNIT:,} bytes")
        if data[place + size - 1] == 0 or any(data.find(one, place, place + size) >= 0 for one in _FORBIDDEN):
            raise ValueError("a unit is damaged")
        yield data[place : place + min(size, _LONGEST_HEADER)]
        place += size


def _hevc_size(bits: _Bits) -> Size:
    bits.take(4)
    layers = bits.take(3)
    bits.take(1 + 88 + 8)
    _skip_layers(bits, layers)
    bits.golomb()
    if bits.golomb() == _SEPARATE_PLANES:
        bits.take(1)
    return bits.golomb(), bits.golomb()


def _skip_layers(bits: _Bits, layers: int) -> None:
    if not layers:
        return
    flags = [(bits.take(1), bits.take(1)) for _ in range(8)]
    for has_profile, has_level in flags[:layers]:
        bits.take(88 * has_profile + 8 * has_level)
