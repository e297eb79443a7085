"""A JPEG decoder that detects missing and extra pixels, which libjpeg fills with grey and Pillow does not report.

libjpeg knows when the data of a scan ends too early or too late, but only says so in warnings that Pillow drops. How it
consumes its input shows the same. At the end of each scan's data, before the marker that follows, it is fed a few
meaningless bytes. A complete scan skips each of them at once, as decoders skip all bytes between a scan and a marker.
An incomplete scan waits for data and takes nothing until it has several bytes together.
"""

from typing import Any

from PIL import Image
from PIL import _imaging as core
from PIL.ImageFile import PyDecoder
from PIL.JpegImagePlugin import JpegImageFile

from renditions.imaging.formats.jpeg.markers import Jpeg, walk
from renditions.imaging.formats.jpeg.scans import for_an_eighth

SCALES = (8, 4, 2)  # libjpeg's other fractions are no faster
SMALLEST = 8  # at an eighth only the means of blocks are left, and decoding costs least
_NAME = "renditions_jpeg"
_MP_ENTRIES = 0xB002
# All bits set is a code that no Huffman table contains, so as data these bytes fill the least of the image. As many as
# the decoder reads ahead (64 bits), or it would wait for more at the end of complete data too.
_FILLER = b"\xfe" * 8
# What a complete file may hold after its last pixel. Some cameras pad with more bytes, but of a single value.
_TAIL = 64
# Watching a stop costs some microseconds: of more restart markers than this only every n-th is watched.
_MOST_WATCHED = 4_000
_NO_MEMORY = -9  # ImageFile.ERRORS
_BROKEN = -2


class StrictJpegFile(JpegImageFile):
    """A JPEG that raises ValueError on loading if its data is not exactly that of its pixels."""

    @property
    def others(self) -> int:
        """The number of further images that people would want to see: of a stereo pair, a panorama, several angles.

        The others in the index of such a file (CIPA DC-007) are previews and gain maps. A broken one counts as none.
        """
        try:
            entries = (self._getmp() or {}).get(_MP_ENTRIES, ())
        except Exception:  # noqa: BLE001 - a hostile index makes Pillow raise almost anything
            return 0
        return sum(entry["Attribute"]["MPType"].startswith("Multi-Frame") for entry in entries[1:])

    @property
    def end(self) -> int:
        """The offset at which the image ends in its file. What follows are other images, or anything."""
        return self._watched[1].end

    def prepare(self, data: bytes, structure: Jpeg) -> None:
        """Get ready to decode ``data``, the bytes of this file, along its ``structure``."""
        self.watch(data, structure)
        self._assume_colours_of_four_inks()

    def watch(self, data: bytes, structure: Jpeg) -> None:
        """Decode ``data`` along its ``structure``."""
        self._watched = (memoryview(data), structure)
        self.tile = [tile._replace(codec_name=_NAME) for tile in self.tile]

    def _assume_colours_of_four_inks(self) -> None:
        """Read four inks without Adobe's marker as CMYK, as every decoder does, unless the second is subsampled.

        Only YCCK subsamples its second component, a colour difference. With and without the marker, Pillow and
        browsers take the amounts of ink for inverted.
        """
        if self.mode == "CMYK" and "adobe" not in self.info:
            (_, *first, _), (_, *second, _) = self.layer[0], self.layer[1]
            if first != second:
                self.tile = [tile._replace(args=("CMYK;I", "YCbCrK")) for tile in self.tile]

    def shrink(self, scale: int) -> tuple[float, float, float, float] | None:
        """Get ready to decode at 1 / ``scale`` of the sides. Returns the box of the image in the result."""
        drafted = self.draft(None, (self.width // scale, self.height // scale))
        if scale == SMALLEST:
            self.skip_details()
        return drafted[1] if drafted else None

    def skip_details(self) -> None:
        """Leave out what decoding at an eighth of the size, for which ``draft`` has asked, does not show anyway."""
        data, structure = self._watched
        if structure.is_progressive:
            needed = for_an_eighth(data, structure)
            self.watch(needed, walk(needed, structure.scans + len(structure.sampling[2])))

    def load_prepare(self) -> None:
        """Pass the file in the decoder's arguments, the only way that Pillow has."""
        super().load_prepare()
        self.tile = [
            tile._replace(args=(*tile.args, *self._watched))
            for tile in self.tile
            if isinstance(tile.args, tuple) and tile.codec_name == _NAME
        ] or self.tile


class _WatchingDecoder(PyDecoder):
    """Feeds libjpeg from stop to stop and watches how much of the data it takes."""

    _pulls_fd = True  # asks to be called once, for the whole file

    def init(self, args: tuple[Any, ...]) -> None:
        rawmode, jpegmode, self._data, self._structure, *config = args
        self._inner = core.jpeg_decoder(self.mode, rawmode, jpegmode, *config)
        self._taken = 0
        self._code = 0
        self._done = False

    def setimage(self, im: Any, extents: tuple[int, int, int, int] | None = None) -> None:
        super().setimage(im, extents)
        self._inner.setimage(im, extents)

    def cleanup(self) -> None:
        self._inner.cleanup()

    def decode(self, buffer: Any) -> tuple[int, int]:  # noqa: ARG002 - the file is known already
        for start, stops in zip(self._structure.starts, self._structure.stops, strict=True):
            parts = list(zip((start, *stops), stops, strict=False))
            stride = 1 + len(parts) // _MOST_WATCHED
            for begin, stop in (*parts[:-1:stride], parts[-1]):
                self._feed_part(begin, stop)
                if self._done:
                    return -1, self._code
        self._feed(self._structure.end)
        return -1, self._code if self._done else _BROKEN

    def _feed_part(self, begin: int, stop: int) -> None:
        """Feed everything up to the marker at ``stop``, after pixel data that begins at ``begin``.

        Raises ValueError if there is too little or too much data.
        """
        tail = stop - _TAIL
        if tail > begin:  # what is before the data is skipped as it comes, and proves nothing
            self._feed(tail)
            if self._is_idle(tail) and len(set(self._data[tail:stop])) > 1:
                raise ValueError("data without pixels")
        self._feed(stop)
        if not self._done and not self._skips_filler(stop):
            raise ValueError("pixels without data")

    def _is_idle(self, position: int) -> bool:
        """Return whether the scan is over, so that each of the next bytes is skipped as it comes."""
        skipped = 0
        for end in range(position + 1, position + 5):
            self._feed(end)
            skipped += self._taken == end
        return self._done or skipped > 1

    def _skips_filler(self, stop: int) -> bool:
        """Return whether the scan needs no more bytes than it got."""
        waiting = bytes(self._data[self._taken : stop])
        skipped = 0
        for filler in (_FILLER, *([_FILLER[:1]] * 4)):
            waiting += filler
            waiting = waiting[self._decode(waiting) :]
            if self._done:
                return True
            skipped += not waiting
        self._taken = stop
        return skipped > 2

    def _feed(self, end: int) -> None:
        """Feed what was not taken yet, up to ``end``."""
        if not self._done and end > self._taken:
            self._taken += self._decode(self._data[self._taken : end])

    def _decode(self, part: Any) -> int:
        """Decode ``part`` and return how many of its bytes were taken."""
        taken, code = self._inner.decode(part)
        if code == _NO_MEMORY:
            raise MemoryError
        self._code = min(self._code, code)
        self._done = taken < 0
        return max(0, int(taken))


Image.register_decoder(_NAME, _WatchingDecoder)
