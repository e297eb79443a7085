"""From bytes to a rendition: the ordered list of steps, and the two functions that all callers use."""

from collections.abc import Callable
from dataclasses import replace

from renditions.contracts import Facts, Rendered
from renditions.framing import WHOLE, Framing
from renditions.imaging.colour import to_srgb
from renditions.imaging.crop import crop
from renditions.imaging.decode import decode, shrink_on_load, to_full_colour
from renditions.imaging.encode import encode, strip_metadata
from renditions.imaging.exif import read_camera, read_credit, read_taken_at
from renditions.imaging.extract import extract
from renditions.imaging.flatten import flatten
from renditions.imaging.formats.recognition import text_named
from renditions.imaging.keep_animation import keep_animation
from renditions.imaging.keep_gain_map import find_gain_map, hdr_stops, keep_gain_map
from renditions.imaging.labels import read_labels
from renditions.imaging.memory import fit_memory
from renditions.imaging.orientation import orient
from renditions.imaging.pad import pad
from renditions.imaging.pages import count_pages
from renditions.imaging.picture import Picture
from renditions.imaging.preview import dominant_colour, placeholder
from renditions.imaging.resize import resize
from renditions.imaging.source import read
from renditions.imaging.watermark import watermark
from renditions.labels import NONE, Labels
from renditions.settings import KEEP, RenditionSpec, Settings

Step = Callable[[Picture], Picture]

# The order decides speed and quality. Once per rendition:
LOADING: tuple[Step, ...] = (
    keep_animation,  # first: it decides what is decoded
    keep_gain_map,  # before decoding, so that the two are never in memory together
    shrink_on_load,  # before decoding, where the time is saved
    fit_memory,  # as soon as the size at which the image will be decoded is known
    decode,
)
# Once per frame of an animation that is kept, with what the first frame has decided:
SHAPING: tuple[Step, ...] = (
    to_full_colour,  # before resizing: palette indices and colour keys cannot be averaged
    extract,  # before resizing, so that only what is kept is resized
    resize,  # as early as possible: every later step works on the small image
    to_srgb,  # after resizing, as a transform costs the same for each pixel; before anything that adds colours
    orient,  # after resizing, where it takes a millisecond; before anything that has a top and a bottom
    crop,  # after orienting, so that top is the top
    flatten,  # before the watermark, so that its ink is chosen for the pixels that people will see
    watermark,
    pad,  # after the watermark, which belongs on the image and not beside it
    strip_metadata,  # last: Pillow passes metadata on from step to step
)
STEPS = (*LOADING, *SHAPING)


def inspect(data: bytes, settings: Settings) -> Facts:
    """Return the facts in the header of the original, checked against every limit, without decoding any pixel.

    Raises a leaf of ImageRejected.
    """
    with text_named(data):
        image, header = read(data, settings)
    width, height = header.oriented_size
    return Facts(
        header.format.name,
        width,
        height,
        header.orientation,
        header.frames,
        header.has_alpha,
        taken_at=read_taken_at(header.format, data, image),
        camera=read_camera(header.format, data, image),
        hdr_stops=hdr_stops(data, image, header, settings),
        labels=read_labels(header.format, data, image, settings.labels),
        pages=count_pages(data, header, settings),
    )


def render(  # noqa: PLR0913, PLR0917 - all that a rendition depends on
    data: bytes,
    rendition: str,
    settings: Settings,
    logo: bytes | None = None,
    font: bytes = b"",
    framing: Framing = WHOLE,
    labels: Labels = NONE,
) -> Rendered:
    """Make the rendition ``rendition`` of the original ``data``.

    ``logo`` is a PNG or WebP for the watermark, ``font`` a TTF, OTF or TTC for its text, or empty. ``framing`` says
    where to look. ``labels`` are those in the facts.
    Checks every limit again, because callers need not have called ``inspect``. Raises a leaf of ImageRejected for the
    original, InvalidSettings for logo and font, UnknownRendition for an unknown name.
    """
    spec = settings.rendition(rendition)
    with text_named(data):
        return _rendered(data, spec, settings, logo, font, framing, labels)


def _rendered(  # noqa: PLR0913, PLR0917 - the parameters of render
    data: bytes,
    spec: RenditionSpec,
    settings: Settings,
    logo: bytes | None,
    font: bytes,
    framing: Framing,
    labels: Labels,
) -> Rendered:
    image, header = read(data, settings)
    gain_map = find_gain_map(data, image, header, settings) if settings.hdr == KEEP else None
    credit = read_credit(header.format, data, image) if settings.kept_metadata == "credit" else b""
    opened = [
        Picture(image, header, spec, settings, logo, font, data, credit, framing, labels, gain_map=gain_map)
    ]
    del image  # no variable owns it while it passes through the steps, so that each frees what it replaces
    picture = _through(STEPS, opened.pop())
    rendered = encode(_with_all_frames(picture))
    if not spec.previewed:
        return rendered
    shown = to_srgb(replace(picture, profile=b"")).image if picture.profile else picture.image
    return replace(
        rendered,
        dominant_colour=dominant_colour(shown, settings.background),
        placeholder=placeholder(shown, settings.background),
    )


def _through(steps: tuple[Step, ...], picture: Picture) -> Picture:
    for step in steps:
        picture = step(picture)
    return picture


def _with_all_frames(picture: Picture) -> Picture:
    """Return the finished ``picture`` with an animation whose frames go through the same steps when they are read."""
    if picture.animation is None:
        return picture
    return replace(
        picture,
        animation=picture.animation.through(lambda image: _through(SHAPING, picture.showing(image)).image),
    )
