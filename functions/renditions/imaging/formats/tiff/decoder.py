"""The decoder of TIFF: Pillow's, extended to samples that Pillow does not read or reads wrongly."""

import io
from collections.abc import Iterable, Sequence
from typing import Any

from PIL import Image, ImageChops
from PIL.TiffImagePlugin import PHOTOMETRIC_INTERPRETATION

from renditions.imaging.formats.sixteen_bits import Box, joined, strips, unmultiplied, upper
from renditions.imaging.formats.tiff.jpegs import check_whole
from renditions.imaging.formats.tiff.layout import ASSOCIATED, TiffLayout
from renditions.imaging.formats.tiff.planes import plane

_MULTIPLIED = {"LA": "La", "RGBA": "RGBa"}
_GREY = (0, 1)  # photometric interpretations


def _rounded_signed(value: int) -> int:
    """Return the byte of two's complement for 16 bits of it."""
    signed = value - (value >> 15 << 16)
    return min(127, (signed + 128) // 256) & 0xFF


class AnyTiffFile(TiffLayout):
    """A TIFF that is not turned upright. Raises UnsupportedFormat for a sample layout that cannot be read.

    Pillow turns a TIFF upright while loading it: at full size, and only if all of its EXIF is readable. The pipeline
    turns the small image instead.
    """

    @property
    def is_wide(self) -> bool:
        """Whether all 16 bits of the samples can be read."""
        by_plane = self.is_separate and self.mode in ("L", "LA", "RGB", "RGBA")
        return super().is_wide or (self.used_bits == 16 and (self.packed == "RGBA" or by_plane))

    @property
    def is_grey(self) -> bool:
        """Whether the colours are all grey."""
        return self.tag_v2.get(PHOTOMETRIC_INTERPRETATION) in _GREY

    def set_tables(self, tables: tuple[list[int], ...]) -> None:
        """Have the samples converted, which may have fewer bits than 16, and may be white where they are 0."""
        super().set_tables(tuple(map(self._fitted, tables)))
        if self.is_separate:
            self.read_by_plane()
        # The bytes of colours that are multiplied by alpha are wanted as they are.
        self.tile = [
            tile._replace(args=(tile.args[0].replace("RGBa", "RGBA"), *tile.args[1:]))
            if isinstance(tile.args, tuple)
            else tile
            for tile in self.tile
        ]

    def _fitted(self, table: list[int]) -> list[int]:
        """Return a ``table`` for 16 bits as one for the samples of this file."""
        top = (1 << self.used_bits) - 1
        if top < len(table) - 1:
            table = [table[min(value, top) * 65535 // top] for value in range(65536)]
        return [*table[top::-1], *table[top + 1 :]] if self.zero_is_white else table

    def straight(self, samples: list[Image.Image]) -> list[Image.Image]:
        """Return ``samples`` of 16 bits with colours that are not multiplied by alpha."""
        if self.extra() != ASSOCIATED or self.mode not in _MULTIPLIED:
            return samples
        *colours, alpha = samples
        return [*(unmultiplied(one, alpha) for one in colours), alpha]

    def load(self) -> Any:
        """Decode the pixels."""
        if self.is_by_plane and self.tile:
            self._load_planes()
        return super().load()

    def _load_planes(self) -> None:
        """Decode the planes one by one."""
        assert isinstance(self.fp, io.BytesIO)  # noqa: S101 - as opened by the pipeline
        data, planes = self.fp.getvalue(), []
        for number in range(Image.getmodebands(self.mode)):
            planes.append(AnyTiffFile(io.BytesIO(plane(data, self.tag_v2, number))))
            planes[-1].load()
        if self.used_bits > 8:
            parts = ((box, [one.crop(box).convert("I") for one in planes]) for box in strips(planes[0].size))
            shown = self._of_samples(parts)
        else:
            shown = self._of_bytes(planes)
        self._size, self.im, self.tile, self.tables = shown.size, shown.im, [], ()

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
        if self.packed == "RGBA":
            return False  # they are read at once
        return (
            super().reads_lower_bytes or self.is_by_plane or (self.mode == "LAB" and bool(self.lower_bytes))
        )

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
        if stored.mode == "LA":
            return self._of_bytes(stored.split())

        def samples(box: Box) -> list[Image.Image]:
            lower_grey, grey, lower_alpha, alpha = stored.crop(box).split()
            return joined(Image.merge("LA", (grey, alpha)), Image.merge("LA", (lower_grey, lower_alpha)))

        return self._of_samples((box, samples(box)) for box in strips(stored.size))

    def _of_bytes(self, bands: Sequence[Image.Image]) -> Image.Image:
        """Return the image made of bands of 8 bits."""
        if self.zero_is_white:
            bands = [ImageChops.invert(bands[0]), *bands[1:]]
        if self.mode == "L":
            return bands[0]
        if self.extra() != ASSOCIATED:
            return Image.merge(self.mode, bands)
        return Image.merge(_MULTIPLIED[self.mode], bands).convert(self.mode)

    def _of_samples(self, parts: Iterable[tuple[Box, list[Image.Image]]]) -> Image.Image:
        """Return the image made of samples of 16 bits."""
        self.tables = self.tables or (self._fitted(upper()),)
        return self.narrowed(self.mode, parts)
