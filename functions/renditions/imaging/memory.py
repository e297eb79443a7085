"""The memory that a rendition will need, estimated before anything is decoded."""

from PIL.ImageFile import ImageFile

from renditions.errors import TooMuchMemory
from renditions.imaging.formats.repacked import Repacked
from renditions.imaging.formats.sixteen_bits import SixteenBits
from renditions.imaging.picture import Header, Picture
from renditions.settings import RenditionSpec, Settings
from renditions.shapes import padding

_MEGABYTE = 1_048_576
# Python, Pillow, the AWS client, the logo, and the rendition itself with its encoder.
_ALWAYS = 120 * _MEGABYTE
# Bytes per decoded pixel. Three samples are stored as four.
_PIXEL = {"1": 1, "L": 1, "P": 1, "I;16": 2, "I;16B": 2, "I;16L": 2, "LA": 4, "PA": 4}
# Bytes per pixel that to_full_colour adds.
_FULL_COLOUR = {"1": 1, "P": 4, "PA": 4, "I;16": 5, "I;16B": 5, "I;16L": 5, "I": 9, "F": 9}
# Bytes per pixel that is read in one mode and converted to another: the result, and the bands in between.
_REPACKED_PIXEL = 8
# Bytes per pixel that is decoded twice, for its lower bytes: the second image, and the result.
_WIDENED_PIXEL = 8
# Pillow premultiplies transparency in a copy before resizing.
_PREMULTIPLIED_PIXEL = 4
# Per pixel read: the canvas of an animation, a frame, the two composed and what their decoder keeps. The frames of the
# file count twice. Per pixel written: three copies of a rendition of noise with transparency.
_ANIMATED_PIXEL, _WRITTEN_PIXEL = 24, 6
# A part that is cut out is a copy.
_EXTRACTED_PIXEL = 4
# Per pixel of a rendition, for each band of its gain map, which is matched to the base in numbers.
_MATCHED_BAND = 10
# Per pixel of a canvas: the canvas, copies of it, and what the encoders keep, of which that of AVIF keeps most.
_PADDED_PIXEL = 24


def fit_memory(picture: Picture) -> Picture:
    """Check that the rendition fits into the memory of the function.

    Raises TooMuchMemory. A limit of 0, as outside Lambda, allows everything.
    """
    if needed := megabytes_above_limit(picture):
        raise TooMuchMemory(
            f"Decoding the {picture.header.format.name} image of {picture.header.width:,} × {picture.header.height:,} "
            f"pixels needs about {needed:,} MB of memory. Only {picture.settings.max_memory:,} MB are available. "
            "Upload a smaller version, or raise RenditionMemory."
        )
    return picture


def check_memory(image: ImageFile, header: Header, settings: Settings) -> None:
    """Check that ``image`` alone can be decoded. Raises TooMuchMemory."""
    fit_memory(Picture(image, header, RenditionSpec(header.format.name, 1), settings))


def megabytes_above_limit(picture: Picture) -> int:
    """Return the megabytes that the rendition needs if these are more than the limit, else 0."""
    needed = -(-estimate(picture) // _MEGABYTE)
    return needed if 0 < picture.settings.max_memory < needed else 0


def estimate(picture: Picture) -> int:
    """Return the most bytes that the process will have in use."""
    image, header = picture.image, picture.header
    if picture.animation:
        width, height = picture.canvas
        written = picture.animation.count * width * height * _WRITTEN_PIXEL
        return _ALWAYS + 2 * header.file_size + picture.animation.largest * _ANIMATED_PIXEL + written
    pixels = image.width * image.height
    each = _PIXEL.get(image.mode, 4) + _FULL_COLOUR.get(image.mode, 0)
    each += header.format.decoder_pixel_bytes
    each += _REPACKED_PIXEL if isinstance(image, Repacked) and image.packed else 0
    each += _WIDENED_PIXEL if isinstance(image, SixteenBits) and image.reads_lower_bytes else 0
    each += _PREMULTIPLIED_PIXEL if header.has_alpha else 0
    each += _EXTRACTED_PIXEL if picture.framing.crop else 0
    resized = 4 * picture.spec.bounds.longest * max(image.height, image.width)
    rendition = min(resized, 4 * pixels) + _padding(picture) + _gain_map(picture)
    return _ALWAYS + header.file_size + pixels * each + header.coefficients + rendition


def _gain_map(picture: Picture) -> int:
    """Return the bytes of a gain map that waits for its base, and is matched to it."""
    if picture.gains is None:
        return 0
    waiting, (width, height) = picture.gains.image, picture.canvas
    matched = width * height * _MATCHED_BAND * len(waiting.getbands())
    return waiting.width * waiting.height * _PIXEL.get(waiting.mode, 4) + matched


def _padding(picture: Picture) -> int:
    """Return the bytes for the canvas of a rendition that is padded."""
    if padding(picture.spec.fit) is None:
        return 0
    width, height = picture.canvas
    return width * height * _PADDED_PIXEL
