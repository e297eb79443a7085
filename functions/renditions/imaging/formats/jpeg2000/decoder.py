"""The decoder of JPEG 2000: Pillow's, which uses OpenJPEG, for a codestream without boxes."""

import io
from typing import Any

from PIL import Image
from PIL.ImageFile import _Tile
from PIL.Jpeg2KImagePlugin import Jpeg2KImageFile

from renditions.imaging.formats.format import Box
from renditions.imaging.formats.jpeg2000 import openjpeg
from renditions.imaging.formats.jpeg2000.boxes import unsupported
from renditions.imaging.formats.jpeg2000.codestream import Codestream
from renditions.imaging.formats.jpeg2000.shown import Shown
from renditions.imaging.formats.repacked import Repacked


class CodestreamFile(Repacked, Jpeg2KImageFile):
    """A codestream that can be decoded at 1/2, 1/4, … of its sides, which skips the larger wavelets."""

    _codestream: Codestream
    _plan: Shown
    _levels = 0
    _length: Any  # bytes of the file, as Pillow has found out

    def prepare(self, codestream: Codestream, shown: Shown, dpi: tuple[float, float] | None) -> None:
        """Get ready to show the components as ``shown`` says. Raises UnsupportedFormat without OpenJPEG."""
        if dpi:
            self.info["dpi"] = dpi
        if codestream.is_deep and not openjpeg.is_available():
            raise unsupported("colours of more than 8 bits")
        self._codestream, self._plan = codestream, shown
        self._mode, self.packed = shown.shown, "" if shown.is_plain else shown.read
        args: Any = self.tile[0].args
        self._length = args[-1]
        self._set_up(0)

    @property
    def stored_size(self) -> tuple[int, int]:
        """Width and height before any reduction."""
        return self._codestream.size

    def shrink(self, scale: int) -> Box | None:
        """Get ready to decode at 1 / ``scale`` of the sides, or the next larger that the file has. Returns the box."""
        levels = min(scale.bit_length() - 1, self._codestream.levels)
        if not levels or not self._is_regular:
            return None
        self._set_up(levels)
        # A sample stands for the pixel at a multiple of the scale, not for the mean of a block.
        scale = 1 << levels
        left = upper = 0.5 - 0.5 / scale
        right, lower = (
            min(float(size), left + side / scale)
            for size, side in zip(self._size, self._codestream.size, strict=True)
        )
        return left, upper, right, lower

    @property
    def _is_regular(self) -> bool:
        """Whether Pillow can place tiles that are reduced: no component is subsampled, the image begins at zero."""
        found = self._codestream
        return not any(found.offset) and not any(one.is_subsampled for one in found.components)

    def _set_up(self, levels: int) -> None:
        self._levels = levels
        # Not Pillow's attribute ``reduce``, which rounds the sides to the nearest, while OpenJPEG rounds them up.
        width, height = (-(-side >> levels) for side in self._codestream.size)
        self._size = (width, height)
        self.tile = [_Tile("jpeg2k", (0, 0, *self._size), 0, ("j2k", levels, 0, -1, self._length))]

    def load(self) -> Any:
        """Decode the pixels."""
        if self._codestream.is_deep and self.tile:
            self._load_deep()
        return super().load()

    def _load_deep(self) -> None:
        """Decode without Pillow."""
        assert isinstance(self.fp, io.BytesIO)  # noqa: S101 - as opened by the pipeline
        bands = openjpeg.decoded(self.fp.getvalue(), self._levels)
        if len(bands) != len(self._codestream.components) or any(one.size != self._size for one in bands):
            raise ValueError("components of another size than declared")
        self.im = self._plan.of(Image.merge(self._plan.read, bands)).im
        self.tile, self.packed = [], ""

    def unpacked(self, stored: Image.Image) -> Image.Image:
        """Return the image in the mode that is shown."""
        return self._plan.of(stored)
