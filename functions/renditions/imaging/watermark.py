"""The step that puts the watermark on the renditions that have one. Only those wait for the modules that draw it."""

from renditions.imaging.picture import Picture
from renditions.imaging.resampling import check_resizer
from renditions.settings import Settings


def watermark(picture: Picture) -> Picture:
    """Put text, logo or both (the logo left of the text) on the image, or note why there is no mark."""
    has_text = bool(picture.settings.watermark_text.strip())
    if not picture.spec.watermarked or not (has_text or picture.logo is not None):
        return picture
    from renditions.imaging import watermark_mark  # noqa: PLC0415 - the other renditions do without

    return watermark_mark.marked(picture)


def prepare_watermark(settings: Settings) -> None:
    """Check the resizer and load what sets text, which the first watermark would wait for. Raises InvalidSettings."""
    from PIL import ImageDraw, features  # noqa: F401, PLC0415 - FreeType: the other renditions do without

    from renditions.imaging import watermark_mark  # noqa: F401, PLC0415 - the same

    check_resizer(settings)


def check_text(settings: Settings, font: bytes) -> None:
    """Check the text of the mark. Raises InvalidSettings for a character that neither ``font`` nor the package has."""
    from renditions.imaging import watermark_mark  # noqa: PLC0415 - the same

    watermark_mark.check_text(settings, font)
