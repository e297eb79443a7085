"""From bytes to a rendition: the ordered list of steps, and the two functions that everybody calls."""

from collections.abc import Callable
from dataclasses import replace

from renditions.contracts import Facts, Rendered
from renditions.imaging.colour import to_srgb
from renditions.imaging.crop import crop
from renditions.imaging.decode import decode, shrink_on_load, to_full_colour
from renditions.imaging.encode import encode, strip_metadata
from renditions.imaging.exif import read_camera, read_credit, read_taken_at
from renditions.imaging.flatten import flatten
from renditions.imaging.keep import keep_animation
from renditions.imaging.memory import fit_memory
from renditions.imaging.orientation import orient
from renditions.imaging.picture import Picture
from renditions.imaging.preview import dominant_colour, placeholder
from renditions.imaging.resize import resize
from renditions.imaging.source import read
from renditions.imaging.watermark import watermark
from renditions.settings import Settings

Step = Callable[[Picture], Picture]

# The order is the speed and the quality. Once for each rendition:
LOADING: tuple[Step, ...] = (
    keep_animation,  # first: it says what is to be decoded
    shrink_on_load,  # before decoding, or there is nothing left to save
    fit_memory,  # now that it is known at which size the picture will be decoded
    decode,
)
# For each frame of an animation that is kept, with what the first one has decided:
SHAPING: tuple[Step, ...] = (
    to_full_colour,  # before resizing: palette indices and colour keys cannot be averaged
    resize,  # as early as possible: every step from here on works on the small picture
    to_srgb,  # after resizing, for a transform costs the same for each pixel; before anything that adds colours
    orient,  # after resizing, where it costs a millisecond; before anything that has a top and a bottom
    crop,  # after everything stands upright, so that top is the top
    flatten,  # before the watermark, so that the mark's ink is chosen on the pixels that people will see
    watermark,
    strip_metadata,  # last: Pillow hands metadata on from step to step
)
STEPS = (*LOADING, *SHAPING)


def inspect(data: bytes, settings: Settings) -> Facts:
    """What the header of the original says, checked against every limit; no pixel is decoded.

    Raises a leaf of ImageRejected.
    """
    image, header = read(data, settings)
    width, height = header.oriented_size
    return Facts(
        header.format,
        width,
        height,
        header.orientation,
        header.frames,
        header.has_alpha,
        taken_at=read_taken_at(data, image),
        camera=read_camera(data, image),
    )


def render(data: bytes, rendition: str, settings: Settings, logo: bytes | None = None) -> Rendered:
    """Make the rendition ``rendition`` of the original ``data``; ``logo`` is a PNG or WebP for the watermark.

    Checks every limit again, because nobody must have asked ``inspect`` before. Raises a leaf of ImageRejected
    for the original, InvalidSettings for the logo, UnknownRendition for a name that is not made.
    """
    spec = settings.rendition(rendition)
    image, header = read(data, settings)
    credit = read_credit(data, image) if settings.kept_metadata == "credit" else b""
    picture = Picture(image, header, spec, settings, logo, data, credit)
    del image  # the picture is its only owner from here, so that its memory is free once it was made small
    picture = _through(STEPS, picture)
    rendered = encode(_with_all_frames(picture))
    if not spec.previewed:
        return rendered
    return replace(
        rendered,
        dominant_colour=dominant_colour(picture.image, settings.background),
        placeholder=placeholder(picture.image, settings.background),
    )


def _through(steps: tuple[Step, ...], picture: Picture) -> Picture:
    for step in steps:
        picture = step(picture)
    return picture


def _with_all_frames(picture: Picture) -> Picture:
    """``picture``, which is made, with an animation whose frames are made in the same way when they are asked for."""
    if picture.animation is None:
        return picture
    return replace(
        picture,
        animation=picture.animation.through(lambda image: _through(SHAPING, picture.showing(image)).image),
    )
