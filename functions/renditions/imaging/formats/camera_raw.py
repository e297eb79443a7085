"""Raw files of cameras, recognized by the marks of their makers. None is rendered: they hold the data of a sensor."""

import re

CAMERA_RAW = "This looks like a camera raw file. Export a JPEG and upload that file."

# Canon (three), Phase One, Fujifilm, Olympus, Panasonic and Leica, Sigma, Minolta. Those of the other makers are
# ordinary TIFFs up to their directories.
_MARK = re.compile(
    rb"II\*\0\x10\0\0\0CR|.{4}ftypcrx |(?:II\x1a\0\0\0|MM\0\0\0\x1a)HEAPCCDR|(?:II\*\0|MM\0\*).{4}(?:IIII.waR|MMMMRaw)"
    rb"|FUJIFILMCCD-RAW|IIR[OS]|MMOR|IIU\0|FOVb|\0MRM",
    re.DOTALL,
)


def has_mark(head: bytes) -> bool:
    """Return whether the first bytes of a file are those of a raw file, some of which look like a TIFF otherwise."""
    return _MARK.match(head) is not None
