"""Finding the gain map in a JPEG: one of the images that follow the first.

The file is searched for images. Its own index of them (MPF, or a directory in XMP) is not needed, and may be wrong.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from itertools import islice

from renditions.imaging.decoding_errors import decoding
from renditions.imaging.formats.format import Exif
from renditions.imaging.formats.jpeg.decoder import SCALES, StrictJpegFile
from renditions.imaging.formats.jpeg.embedded import XMP_NAME
from renditions.imaging.formats.jpeg.markers import Segment, header_of, walk
from renditions.imaging.gain_map import Coding, Decoded, GainMap
from renditions.imaging.gain_maps import apple, iso, xmp
from renditions.imaging.memory import check_memory
from renditions.imaging.picture import Header
from renditions.imaging.source import read
from renditions.settings import Settings

_IMAGE = b"\xff\xd8\xff"
_MOST_IMAGES = 8
# Where the metadata of an image are: in so many bytes and segments.
_HEAD, _MOST_SEGMENTS = 262_144, 500
_XMP, _ISO = 0xE1, 0xE2  # application segments


def find(data: bytes, image: StrictJpegFile, header: Header, settings: Settings) -> GainMap | None:
    """Return the gain map behind the ``image`` that ``data`` begins with; None if there is none.

    Raises almost anything for one that is damaged or built to break a reader.
    """
    for place, segments in _images(data, image.end):
        if found := _coding(segments, lambda: header.format.exif(data, image)):
            coding, is_apples = found
            rest = data[place:]
            return _gain_map(
                rest[: walk(rest, settings.max_jpeg_scans).end], coding, settings, is_apples=is_apples
            )
    return None


def _images(data: bytes, start: int) -> Iterator[tuple[int, list[Segment]]]:
    """Yield where each further image begins, and the segments at its beginning."""
    for _ in range(_MOST_IMAGES):
        start = data.find(_IMAGE, start)
        if start < 0:
            return
        segments = list(islice(header_of(data[start : start + _HEAD]), _MOST_SEGMENTS))
        yield start, segments
        # Its header may contain a preview, which is an image, too.
        start += segments[-1].end if segments else len(_IMAGE)


def _coding(segments: Sequence[Segment], exif: Callable[[], Exif]) -> tuple[Coding, bool] | None:
    """Return what the samples mean, if this is a gain map, and whether it is one of Apple's."""
    bodies = [(one.marker, one.body) for one in segments]
    for marker, body in bodies:
        if marker == _ISO and body.startswith(iso.NAME):
            with suppress(ValueError):  # early writers had another layout, and wrote XMP, too
                if found := iso.parsed(body[len(iso.NAME) :]):
                    return found, False
    for marker, body in bodies:
        if marker == _XMP and body.startswith(XMP_NAME):
            values, apples = xmp.values_of(body[len(XMP_NAME) :])
            if found := xmp.coding_of(values):
                return found, False
            if apples is not None:
                return apple.coding(apples, exif()), True
    return None


def _gain_map(data: bytes, coding: Coding, settings: Settings, *, is_apples: bool) -> GainMap:
    image, header = read(data, settings)
    coding.check_mode(image.mode)

    def decode(shrink: float) -> Decoded:
        decoded = _decoded(data, settings, shrink)
        if is_apples:
            return Decoded(apple.as_logarithms(decoded.image, coding.stops), decoded.box)
        return decoded

    return GainMap(coding, (header.width, header.height), decode)


def _decoded(data: bytes, settings: Settings, shrink: float) -> Decoded:
    image, header = read(data, settings)
    most = min(shrink, *image.size)
    scale = next((one for one in SCALES if one <= most), 1)
    # Not by the format's own ``shrink``, which would leave damage in the details of a progressive JPEG unseen.
    drafted = image.draft(None, (image.width // scale, image.height // scale)) if scale > 1 else None
    check_memory(image, header, settings)
    with decoding(header.format.name):
        image.load()
    return Decoded(image, drafted[1] if drafted else (0, 0, *image.size))
