"""Images whose samples fit no mode of Pillow: read as bytes into a mode of the same width, then rearranged."""

from PIL import Image, ImageChops
from PIL.ImageFile import ImageFile


class Repacked(ImageFile):
    """A file whose pixels are read in the mode ``packed``, if that is not empty, and then converted to ``mode``."""

    packed = ""

    def load_prepare(self) -> None:
        """Allocate the image in the mode in which the pixels are read."""
        if self.packed:
            self._shown, self._mode = self.mode, self.packed
        super().load_prepare()

    def load_end(self) -> None:
        """Convert the pixels to the mode in which they are shown."""
        if self.packed:
            self._mode, self.packed = self._shown, ""
            self.im = self.unpacked(self._new(self.im)).im

    def unpacked(self, stored: Image.Image) -> Image.Image:
        """Return the image in its own mode, made of the bytes in the bands of ``stored``."""
        raise NotImplementedError


def field(bands: tuple[Image.Image, ...], mask: int) -> Image.Image:
    """Return the bits under ``mask`` as 8-bit samples. ``bands`` are the bytes of the pixels, the lowest first.

    Longer fields lose their low bits. Shorter ones are scaled to the whole range.
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
