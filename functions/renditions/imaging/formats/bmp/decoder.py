"""The decoder of BMP: Pillow's, extended to two bits per pixel and to colours in any order and width."""

from PIL import Image, ImagePalette
from PIL.BmpImagePlugin import BmpImageFile
from PIL.ImageFile import _Tile

from renditions.errors import UnsupportedFormat
from renditions.imaging.formats.bmp import header as bmp_header
from renditions.imaging.formats.bmp import rle
from renditions.imaging.formats.repacked import Repacked, field

_LONGEST_START = 14 + 124 + 4 * 4  # with masks or a small palette
_USUAL_BITS, _USUAL_COMPRESSIONS = (1, 4, 8, 16, 24, 32), (0, 1, 2)
_DEEP = 32
_BYTES = {16: "LA", 32: "RGBA"}  # modes with one band per byte of a pixel


class AnyBmpFile(Repacked, BmpImageFile):
    """A BMP of any kind that is in use. Raises UnsupportedFormat for the others."""

    _masks: tuple[int, int, int, int] = (0, 0, 0, 0)
    _bits = 0

    def _bitmap(self, header: int = 0, offset: int = 0) -> None:
        self._read_bitmap(header, offset)
        start = self._start()
        self._bits, _ = bmp_header.kind(start)
        if self.mode == "RGB" and self._bits in _BYTES and all(bmp_header.masks(start)):
            # Pillow ignores the alpha of 16 bits per pixel.
            self._read_fields(start, self.tile[0].offset)
        if self.tile[0].codec_name == "bmp_rle":
            self._read_run_lengths()

    def _start(self) -> bytes:
        """Return the first bytes of the file, without moving in it."""
        assert self.fp is not None  # noqa: S101 - Pillow has just read it
        position = self.fp.tell()
        self.fp.seek(0)
        start = self.fp.read(_LONGEST_START)
        self.fp.seek(position)
        return start

    def _read_run_lengths(self) -> None:
        # Pillow's decoder loses empty rows, and refuses an image that ends early.
        white = 255 if self.mode == "1" else 1
        self._mode = "L" if self.mode == "1" else self.mode
        (tile,) = self.tile
        assert isinstance(tile.args, tuple)  # noqa: S101 - as Pillow has just made it
        self.tile = [tile._replace(codec_name=rle.NAME, args=(*tile.args[1:], white))]

    def load_end(self) -> None:
        """Finish. Alpha of 32 bits per pixel that is zero everywhere is no alpha, as Windows takes it."""
        super().load_end()
        if self._bits == _DEEP and self.mode == "RGBA" and self.getchannel("A").getextrema() == (0, 0):
            self.im, self._mode = self.im.convert("RGB"), "RGB"

    def _read_bitmap(self, header: int, offset: int) -> None:
        try:
            super()._bitmap(header, offset)
        except OSError:
            start = self._start()
            bits, compression = bmp_header.kind(start)
            if (bits, compression) == (2, 0):
                self._read_two_bits(start, offset)
            elif bits in _BYTES and all(bmp_header.masks(start)[:3]):
                self._read_fields(start, offset)
            elif bits in _USUAL_BITS and compression in _USUAL_COMPRESSIONS:
                raise  # the kind is not the problem
            else:
                raise UnsupportedFormat(
                    f"The BMP image has {bits} bits per pixel in compression {compression}, which is not supported. "
                    "Save it as PNG and upload that file."
                ) from None

    def _read_two_bits(self, start: bytes, offset: int) -> None:
        entry, end = bmp_header.palette_entry(start), bmp_header.end(start)
        self._mode = "P"
        self.palette = ImagePalette.raw("BGRX" if entry == 4 else "BGR", start[end : end + 4 * entry])
        self._read_rows("P;2", start, offset)

    def _read_fields(self, start: bytes, offset: int) -> None:
        self._masks = bmp_header.masks(start)
        self._mode = "RGBA" if self._masks[3] else "RGB"
        self.packed = _BYTES[bmp_header.kind(start)[0]]
        self._read_rows(self.packed, start, offset)

    def _read_rows(self, rawmode: str, start: bytes, offset: int) -> None:
        stride = (self.width * bmp_header.kind(start)[0] + 31) // 32 * 4
        direction = 1 if bmp_header.is_top_down(start) else -1
        self.tile = [_Tile("raw", (0, 0, *self.size), offset, (rawmode, stride, direction))]

    def unpacked(self, stored: Image.Image) -> Image.Image:
        """Return the image made of the bits under each mask."""
        bands = stored.split()
        return Image.merge(self.mode, [field(bands, mask) for mask in self._masks if mask])
