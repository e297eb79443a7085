"""The kinds of JPEG that are not accepted, by their frame header."""

from renditions.errors import UnsupportedFormat

JPEG_LS = 0xF7
# What the decoder has no part for, cannot tell from damage (arithmetic coding) or cannot decode at a reduced scale, on
# which the limits rely (lossless). No browser shows any of them.
_FOREIGN = {
    0xC3: "lossless",
    **dict.fromkeys((0xC5, 0xC6, 0xC7, 0xCD, 0xCE, 0xCF), "hierarchical"),
    **dict.fromkeys((0xC9, 0xCA, 0xCB), "arithmetically coded"),
    JPEG_LS: "of the kind JPEG-LS",
}
_OTHER_BITS = range(9, 17)


def check_kind(marker: int, body: bytes) -> None:
    """Raise UnsupportedFormat for the frame header of a picture that cannot be decoded."""
    kind = _FOREIGN.get(marker)
    if not kind and len(body) >= 6:
        if body[0] in _OTHER_BITS:
            kind = f"of {body[0]} bits per sample"
        elif body[5] == 2:
            kind = "made of two colours"
    if kind:
        raise UnsupportedFormat(
            f"The JPEG picture is {kind}, which is not accepted: save or export it as an ordinary JPEG or as PNG and "
            "upload that file."
        )
