"""The structure of a JPEG 2000, read before its decoder."""

from renditions.imaging.formats.jpeg2000 import boxes, codestream
from renditions.imaging.formats.jpeg2000.shown import plan
from renditions.imaging.formats.structure import Size, Structure


def declared_size(data: bytes) -> Size:
    """Return width and height of the image. Raises ValueError, UnsupportedFormat or MetadataTooLarge."""
    return codestream.header(data, *boxes.read(data).codestreams[0]).size


def walk(data: bytes) -> Structure:
    """Return the structure of ``data``, of which only the first codestream is decoded. Raises the same."""
    container = boxes.read(data)
    start, end = container.codestreams[0]
    found = codestream.read(data, start, end)
    if container.size not in (None, found.size):
        raise ValueError("header and codestream declare different sizes")
    shown = plan(container, found.components)
    return Structure(
        readable=data[start:end],
        metadata=container.metadata,
        # The codestream without its boxes, and the copy of a tile that the decoder keeps: an image may have only one.
        coefficients=found.memory + 2 * (end - start),
        profile=lambda _: container.profile,
        others=lambda _: len(container.codestreams) - 1,
        prepare=lambda image: image.prepare(found, shown, container.dpi),
    )
