"""ICC profiles made for the tests, as Pillow can make only sRGB."""

import struct

# Columns of the matrices: the primaries as XYZ under D50, as profiles hold them.
DISPLAY_P3 = ((0.51512, 0.24120, -0.00105), (0.29198, 0.69225, 0.04189), (0.15710, 0.06657, 0.78407))
SRGB = ((0.43607, 0.22249, 0.01392), (0.38515, 0.71687, 0.09708), (0.14307, 0.06061, 0.71410))


def rgb_profile(name: str = "Wide test space", gamma: float = 2.2) -> bytes:
    """Return an RGB profile with the primaries of Display P3 and a simple power curve."""
    tags = {key: _xyz(*column) for key, column in zip((b"rXYZ", b"gXYZ", b"bXYZ"), DISPLAY_P3, strict=True)}
    tags |= dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), _gamma(gamma))
    return _profile(b"mntr", b"RGB ", b"XYZ ", name, tags)


def grey_profile(gamma: float = 1.0) -> bytes:
    """Return a greyscale profile with a simple power curve."""
    return _profile(b"mntr", b"GRAY", b"XYZ ", "Grey test space", {b"kTRC": _gamma(gamma)})


def cmyk_profile() -> bytes:
    """Return the profile of a press whose cyan, Lab 55 -37 -50, is far from that of sRGB."""
    inks = {"C": (55, -37, -50), "M": (48, 74, -3), "Y": (89, -5, 93), "": (100, 0, 0)}
    corners = b""
    for corner in range(16):
        used = "".join(ink for bit, ink in zip((8, 4, 2), "CMY", strict=True) if corner & bit)
        lightness, a, b = (10, 0, 0) if corner & 1 else inks.get(used, (25, 0, 0))
        corners += bytes((round(lightness * 2.55), a + 128, b + 128))
    identity = struct.pack(">9i", *(65536 if i % 4 == 0 else 0 for i in range(9)))
    ramp = bytes(range(256))
    lut = b"mft1\0\0\0\0" + bytes((4, 3, 2, 0)) + identity + ramp * 4 + corners + ramp * 3
    return _profile(b"prtr", b"CMYK", b"Lab ", "Press test space", {b"A2B0": lut, b"A2B1": lut})


def _profile(kind: bytes, space: bytes, connection: bytes, name: str, tags: dict[bytes, bytes]) -> bytes:
    text = name.encode() + b"\0"
    described = b"desc\0\0\0\0" + struct.pack(">I", len(text)) + text + bytes(78)
    tags = {b"desc": described, b"wtpt": _xyz(0.9642, 1.0, 0.8249), **tags}
    table, body = struct.pack(">I", len(tags)), b""
    for key, content in tags.items():
        table += key + struct.pack(">II", 128 + 4 + 12 * len(tags) + len(body), len(content))
        body += content + bytes(-len(content) % 4)
    size = 128 + len(table) + len(body)
    head = struct.pack(
        ">I4sI4s4s4s12s4s", size, b"\0" * 4, 0x02400000, kind, space, connection, bytes(12), b"acsp"
    )
    illuminant = bytes(28) + struct.pack(">3i", *(round(v * 65536) for v in (0.9642, 1.0, 0.8249)))
    return (head + illuminant).ljust(128, b"\0") + table + body


def _xyz(*values: float) -> bytes:
    return b"XYZ \0\0\0\0" + struct.pack(">3i", *(round(value * 65536) for value in values))


def _gamma(value: float) -> bytes:
    return b"curv\0\0\0\0" + struct.pack(">IH", 1, round(value * 256)) + b"\0\0"
