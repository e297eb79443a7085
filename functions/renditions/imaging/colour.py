"""Conversion to sRGB, of the small image: a transform costs the same for each pixel."""

from renditions.imaging.picture import Picture

_IGNORED = "The colour profile in the file could not be used and was ignored."


def to_srgb(picture: Picture) -> Picture:
    """Apply the embedded ICC profile, unless the rendition keeps its colours, as HDR does.

    A broken or mismatched one is ignored with a note. The result is never CMYK.
    """
    profile = picture.header.icc_profile
    if picture.profile:
        return picture
    if not profile or _IGNORED in picture.notes:
        return _without_profile(picture)
    from renditions.imaging import icc  # noqa: PLC0415 - LittleCMS: only for an image with a profile

    try:
        return picture.showing(icc.to_srgb(profile, picture.image))
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - hostile profiles make the colour engine raise almost anything
        return _without_profile(picture.noting(_IGNORED))


def _without_profile(picture: Picture) -> Picture:
    """Convert CMYK by the simple formula that browsers use, and treat everything else as sRGB."""
    return picture.showing(picture.image.convert("RGB")) if picture.image.mode == "CMYK" else picture
