"""The metadata of ISO 21496-1, which a JPEG holds in an application segment. All numbers are big-endian."""

import struct
from dataclasses import replace
from fractions import Fraction

from renditions.imaging.gain_map import Channel, Coding, UnsuitableGainMapError

NAME = b"urn:iso:std:iso:ts:21496:-1\0"
# What the base holds: the versions, and no numbers.
VERSIONS = bytes(4)
_THREE_CHANNELS, _BASE_COLOURS, _FROM_HDR, _ONE_DENOMINATOR = 0x80, 0x40, 0x04, 0x08
_FINEST = 1_000_000  # denominator
_PER_CHANNEL = "iiIii"  # signed or not: low, high, gamma and the two offsets


def parsed(block: bytes) -> Coding | None:
    """Return what the ``block`` after the name says; None if it holds only versions.

    Raises ValueError for one that cannot be read, UnsuitableGainMapError.
    """
    if len(block) <= len(VERSIONS):
        return None
    try:
        return _parsed(block)
    except (struct.error, ZeroDivisionError) as error:
        raise ValueError("the metadata of the gain map are cut off") from error


def _parsed(block: bytes) -> Coding:
    least, _, flags = struct.unpack_from(">HHB", block)
    if least:
        raise ValueError("a later version")
    if flags & _FROM_HDR:
        raise UnsuitableGainMapError("it makes HDR darker")
    count = 3 if flags & _THREE_CHANNELS else 1
    kinds = "II" + _PER_CHANNEL * count
    if flags & _ONE_DENOMINATOR:  # as libultrahdr writes it
        denominator, *numerators = struct.unpack_from(f">I{kinds}", block, 5)
        numbers = [one / denominator for one in numerators]
    else:
        pairs = struct.unpack_from(">" + "".join(f"{kind}I" for kind in kinds), block, 5)
        numbers = [above / below for above, below in zip(pairs[::2], pairs[1::2], strict=True)]
    channels = tuple(Channel(*numbers[start : start + 5]) for start in range(2, len(numbers), 5))
    coding = Coding.checked(channels, numbers[1], numbers[0])
    return coding if flags & _BASE_COLOURS else replace(coding, in_colours_of_base=False)


def composed(coding: Coding) -> bytes:
    """Return the block for the map."""
    flags = _BASE_COLOURS | (_THREE_CHANNELS if len(coding.channels) == 3 else 0)
    numbers = [coding.base_stops, coding.stops]
    for one in coding.channels:
        numbers += [one.low, one.high, one.gamma, one.base_offset, one.alternate_offset]
    kinds = "II" + _PER_CHANNEL * len(coding.channels)
    fractions = [Fraction(number).limit_denominator(_FINEST) for number in numbers]
    pairs = (
        struct.pack(f">{kind}I", *one.as_integer_ratio()) for kind, one in zip(kinds, fractions, strict=True)
    )
    return VERSIONS + bytes((flags,)) + b"".join(pairs)
