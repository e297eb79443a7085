"""The value that describes an input format: all that the rest of the imaging package knows about it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from PIL import Image
from PIL.ImageFile import ImageFile

from renditions.imaging.animations.animation import Animation
from renditions.imaging.formats.embedded import Embedded, nothing_embedded
from renditions.imaging.formats.paged_file import PagedFile
from renditions.imaging.formats.structure import Size, Structure
from renditions.imaging.full_colour import Samples
from renditions.settings import Settings

Box = tuple[float, float, float, float]  # left, upper, right, lower in pixels


class Exif(Protocol):
    """The EXIF of a file. Reading a broken one raises almost any exception."""

    def get(self, tag: int) -> Any:
        """Return the value of a tag of the image, or None."""

    def get_ifd(self, tag: int) -> Any:
        """Return a mapping with the tags of a directory, such as the one that describes the shot."""


def parsed_exif(stored: bytes) -> Exif:
    """Return the EXIF in ``stored``, the bytes of a block."""
    # Not image.getexif(): for a PNG that decodes the pixels, and it reads XMP, which viewers ignore.
    exif = Image.Exif()
    exif.load(stored)
    return exif


def _exif_of_header(data: bytes, image: ImageFile) -> Exif:  # noqa: ARG001 - other formats search the file
    return parsed_exif(bytes(image.info.get("exif", b"")))


@dataclass(frozen=True, slots=True)
class Format:
    """An input format. The callables that need a module which is slow to import load it when they are called.

    ``name``: the word for it in records and sentences.
    ``matches``: whether the first bytes of a file are those of the format.
    ``declared_size``: width and height in the header; zeros if there is none. May raise what ``walk`` raises.
    ``walk``: read the structure, in pure Python. Raises ValueError, LookupError or a leaf of ImageRejected for a file
    that is cut off or built to keep the reader busy.
    ``load_decoder``: return the class that opens a file. Raises InvalidSettings where its library is missing.

    ``is_enabled``: whether the settings accept the format.
    ``pixel_setting``: the setting with the largest number of pixels that is accepted.
    ``may_be_drawn``: whether a file may show a drawing exactly; lossy compression would leave traces everywhere.
    ``has_pages``: whether further images are pages, each a file of its own for the decoder; otherwise they are frames.
    ``decoder_counts_frames``: whether the decoder knows the number of frames, too.
    ``decoder_pixel_bytes``: the memory that the decoder needs per pixel, besides the decoded image.

    ``stored_size``: width and height of an opened file as stored, before orientation.
    ``samples``: how the file stores its samples.
    ``exif``: the EXIF of an opened file.
    ``embedded``: what a file says about origin and rights. Reading a broken one raises almost any exception.
    ``scales``: the divisors by which ``shrink`` can reduce the sides while decoding, largest first.
    ``late_scales``: the same where SIMD resizes, for a format that Pillow alone decodes in full.
    ``shrink``: prepare an opened file for decoding at 1 / scale; returns where the image is in the result, or None.
    ``paged``: the pages of a file, within the limits of the settings. Raises what ``walk`` raises.
    ``frames``: read an animation of the given canvas size; None where the decoder composes the frames itself.
    ``may_have_gain_map``: whether it is worth looking for one in an opened file.
    """

    name: str
    matches: Callable[[bytes], object]
    declared_size: Callable[[bytes], Size]
    walk: Callable[[bytes, Settings], Structure]
    load_decoder: Callable[[], Callable[..., ImageFile]]

    is_enabled: Callable[[Settings], bool] = lambda _: True
    pixel_setting: str = "MAX_PIXELS"
    may_be_drawn: bool = True
    has_pages: bool = False
    decoder_counts_frames: bool = False
    decoder_pixel_bytes: int = 0

    stored_size: Callable[[Any], Size] = lambda image: (image.width, image.height)
    samples: Callable[[bytes, Any], Samples] = lambda _data, _image: Samples()
    exif: Callable[[bytes, Any], Exif] = _exif_of_header
    embedded: Callable[[bytes], Embedded] = nothing_embedded
    scales: tuple[int, ...] = ()
    late_scales: tuple[int, ...] = ()
    shrink: Callable[[Any, int], Box | None] = lambda _image, _scale: None
    paged: Callable[[bytes, Settings], PagedFile] | None = None
    frames: Callable[[bytes, Size], Animation] | None = None
    may_have_gain_map: Callable[[bytes, Any], bool] = lambda _data, _image: False

    def most_pixels(self, settings: Settings) -> int:
        """Return the largest number of pixels that the settings accept."""
        return int(getattr(settings, self.pixel_setting.lower()))
