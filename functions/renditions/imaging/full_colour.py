"""Pixels that can be averaged: 8 bits per sample, no palettes, transparency as a channel."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from PIL import Image, ImageChops

_READY = ("L", "LA", "RGB", "RGBA", "CMYK")
_LARGEST = 3.4e38  # that a float of 32 bits holds
_USUAL_WHITES = (1.0, 255.0, 65535.0)
_WITH_ALPHA = {"PA": "RGBA", "La": "LA", "RGBa": "RGBA"}


@dataclass(frozen=True, slots=True)
class Samples:
    """How a file stores its samples, beyond the mode in which Pillow decodes them.

    ``depth`` is the number of bits per sample in which a transparent colour is stated. ``used_bits`` is how many of 16
    bits are used, the low ones. ``zero_is_white`` is about greyscale with more than 8 bits, ``is_unsigned`` about
    32-bit integers, which Pillow takes for signed. ``no_data`` is the value of pixels that hold none.
    """

    depth: int = 8
    used_bits: int = 16
    zero_is_white: bool = False
    is_unsigned: bool = False
    no_data: float | None = None


def full_colour(image: Image.Image, samples: Samples) -> Image.Image:
    """Return ``image`` in one of the modes L, LA, RGB, RGBA and CMYK, with everything that is in its file.

    CMYK stays: only its ICC profile defines its colours, and the profile is applied to the small image.
    """
    is_ready = image.mode in _READY and "transparency" not in image.info
    return image if is_ready else _convert(image, samples)


def _convert(image: Image.Image, samples: Samples) -> Image.Image:
    if image.mode.startswith("I;16") and samples.no_data is None:
        return _from_sixteen_bits(image, samples)
    if image.mode in ("I", "F") or image.mode.startswith("I;16"):
        return _from_wide_samples(image, samples)
    if image.mode == "P":
        return image.convert("RGBA" if image.has_transparency_data else "RGB")
    if "transparency" in image.info and image.mode in ("1", "L", "RGB"):
        return _with_transparent_colour(image, samples.depth)
    if image.mode == "1":
        return image.convert("L")
    return image.convert(_WITH_ALPHA.get(image.mode, "RGB"))


def _from_sixteen_bits(image: Image.Image, samples: Samples) -> Image.Image:
    """Convert 16-bit greyscale by its high byte: ``convert("L")`` would clip everything above 255 to white."""
    wide = image.convert("I")
    grey = wide.point(_high_bytes(samples.used_bits, samples.zero_is_white), "L")
    if "transparency" not in image.info:
        return grey
    key = image.info["transparency"]
    alpha = wide.point([0 if value == key else 255 for value in range(65536)], "L")
    return Image.merge("LA", (grey, alpha))


@lru_cache(maxsize=1)
def _high_bytes(used_bits: int, zero_is_white: bool) -> list[int]:  # noqa: FBT001 - a key of the cache
    """Return the grey of each 16-bit sample. Making the list takes half as long as decoding two megapixels."""
    flip = 255 if zero_is_white else 0
    return [min(255, value >> used_bits - 8) ^ flip for value in range(65536)]


def _from_wide_samples(image: Image.Image, samples: Samples) -> Image.Image:
    """Convert integers and floats that have no agreed range: the smallest usual one, else what they span."""
    if image.mode == "I" and samples.is_unsigned and image.getextrema()[0] < 0:  # type: ignore[operator] # one band
        grey, empty = _upper_bytes(image), None
    else:
        grey, empty = _spread(image.convert("F"), samples.no_data)
    if samples.zero_is_white:
        grey = ImageChops.invert(grey)
    if empty is None:
        return grey
    grey.paste(0, mask=empty)
    return Image.merge("LA", (grey, ImageChops.invert(empty)))


def _upper_bytes(image: Image.Image) -> Image.Image:
    """Return the upper byte of each 32-bit sample."""
    return Image.frombytes("RGBA", image.size, image.tobytes()).getchannel("A")


def _spread(image: Image.Image, no_data: float | None) -> tuple[Image.Image, Image.Image | None]:
    """Return floats as greyscale, and 255 where a pixel holds no number; None if all do."""
    low, high = (float(value) for value in image.getextrema()[:2])  # type: ignore[arg-type] # one band: two numbers
    empty = _without_number(image, no_data)
    if empty is not None:
        low, high = _range_of_others(image, empty)
        image.paste(low, mask=empty)
    # A file that states a value for missing data holds measurements, whose range is their own.
    if no_data is None and low >= 0 and high <= _USUAL_WHITES[-1]:
        low, high = 0.0, next(white for white in _USUAL_WHITES if high <= white)
    factor = 255 / ((high - low) or 1.0)
    return image.point(lambda value: value * factor - low * factor).convert("L"), empty


def _without_number(image: Image.Image, no_data: float | None) -> Image.Image | None:
    from PIL import ImageMath  # noqa: PLC0415 - only for such an image

    def is_empty(args: dict[str, Any]) -> Any:
        sample = args["sample"]
        has_none = (sample - sample) != 0  # of infinity and of what is no number, this is no number
        return has_none if no_data is None else has_none + (sample == no_data)

    found = ImageMath.lambda_eval(is_empty, sample=image).convert("L").point([0, *[255] * 255])
    return found if found.getbbox() else None


def _range_of_others(image: Image.Image, empty: Image.Image) -> tuple[float, float]:
    """Return the lowest and the highest sample outside ``empty``; 0 and 0 if there is none."""
    if empty.getextrema()[0] == 255:
        return 0.0, 0.0
    others = []
    for number, filler in enumerate((_LARGEST, -_LARGEST)):
        filled = image.copy()
        filled.paste(filler, mask=empty.convert("1"))
        others.append(float(filled.getextrema()[number]))  # type: ignore[arg-type] # one band
    return others[0], others[1]


def _with_transparent_colour(image: Image.Image, depth: int) -> Image.Image:
    """Turn the transparent colour of a PNG into alpha. The file states it in its own depth, the pixels have 8 bits."""
    key = image.info["transparency"]
    if image.mode == "L" and depth < 8:
        key = key * 255 // ((1 << depth) - 1)
    keyed = image.copy()
    keyed.info["transparency"] = key
    return keyed.convert("RGBA" if image.mode == "RGB" else "LA")
