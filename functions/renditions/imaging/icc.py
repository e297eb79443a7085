"""Transforms from the ICC profile of an image to sRGB, by LittleCMS."""

import io
from functools import lru_cache
from itertools import product

from PIL import Image, ImageChops, ImageCms

# The largest print profiles have about 3 MB. Anything longer is no profile.
_LONGEST_PROFILE = 4_000_000
_ROUNDING = 2  # of 255: a smaller change is not worth the time of a transform
_OUTPUT_MODES = {"L": "RGB", "RGB": "RGB", "RGBA": "RGBA", "CMYK": "RGB"}


def to_srgb(profile: bytes, image: Image.Image) -> Image.Image:
    """Return ``image`` (L, LA, RGB, RGBA, CMYK) in sRGB. Raises almost anything for a broken ``profile``."""
    if len(profile) > _LONGEST_PROFILE:
        raise ValueError("too long for a profile")
    if image.mode == "LA":
        grey, alpha = image.split()
        corrected_grey = to_srgb(profile, grey)
        return Image.merge(f"{corrected_grey.mode}A", (*corrected_grey.split(), alpha))
    if image.mode == "L" and profile[16:20] == b"RGB ":
        return _grey_if_neutral(image, to_srgb(profile, image.convert("RGB")))
    transform = _transform(profile, image.mode)
    if transform is None:
        return image
    corrected = ImageCms.applyTransform(image, transform)
    if corrected is None:
        raise ValueError("no image returned")
    # Greyscale stays greyscale: the three channels of a neutral colour are equal.
    return corrected.getchannel("G") if image.mode == "L" else corrected


def changes_colours(profile: bytes, mode: str) -> bool:
    """Return whether colours in ``profile`` are others in sRGB. Raises almost anything for a hostile profile."""
    return _transform(profile, mode) is not None


def _grey_if_neutral(original: Image.Image, corrected: Image.Image) -> Image.Image:
    """Return a greyscale image that was ``corrected`` as RGB in greyscale again, unless the profile has tinted it."""
    if is_tinted(corrected, _ROUNDING):
        return corrected
    green = corrected.getchannel("G")
    return original if ImageChops.difference(original, green).getbbox() is None else green


def is_tinted(image: Image.Image, rounding: int) -> bool:
    """Return whether red, green and blue differ anywhere by more than ``rounding``, of 255."""
    red, green, blue = image.split()
    tint = ImageChops.lighter(ImageChops.difference(green, red), ImageChops.difference(green, blue))
    return any(tint.histogram()[rounding + 1 :])


@lru_cache(maxsize=4)
def _transform(profile: bytes, mode: str) -> ImageCms.ImageCmsTransform | None:
    """Return the transform from ``profile`` to sRGB, None if it changes nothing. Raises if it does not fit ``mode``."""
    transform = ImageCms.buildTransform(
        ImageCms.ImageCmsProfile(io.BytesIO(profile)),
        _srgb(),
        mode,
        _OUTPUT_MODES[mode],
        renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
    )
    return None if _changes_nothing(transform, mode) else transform


def _changes_nothing(transform: ImageCms.ImageCmsTransform, mode: str) -> bool:
    """Return whether a small probe keeps its colours. The name proves nothing: some linear profiles are called sRGB."""
    if mode == "CMYK":
        return False
    probe = _probe().convert(mode)
    corrected = ImageCms.applyTransform(probe, transform)
    if corrected is None:
        raise ValueError("no image returned")
    changes = ImageChops.difference(corrected.convert("RGB"), probe.convert("RGB")).getextrema()
    return max(most for _, most in changes) <= _ROUNDING  # type: ignore[misc] # three bands: pairs


@lru_cache(maxsize=1)
def _probe() -> Image.Image:
    """Return an image with six levels of each colour in every combination."""
    colours = [bytes(colour) for colour in product(range(0, 256, 51), repeat=3)]
    return Image.frombytes("RGB", (len(colours), 1), b"".join(colours))


@lru_cache(maxsize=1)
def _srgb() -> ImageCms.ImageCmsProfile:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
