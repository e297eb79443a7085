"""The limits on an original, each checked before the costly step that it guards."""

from renditions.errors import EmptyFile, FileTooLarge, SideTooLong, TooManyFrames, TooManyPixels
from renditions.settings import Settings

# Counting the frames of a file costs time even when they are tiny: beyond this we stop, whatever their pixels.
MOST_FRAMES = 50_000


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
    # A JPEG may have more, because it can be decoded at a reduced size.
    most = settings.max_jpeg_pixels if image_format == "JPEG" else settings.max_pixels
    if width * height > most:
        raise TooManyPixels(
            f"The {image_format} picture is {width:,} × {height:,} = {width * height:,} pixels, but at most "
            f"{most:,} are allowed: upload a smaller version."
        )


def check_frames(frames: int, width: int, height: int, settings: Settings) -> None:
    """Check an animation's frames × pixels. Raises TooManyFrames. A still picture (1 frame) always passes."""
    if frames > MOST_FRAMES:
        raise TooManyFrames(
            f"The animation has more than {MOST_FRAMES:,} frames, which is the most allowed: upload a shorter one."
        )
    if frames > 1 and frames * width * height > settings.max_animation_pixels:
        raise TooManyFrames(
            f"The animation has {frames:,} frames of {width:,} × {height:,} pixels, but at most "
            f"{settings.max_animation_pixels:,} pixels in all are allowed: upload a shorter or smaller one."
        )
