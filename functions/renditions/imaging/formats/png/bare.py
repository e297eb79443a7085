"""A PNG without anything but its pixels: the same picture in fewer bytes than its file had."""

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
# All that a decoder needs; everything else is metadata, colour management or an animation's further frames.
_PIXELS = (b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND")


def bare(data: bytes) -> bytes:
    """The chunks of the PNG ``data`` that say which colour each pixel has. What follows the end is left out."""
    if not data.startswith(_SIGNATURE):
        raise ValueError("no PNG")
    kept, position, kind = [_SIGNATURE], len(_SIGNATURE), b""
    while position < len(data) and kind != b"IEND":
        end = position + 12 + int.from_bytes(data[position : position + 4], "big")
        kind = data[position + 4 : position + 8]
        if kind in _PIXELS:
            kept.append(data[position:end])
        position = end
    return b"".join(kept)
