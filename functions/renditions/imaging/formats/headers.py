"""Header and structure of a file by its format, read in pure Python before a decoder of Pillow is entered."""

from collections.abc import Callable

from renditions.imaging.formats.bmp import header as bmp_header
from renditions.imaging.formats.gif import blocks as gif_blocks
from renditions.imaging.formats.jpeg import header as jpeg_header
from renditions.imaging.formats.jpeg import markers as jpeg_markers
from renditions.imaging.formats.outline import Outline
from renditions.imaging.formats.png import chunks as png_chunks
from renditions.imaging.formats.tiff import pages as tiff_pages
from renditions.imaging.formats.webp import chunks as webp_chunks
from renditions.settings import Settings

_SIZES: dict[str, Callable[[bytes], tuple[int, int]]] = {
    "JPEG": jpeg_markers.declared_size,
    "PNG": png_chunks.declared_size,
    "GIF": gif_blocks.declared_size,
    "BMP": bmp_header.declared_size,
    "TIFF": tiff_pages.declared_size,
    "WebP": webp_chunks.declared_size,
    "AVIF": lambda data: _heif_size(data, "AVIF"),
    "HEIC": lambda data: _heif_size(data, "HEIC"),
}


def declared_size(data: bytes, image_format: str) -> tuple[int, int]:
    """Width and height in pixels as the header declares them; zeros where there is no such header."""
    return _SIZES[image_format](data)


_WALKS: dict[str, Callable[[bytes, Settings], Outline]] = {
    "JPEG": lambda data, settings: _jpeg(data, settings.max_jpeg_scans),
    "PNG": lambda data, settings: png_chunks.walk(data, settings.max_metadata_bytes),
    "GIF": lambda data, settings: gif_blocks.walk(data, settings.max_frames, settings.max_metadata_bytes),
    "TIFF": lambda data, settings: tiff_pages.walk(data, settings.max_frames),
    "WebP": lambda data, settings: webp_chunks.walk(data, settings.max_frames),
    "AVIF": lambda data, _: _heif(data, "AVIF"),
    "HEIC": lambda data, _: _heif(data, "HEIC"),
    "BMP": lambda data, _: Outline(bmp_header.readable(data)),
}


def outline(data: bytes, image_format: str, settings: Settings) -> Outline:
    """What the structure of the file tells, counted to just above the limits.

    Raises ValueError, LookupError or a leaf of ImageRejected for a file that is cut off or made to keep us busy.
    """
    return _WALKS[image_format](data, settings)


def _jpeg(data: bytes, most_scans: int) -> Outline:
    structure = jpeg_markers.walk(data, most_scans)
    return Outline(jpeg_header.readable(data, structure), metadata=structure.metadata, jpeg=structure)


def _heif_size(data: bytes, image_format: str) -> tuple[int, int]:
    from renditions.imaging.formats.heif import walk as heif  # noqa: PLC0415 - no other format waits for it

    return heif.declared_size(data, image_format)


def _heif(data: bytes, image_format: str) -> Outline:
    from renditions.imaging.formats.heif import walk as heif  # noqa: PLC0415 - the same

    structure = heif.walk(data, image_format)
    return Outline(structure.readable, structure.frames, structure.metadata, heif=structure)
