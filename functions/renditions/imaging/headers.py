"""Header and structure of a file by its format, read in pure Python before a decoder of Pillow is entered."""

from collections.abc import Callable

from renditions.imaging import bmp_header, gif_blocks, jpeg_markers, png_chunks, tiff_pages, webp_chunks
from renditions.imaging.outline import Outline
from renditions.settings import Settings

_SIZES: dict[str, Callable[[bytes], tuple[int, int]]] = {
    "JPEG": jpeg_markers.declared_size,
    "PNG": lambda data: (int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")),
    "GIF": lambda data: (int.from_bytes(data[6:8], "little"), int.from_bytes(data[8:10], "little")),
    "BMP": bmp_header.declared_size,
    "TIFF": tiff_pages.declared_size,
    "WebP": webp_chunks.declared_size,
}


def declared_size(data: bytes, image_format: str) -> tuple[int, int]:
    """Width and height in pixels as the header declares them; zeros where there is no such header."""
    return _SIZES[image_format](data)


def outline(data: bytes, image_format: str, settings: Settings) -> Outline:
    """What the structure of the file tells, counted to just above the limits.

    Raises ValueError, IndexError or a leaf of ImageRejected for a file that is cut off or made to keep us busy.
    """
    frames, metadata = settings.max_frames, settings.max_metadata_bytes
    match image_format:
        case "JPEG":
            structure = jpeg_markers.walk(data, settings.max_jpeg_scans)
            return Outline(data, frames=1, metadata=structure.metadata, jpeg=structure)
        case "PNG":
            return png_chunks.walk(data, metadata)
        case "GIF":
            return gif_blocks.walk(data, frames, metadata)
        case "TIFF":
            return tiff_pages.walk(data, frames)
        case "WebP":
            return webp_chunks.walk(data, frames)
        case _:
            return Outline(data, frames=1)
