"""The values that pass through the pipeline: the header of an original, and an image on its way to a rendition."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

from PIL import Image

from renditions.framing import WHOLE, Framing
from renditions.imaging.animations.animation import Animation
from renditions.imaging.formats.format import Format
from renditions.imaging.full_colour import Samples
from renditions.imaging.geometry import as_stored, scaled
from renditions.labels import NONE, Labels
from renditions.settings import RenditionSpec, Settings
from renditions.shapes import padding

if TYPE_CHECKING:
    from renditions.imaging.gain_map import GainMap, Gains


@dataclass(frozen=True, slots=True)
class Header:
    """What is known of an original before decoding.

    ``width`` × ``height`` are pixels as stored, before ``orientation`` (EXIF, 1 to 8) is applied. ``file_size`` is in
    bytes. ``coefficients`` are the bytes that the decoder keeps beside the pixels. ``others`` is the number of further
    images that are never shown: pages, and what else belongs to the file but is no frame. ``lacks_pages``: the list of
    pages is broken, and there may be more.
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
    lacks_pages: bool = False

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
    ``credit`` is EXIF for the rendition, ``labels`` are for its XMP. ``framing`` is where its uploader wants people to
    look. ``notes`` are whole sentences for the record.

    ``gain_map`` is that of the original, ``gains`` what the rendition shows of it; both only if it is kept. Then, the
    colours stay those of the original, and ``profile`` says which, or is empty for sRGB.

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
    framing: Framing = WHOLE
    labels: Labels = NONE
    box: tuple[float, float, float, float] | None = None
    notes: tuple[str, ...] = ()
    animation: Animation | None = None
    corner: tuple[int, int] | None = None
    mark: Mark | None = None
    gain_map: "GainMap | None" = None
    gains: "Gains | None" = None
    profile: bytes = b""

    @property
    def region(self) -> tuple[int, int, int, int]:
        """Left, top, right and bottom of what the uploader keeps of the original, in pixels as stored."""
        size = self.header.oriented_size
        return as_stored(self.framing.region(*size), size, self.header.orientation)

    @property
    def target(self) -> tuple[int, int]:
        """Width and height to which the region, as stored, is resized before it is cropped or padded."""
        left, top, right, bottom = self.region
        if self.header.orientation < 5:
            return scaled(right - left, bottom - top, self.spec)
        height, width = scaled(bottom - top, right - left, self.spec)
        return width, height

    @property
    def canvas(self) -> tuple[int, int]:
        """Width and height of the upright rendition, before a crop to its shape."""
        size = self.target if self.header.orientation < 5 else self.target[::-1]
        return size if padding(self.spec.fit) is None else self.spec.bounds.canvas_for(*size)

    @property
    def background(self) -> str:
        """The colour (#rrggbb) behind what is transparent: that of the padding if it has one of its own."""
        colour = padding(self.spec.fit) or ""
        return colour if colour.startswith("#") else self.settings.background

    def showing(self, image: Image.Image) -> Self:
        """Return the same picture with other pixels."""
        return replace(self, image=image)

    def noting(self, sentence: str) -> Self:
        """Return the same picture with one more sentence for the record."""
        return replace(self, notes=(*self.notes, sentence))
