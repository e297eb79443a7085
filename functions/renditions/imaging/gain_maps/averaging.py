"""What resizing loses of the light: it averages the samples of the base, which are not linear."""

from math import ceil, floor

from PIL import Image

from renditions.errors import ImageRejected
from renditions.imaging.decoding_errors import decoding
from renditions.imaging.gain_map import Box, Channel, Coding, Gains, Size
from renditions.imaging.gain_maps.light import Light, brightened, light, samples_between
from renditions.imaging.memory import check_memory
from renditions.imaging.picture import Picture
from renditions.imaging.source import read

_FINER = 4  # times the sides of the rendition: what is averaged has them, or all that the original has
_HEIGHT = 32  # rows at a time: of what they are made of, numbers take twelve times the memory
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
    target = picture.target
    means, plain = _means(gains, image, box, target), _lit(gains, gains.base, gains.box)
    samples = samples_between(plain, means, _CORRECTION, gains.image.mode)
    return Gains(samples, (0, 0, *target), 1.0, _CORRECTION)


def _decoded(picture: Picture) -> tuple[Image.Image, Box]:
    """Return the original, large enough, and where it shows what the rendition shows. Raises ImageRejected."""
    header, region, target = picture.header, picture.region, picture.target
    most = max(region[2] - region[0], region[3] - region[1]) / max(target) / _FINER
    image, _ = read(picture.original, picture.settings)
    scale = next((one for one in header.format.scales if one <= min(most, *image.size)), 1)
    with decoding(header.format.name):
        box = header.format.shrink(image, scale) if scale > 1 else None
        check_memory(image, header, picture.settings)
        image.load()
    place = box or (0, 0, *image.size)
    return image, _moved(region, (0, 0, header.width, header.height), place)


def _means(gains: Gains, image: Image.Image, box: Box, size: Size) -> Light:
    """Return the average light in the ``box`` of ``image`` at ``size``."""
    means: list[Image.Image] = []
    for top in range(0, size[1], _HEIGHT):
        rows = (0, top, size[0], min(top + _HEIGHT, size[1]))
        part = _moved(rows, (0, 0, *size), box)
        left, upper = floor(part[0]), floor(part[1])
        whole = (left, upper, min(ceil(part[2]), image.width), min(ceil(part[3]), image.height))
        strip = _lit(gains, image.crop(whole), _moved(whole, box, gains.box))
        inside = (
            part[0] - left,
            part[1] - upper,
            min(part[2], whole[2]) - left,
            min(part[3], whole[3]) - upper,
        )
        means = means or [Image.new("F", size) for _ in strip]
        for mean, band in zip(means, strip, strict=True):
            mean.paste(band.resize((size[0], rows[3] - top), Image.Resampling.BOX, box=inside), rows)
    return means


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
