"""A file that cannot keep its reader busy."""

import io

from renditions.imaging.limits import too_many_parts


class Metered(io.BytesIO):
    """A file whose header must come in few pieces.

    Pillow takes seconds to minutes over a header made of millions of pieces, or of thousands of JPEG segments
    (64 kB at most) that belong together. Few large pieces, such as the layers in a TIFF, cost nothing and are
    free. Reading raises MetadataTooLarge when it becomes too much.
    """

    _PIECES = 50_000
    _SEGMENT = 0xFFFF
    _BYTES_PER_UNIT = 400  # 20 MB in segments

    def __init__(self, data: bytes, image_format: str) -> None:
        super().__init__(data)
        self._left = self._PIECES
        self._format = image_format
        self.read = self._metered_read  # type: ignore[method-assign] # on the instance, to be removed again

    def _metered_read(self, size: int | None = -1, /) -> bytes:
        piece = super().read(size)
        self._left -= 1 + (len(piece) // self._BYTES_PER_UNIT if len(piece) <= self._SEGMENT else 0)
        if self._left < 0:
            raise too_many_parts(self._format, self._PIECES)
        return piece

    def release(self) -> None:
        """Lift the limit, once the header is known: from here on reading is as fast as without a meter."""
        del self.read
