"""The limits on an original, each checked before the costly step that it guards.

Limits that only one format has are in its package.
"""

from renditions.errors import (
    EmptyFile,
    FileTooLarge,
    MetadataTooLarge,
    SideTooLong,
    TooManyFrames,
    TooManyPixels,
)
from renditions.imaging.formats.format import Format
from renditions.settings import Settings


def check_size(size: int, settings: Settings) -> None:
    """Check a byte count, announced or real. Raises EmptyFile or FileTooLarge."""
    if size <= 0:
        raise EmptyFile("The file is empty (0 bytes). Upload the image again.")
    if size > settings.max_bytes:
        raise FileTooLarge(
            f"The file has {size:,} bytes. At most {settings.max_bytes:,} bytes are allowed. "
            "Upload a smaller file, or raise MAX_BYTES."
        )


def check_dimensions(image_format: Format, width: int, height: int, settings: Settings) -> None:
    """Check the size in pixels that a header declares. Raises SideTooLong or TooManyPixels."""
    if max(width, height) > settings.max_side:
        raise SideTooLong(
            f"The image is {width:,} × {height:,} pixels. The longest side allowed is {settings.max_side:,} pixels. "
            "Upload a smaller version, or raise MAX_SIDE."
        )
    most = image_format.most_pixels(settings)
    if width * height > most:
        raise TooManyPixels(
            f"The {image_format.name} image has {width:,} × {height:,} = {width * height:,} pixels. "
            f"At most {most:,} pixels are allowed. Upload a smaller version, or raise {image_format.pixel_setting}."
        )


def check_frames(frames: int, settings: Settings) -> None:
    """Check the number of frames or pages. Raises TooManyFrames."""
    if frames > settings.max_frames:
        raise TooManyFrames(
            f"The file has more than {settings.max_frames:,} frames or pages, the maximum allowed. "
            "Upload a shorter file."
        )


def check_animation(image_format: Format, frames: int, width: int, height: int, settings: Settings) -> None:
    """Check the frames × pixels of an animation. Raises TooManyFrames.

    A still image (1 frame) always passes, and so do the pages of a format whose further pages are never decoded.
    """
    if image_format.has_pages:
        return
    if frames > 1 and frames * width * height > settings.max_animation_pixels:
        raise TooManyFrames(
            f"The animation has {frames:,} frames of {width:,} × {height:,} pixels. At most "
            f"{settings.max_animation_pixels:,} pixels in total are allowed. Upload a shorter or smaller animation."
        )


def check_metadata(image_format: Format, size: int, settings: Settings) -> None:
    """Check the number of bytes besides the pixels, unpacked. Raises MetadataTooLarge."""
    if size > settings.max_metadata_bytes:
        raise MetadataTooLarge(
            f"The {image_format.name} file has more than {settings.max_metadata_bytes:,} bytes of metadata, "
            "the maximum allowed. Export the image without metadata and upload that file."
        )
