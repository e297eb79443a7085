"""Adding metadata to a still WebP, in the order of the specification: profile, pixels, EXIF, XMP."""

from renditions.imaging.formats.webp.chunks import (
    ALPHA,
    EXIF,
    FIRST,
    PROFILE,
    XMP,
    chunks,
    declared_size,
    written,
)

_PIXELS = (b"ALPH", b"VP8 ", b"VP8L")


def with_metadata(data: bytes, icc_profile: bytes, exif: bytes, xmp: bytes) -> bytes:
    """Return the still WebP ``data``, which has no metadata yet, with those that are not empty."""
    if not (icc_profile or exif or xmp):
        return data
    pixels = [chunk for chunk in chunks(data, FIRST, len(data)) if chunk.kind in _PIXELS]
    is_transparent = any(chunk.kind == b"ALPH" for chunk in pixels)
    flags = PROFILE * bool(icc_profile) | ALPHA * is_transparent | EXIF * bool(exif) | XMP * bool(xmp)
    canvas = b"".join((side - 1).to_bytes(3, "little") for side in declared_size(data))
    parts = (
        (b"VP8X", bytes((flags, 0, 0, 0)) + canvas),
        (b"ICCP", icc_profile),
        *((chunk.kind, data[chunk.start : chunk.end]) for chunk in pixels),
        (b"EXIF", exif),
        (b"XMP ", xmp),
    )
    return written(b"RIFF", b"WEBP" + b"".join(written(kind, content) for kind, content in parts if content))
