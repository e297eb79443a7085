"""GIF: blocks are counted before decoding, and an animation is composed as browsers compose it.

No start waits for this package: only such a file loads more of it.
"""

import re
from collections.abc import Callable

from PIL.ImageFile import ImageFile

from renditions.imaging.animations.animation import Animation
from renditions.imaging.formats.embedded import Embedded
from renditions.imaging.formats.format import Format
from renditions.imaging.formats.structure import Size, Structure
from renditions.settings import Settings


def _size(data: bytes) -> Size:
    from renditions.imaging.formats.gif import blocks  # noqa: PLC0415 - only for such a file

    return blocks.declared_size(data)


def _walk(data: bytes, settings: Settings) -> Structure:
    from renditions.imaging.formats.gif import blocks  # noqa: PLC0415 - the same

    return blocks.walk(data, settings.max_frames, settings.max_metadata_bytes)


def _decoder() -> Callable[..., ImageFile]:
    from renditions.imaging.formats.gif.decoder import CanvasGifFile  # noqa: PLC0415 - the same

    return CanvasGifFile


def _frames(data: bytes, size: Size) -> Animation:
    from renditions.imaging.formats.gif import frames  # noqa: PLC0415 - the same

    return frames.read(data, size)


def _embedded(data: bytes) -> Embedded:
    from renditions.imaging.formats.gif import embedded  # noqa: PLC0415 - the same

    return embedded.embedded(data)


GIF = Format(
    name="GIF",
    matches=re.compile(rb"GIF8[79]a").match,
    declared_size=_size,
    walk=_walk,
    load_decoder=_decoder,
    frames=_frames,
    embedded=_embedded,
)
