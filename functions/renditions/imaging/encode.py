"""Encoding the rendition. Of the metadata of the original it has only what is composed anew: credit and labels."""

import io
import sys
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from PIL import Image, ImageChops
from PIL.PngImagePlugin import PngInfo

from renditions.contracts import Rendered
from renditions.imaging.animations.animation import Animation
from renditions.imaging.drawing_or_photo import (
    bands,
    few_levels,
    is_drawn,
    is_ink_on_paper,
    needs_full_colour,
)
from renditions.imaging.encoding_plan import ANIMATED, plan_for
from renditions.imaging.formats.png.chunks import depth
from renditions.imaging.formats.png.decoder import WidePngFile
from renditions.imaging.formats.png.stripped import XMP_KEYWORD
from renditions.imaging.formats.png.stripped import stripped as stripped_png
from renditions.imaging.formats.webp.stripped import stripped as stripped_webp
from renditions.imaging.formats.webp.transparency import with_true_flag
from renditions.imaging.full_colour import Samples, full_colour
from renditions.imaging.outputs import OUTPUTS, Output
from renditions.imaging.palette import narrowed_to_palette, with_fewer_colours
from renditions.imaging.picture import Picture
from renditions.labels.packet import xmp_packet

if TYPE_CHECKING:
    from renditions.imaging.gain_map import Gains

# Output quality → AVIF quality that looks the same, interpolated between the points that docs/renditions.md lists.
# JPEG needs no such table.
_AVIF_QUALITY = ((1, 1), (40, 37), (70, 48), (80, 57), (90, 76), (100, 100))
# Factors of the quality that are tried if a rendition in the size and format of the original is larger than it.
_LOWER = (0.85, 0.7, 0.55, 0.4, 0.25, 0.1)
_LOWER_ANIMATED = 0.3  # tried once: it takes as long as everything before
_SLIGHTLY_LOWER = 0.7  # the factor for a rendition of fewer pixels but more bytes
_LOSSLESS: dict[str, Any] = {"lossless": True, "quality": 75}
# Where the sizes of a part of the image differ by more, those of the whole image differ in the same direction.
_CLEARLY_LARGER, _CLEARLY_SMALLER = 1.3, 0.75
_SMALL = 16_384  # pixels
_LIBWEBP = "filter_strength"  # an option that Pillow does not have

Candidate = tuple[Image.Image, dict[str, Any]]  # pixels, and options for the encoder


def strip_metadata(picture: Picture) -> Picture:
    """Remove EXIF, GPS, XMP, profile, comments and text, some of which Pillow would write from ``info``."""
    is_made_here = type(picture.image) is Image.Image and picture.animation is None
    if is_made_here and not picture.image.info:  # as where SIMD has resized it
        return picture
    stripped = picture.image.copy()
    stripped.info = {}
    return picture.showing(stripped)


def encode(picture: Picture) -> Rendered:
    """Encode the picture in the format of the settings. Pixels in sRGB need no profile, and have none."""
    output = OUTPUTS[picture.settings.output_format]
    if picture.gains and picture.image.mode != "RGB":
        picture = picture.showing(picture.image.convert("RGB"))  # libultrahdr reads no base in grey
    data = _smallest_allowed(picture, output)
    if picture.gains:
        data = _with_gain_map(data, picture, picture.gains)
    if _is_reduced(picture) and len(data) > _most_bytes(picture):
        picture = picture.noting(
            f"The rendition has {len(data):,} bytes, the larger original only {len(picture.original):,}."
        )
    return Rendered(
        data=data,
        width=picture.image.width,
        height=picture.image.height,
        content_type=output.content_type,
        extension=output.extension,
        note=" ".join(picture.notes),
    )


def _metadata(picture: Picture, output: Output) -> dict[str, Any]:
    """Return the options for Pillow with all metadata that a rendition has."""
    credit: dict[str, Any] = {"exif": picture.credit} if picture.credit else {}
    if picture.profile:
        credit["icc_profile"] = picture.profile
    packet = b"" if picture.gains else xmp_packet(picture.labels)  # with a gain map, the two have one packet
    if not packet:
        return credit
    if output.writer != "PNG":
        return credit | {"xmp": packet}
    info = PngInfo()  # Pillow ignores the other option for PNG
    info.add_itxt(XMP_KEYWORD, packet.decode())
    return credit | {"pnginfo": info}


def _most_bytes(picture: Picture) -> int:
    """Return the size of the original, and of the labels: they never decide about the quality."""
    return len(picture.original) + len(xmp_packet(picture.labels))


def _smallest_allowed(picture: Picture, output: Output) -> bytes:
    """Return the first encoding that is no larger than an original of the same size and format, or the smallest."""
    header, most_bytes = picture.header, _most_bytes(picture)
    metadata = _metadata(picture, output)
    is_whole = picture.image.size == header.oriented_size and not picture.framing.crop
    if header.format.name.upper() != output.writer or not is_whole:
        return _smallest(picture, output, metadata)
    smallest = b""
    for image, options in _variants(picture, output):
        data = _encoded(image, output, {**metadata, **options})
        if len(data) <= most_bytes:
            return data
        if not (smallest or picture.credit) and (stripped := _stripped(picture, output)):
            return stripped
        smallest = min(smallest or data, data, key=len)
    return smallest


def _with_gain_map(base: bytes, picture: Picture, gains: "Gains") -> bytes:
    """Return the encoded ``base`` followed by its gain map."""
    from renditions.imaging.gain_maps.joining import joined  # noqa: PLC0415 - few files have one
    from renditions.imaging.gain_maps.matching import encoded  # noqa: PLC0415 - the same

    quality = plan_for(picture).encoding(picture.image).quality(picture.settings.output_quality)
    return joined(base, encoded(base, picture, gains, quality), picture.labels)


def _is_reduced(picture: Picture) -> bool:
    """Return whether the rendition has fewer pixels than the original."""
    width, height = picture.image.size
    return width * height < picture.header.width * picture.header.height


def _smallest(picture: Picture, output: Output, metadata: Mapping[str, Any]) -> bytes:
    """Return the smallest of the encodings that suit the pixels."""

    def encoded(candidates: Iterable[Candidate]) -> Iterator[bytes]:
        return (_encoded(image, output, {**metadata, **options}) for image, options in candidates)

    usual = next(_variants(picture, output))
    candidates = _candidates(picture, output, usual)
    data = min(encoded(candidates), key=len)
    is_fat = _is_reduced(picture) and len(data) > _most_bytes(picture)
    is_usual = any(one is usual for one in candidates)
    lower = _lower_quality(picture, output) if is_fat and is_usual else ()
    return min((data, *encoded(lower)), key=len)


def _candidates(picture: Picture, output: Output, usual: Candidate) -> list[Candidate]:
    """Return the pixels and options of which one takes the fewest bytes. ``usual`` are those of photographs.

    Drawings and scans are often smaller without loss, and lose nothing that people see with few levels of grey.
    """
    image = picture.image
    if picture.animation or output.writer not in ("WEBP", "PNG") or not is_drawn(image):
        return [usual]
    is_scan = _is_reduced(picture) and is_ink_on_paper(image)
    pixels = few_levels(image) if is_scan else image
    if output.writer == "PNG":
        narrowed = narrowed_to_palette(pixels)
        is_small = image.width * image.height <= _SMALL  # the palette itself may be most of the file
        return [usual] if narrowed is image else [(narrowed, {}), *([usual] if is_small else ())]
    if is_scan or usual[1] == _LOSSLESS:
        return [(pixels, _LOSSLESS)]
    return _likely_smallest(usual, (image, _LOSSLESS), output)


def _likely_smallest(lossy: Candidate, lossless: Candidate, output: Output) -> list[Candidate]:
    """Return the one that is clearly smaller on a part of the image, or both: encoding without loss takes its time."""
    part = bands(lossy[0])
    if part is lossy[0]:
        return [lossy, lossless]
    sizes = [len(_encoded(part, output, options)) for _, options in (lossy, lossless)]
    if sizes[1] > _CLEARLY_LARGER * sizes[0]:
        return [lossy]
    return [lossless] if sizes[1] < _CLEARLY_SMALLER * sizes[0] else [lossy, lossless]


def _lower_quality(picture: Picture, output: Output) -> list[Candidate]:
    """Return the encoding for a rendition of fewer pixels but more bytes, which gains nothing by the usual quality.

    Not for coloured drawings: lower quality shows at their edges.
    """
    image, settings = picture.image, picture.settings
    if picture.animation or output.writer == "PNG":
        return []
    if (image.mode != "L" or settings.output_format == "auto") and is_drawn(image):
        return []
    quality = max(1, round(settings.output_quality * _SLIGHTLY_LOWER))
    return [(image, {"quality": _quality(quality, output), **_colour_sampling(picture, output)})]


def _stripped(picture: Picture, output: Output) -> bytes:
    """Return the original reduced to its pixels, for a PNG or an animation, if no pixel has changed; else empty."""
    packet = xmp_packet(picture.labels)
    if output.writer == "PNG":
        stripped = stripped_png(picture.original, packet)
        return stripped if _is_same(stripped, picture.image) else b""
    is_marked = picture.mark and picture.mark.layer
    is_changed = picture.header.icc_profile or picture.header.orientation > 1 or is_marked
    return (
        b""
        if is_changed or not picture.animation
        else with_true_flag(stripped_webp(picture.original, packet))
    )


def _is_same(png: bytes, image: Image.Image) -> bool:
    """Return whether ``png`` shows exactly the pixels of ``image``."""
    opened = WidePngFile(io.BytesIO(png))
    shown = full_colour(opened, Samples(depth=depth(png))).convert(image.mode)
    return shown.size == image.size and _equal(shown, image)


def _equal(one: Image.Image, other: Image.Image) -> bool:
    return ImageChops.difference(one, other).getbbox(alpha_only=False) is None


def _variants(picture: Picture, output: Output) -> Iterator[Candidate]:
    """Yield pixels and options for Pillow, best first. All but the first are for bounded sizes only."""
    image, quality = picture.image, picture.settings.output_quality
    if picture.animation:
        yield from _animated_variants(picture, picture.animation)
        return
    if output.writer == "PNG":
        yield from ((pixels, {}) for pixels in with_fewer_colours(image))
        return
    if picture.settings.output_format == "auto" and is_drawn(image):
        yield image, _LOSSLESS
    encoding = plan_for(picture).encoding(image)
    sampling = _colour_sampling(picture, output)
    yield image, {"quality": _quality(encoding.quality(quality), output), **sampling, **encoding.options}
    if output.writer == "WEBP":
        yield image, _LOSSLESS
    for factor in _LOWER:
        yield image, {"quality": _quality(max(1, round(quality * factor)), output), **sampling}


def _animated_variants(picture: Picture, animation: Animation) -> Iterator[Candidate]:
    """Yield the same for an animation. It is lossless only if all frames are drawings: a film may have drawn titles."""
    from renditions.imaging.animations.frame_writer import (  # noqa: PLC0415 - off by default: no start waits for it
        SeekableFrames,
    )
    from renditions.imaging.animations.hold_still import hold_still  # noqa: PLC0415 - the same

    # Pillow removes this prefix, which JPEG has, when it writes one image, but not when it writes many.
    options = {**ANIMATED.options, "exif": picture.credit.removeprefix(b"Exif\0\0")}
    if picture.settings.output_format == "auto" and all(
        is_drawn(frame.image) for frame in animation.frames()
    ):
        frames = SeekableFrames(animation)
        yield frames, {**options, **frames.options, "lossless": True, "quality": 75}
    quality = picture.settings.output_quality
    first = ANIMATED.quality(quality)
    for wanted in (first, max(1, round(quality * _LOWER_ANIMATED))):
        frames = SeekableFrames(hold_still(animation, wanted))
        yield frames, {**options, **frames.options, "quality": wanted}


def _colour_sampling(picture: Picture, output: Output) -> dict[str, str]:
    """Return the option for subsampling. WebP has none. Colour at full resolution takes a third more bytes.

    A gain map multiplies the errors of the base.
    """
    if output.writer == "WEBP":
        return {}
    is_full = picture.gains is not None or needs_full_colour(picture.image)
    return {"subsampling": "4:4:4" if is_full else "4:2:0"}


def _quality(quality: int, output: Output) -> int:
    """Return the encoder's own value for ``quality``, which looks the same in every format."""
    if output.writer != "AVIF":
        return quality
    (x0, y0), (x1, y1) = next(line for line in pairwise(_AVIF_QUALITY) if quality <= line[1][0])
    return round(y0 + (quality - x0) * (y1 - y0) / (x1 - x0))


def _encoded(image: Image.Image, output: Output, options: Mapping[str, Any]) -> bytes:
    if output.writer == "AVIF":
        from PIL import AvifImagePlugin  # noqa: F401, PLC0415 - large, and not the default
    if _LIBWEBP in options and sys.platform != "win32":  # there, libwebp is built into Pillow's module
        from renditions.imaging.formats.webp.encoder import encoded  # noqa: PLC0415 - ctypes: no start waits for it

        return encoded(image, **options)
    # The other writers are loaded with the decoders in formats/, so that Pillow need not search all its plugins.
    buffer = io.BytesIO()
    image.save(buffer, output.writer, **{**output.options, **options})
    data = buffer.getvalue()
    return with_true_flag(data) if options.get("save_all") else data
