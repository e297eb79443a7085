"""What Pillow gets wrong about a few kinds of TIFF: put right before decoding, or told for what follows it."""

from PIL import Image, ImagePalette
from PIL.TiffImagePlugin import (
    BITSPERSAMPLE,
    COLORMAP,
    PHOTOMETRIC_INTERPRETATION,
    PLANAR_CONFIGURATION,
    TiffImageFile,
)


def mend(image: TiffImageFile) -> None:
    """Make ``image``, which is not decoded yet, decode to what its file means."""
    _read_wide_planes(image)
    _read_narrow_palette(image)


def grey_scale(image: Image.Image) -> tuple[int, bool]:
    """Bits of one sample of 16-bit grey as Pillow hands it over, and whether 0 is white, which it heeds up to 8 bits.

    12 bits stay in the low ones.
    """
    if not isinstance(image, TiffImageFile):
        return 16, False
    return image.tag_v2.get(BITSPERSAMPLE, (16,))[0], image.tag_v2.get(PHOTOMETRIC_INTERPRETATION) == 0


def _read_wide_planes(image: TiffImageFile) -> None:
    """16-bit samples, each colour on a plane of its own, which Pillow's own reader takes for 8-bit ones.

    libtiff's does not, and Pillow can use it, as it does for what is compressed.
    """
    tags = image.tag_v2
    if (
        tags.get(PLANAR_CONFIGURATION) != 2
        or max(tags.get(BITSPERSAMPLE, (8,))) <= 8
        or image.use_load_libtiff
    ):
        return
    native = {"RGB": "RGB;16N", "RGBA": "RGBA;16N", "CMYK": "CMYK;16N"}[image.mode]
    image.tile = [
        image.tile[0]._replace(
            codec_name="libtiff", extents=(0, 0, *image.size), offset=0, args=(native, False, tags.offset)
        )
    ]
    image.use_load_libtiff = True


def _read_narrow_palette(image: TiffImageFile) -> None:
    """A palette of 8-bit values, as some old programs wrote, where 16-bit ones belong: it would be all black."""
    colours = image.tag_v2.get(COLORMAP, ())
    if image.mode in ("P", "PA") and colours and max(colours) < 256:
        image.palette = ImagePalette.raw("RGB;L", bytes(colours))
