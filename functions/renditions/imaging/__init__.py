"""Pictures: bytes in, bytes out. Usable without AWS: nothing here reads the network, a file name or the environment.

    check_size(size, settings)                  the announced byte count, before a download
    inspect(data, settings) -> Facts            what the header says, checked against every limit
    render(data, rendition, settings, logo) -> Rendered

All three raise leaves of ``ImageRejected`` for what the uploader can mend. Anything else is ours.
"""

from renditions.imaging.limits import check_size
from renditions.imaging.pipeline import inspect, render

__all__ = ["check_size", "inspect", "render"]
