"""Separate planes of a TIFF, each as a greyscale TIFF of its own: so all bits of its samples can be read."""

import struct
from collections.abc import Mapping
from typing import Any

from PIL.TiffImagePlugin import (
    BITSPERSAMPLE,
    COMPRESSION,
    FILLORDER,
    IMAGELENGTH,
    IMAGEWIDTH,
    JPEGTABLES,
    PHOTOMETRIC_INTERPRETATION,
    PREDICTOR,
    ROWSPERSTRIP,
    SAMPLESPERPIXEL,
    STRIPBYTECOUNTS,
    STRIPOFFSETS,
    TILEBYTECOUNTS,
    TILELENGTH,
    TILEOFFSETS,
    TILEWIDTH,
)

_KEPT = (IMAGEWIDTH, IMAGELENGTH, COMPRESSION, FILLORDER, ROWSPERSTRIP, PREDICTOR, TILEWIDTH, TILELENGTH)
_PARTS = (STRIPOFFSETS, STRIPBYTECOUNTS, TILEOFFSETS, TILEBYTECOUNTS)
_LONG, _BYTES, _BLACK_IS_ZERO = 4, 7, 1
_INLINE = 4  # bytes


def plane(data: bytes, tags: Mapping[int, Any], number: int) -> bytes:
    """Return the plane ``number`` of the TIFF ``data`` whose first page has ``tags``. Raises LookupError."""
    planes = tags[SAMPLESPERPIXEL]
    values: dict[int, Any] = {tag: [tags[tag]] for tag in _KEPT if tag in tags}
    values |= {BITSPERSAMPLE: [tags[BITSPERSAMPLE][0]], PHOTOMETRIC_INTERPRETATION: [_BLACK_IS_ZERO]}
    for tag in _PARTS:
        if tag in tags:
            each = len(tags[tag]) // planes
            values[tag] = tags[tag][each * number : each * (number + 1)]
    if JPEGTABLES in tags:
        values[JPEGTABLES] = tags[JPEGTABLES]
    order = "<" if data[:2] == b"II" else ">"
    head = data[:2] + struct.pack(f"{order}HI", 42, len(data))
    return head + data[len(head) :] + _directory(order, len(data), values)


def _directory(order: str, start: int, values: Mapping[int, Any]) -> bytes:
    """Return a directory for the offset ``start``, followed by the ``values`` that do not fit into it."""
    entries, rest = struct.pack(f"{order}H", len(values)), b""
    for tag, found in sorted(values.items()):
        content = found if isinstance(found, bytes) else struct.pack(f"{order}{len(found)}I", *found)
        entries += struct.pack(f"{order}HHI", tag, _BYTES if isinstance(found, bytes) else _LONG, len(found))
        if len(content) <= _INLINE:
            entries += content.ljust(_INLINE, b"\0")
        else:
            entries += struct.pack(f"{order}I", start + 2 + 12 * len(values) + 4 + len(rest))
            rest += content
    return entries + bytes(4) + rest
