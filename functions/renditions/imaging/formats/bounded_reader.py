"""A file object that cannot keep its reader busy."""

import io

from renditions.imaging.formats.structure import too_many_parts


class BoundedReader(io.BytesIO):
    """A file whose header may only be read in a limited number of reads.

    Pillow takes seconds to minutes over a header made of millions of parts, or of thousands of JPEG segments (64 kB at
    most) that belong together. Few large parts, such as the layers in a TIFF, cost nothing and are not counted.
    Reading raises MetadataTooLarge above the limit.
    """

    _MOST_READS = 50_000
    _LARGEST_SEGMENT = 0xFFFF
    _BYTES_PER_UNIT = 400  # allows 20 MB in segments

    def __init__(self, data: bytes, format_name: str) -> None:
        super().__init__(data)
        self._left = self._MOST_READS
        self._format_name = format_name
        self.read = self._bounded_read  # type: ignore[method-assign] # on the instance, so that it can be removed

    def _bounded_read(self, size: int | None = -1, /) -> bytes:
        part = super().read(size)
        self._left -= 1 + (len(part) // self._BYTES_PER_UNIT if len(part) <= self._LARGEST_SEGMENT else 0)
        if self._left < 0:
            raise too_many_parts(self._format_name, self._MOST_READS)
        return part

    def lift_limit(self) -> None:
        """Remove the limit once the header is read, so that reading the pixels is not slowed down."""
        del self.read
