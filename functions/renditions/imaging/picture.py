"""The values that pass through the pipeline: the header of an original, and an image on its way to a rendition."""

from dataclasses import dataclass, replace
from typing import Self

from PIL import Image

from renditions.imaging.animations.animation import Animation
from renditions.imaging.formats.format import Format
from renditions.imaging.full_colour import Samples
from renditions.imaging.geometry import scaled
from renditions.settings import RenditionSpec, Settings


@dataclass(frozen=True, slots=True)
class Header:
    """What is known of an original before decoding.

    ``width`` × ``height`` are pixels as stored, before ``orientation`` (EXIF, 1 to 8) is applied. ``file_size`` is in
    bytes. ``coefficients`` are the bytes that the decoder keeps beside the pixels. ``others`` is the number of further
    images that are never shown: pages, and what else belongs to the file but is no frame.
    """

    format: Format
    width: int
    height: int
    orientation: int
    frames: int
    has_alpha: bool
    samples: Samples
    icc_profile: bytes | None
    file_size: int
    coefficients: int
    others: int = 0

    @property
    def oriented_size(self) -> tuple[int, int]:
        """Width and height as a viewer shows them: orientations 5 to 8 swap the sides."""
        return (self.height, self.width) if self.orientation >= 5 else (self.width, self.height)

    @property
    def decode_cost(self) -> int:
        """The cost of decoding in pixels of a baseline JPEG. Those of a progressive one take three times as long."""
        return self.width * self.height * (3 if self.coefficients else 1)


@dataclass(frozen=True, slots=True)
class Mark:
    """The watermark: a ``layer`` to be laid over the image with its left and top at ``place``; no layer: no mark."""

    layer: Image.Image | None
    place: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class Picture:
    """One original on its way to one rendition. Each step returns a new value; none changes the one that it got.

    ``box`` is where the original lies in ``image``, in pixels: after a scaled JPEG decode not whole numbers.
    ``original`` is the file of the original, ``font`` that of a font for the watermark.
    ``credit`` is EXIF for the rendition. ``notes`` are whole sentences for
    the record.

    For an ``animation`` that is kept, ``image`` is the first frame. What its pixels decide, the left and top ``corner``
    of the crop and the ``mark``, applies to all frames.
    """

    image: Image.Image
    header: Header
    spec: RenditionSpec
    settings: Settings
    logo: bytes | None = None
    font: bytes = b""
    original: bytes = b""
    credit: bytes = b""
    box: tuple[float, float, float, float] | None = None
    notes: tuple[str, ...] = ()
    animation: Animation | None = None
    corner: tuple[int, int] | None = None
    mark: Mark | None = None

    @property
    def target(self) -> tuple[int, int]:
        """Width and height to which the image, as stored, is resized before it is cropped."""
        return scaled(self.header.width, self.header.height, self.spec)

    def showing(self, image: Image.Image) -> Self:
        """Return the same picture with other pixels."""
        return replace(self, image=image)

    def noting(self, sentence: str) -> Self:
        """Return the same picture with one more sentence for the record."""
        return replace(self, notes=(*self.notes, sentence))
