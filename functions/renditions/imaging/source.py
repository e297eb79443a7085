"""Opening an original: only the decoders of the allow-list, and every limit before any pixel is decoded."""

import io
from collections.abc import Iterator
from contextlib import contextmanager

from PIL.BmpImagePlugin import BmpImageFile
from PIL.GifImagePlugin import GifImageFile
from PIL.ImageFile import ImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.TiffImagePlugin import TiffImageFile
from PIL.WebPImagePlugin import WebPImageFile

from renditions.errors import CorruptImage, RenditionsError, UnsupportedFormat
from renditions.imaging.exif import read_orientation
from renditions.imaging.formats import ALLOWED, allowed_format, stranger
from renditions.imaging.frames import declared_frames, walk
from renditions.imaging.limits import check_dimensions, check_frames, check_size
from renditions.imaging.picture import Header
from renditions.settings import Settings


class _TiffAsStored(TiffImageFile):
    """A TIFF that stays as it is stored.

    Pillow turns a TIFF upright while loading it: at full size, and only if all of its EXIF can be read. We turn
    the small picture instead.
    """

    def load_end(self) -> None:
        self._size = self.im.size


class _Metered(io.BytesIO):
    """A file whose header must come in few pieces.

    Pillow takes seconds to minutes over a header made of millions of pieces, or of thousands of JPEG segments
    (64 kB at most) that belong together. Few large pieces, such as the layers in a TIFF, cost nothing and are
    free. ``budget`` is what may still be read; None lifts the limit once the header is known.
    """

    budget: int | None = 50_000
    _SEGMENT = 0xFFFF
    _BYTES_PER_UNIT = 400  # 20 MB in segments

    def read(self, size: int | None = -1, /) -> bytes:
        piece = super().read(size)
        if self.budget is not None:
            self.budget -= 1 + (len(piece) // self._BYTES_PER_UNIT if len(piece) <= self._SEGMENT else 0)
            if self.budget < 0:
                raise ValueError("more metadata than any program writes")
        return piece


# The classes themselves and not Image.open(), which would consult Pillow's process-wide pixel limit instead of our
# settings, try further plugins, and take a JPEG with attached pictures for a format of its own (MPO).
_DECODERS: dict[str, type[ImageFile]] = {
    "JPEG": JpegImageFile,
    "PNG": PngImageFile,
    "GIF": GifImageFile,
    "BMP": BmpImageFile,
    "TIFF": _TiffAsStored,
    "WebP": WebPImageFile,
}


@contextmanager
def decoding(image_format: str) -> Iterator[None]:
    """Turn every way in which Pillow fails on bad bytes into CorruptImage. MemoryError stays what it is."""
    try:
        yield
    except (MemoryError, RenditionsError):
        raise
    except Exception as fault:
        raise CorruptImage(
            f"The {image_format} picture is damaged or cut off, and only whole pictures are accepted: "
            "save or export it again and upload that file."
        ) from fault


def read(data: bytes, settings: Settings) -> tuple[ImageFile, Header]:
    """The picture, not decoded yet, and its header. Raises every leaf of ImageRejected, in the order of the limits."""
    check_size(len(data), settings)
    image_format = allowed_format(data)
    if image_format is None:
        raise UnsupportedFormat(
            f"The file looks like {stranger(data)}, but only pictures in {ALLOWED} are accepted: "
            "save or export it in one of these formats."
        )
    if image_format == "WebP":  # its decoder reserves the memory for all pixels as soon as it opens the file
        check_dimensions("WebP", *_webp_size(data), settings)
    with decoding(image_format):
        pages = walk(data, image_format)
        meter = _Metered(data)
        image = _DECODERS[image_format](meter)
        meter.budget = None
        header = _header(data, image_format, image, pages or declared_frames(image))
    check_dimensions(image_format, header.width, header.height, settings)
    if image_format != "TIFF":  # a TIFF's further pages are never read
        check_frames(header.frames, header.width, header.height, settings)
    return image, header


def _header(data: bytes, image_format: str, image: ImageFile, frames: int) -> Header:
    orientation = read_orientation(data, image)
    width, height = image.size
    if image_format == "TIFF" and orientation >= 5:  # here Pillow already tells the size as a viewer sees it
        width, height = height, width
    return Header(
        format=image_format,
        width=width,
        height=height,
        orientation=orientation,
        frames=frames,
        has_alpha=image.has_transparency_data,
        depth=data[24] if image_format == "PNG" else 8,
        icc_profile=image.info.get("icc_profile"),
    )


def _webp_size(data: bytes) -> tuple[int, int]:
    """Width and height of a WebP's canvas, or (0, 0) when the header is none, which its decoder then rejects."""
    kind = data[12:16]
    if kind == b"VP8X" and len(data) >= 30:
        return 1 + int.from_bytes(data[24:27], "little"), 1 + int.from_bytes(data[27:30], "little")
    if kind == b"VP8L" and len(data) >= 25:
        bits = int.from_bytes(data[21:25], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if kind == b"VP8 " and len(data) >= 30:
        width, height = (int.from_bytes(data[start : start + 2], "little") for start in (26, 28))
        return width & 0x3FFF, height & 0x3FFF
    return 0, 0
