"""WebP: frames are counted before its decoder reserves memory for all pixels, which it composes itself."""

import re

from renditions.imaging.formats.embedded import Embedded
from renditions.imaging.formats.format import Format
from renditions.imaging.formats.webp import chunks
from renditions.imaging.formats.webp.decoder import StillWebpFile


def _embedded(data: bytes) -> Embedded:
    from renditions.imaging.formats.webp import embedded  # noqa: PLC0415 - no start waits for it

    return embedded.embedded(data)


WEBP = Format(
    name="WebP",
    matches=re.compile(rb"RIFF.{4}WEBP", re.DOTALL).match,
    declared_size=chunks.declared_size,
    walk=lambda data, settings: chunks.walk(data, settings.max_frames),
    load_decoder=lambda: StillWebpFile,
    decoder_counts_frames=True,
    decoder_pixel_bytes=12,  # two canvases and a decoded frame
    late_scales=(8, 4, 3, 2),
    shrink=StillWebpFile.shrink,
    embedded=_embedded,
)
