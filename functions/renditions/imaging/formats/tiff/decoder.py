"""The decoder of TIFF: Pillow's, extended to sample layouts that Pillow does not read or reads wrongly."""

import io
import sys

from PIL import Image, ImageChops, ImagePalette
from PIL.ImageFile import _Tile
from PIL.TiffImagePlugin import (
    BITSPERSAMPLE,
    COLORMAP,
    EXTRASAMPLES,
    ICCPROFILE,
    PHOTOMETRIC_INTERPRETATION,
    SAMPLEFORMAT,
    SAMPLESPERPIXEL,
    TiffImageFile,
)

from renditions.errors import UnsupportedFormat
from renditions.imaging.formats.repacked import Repacked
from renditions.imaging.formats.sixteen_bits import SixteenBits, joined, strips
from renditions.imaging.formats.structure import Size
from renditions.imaging.formats.tiff.jpegs import check_whole
from renditions.imaging.full_colour import Samples

_KINDS = {0: "greyscale", 1: "greyscale", 2: "RGB", 3: "palette", 5: "CMYK", 6: "YCbCr", 8: "CIELAB"}
_FORMATS = {1: "", 2: " signed", 3: " floating-point"}
# Kind, sample format, bits and number of samples → mode, mode in which they are read, raw mode for libtiff.
_LAYOUTS = {
    ("greyscale", 1, 12, 1): ("I;16", "", "I;12"),
    ("greyscale", 1, 16, 1): ("I;16", "", "I;16N"),
    ("greyscale", 1, 32, 1): ("I", "", "I;32N"),
    ("greyscale", 2, 16, 1): ("I", "", "I;16NS"),
    ("greyscale", 2, 32, 1): ("I", "", "I;32NS"),
    ("greyscale", 1, 8, 2): ("LA", "LA", "LA"),
    ("greyscale", 1, 16, 2): ("LA", "RGBA", "RGBA"),
    ("CMYK", 1, 8, 5): ("CMYK", "", "CMYKX"),
    ("CIELAB", 1, 16, 3): ("LAB", "RGB", "RGB;16N"),
}
# libtiff returns samples in the byte order of the machine. For these Pillow expects the byte order of the file.
_NATIVE = {"F;32BF": "F;32NF", "I;32BS": "I;32NS", "I;16BS": "I;16NS"}
_WIDE_PLANES = {"RGB": "RGB;16N", "RGBA": "RGBA;16N", "CMYK": "CMYK;16N"}
_YCBCR, _SEPARATE, _ASSOCIATED, _UNSPECIFIED = 6, 2, 1, 0
_MOST_BITS = 64
_GDAL_NO_DATA = 42113
_LOWER_ORDER = {"16L": "16B", "16B": "16L", "16N": "16B" if sys.byteorder == "little" else "16L"}
_LOWER_RGB = f"RGB;{_LOWER_ORDER['16N']}"


def _number(text: object) -> float | None:
    """Return the number in a tag that GDAL writes as text, None if there is none."""
    try:
        return float(str(text).strip("\0 ").replace(",", "."))
    except ValueError:
        return None


def _rounded_signed(value: int) -> int:
    """Return the byte of two's complement for 16 bits of it."""
    signed = value - (value >> 15 << 16)
    return min(127, (signed + 128) // 256) & 0xFF


def _other_bytes(rawmode: str) -> str:
    """Return the raw mode that reads the lower bytes of samples whose upper ones ``rawmode`` reads; "" if none does."""
    colours, _, order = rawmode.partition(";")
    if colours not in ("RGB", "RGBX", "RGBA") or order not in _LOWER_ORDER:
        return ""
    return f"{colours};{_LOWER_ORDER[order]}"


class AnyTiffFile(SixteenBits, Repacked, TiffImageFile):
    """A TIFF that is not turned upright. Raises UnsupportedFormat for a sample layout that cannot be read.

    Pillow turns a TIFF upright while loading it: at full size, and only if all of its EXIF is readable. The pipeline
    turns the small image instead.
    """

    @property
    def stored_size(self) -> Size:
        """Width and height before orientation. Pillow reports the size after it until the pixels are loaded."""
        return self._tile_size

    @property
    def samples(self) -> Samples:
        """How the samples are stored."""
        tags = self.tag_v2
        return Samples(
            used_bits=tags.get(BITSPERSAMPLE, (16,))[0],
            zero_is_white=tags.get(PHOTOMETRIC_INTERPRETATION) == 0,
            is_unsigned=tags.get(SAMPLEFORMAT, (1,))[0] == 1,
            no_data=_number(tags.get(_GDAL_NO_DATA)),
        )

    def _setup(self) -> None:
        try:
            super()._setup()
        except SyntaxError:
            self._set_up_further_layout()
        else:
            self._correct_layout()

    def _set_up_further_layout(self) -> None:
        """Set up a layout that Pillow does not know, if libtiff can read it into one of Pillow's modes."""
        kind, sample_format, bits, samples = key = self._layout()
        mode, packed, rawmode = _LAYOUTS.get(key, ("", "", ""))
        if not mode or (packed == "RGBA" and self._planar_configuration == _SEPARATE):
            each = f"{bits}-bit{_FORMATS.get(sample_format, '')}"
            raise UnsupportedFormat(
                f"The TIFF image has {samples} × {each} samples per pixel ({kind}), which is not supported. "
                "Save it with 8 or 16 bits per sample and upload that file."
            )
        self._mode, self.packed = "L" if mode == "LA" and self._extra() == _UNSPECIFIED else mode, packed
        if mode == "LAB":
            self.lower_bytes = _LOWER_RGB
        self._read_by_libtiff(rawmode)
        if ICCPROFILE in self.tag_v2:
            self.info["icc_profile"] = self.tag_v2[ICCPROFILE]

    def _layout(self) -> tuple[str, int, int, int]:
        tags = self.tag_v2
        samples, bits = tags.get(SAMPLESPERPIXEL, 1), set(tags.get(BITSPERSAMPLE, (1,)))
        if len(bits) != 1 or not 0 < max(bits) <= _MOST_BITS:
            raise ValueError("samples of no size")
        kind = _KINDS.get(tags.get(PHOTOMETRIC_INTERPRETATION, 0), "unknown kind")
        return kind, tags.get(SAMPLEFORMAT, (1,))[0], max(bits), samples

    def _extra(self) -> int | None:
        """Return the meaning of the sample after the colours, None if the file does not state it."""
        return next(iter(self.tag_v2.get(EXTRASAMPLES, ())), None)

    def _correct_layout(self) -> None:
        """Correct a layout that Pillow takes for another."""
        tags = self.tag_v2
        rawmode = next((str(tile.args[0]) for tile in self.tile if tile.args), "")
        separate = self._planar_configuration == _SEPARATE
        if self.use_load_libtiff:
            if rawmode in _NATIVE:
                self._read_by_libtiff(_NATIVE[rawmode])
        elif separate and max(tags.get(BITSPERSAMPLE, (8,))) > 8:
            # Pillow's own reader takes them for samples of 8 bits.
            self._read_by_libtiff(_WIDE_PLANES[self.mode])
        elif tags.get(PHOTOMETRIC_INTERPRETATION) == _YCBCR and not separate:
            # Pillow's own reader does not support subsampled colour.
            self._mode = "RGB"
            self._read_by_libtiff("RGBX")
        elif rawmode == "L;IR":
            self._read_by_libtiff("L;I")
        colours = tags.get(COLORMAP, ())
        if not separate:
            self.lower_bytes = _other_bytes(next((str(tile.args[0]) for tile in self.tile if tile.args), ""))
        if self.mode in ("P", "PA") and colours and max(colours) < 256:
            # Some old programs wrote 8-bit values instead of 16-bit ones, which would all be black.
            self.palette = ImagePalette.raw("RGB;L", bytes(colours))

    def _read_by_libtiff(self, rawmode: str) -> None:
        self.tile = [_Tile("libtiff", (0, 0, *self._tile_size), 0, (rawmode, False, self.tag_v2.offset))]
        self.use_load_libtiff = True

    def load_prepare(self) -> None:
        """Check first that all pixels are present."""
        if isinstance(self.fp, io.BytesIO):
            check_whole(self, self.fp.getvalue(), self._tile_size)
        self.keep_file()
        super().load_prepare()

    def load_end(self) -> None:
        """Finish without turning the image upright."""
        super().load_end()
        self._size = self.im.size
        self.widen()

    @property
    def reads_lower_bytes(self) -> bool:
        """Whether the pixels will be decoded twice, as for Lab, whose steps of 8 bits are large."""
        return super().reads_lower_bytes or (self.mode == "LAB" and bool(self.lower_bytes))

    def set_up_lower(self, other: "AnyTiffFile") -> None:
        """Read the bytes as they are, also those of Lab."""
        if other.packed:
            other._mode, other.packed = other.packed, ""  # noqa: SLF001 - of the same class

    def _rounded_lab(self, upper: Image.Image) -> Image.Image:
        """Return Lab of 8 bits. White is 65,535 in the 16-bit samples of L, but 256 times the 8-bit one in a and b."""
        lower, self._file = self.lower(), b""
        shown = Image.new("LAB", upper.size)
        for box in strips(upper.size):
            samples = joined(upper.crop(box), lower.crop(box))
            lightness = samples[0].point([(value + 128) // 257 for value in range(65536)], "L")
            rounded = [
                one.point([_rounded_signed(value) for value in range(65536)], "L") for one in samples[1:]
            ]
            packed = Image.merge("RGB", [lightness, *rounded])
            shown.paste(Image.frombytes("LAB", packed.size, packed.tobytes()), box[:2])
        return shown

    def unpacked(self, stored: Image.Image) -> Image.Image:
        """Return Lab, or greyscale with alpha, made of the upper bytes of its samples."""
        if stored.mode == "RGB":
            return self._rounded_lab(stored)
        grey, alpha = stored.split() if stored.mode == "LA" else (stored.getchannel(1), stored.getchannel(3))
        if self.tag_v2.get(PHOTOMETRIC_INTERPRETATION) == 0:
            grey = ImageChops.invert(grey)
        if self.mode == "L":
            return grey
        return Image.merge("La" if self._extra() == _ASSOCIATED else "LA", (grey, alpha)).convert("LA")
