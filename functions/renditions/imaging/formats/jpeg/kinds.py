"""The kinds of JPEG that are not accepted, by their frame header."""

from renditions.errors import UnsupportedFormat

JPEG_LS = 0xF7
# Kinds that the decoder cannot read, cannot distinguish from damage (arithmetic coding) or cannot decode at a reduced
# scale, on which the limits rely (lossless). No browser shows any of them.
_UNSUPPORTED = {
    0xC3: "lossless",
    **dict.fromkeys((0xC5, 0xC6, 0xC7, 0xCD, 0xCE, 0xCF), "hierarchical"),
    **dict.fromkeys((0xC9, 0xCA, 0xCB), "arithmetically coded"),
    JPEG_LS: "a JPEG-LS",
}
_OTHER_BITS = range(9, 17)


def check_kind(marker: int, body: bytes) -> None:
    """Raise UnsupportedFormat for the frame header of an image that cannot be decoded."""
    kind = _UNSUPPORTED.get(marker)
    if not kind and len(body) >= 6:
        if body[0] in _OTHER_BITS:
            kind = f"stored with {body[0]} bits per sample"
        elif body[5] == 2:
            kind = "made of two colours"
    if kind:
        raise UnsupportedFormat(
            f"The JPEG image is {kind}, which is not supported. "
            "Export it as a standard JPEG or as PNG and upload the new file."
        )
