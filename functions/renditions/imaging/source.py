"""Opening an original: only the decoders of the allow-list, and every limit before any pixel is decoded."""

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from PIL import _imaging as core
from PIL.ImageFile import ImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.WebPImagePlugin import WebPImageFile

from renditions.errors import CorruptImage, InvalidSettings, RenditionsError, UnsupportedFormat
from renditions.imaging.exif import read_orientation
from renditions.imaging.formats.bmp.header import is_run_length_coded
from renditions.imaging.formats.bmp.stored import StoredBmp
from renditions.imaging.formats.gif.canvas import CanvasGif
from renditions.imaging.formats.headers import declared_size, outline
from renditions.imaging.formats.heif.avif_decoder import CroppedAvifFile
from renditions.imaging.formats.jpeg.decoder import WholeJpegFile
from renditions.imaging.formats.outline import Outline
from renditions.imaging.formats.recognition import allowed, in_words, recognised, stranger
from renditions.imaging.formats.tiff.stored import StoredTiff
from renditions.imaging.limits import (
    check_animation,
    check_bmp_rle,
    check_dimensions,
    check_frames,
    check_metadata,
    check_scans,
    check_size,
    too_many_parts,
)
from renditions.imaging.picture import Header
from renditions.settings import WITHOUT_HEIC, Settings


class _Metered(io.BytesIO):
    """A file whose header must come in few pieces.

    Pillow takes seconds to minutes over a header made of millions of pieces, or of thousands of JPEG segments
    (64 kB at most) that belong together. Few large pieces, such as the layers in a TIFF, cost nothing and are
    free.
    """

    _PIECES = 50_000
    _SEGMENT = 0xFFFF
    _BYTES_PER_UNIT = 400  # 20 MB in segments

    def __init__(self, data: bytes, image_format: str) -> None:
        super().__init__(data)
        self._left = self._PIECES
        self._format = image_format
        self.read = self._metered_read  # type: ignore[method-assign] # on the instance, to be removed again

    def _metered_read(self, size: int | None = -1, /) -> bytes:
        piece = super().read(size)
        self._left -= 1 + (len(piece) // self._BYTES_PER_UNIT if len(piece) <= self._SEGMENT else 0)
        if self._left < 0:
            raise too_many_parts(self._format, self._PIECES)
        return piece

    def release(self) -> None:
        """Lift the limit, once the header is known: from here on reading is as fast as without a meter."""
        del self.read


# The classes themselves and not Image.open(), which would consult Pillow's process-wide pixel limit instead of our
# settings, try further plugins, and take a JPEG with attached pictures for a format of its own (MPO).
_DECODERS: dict[str, type[ImageFile]] = {
    "JPEG": WholeJpegFile,
    "PNG": PngImageFile,
    "GIF": CanvasGif,
    "BMP": StoredBmp,
    "TIFF": StoredTiff,
    "WebP": WebPImageFile,
    "AVIF": CroppedAvifFile,
}


# Pillow's codecs tell by a number that they got no memory, and Pillow turns the number into this text.
_NO_MEMORY = core.getcodecstatus(-9)


@contextmanager
def decoding(image_format: str) -> Iterator[None]:
    """Turn every way in which Pillow fails on bad bytes into CorruptImage. MemoryError stays what it is.

    What Pillow warns about is either ignored on purpose or ends as a rejection: the log stays clean.
    """
    try:
        with warnings.catch_warnings(action="ignore"):
            yield
    except (MemoryError, RenditionsError):
        raise
    except Exception as fault:
        if isinstance(fault, OSError) and str(fault).startswith(_NO_MEMORY):
            raise MemoryError(str(fault)) from fault
        raise CorruptImage(
            f"The {image_format} picture is damaged or cut off, and only whole pictures are accepted: "
            "save or export it again and upload that file."
        ) from fault


def read(data: bytes, settings: Settings) -> tuple[ImageFile, Header]:
    """The picture, not decoded yet, and its header. Raises every leaf of ImageRejected, in the order of the limits."""
    check_size(len(data), settings)
    image_format, formats = recognised(data), allowed(settings)
    if image_format is None or image_format not in formats:
        raise UnsupportedFormat(
            f"The file looks like {stranger(data)}, but only pictures in {in_words(formats)} are "
            "accepted: "
            "save or export it in one of these formats."
        )
    decoder = _decoder(image_format)
    with decoding(image_format):
        check_dimensions(image_format, *declared_size(data, image_format), settings)
        structure = outline(data, image_format, settings)
        _check_structure(data, image_format, structure, settings)
        image = _opened(data, structure, image_format, decoder)
        header = _header(data, image_format, image, structure)
    # Again, and of what the decoder says, for a header may be made to say different things to different readers.
    check_dimensions(image_format, header.width, header.height, settings)
    check_frames(header.frames, settings)
    if image_format != "TIFF":  # a TIFF's further pages are never read
        check_animation(header.frames, header.width, header.height, settings)
    return image, header


def _check_structure(data: bytes, image_format: str, structure: Outline, settings: Settings) -> None:
    """The limits on what the walk over the file has counted, before any decoder is entered."""
    if image_format == "BMP" and is_run_length_coded(data):
        check_bmp_rle(len(data), settings)
    check_frames(structure.frames, settings)
    if image_format != "TIFF":
        check_animation(structure.frames, *declared_size(data, image_format), settings)
    if structure.jpeg:
        check_scans(structure.jpeg.scans, settings)
    for size in structure.heif.sizes if structure.heif else ():
        check_dimensions(image_format, *size, settings)
    check_metadata(image_format, structure.metadata, settings)


def _decoder(image_format: str) -> type[ImageFile]:
    """The class that opens the format. That of HEIC is no part of Pillow, and only there where it is wanted."""
    if image_format != "HEIC":
        return _DECODERS[image_format]
    try:
        from renditions.imaging.formats.heif.heic_decoder import HeicFile  # noqa: PLC0415 - it need not be there
    except ImportError as fault:
        raise InvalidSettings(f"HEIC_INPUT is 'on' but {WITHOUT_HEIC}.") from fault
    return HeicFile


def _opened(data: bytes, structure: Outline, image_format: str, decoder: type[ImageFile]) -> ImageFile:
    file = _Metered(structure.readable, image_format)
    image = decoder(file)
    file.release()
    if structure.heif and isinstance(image, CroppedAvifFile):
        image.visible = structure.heif.turns.crop
    if structure.jpeg and isinstance(image, WholeJpegFile):
        image.watch(data, structure.jpeg)
    return image


def _header(data: bytes, image_format: str, image: ImageFile, structure: Outline) -> Header:
    orientation = structure.heif.turns.orientation if structure.heif else read_orientation(data, image)
    width, height = _visible_size(image)
    if image_format == "TIFF" and orientation >= 5:  # here Pillow already tells the size as a viewer sees it
        width, height = height, width
    return Header(
        format=image_format,
        width=width,
        height=height,
        orientation=orientation,
        frames=max(
            structure.frames, getattr(image, "n_frames", 1) if image_format in ("PNG", "WebP", "AVIF") else 1
        ),
        has_alpha=image.has_transparency_data,
        depth=data[24] if image_format == "PNG" else 8,
        icc_profile=_profile(image, structure),
        bytes=len(data),
        coefficients=structure.jpeg.coefficients if structure.jpeg else 0,
    )


def _visible_size(image: ImageFile) -> tuple[int, int]:
    """Width and height as stored, without what an AVIF's decoder cuts away at the end."""
    left, upper, right, lower = getattr(image, "visible", None) or (0, 0, *image.size)
    return right - left, lower - upper


def _profile(image: ImageFile, structure: Outline) -> bytes | None:
    if structure.heif:
        return structure.heif.profile(image.mode)
    return structure.icc_profile or image.info.get("icc_profile")
