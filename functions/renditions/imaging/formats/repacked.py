"""Pictures whose samples Pillow has no mode for: read as bytes into a mode of the same width, then put together."""

from PIL import Image, ImageChops
from PIL.ImageFile import ImageFile


class Repacked(ImageFile):
    """A file whose pixels are read in the mode ``packed``, where that is not empty, and shown in ``mode``."""

    packed = ""

    def load_prepare(self) -> None:
        """Make room in the mode in which the pixels are read."""
        if self.packed:
            self._shown, self._mode = self.mode, self.packed
        super().load_prepare()

    def load_end(self) -> None:
        """Turn what was read into what is shown."""
        if self.packed:
            self._mode, self.packed = self._shown, ""
            self.im = self.unpacked(self._new(self.im)).im

    def unpacked(self, stored: Image.Image) -> Image.Image:
        """The picture in its own mode, made of the bytes in the bands of ``stored``."""
        raise NotImplementedError


def field(bands: tuple[Image.Image, ...], mask: int) -> Image.Image:
    """The 8-bit samples that lie under ``mask`` in pixels whose bytes, the lowest first, are ``bands``.

    Longer fields lose their low bits, shorter ones are spread over the whole range.
    """
    first, length = (mask & -mask).bit_length() - 1, mask.bit_count()
    bits = min(length, 8)
    place, shift = divmod(first + length - bits, 8)
    top = (1 << bits) - 1
    samples = bands[place].point([value >> shift & top for value in range(256)])
    if shift + bits > 8:
        upper = bands[place + 1].point([value << 8 - shift & top for value in range(256)])
        samples = ImageChops.add(samples, upper)
    return samples if bits == 8 else samples.point([value * 255 // top & 255 for value in range(256)])
