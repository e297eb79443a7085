"""The limits on an original, each checked before the costly step that it guards."""

from renditions.errors import (
    EmptyFile,
    FileTooLarge,
    MetadataTooLarge,
    SideTooLong,
    TooManyFrames,
    TooManyPixels,
    TooManyScans,
)
from renditions.settings import Settings


def check_size(size: int, settings: Settings) -> None:
    """Check a byte count, announced or real. Raises EmptyFile or FileTooLarge."""
    if size <= 0:
        raise EmptyFile("The file is empty (0 bytes): upload the picture again.")
    if size > settings.max_bytes:
        raise FileTooLarge(
            f"The file has {size:,} bytes, but at most {settings.max_bytes:,} are allowed: upload a smaller one."
        )


def check_dimensions(image_format: str, width: int, height: int, settings: Settings) -> None:
    """Check the size in pixels that a header declares. Raises SideTooLong or TooManyPixels."""
    if max(width, height) > settings.max_side:
        raise SideTooLong(
            f"The picture is {width:,} × {height:,} pixels, but no side may be longer than "
            f"{settings.max_side:,}: upload a smaller version."
        )
    most = _most_pixels(image_format, settings)
    if width * height > most:
        raise TooManyPixels(
            f"The {image_format} picture is {width:,} × {height:,} = {width * height:,} pixels, but at most "
            f"{most:,} are allowed: upload a smaller version."
        )


def _most_pixels(image_format: str, settings: Settings) -> int:
    """A JPEG may have more, because it can be decoded at a reduced size; AVIF and HEIC have decoders of their own."""
    own = {
        "JPEG": settings.max_jpeg_pixels,
        "AVIF": settings.max_avif_pixels,
        "HEIC": settings.max_heic_pixels,
    }
    return own.get(image_format, settings.max_pixels)


def check_bmp_rle(size: int, settings: Settings) -> None:
    """Check the byte count of a run-length coded BMP, whose decoder is slow. Raises FileTooLarge."""
    if size > settings.max_bmp_rle_bytes:
        raise FileTooLarge(
            f"The run-length coded BMP has {size:,} bytes, but at most {settings.max_bmp_rle_bytes:,} are allowed: "
            "save it as PNG and upload that file."
        )


def check_frames(frames: int, settings: Settings) -> None:
    """Check the number of an animation's frames, or of a TIFF's pages. Raises TooManyFrames."""
    if frames > settings.max_frames:
        raise TooManyFrames(
            f"The file has more than {settings.max_frames:,} frames or pages, which is the most allowed: "
            "upload a shorter one."
        )


def check_animation(frames: int, width: int, height: int, settings: Settings) -> None:
    """Check an animation's frames × pixels. Raises TooManyFrames. A still picture (1 frame) always passes."""
    if frames > 1 and frames * width * height > settings.max_animation_pixels:
        raise TooManyFrames(
            f"The animation has {frames:,} frames of {width:,} × {height:,} pixels, but at most "
            f"{settings.max_animation_pixels:,} pixels in all are allowed: upload a shorter or smaller one."
        )


def check_scans(scans: int, settings: Settings) -> None:
    """Check how often a JPEG's decoder would pass over the picture. Raises TooManyScans."""
    if scans > settings.max_jpeg_scans:
        raise TooManyScans(
            f"The JPEG picture has more than {settings.max_jpeg_scans:,} scans, which is the most allowed: "
            "save or export it again and upload that file."
        )


def check_metadata(image_format: str, size: int, settings: Settings) -> None:
    """Check the bytes beside the pixels, unpacked. Raises MetadataTooLarge."""
    if size > settings.max_metadata_bytes:
        raise MetadataTooLarge(
            f"The {image_format} file holds more than {settings.max_metadata_bytes:,} bytes of metadata, which is "
            "the most allowed: export the picture without metadata and upload that file."
        )


def too_many_parts(image_format: str, most: int) -> MetadataTooLarge:
    """The rejection of a file that is cut into more parts than can be looked at in a moment."""
    return MetadataTooLarge(
        f"The {image_format} file is cut into more than {most:,} parts, which no program does: "
        "save or export the picture again and upload that file."
    )
