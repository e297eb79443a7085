"""How the samples of a TIFF are laid out, also where Pillow does not know the layout or takes it for another."""

import sys

from PIL import Image, ImagePalette
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
from renditions.imaging.formats.sixteen_bits import SixteenBits
from renditions.imaging.formats.structure import Size
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
    ("CMYK", 1, 16, 5): ("CMYK", "", ""),  # only by plane
    ("CIELAB", 1, 16, 3): ("LAB", "RGB", "RGB;16N"),
}
# libtiff returns samples in the byte order of the machine. For these Pillow expects the byte order of the file.
_NATIVE = {"F;32BF": "F;32NF", "I;32BS": "I;32NS", "I;16BS": "I;16NS"}
_IN_BYTES = {"I;16": "L", "I;16B": "L", "La": "LA"}
_WIDE_PLANES = {"RGB": "RGB;16N", "RGBA": "RGBA;16N", "CMYK": "CMYK;16N"}
_YCBCR, _SEPARATE, ASSOCIATED, UNSPECIFIED = 6, 2, 1, 0
_OF_PLANES = (0, 1, 2, 5)  # photometric interpretations
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


def _other_bytes(rawmode: str) -> str:
    """Return the raw mode that reads the lower bytes of samples whose upper ones ``rawmode`` reads; "" if none does."""
    colours, _, order = rawmode.partition(";")
    if colours not in ("RGB", "RGBX", "RGBA", "RGBa") or order not in _LOWER_ORDER:
        return ""
    return f"{colours.upper()};{_LOWER_ORDER[order]}"


class TiffLayout(SixteenBits, Repacked, TiffImageFile):
    """A TIFF whose samples are laid out in any way that is in use. Raises UnsupportedFormat for others."""

    is_by_plane = False  # whether the planes are decoded one by one

    @property
    def stored_size(self) -> Size:
        """Width and height before orientation. Pillow reports the size after it until the pixels are loaded."""
        return self._tile_size

    @property
    def samples(self) -> Samples:
        """How the samples are stored."""
        tags = self.tag_v2
        return Samples(
            used_bits=self.used_bits,
            zero_is_white=self.zero_is_white,
            is_unsigned=tags.get(SAMPLEFORMAT, (1,))[0] == 1,
            no_data=_number(tags.get(_GDAL_NO_DATA)),
        )

    @property
    def used_bits(self) -> int:
        """The number of bits per sample."""
        return int(self.tag_v2.get(BITSPERSAMPLE, (16,))[0])

    @property
    def zero_is_white(self) -> bool:
        """Whether greyscale counts from white to black."""
        return self.tag_v2.get(PHOTOMETRIC_INTERPRETATION) == 0

    @property
    def _samples_per_pixel(self) -> int:
        return int(self.tag_v2.get(SAMPLESPERPIXEL, 1))

    @property
    def is_separate(self) -> bool:
        """Whether each sample has a plane of its own."""
        return bool(self._planar_configuration == _SEPARATE and self._samples_per_pixel > 1)

    def _setup(self) -> None:
        try:
            super()._setup()
        except SyntaxError:
            self._set_up_further_layout()
        except IndexError:  # a plane more than Pillow has bands for
            self._set_up_planes("L" if self.mode == "LA" and self.extra() == UNSPECIFIED else self.mode)
        else:
            self._correct_layout()

    def _set_up_further_layout(self) -> None:
        """Set up a layout that Pillow does not know, if libtiff can read it into one of Pillow's modes."""
        kind, sample_format, bits, samples = key = self._layout()
        mode, packed, rawmode = _LAYOUTS.get(key, ("", "", ""))
        if not mode or (mode not in ("LA", "CMYK") if self.is_separate else not rawmode):
            each = f"{bits}-bit{_FORMATS.get(sample_format, '')}"
            raise UnsupportedFormat(
                f"The TIFF image has {samples} × {each} samples per pixel ({kind}), which is not supported. "
                "Save it as RGB with 8 or 16 bits per sample and upload that file."
            )
        self._mode, self.packed = "L" if mode == "LA" and self.extra() == UNSPECIFIED else mode, packed
        if mode == "LAB":
            self.lower_bytes = _LOWER_RGB
        self._read_by_libtiff(rawmode)
        self._keep_profile()
        if self.is_separate:
            self._set_up_planes(self.mode)

    def _set_up_planes(self, mode: str) -> None:
        self._mode, self.packed = mode, ""
        self._read_by_libtiff("")
        self._keep_profile()
        self.read_by_plane()

    def _keep_profile(self) -> None:
        if ICCPROFILE in self.tag_v2:
            self.info["icc_profile"] = self.tag_v2[ICCPROFILE]

    def _layout(self) -> tuple[str, int, int, int]:
        tags = self.tag_v2
        samples, bits = tags.get(SAMPLESPERPIXEL, 1), set(tags.get(BITSPERSAMPLE, (1,)))
        if len(bits) != 1 or not 0 < max(bits) <= _MOST_BITS:
            raise ValueError("samples of no size")
        kind = _KINDS.get(tags.get(PHOTOMETRIC_INTERPRETATION, 0), "unknown kind")
        return kind, tags.get(SAMPLEFORMAT, (1,))[0], max(bits), samples

    def extra(self) -> int | None:
        """Return the meaning of the sample after the colours, None if the file does not state it."""
        return next(iter(self.tag_v2.get(EXTRASAMPLES, ())), None)

    def _correct_layout(self) -> None:
        """Correct a layout that Pillow takes for another."""
        tags = self.tag_v2
        rawmode = next((str(tile.args[0]) for tile in self.tile if tile.args), "")
        separate = self.is_separate
        if self.use_load_libtiff:
            if rawmode in _NATIVE:
                self._read_by_libtiff(_NATIVE[rawmode])
        elif separate and self._samples_per_pixel != Image.getmodebands(self.mode):
            self.read_by_plane()
        elif separate and max(tags.get(BITSPERSAMPLE, (8,))) > 8:
            # Pillow's own reader takes them for samples of 8 bits.
            self._read_by_libtiff(_WIDE_PLANES[self.mode])
        elif tags.get(PHOTOMETRIC_INTERPRETATION) == _YCBCR:
            # Pillow's own reader does not support subsampled colour.
            self._mode = "RGB"
            self._read_by_libtiff("RGBX")
        elif rawmode == "L;IR":
            self._read_by_libtiff("L;I")
        colours = tags.get(COLORMAP, ())
        if separate and self.mode in ("LA", "La", "RGBA"):
            self.read_by_plane()
        elif not separate:
            self.lower_bytes = _other_bytes(next((str(tile.args[0]) for tile in self.tile if tile.args), ""))
        if self.mode in ("P", "PA") and colours and max(colours) < 256:
            # Some old programs wrote 8-bit values instead of 16-bit ones, which would all be black.
            self.palette = ImagePalette.raw("RGB;L", bytes(colours))

    def read_by_plane(self) -> None:
        """Have the planes decoded one by one, if they hold colours as they are."""
        if self.tag_v2.get(PHOTOMETRIC_INTERPRETATION) in _OF_PLANES:
            self.is_by_plane = True
            self._mode = _IN_BYTES.get(self.mode, self.mode)

    def _read_by_libtiff(self, rawmode: str) -> None:
        self.tile = [_Tile("libtiff", (0, 0, *self._tile_size), 0, (rawmode, False, self.tag_v2.offset))]
        self.use_load_libtiff = True
