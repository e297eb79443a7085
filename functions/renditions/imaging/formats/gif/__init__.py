"""GIF: blocks are counted before decoding, and an animation is composed as browsers compose it."""

import re

from renditions.imaging.animations.animation import Animation
from renditions.imaging.formats.embedded import Embedded
from renditions.imaging.formats.format import Format
from renditions.imaging.formats.gif import blocks
from renditions.imaging.formats.gif.decoder import CanvasGifFile
from renditions.imaging.formats.structure import Size


def _frames(data: bytes, size: Size) -> Animation:
    from renditions.imaging.formats.gif import frames  # noqa: PLC0415 - off by default: no start waits for it

    return frames.read(data, size)


def _embedded(data: bytes) -> Embedded:
    from renditions.imaging.formats.gif import embedded  # noqa: PLC0415 - no start waits for it

    return embedded.embedded(data)


GIF = Format(
    name="GIF",
    matches=re.compile(rb"GIF8[79]a").match,
    declared_size=blocks.declared_size,
    walk=lambda data, settings: blocks.walk(data, settings.max_frames, settings.max_metadata_bytes),
    load_decoder=lambda: CanvasGifFile,
    frames=_frames,
    embedded=_embedded,
)
