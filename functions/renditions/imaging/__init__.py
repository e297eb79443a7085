"""Image processing: bytes in, bytes out. Usable without AWS: reads no network, no file names and no environment.

    check_size(size, settings)                  check an announced byte count, before a download
    inspect(data, settings) -> Facts            read the header and check it against every limit
    render(data, rendition, settings, logo, font, framing, labels) -> Rendered
    pages(data, settings) -> PagedFile          the pages that get renditions, each as a file of its own
    beyond_reach(file, settings) -> str         the sentences about further pages that get none
    check_resizer(settings)                     at start: whether the library that resizes can be used
    check_text(settings, font)                  at start: whether there are glyphs for the watermark
    prepare_watermark(settings)                 at start of a process that makes watermarks, instead of check_resizer

The first four raise leaves of ``ImageRejected`` for what the uploader can fix. Any other error is a fault of ours.
"""

from renditions.imaging.limits import check_size
from renditions.imaging.pages import beyond_reach, pages
from renditions.imaging.pipeline import inspect, render
from renditions.imaging.resampling import check_resizer
from renditions.imaging.watermark import check_text, prepare_watermark

__all__ = [
    "beyond_reach", "check_resizer", "check_size", "check_text", "inspect", "pages", "prepare_watermark", "render",
]  # fmt: skip
