"""What a file carries besides its pixels and says about its origin and its rights, as bytes that nobody has checked."""

from dataclasses import dataclass

from renditions.imaging.formats.structure import MOST_PARTS

# So much of one packet is read. Those of programs have some kilobytes, with a long history of edits some hundred.
LARGEST_XMP = 2_097_152
MOST_PACKETS = 2


@dataclass(frozen=True, slots=True)
class Embedded:
    """``xmp`` are XMP packets, ``iptc`` are sequences of datasets of IPTC-IIM, ``jumbf`` are boxes of C2PA."""

    xmp: tuple[bytes, ...] = ()
    iptc: tuple[bytes, ...] = ()
    jumbf: bytes = b""


def nothing_embedded(data: bytes) -> Embedded:  # noqa: ARG001 - other formats look into the file
    """Return nothing: the format has no place for it."""
    return Embedded()


def iptc_of_resources(resources: bytes) -> bytes:
    """Return the IPTC-IIM in Photoshop's image resources; empty if there is none."""
    position = 0
    for _ in range(MOST_PARTS):
        if resources[position : position + 4] != b"8BIM" or position + 6 >= len(resources):
            break
        name = position + 6
        start = name + 1 + resources[name] + (resources[name] + 1) % 2
        length = int.from_bytes(resources[start : start + 4], "big")
        content = start + 4
        if resources[position + 4 : name] == b"\4\4":
            return resources[content : content + length]
        position = content + length + length % 2
    return b""
