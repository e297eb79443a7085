"""TIFFs as they are stored, with the kinds that Pillow does not know or gets wrong."""

import io

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
from renditions.imaging.formats.tiff.jpegs import check_whole

_KINDS = {0: "grey", 1: "grey", 2: "RGB", 3: "palette", 5: "CMYK", 6: "YCbCr", 8: "CIELAB"}
_FORMATS = {1: "", 2: " signed", 3: " floating-point"}
# Kind, sample format, bits and number of samples → mode, mode in which they are read, libtiff's raw mode.
_LAYOUTS = {
    ("grey", 1, 12, 1): ("I;16", "", "I;12"),
    ("grey", 1, 16, 1): ("I;16", "", "I;16N"),
    ("grey", 1, 32, 1): ("I", "", "I;32N"),
    ("grey", 2, 16, 1): ("I", "", "I;16NS"),
    ("grey", 2, 32, 1): ("I", "", "I;32NS"),
    ("grey", 1, 8, 2): ("LA", "LA", "LA"),
    ("grey", 1, 16, 2): ("LA", "RGBA", "RGBA"),
    ("CMYK", 1, 8, 5): ("CMYK", "", "CMYKX"),
    ("CIELAB", 1, 16, 3): ("LAB", "RGB", "RGB;16N"),
}
# libtiff hands over samples in the order of the machine: what Pillow expects of it in the order of the file.
_NATIVE = {"F;32BF": "F;32NF", "I;32BS": "I;32NS", "I;16BS": "I;16NS"}
_WIDE_PLANES = {"RGB": "RGB;16N", "RGBA": "RGBA;16N", "CMYK": "CMYK;16N"}
_YCBCR, _SEPARATE, _ASSOCIATED, _UNSPECIFIED = 6, 2, 1, 0
_MOST_BITS = 64


class StoredTiff(Repacked, TiffImageFile):
    """A TIFF that stays as it is stored. Raises UnsupportedFormat for one of samples that nothing here can read.

    Pillow turns a TIFF upright while loading it: at full size, and only if all of its EXIF can be read. We turn
    the small picture instead.
    """

    def _setup(self) -> None:
        try:
            super()._setup()
        except SyntaxError:
            self._set_up_other()
        else:
            self._mend()

    def _set_up_other(self) -> None:
        """What Pillow does not know, if libtiff reads it into one of its modes."""
        kind, sample_format, bits, samples = key = self._layout()
        mode, packed, rawmode = _LAYOUTS.get(key, ("", "", ""))
        if not mode or (packed == "RGBA" and self._planar_configuration == _SEPARATE):
            each = f"{bits}-bit{_FORMATS.get(sample_format, '')}"
            raise UnsupportedFormat(
                f"The TIFF picture is made of {samples} {each} samples per pixel ({kind}), which is not accepted: "
                "save it with 8 or 16 bits per sample and upload that file."
            )
        self._mode, self.packed = "L" if mode == "LA" and self._extra() == _UNSPECIFIED else mode, packed
        self._read_by_libtiff(rawmode)
        if ICCPROFILE in self.tag_v2:
            self.info["icc_profile"] = self.tag_v2[ICCPROFILE]

    def _layout(self) -> tuple[str, int, int, int]:
        tags = self.tag_v2
        samples, bits = tags.get(SAMPLESPERPIXEL, 1), set(tags.get(BITSPERSAMPLE, (1,)))
        if len(bits) != 1 or not 0 < max(bits) <= _MOST_BITS:
            raise ValueError("samples of no size")
        kind = _KINDS.get(tags.get(PHOTOMETRIC_INTERPRETATION, 0), "an unknown kind")
        return kind, tags.get(SAMPLEFORMAT, (1,))[0], max(bits), samples

    def _extra(self) -> int | None:
        """What the sample behind the colours is, if the file tells."""
        return next(iter(self.tag_v2.get(EXTRASAMPLES, ())), None)

    def _mend(self) -> None:
        """What Pillow takes for something else."""
        tags = self.tag_v2
        rawmode = next((str(tile.args[0]) for tile in self.tile if tile.args), "")
        separate = self._planar_configuration == _SEPARATE
        if self.use_load_libtiff:
            if rawmode in _NATIVE:
                self._read_by_libtiff(_NATIVE[rawmode])
        elif separate and max(tags.get(BITSPERSAMPLE, (8,))) > 8:
            # Pillow's own reader would take them for samples of 8 bits.
            self._read_by_libtiff(_WIDE_PLANES[self.mode])
        elif tags.get(PHOTOMETRIC_INTERPRETATION) == _YCBCR and not separate:
            # Pillow's own reader knows nothing of colours stored coarser than brightness.
            self._mode = "RGB"
            self._read_by_libtiff("RGBX")
        elif rawmode == "L;IR":
            self._read_by_libtiff("L;I")
        colours = tags.get(COLORMAP, ())
        if self.mode in ("P", "PA") and colours and max(colours) < 256:
            # 8-bit values, as some old programs wrote, where 16-bit ones belong: it would be all black.
            self.palette = ImagePalette.raw("RGB;L", bytes(colours))

    def _read_by_libtiff(self, rawmode: str) -> None:
        self.tile = [_Tile("libtiff", (0, 0, *self._tile_size), 0, (rawmode, False, self.tag_v2.offset))]
        self.use_load_libtiff = True

    def load_prepare(self) -> None:
        """Look first whether all pixels are there."""
        if isinstance(self.fp, io.BytesIO):
            check_whole(self, self.fp.getvalue(), self._tile_size)
        super().load_prepare()

    def load_end(self) -> None:
        """Leave out the turning."""
        super().load_end()
        self._size = self.im.size

    def unpacked(self, stored: Image.Image) -> Image.Image:
        """Lab and grey with alpha from the upper bytes of their samples, the only ones that count."""
        if stored.mode == "RGB":
            return Image.frombytes("LAB", stored.size, stored.tobytes())
        grey, alpha = stored.split() if stored.mode == "LA" else (stored.getchannel(1), stored.getchannel(3))
        if self.tag_v2.get(PHOTOMETRIC_INTERPRETATION) == 0:
            grey = ImageChops.invert(grey)
        if self.mode == "L":
            return grey
        return Image.merge("La" if self._extra() == _ASSOCIATED else "LA", (grey, alpha)).convert("LA")


def grey_scale(image: Image.Image) -> tuple[int, bool]:
    """Bits of one sample of 16-bit grey as Pillow hands it over, and whether 0 is white, which it heeds up to 8 bits.

    12 bits stay in the low ones.
    """
    if not isinstance(image, TiffImageFile):
        return 16, False
    return image.tag_v2.get(BITSPERSAMPLE, (16,))[0], image.tag_v2.get(PHOTOMETRIC_INTERPRETATION) == 0


def upper_bytes(image: Image.Image) -> Image.Image | None:
    """The upper bytes of unsigned 32-bit grey, whose larger half Pillow takes for negative; None for other pictures."""
    is_unsigned = isinstance(image, TiffImageFile) and image.tag_v2.get(SAMPLEFORMAT, (1,))[0] == 1
    if image.mode != "I" or not is_unsigned or image.getextrema()[0] >= 0:  # type: ignore[operator] # one band
        return None
    return Image.frombytes("RGBA", image.size, image.tobytes()).getchannel("A")
