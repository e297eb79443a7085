"""The gain maps of Apple's photographs: the headroom in the maker note, and samples that are not logarithms."""

import math
import struct

from PIL import ExifTags, Image

from renditions.imaging.formats.format import Exif
from renditions.imaging.gain_map import Channel, Coding
from renditions.imaging.gain_maps.xmp import Values

_MARK, _DIRECTORY = b"Apple iOS\0", 14  # where the directory begins; offsets count from the mark
_HEADROOM, _GAIN = 33, 48
_SIGNED_RATIONAL = 10
_MOST_TAGS = 200


def coding(values: Values, exif: Exif) -> Coding:
    """Return what the samples mean once they are logarithms. Raises ValueError, LookupError or what EXIF raises."""
    stated = values.get("HDRGainMapHeadroom")
    stops = math.log2(float(stated[0])) if stated else stops_of(exif)
    return Coding.checked((Channel(0.0, stops, 1.0, 0.0, 0.0),), stops)


def stops_of(exif: Exif) -> float:
    """Return the headroom that the maker note states, by Apple's formula (Applying Apple HDR effect to your photos)."""
    tags = _rationals(bytes(exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.MakerNote]))
    headroom, gain = tags[_HEADROOM], tags.get(_GAIN, 0.0)
    if headroom < 1:
        return 1.8 - 20 * gain if gain <= 0.01 else 1.601 - 0.101 * gain
    return 3 - 70 * gain if gain <= 0.01 else 2.303 - 0.303 * gain


def _rationals(note: bytes) -> dict[int, float]:
    """Return the signed fractions in a maker note by tag. Raises ValueError."""
    if not note.startswith(_MARK):
        raise ValueError("not a maker note of Apple")
    try:
        (count,) = struct.unpack_from(">H", note, _DIRECTORY)
        places = range(_DIRECTORY + 2, _DIRECTORY + 2 + 12 * min(count, _MOST_TAGS), 12)
        entries = [struct.unpack_from(">HHII", note, place) for place in places]
        return {
            tag: above / below
            for tag, kind, number, place in entries
            if kind == _SIGNED_RATIONAL and number == 1
            for above, below in [struct.unpack_from(">ii", note, place)]
        }
    except (struct.error, ZeroDivisionError) as error:
        raise ValueError("a broken maker note") from error


def as_logarithms(image: Image.Image, stops: float) -> Image.Image:
    """Return the map in greyscale whose samples are fractions of ``stops``, as in all other gain maps.

    Apple's are linear gains from 1 to the headroom, behind the transfer function of Rec. 709.
    """
    most = 2.0**stops - 1
    return image.convert("L").point(
        [round(255 * math.log2(1 + most * _linear(sample / 255)) / stops) for sample in range(256)]
    )


def _linear(value: float) -> float:
    return value / 4.5 if value < 0.081 else ((value + 0.099) / 1.099) ** (1 / 0.45)
