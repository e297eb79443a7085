"""The decoder of WebP: Pillow's for animations, libwebp's own for still images.

Pillow decodes every WebP as an animation, into two canvases and a copy of them. libwebp gives the same pixels at once,
or, for a photograph, at a fraction of the size.
"""

import io
from typing import Any

from PIL import Image
from PIL.WebPImagePlugin import WebPImageFile

from renditions.imaging.formats.webp.chunks import FIRST, chunks


class StillWebpFile(WebPImageFile):
    """A WebP that is decoded without the canvases of an animation if it has one image."""

    _coded: bytes = b""
    _scaled: tuple[int, int] | None = None
    _is_decoded = False

    def _open(self) -> None:
        super()._open()
        from renditions.imaging.formats.webp import libwebp  # noqa: PLC0415 - ctypes: no start waits for it

        if isinstance(self.fp, io.BytesIO) and self.n_frames == 1 and libwebp.is_available():
            data = self.fp.getvalue()
            kinds = {chunk.kind for chunk in chunks(data, FIRST, len(data))}
            # A frame of an animation may have its own size and place, even if it is the only one.
            self._coded = b"" if b"ANMF" in kinds else data
            self._is_photograph = b"VP8 " in kinds and self.mode == "RGB"

    def shrink(self, scale: int) -> None:
        """Decode at 1 / ``scale`` of the sides. Only lossy ones: libwebp decodes others in full."""
        if self._coded and self._is_photograph:
            self._size = self._scaled = (-(-self.width // scale), -(-self.height // scale))

    def load(self) -> Any:
        """Decode the pixels. Raises OSError, or EOFError for an animation, if they are damaged."""
        if self._coded:
            from renditions.imaging.formats.webp import libwebp  # noqa: PLC0415 - the same

            self._decoder = None  # its canvases are as large as the pixels
            self.im = libwebp.decoded(self._coded, self.mode, self._scaled).im
            self._coded, self.tile, self._is_decoded = b"", [], True
        return Image.Image.load(self) if self._is_decoded else super().load()
