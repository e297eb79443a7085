"""The rendition's bytes. Nothing of the original's metadata is in them."""

import io
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from PIL import Image, ImageChops, PngImagePlugin

from renditions.contracts import Rendered
from renditions.imaging.animations.animation import Animation
from renditions.imaging.art import is_drawn, needs_full_colour
from renditions.imaging.effort import ANIMATED, effort
from renditions.imaging.formats.png import bare as pngs
from renditions.imaging.formats.png.chunks import depth
from renditions.imaging.formats.webp import bare as webps
from renditions.imaging.modes import full_colour
from renditions.imaging.outputs import OUTPUTS, Output
from renditions.imaging.picture import Picture

# AVIF's quality of equal likeness, in straight lines between what docs/quality.md measured. JPEG needs no such table.
_AVIF_QUALITY = ((1, 1), (40, 37), (70, 48), (80, 57), (90, 76), (100, 100))
# What is tried when a picture of the original's size and format came out larger than the original.
_LOWER = (0.85, 0.7, 0.55, 0.4, 0.25, 0.1)
_LOWER_ANIMATED = 0.3  # once: it takes as long as all that was done before
_PALETTE, _NO_DITHER = 256, Image.Dither.NONE
_QUANTIZERS = {"L": Image.Quantize.MEDIANCUT, "RGB": Image.Quantize.MEDIANCUT}


def strip_metadata(picture: Picture) -> Picture:
    """Forget EXIF, GPS, XMP, profile, comments and text: Pillow writes some of them back from ``info``."""
    bare = picture.image.copy()
    bare.info = {}
    return picture.showing(bare)


def encode(picture: Picture) -> Rendered:
    """Write the picture in the format of the settings. The pixels are sRGB, which needs no profile."""
    output = OUTPUTS[picture.settings.output_format]
    return Rendered(
        data=_smallest_allowed(picture, output),
        width=picture.image.width,
        height=picture.image.height,
        content_type=output.content_type,
        extension=output.extension,
        note=" ".join(picture.notes),
    )


def _smallest_allowed(picture: Picture, output: Output) -> bytes:
    """The first way of writing that is no larger than an original of this size and format, or the smallest."""
    header, original = picture.header, picture.original
    is_bounded = header.format.upper() == output.writer and picture.image.size == header.oriented_size
    smallest = b""
    for image, options in _ways(picture, output):
        credit = {"exif": picture.credit} if picture.credit else {}
        data = _written(image, output, {**credit, **options})
        if not is_bounded or len(data) <= len(original):
            return data
        if not (smallest or picture.credit) and (bare := _bare(picture, output)):
            return bare
        smallest = min(smallest or data, data, key=len)
    return smallest


def _bare(picture: Picture, output: Output) -> bytes:
    """The original without anything but its pixels, if none of them was changed; else, or for others, empty."""
    if output.writer == "PNG":
        bare = pngs.bare(picture.original)
        return bare if _is_same(bare, picture.image) else b""
    is_marked = picture.mark and picture.mark.layer
    is_changed = picture.header.icc_profile or picture.header.orientation > 1 or is_marked
    return b"" if is_changed or not picture.animation else webps.bare(picture.original)


def _is_same(png: bytes, image: Image.Image) -> bool:
    """Whether ``png`` shows exactly the pixels of ``image``."""
    opened = PngImagePlugin.PngImageFile(io.BytesIO(png))
    shown = full_colour(opened, depth(png)).convert(image.mode)
    return shown.size == image.size and _equal(shown, image)


def _equal(one: Image.Image, other: Image.Image) -> bool:
    return ImageChops.difference(one, other).getbbox(alpha_only=False) is None


def _ways(picture: Picture, output: Output) -> Iterator[tuple[Image.Image, dict[str, Any]]]:
    """Pixels and Pillow's options, best first. All but the first are for bounded sizes only."""
    image, quality = picture.image, picture.settings.output_quality
    if picture.animation:
        yield from _animated_ways(picture, picture.animation)
        return
    if output.writer == "PNG":
        yield from ((pixels, {}) for pixels in _ever_fewer_colours(image))
        return
    lossless = {"lossless": True, "quality": 75}
    if picture.settings.output_format == "auto" and is_drawn(image):
        yield image, lossless
    spent = effort(picture)
    sampling = _colour_sampling(image, output)
    yield image, {"quality": _quality(spent.fine(quality), output), **sampling, **spent.options}
    if output.writer == "WEBP":
        yield image, lossless
    for factor in _LOWER:
        yield image, {"quality": _quality(max(1, round(quality * factor)), output), **sampling}


def _animated_ways(picture: Picture, animation: Animation) -> Iterator[tuple[Image.Image, dict[str, Any]]]:
    """The same for an animation. Titles are drawings, too: lossless is what has nothing else in any frame."""
    from renditions.imaging.animations.reel import Reel  # noqa: PLC0415 - off by default: no start waits for it
    from renditions.imaging.animations.steady import steady  # noqa: PLC0415 - the same

    # Pillow's writer of one picture takes this prefix of JPEG's away, the one of many does not.
    options = {**ANIMATED.options, "exif": picture.credit.removeprefix(b"Exif\0\0")}
    if picture.settings.output_format == "auto" and all(
        is_drawn(frame.image) for frame in animation.frames()
    ):
        reel = Reel(animation)
        yield reel, {**options, **reel.options, "lossless": True, "quality": 75}
    quality = picture.settings.output_quality
    for wanted in (ANIMATED.fine(quality), max(1, round(quality * _LOWER_ANIMATED))):
        reel = Reel(steady(animation, wanted))
        yield reel, {**options, **reel.options, "quality": wanted}


def _ever_fewer_colours(image: Image.Image) -> Iterator[Image.Image]:
    """``image`` for a PNG: as it is, one bit or a palette if enough, 7 bits, 6 bits, 256 colours."""
    yield image
    yield _narrowed(image)
    for bits in (7, 6):
        coarse = [value >> 8 - bits << 8 - bits | value >> bits for value in range(256)]
        alpha = list(range(256)) if image.mode in ("LA", "RGBA") else []
        yield image.point(coarse * (len(image.getbands()) - bool(alpha)) + alpha)
    yield _in_palette(image, Image.Quantize.FASTOCTREE)


def _narrowed(image: Image.Image) -> Image.Image:
    if image.mode == "L" and not any(image.histogram()[1:255]):
        return image.convert("1")
    if image.getcolors(_PALETTE) is None:
        return image
    narrow = _in_palette(image, _QUANTIZERS.get(image.mode, Image.Quantize.FASTOCTREE))
    full = "RGBA" if image.mode == "LA" else image.mode
    return narrow if _equal(narrow.convert(full), image.convert(full)) else image


def _in_palette(image: Image.Image, method: Image.Quantize) -> Image.Image:
    """``image`` in 256 colours. Pillow has no way from grey with alpha to a palette but through colour."""
    whole = image.convert("RGBA") if image.mode == "LA" else image
    return whole.quantize(_PALETTE, method, dither=_NO_DITHER)


def _colour_sampling(image: Image.Image, output: Output) -> dict[str, str]:
    """JPEG and AVIF can keep colour at full resolution, which costs a third more; WebP cannot."""
    if output.writer == "WEBP":
        return {}
    return {"subsampling": "4:4:4" if needs_full_colour(image) else "4:2:0"}


def _quality(quality: int, output: Output) -> int:
    """The encoder's own figure for ``quality``, which means the same likeness in every format."""
    if output.writer != "AVIF":
        return quality
    (x0, y0), (x1, y1) = next(line for line in pairwise(_AVIF_QUALITY) if quality <= line[1][0])
    return round(y0 + (quality - x0) * (y1 - y0) / (x1 - x0))


def _written(image: Image.Image, output: Output, options: Mapping[str, Any]) -> bytes:
    if output.writer == "AVIF":
        from PIL import AvifImagePlugin  # noqa: F401, PLC0415 - large: no start waits for it where it is not asked for
    # The other writers have come with the readers in source.py: Pillow need not search all its plugins for one.
    buffer = io.BytesIO()
    image.save(buffer, output.writer, **output.options, **options)
    return buffer.getvalue()
