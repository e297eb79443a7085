"""The decoder of GIF: Pillow's, with transparency where the first frame does not cover the canvas."""

from PIL import Image
from PIL.GifImagePlugin import GifImageFile


class CanvasGifFile(GifImageFile):
    """A GIF that is transparent outside its first frame, as in browsers. Pillow shows the first colour there."""

    _box: tuple[int, int, int, int] | None = None

    def _open(self) -> None:
        super()._open()
        extents = self.tile[0].extents if self.tile else None
        if extents and extents != (0, 0, *self.size) and "transparency" not in self.info:
            self._box, self._mode = extents, "RGBA"

    def load_end(self) -> None:
        """Make everything around the frame transparent."""
        super().load_end()
        if self._box:
            shown, inside = self.convert("RGBA"), Image.new("L", self.size)
            inside.paste(255, self._box)
            shown.putalpha(inside)
            self.im, self._mode, self._box = shown.im, "RGBA", None
