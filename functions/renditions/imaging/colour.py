"""Colour to sRGB, on the small picture: a transform costs the same for each pixel."""

import io
from functools import lru_cache

from PIL import Image, ImageCms

from renditions.imaging.picture import Picture

_IGNORED = "The colour profile in the file could not be used and was ignored."
# The largest print profiles have about 3 MB; a longer one is no profile.
_LONGEST_PROFILE = 4_000_000
_OUTPUT_MODES = {"L": "RGB", "RGB": "RGB", "RGBA": "RGBA", "CMYK": "RGB"}


def to_srgb(picture: Picture) -> Picture:
    """Apply the embedded ICC profile; a broken or mismatched one is ignored with a note. Never leaves CMYK."""
    profile = picture.header.icc_profile
    if not profile or _IGNORED in picture.notes:
        return _without_profile(picture)
    try:
        return picture.showing(_apply(profile, picture.image))
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - hostile profiles make the colour engine raise nearly anything
        return _without_profile(picture.noting(_IGNORED))


def _without_profile(picture: Picture) -> Picture:
    """CMYK by the plain formula that browsers use; everything else is taken for sRGB."""
    return picture.showing(picture.image.convert("RGB")) if picture.image.mode == "CMYK" else picture


def _apply(profile: bytes, image: Image.Image) -> Image.Image:
    if len(profile) > _LONGEST_PROFILE:
        raise ValueError("longer than any profile")
    if image.mode == "LA":
        grey, alpha = image.split()
        return Image.merge("LA", (_apply(profile, grey), alpha))
    transform = _transform(profile, image.mode)
    if transform is None:
        return image
    corrected = ImageCms.applyTransform(image, transform)
    if corrected is None:
        raise ValueError("no picture came back")
    # Grey stays grey: the three channels of a neutral colour are equal.
    return corrected.getchannel("G") if image.mode == "L" else corrected


@lru_cache(maxsize=4)
def _transform(profile: bytes, mode: str) -> ImageCms.ImageCmsTransform | None:
    """From ``profile`` to sRGB, or None where nothing would change. Raises when the profile does not fit ``mode``."""
    opened = ImageCms.ImageCmsProfile(io.BytesIO(profile))
    description = opened.profile.profile_description or ""
    if description.startswith("sRGB") and mode != "CMYK":
        return None
    return ImageCms.buildTransform(
        opened, _srgb(), mode, _OUTPUT_MODES[mode], renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC
    )


@lru_cache(maxsize=1)
def _srgb() -> ImageCms.ImageCmsProfile:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
