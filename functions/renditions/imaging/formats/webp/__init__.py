"""WebP: frames are counted before its decoder reserves memory for all pixels, which it composes itself."""

import re

from PIL.WebPImagePlugin import WebPImageFile

from renditions.imaging.formats.format import Format
from renditions.imaging.formats.webp import chunks

WEBP = Format(
    name="WebP",
    matches=re.compile(rb"RIFF.{4}WEBP", re.DOTALL).match,
    declared_size=chunks.declared_size,
    walk=lambda data, settings: chunks.walk(data, settings.max_frames),
    load_decoder=lambda: WebPImageFile,
    decoder_counts_frames=True,
    decoder_pixel_bytes=12,  # two canvases and a decoded frame
)
