"""The gain map through the steps of its rendition: crop, size, rotation, watermark and padding."""

from math import ceil, floor

from PIL import Image

from renditions.imaging.gain_map import Box, Coding, GainMap, Gains, Size
from renditions.imaging.geometry import as_stored, placed
from renditions.imaging.icc import is_tinted
from renditions.imaging.orientation import orient
from renditions.imaging.picture import Picture

# Of the sides of a rendition. Half of them show what brightens where, and add little to the bytes. In a small rendition
# all do.
_LEAST_SCALE = 0.5
SMALL = 65_536  # pixels
_ROUNDING = 6  # of 255: what compression does to a grey map in colour


def part(picture: Picture, found: GainMap) -> Gains:
    """Return what the rendition that ``picture`` becomes shows of its gain map, decoded. Raises what decoding raises.

    Its scale is that of the original, but at least half, and whole in a small rendition, as far as the map has the
    pixels. It is never enlarged.
    """
    header, target = picture.header, picture.target
    ratio = found.size[0] / header.width
    left, _, right, _ = picture.region
    available = (right - left) * ratio / target[0]
    least = 1.0 if target[0] * target[1] <= SMALL else _LEAST_SCALE
    scale = min(1.0, available, max(ratio, least))
    decoded = found.decode(available / scale)
    box = _within(picture.region, (header.width, header.height), decoded.box)
    return _cut(decoded.image, box, scale, found.coding)


def _cut(image: Image.Image, box: Box, scale: float, coding: Coding) -> Gains:
    """Return the whole pixels around ``box``, so that no sample outside bleeds into the edges."""
    left, top = floor(box[0]), floor(box[1])
    right, bottom = min(image.width, ceil(box[2])), min(image.height, ceil(box[3]))
    inside = (box[0] - left, box[1] - top, min(box[2], right) - left, min(box[3], bottom) - top)
    return Gains(image.crop((left, top, right, bottom)), inside, scale, coding)


def finished(picture: Picture, gains: Gains) -> Image.Image:
    """Return the gain map of a finished ``picture``."""
    target = picture.target
    upright = target if picture.header.orientation < 5 else target[::-1]
    shown = (*(picture.corner or (0, 0)), *upright)
    if picture.corner:
        width, height = picture.spec.bounds.filled_by(*upright)
        shown = (shown[0], shown[1], shown[0] + width, shown[1] + height)
    stored = as_stored(shown, upright, picture.header.orientation)
    box = _within(stored, target, gains.box)
    size = _scaled((stored[2] - stored[0], stored[3] - stored[1]), gains.scale)
    # Lanczos would ring, which shows as halos of light.
    small = gains.image.resize(size, Image.Resampling.BILINEAR, box=box)
    small = _with_bands(small, gains.coding)
    inner = (shown[2] - shown[0], shown[3] - shown[1])
    marked = _without_light_on_mark(orient(picture.showing(small)).image, picture, inner, gains.coding)
    return _padded(marked, picture.image.size, inner, gains)


def _within(box: tuple[int, int, int, int], whole: Size, place: Box) -> Box:
    """Return where the ``box`` in an image of the size ``whole`` is, if that image is at ``place``."""
    across, down = (place[2] - place[0]) / whole[0], (place[3] - place[1]) / whole[1]
    left, top, right, bottom = (edge * step for edge, step in zip(box, (across, down) * 2, strict=True))
    # Rounding must not lead out of it.
    return place[0] + left, place[1] + top, min(place[0] + right, place[2]), min(place[1] + bottom, place[3])


def _scaled(size: Size, scale: float) -> Size:
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _with_bands(image: Image.Image, coding: Coding) -> Image.Image:
    """Return ``image`` in colour if red, green and blue are coded differently, and in grey if it is a grey one."""
    if len(coding.channels) == 3:
        return image.convert("RGB")
    return image.convert("L") if image.mode == "RGB" and not is_tinted(image, _ROUNDING) else image


def _neutral(image: Image.Image, coding: Coding) -> tuple[int, ...]:
    """Return the samples that change nothing."""
    return tuple(one.neutral for one in coding.channels * len(image.getbands()))[: len(image.getbands())]


def _without_light_on_mark(image: Image.Image, picture: Picture, inner: Size, coding: Coding) -> Image.Image:
    """Return the map, neutral beneath the watermark, which would glow otherwise."""
    mark = picture.mark
    if mark is None or mark.layer is None:
        return image
    ink = Image.new("L", inner)
    ink.paste(mark.layer.getchannel("A"), mark.place)
    ink = ink.resize(image.size, Image.Resampling.BOX)
    return Image.composite(Image.new(image.mode, image.size, _neutral(image, coding)), image, ink)


def _padded(image: Image.Image, canvas: Size, inner: Size, gains: Gains) -> Image.Image:
    """Return the map on a neutral canvas, if the rendition has one.

    The image begins inside a sample of the map, so that both are joined at the size of the rendition.
    """
    if inner == canvas:
        return image
    whole = Image.new(image.mode, canvas, _neutral(image, gains.coding))
    whole.paste(image.resize(inner, Image.Resampling.BILINEAR), placed(canvas, inner, "center"))
    return whole.resize(_scaled(canvas, gains.scale), Image.Resampling.BOX)
