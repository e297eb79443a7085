"""The codecs of AVIF and HEIC: what they are called in the container, and how to read the size of their streams."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from renditions.imaging.formats.heif.boxes import Reader
from renditions.imaging.formats.heif.coded_size import av1_sizes, hevc_sizes
from renditions.imaging.formats.structure import Size


@dataclass(frozen=True, slots=True)
class Codec:
    """A codec.

    ``format_name`` is the format whose files it codes. ``item`` is the type of its items.
    ``sizes`` yields every size that a stream declares, given the content of the property ``configuration``, which
    is empty for a codec whose streams need none.
    ``decoder_crops``: whether its decoder applies the clean aperture.
    """

    format_name: str
    item: bytes
    configuration: bytes
    sizes: Callable[[Reader, bytes, bytes], Iterator[Size]]
    decoder_crops: bool


AV1 = Codec("AVIF", b"av01", b"", lambda reader, _, stream: av1_sizes(reader, stream), decoder_crops=False)
HEVC = Codec("HEIC", b"hvc1", b"hvcC", hevc_sizes, decoder_crops=True)
