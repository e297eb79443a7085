"""PNG: damaged ancillary chunks are left out, and an animation is composed as browsers compose it."""

import re

from renditions.imaging.animations.animation import Animation
from renditions.imaging.formats.embedded import Embedded
from renditions.imaging.formats.format import Format
from renditions.imaging.formats.png import chunks
from renditions.imaging.formats.png.decoder import WidePngFile
from renditions.imaging.formats.png.exif import exif
from renditions.imaging.formats.structure import Size
from renditions.imaging.full_colour import Samples


def _frames(data: bytes, size: Size) -> Animation:
    from renditions.imaging.formats.png import frames  # noqa: PLC0415 - off by default: no start waits for it

    return frames.read(data, size)


def _embedded(data: bytes) -> Embedded:
    from renditions.imaging.formats.png import embedded  # noqa: PLC0415 - no start waits for it

    return embedded.embedded(data)


PNG = Format(
    name="PNG",
    matches=re.compile(re.escape(chunks.SIGNATURE)).match,
    declared_size=chunks.declared_size,
    walk=lambda data, settings: chunks.walk(data, settings.max_metadata_bytes),
    load_decoder=lambda: WidePngFile,
    decoder_counts_frames=True,
    samples=lambda data, _image: Samples(depth=chunks.depth(data)),
    exif=exif,
    frames=_frames,
    embedded=_embedded,
)
