"""Pixels as numbers that can be averaged: 8 bits per sample, no palettes, transparency as a channel."""

from PIL import Image, ImageChops

from renditions.imaging.formats.tiff import stored as tiffs

_READY = ("L", "LA", "RGB", "RGBA", "CMYK")
_USUAL_WHITES = (1.0, 255.0, 65535.0)
_WITH_ALPHA = {"PA": "RGBA", "La": "LA", "RGBa": "RGBA"}


def full_colour(image: Image.Image, depth: int) -> Image.Image:
    """``image`` in one of the modes L, LA, RGB, RGBA and CMYK, none of which loses what its file holds.

    ``depth`` is the number of bits for each sample in the file. CMYK stays: only its ICC profile knows what colours
    it means, and that is applied to the small picture.
    """
    is_ready = image.mode in _READY and "transparency" not in image.info
    return image if is_ready else _convert(image, depth)


def _convert(image: Image.Image, depth: int) -> Image.Image:
    if image.mode.startswith("I;16"):
        return _from_sixteen_bits(image)
    if image.mode in ("I", "F"):
        return _from_wide_samples(image)
    if image.mode == "P":
        return image.convert("RGBA" if image.has_transparency_data else "RGB")
    if "transparency" in image.info and image.mode in ("1", "L", "RGB"):
        return _with_colour_key(image, depth)
    if image.mode == "1":
        return image.convert("L")
    return image.convert(_WITH_ALPHA.get(image.mode, "RGB"))


def _from_sixteen_bits(image: Image.Image) -> Image.Image:
    """16-bit grey by its high byte: ``convert("L")`` would clip all above 255 to white."""
    depth, zero_is_white = tiffs.grey_scale(image)
    flip = 255 if zero_is_white else 0
    wide = image.convert("I")
    grey = wide.point([min(255, value >> depth - 8) ^ flip for value in range(65536)], "L")
    if "transparency" not in image.info:
        return grey
    key = image.info["transparency"]
    alpha = wide.point([0 if value == key else 255 for value in range(65536)], "L")
    return Image.merge("LA", (grey, alpha))


def _from_wide_samples(image: Image.Image) -> Image.Image:
    """32-bit integers and floats, for which no range is agreed: the smallest usual one, or else what they span."""
    grey = tiffs.upper_bytes(image) or _spread(image)
    return ImageChops.invert(grey) if image.mode == "I" and tiffs.grey_scale(image)[1] else grey


def _spread(image: Image.Image) -> Image.Image:
    low, high = (float(value) for value in image.getextrema()[:2])  # type: ignore[arg-type] # one band: two numbers
    if low >= 0 and high <= _USUAL_WHITES[-1]:
        low, high = 0.0, next(white for white in _USUAL_WHITES if high <= white)
    factor = 255 / ((high - low) or 1.0)
    return image.convert("F").point(lambda value: value * factor - low * factor).convert("L")


def _with_colour_key(image: Image.Image, depth: int) -> Image.Image:
    """One colour of the PNG means transparent. It is named in the file's own depth, the pixels are in 8 bits."""
    key = image.info["transparency"]
    if image.mode == "RGB" and depth == 16:
        key = tuple(value >> 8 for value in key)
    elif image.mode == "L" and depth < 8:
        key = key * 255 // ((1 << depth) - 1)
    keyed = image.copy()
    keyed.info["transparency"] = key
    return keyed.convert("RGBA" if image.mode == "RGB" else "LA")
