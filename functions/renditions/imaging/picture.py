"""The values that travel through the pipeline: what a header says, and a picture on its way to a rendition."""

from dataclasses import dataclass, replace
from typing import Self

from PIL import Image

from renditions.imaging.animations.animation import Animation
from renditions.imaging.geometry import scaled
from renditions.settings import RenditionSpec, Settings


@dataclass(frozen=True, slots=True)
class Header:
    """What was read before any decoding.

    ``width`` × ``height`` are pixels as stored, before ``orientation`` (EXIF, 1 to 8) is applied. ``depth`` is the
    number of bits per sample that a PNG declares, 8 for the other formats; ``file_size`` is that of the
    original in bytes, ``coefficients`` the bytes that its decoder keeps beside the pixels.
    """

    format: str
    width: int
    height: int
    orientation: int
    frames: int
    has_alpha: bool
    depth: int
    icc_profile: bytes | None
    file_size: int
    coefficients: int

    @property
    def oriented_size(self) -> tuple[int, int]:
        """Width and height as a viewer sees them: values 5 to 8 lie on their side."""
        return (self.height, self.width) if self.orientation >= 5 else (self.width, self.height)

    @property
    def toil(self) -> int:
        """What decoding takes, as pixels of a baseline JPEG: those of a progressive one take three times as long."""
        return self.width * self.height * (3 if self.coefficients else 1)


@dataclass(frozen=True, slots=True)
class Mark:
    """The watermark as it is laid over the picture, its left and top at ``place``; no ``layer`` means no watermark."""

    layer: Image.Image | None
    place: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class Picture:
    """One original on its way to one rendition. Each step returns a new one; none changes what it was given.

    ``box`` is where the picture lies inside ``image``, in its pixels: not whole numbers after a scaled JPEG
    decode. ``original`` is the original's file, ``credit`` EXIF for the rendition. ``notes`` are whole
    sentences for the record.

    Of an ``animation`` that is kept, ``image`` is the first frame. What its pixels decide, the left and top ``corner``
    of the crop and the ``mark``, holds for all frames.
    """

    image: Image.Image
    header: Header
    spec: RenditionSpec
    settings: Settings
    logo: bytes | None = None
    original: bytes = b""
    credit: bytes = b""
    box: tuple[float, float, float, float] | None = None
    notes: tuple[str, ...] = ()
    animation: Animation | None = None
    corner: tuple[int, int] | None = None
    mark: Mark | None = None

    @property
    def target(self) -> tuple[int, int]:
        """Width and height in pixels to which the picture, as stored, is resized, before anything is cut off."""
        return scaled(self.header.width, self.header.height, self.spec)

    def showing(self, image: Image.Image) -> Self:
        """The same picture with new pixels."""
        return replace(self, image=image)

    def noting(self, sentence: str) -> Self:
        """The same picture with one more sentence for the record."""
        return replace(self, notes=(*self.notes, sentence))
