"""What resizing loses of the light: it averages the samples of the base, which are not linear."""

from math import ceil, floor

from PIL import Image

from renditions.errors import ImageRejected
from renditions.imaging.decoding_errors import decoding
from renditions.imaging.gain_map import Box, Channel, Coding, Gains, Size
from renditions.imaging.gain_maps.light import Light, Rows, between, brightened, light, sampled
from renditions.imaging.memory import fit_memory
from renditions.imaging.picture import Picture
from renditions.imaging.source import read

_FINER = 4  # times the sides of the rendition: what is averaged has them, or all that the original has
_CORRECTION = Coding((Channel(-2.0, 2.0),), 2.0)


def correction(picture: Picture, gains: Gains) -> Gains | None:
    """Return what the average of the light adds to the average of the samples, as gains of their own.

    It decodes the original again. None for one that is not decoded at a fraction of its size, and for lack of memory.
    """
    if gains.base is None or not picture.header.format.scales:
        return None
    try:
        image, box = _decoded(picture)
    except ImageRejected:
        return None
    base, mode, whole = gains.base, gains.image.mode, (0, 0, *gains.base.size)

    def ratios(rows: Rows) -> Light:
        plain = _lit(gains, base.crop(rows), _moved(rows, whole, gains.box))
        return between(plain, _means(gains, image, box, rows, base.size), mode)

    return Gains(sampled(ratios, base.size, _CORRECTION, mode), whole, 1.0, _CORRECTION)


def _decoded(picture: Picture) -> tuple[Image.Image, Box]:
    """Return the original, large enough, and where it shows what the rendition shows. Raises ImageRejected."""
    header, region, target = picture.header, picture.region, picture.target
    most = max(region[2] - region[0], region[3] - region[1]) / max(target) / _FINER
    image, _ = read(picture.original, picture.settings)
    scale = next((one for one in header.format.scales if one <= min(most, *image.size)), 1)
    with decoding(header.format.name):
        box = header.format.shrink(image, scale) if scale > 1 else None
        fit_memory(picture.showing(image))
        image.load()
    place = box or (0, 0, *image.size)
    return image, _moved(region, (0, 0, header.width, header.height), place)


def _means(gains: Gains, image: Image.Image, box: Box, rows: Rows, size: Size) -> Light:
    """Return the average light in the ``box`` of ``image``: some ``rows`` of the ``size`` to which it shrinks."""
    left, top, right, bottom = part = _moved(rows, (0, 0, *size), box)
    whole = (floor(left), floor(top), min(ceil(right), image.width), min(ceil(bottom), image.height))
    inside = _moved(part, whole, (0, 0, whole[2] - whole[0], whole[3] - whole[1]))
    inside = (*inside[:2], min(inside[2], whole[2] - whole[0]), min(inside[3], whole[3] - whole[1]))
    lit = _lit(gains, image.crop(whole), _moved(whole, box, gains.box))
    return [one.resize((size[0], rows[3] - rows[1]), Image.Resampling.BOX, box=inside) for one in lit]


def _lit(gains: Gains, base: Image.Image, place: Box) -> Light:
    """Return the light of a ``base`` that is at ``place`` in the image of the gain map."""
    inside = (
        max(0.0, place[0]),
        max(0.0, place[1]),
        min(place[2], gains.image.width),
        min(place[3], gains.image.height),
    )
    samples = gains.image.resize(base.size, Image.Resampling.BILINEAR, box=inside)
    return brightened(light(base, gains.coding), samples, gains.coding)


def _moved(part: Box, whole: Box, place: Box) -> Box:
    """Return where the ``part`` of ``whole`` is if that is at ``place``."""
    across = (place[2] - place[0]) / (whole[2] - whole[0])
    down = (place[3] - place[1]) / (whole[3] - whole[1])
    left, top, right, bottom = part
    return (
        place[0] + (left - whole[0]) * across,
        place[1] + (top - whole[1]) * down,
        place[0] + (right - whole[0]) * across,
        place[1] + (bottom - whole[1]) * down,
    )
